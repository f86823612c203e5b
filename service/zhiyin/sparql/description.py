"""What the service says of itself: the SPARQL 1.1 service description, the VoID statistics and the example queries."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.errors import Overloaded, Unavailable
from zhiyin.sparql import media
from zhiyin.sparql.media import Format
from zhiyin.sparql.scan import outline
from zhiyin.sparql.searching import PROPERTY
from zhiyin.sparql.service import Example, SparqlService
from zhiyin.sparql.terms import Table, Term
from zhiyin.standards import DCTERMS, ENTAILMENT, FORMATS, RDF, RDFS, SD, SH, XSD

_VOID = "http://rdfs.org/ns/void#"
_PREFIXES = {"sd": SD, "void": _VOID, "sh": SH, "dcterms": DCTERMS, "rdfs": RDFS, "rdf": RDF, "xsd": XSD}
_TYPE = ox.NamedNode(RDF + "type")
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class } GROUP BY ?class"
_PROPERTIES = (
    "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) "
    "{ ?s ?p ?o } GROUP BY ?p"
)
_TOTALS = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }"
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_FRESH = 300.0
_PATIENCE = 5.0
Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of the default graph (the union) and of each named graph; ``None`` where they took too long."""

    triples: int | None
    subjects: int | None
    objects: int | None
    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int, int, int], ...]
    graphs: tuple[tuple[str, int | None], ...]


class Description:
    """Describes one service; the statistics are counted once for each generation of the data."""

    def __init__(self, service: SparqlService) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._known: tuple[str | None, float, Statistics] | None = None

    def statistics(self) -> Statistics:
        """Return the figures, counted by queries as any other store would answer them."""
        generation = self._service.engine.generation
        with self._lock:
            known = self._known
            # A store whose changes cannot be seen is counted anew once in a while.
            stale = generation is None and known is not None and time.monotonic() - known[1] > _FRESH
            if known is None or known[0] != generation or stale:
                known = self._known = (generation, time.monotonic(), count(self._service))
            return known[2]

    def service_description(self, endpoint: str, form: Format) -> bytes:
        """Return the description of the service at the address ``endpoint``."""
        return _serialize(self._service_triples(endpoint), form)

    def void(self, endpoint: str, form: Format) -> bytes:
        """Return the VoID description of the dataset, for ``/.well-known/void``."""
        dataset = ox.NamedNode(endpoint.rsplit("/", 1)[0] + "/.well-known/void#dataset")
        return _serialize(self._void_triples(endpoint, dataset), form)

    def _service_triples(self, endpoint: str) -> Iterator[ox.Triple]:
        service, dataset = ox.NamedNode(endpoint + "#service"), ox.NamedNode(endpoint + "#dataset")
        yield from _facts(
            service,
            [
                (RDF + "type", ox.NamedNode(SD + "Service")),
                (SD + "endpoint", ox.NamedNode(endpoint)),
                (SD + "supportedLanguage", ox.NamedNode(SD + "SPARQL11Query")),
                (SD + "feature", ox.NamedNode(SD + "UnionDefaultGraph")),
                (SD + "defaultEntailmentRegime", ox.NamedNode(ENTAILMENT + "Simple")),
                (SD + "propertyFeature", ox.NamedNode(PROPERTY)),
                (SD + "defaultDataset", dataset),
                (SD + "availableGraphs", dataset),
            ],
        )
        if self._service.settings.service_endpoints:
            yield _triple(service, SD + "feature", ox.NamedNode(SD + "BasicFederatedQuery"))
        yield from self._formats(service)
        yield from _facts(
            ox.NamedNode(PROPERTY),
            [
                (RDF + "type", ox.NamedNode(SD + "Feature")),
                (RDFS + "label", ox.Literal("全文检索", language="zh")),
                (RDFS + "label", ox.Literal("full-text search", language="en")),
                (
                    RDFS + "comment",
                    ox.Literal('?clause zy:search "词" ；(?clause ?score) zy:search ("词" 20)', language="zh"),
                ),
                (
                    RDFS + "comment",
                    ox.Literal('?clause zy:search "words" ; (?clause ?score) zy:search ("words" 20)', language="en"),
                ),
            ],
        )
        yield from self._dataset_triples(dataset)
        yield from self._void_triples(endpoint, ox.NamedNode(endpoint + "#default-graph"))
        for example in self._service.examples():
            yield from _example(endpoint, example)

    def _formats(self, service: Node) -> Iterator[ox.Triple]:
        for item in media.FORMATS:
            if item.w3c:
                yield _triple(service, SD + "resultFormat", ox.NamedNode(FORMATS + item.w3c))
            elif item is media.XLSX:
                kind = ox.BlankNode()
                yield _triple(service, SD + "resultFormat", kind)
                yield _triple(kind, FORMATS + "media_type", ox.Literal(item.content_type))

    def _dataset_triples(self, dataset: Node) -> Iterator[ox.Triple]:
        default = ox.NamedNode(str(dataset.value).rsplit("#", 1)[0] + "#default-graph")
        yield from _facts(
            dataset,
            [
                (RDF + "type", ox.NamedNode(SD + "Dataset")),
                (SD + "defaultGraph", default),
            ],
        )
        yield _triple(default, RDF + "type", ox.NamedNode(SD + "Graph"))
        for name, triples in self.statistics().graphs:
            named, graph = ox.BlankNode(), ox.BlankNode()
            yield from _facts(
                dataset,
                [(SD + "namedGraph", named)],
            )
            yield from _facts(
                named,
                [
                    (RDF + "type", ox.NamedNode(SD + "NamedGraph")),
                    (SD + "name", ox.NamedNode(name)),
                    (SD + "graph", graph),
                ],
            )
            yield _triple(graph, RDF + "type", ox.NamedNode(SD + "Graph"))
            yield from _counted(graph, {"triples": triples})

    def _void_triples(self, endpoint: str, dataset: Node) -> Iterator[ox.Triple]:
        figures = self.statistics()
        yield from _facts(
            dataset,
            [
                (RDF + "type", ox.NamedNode(_VOID + "Dataset")),
                (DCTERMS + "title", ox.Literal("期货公司信息技术管理指引知识图谱", language="zh")),
                (
                    DCTERMS + "title",
                    ox.Literal("Knowledge graph of the futures companies' IT guideline", language="en"),
                ),
                (_VOID + "sparqlEndpoint", ox.NamedNode(endpoint)),
                (_VOID + "dataDump", ox.NamedNode(endpoint.rsplit("/", 1)[0] + "/data/zhiyin.nq")),
                (_VOID + "uriSpace", ox.Literal("https://w3id.org/zhiyin/")),
            ],
        )
        yield from _counted(
            dataset,
            {
                "triples": figures.triples,
                "distinctSubjects": figures.subjects,
                "distinctObjects": figures.objects,
                "classes": len(figures.classes) or None,
                "properties": len(figures.properties) or None,
            },
        )
        for name, entities in figures.classes:
            part = ox.BlankNode()
            yield _triple(dataset, _VOID + "classPartition", part)
            yield _triple(part, _VOID + "class", ox.NamedNode(name))
            yield _triple(part, _VOID + "entities", _number(entities))
        for name, triples, subjects, objects in figures.properties:
            part = ox.BlankNode()
            yield _triple(dataset, _VOID + "propertyPartition", part)
            yield _triple(part, _VOID + "property", ox.NamedNode(name))
            yield _triple(part, _VOID + "triples", _number(triples))
            yield _triple(part, _VOID + "distinctSubjects", _number(subjects))
            yield _triple(part, _VOID + "distinctObjects", _number(objects))


def count(service: SparqlService) -> Statistics:
    """Return the figures of what ``service`` holds, as far as they can be had within the limits of a query."""
    totals = next(iter(_rows(service, _TOTALS, "n", "subjects", "objects")), None)
    graphs = _rows(service, _GRAPHS, "g", "n")
    state = service.state()
    return Statistics(
        triples=int(totals[0].value) if totals else state.triples,
        subjects=int(totals[1].value) if totals else None,
        objects=int(totals[2].value) if totals else None,
        classes=tuple(
            (row[0].value, int(row[1].value)) for row in _rows(service, _CLASSES, "class", "n") if row[0].kind == "uri"
        ),
        properties=tuple(
            (row[0].value, int(row[1].value), int(row[2].value), int(row[3].value))
            for row in _rows(service, _PROPERTIES, "p", "n", "subjects", "objects")
        ),
        graphs=tuple((row[0].value, int(row[1].value)) for row in graphs)
        or tuple((name, None) for name in state.graphs),
    )


def _rows(service: SparqlService, query: str, *names: str) -> list[list[Term]]:
    try:
        return _sorted(service.select(query, timeout=_PATIENCE), *names)
    except (Unavailable, Overloaded):
        return []


def _sorted(table: Table, *names: str) -> list[list[Term]]:
    rows = [[record[name] for name in names] for record in table.records() if all(name in record for name in names)]
    return sorted(rows, key=lambda row: row[0].value)


def _example(endpoint: str, example: Example) -> Iterator[ox.Triple]:
    node = ox.NamedNode(f"{endpoint}#{example.name}")
    property_name = {
        "SELECT": "select",
        "ASK": "ask",
        "CONSTRUCT": "construct",
        "DESCRIBE": "describe",
    }
    form = _form(example.query)
    yield from _facts(
        node,
        [
            (RDF + "type", ox.NamedNode(SH + "SPARQLExecutable")),
            (RDF + "type", ox.NamedNode(f"{SH}SPARQL{form.capitalize()}Executable")),
            (RDFS + "label", ox.Literal(example.title_zh, language="zh")),
            (RDFS + "label", ox.Literal(example.title_en, language="en")),
            (SH + property_name[form], ox.Literal(example.query)),
            ("https://schema.org/target", ox.NamedNode(endpoint)),
        ],
    )
    if example.description:
        yield _triple(node, RDFS + "comment", ox.Literal(example.description))


def _form(text: str) -> str:
    return outline(text, 1000).form


def _facts(subject: Node, pairs: Iterable[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal]]) -> Iterator[ox.Triple]:
    for name, value in pairs:
        yield _triple(subject, name, value)


def _counted(subject: Node, figures: dict[str, int | None]) -> Iterator[ox.Triple]:
    for name, value in figures.items():
        if value is not None:
            yield _triple(subject, _VOID + name, _number(value))


def _triple(subject: Node, name: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(name), value)


def _number(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def _serialize(triples: Iterable[ox.Triple], form: Format) -> bytes:
    data = ox.serialize(triples, format=getattr(ox.RdfFormat, form.native), prefixes=_PREFIXES)
    return data or b""
