"""Ends a process when the one that started it is gone: a child left at the port would answer for nobody."""

from __future__ import annotations

import os
import signal
import threading
import time

_EVERY = 0.5
_GRACE = 5


def end_with_parent(parent: int) -> None:
    """Have this process end once ``parent`` is gone; call it in the child, with the parent's id from before the fork."""
    threading.Thread(target=_watch, args=(parent,), name="zhiyin-lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_EVERY)
    # The kernel ends the process where the signal cannot: the server's own handler, met while it is starting, waits
    # for a thread that waits for the interpreter, and from then on no line of Python runs any more.
    signal.alarm(_GRACE)
    os.kill(os.getpid(), signal.SIGTERM)
