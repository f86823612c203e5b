"""The documentation holds what it is made from: every term, axiom, component, rule and operation, each with an anchor."""

from __future__ import annotations

import csv
import io
import re

import pyoxigraph as ox
import pytest
from tests.web.site_pages import HTML
from werkzeug.test import Client

from zhiyin.composition.judging import rules
from zhiyin.intake.checks import canonical, structural_faults
from zhiyin.services import Services
from zhiyin.web.api_reference import operations
from zhiyin.web.components import components
from zhiyin.web.reference import reference
from zhiyin.web.statement import example_of, places_of
from zhiyin.web.term_address import term_address
from zhiyin.web.vocabulary_page import topics

ZY = "https://w3id.org/zhiyin/ontology#"
OWL = "http://www.w3.org/2002/07/owl#"


def text_of(client: Client, address: str, language: str = "zh") -> str:
    return client.get(f"{address}?lang={language}", headers={"Accept": HTML}).get_data(as_text=True)


def ids_in(text: str) -> set[str]:
    return set(re.findall(r'\sid="([^"]+)"', text))


def test_every_term_that_a_company_states_has_its_entry(client: Client) -> None:
    index = text_of(client, "/docs/vocabulary")
    anchors = {topic: ids_in(text_of(client, f"/docs/vocabulary/{topic}")) for topic in topics(rules())}
    for term in rules().vocabulary.terms.values():
        address = term_address(term)
        assert f'href="{address}"' in index
        # Addresses from before the vocabulary was in parts still lead to the term.
        assert f'id="{term.local}"' in index
        assert term.local in anchors[address.rpartition("/")[2].partition("#")[0]]
    assert len(anchors) > 30
    room = text_of(client, "/docs/vocabulary/machine-room")
    assert "单位" in room
    assert "公斤每平方米" in room


@pytest.mark.parametrize("topic", topics(rules()))
def test_links_between_terms_lead_to_entries(client: Client, topic: str) -> None:
    text = text_of(client, f"/docs/vocabulary/{topic}")
    own = ids_in(text)
    for link in re.findall(r'href="#([^"]+)"', text):
        assert link in own, link
    known = {term_address(term) for term in rules().vocabulary.terms.values()}
    for link in re.findall(r'href="(/docs/vocabulary/[^"]+#[^"]+)"', text):
        assert link in known, link


def test_topic_is_data_too(client: Client) -> None:
    turtle = client.get("/docs/vocabulary/power.ttl")
    subjects = {str(q.subject.value) for q in ox.parse(turtle.get_data(), format=ox.RdfFormat.TURTLE)}
    assert {t.iri for t in rules().vocabulary.terms.values() if t.source == "2-power"} <= subjects
    asked = client.get("/docs/vocabulary/power", headers={"Accept": "text/turtle"})
    assert (asked.status_code, asked.headers["Location"]) == (303, "/docs/vocabulary/power.ttl")


def test_settings_stand_apart_from_what_users_read(client: Client) -> None:
    assert "ZHIYIN_" not in text_of(client, "/docs")
    assert 'href="/docs/service"' in text_of(client, "/docs")
    assert "ZHIYIN_PORT" in text_of(client, "/docs/service")


def faults(triples: list[ox.Triple]) -> list[object]:
    """Return what the validator would refuse."""
    return [*structural_faults(triples, rules().vocabulary), *canonical(triples, rules().vocabulary).faults]


@pytest.mark.parametrize("kind", ["datatype", "object", "individual"])
def test_examples_are_turtle_that_may_be_submitted(kind: str) -> None:
    shown = 0
    for term in rules().vocabulary.terms.values():
        example = example_of(rules(), term.iri) if term.kind == kind else ""
        if not example or "zy:Determination" in example:
            continue
        triples = [quad.triple for quad in ox.parse(example.encode(), format=ox.RdfFormat.TURTLE)]
        assert any(term.iri in (t.predicate.value, getattr(t.object, "value", "")) for t in triples)
        assert not faults(triples), term.local
        shown += 1
    assert shown > 40


def test_an_example_that_may_not_be_submitted_is_noticed() -> None:
    wrong = b'@prefix zy: <https://w3id.org/zhiyin/ontology#> . [] a zy:MachineRoom ; zy:upsCount "many" .'
    triples = [quad.triple for quad in ox.parse(wrong, format=ox.RdfFormat.TURTLE)]
    assert faults(triples)


def test_the_form_has_a_place_for_what_a_clause_needs() -> None:
    needed = [t for t in rules().vocabulary.terms.values() if t.needed_by and t.kind in ("datatype", "object")]
    without = {t.local for t in needed if not places_of(rules(), t.iri)}
    assert len(needed) > 100
    # The kind of a component is told from the sheet; nothing asks for it in a cell.
    assert without <= {"componentKind"}


def test_reference_has_every_term_of_the_graph(client: Client, services: Services) -> None:
    query = (
        f"PREFIX owl: <{OWL}> SELECT ?t {{ VALUES ?k {{ owl:Class owl:ObjectProperty owl:DatatypeProperty "
        "owl:AnnotationProperty } ?t a ?k FILTER(isIRI(?t)) }"
    )
    named = {term.value for (term,) in services.sparql.select(query).rows if term is not None}
    own = {iri for iri in named if iri.startswith(ZY)} - set(rules().vocabulary.terms)
    assert len(own) > 60
    assert own <= {e.iri for e in reference(rules()).entries}
    assert {e.local for e in reference(rules()).entries} <= ids_in(text_of(client, "/docs/ontology"))


def test_reference_reads_axioms_both_ways() -> None:
    entries = {e.local: e for e in reference(rules()).entries}
    said = {name.en: {link.text for link in links} for name, links in entries["Requirement"].axioms}
    assert said["Subclass of"] == {"zy:Clause"}
    assert "zy:MandatoryRequirement" in said["Superclass of"]
    assert "zy:obligation" in said["In the domain of"]
    chain = {name.en: links for name, links in entries["MandatoryRequirement"].axioms}
    assert chain["Equivalent to"][0].text == "zy:obligation = zy:Mandatory"
    assert entries["Tier"].clauses == ("1.2",)
    assert any(trait.en == "transitive" for trait in entries["ancestor"].traits)


def test_components_and_the_clauses_that_rest_on_them() -> None:
    found = {c.name: c for c in components(rules())}
    stated = found["PracticeStatedComponent"]
    using = [s for s in rules().shapes.shapes.values() if "practiceStated" in s.parameters]
    assert stated.shapes == len(using) > 100
    assert set(stated.clauses) == {n for s in using for n in s.enforces}


def test_every_operation_has_an_example_that_works(client: Client) -> None:
    tried = 0
    for operation in operations():
        if operation.method != "GET":
            assert operation.example.startswith("curl -X POST ")
            continue
        response = client.get(operation.example, headers={"Accept": "*/*"})
        assert response.status_code in (200, 303), operation.example
        tried += 1
    assert tried > 20
    anchors = ids_in(text_of(client, "/docs/api"))
    assert {o.anchor for o in operations()} <= anchors


def test_readings_name_clauses_and_the_other_reading(client: Client, services: Services) -> None:
    text = text_of(client, "/docs/reading")
    for reading in services.catalogue.readings.values():
        assert f'id="{reading.id}"' in text
        if reading.other is not None:
            assert str(reading.other.zh[:12]) in text
        for number in reading.touches[:3]:
            if number in services.catalogue.clauses:
                assert f'href="/clauses/{number}"' in text


@pytest.mark.parametrize("page", ["vocabulary", "ontology", "reading"])
@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt"])
def test_documentation_is_rdf_by_suffix_and_accept(client: Client, page: str, suffix: str) -> None:
    media = {"ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples"}[suffix]
    response = client.get(f"/docs/{page}.{suffix}")
    assert response.mimetype == media
    form = {"ttl": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD, "nt": ox.RdfFormat.N_TRIPLES}[suffix]
    assert len(list(ox.parse(response.get_data(), format=form))) > 100
    asked = client.get(f"/docs/{page}", headers={"Accept": media})
    assert asked.status_code == 303
    assert asked.headers["Location"] == f"/docs/{page}.{suffix}"


def test_ontology_iri_leads_to_page_or_data(client: Client) -> None:
    for accept, target in ((HTML, "/docs/ontology"), ("text/turtle", "/docs/ontology.ttl")):
        response = client.get("/ontology", headers={"Accept": accept})
        assert (response.status_code, response.headers["Location"]) == (303, target)
        assert "Accept" in response.headers["Vary"]


def test_vocabulary_as_table(client: Client) -> None:
    response = client.get("/docs/vocabulary.csv")
    rows = list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    assert len(rows) == len(rules().vocabulary.terms)
    load = next(r for r in rows if r["词条"] == "floorLoadKgPerM2")
    assert "机房" in load["在自述表的哪里"]
    assert load["条款"] == "2.2.1.2 3.2.1.2 4.2.1.2 5.2.1.2"


@pytest.mark.parametrize(
    "address",
    [
        "/docs/nothing.ttl",
        "/docs/vocabulary.pdf",
        "/docs/vocabulary/nothing",
        "/docs/vocabulary/power.pdf",
        "/docs/api.ttl",
    ],
)
def test_what_is_not_there_is_404(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
