"""A graph loaded anew reaches pages, API and search together; one that cannot be read changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client

from zhiyin import composition
from zhiyin.composition import BuiltGraph
from zhiyin.composition import services as wiring
from zhiyin.composition.graph import open_graph
from zhiyin.errors import Unavailable
from zhiyin.services import Services
from zhiyin.sparql.service import SparqlService
from zhiyin.web.site import site_of

BEFORE, AFTER = "漏水检测", "渗漏感知"


@pytest.fixture
def own(services: Services) -> Iterator[Services]:
    """Give services whose SPARQL service is this test's alone, on the store of the session."""
    sparql = SparqlService(services.sparql.engine, services.settings, search=services.sparql.search)
    yield replace(services, sparql=sparql)
    composition.question_library.cache_clear()


def reworded(graph: BuiltGraph, folder: Path) -> BuiltGraph:
    """The graph with one expression of the text written otherwise."""
    text = graph.path.read_text(encoding="utf-8")
    assert BEFORE in text
    assert AFTER not in text
    path = folder / "graph.nq"
    path.write_text(text.replace(BEFORE, AFTER), encoding="utf-8")
    return open_graph(path)


def first(sparql: SparqlService) -> object:
    """The clause that search inside SPARQL finds first, and its score."""
    query = f'PREFIX zy: <https://w3id.org/zhiyin/ontology#> SELECT * {{ (?c ?s) zy:search ("{AFTER}" 1) }}'
    return sparql.select(query).rows


def text(client: Client) -> str:
    return str(client.get("/api/clauses/5.2.1.7").get_json()["text"])


def test_pages_and_search_follow_the_new_graph(own: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    client = Client(site_of(own), use_cookies=False)
    assert BEFORE in text(client)
    graph = reworded(own.graph, tmp_path)
    monkeypatch.setattr(wiring, "load_graph", lambda: graph)
    monkeypatch.setattr("zhiyin.resources.cache_folder", lambda: tmp_path)
    # An answer of the search before stands in the cache: it must not be taken for one of the search after.
    before = first(own.sparql)
    own.sparql.switched()
    assert AFTER in text(client)
    assert BEFORE not in text(client)
    assert AFTER in client.get("/api/search?q=" + AFTER).get_json()["hits"][0]["text"]
    assert first(own.sparql) != before


def failing() -> BuiltGraph:
    raise Unavailable("坏了", "broken")


def test_a_graph_that_cannot_be_read_leaves_the_pages(own: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(site_of(own), use_cookies=False)
    monkeypatch.setattr(wiring, "load_graph", failing)
    own.sparql.switched()
    assert BEFORE in text(client)
    assert client.get("/api/search?q=门禁卡").get_json()["total"] > 0
