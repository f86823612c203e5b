"""What passes between whoever hands work over and the process that does it: kinds, lengths, bodies, and errors as values."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from zhiyin.errors import ZhiyinError

VALUE, ERROR, FAULT, MEMORY, HELLO = range(5)
"""What a message holds: a value, an error of ours, a fault, nothing since memory ran out, or the id of the process."""
_HEAD = struct.Struct("!BQ")
GLANCE = 1.0
"""Seconds after which whoever waits looks up."""


def told(error: ZhiyinError) -> tuple[type[ZhiyinError], str, str, object, dict[str, object]]:
    """Return an error as values that can be pickled."""
    return type(error), error.message.zh, error.message.en, error.place, error.details


def error_of(told: tuple[type[ZhiyinError], str, str, Any, dict[str, object]]) -> ZhiyinError:
    """Return the error that ``told`` made values of."""
    kind, zh, en, place, details = told
    # Its own way to be made may take other arguments.
    error = kind.__new__(kind)
    ZhiyinError.__init__(error, zh, en, place=place, details=details)
    return error


def send(channel: socket.socket, kind: int, body: bytes) -> None:
    """Send one message."""
    channel.sendall(_HEAD.pack(kind, len(body)) + body)


def receive(
    channel: socket.socket, deadline: float | None, look: Callable[[], None] | None = None
) -> tuple[int, bytes]:
    """Return the kind and the body of the next message.

    Raises EOFError at the end, TimeoutError past ``deadline``, and what ``look`` raises, called now and again.
    """
    kind, length = _HEAD.unpack(_exactly(channel, _HEAD.size, deadline, look))
    return kind, _exactly(channel, length, deadline)


def _exactly(
    channel: socket.socket, length: int, deadline: float | None, look: Callable[[], None] | None = None
) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            channel.settimeout(left if look is None else min(left, GLANCE / 2))
        try:
            more = channel.recv(min(length - len(parts), 1 << 20))
        except TimeoutError:
            if look is not None:
                look()
            continue
        if not more:
            raise EOFError
        parts += more
    return bytes(parts)
