"""How a query travels to its worker process and the answer back: frames on a socket, small answers in shared memory."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import dataclass
from typing import Any

HEADER = struct.Struct("!cI")
SHARED = 1 << 20
"""Size of the memory that a worker shares with its user; answers up to this size are not sent through the socket."""

QUERY = b"Q"
HELLO = b"H"
WHOLE = b"W"
"""A whole answer stands in the shared memory; the frame's body is ``cut`` and its length."""
CHUNK = b"C"
END = b"E"
ERROR = b"X"
_WHOLE = struct.Struct("!BI")
_CUTS = ("", "rows", "bytes")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: what it is and its body."""

    kind: bytes
    body: bytes


class ClosedError(Exception):
    """The other side is gone."""


def send(channel: socket.socket, kind: bytes, body: bytes) -> None:
    """Send one frame whole."""
    channel.sendall(HEADER.pack(kind, len(body)) + body)


def send_json(channel: socket.socket, kind: bytes, value: dict[str, Any]) -> None:
    """Send one frame whose body is a JSON object."""
    send(channel, kind, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def receive(channel: socket.socket) -> Frame:
    """Return the next frame; raises ClosedError at the end of the stream and BlockingIOError when the time is up."""
    data = channel.recv(HEADER.size, socket.MSG_WAITALL)
    if len(data) < HEADER.size:
        raise ClosedError
    kind, length = HEADER.unpack(data)
    return Frame(kind, receive_exactly(channel, length))


def receive_exactly(channel: socket.socket, length: int) -> bytes:
    """Return the next ``length`` bytes; raises ClosedError where the stream ends before."""
    if length == 0:
        return b""
    data = channel.recv(length, socket.MSG_WAITALL)
    if len(data) == length:
        return data
    parts = bytearray(data)
    while len(parts) < length:
        more = channel.recv(length - len(parts), socket.MSG_WAITALL)
        if not more:
            raise ClosedError
        parts += more
    return bytes(parts)


def pack_whole(cut: str, length: int) -> bytes:
    """Return the body of a WHOLE frame."""
    return _WHOLE.pack(_CUTS.index(cut), length)


def unpack_whole(body: bytes) -> tuple[str, int]:
    """Return why the answer was cut and its length in the shared memory."""
    cut, length = _WHOLE.unpack(body)
    return _CUTS[cut], length
