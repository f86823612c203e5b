"""IRIs under ``/id/``, and pages as data by suffix and by Accept."""

from __future__ import annotations

import json
import re

import pyoxigraph as ox
import pytest
from tests.web.site_pages import HTML
from werkzeug.test import Client

SYNTAXES = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "trig": ("application/trig", ox.RdfFormat.TRIG),
    "nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
}
NAMES = (
    "clause/4.3.3.1",
    "clause/1.4.1",
    "concept/core-system",
    "tier/3",
    "family/f081",
    "section/4.3",
    "guideline/futures-it",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("accept", [HTML, "", *(media for media, _ in SYNTAXES.values())])
def test_iri_sees_other(client: Client, name: str, accept: str) -> None:
    response = client.get(f"/id/{name}", headers={"Accept": accept} if accept else {})
    assert response.status_code == 303
    assert "Accept" in response.headers["Vary"]
    assert 'rel="alternate"; type="text/turtle"' in response.headers["Link"]
    followed = client.get(response.headers["Location"], headers={"Accept": accept} if accept else {})
    assert followed.status_code in (200, 303)
    if accept and accept != HTML:
        assert followed.mimetype == accept


@pytest.mark.parametrize("suffix", SYNTAXES)
@pytest.mark.parametrize("address", ["/clauses/4.3.3.1", "/clauses/1.4.1", "/concepts/core-system"])
def test_page_is_data_by_suffix_and_by_accept(client: Client, address: str, suffix: str) -> None:
    media, syntax = SYNTAXES[suffix]
    by_suffix = client.get(f"{address}.{suffix}")
    by_accept = client.get(address, headers={"Accept": media})
    assert by_suffix.mimetype == by_accept.mimetype == media
    assert by_suffix.get_data() == by_accept.get_data()
    assert "Accept" in by_accept.headers["Vary"]
    quads = list(ox.parse(by_suffix.get_data(), format=syntax))
    local = address.rpartition("/")[2]
    assert any(getattr(q.subject, "value", "").endswith("/" + local) for q in quads)


@pytest.mark.parametrize("address", ["/clauses/4.3.3.1", "/concepts/core-system"])
def test_page_is_json_by_suffix_and_by_accept(client: Client, address: str) -> None:
    for response in (client.get(address + ".json"), client.get(address, headers={"Accept": "application/json"})):
        assert response.status_code == 303
        assert client.get(response.headers["Location"]).mimetype == "application/json"


def test_every_syntax_says_the_same(client: Client) -> None:
    sizes = {
        suffix: len(
            {
                (q.subject, q.predicate, q.object)
                for q in ox.parse(client.get(f"/clauses/4.3.3.1.{suffix}").get_data(), format=syntax)
            }
        )
        for suffix, (_, syntax) in SYNTAXES.items()
    }
    assert len(set(sizes.values())) == 1


@pytest.mark.parametrize("address", ["/clauses/9.9.9.9.ttl", "/concepts/nothing.jsonld", "/id/nothing", "/id/clause/"])
def test_unknown_thing_is_404(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_page_carries_json_ld_for_crawlers(client: Client) -> None:
    for address in ("/clauses/4.3.3.1", "/concepts/core-system"):
        text = client.get(address, headers={"Accept": HTML}).get_data(as_text=True)
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        assert found is not None
        assert json.loads(found[1])["@context"] == "https://schema.org/"


@pytest.mark.parametrize("suffix", ["nq", "trig", "ttl", "nt"])
def test_whole_graph(client: Client, suffix: str) -> None:
    response = client.get(f"/data/zhiyin.{suffix}")
    assert response.mimetype == SYNTAXES[suffix][0]
    assert len(response.get_data()) > 1_000_000
    assert client.get(f"/data/zhiyin.{suffix}", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("address", "accept"),
    [
        ("/browse?tier=3&section=2&mark=新增", "application/json"),
        ("/compare?from=1&to=2", "application/json"),
        ("/compare?from=1&to=2", "text/csv"),
        ("/compare", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("/concepts", "application/json"),
        ("/search?q=门禁卡", "application/json"),
        ("/questions", "application/json"),
        ("/questions/counts_by_tier", "application/sparql-results+json"),
        ("/questions/tier_additions?tier=3", "text/csv"),
        ("/questions/lineage_graph", "text/turtle"),
        ("/docs/reading", "application/json"),
        ("/docs/ontology", "text/turtle"),
        ("/docs/api", "application/json"),
    ],
)
def test_page_that_holds_data_gives_it_by_accept(client: Client, address: str, accept: str) -> None:
    asked = client.get(address, headers={"Accept": accept})
    assert asked.status_code == 303
    assert "Accept" in asked.headers["Vary"]
    data = client.get(asked.headers["Location"], headers={"Accept": accept}, follow_redirects=True)
    assert data.status_code == 200
    assert data.mimetype == accept


def test_data_of_a_filtered_page_is_filtered(client: Client) -> None:
    asked = client.get("/browse?tier=3&section=2&obligation=mandatory", headers={"Accept": "application/json"})
    items = client.get(asked.headers["Location"]).get_json()["items"]
    assert items
    assert all(item["section"].startswith("4.2.") and item["obligation"] == "必须" for item in items)
