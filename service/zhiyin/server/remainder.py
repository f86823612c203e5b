"""What a refused client is still sending is taken and thrown away for a while, after the refusal has gone out.

Closed at once, the connection breaks under a client that is writing: it sees a broken pipe where the reason stands.
Bytes, time and places are bounded; beyond them the connection ends as the server beneath ends it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING

from zhiyin.server.clients import READS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_MOST = 64 << 20
_LONGEST = 5.0
_PIECE = 1 << 17


class Remainders:
    """Places for so many connections whose rest is thrown away at once."""

    def __init__(
        self,
        places: int,
        most: int = _MOST,
        longest: float = _LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = threading.BoundedSemaphore(max(places, 1))
        self._most = most
        self._longest = longest
        self._clock = clock

    def after(self, answer: Iterable[bytes], stream: IO[bytes], remote: str) -> Iterator[bytes]:
        """Yield the answer; once it is taken, throw away what is left in ``stream`` of the client at ``remote``."""
        yield from answer
        if not self._places.acquire(blocking=False):
            return
        try:
            until, left = self._clock() + self._longest, self._most
            while left > 0 and self._clock() < until:
                # A read that waits is noted: who stops here is ended as who stops anywhere else.
                with READS.reading(remote):
                    piece = stream.read(min(_PIECE, left))
                if not piece:
                    break
                left -= len(piece)
        finally:
            self._places.release()


def is_awaited(environ: WSGIEnvironment) -> bool:
    """Return whether a client may be sending: not one that waits for a word first, and has none (RFC 9110, 10.1.1)."""
    return not environ.get("HTTP_EXPECT")
