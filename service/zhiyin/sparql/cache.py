"""A bounded store of finished answers: the one used longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class ResultCache(Generic[V]):
    """Keeps values up to ``limit`` bytes in all; 0 keeps nothing."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.hits = 0
        self.misses = 0
        self._entries: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """Return the value for ``key``, or ``None``."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self.misses += 1
                return None
            self._entries.move_to_end(key)
            self.hits += 1
            return entry[0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Keep ``value``, which takes ``size`` bytes; what would fill an eighth of the cache is not kept."""
        if size * 8 > self.limit:
            return
        with self._lock:
            before = self._entries.pop(key, None)
            if before is not None:
                self.size -= before[1]
            self._entries[key] = (value, size)
            self.size += size
            while self.size > self.limit:
                _, (_, gone) = self._entries.popitem(last=False)
                self.size -= gone

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._entries.clear()
            self.size = 0

    def __len__(self) -> int:
        return len(self._entries)
