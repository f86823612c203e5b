"""A body that arrived whole: what is broken off must not be taken for a shorter file, which may say something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from zhiyin.errors import BadRequest, ZhiyinError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class LengthRequired(ZhiyinError):
    """The body comes without its length (HTTP 411)."""

    status = 411


def broken_off(announced: int, came: int) -> BadRequest:
    """Return the error for a body that is shorter than it was announced to be."""
    return BadRequest(
        f"请求正文不完整：声明 {announced} 字节，只收到 {came} 字节，请重新上传",
        f"the request body is incomplete: {announced} bytes were announced, {came} came; send it again",
    )


def check_announced(environ: WSGIEnvironment) -> None:
    """Have the body's stream notice where it ends early; raises LengthRequired where that could not be noticed.

    The server beneath does not tell a body in chunks whose last one is missing from a whole one.
    """
    if environ.get("HTTP_TRANSFER_ENCODING") and not environ.get("CONTENT_LENGTH"):
        raise LengthRequired(
            "请求正文须声明长度（Content-Length）：分块上传中断时无法察觉，可能把半份文件当作全部",
            "the body's length must be announced (Content-Length): an upload in chunks that breaks off could be taken "
            "for the whole",
        )
    try:
        announced = max(int(environ.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        announced = 0
    environ["wsgi.input"] = _Announced(environ["wsgi.input"], announced)


class _Announced:
    """Passes on a stream of so many bytes."""

    def __init__(self, stream: IO[bytes], announced: int) -> None:
        self._stream = stream
        self._announced = announced
        self._came = 0

    def _passed(self, data: bytes, wanted: int | None) -> bytes:
        self._came += len(data)
        ended = not data if wanted is None or wanted < 0 else len(data) < wanted
        if (ended or not data) and wanted != 0 and self._came < self._announced:
            raise broken_off(self._announced, self._came)
        return data

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, all that is left where it is negative."""
        if size is None or size < 0:
            data = self._stream.read()
            self._came += len(data)
            if self._came < self._announced:
                raise broken_off(self._announced, self._came)
            return data
        left = self._announced - self._came
        return self._passed(self._stream.read(size), min(size, left) if left > 0 else 0)

    def readline(self, size: int = -1) -> bytes:
        """Return the next line."""
        return self._passed(self._stream.readline(size), None)

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Return all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line
