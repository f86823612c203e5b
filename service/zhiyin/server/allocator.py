"""Starts the server with a heap that suits it: glibc reads its tunables only when a program starts.

The engine allocates many small pieces for every query. Larger caches for each thread keep that from the locks of the
heap, huge pages keep walks through the graph from missing the address cache, and few heaps keep many threads from
each holding on to what they once took. ``bench/README.md`` shows what it brings.
"""

from __future__ import annotations

import os
import platform
import sys
from typing import Final

_VARIABLE: Final = "GLIBC_TUNABLES"
_TUNABLES: Final = (
    "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=500:glibc.malloc.tcache_max=2048:glibc.malloc.arena_max=2"
)


def tune() -> None:
    """Start this program again with the tunables, once; elsewhere than on glibc, or where they are set, do nothing.

    Call it before anything is loaded and while there is one thread: what the process held is gone.
    """
    if _VARIABLE in os.environ or platform.libc_ver()[0] != "glibc" or not sys.executable:
        return
    os.environ[_VARIABLE] = _TUNABLES
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - the very program that runs
