"""A body of so many bytes is read as its reader wants it, and one that ends early is refused however it is read."""

from __future__ import annotations

import io
from typing import IO, Any, cast

import pytest

from zhiyin.errors import BadRequest
from zhiyin.server.whole import make_whole


def body(data: bytes, announced: int) -> IO[bytes]:
    environ: dict[str, Any] = {
        "wsgi.input": io.BytesIO(data),
        "CONTENT_LENGTH": str(announced),
        "REMOTE_ADDR": "192.0.2.1",
    }
    make_whole(environ)
    return cast("IO[bytes]", environ["wsgi.input"])


def test_so_many_bytes_are_read_as_are_wanted() -> None:
    stream = body(b"abcdefgh", 8)
    assert (stream.read(2), stream.read(0), stream.read(3), stream.read()) == (b"ab", b"", b"cde", b"fgh")
    assert stream.read(4) == b""


def test_a_body_read_by_lines_is_whole_too() -> None:
    stream = body(b"ab\ncd\nef", 8)
    assert (stream.readline(), stream.readline(), stream.readline()) == (b"ab\n", b"cd\n", b"ef")


@pytest.mark.parametrize("size", [-1, 3, 8, 20])
def test_a_body_that_ends_early_is_refused(size: int) -> None:
    stream = body(b"abcdef", 8)
    with pytest.raises(BadRequest, match="8"):
        [*iter(lambda: stream.read(size), b"")]
