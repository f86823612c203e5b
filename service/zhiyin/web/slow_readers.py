"""A large answer that is kept for all, sent in slices: who reads it slowly, or not at all, holds no copy of it.

A slice is handed over when the client has taken those before, by a thread that waits for it meanwhile: so a part of the
threads at most sends such answers, and beyond it a client is asked to come again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from flask import Response, g, request

from zhiyin.caller import CALLER
from zhiyin.errors import Problem, Unavailable
from zhiyin.places import Places, QueueFull
from zhiyin.web.problems import problem_response

_SLICE = 1 << 16
_PART = 4
"""One in so many threads may be sending large answers."""


def in_slices(response: Response) -> Response:
    """Mark an answer as one to be sent in slices."""
    g.zhiyin_in_slices = True
    return response


class SlowReaders:
    """The places of those who are being sent a large answer, half of them at most those of one client."""

    def __init__(self, threads: int) -> None:
        most = max(threads // _PART, 2)
        self._places = Places(most, most // 2, 0)

    def sent(self, response: Response) -> Response:
        """Return the answer in slices where it is marked so; 503 with Retry-After where too many are being sent."""
        if not g.get("zhiyin_in_slices") or response.status_code != 200 or request.method == "HEAD":
            return response
        client = CALLER.get().address
        try:
            self._places.enter(client, 0)
        except QueueFull:
            busy = Unavailable(
                "正在取全图的人太多，请稍候再取",
                "too many are fetching the whole graph at this moment: come again shortly",
                details={"retryAfter": 5},
            )
            return problem_response(Problem.of(busy))
        data = response.get_data()
        response.response = _Slices(data, lambda: self._places.leave(client))
        response.content_length = len(data)
        return response


class _Slices:
    """The slices of ``data``; ``leave`` is called once, when the last is taken or the answer is let go of."""

    def __init__(self, data: bytes, leave: Callable[[], None]) -> None:
        self._data = data
        self._leave = leave
        self._left = threading.Lock()

    def __iter__(self) -> Iterator[bytes]:
        for begin in range(0, len(self._data), _SLICE):
            yield self._data[begin : begin + _SLICE]
        self.close()

    def close(self) -> None:
        """Give the place back."""
        if self._left.acquire(blocking=False):
            self._leave()

    def __del__(self) -> None:
        """Give it back where a server let go of the answer without a word."""
        self.close()
