"""Keeps one client from taking all: how many of its queries run at once, and how many a second are computed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from zhiyin.errors import Overloaded

_FORGET_AFTER = 4096


@dataclass(slots=True)
class _Client:
    tokens: float
    seen: float
    running: int = 0


class ClientLimits:
    """A bucket of tokens for each client, refilled at ``rate`` a second up to ``burst``; a rate of 0 is no limit."""

    def __init__(self, rate: float, burst: float, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._at_once = at_once
        self._clock = clock
        self._clients: dict[str, _Client] = {}
        self._lock = threading.Lock()

    def enter(self, address: str) -> _Client:
        """Count a query of ``address`` in; raises Overloaded. Give what it returns to ``leave``."""
        now = self._clock()
        with self._lock:
            client = self._clients.get(address)
            if client is None:
                if len(self._clients) >= _FORGET_AFTER:
                    self._forget(now)
                client = self._clients[address] = _Client(self._burst, now)
            if client.running >= self._at_once:
                raise Overloaded(
                    f"同一客户端同时最多执行 {self._at_once} 条查询",
                    f"one client may run at most {self._at_once} queries at once",
                    details={"retryAfter": 1},
                )
            if self._rate:
                client.tokens = min(self._burst, client.tokens + (now - client.seen) * self._rate)
                client.seen = now
                if client.tokens < 1:
                    wait = (1 - client.tokens) / self._rate
                    raise Overloaded(
                        f"同一客户端每秒最多 {self._rate:g} 条查询",
                        f"one client may send at most {self._rate:g} queries a second",
                        details={"retryAfter": max(1, int(wait + 0.999))},
                    )
                client.tokens -= 1
            client.running += 1
            return client

    def leave(self, client: _Client) -> None:
        """Count the query out that ``enter`` let in."""
        with self._lock:
            client.running -= 1

    def _forget(self, now: float) -> None:
        idle = [
            address
            for address, client in self._clients.items()
            if not client.running
            and (not self._rate or client.tokens + (now - client.seen) * self._rate >= self._burst)
        ]
        for address in idle:
            del self._clients[address]
