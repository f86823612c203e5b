"""Runs the shapes of a tier over a company's facts with one of two SHACL engines; both give the same results."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import SH, XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

from zhiyin.errors import Message
from zhiyin.law.shapes import ShapeLibrary, working_copy

if TYPE_CHECKING:
    import shacl
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result as SparqlResult


_LOG = logging.getLogger("zhiyin.validation")


class Engine(StrEnum):
    """The SHACL engines: ``pyshacl`` is the reference, ``shacl`` the compiled one for bulk work."""

    PYSHACL = "pyshacl"
    COMPILED = "shacl"


@cache
def fallback() -> Message | None:
    """Return what to tell where the compiled engine cannot be loaded, as on 64-bit Arm, which has no wheel of it."""
    try:
        importlib.import_module("shacl")
    except ImportError:
        said = Message(
            "此平台没有编译的 SHACL 引擎（shacl），改用 pyshacl：结论相同，约慢 50 倍（一份自述数秒至数十秒）",
            "there is no compiled SHACL engine (shacl) on this platform, pyshacl takes its place: the same verdicts, some "
            "50 times slower (seconds to tens of seconds for one submission)",
        )
        _LOG.warning("%s", said)
        return said
    return None


def usable(engine: Engine) -> Engine:
    """Return ``engine``, or the reference where the compiled one cannot be loaded."""
    return Engine.PYSHACL if engine is Engine.COMPILED and fallback() is not None else engine


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One SHACL result: the shape that spoke, the node and value it spoke of, and the variables it bound."""

    shape: str
    focus: str
    path: str
    value: str
    component: str
    bindings: tuple[tuple[str, str], ...]


class _Facts(Graph):
    """A graph that pyshacl may query without parsing the same text for every focus node, as it would otherwise."""

    def query(self, query_object: str | Query, *rest: Any, **options: Any) -> SparqlResult:  # noqa: ANN401
        """Answer a query, prepared at its first use in this process."""
        prepared_query = _prepared_query(query_object) if isinstance(query_object, str) else query_object
        return super().query(prepared_query, *rest, **options)


def _facts(text: str) -> _Facts:
    """Return the N-Triples as a graph of rdflib's, read by the faster parser; a term that recurs is made once."""
    terms: dict[object, Node] = {}

    def term(of: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        found = terms.get(of)
        if found is None:
            found = terms[of] = _rdflib_term(of)
        return found

    graph = _Facts(bind_namespaces="none")
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


def _rdflib_term(of: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(of, ox.Literal):
        if of.language:
            return Literal(of.value, lang=of.language)
        # rdflib tells a plain string from one of xsd:string; its own parser makes the former.
        plain = of.datatype.value == str(XSD.string)
        return Literal(of.value) if plain else Literal(of.value, datatype=URIRef(of.datatype.value))
    return BNode(of.value) if isinstance(of, ox.BlankNode) else URIRef(of.value)  # type: ignore[union-attr]


@cache
def _prepared_query(text: str) -> Query:
    return prepareQuery(text)


class PreparedShapes:
    """Shapes in an engine's own form, prepared once per process."""

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        self._text = bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        self._compiled: shacl.Shapes | None = None
        self._graph: Graph | None = None

    def run(self, text: str, engine: Engine) -> list[Result]:
        """Return the results over the N-Triples ``text``, sorted."""
        results = self._run_compiled(text) if engine is Engine.COMPILED else self._run_pyshacl(text)
        return sorted(set(results))

    def _run_compiled(self, text: str) -> list[Result]:
        import shacl

        if self._compiled is None:
            self._compiled = shacl.Shapes.from_text(self._text, "ntriples")
        report = self._compiled.validate_text(text, "ntriples")
        results = []
        for found in report.results:
            bindings = _bindings(found.messages)
            results.append(
                Result(
                    _plain(found.source_shape or found.root_shape),
                    _plain(found.focus_node),
                    # SHACL 5.3.2: the variable ?path gives sh:resultPath, which this engine leaves out.
                    _plain(found.path) or dict(bindings).get("path", ""),
                    found.value_plain or "",
                    found.component_iri,
                    bindings,
                )
            )
        return results

    def _run_pyshacl(self, text: str) -> list[Result]:
        import pyshacl
        from pyshacl.graph_abstraction import DataGraph

        if self._graph is None:
            self._graph = Graph(bind_namespaces="none").parse(data=self._text, format="nt")
        data = DataGraph.from_rdflib(_facts(text))
        _, found, _ = pyshacl.validate(data, shacl_graph=self._graph, inference="none", advanced=False)
        report = cast("Graph", found)
        results = []
        for node in report.objects(None, SH.result):
            facts: dict[Any, Any] = dict(report.predicate_objects(node))
            results.append(
                Result(
                    str(facts.get(SH.sourceShape, "")),
                    str(facts.get(SH.focusNode, "")),
                    str(facts.get(SH.resultPath, "")),
                    str(facts.get(SH.value, "")),
                    str(facts.get(SH.sourceConstraintComponent, "")),
                    _bindings([str(m) for m in report.objects(node, SH.resultMessage)]),
                )
            )
        return results


@cache
def prepared(library: ShapeLibrary) -> PreparedShapes:
    """Return the shapes of all tiers prepared once: one run serves the assessed tier, the ladder and all statuses."""
    return PreparedShapes(working_copy(library))


def _plain(term: str | None) -> str:
    return "" if term is None else term.removeprefix("<").removesuffix(">")


def _bindings(messages: list[str]) -> tuple[tuple[str, str], ...]:
    pairs: dict[str, str] = {}
    for message in messages:
        for part in message.split("\x1f"):
            name, equals, value = part.partition("=")
            if equals and name.isidentifier() and not value.startswith("{?"):
                pairs[name] = value
    return tuple(sorted(pairs.items()))


def by_shape(results: list[Result]) -> Mapping[str, list[Result]]:
    """Return the results grouped by shape IRI."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.shape, []).append(result)
    return groups


__all__ = ["Engine", "PreparedShapes", "Result", "by_shape", "prepared"]
