"""A large answer that is kept for all, sent in slices: who reads it slowly, or not at all, holds no copy of it.

A slice is handed over when the client has taken those before, by a thread that waits for it meanwhile: so a part of the
threads at most sends such answers, and beyond it a client is asked to come again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from flask import Flask, Response, g, request

from zhiyin.errors import Problem, Unavailable
from zhiyin.web.problems import problem_response

_SLICE = 1 << 16
_PART = 4
"""One in so many threads may be sending large answers."""


def in_slices(response: Response) -> Response:
    """Mark an answer as one to be sent in slices."""
    g.zhiyin_in_slices = True
    return response


class SlowReaders:
    """The places of those who are being sent a large answer."""

    def __init__(self, app: Flask, threads: int) -> None:
        self._places = threading.BoundedSemaphore(max(threads // _PART, 1))
        app.extensions["zhiyin.slow_readers"] = self

    def sent(self, response: Response) -> Response:
        """Return the answer in slices where it is marked so; 503 with Retry-After where too many are being sent."""
        if not g.get("zhiyin_in_slices") or response.status_code != 200 or request.method == "HEAD":
            return response
        if not self._places.acquire(blocking=False):
            busy = Unavailable(
                "正在取全图的人太多，请稍候再取",
                "too many are fetching the whole graph at this moment: come again shortly",
                details={"retryAfter": 5},
            )
            return problem_response(Problem.of(busy))
        data = response.get_data()
        response.response = _Slices(data, self._places)
        response.content_length = len(data)
        return response


class _Slices:
    """The slices of ``data``; a place is held until the last one is taken or the answer is let go of."""

    def __init__(self, data: bytes, places: threading.BoundedSemaphore) -> None:
        self._data = data
        self._places = places
        self._held = threading.Lock()
        self._held.acquire()

    def __iter__(self) -> Iterator[bytes]:
        for begin in range(0, len(self._data), _SLICE):
            yield self._data[begin : begin + _SLICE]
        self.close()

    def close(self) -> None:
        """Give the place back, once."""
        if self._held.locked():
            self._held.release()
            self._places.release()

    def __del__(self) -> None:
        """Give it back where a server let go of the answer without a word."""
        self.close()
