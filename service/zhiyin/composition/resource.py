"""What the graph says of one thing, and the whole graph, straight from the store: no query text is written."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from zhiyin.composition.graph import BuiltGraph


def describe(graph: BuiltGraph, iri: str) -> list[ox.Triple]:
    """Return the triples with ``iri`` as subject (and those of its blank nodes) or as object, in a steady order."""
    store = _store(graph.path)
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return []
    found: dict[ox.Triple, None] = {}
    stack: list[ox.NamedNode | ox.BlankNode] = [node]
    while stack:
        subject = stack.pop()
        for quad in store.quads_for_pattern(subject, None, None, None):
            if quad.triple not in found and isinstance(quad.object, ox.BlankNode):
                stack.append(quad.object)
            found[quad.triple] = None
    if found:
        for quad in store.quads_for_pattern(None, None, node, None):
            found[quad.triple] = None
    return sorted(found, key=str)


def statements(graph: BuiltGraph, iris: Iterable[str]) -> list[ox.Triple]:
    """Return the triples with one of ``iris`` as subject, by subject in the order given."""
    store = _store(graph.path)
    found: list[ox.Triple] = []
    for iri in iris:
        found += sorted({quad.triple for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None, None)}, key=str)
    return found


def dump(graph: BuiltGraph, syntax: ox.RdfFormat) -> bytes:
    """Return the whole graph; a syntax without named graphs gets the union."""
    store = _store(graph.path)
    if syntax in (ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG):
        return store.dump(format=syntax) or b""
    triples = dict.fromkeys(quad.triple for quad in store)
    return bytes(ox.serialize(triples, format=syntax) or b"")


def loaded(graph: BuiltGraph) -> ox.Store:
    """Return the graph in an engine of this process, loaded once; read-only by agreement."""
    return _store(graph.path)


@cache
def _store(path: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path.read_bytes(), format=ox.RdfFormat.N_QUADS)
    return store
