"""Structured logs: one JSON object a line, request lines gathered and written by a thread so that answers do not wait."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections import deque
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from typing import IO

_MOST_WAITING = 100_000


class JsonFormatter(logging.Formatter):
    """Writes a log record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for ``record``."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        number = getattr(record, "request_id", None)
        if number is not None:
            line["requestId"] = number
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Send all logs of the process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


class AccessLog:
    """One line for each request, without its query; ``None`` as the stream writes nothing."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream
        self._lines: deque[tuple[float, str, str, str, int, float, int, str]] = deque(maxlen=_MOST_WAITING)
        if stream is not None:
            # Run at the end of a process of granian's too, which leaves without the hooks of atexit.
            Finalize(None, self.flush, exitpriority=10)
            threading.Thread(target=self._flush_for_ever, name="zhiyin-log", daemon=True).start()

    def write(self, number: str, method: str, path: str, status: int, seconds: float, size: int, how: str) -> None:
        """Note one request; a size below 0 is that of a stream."""
        if self._stream is not None:
            self._lines.append((time.time(), number, method, path, status, seconds, size, how))

    def flush(self) -> None:
        """Write what waits."""
        if self._stream is None:
            return
        parts = []
        while self._lines:
            moment, number, method, path, status, seconds, size, how = self._lines.popleft()
            parts.append(
                f'{{"time":"{datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")}","level":"info",'
                f'"logger":"zhiyin.access","requestId":"{number}","method":{json.dumps(method)},'
                f'"path":{json.dumps(path, ensure_ascii=False)},"status":{status},"ms":{seconds * 1000:.2f},'
                f'"bytes":{size},"how":"{how}"}}\n'
            )
        if parts:
            self._stream.write("".join(parts))
            self._stream.flush()

    def _flush_for_ever(self) -> None:
        while True:
            time.sleep(0.2)
            self.flush()
