"""The ontology as one file for other tools: nothing lost but the parts' headers, a label for each thing that no other has."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from zhiyin import resources
from zhiyin.composition import released_ontology
from zhiyin.namespaces import CONCEPT, ONTOLOGY, SECTION, ZY
from zhiyin.standards import OWL, RDFS, SKOS, TYPE

LABEL = ox.NamedNode(RDFS + "label")


@pytest.fixture(scope="module")
def release() -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(released_ontology(), format=ox.RdfFormat.TURTLE)]


def labels(release: list[ox.Triple], subject: str) -> dict[str | None, str]:
    found = [t.object for t in release if t.subject == ox.NamedNode(subject) and t.predicate == LABEL]
    return {value.language: value.value for value in found if isinstance(value, ox.Literal)}


def test_it_is_one_ontology_without_imports(release: list[ox.Triple]) -> None:
    ontologies = {
        t.subject for t in release if t.predicate.value == TYPE and t.object == ox.NamedNode(OWL + "Ontology")
    }
    assert ontologies == {ox.NamedNode(ONTOLOGY)}
    assert not [t for t in release if t.predicate.value == OWL + "imports"]


def test_nothing_but_headers_and_labels_is_lost(release: list[ox.Triple]) -> None:
    stated = [
        q.triple
        for f in resources.turtle_files("ontology")
        for q in ox.parse(f.read_bytes(), format=ox.RdfFormat.TURTLE)
    ]
    headers = {t.subject for t in stated if t.predicate.value == TYPE and t.object == ox.NamedNode(OWL + "Ontology")}
    kept = set(release)
    lost = {
        t
        for t in stated
        if t.subject not in headers
        and t.predicate != LABEL
        and not isinstance(t.subject, ox.BlankNode)
        and t not in kept
    }
    assert {t for t in lost if not isinstance(t.object, ox.BlankNode)} == set()


def test_no_two_things_share_a_label_and_none_has_two_in_a_language(release: list[ox.Triple]) -> None:
    said = [(t.subject, t.object) for t in release if t.predicate == LABEL and isinstance(t.object, ox.Literal)]
    assert len(said) > 4000
    assert [text for text, count in Counter(value for _, value in said).items() if count > 1] == []
    languages = Counter((subject, value.language) for subject, value in said)
    assert [one for one, count in languages.items() if count > 1] == []


def test_a_concept_is_labelled_by_what_skos_calls_it(release: list[ox.Triple]) -> None:
    concepts = {t.subject for t in release if t.predicate.value == TYPE and t.object == ox.NamedNode(SKOS + "Concept")}
    labelled = {t.subject for t in release if t.predicate == LABEL}
    assert concepts
    assert concepts <= labelled
    assert labels(release, CONCEPT["power-supply"]) == {"zh": "供电（概念）", "en": "power supply"}


def test_a_heading_has_its_number_and_a_shared_name_its_kind(release: list[ox.Triple]) -> None:
    assert labels(release, SECTION["4.2.2"])["zh"] == "4.2.2 供电"
    assert labels(release, ZY["MachineRoom"]) == {"zh": "机房（类）", "en": "machine room (class)"}
    assert labels(release, ZY["machineRoom"]) == {"zh": "机房（对象属性）", "en": "machine room (object property)"}
