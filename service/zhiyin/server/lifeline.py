"""Ends a process when the one that started it is gone: a child left at the port would answer for nobody."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_EVERY = 1.0
_GRACE = 5.0


def end_with_parent(parent: int) -> None:
    """Have this process end once ``parent`` is gone; call it in the child, with the parent's id from before the fork."""
    if sys.platform == "linux":
        # The signal comes when the thread that forked ends: it is for children of a main thread alone.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    threading.Thread(target=_watch, args=(parent,), name="zhiyin-lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)
    os._exit(1)
