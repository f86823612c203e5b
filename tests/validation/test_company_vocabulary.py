"""The vocabulary of what a company states: complete, explained in two languages, and as needed as it says."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.composition.judging import rules
from zhiyin.form.context import json_context
from zhiyin.form.form import _FULL, _PREFIXED
from zhiyin.law.shapes import Shape
from zhiyin.law.vocabulary import Term
from zhiyin.model import GuidelineText
from zhiyin.namespaces import BASE, PREFIXES, ZY
from zhiyin.standards import SH

XSD = "http://www.w3.org/2001/XMLSchema#"
TERMS = rules().vocabulary.terms
RANGES = {XSD + name for name in ("boolean", "integer", "decimal", "string", "date", "dateTime")}
COMMON = "0-submission"
"""The part that every self-description needs whatever the clause."""


def short(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


def test_there_are_terms() -> None:
    kinds: dict[str, int] = defaultdict(int)
    for term in TERMS.values():
        kinds[term.kind] += 1
    assert kinds["class"] > 20
    assert kinds["datatype"] > 200
    assert kinds["individual"] > 200


def test_every_term_has_label_and_comment_in_both_languages() -> None:
    wrong = [t.iri for t in TERMS.values() if not (t.label.zh and t.label.en and t.comment.zh and t.comment.en)]
    assert wrong == []


def test_each_term_has_one_home() -> None:
    """All that is said of a term stands in one file; only what is common to all sections is extended by them."""
    homes: dict[str, set[str]] = defaultdict(set)
    for file in resources.turtle_files("ontology/company"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode):
                homes[quad.subject.value].add(file.stem)
    assert len(homes) > 500
    several = {term: files for term, files in homes.items() if len(files) > 1 and COMMON not in files}
    assert several == {}


def test_every_property_has_a_range_and_a_domain() -> None:
    for term in TERMS.values():
        if term.kind in ("datatype", "object"):
            assert term.domains, term.iri
            assert term.range, term.iri
            if term.kind == "datatype":
                assert term.range in RANGES, term.iri
            else:
                known = term.range in TERMS or term.range.startswith(("http://www.w3.org/", "https://w3id.org/"))
                assert known, term.iri
            assert all(d in TERMS for d in term.domains), term.iri


def test_every_number_has_bounds_and_its_unit() -> None:
    """Sanity bounds refuse negative and absurd numbers; one fixed unit stands in the name or as qudt:hasUnit."""
    numbers = [t for t in TERMS.values() if t.range in (XSD + "integer", XSD + "decimal")]
    assert numbers
    numbers = [t for t in numbers if str(ZY.Assessment) not in t.domains]
    lacking = [t.local for t in numbers if t.minimum is None or t.maximum is None]
    assert lacking == []
    units = ("Count", "Minutes", "Seconds", "Hours", "Days", "Months", "Years", "Yuan", "Percent", "Year", "Kilowatts")
    bare = [t.local for t in numbers if not t.unit and not t.local.endswith((*units, "claimedTier", "year"))]
    assert bare == []


def test_local_names_are_unique() -> None:
    """JSON keys and the columns of the form are local names."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for term in TERMS.values():
        by_name[term.local].append(term.iri)
    assert {name: iris for name, iris in by_name.items() if len(iris) > 1} == {}
    context = json_context(rules().vocabulary)
    assert set(by_name) <= set(context)


def test_every_term_cites_clauses_that_exist(text: GuidelineText) -> None:
    numbers = {r.number for r in text.requirements}
    stated = [t for t in TERMS.values() if t.source != COMMON and t.kind in ("datatype", "object")]
    stated += [t for t in TERMS.values() if t.practice_of]
    assert [t.iri for t in stated if not t.needed_by] == []
    assert sorted({n for t in TERMS.values() for n in t.needed_by} - numbers) == []


@cache
def component_terms() -> dict[str, frozenset[str]]:
    """Parameter of a constraint component to the terms in the query of that component."""
    statements = rules().shapes.statements
    found: dict[str, frozenset[str]] = {}
    for pairs in statements.values():
        if not any(getattr(v, "value", "") == SH + "ConstraintComponent" for _, v in pairs):
            continue
        inner = [pair for _, v in pairs if isinstance(v, ox.BlankNode) for pair in statements.get(v, ())]
        text = " ".join(getattr(v, "value", "") for p, v in inner if p in (SH + "ask", SH + "select"))
        terms = frozenset(PREFIXES[p] + name for p, name in _PREFIXED.findall(text))
        found |= {getattr(v, "value", ""): terms for p, v in inner if p == SH + "path"}
    return found


@cache
def terms_of(iri: str) -> frozenset[str]:
    """The vocabulary terms that one shape speaks of."""
    found: set[str] = set()
    stack: list[object] = [ox.NamedNode(iri)]
    seen: set[object] = set()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for predicate, value in rules().shapes.statements.get(node, ()):  # type: ignore[call-overload]
            found |= component_terms().get(predicate, frozenset())
            if isinstance(value, ox.BlankNode):
                stack.append(value)
            elif isinstance(value, ox.NamedNode) and predicate != SH + "prefixes":
                found.add(value.value)
            elif isinstance(value, ox.Literal) and predicate == SH + "select":
                found |= {PREFIXES[p] + name for p, name in _PREFIXED.findall(value.value)}
                found |= set(_FULL.findall(value.value))
    return frozenset(found & set(TERMS))


def using(term: Term) -> list[Shape]:
    return [shape for shape in rules().shapes.shapes.values() if term.iri in terms_of(shape.iri)]


def test_a_term_names_the_clauses_of_every_tier_whose_shapes_use_it() -> None:
    told = {
        term.local: sorted(used.symmetric_difference(term.needed_by))
        for term in TERMS.values()
        if term.needed_by and (used := {number for shape in using(term) for number in shape.enforces})
    }
    assert len(told) > 450
    assert {name: wrong for name, wrong in told.items() if wrong} == {}


def test_every_list_says_whether_it_must_be_complete() -> None:
    lists = [
        t
        for t in TERMS.values()
        if t.source != COMMON and not t.functional and not rules().vocabulary.is_enumeration(t.range)
        if t.kind == "object" or t.local in ("webServer", "databaseServer")
    ]
    assert len(lists) > 20
    silent = [t.local for t in lists if "列全" not in t.comment.zh or "complete" not in t.comment.en]
    assert silent == []


def test_what_is_stated_of_practices_names_every_class_that_has_them() -> None:
    links = {"Practice": "attestation", "ProhibitedPractice": "attestation", "RecurringTask": "activity"}
    for kind, link in {**links, "RecordKind": "retention"}.items():
        having = {of for t in TERMS.values() if str(ZY[kind]) in t.types for of in t.practice_of}
        assert having, kind
        assert having <= set(TERMS[str(ZY[link])].domains), kind


def test_a_recurring_task_says_how_it_is_never_done() -> None:
    for name in ("activity", "RecurringTask", "holds"):
        assert "从不进行" in TERMS[str(ZY[name])].comment.zh
        assert "never performed" in TERMS[str(ZY[name])].comment.en


PERSON = {
    *("exception", "hasEquivalentProtection", "EquivalentMeasure", "OtherDdosProtection", "periodDays", "joinedOn"),
    *("isHosted", "firstFiscalYear", "statedIntervalDays", "lastConductedOn", "coreSystem", "component"),
}
"""What may be stated truly and wholly and still leaves the clause to a person."""


def test_what_leads_to_a_person_says_so() -> None:
    for name in PERSON:
        comment = TERMS[str(ZY[name])].comment
        assert "由人" in comment.zh, name
        assert "person" in comment.en, name


def test_every_stated_fact_is_looked_at_by_a_shape() -> None:
    """A property that no shape reads would be asked for in vain."""
    every = frozenset().union(*(terms_of(iri) for iri in rules().shapes.shapes))
    components = [
        value for pairs in rules().shapes.statements.values() for p, value in pairs if p in (SH + "ask", SH + "select")
    ]
    text = " ".join(getattr(v, "value", "") for v in components)
    read = every | {PREFIXES[p] + name for p, name in _PREFIXED.findall(text)}
    descriptive = {"name", "unifiedSocialCreditCode", "identifier", "componentKind"}
    idle = [
        t.local
        for t in TERMS.values()
        if (t.kind in ("datatype", "object") or t.practice_of)
        and t.iri not in read
        and t.source != COMMON
        and t.local not in descriptive
    ]
    assert idle == []


def test_every_practice_says_who_states_it() -> None:
    kinds = {str(ZY[n]) for n in ("Practice", "ProhibitedPractice", "RecurringTask", "RecordKind")}
    practices = [t for t in TERMS.values() if kinds & set(t.types)]
    assert len(practices) > 150
    assert [t.iri for t in practices if not t.practice_of] == []
    assert [t.iri for t in practices if not t.iri.startswith(BASE + "id/practice/")] == []
    assert [t.iri for t in practices if not set(t.practice_of) <= set(TERMS)] == []


def test_no_shape_asks_whether_a_clause_is_attested() -> None:
    for iri in rules().shapes.shapes:
        about = {v for v in terms_of(iri) if "/id/clause/" in v}
        assert about == set()
