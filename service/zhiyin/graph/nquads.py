"""Writes the asserted and the inferred triples as N-Quads whose bytes depend on the triples alone."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import BNode, Graph, URIRef
from rdflib.compare import to_canonical_graph

from zhiyin.graph.closure import ResourceTriple
from zhiyin.namespaces import NAMES, Names


def write_nquads(asserted: Graph, inferred: Iterable[ResourceTriple], names: Names = NAMES) -> str:
    """Return both graphs as sorted N-Quads, each in the named graph of its kind and edition."""
    added = Graph(bind_namespaces="none")
    for triple in inferred:
        added.add(triple)
    return "".join(
        sorted([*_lines(_stable_blanks(asserted), names.graph.asserted), *_lines(added, names.graph.inferred)])
    )


def write_resources(triples: Iterable[ResourceTriple]) -> str:
    """Return triples of IRIs as N-Triples, one a line, in their order."""
    return "".join(f"<{s}> <{p}> <{o}> .\n" for s, p, o in triples)


def read_resources(text: str) -> list[ResourceTriple]:
    """Read what :func:`write_resources` wrote."""
    rows = (line[1:-3].split("> <") for line in text.splitlines())
    return [(URIRef(s), URIRef(p), URIRef(o)) for s, p, o in rows]


def _lines(graph: Graph, name: str) -> Iterable[str]:
    # N-Triples put one triple on a line and escape every line feed, so a line is a triple.
    for line in graph.serialize(format="nt", encoding="utf-8").decode("utf-8").split("\n"):
        if line:
            yield f"{line.removesuffix('.')}<{name}> .\n"


def _stable_blanks(graph: Graph) -> Graph:
    """Return ``graph`` with blank nodes named after what they hold: a parser names them at random."""
    stable, anonymous = Graph(bind_namespaces="none"), Graph(bind_namespaces="none")
    for triple in graph:
        target = anonymous if isinstance(triple[0], BNode) or isinstance(triple[2], BNode) else stable
        target.add(triple)
    for triple in to_canonical_graph(anonymous):
        stable.add(triple)
    return stable
