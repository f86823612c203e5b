"""The process that answers one query at a time from the store it was forked with, under limits the kernel keeps."""

from __future__ import annotations

import json
import mmap
import os
import re
import resource
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from zhiyin.sparql import channel, media
from zhiyin.sparql.job import Cut
from zhiyin.sparql.results import write_boolean, write_graph, write_table

_FORMATS = {item.name: item for item in media.FORMATS}
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_GRACE = 1.0


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
    while True:
        try:
            frame = channel.receive(connection)
        except (channel.ClosedError, OSError):
            os._exit(0)
        job = json.loads(frame.body)
        # The default action of the alarm ends the process wherever it is; nothing here has to notice.
        signal.setitimer(signal.ITIMER_REAL, job["timeout"] + _GRACE)
        try:
            _answer(connection, shared, store, job, limits, prefixes)
        except OSError:
            os._exit(1)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _share(connection: socket.socket) -> mmap.mmap:
    descriptor = os.memfd_create("zhiyin-answer")
    os.ftruncate(descriptor, channel.SHARED)
    shared = mmap.mmap(descriptor, channel.SHARED)
    hello = json.dumps({"pid": os.getpid()}).encode()
    socket.send_fds(connection, [channel.HEADER.pack(channel.HELLO, len(hello)) + hello], [descriptor])
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
        self.streaming = False

    def write(self, data: bytes) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size > self._limit:
            self.streaming = True
            channel.send(self._connection, channel.CHUNK, b"".join(self._parts))
            self._parts.clear()
            self._size = 0
            self._limit = 1 << 18

    def finish(self, cut: Cut) -> None:
        if self.streaming:
            if self._parts:
                channel.send(self._connection, channel.CHUNK, b"".join(self._parts))
            channel.send(self._connection, channel.END, cut.encode())
            return
        offset = 0
        for part in self._parts:
            self._shared[offset : offset + len(part)] = part
            offset += len(part)
        channel.send(self._connection, channel.WHOLE, channel.pack_whole(cut, offset))


def _answer(
    connection: socket.socket,
    shared: mmap.mmap,
    store: ox.Store,
    job: dict[str, Any],
    limits: Limits,
    prefixes: dict[str, str],
) -> None:
    reply = _Reply(connection, shared, limits.stream_from)
    started = time.monotonic()
    try:
        cut = evaluate(store, job, reply.write, prefixes)
    except SyntaxError as error:
        channel.send_json(connection, channel.ERROR, syntax_fault(str(error)))
    except (RuntimeError, ValueError, MemoryError, OSError) as error:
        if isinstance(error, (BrokenPipeError, ConnectionError)):
            raise
        channel.send_json(
            connection,
            channel.ERROR,
            {"kind": "evaluation", "message": str(error), "seconds": time.monotonic() - started},
        )
    else:
        reply.finish(cut)


def syntax_fault(message: str) -> dict[str, Any]:
    """Return what the parser says as line, column and a sentence without its list of single characters."""
    match = _POSITION.search(message)
    if match is None:
        return {"kind": "syntax", "message": message, "line": None, "column": None}
    expected = match.group(3)
    return {"kind": "syntax", "message": expected, "line": int(match.group(1)), "column": int(match.group(2))}


def evaluate(store: ox.Store, job: dict[str, Any], write: Callable[[bytes], None], prefixes: dict[str, str]) -> Cut:
    """Run the query of ``job`` on ``store`` and write its answer; returns whether it was cut."""
    form = _FORMATS[job["format"]]
    results = store.query(job["query"], **_dataset(job))
    if isinstance(results, ox.QueryBoolean):
        write_boolean(results, form, write)
        return Cut.NOT
    if isinstance(results, ox.QuerySolutions):
        return write_table(results, form, write, job["maxRows"], job["maxBytes"])
    return write_graph(results, form, write, job["maxRows"], job["maxBytes"], prefixes)


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
