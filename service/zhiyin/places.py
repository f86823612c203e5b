"""Places for work at once, handed on in turn among those who wait: one who asks for many waits behind the others' first."""

from __future__ import annotations

import threading
from collections import Counter, deque


class Places:
    """``most`` places in all and ``of_one`` for a client; no more than ``queue`` wait."""

    def __init__(self, most: int, of_one: int, queue: int) -> None:
        self.most = most
        self._of_one = of_one
        self._queue = queue
        self._lock = threading.Lock()
        self._free = most
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[threading.Lock]] = {}
        self.waiters = 0

    @property
    def taken(self) -> int:
        """How many places are held."""
        return self.most - self._free

    def enter(self, client: str, seconds: float) -> bool:
        """Take a place within ``seconds``; raises QueueFull where too many wait already."""
        with self._lock:
            if self._free > 0 and self._held[client] < self._of_one and not self._waiting.get(client):
                self._free -= 1
                self._held[client] += 1
                return True
            if self.waiters >= self._queue:
                raise QueueFull
            turn = threading.Lock()
            turn.acquire()
            self._waiting.setdefault(client, deque()).append(turn)
            self.waiters += 1
        mine = turn.acquire(timeout=seconds)
        with self._lock:
            # A place may have been handed over in the last moment of the wait.
            if not mine and turn in self._waiting.get(client, ()):
                self._drop(client, turn)
                return False
        return True

    def leave(self, client: str) -> None:
        """Give a place back: it goes to the client that was served longest ago of those that wait."""
        with self._lock:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]
            self._free += 1
            for other in list(self._waiting):
                if self._free <= 0:
                    return
                if self._held[other] >= self._of_one:
                    continue
                turn = self._waiting[other][0]
                self._drop(other, turn)
                if other in self._waiting:
                    # Behind all that wait: its next is served after theirs.
                    self._waiting[other] = self._waiting.pop(other)
                self._free -= 1
                self._held[other] += 1
                turn.release()

    def _drop(self, client: str, turn: threading.Lock) -> None:
        self._waiting[client].remove(turn)
        self.waiters -= 1
        if not self._waiting[client]:
            del self._waiting[client]


class QueueFull(Exception):
    """Too many wait for a place."""
