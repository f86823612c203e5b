"""The process that loads the graph once and forks a worker for each connection: forking shares the loaded pages.

Started as ``python -m zhiyin.sparql.zygote``; its configuration comes as one JSON line on standard input, and when
that input closes it ends. It prints one JSON line once it listens.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import pyoxigraph as ox

from zhiyin.sparql.worker import Limits, serve

_PLAIN = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".n3": ox.RdfFormat.N3,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
}


_GLANCE = 1.0
LOADED = "https://w3id.org/zhiyin/id/loaded/"
"""What relative names in a loaded file are resolved against: the path on this machine is nobody's business."""


inherited: dict[str, ox.Store] = {}
"""Stores loaded before this process was forked, by digest: the pages are shared with the process that loaded them."""


def load(files: list[str]) -> tuple[ox.Store, str]:
    """Return a store that holds ``files`` and the SHA-256 of their bytes in order.

    A dataset format keeps its graphs, plain triples go to the default graph. Raises ValueError for a name whose
    ending tells no RDF format, OSError and SyntaxError as they come.
    """
    store = ox.Store()
    digest = hashlib.sha256()
    for name in files:
        path = Path(name)
        suffix = path.suffix.lower()
        if suffix not in _PLAIN:
            raise ValueError(f"{name}: unknown RDF file ending '{suffix}'; known: {' '.join(_PLAIN)}")
        with path.open("rb") as source:
            while block := source.read(1 << 20):
                digest.update(block)
        try:
            store.bulk_load(path=name, format=_PLAIN[suffix], base_iri=LOADED + quote(path.name))
        except SyntaxError as error:
            raise ValueError(f"{name}: {error}") from error
    return store, digest.hexdigest()


def _report(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def listen(path: str) -> socket.socket:
    """Return the socket at ``path`` to which a user of workers connects."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(256)
    return listener


def describe(store: ox.Store, digest: str) -> dict[str, Any]:
    """Return what is told of a loaded store."""
    graphs = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
    return {"digest": digest, "triples": len(store), "graphs": graphs}


def fork_for_ever(listener: socket.socket, lifeline: int, store: ox.Store, settings: dict[str, Any]) -> NoReturn:
    """Fork a worker for each connection until ``lifeline`` closes, whose other end the user of workers holds."""
    # Workers are reaped by the kernel; what the collector will never free must not be copied by its marking.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    parent = os.getppid()
    gc.collect()
    gc.freeze()
    limits = Limits(settings["memory"], settings["streamFrom"])
    federated = Limits(settings["memory"], settings["streamFrom"], federated=True)
    while True:
        readable, _, _ = select.select([listener.fileno(), lifeline], [], [], _GLANCE)
        # Processes forked meanwhile may hold the other end of the lifeline: its parent's end is an end too.
        if lifeline in readable or os.getppid() != parent:
            os._exit(0)
        if listener.fileno() not in readable:
            continue
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            listener.close()
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, lifeline)
            os.close(nothing)
            kind = connection.recv(1)
            serve(connection, store, federated if kind == b"F" else limits, settings["prefixes"])
        connection.close()


def main() -> None:
    """Load, listen, fork."""
    settings: dict[str, Any] = json.loads(sys.stdin.readline())
    try:
        store, digest = load(settings["files"])
    except (OSError, ValueError, SyntaxError) as error:
        _report({"error": str(error)})
        sys.exit(1)
    listener = listen(settings["socket"])
    _report(describe(store, digest))
    fork_for_ever(listener, sys.stdin.fileno(), store, settings)


if __name__ == "__main__":
    main()
