"""The process that answers one query at a time from the store it was forked with, under limits the kernel keeps."""

from __future__ import annotations

import mmap
import os
import re
import resource
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyoxigraph as ox

from zhiyin.errors import BadQuery
from zhiyin.sparql import channel, media
from zhiyin.sparql.corrections import corrected
from zhiyin.sparql.job import Cut
from zhiyin.sparql.meaning import fault_of
from zhiyin.sparql.results import ENDLESS, Caps, Clock, write_answer
from zhiyin.sparql.scan import place_of, tokens
from zhiyin.sparql.structure import iris_of

_FORMATS = {item.name: item for item in media.FORMATS}
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_UNKNOWN_FUNCTION = re.compile(r"function <([^>]*)> is not supported")
_GRACE = 1.0
_AHEAD = 24
"""More characters than any keyword has."""

_LONGEST_LOOKED_AT = 16_384
_PLACED = ("Prefix not found", "IRI parsing failed")
"""What the parser says of a name once it has read it: its place is right."""

_LEAD = 0.1
_LEAST_LEAD = 0.3


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use: memory beyond the store, answer bytes before it streams, and whether it may connect."""

    memory: int
    stream_from: int
    federated: bool = False


def serve(connection: socket.socket, store: ox.Store, limits: Limits, prefixes: dict[str, str]) -> None:
    """Answer queries from ``connection`` until it closes; never returns."""
    shared = _share(connection)
    _confine(limits)
    alarm = _Alarm(connection)
    while True:
        try:
            job = orjson.loads(alarm.wait())
            alarm.cover(job["timeout"])
            _answer(connection, shared, store, job, limits, prefixes)
        except (channel.ClosedError, OSError):
            os._exit(0)


class _Alarm:
    """Ends the process should it run on after whoever waited for it is gone; that one kills it in time otherwise.

    The alarm's default action ends the process wherever it is; nothing here has to notice. It is set well ahead and
    seldom, for two system calls a query would cost more than many a query.
    """

    _AHEAD = 30.0

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._due = 0.0
        seconds = struct.pack("ll", int(self._AHEAD / 2), 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)

    def wait(self) -> bytes:
        """Return the next query; while none comes no alarm is set."""
        while True:
            try:
                return channel.receive_query(self._connection)
            except BlockingIOError:
                signal.setitimer(signal.ITIMER_REAL, 0)
                self._due = 0.0

    def cover(self, timeout: float) -> None:
        """Have the alarm set for no sooner than ``timeout`` from now."""
        now = time.monotonic()
        if self._due - now < timeout + _GRACE + self._AHEAD / 2:
            self._due = now + timeout + _GRACE + self._AHEAD
            signal.setitimer(signal.ITIMER_REAL, self._due - now)


def _share(connection: socket.socket) -> mmap.mmap:
    descriptor = os.memfd_create("zhiyin-answer")
    os.ftruncate(descriptor, channel.SHARED)
    shared = mmap.mmap(descriptor, channel.SHARED)
    channel.send_hello(connection, os.getpid(), descriptor)
    os.close(descriptor)
    return shared


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = _data_size()
    if not limits.federated:
        # No further file or socket can be opened: FROM, SERVICE and LOAD have nothing to reach out with.
        lowest = os.dup(0)
        os.close(lowest)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, lowest))
    resource.setrlimit(resource.RLIMIT_DATA, (used + limits.memory, used + limits.memory))


def _data_size() -> int:
    """Return the bytes of writable private memory that the process has now, which the limit counts from."""
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:")), 0)


class _Reply:
    """Gathers an answer; what outgrows the shared memory leaves in chunks."""

    def __init__(self, connection: socket.socket, shared: mmap.mmap, stream_from: int) -> None:
        self._connection = connection
        self._shared = shared
        self._limit = min(stream_from, channel.SHARED)
        self._parts: list[bytes] = []
        self._size = 0
        self._streaming = False
        self._started = time.process_time()

    def write(self, data: bytes) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size > self._limit:
            self._streaming = True
            self._connection.sendall(channel.pack(channel.CHUNK, b"".join(self._parts)))
            self._parts.clear()
            self._size = 0
            self._limit = 1 << 18

    def clock(self, timeout: float) -> Clock:
        """Return the clock by which an answer on its way ends itself, ahead of whoever would end it in mid-row."""
        end = time.monotonic() + timeout - min(max(_LEAD * timeout, _LEAST_LEAD), timeout / 2)
        return Clock(lambda: self._streaming and time.monotonic() > end, timeout)

    def finish(self, cut: Cut) -> None:
        seconds = time.process_time() - self._started
        if self._streaming:
            rest = channel.pack(channel.CHUNK, b"".join(self._parts)) if self._parts else b""
            self._connection.sendall(rest + channel.pack(channel.END, cut=cut, seconds=seconds))
            return
        offset = 0
        for part in self._parts:
            self._shared[offset : offset + len(part)] = part
            offset += len(part)
        self._connection.sendall(channel.pack(channel.WHOLE, length=offset, cut=cut, seconds=seconds))


def _answer(
    connection: socket.socket,
    shared: mmap.mmap,
    store: ox.Store,
    job: dict[str, Any],
    limits: Limits,
    prefixes: dict[str, str],
) -> None:
    reply = _Reply(connection, shared, limits.stream_from)
    try:
        cut = evaluate(store, job, reply.write, prefixes, reply.clock(job["timeout"]))
    except SyntaxError as error:
        connection.sendall(channel.pack_json(channel.ERROR, syntax_fault(str(error), store, job["query"], job["base"])))
    except BadQuery as error:
        connection.sendall(channel.pack_json(channel.ERROR, _told(error)))
    except (RuntimeError, ValueError, MemoryError, OSError) as error:
        if isinstance(error, ConnectionError):
            raise
        connection.sendall(channel.pack_json(channel.ERROR, evaluation_fault(str(error), job["query"], job["base"])))
    else:
        reply.finish(cut)


def evaluation_fault(message: str, text: str, base: str | None = None) -> dict[str, Any]:
    """Return what kept a query from being evaluated: a function that nobody knows with its place, else the engine's words."""
    unknown = _UNKNOWN_FUNCTION.search(message)
    if unknown is None:
        return {"kind": "evaluation", "message": message}
    named = (node for node in iris_of(text, base or "") if node.value == unknown.group(1))
    node = next(named, None)
    said = unknown.group(1) if node is None else text[node.start : node.end]
    return _told(
        BadQuery(
            f"没有函数 {said}：SPARQL 的函数不带前缀（STR、CONTAINS、xsd:integer 等类型转换除外）",
            f"there is no function {said}: those of SPARQL have no prefix (but casts such as xsd:integer)",
            place=place_of(text, 0 if node is None else node.start),
        )
    )


def _told(error: BadQuery) -> dict[str, Any]:
    place = error.place
    return {"kind": "told", "zh": error.message.zh, "en": error.message.en, "line": place.line, "column": place.column}


def syntax_fault(message: str, store: ox.Store, text: str, base: str | None = None) -> dict[str, Any]:
    """Return what is wrong with ``text``: a sentence where there is one, else where the parser stopped and why."""
    if "Prefix not found" not in message and len(text) <= _LONGEST_LOOKED_AT:
        fault = fault_of(text, base or "")
        if fault is not None:
            return _told(BadQuery(fault.said.zh, fault.said.en, place=place_of(text, fault.offset)))
    match = _POSITION.search(message)
    if match is None:
        return {"kind": "syntax", "message": message, "line": None, "column": None}
    line, column, expected = int(match.group(1)), int(match.group(2)), match.group(3)
    if not any(saying in expected for saying in _PLACED) and len(text) <= _LONGEST_LOOKED_AT:
        line, column = _true_place(store, text, _offset(text, line, column))
    return {"kind": "syntax", "message": expected, "line": line, "column": column}


def _true_place(store: ox.Store, text: str, told: int) -> tuple[int, int]:
    """Return line and column of the token that the parser could not take, which stands at ``told`` or shortly before.

    The parser tells how far it looked, and for a keyword it looks as many characters ahead as the keyword has. Blanks
    put before a token change nothing for a parser but the place: it looks beyond them only if it comes to the token.
    """
    reached = told
    for start in [*(token.start for token in tokens(text) if told - _AHEAD <= token.start <= told), len(text)]:
        if _looked_at(store, text[:start] + " " * _AHEAD + text[start:]) >= start + _AHEAD:
            reached = start
    place = place_of(text, reached)
    return place.line or 1, place.column or 1


def _looked_at(store: ox.Store, text: str) -> int:
    """Return the offset to which the parser looks in ``text``, with something after it that no query holds."""
    padded = text + "\0" * _AHEAD
    try:
        store.query(padded)
    except SyntaxError as error:
        match = _POSITION.search(str(error))
        if match is not None:
            return _offset(padded, int(match.group(1)), int(match.group(2)))
    return -1


def _offset(text: str, line: int, column: int) -> int:
    before = text.split("\n")[: line - 1]
    return sum(map(len, before)) + len(before) + column - 1


def evaluate(
    store: ox.Store,
    job: dict[str, Any],
    write: Callable[[bytes], None],
    prefixes: dict[str, str],
    clock: Clock = ENDLESS,
) -> Cut:
    """Run the query of ``job`` on ``store`` and write its answer; returns whether it was cut."""
    prepared = prepare(store, job, clock)
    return write_answer(_solutions(store, job, prepared), prepared.form, write, prepared.caps, prefixes)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query as the engine gets it, looked over and with its dataset: made once for a query that is asked again."""

    text: str
    arguments: dict[str, Any]
    form: media.Format
    caps: Caps

    def whole(self, store: ox.Store, prefixes: dict[str, str]) -> bytes:
        """Return the answer, known to be small: the bytes of ``evaluate``, in one piece where that can be."""
        parts: list[bytes] = []
        write_answer(store.query(self.text, **self.arguments), self.form, parts.append, self.caps, prefixes, whole=True)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def prepare(store: ox.Store, job: dict[str, Any], clock: Clock = ENDLESS) -> Prepared:
    """Return what is evaluated for ``job`` on ``store``; raises BadQuery where no right answer can be had."""
    text = corrected(job["query"], store, job.get("defaultGraphs"), job.get("namedGraphs"), job.get("base") or "")
    arguments = {"base_iri": job.get("base"), **_dataset(job)}
    return Prepared(text, arguments, _FORMATS[job["format"]], Caps(job["maxRows"], job["maxBytes"], clock))


def _solutions(
    store: ox.Store, job: dict[str, Any], prepared: Prepared
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    try:
        return store.query(prepared.text, **prepared.arguments)
    except SyntaxError:
        if prepared.text == job["query"]:
            raise
        # The place told must be one of the text as it was sent.
        return store.query(job["query"], **prepared.arguments)


def _dataset(job: dict[str, Any]) -> dict[str, Any]:
    """Return the dataset: that of the request, else that of the query, else the union of all graphs."""
    defaults, named = job.get("defaultGraphs"), job.get("namedGraphs")
    if defaults is None and named is None:
        # The union flag of the engine would override a FROM of the query.
        return {} if job["hasDataset"] else {"use_default_graph_as_union": True}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in defaults or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in named or ()],
    }
