from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from zhiyin.catalogue import Label
from zhiyin.composition import Assembly, BuiltGraph
from zhiyin.errors import OntologyError
from zhiyin.graph.quads import Index
from zhiyin.graph.view import read_catalogue

KEYS = [
    "number", "tier", "section", "sectionTitle", "obligation", "mark", "text", "family", "change", "ancestor",
    "descendant", "introducedIn", "concepts", "thresholds",
]  # fmt: skip


def test_every_clause_is_there_as_parsed(built: BuiltGraph, assembly: Assembly) -> None:
    clauses = built.catalogue.clauses
    assert list(clauses) == [clause.number for clause in assembly.text.requirements]
    for clause, step in zip(assembly.text.requirements, assembly.steps, strict=True):
        view = clauses[clause.number]
        assert (view.text, view.tier, view.section) == (clause.text, clause.tier, clause.subsection)
        assert (view.obligation, view.mark) == (clause.obligation, clause.mark)
        assert (view.family, view.change, view.ancestor) == (step.family, step.change, step.ancestor)


def test_heads_and_things_are_counted_apart(built: BuiltGraph) -> None:
    counts = [t for c in built.catalogue.clauses.values() for t in c.thresholds if t.unit == "NUM"]
    assert {t.unit_label.zh for t in counts if t.quantity == "head-count"} == {"人"}
    things = {t.unit_label.zh for t in counts if t.quantity != "head-count"}
    assert things
    assert "人" not in things


def test_json_of_a_clause_has_the_decided_shape(built: BuiltGraph) -> None:
    body = built.catalogue.clauses["4.3.3.1"].as_json()
    assert list(body) == KEYS
    assert (body["tier"], body["obligation"], body["mark"], body["change"]) == (3, "必须", "延续", "strengthened")
    assert (body["ancestor"], body["descendant"], body["introducedIn"]) == ("3.3.3.1", "5.3.3.1", 1)
    assert json.loads(json.dumps(body)) == body
    thresholds = body["thresholds"]
    assert isinstance(thresholds, list)
    assert [(t["comparator"], t["value"], t["unit"], t["condition"], t["implied"]) for t in thresholds] == [
        ("<=", 5, "MIN", None, False),
        ("<=", 30, "SEC", None, False),
    ]


def test_ancestor_and_descendant_point_at_each_other(built: BuiltGraph) -> None:
    clauses = built.catalogue.clauses
    linked = [clause for clause in clauses.values() if clause.ancestor]
    assert len(linked) == 562
    assert all(clauses[clause.ancestor or ""].descendant == clause.number for clause in linked)
    assert sum(clause.descendant is not None for clause in clauses.values()) == 562


def test_introduced_in_is_the_first_tier_of_the_family(built: BuiltGraph) -> None:
    catalogue = built.catalogue
    for clause in catalogue.clauses.values():
        first = catalogue.clauses[catalogue.families[clause.family].members[0]]
        assert clause.introduced_in == first.tier


def test_sections_nest_and_hold_their_clauses(built: BuiltGraph) -> None:
    sections = built.catalogue.sections
    assert len(sections) == 173
    assert sections["4.3"].children == ("4.3.1", "4.3.2", "4.3.3", "4.3.4", "4.3.5")
    assert len(sections["4"].clauses) == 202
    assert sections["4.3"].clauses == tuple(n for child in sections["4.3"].children for n in sections[child].clauses)
    assert (sections["4.3.3"].title, sections["4.3.3"].tier) == (Label("系统冗余", "System redundancy"), 3)
    assert sections["1"].tier is None


def test_concepts_know_their_clauses_and_relations(built: BuiltGraph) -> None:
    catalogue = built.catalogue
    core = catalogue.concepts["core-system"]
    assert core.label.zh == "核心系统"
    assert core.defined_by == "1.4.1"
    assert core.tiers == (1, 2, 3, 4)
    assert "1.4.1" in core.items
    for concept in catalogue.concepts.values():
        assert all(concept.id in catalogue.concepts[b].narrower for b in concept.broader)
        assert all(concept.id in catalogue.concepts[r].related for r in concept.related)
        assert all(any(ref.id == concept.id for ref in catalogue.clauses[n].concepts) for n in concept.clauses)


def test_readings_and_clauses_point_at_each_other(built: BuiltGraph) -> None:
    catalogue = built.catalogue
    for reading in catalogue.readings.values():
        for number in reading.touches:
            if number in catalogue.clauses:
                assert reading.id in catalogue.clauses[number].readings
    assert catalogue.clauses["3.2.2.2"].readings


def test_threshold_in_words(built: BuiltGraph) -> None:
    threshold = next(t for t in built.catalogue.clauses["4.1.1.3"].thresholds if t.condition)
    assert threshold.in_words("zh") == "总部技术部门人员数 >= 16 人（开展连续交易）"
    assert "16 people" in threshold.in_words("en")
    assert replace(threshold, value=Decimal("0.50")).as_json()["value"] == 0.5


def test_graph_without_what_every_clause_has_is_refused(built: BuiltGraph) -> None:
    lines = built.path.read_bytes().split(b"\n")
    broken = b"\n".join(line for line in lines if not (b"clause/4.3.3.1>" in line and b"#obligation>" in line))
    with pytest.raises(OntologyError, match=r"obligation") as caught:
        read_catalogue(Index(broken))
    assert caught.value.place.node == "https://w3id.org/zhiyin/id/clause/4.3.3.1"
