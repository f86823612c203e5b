"""Wires the question library to the graph: the values its parameters may take, and a store to ask on the spot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph

from zhiyin import resources
from zhiyin.catalogue import Catalogue
from zhiyin.composition.graph import BuiltGraph
from zhiyin.errors import BadQuery, NotFound
from zhiyin.model import number_key
from zhiyin.namespaces import NAMES, PREFIXES, Names
from zhiyin.questions import Kind, Question, bind, read_library

_TABLES: Final = {
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}
_GRAPHS: Final = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "json": pyoxigraph.RdfFormat.JSON_LD,
    "xml": pyoxigraph.RdfFormat.RDF_XML,
}


@cache
def question_library() -> dict[str, Question]:
    """Return the questions of the library by name."""
    return read_library(resources.query_files())


def question_choices(catalogue: Catalogue) -> dict[Kind, list[str]]:
    """Return the values that each kind of question parameter may take in this graph."""
    quantities = {threshold.quantity for clause in catalogue.clauses.values() for threshold in clause.thresholds}
    topics = [section.local_number for section in catalogue.sections.values() if section.local_number]
    return {
        Kind.TIER: [str(level) for level in catalogue.tiers],
        Kind.SECTION: list(catalogue.sections),
        Kind.TOPIC: sorted(set(topics), key=number_key),
        Kind.CONCEPT: list(catalogue.concepts),
        Kind.CLAUSE: list(catalogue.clauses),
        Kind.FAMILY: list(catalogue.families),
        Kind.QUANTITY: sorted(quantities),
        Kind.METRIC: list(catalogue.metrics),
    }


def question_query(
    catalogue: Catalogue, name: str, values: Mapping[str, str], names: Names = NAMES
) -> tuple[Question, str]:
    """Return the question ``name`` and its query text with ``values`` bound, asked of the edition of ``names``.

    Raises NotFound for an unknown name and BadParameter, with the values allowed, for a bad parameter.
    """
    library = question_library()
    if name not in library:
        raise NotFound(
            f"问题库里没有“{name}”；有：{'、'.join(library)}", f"no question '{name}'; there are: {', '.join(library)}"
        )
    return library[name], bind(library[name], values, question_choices(catalogue), names)


def ask(graph: BuiltGraph, query: str, form: str = "json") -> bytes:
    """Return what ``query`` comes to on the spot, without service or limits: for the command line and tests.

    ``form`` is json, xml, csv or tsv for a table, and json (JSON-LD), xml or ttl for a graph. Without a dataset
    clause the query sees asserted and inferred triples together.
    """
    try:
        found = _store(graph.path).query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
        if isinstance(found, pyoxigraph.QueryTriples):
            return _write_graph(found, _GRAPHS.get(form, pyoxigraph.RdfFormat.TURTLE))
        return found.serialize(format=_TABLES.get(form, pyoxigraph.QueryResultsFormat.JSON)) or b""
    except (SyntaxError, ValueError) as fault:
        raise BadQuery(f"查询有误：{fault}", f"bad query: {fault}") from fault


def _write_graph(triples: Iterable[pyoxigraph.Triple], form: pyoxigraph.RdfFormat) -> bytes:
    """Serialise sorted triples with the prefixes they use, so that the same graph gives the same bytes."""
    found = sorted(triples, key=str)
    text = "\n".join(map(str, found))
    used = {prefix: namespace for prefix, namespace in PREFIXES.items() if f"<{namespace}" in text}
    return pyoxigraph.serialize(found, format=form, prefixes=used) or b""


@cache
def _store(path: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_load(path.read_bytes(), format=pyoxigraph.RdfFormat.N_QUADS)
    return store
