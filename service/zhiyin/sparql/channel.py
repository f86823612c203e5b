"""How a query travels to its worker process and the answer back: frames on a socket, small answers in shared memory."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

import orjson

_HEADER = struct.Struct("!cBfI")
"""What the frame is, why the answer was cut, the processor time it took, and a length."""

SHARED = 1 << 20
"""Size of the memory that a worker shares with its user; answers up to this size are not sent through the socket."""

QUERY = b"Q"
HELLO = b"H"
WHOLE = b"W"
"""A whole answer stands in the shared memory, so long as the length says; no body follows."""
CHUNK = b"C"
END = b"E"
ERROR = b"X"
_BODILESS = {WHOLE, END}
_CUTS = ("", "rows", "bytes", "time")
_FIRST_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Frame:
    """One message; ``length`` is that of the body or, for a whole answer, of what stands in the shared memory."""

    kind: bytes
    length: int
    body: bytes = b""
    cut: str = ""
    seconds: float = 0.0


class ClosedError(Exception):
    """The other side is gone."""


def pack(kind: bytes, body: bytes = b"", *, length: int | None = None, cut: str = "", seconds: float = 0.0) -> bytes:
    """Return a frame as bytes."""
    return _HEADER.pack(kind, _CUTS.index(cut), seconds, len(body) if length is None else length) + body


def pack_json(kind: bytes, value: object) -> bytes:
    """Return a frame whose body is JSON."""
    return pack(kind, orjson.dumps(value))


def receive(channel: socket.socket) -> Frame:
    """Return the next frame; raises ClosedError at the end of the stream and BlockingIOError when the time is up."""
    data = channel.recv(_HEADER.size, socket.MSG_WAITALL)
    if len(data) < _HEADER.size:
        raise ClosedError
    kind, cut, seconds, length = _HEADER.unpack(data)
    body = b"" if kind in _BODILESS else _exactly(channel, length)
    return Frame(kind, length, body, _CUTS[cut], seconds)


def receive_query(channel: socket.socket) -> bytes:
    """Return the body of the next QUERY frame in as few reads as may be: nothing follows it before its answer."""
    data = channel.recv(_FIRST_READ)
    if len(data) < _HEADER.size:
        raise ClosedError
    length = _HEADER.unpack_from(data)[3]
    missing = _HEADER.size + length - len(data)
    return data[_HEADER.size :] + (_exactly(channel, missing) if missing > 0 else b"")


def receive_hello(channel: socket.socket) -> tuple[int, int]:
    """Return the process id of a new worker and the descriptor of the memory it shares."""
    data, descriptors, _, _ = socket.recv_fds(channel, _HEADER.size, 1)
    if len(data) < _HEADER.size or not descriptors:
        raise ClosedError
    return _HEADER.unpack(data)[3], descriptors[0]


def send_hello(channel: socket.socket, pid: int, descriptor: int) -> None:
    """Tell the user of a new worker who it is."""
    socket.send_fds(channel, [_HEADER.pack(HELLO, 0, 0.0, pid)], [descriptor])


def _exactly(channel: socket.socket, length: int) -> bytes:
    data = channel.recv(length, socket.MSG_WAITALL) if length else b""
    if len(data) == length:
        return data
    parts = bytearray(data)
    while len(parts) < length:
        more = channel.recv(length - len(parts), socket.MSG_WAITALL)
        if not more:
            raise ClosedError
        parts += more
    return bytes(parts)
