"""Structured logs: one JSON object a line, request lines gathered and written by a thread so that answers do not wait."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from collections import deque
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from pathlib import Path
from types import TracebackType
from typing import IO

_MOST_WAITING = 100_000
_MOST_FRAMES = 12
_TRUSTED = frozenset({"zhiyin", "granian", "_granian"})
_LOG = logging.getLogger("zhiyin.server")


class Grave(logging.Filter):
    """Lets through what the server beneath says of faults, and all that we say."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether ``record`` is to be written."""
        return not record.name.startswith("_granian") or record.levelno >= logging.ERROR


class JsonFormatter(logging.Formatter):
    """Writes a log record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for ``record``."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        fault = getattr(record, "fault", None)
        if fault is not None:
            line["fault"] = fault
        number = getattr(record, "request_id", None)
        if number is not None:
            line["requestId"] = number
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = trace_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def trace_of(error: BaseException) -> list[str]:
    """Return where an error happened and of what kind it and its causes are; their words may hold what was submitted."""
    told: list[str] = []
    at: BaseException | None = error
    while at is not None and len(told) < _MOST_FRAMES:
        told.append(type(at).__name__)
        frames = traceback.extract_tb(at.__traceback__)[-_MOST_FRAMES:]
        told += [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return told


def _message(record: logging.LogRecord) -> str:
    """Return a record's message: ours as it is, a library's only by its place, since it may quote what was submitted."""
    if record.name.partition(".")[0] in _TRUSTED:
        return record.getMessage()
    return f"a message of {record.name}, withheld, at {record.module}:{record.lineno}"


def keep_words_out() -> None:
    """Have warnings and whatever no one caught told without their words, in this process and those forked from it."""
    logging.captureWarnings(True)

    def unforeseen(kind: type[BaseException], error: BaseException | None, _: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        _LOG.error("unforeseen %s", kind.__name__, extra={"fault": [] if error is None else trace_of(error)})

    sys.excepthook = unforeseen
    threading.excepthook = lambda told: unforeseen(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: unforeseen(told.exc_type, told.exc_value, told.exc_traceback)


def configure(level: str) -> None:
    """Send all logs of the process to standard error as JSON lines."""
    keep_words_out()
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
