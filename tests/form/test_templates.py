"""The Turtle and JSON-LD templates ask for everything that a complete company states: filled in, nothing is undeclared."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.validation import samples

from zhiyin.composition.judging import rules
from zhiyin.form.form import listing, terms_used
from zhiyin.form.template import template
from zhiyin.namespaces import ZY, compact

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def stated(tier: int) -> set[str]:
    """The terms that the complete company of ``tier`` uses, and each list it calls complete with the class that does."""
    triples = samples.facts(next(s for s in samples.SAMPLES if s.slug == f"tier-{tier}-complete"))
    classes = {str(t.subject): getattr(t.object, "value", "") for t in triples if t.predicate.value == _TYPE}
    known = rules().vocabulary.terms
    asked = terms_used(rules(), tier)[0]
    found = {t.predicate.value for t in triples if t.predicate.value in known and t.predicate.value in asked}
    found |= {
        about
        for t in triples
        if t.predicate.value == str(ZY.about) and (about := getattr(t.object, "value", "")) in asked
    }
    found |= {
        f"{classes[str(t.subject)]} lists {getattr(t.object, 'value', '')}"
        for t in triples
        if t.predicate.value == str(ZY.listsAll) and getattr(t.object, "value", "") in listing(rules(), tier)
    }
    return found


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_turtle_template_asks_for_all_that_is_stated(tier: int) -> None:
    text = template(rules(), tier, "ttl")[0].decode()
    core = text.partition(" a zy:CoreSystem ;")[2].partition("\n# .")[0]
    for term in stated(tier):
        owner, lists, link = term.partition(" lists ")
        if lists:
            place = core if owner == str(ZY.CoreSystem) else text
            assert f"zy:listsAll {compact(link)} ;" in place, term
        elif term.rpartition("#")[2] not in ("sha256",):
            assert compact(term) in text, term


def keys(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from keys(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from keys(part)


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_json_template_asks_for_all_that_is_stated(tier: int) -> None:
    document = json.loads(template(rules(), tier, "jsonld")[0])
    company = document["describes"]
    asked = set(keys(document))
    about = {entry["about"] for key in ("attestation", "activity", "retention") for entry in company[key]}
    known = rules().vocabulary.terms
    for term in stated(tier):
        owner, lists, _ = term.partition(" lists ")
        if lists:
            assert "listsAll" in (company["coreSystem"][0] if owner == str(ZY.CoreSystem) else company)
        elif known[term].kind != "individual":
            assert known[term].local in asked, term
        elif not set(known[term].practice_of) - {str(ZY.Company)}:
            assert known[term].local in about, term
