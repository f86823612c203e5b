"""Clients that hold a place and do nothing with it are told from those who are at work, by what the kernel counts."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from zhiyin.server.clients import Clients, Reads, caller, patience, waiting_from
from zhiyin.server.connections import Connection, connection, connections, end
from zhiyin.settings import Settings

IDLE = Connection(7, ("198.51.100.9", 1), 0, 0, 0, 0, 0, False)


class Looks:
    """A client that is looked at every two seconds for a minute; what it has sent and taken is given for each second."""

    def __init__(self) -> None:
        self.now = 0.0
        self.one = IDLE
        self.ended: list[float] = []
        self.others: list[Connection] = []
        self.reads = Reads(lambda: self.now)
        self.clients = Clients(
            20.0, lambda: [self.one, *self.others], self._close, lambda: self.now, self.reads.waiting
        )

    def _close(self, one: Connection) -> bool:
        assert one is self.one
        self.ended.append(self.now)
        return True

    def run(self, seconds: int, **each: int) -> float | None:
        """Add ``each`` to what was counted every second; return when the connection was ended."""
        for _ in range(seconds):
            self.now += 1
            moved = {name: getattr(self.one, name) + more for name, more in each.items()}
            self.one = dataclasses.replace(self.one, **moved)
            if self.now % 2 == 0:
                self.clients.look()
            if self.ended:
                return self.ended[0]
        return None


@pytest.fixture
def looks() -> Looks:
    return Looks()


def test_a_body_a_byte_at_a_time_is_ended(looks: Looks) -> None:
    assert looks.run(60, received=1, since_sent=1000) == 24


def test_a_slow_line_that_goes_on_is_not(looks: Looks) -> None:
    assert looks.run(300, received=600, since_sent=1000) is None


def test_a_slow_line_is_measured_from_its_request_on(looks: Looks) -> None:
    looks.one = dataclasses.replace(IDLE, received=5_000_000, since_received=1)
    assert looks.run(60) is None
    looks.one = dataclasses.replace(looks.one, since_received=0)
    ended = looks.run(60, received=10, since_sent=1000)
    assert ended is not None
    assert 80 <= ended <= 84


def test_a_request_that_stops_halfway_is_ended(looks: Looks) -> None:
    looks.one = dataclasses.replace(IDLE, received=300)
    with looks.reads.reading("198.51.100.9"):
        assert looks.run(60, since_received=1000, since_sent=1000) == 22


def test_one_who_waits_for_an_answer_is_not(looks: Looks) -> None:
    """However long it takes: a folder of forms, a database under load, a first visit among many."""
    looks.one = dataclasses.replace(IDLE, received=300)
    with looks.reads.reading("198.51.100.9"):
        assert looks.run(19, since_received=1000, since_sent=1000) is None
    with looks.reads.reading("203.0.113.5"):
        assert looks.run(600, since_received=1000, since_sent=1000) is None


def test_one_who_may_wait_for_an_answer_is_let_be_for_longer(looks: Looks) -> None:
    """Two of one address are silent and one read waits: it may be either's."""
    looks.one = dataclasses.replace(IDLE, peer=("::ffff:198.51.100.9", 1), received=300)
    looks.others = [dataclasses.replace(IDLE, peer=("198.51.100.9", 2), received=300, since_received=21_000)]
    looks.others = [dataclasses.replace(one, since_sent=one.since_received) for one in looks.others]
    with looks.reads.reading("198.51.100.9"):
        assert looks.run(600, since_received=1000, since_sent=1000) == 82


def test_one_who_has_its_answer_may_stay(looks: Looks) -> None:
    looks.one = dataclasses.replace(IDLE, received=300, taken=5000, since_received=1)
    assert looks.run(100, since_received=1000, since_sent=1000) is None


@pytest.mark.parametrize(("rate", "ended"), [(0, 24.0), (400, 24.0), (600, None)])
def test_a_reader_who_does_not_read_is_ended(looks: Looks, rate: int, ended: float | None) -> None:
    looks.one = dataclasses.replace(IDLE, received=300, since_received=1, unsent=1 << 20)
    assert looks.run(60, taken=rate, since_received=1000) == ended


def test_patience_is_longer_than_any_answer_takes() -> None:
    assert patience(Settings()) == 30
    assert patience(Settings(query_timeout=60.0)) == 130
    assert patience(Settings(judge_seconds=100.0)) == 300


@contextmanager
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
        listener.accept()[0] as served,
    ):
        yield client, served


def seen(served: socket.socket) -> Connection:
    found = connection(served.fileno())
    assert found is not None
    return found


def test_the_kernel_tells_what_a_connection_did() -> None:
    with pair() as (client, served):
        assert not seen(served).waits
        client.sendall(b"x" * 1000)
        time.sleep(0.05)
        now = seen(served)
        assert (now.received, now.unsent, now.waits, now.left) == (1000, 0, True, False)
        assert now.peer == client.getsockname()
        served.sendall(b"y" * 500)
        time.sleep(0.05)
        now = seen(served)
        assert (now.taken, now.waits) == (500, False)
        served.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while served.send(b"z" * 65536):
                pass
        time.sleep(0.05)
        assert seen(served).unsent > 10_000
        client.shutdown(socket.SHUT_WR)
        time.sleep(0.05)
        assert seen(served).left


def test_only_connections_are_seen() -> None:
    one, other = socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as listener, one, other:
        assert connection(listener.fileno()) is None
        assert connection(other.fileno()) is None
        assert connection(10**6) is None
    with pair() as (client, served):
        assert {served.fileno(), client.fileno()} <= {one.descriptor for one in connections()}


def test_looking_leaves_no_descriptor_behind(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb"), pair():
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            assert list(connections())
            assert not end(IDLE)
        assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_connection_is_ended_only_if_it_is_the_one_that_was_seen() -> None:
    with pair() as (client, served):
        now = seen(served)
        assert not end(dataclasses.replace(now, peer=("127.0.0.1", 1)))
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)
        assert end(now)
        assert client.recv(1) == b""


def test_a_caller_is_gone_when_none_of_those_who_may_be_it_is_left() -> None:
    with pair() as (first, served), pair() as (second, other):
        first.sendall(b"GET /")
        second.sendall(b"GET /")
        time.sleep(0.05)
        mine = caller("203.0.113.1", "127.0.0.1")
        assert mine.address == "203.0.113.1"
        assert {one.peer for one in waiting_from("127.0.0.1")} >= {first.getsockname(), second.getsockname()}
        assert not mine.gone()
        first.close()
        time.sleep(0.05)
        assert not mine.gone()
        second.close()
        time.sleep(0.05)
        assert mine.gone()
        assert served.fileno() > 0
        assert other.fileno() > 0


def test_a_caller_whose_connection_was_never_seen_counts_as_there() -> None:
    assert not caller("192.0.2.1", "192.0.2.1").gone()


def test_a_descriptor_that_now_is_another_connection_is_no_sign_of_life() -> None:
    with pair() as (client, served):
        client.sendall(b"GET /")
        time.sleep(0.05)
        mine = caller("127.0.0.1", "127.0.0.1")
        assert not mine.gone()
        with pair() as (_, stranger):
            client.close()
            os.dup2(stranger.fileno(), served.fileno())
            assert mine.gone()
