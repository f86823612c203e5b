"""Who asks, for the work under way in this thread: an address, and whether the one who asked is still there."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass


def _stays() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Caller:
    """One who waits for an answer; ``gone`` costs a look at the connections, so ask it seldom."""

    address: str = ""
    gone: Callable[[], bool] = _stays


NOBODY = Caller()
CALLER: ContextVar[Caller] = ContextVar("caller", default=NOBODY)
"""Set by the server's edge for each request; work that is started by nobody in particular has nobody here."""
