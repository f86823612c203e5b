"""The reference engine: pyshacl over N-Triples, its results as plain values."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox
import pyshacl
from pyshacl.graph_abstraction import DataGraph
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import SH, XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result as SparqlResult


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


class Reference:
    """Shapes as pyshacl holds them."""

    def __init__(self, shapes: str) -> None:
        self._shapes = Graph(bind_namespaces="none").parse(data=shapes, format="nt")

    def results(self, text: str) -> list[tuple[dict[str, str], list[str]]]:
        """Return what each result over the N-Triples ``text`` says, by the ends of SHACL's names, and its messages."""
        data = DataGraph.from_rdflib(_facts(text))
        _, found, _ = pyshacl.validate(data, shacl_graph=self._shapes, inference="none", advanced=False)
        report = cast("Graph", found)
        return [
            (
                {str(p).removeprefix(str(SH)): str(o) for p, o in report.predicate_objects(node)},
                [str(message) for message in report.objects(node, SH.resultMessage)],
            )
            for node in report.objects(None, SH.result)
        ]
