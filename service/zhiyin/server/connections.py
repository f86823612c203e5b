"""The TCP connections of this process as the kernel knows them: the server beneath tells of none, and ends none.

Linux alone tells them in this way; elsewhere there are none to be seen, and what rests on them does not take place.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_INFO = 232
_AGES = struct.Struct("=4I")
_COUNTS = struct.Struct("=2Q")
_U32 = struct.Struct("=I")
_LISTENS, _ENDED = 10, frozenset({4, 5, 6, 7, 8, 9, 11})


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection at one moment: bytes so far, milliseconds since, and whether the other side has ended it.

    ``unsent`` is what was written and has not been taken by the other side.
    """

    descriptor: int
    peer: tuple[str, int]
    received: int
    taken: int
    unsent: int
    since_received: int
    since_sent: int
    left: bool

    @property
    def waits(self) -> bool:
        """Whether something came after the last that was sent: a request without its answer."""
        return self.received > 0 and self.since_received <= self.since_sent


def connections() -> Iterator[Connection]:
    """Yield the TCP connections that this process holds to others."""
    if sys.platform != "linux":
        return
    for entry in Path("/proc/self/fd").iterdir():
        found = connection(int(entry.name))
        if found is not None:
            yield found


def connection(descriptor: int) -> Connection | None:
    """Return the connection at ``descriptor``; nothing where there is none, or only one that listens."""
    copy = _copy(descriptor)
    if copy is None:
        return None
    with copy:
        if copy.family not in {socket.AF_INET, socket.AF_INET6} or copy.type != socket.SOCK_STREAM:
            return None
        return _seen(descriptor, copy)


def _copy(descriptor: int) -> socket.socket | None:
    """Return a socket of our own over what stands at ``descriptor``: that one may be closed at any moment."""
    try:
        own = os.dup(descriptor)
    except OSError:
        return None
    try:
        return socket.socket(fileno=own)
    except OSError:
        os.close(own)
        return None


def _seen(descriptor: int, copy: socket.socket) -> Connection | None:
    try:
        info = copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
        peer = copy.getpeername()
    except OSError:
        return None
    # struct tcp_info of linux/tcp.h; a kernel that knows fewer members returns fewer bytes.
    if len(info) < 152 or info[0] == _LISTENS:
        return None
    since_sent, _, since_received, _ = _AGES.unpack_from(info, 44)
    taken, received = _COUNTS.unpack_from(info, 120)
    unacknowledged = _U32.unpack_from(info, 24)[0]
    unsent = _U32.unpack_from(info, 144)[0]
    left = info[0] in _ENDED or _hung_up(copy)
    return Connection(
        descriptor, (peer[0], peer[1]), received, taken, unsent + unacknowledged, since_received, since_sent, left
    )


def _hung_up(copy: socket.socket) -> bool:
    poll = select.poll()
    poll.register(copy.fileno(), select.POLLRDHUP)
    return bool(poll.poll(0))


def end(gone: Connection) -> bool:
    """End a connection, if it is still the one that was seen; whoever reads or writes there is told at once."""
    copy = _copy(gone.descriptor)
    if copy is None:
        return False
    with copy, contextlib.suppress(OSError):
        if copy.getpeername()[:2] != gone.peer:
            return False
        copy.shutdown(socket.SHUT_RDWR)
        return True
    return False
