"""What a refused client is still sending is thrown away within bounds, and nothing is left held."""

from __future__ import annotations

import io
from collections.abc import Iterator

from zhiyin.server.remainder import Remainders

ANSWER = (b"reason",)


class _Endless(io.RawIOBase):
    """A client that never stops sending; each piece takes a second of the clock."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.came = 0

    def read(self, size: int = -1) -> bytes:
        self.seconds += 1
        self.came += size
        return b"a" * size

    def clock(self) -> float:
        return self.seconds


def test_the_answer_goes_out_before_anything_is_read() -> None:
    stream = io.BytesIO(b"rest of the body")
    sent = iter(Remainders(1).after(ANSWER, stream, "192.0.2.1"))
    assert next(sent) == b"reason"
    assert stream.tell() == 0
    assert list(sent) == []
    assert stream.read() == b""


def test_no_more_is_taken_than_the_bytes_allowed() -> None:
    client = _Endless()
    list(Remainders(1, most=1000, longest=1e9, clock=client.clock).after(ANSWER, client, ""))  # type: ignore[arg-type]
    assert client.came == 1000


def test_no_longer_than_the_seconds_allowed() -> None:
    client = _Endless()
    list(Remainders(1, most=1 << 60, longest=3, clock=client.clock).after(ANSWER, client, ""))  # type: ignore[arg-type]
    assert client.seconds == 3


def test_a_place_is_given_back_and_without_one_nothing_is_read() -> None:
    remainders = Remainders(1)
    for _ in range(3):
        first, second = io.BytesIO(b"one"), io.BytesIO(b"two")
        holder: Iterator[bytes] = remainders.after(ANSWER, _Asking(first, remainders, second), "")  # type: ignore[arg-type]
        assert list(holder) == [b"reason"]
        assert first.read() == b""
        assert second.tell() == 0


class _Asking:
    """While the first is read, another is refused too."""

    def __init__(self, first: io.BytesIO, remainders: Remainders, second: io.BytesIO) -> None:
        self._first, self._remainders, self._second = first, remainders, second

    def read(self, size: int) -> bytes:
        assert list(self._remainders.after(ANSWER, self._second, "")) == [b"reason"]
        return self._first.read(size)
