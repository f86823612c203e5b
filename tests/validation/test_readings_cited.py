"""The reading rules that shapes cite: they exist, and each touches every clause of the shapes that rest on it."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pyoxigraph as ox
import pytest

from zhiyin import resources
from zhiyin.composition.judging import rules
from zhiyin.namespaces import CLAUSE, ZY

WHOLE_GUIDELINE = "https://w3id.org/zhiyin/id/guideline/futures-it"


@cache
def touched() -> dict[str, set[str]]:
    """IRI of a rule to the clauses or the guideline that it touches."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in resources.turtle_files("ontology/reading"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if quad.predicate.value == str(ZY.touches):
                found[getattr(quad.subject, "value", "")].add(getattr(quad.object, "value", ""))
    return dict(found)


def cited() -> dict[str, set[str]]:
    """IRI of a rule to the clauses of the shapes that cite it."""
    found: dict[str, set[str]] = defaultdict(set)
    for shape in rules().shapes.shapes.values():
        for rule in shape.readings:
            found[rule] |= shape.enforces
    return dict(found)


def test_rules_are_cited() -> None:
    assert len(cited()) > 25
    assert cited().keys() <= touched().keys()


@pytest.mark.parametrize("rule", sorted(cited()), ids=lambda rule: rule.rpartition("/")[2])
def test_a_rule_touches_every_clause_that_a_shape_judges_by_it(rule: str) -> None:
    if touched()[rule] == {WHOLE_GUIDELINE}:
        return
    clauses = {iri.removeprefix(str(CLAUSE)) for iri in touched()[rule]}
    assert sorted(cited()[rule] - clauses) == []
