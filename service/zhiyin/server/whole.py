"""A body that arrived whole: what is broken off must not be taken for a shorter file, which may say something else."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from zhiyin.errors import BadRequest, TooLarge, ZhiyinError
from zhiyin.server.clients import READS, waiting_from
from zhiyin.server.connections import connection, end

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_MOST_IN_CHUNKS = 24 << 20
"""Bytes of a body in chunks: it is read as one piece, so that what it is for cannot bound it."""
_GLANCE = 0.05


class LengthRequired(ZhiyinError):
    """The body comes without its length (HTTP 411)."""

    status = 411


def broken_off(announced: int, came: int) -> BadRequest:
    """Return the error for a body that is shorter than it was announced to be."""
    return BadRequest(
        f"请求正文不完整：声明 {announced} 字节，只收到 {came} 字节，请重新上传",
        f"the request body is incomplete: {announced} bytes were announced, {came} came; send it again",
    )


def make_whole(environ: WSGIEnvironment, most: int = _MOST_IN_CHUNKS) -> None:
    """Have the body's stream tell where it ends early; a body in chunks is read here, and known to be whole after.

    Raises BadRequest or TooLarge for one in chunks, LengthRequired where the server beneath could not tell.
    """
    if environ.get("HTTP_TRANSFER_ENCODING") and not environ.get("CONTENT_LENGTH"):
        data = _in_chunks(environ, most)
        del environ["HTTP_TRANSFER_ENCODING"]
        environ["CONTENT_LENGTH"] = str(len(data))
        environ["wsgi.input"] = io.BytesIO(data)
        return
    try:
        announced = max(int(environ.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        announced = 0
    environ["wsgi.input"] = _Announced(environ["wsgi.input"], announced, environ.get("REMOTE_ADDR", ""))


def _in_chunks(environ: WSGIEnvironment, most: int) -> bytes:
    """Return a body in chunks.

    Read piece by piece, granian does not tell one whose last chunk is missing, or one that is malformed, from a whole
    one; asked for all of it at once it gives nothing unless it was whole. How much comes is then bounded from outside.
    """
    stream = environ["wsgi.input"]
    watched = waiting_from(environ.get("REMOTE_ADDR", ""))
    if not type(stream).__module__.startswith("granian") or not watched:
        raise LengthRequired(
            "请求正文须声明长度（Content-Length）：分块上传中断时无法察觉，可能把半份文件当作全部",
            "the body's length must be announced (Content-Length): an upload in chunks that breaks off could be taken "
            "for the whole",
        )
    limits = {one.descriptor: (one.peer, one.received + most) for one in watched}
    with READS.reading(environ.get("REMOTE_ADDR", "")), _bounded(limits) as passed:
        data = bytes(stream.read())
    if passed() or len(data) > most:
        raise TooLarge(f"请求正文超过 {most:,} 字节", f"the request body has more than {most:,} bytes")
    if not data:
        raise BadRequest(
            "请求正文不完整或为空：分块上传在最后一块之前中断，或分块有误，请重新上传",
            "the request body is incomplete or empty: the chunks broke off before the last one, or are malformed; send it "
            "again",
        )
    return data


@contextmanager
def _bounded(limits: dict[int, tuple[tuple[str, int], int]]) -> Iterator[Callable[[], bool]]:
    """End those of the connections meanwhile over which more comes than their limit; gives whether there was one."""
    done, passed = threading.Event(), threading.Event()

    def watch() -> None:
        while not done.wait(_GLANCE):
            for descriptor, (peer, limit) in limits.items():
                now = connection(descriptor)
                if now is not None and now.peer == peer and now.received > limit and end(now):
                    passed.set()

    thread = threading.Thread(target=watch, name="zhiyin-chunks", daemon=True)
    thread.start()
    try:
        yield passed.is_set
    finally:
        done.set()
        thread.join()


class _Announced:
    """Passes on a stream of so many bytes from the client at ``remote``."""

    def __init__(self, stream: IO[bytes], announced: int, remote: str) -> None:
        self._stream = stream
        self._remote = remote
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
            with READS.reading(self._remote):
                data = self._stream.read()
            self._came += len(data)
            if self._came < self._announced:
                raise broken_off(self._announced, self._came)
            return data
        left = self._announced - self._came
        with READS.reading(self._remote):
            data = self._stream.read(size)
        return self._passed(data, min(size, left) if left > 0 else 0)

    def readline(self, size: int = -1) -> bytes:
        """Return the next line."""
        with READS.reading(self._remote):
            line = self._stream.readline(size)
        return self._passed(line, None)

    def readlines(self, hint: int = -1) -> list[bytes]:
        """Return all lines."""
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line
