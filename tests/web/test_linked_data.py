"""IRIs under ``/id/``, and pages as data by suffix and by Accept."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from tests.web.site_pages import HTML, NOT_IN_OPENAPI, PAGES
from werkzeug.test import Client, TestResponse

from zhiyin.settings import Settings

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


@pytest.mark.parametrize(
    ("address", "kind"),
    [("/clauses/4.3.3.1", "Legislation"), ("/concepts/core-system", "DefinedTerm"), ("/", "Dataset")],
)
def test_page_carries_json_ld_for_crawlers(client: Client, address: str, kind: str) -> None:
    text = client.get(address, headers={"Accept": HTML}).get_data(as_text=True)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    said = json.loads(found[1])
    assert said["@context"] == "https://schema.org/"
    assert said["@type"] == kind
    assert said["name"]
    assert urlsplit(said["url"]).path == address
    # What it names is here: each IRI of ours leads somewhere, each download is one.
    named = re.findall(r'"(https://w3id\.org/zhiyin/[^"]+)"', found[1])
    assert named
    for iri in named:
        assert client.get(iri.removeprefix("https://w3id.org/zhiyin")).status_code == 303, iri
    for download in said.get("distribution", []):
        response = client.get(urlsplit(download["contentUrl"]).path)
        assert response.mimetype == download["encodingFormat"]


def test_sitemap_lists_pages_that_are_there(client: Client) -> None:
    listed = client.get("/sitemap.xml").get_data()
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    addresses = [e.text or "" for e in ElementTree.fromstring(listed).iter(space + "loc")]  # noqa: S314 - our own answer
    assert len(addresses) == len(set(addresses)) > 771 + 400
    paths = [urlsplit(a)._replace(scheme="", netloc="").geturl() for a in addresses]
    assert {"/docs/ontology", "/compare?from=1&to=4", "/questions/tier_additions"} <= set(paths)
    for path in (*paths[:40], *paths[40::97]):
        assert client.get(path, headers={"Accept": HTML}).status_code == 200, path
    pages = {urlsplit(a).path for a in PAGES}
    assert {p for p in pages if p in NOT_IN_OPENAPI} <= set(paths)


def test_page_without_data_says_so_here(client: Client) -> None:
    """A page is data by Accept; one that holds none stands in this list, so that none is forgotten."""
    asked = {a: client.get(a, headers={"Accept": "application/json"}) for a in PAGES if a != "/sparql"}
    pages = {urlsplit(a).path for a, said in asked.items() if (said.status_code, said.mimetype) == (200, "text/html")}
    forms = {"/", "/validate", "/declare"}
    assert pages == forms | {"/docs", "/docs/service", "/docs/vocabulary/power", "/docs/vocabulary/submission"}


@pytest.mark.parametrize("suffix", ["nq", "trig", "ttl", "nt"])
def test_whole_graph(client: Client, suffix: str) -> None:
    response = client.get(f"/data/zhiyin.{suffix}")
    assert response.mimetype == SYNTAXES[suffix][0]
    assert len(response.get_data()) > 1_000_000
    assert client.get(f"/data/zhiyin.{suffix}", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_the_whole_graph_is_sent_in_slices_to_a_part_of_the_threads(client: Client) -> None:
    most = Settings().threads // 4

    def begun(address: str) -> TestResponse:
        return client.get("/data/zhiyin.nq", buffered=False, environ_overrides={"REMOTE_ADDR": address})

    held: list[tuple[TestResponse, Any]] = []
    for number in range(most):
        # One client takes half of the places at most; another has the rest.
        answer = begun(f"192.0.2.{number * 2 // most}")
        assert answer.status_code == 200
        slices = iter(answer.response)
        assert len(next(slices)) == 1 << 16
        held.append((answer, slices))
        if number == most // 2 - 1:
            assert begun("192.0.2.0").status_code == 503
    for encoding in ("identity", "gzip"):
        refused = client.get("/data/zhiyin.nq", headers={"Accept-Encoding": encoding})
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert "come again" in refused.get_json()["detail"]
    # What sends nothing takes no place, and each answer that ends gives its own back.
    assert client.head("/data/zhiyin.nq").status_code == 200
    answer, slices = held.pop()
    sent = 1 << 16
    for piece in slices:
        sent += len(piece)
    assert sent == answer.content_length
    answer.close()
    for answer, _ in held:
        answer.close()
    whole = [client.get("/data/zhiyin.nq").get_data() for _ in range(most + 1)]
    assert len(set(whole)) == 1


@pytest.mark.parametrize(
    ("address", "accept"),
    [
        ("/browse?tier=3&section=2&mark=新增", "application/json"),
        ("/browse?tier=3&section=2&mark=新增", "text/csv"),
        ("/browse?tier=3&section=2&mark=新增", "text/turtle"),
        ("/browse", "application/n-triples"),
        ("/compare?from=1&to=2", "application/json"),
        ("/compare?from=1&to=2", "text/csv"),
        ("/compare", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("/concepts", "application/json"),
        ("/concepts", "text/csv"),
        ("/concepts", "text/turtle"),
        ("/search?q=门禁卡", "application/json"),
        ("/questions", "application/json"),
        ("/questions/counts_by_tier", "application/sparql-results+json"),
        ("/questions/tier_additions?tier=3", "text/csv"),
        ("/questions/lineage_graph", "text/turtle"),
        ("/docs/reading", "application/json"),
        ("/docs/vocabulary", "application/json"),
        ("/docs/vocabulary", "text/csv"),
        ("/docs/ontology", "text/turtle"),
        ("/docs/ontology", "application/json"),
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


def test_rdf_of_a_filtered_page_is_filtered(client: Client) -> None:
    asked = client.get("/browse?tier=3&section=2&obligation=optional", headers={"Accept": "text/turtle"})
    data = client.get(asked.headers["Location"]).get_data()
    subjects = {str(getattr(q.subject, "value", "")) for q in ox.parse(data, format=ox.RdfFormat.TURTLE)}
    assert {s.rpartition("/")[2] for s in subjects} == {"4.2.3.5"}


def test_concepts_as_skos(client: Client) -> None:
    quads = list(ox.parse(client.get("/concepts.ttl").get_data(), format=ox.RdfFormat.TURTLE))
    concept = "http://www.w3.org/2004/02/skos/core#Concept"
    found = {q.subject for q in quads if getattr(q.object, "value", "") == concept}
    assert len(found) == client.get("/api/concepts").get_json()["total"]
    assert client.get("/concepts.pdf").status_code == 404
