"""The service description, the VoID data and what a machine finds in them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, SH, Graph, Literal, Namespace, URIRef
from rdflib.namespace import VOID
from tests.sparql.conftest import ASSERTED, EXAMPLE, INFERRED, ZY, Client

from zhiyin.server.front import SparqlFront
from zhiyin.settings import Settings
from zhiyin.sparql.embedded import EmbeddedEngine
from zhiyin.sparql.pool import timed_out
from zhiyin.sparql.service import SparqlService
from zhiyin.sparql.terms import Table

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")


@pytest.fixture(scope="module")
def graph(client: Client) -> Graph:
    response = client.send("GET", "", {"Accept": "text/turtle"})
    assert response.status == 200
    return Graph().parse(data=response.body, format="turtle")


def test_a_get_without_query_describes_the_service_and_its_endpoint(graph: Graph) -> None:
    service = graph.value(None, RDF.type, SD.Service)
    assert service is not None
    assert graph.value(service, SD.endpoint) == URIRef("http://data.example/sparql")
    assert graph.value(service, SD.supportedLanguage) == SD.SPARQL11Query
    assert (service, SD.feature, SD.UnionDefaultGraph) in graph
    assert (service, SD.feature, SD.DereferencesURIs) not in graph
    assert (service, SD.feature, SD.BasicFederatedQuery) not in graph
    assert graph.value(service, SD.propertyFeature) == URIRef(ZY + "search")


@pytest.mark.parametrize(
    "name",
    [f"SPARQL_Results_{name}" for name in ("JSON", "XML", "CSV", "TSV")]
    + [*["Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"]],
)
def test_every_format_is_named(graph: Graph, name: str) -> None:
    assert (graph.value(None, RDF.type, SD.Service), SD.resultFormat, FORMATS[name]) in graph


def test_the_named_graphs_and_their_sizes(graph: Graph) -> None:
    dataset = graph.value(graph.value(None, RDF.type, SD.Service), SD.defaultDataset)
    named = {graph.value(node, SD.name): graph.value(node, SD.graph) for node in graph.objects(dataset, SD.namedGraph)}
    assert graph.value(named[URIRef(ASSERTED)], VOID.triples) == Literal(37)
    assert graph.value(named[URIRef(INFERRED)], VOID.triples) == Literal(12)
    assert graph.value(graph.value(dataset, SD.defaultGraph), VOID.triples) == Literal(52)


def test_the_partitions_of_classes_and_properties(graph: Graph) -> None:
    classes = {
        graph.value(node, VOID["class"]): graph.value(node, VOID.entities)
        for node in graph.objects(None, VOID.classPartition)
    }
    assert classes[URIRef(ZY + "Clause")] == Literal(12)
    properties = {graph.value(node, VOID.property): node for node in graph.objects(None, VOID.propertyPartition)}
    assert graph.value(properties[RDF.type], VOID.triples) == Literal(27)
    assert graph.value(properties[RDF.type], VOID.distinctSubjects) == Literal(15)
    assert graph.value(properties[URIRef(ZY + "number")], VOID.distinctObjects) == Literal(12)


def test_the_examples_can_be_run(graph: Graph, client: Client) -> None:
    example = graph.value(None, RDF.type, SH.SPARQLExecutable)
    assert (example, RDF.type, SH.SPARQLSelectExecutable) in graph
    query = str(graph.value(example, SH.select))
    assert query == EXAMPLE.query
    assert len(client.get(query).rows) == 12
    assert graph.value(example, URIRef("https://schema.org/target")) == URIRef("http://data.example/sparql")


@pytest.mark.parametrize(
    ("accept", "media_type", "syntax"),
    [
        ("application/rdf+xml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/n-triples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("*/*", "text/turtle", ox.RdfFormat.TURTLE),
        ("text/turtle;q=0.1, application/rdf+xml;q=0.2", "application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_it_is_negotiated(client: Client, accept: str, media_type: str, syntax: ox.RdfFormat) -> None:
    for path in ("/sparql", "/.well-known/void"):
        response = client.send("GET", "", {"Accept": accept}, path=path)
        assert (response.status, response.media_type) == (200, media_type)
        assert len(list(ox.parse(response.body, format=syntax))) > 20
    assert client.send("GET", "", {"Accept": "text/csv"}).status == 406


def test_void_is_the_dataset_alone(client: Client) -> None:
    response = client.send("GET", "", {"Accept": "text/turtle"}, path="/.well-known/void")
    graph = Graph().parse(data=response.body, format="turtle")
    dataset = graph.value(None, RDF.type, VOID.Dataset)
    assert graph.value(dataset, VOID.triples) == Literal(52)
    assert graph.value(dataset, VOID.sparqlEndpoint) == URIRef("http://data.example/sparql")
    assert graph.value(None, RDF.type, SD.Service) is None
    again = client.send(
        "GET", "", {"Accept": "text/turtle", "If-None-Match": response.headers["etag"]}, path="/.well-known/void"
    )
    assert again.status == 304


def test_a_store_too_large_to_count_is_described_all_the_same(data_file: Path) -> None:
    settings = Settings(query_timeout=5.0, max_nesting=200)
    engine = EmbeddedEngine.open([data_file], settings, {})
    service = SparqlService(engine, settings)

    def late(text: str, **_: object) -> Table:
        raise timed_out(1.0, 1.0)

    service.select = late  # type: ignore[method-assign]
    try:
        response = Client(SparqlFront(service)).send("GET", "", {"Accept": "text/turtle"})
        graph = Graph().parse(data=response.body, format="turtle")
        dataset = graph.value(graph.value(None, RDF.type, SD.Service), SD.defaultDataset)
        named = {graph.value(node, SD.name) for node in graph.objects(dataset, SD.namedGraph)}
        assert {URIRef(ASSERTED), URIRef(INFERRED)} <= named
        assert graph.value(graph.value(dataset, SD.defaultGraph), VOID.triples) == Literal(52)
        assert graph.value(None, VOID.propertyPartition) is None
    finally:
        service.close()


def test_a_strange_host_is_not_repeated(client: Client) -> None:
    response = client.send("GET", "", {"Accept": "text/turtle", "Host": 'x"> <script'})
    assert b"<script" not in response.body
    assert b"http://localhost/sparql" in response.body
