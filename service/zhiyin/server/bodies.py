"""Bounds how many request bodies are read at once: one that comes a byte a minute holds a thread, which nothing can end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from zhiyin.errors import Overloaded


class Bodies:
    """Places for requests with a body: ``most`` in all, so that threads are left for those without, and half for a client."""

    def __init__(self, most: int) -> None:
        self._most = max(most, 1)
        self._most_of_one = max(most // 2, 1)
        self._reading: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, address: str) -> Iterator[None]:
        """Hold a place for a request of ``address``; raises Overloaded where none is left."""
        with self._lock:
            if self._reading.total() >= self._most or self._reading[address] >= self._most_of_one:
                raise Overloaded(
                    "同时接收的请求正文过多，请稍后再试",
                    "too many request bodies are being received, please try again later",
                    details={"retryAfter": 1},
                )
            self._reading[address] += 1
        try:
            yield
        finally:
            with self._lock:
                self._reading[address] -= 1
                if not self._reading[address]:
                    del self._reading[address]
