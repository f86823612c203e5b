"""Ends connections whose clients hold a place and do nothing with it, and tells whether the one who asked is still there.

A client that sends its body a byte at a time holds a thread, one that does not read holds its answer: the server
beneath waits for both without end. What the kernel counts of each connection tells them from those who are at work.
Nothing of what it counts tells one who stopped halfway from one who waits for a late answer: whoever reads a body says
so, and a silent client is ended only while a read waits for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from zhiyin.caller import Caller
from zhiyin.server.connections import Connection, connection, connections, end
from zhiyin.settings import Settings

_LOG = logging.getLogger("zhiyin.server")
_EVERY = 2.0
_LEAST_RATE = 500
"""Bytes a second below which nobody sends or takes who means to: a modem did more."""
_FAR = 4
_MAPPED = "::ffff:"


@dataclass(slots=True)
class _Seen:
    """What was known of a connection at the last look."""

    received: int
    taken: int
    sends_since: float
    sends_from: int
    takes_since: float
    takes_from: int


class Reads:
    """The reads of bodies that wait in this process, by the address of the connection."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: dict[object, tuple[str, float]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, remote: str) -> Iterator[None]:
        """Note a read from ``remote`` until it is over."""
        key = object()
        with self._lock:
            self._begun[key] = (remote.removeprefix(_MAPPED), self._clock())
        try:
            yield
        finally:
            with self._lock:
                del self._begun[key]

    def waiting(self, seconds: float) -> Counter[str]:
        """Return how many reads of each address have waited longer than ``seconds``."""
        since = self._clock() - seconds
        with self._lock:
            return Counter(remote for remote, begun in self._begun.values() if begun < since)


READS = Reads()
"""Those of this process."""


class Clients:
    """Looks at every connection of the process, every few seconds."""

    def __init__(
        self,
        seconds: float,
        look: Callable[[], Iterable[Connection]] = connections,
        close: Callable[[Connection], bool] = end,
        clock: Callable[[], float] = time.monotonic,
        reads: Callable[[float], Counter[str]] = READS.waiting,
    ) -> None:
        self._seconds = seconds
        self._reads = reads
        self._look = look
        self._close = close
        self._clock = clock
        self._seen: dict[tuple[str, int], _Seen] = {}

    def look(self) -> list[Connection]:
        """End the connections that hold a place for nothing; return them."""
        now = self._clock()
        there = {one.peer: one for one in self._look() if not one.left}
        before, self._seen = self._seen, {}
        ended = []
        halfway = self._stopped_halfway(there.values())
        for peer, one in there.items():
            seen = self._seen[peer] = before.get(peer) or _Seen(
                one.received, one.taken, now, one.received, now, one.taken
            )
            idle = peer in halfway or self._sends_slowly(one, seen, now) or self._takes_slowly(one, seen, now)
            if idle and self._close(one):
                ended.append(one)
            seen.received, seen.taken = one.received, one.taken
        return ended

    def _stopped_halfway(self, there: Iterable[Connection]) -> set[tuple[str, int]]:
        """Return those from whom the rest of a request is awaited in vain.

        Which of the silent ones of an address a read waits for cannot be told: where there are more of them than reads,
        those that have been silent longest by far are ended, the others may yet have their answers.
        """
        reads = self._reads(self._seconds)
        silent: dict[str, list[Connection]] = {}
        for one in there:
            if one.waits and one.since_received > self._seconds * 1000:
                silent.setdefault(one.peer[0].removeprefix(_MAPPED), []).append(one)
        found = set()
        for address, ones in silent.items():
            surely = len(ones) <= reads[address]
            if reads[address]:
                found |= {one.peer for one in ones if surely or one.since_received > _FAR * self._seconds * 1000}
        return found

    def _sends_slowly(self, one: Connection, seen: _Seen, now: float) -> bool:
        if not one.waits:
            seen.sends_since, seen.sends_from = now, one.received
            return False
        if one.received == seen.received:
            # Nothing more came: it is the answer that is waited for, or a read says that it is the rest.
            return False
        spent = now - seen.sends_since
        return spent > self._seconds and one.received - seen.sends_from < _LEAST_RATE * spent

    def _takes_slowly(self, one: Connection, seen: _Seen, now: float) -> bool:
        if not one.unsent:
            seen.takes_since, seen.takes_from = now, one.taken
            return False
        spent = now - seen.takes_since
        return spent > self._seconds and one.taken - seen.takes_from < _LEAST_RATE * spent


def watch(settings: Settings) -> None:
    """Look at the connections of this process for as long as it lives."""
    if settings.client_seconds:
        clients = Clients(patience(settings))
        threading.Thread(target=_for_ever, args=(clients,), name="zhiyin-clients", daemon=True).start()


def patience(settings: Settings) -> float:
    """Return how long a client may do nothing: no less than the longest that an answer may be on its way."""
    longest = max(settings.query_timeout + settings.queue_timeout, settings.judge_seconds * 1.5)
    return max(settings.client_seconds, 2 * longest)


def _for_ever(clients: Clients) -> None:
    while True:
        time.sleep(_EVERY)
        ended = clients.look()
        if ended:
            _LOG.warning("connections ended whose clients neither sent nor took anything: %d", len(ended))


def caller(address: str, remote: str) -> Caller:
    """Return the caller at ``address`` (as proxies tell) behind a connection from ``remote``."""
    return Caller(address, _Presence(remote).gone)


def waiting_from(remote: str) -> list[Connection]:
    """Return the connections from ``remote`` that wait for an answer."""
    return [one for one in connections() if one.peer[0].removeprefix(_MAPPED) == remote and one.waits]


class _Presence:
    """Whether one who asked may still be there.

    Which connection is whose the server beneath does not tell: those from the same address that wait for an answer at
    the first look may be it, and only when none of them is left is the one who asked surely gone.
    """

    def __init__(self, remote: str) -> None:
        self._remote = remote
        self._candidates: list[Connection] | None = None

    def gone(self) -> bool:
        """Tell whether nobody waits for the answer any more; the first call tells which connections to look at."""
        if self._candidates is None:
            self._candidates = waiting_from(self._remote)
        if not self._candidates:
            return False
        return not any(map(_still_there, self._candidates))


def _still_there(candidate: Connection) -> bool:
    now = connection(candidate.descriptor)
    return now is not None and now.peer == candidate.peer and not now.left
