"""Holds an answer between the worker that writes it and the client that reads it, in memory first, then on disk."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator

_IN_MEMORY = 8 << 20
_READ = 1 << 18


class Spool:
    """One writer, one reader; the writer never waits for the reader."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by whoever reads last
        self._changed = threading.Condition()
        self._written = 0
        self._done = False
        self._error: Exception | None = None
        self._closed = False

    def write(self, data: bytes) -> bool:
        """Add ``data``; returns false, and drops it, where the reader has left."""
        with self._changed:
            if self._closed:
                return False
            self._file.seek(self._written)
            self._file.write(data)
            self._written += len(data)
            self._changed.notify()
            return True

    def finish(self) -> None:
        """Tell the reader that all is there."""
        with self._changed:
            self._done = True
            self._changed.notify()

    def fail(self, error: Exception) -> None:
        """Tell the reader that no more will come, and why."""
        with self._changed:
            self._error = error
            self._done = True
            self._changed.notify()

    def chunks(self) -> Iterator[bytes]:
        """Yield what is written as it comes; raises the writer's error after the last byte."""
        position = 0
        try:
            while True:
                with self._changed:
                    while self._written == position and not self._done:
                        self._changed.wait()
                    self._file.seek(position)
                    data = self._file.read(_READ)
                if data:
                    position += len(data)
                    yield data
                elif self._error is not None:
                    raise self._error
                else:
                    return
        finally:
            with self._changed:
                self._closed = True
                self._file.close()
