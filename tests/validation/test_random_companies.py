"""Two hundred invented companies: both Python engines give the same results, and the shapes of a tier travel.

A company is put to an eightieth of the shapes, so that all are tried twice or more; ``make test-engines`` puts ten thousand to
all shapes, and asks Apache Jena as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache

import pyoxigraph as ox
import pytest
from tests.validation.random_companies import RandomCompany, figures, random_company

from zhiyin.composition.judging import rules
from zhiyin.errors import BadSubmission
from zhiyin.intake.submission import read_submission
from zhiyin.law.shapes import ShapeLibrary, working_copy
from zhiyin.namespaces import ZY
from zhiyin.standards import SH
from zhiyin.validation.companies import Companies, companies_of
from zhiyin.validation.engine import Engine, PreparedShapes, Result, prepared
from zhiyin.validation.facts import Facts
from zhiyin.validation.readings import looked_at

COMPANIES = 200
GROUPS = 80
KINDS = {"complete", "partial", "contradictory", "bounds", "nothing", "sparse", "several"}


@cache
def group(number: int) -> tuple[PreparedShapes, frozenset[str]]:
    """An eightieth of the shapes, and the practices of which they ask."""
    shapes = rules().shapes.shapes
    chosen = {iri: shapes[iri] for iri in sorted(shapes)[number::GROUPS]}
    triples = working_copy(ShapeLibrary(rules().shapes.statements, chosen, rules().duties))
    text = " ".join(str(t.object) for t in triples)
    practices = {
        t.iri for t in rules().vocabulary.terms.values() if t.practice_of and (t.iri in text or t.local in text)
    }
    return PreparedShapes(triples), frozenset(practices)


def seen(facts: Facts, practices: frozenset[str]) -> Facts:
    """The facts without what is said of practices that these shapes do not ask for: two thirds of a company."""
    idle = {
        node: {value.value for _, value in said if isinstance(value, ox.NamedNode)}
        for node, said in facts.outgoing.items()
        if any(p == str(ZY.about) and getattr(v, "value", "") not in practices for p, v in said)
    }
    gone = {*idle, *(v for values in idle.values() for v in values if v in facts.outgoing)}
    rows = [row for row in facts.rows if not {row[1], row[4]} & gone]
    return Facts(facts.company, rows, {node: said for node, said in facts.outgoing.items() if node not in gone})


def read(company: RandomCompany) -> Companies:
    submission = read_submission(company.turtle(), rules().vocabulary, source=f"seed-{company.seed}.ttl")
    return companies_of(submission, rules(), company.tier)


def told(result: Result) -> tuple[object, ...]:
    """What both engines hand over: of a shared component pyshacl hands over no variables; 2000 is 2000.0."""
    bindings = result.bindings if result.component.startswith(SH) else ()
    return result.shape, result.focus, result.path, tuple((name, number(value)) for name, value in bindings)


def number(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def test_the_same_seed_gives_the_same_company() -> None:
    assert random_company(11).triples == random_company(11).triples
    assert random_company(11).triples != random_company(18).triples
    assert {random_company(seed).kind for seed in range(len(KINDS))} == KINDS


Pair = tuple[object, ox.NamedNode]


def said(triples: Iterable[ox.Triple]) -> dict[Pair, set[object]]:
    """The values of each subject and property."""
    found: dict[Pair, set[object]] = defaultdict(set)
    for triple in triples:
        found[triple.subject, triple.predicate].add(triple.object)
    return found


def at_bounds(triples: Iterable[ox.Triple]) -> int:
    """How many figures are those of a shape that asks for the property, or a step beside them."""
    known = figures()
    counted = 0
    for triple in triples:
        if isinstance(triple.object, ox.Literal) and triple.object.datatype.value.endswith(("#integer", "#decimal")):
            value = Decimal(triple.object.value)
            near = {abs(value - figure) for figure in known.get(triple.predicate.value.rpartition("#")[2], ())}
            counted += bool(near & {Decimal(0), Decimal(1), Decimal("0.1")})
    return counted


@pytest.mark.parametrize("seed", range(2 * len(KINDS)))
def test_each_kind_is_what_it_says(seed: int) -> None:
    company, base = random_company(seed), random_company(0)
    whole, own = said(base.triples), said(company.triples)
    missing, more = whole.keys() - own.keys(), own.keys() - whole.keys()
    described = sum(triple.predicate == ox.NamedNode(str(ZY.describes)) for triple in company.triples)
    assert described == (2 if company.kind == "several" else 1)
    if company.kind in ("complete", "bounds"):
        assert not missing
        assert not more
    if company.kind == "bounds":
        assert at_bounds(company.triples) > 1.5 * at_bounds(base.triples)
    if company.kind == "partial":
        assert missing
        assert not more
    if company.kind == "sparse":
        assert len(missing) > 0.1 * len(whole)
        assert not more
    if company.kind == "nothing":
        assert len(missing) > len(whole) / 2
        assert more
    if company.kind == "contradictory":
        twice = [pair for pair, values in own.items() if len(values) > len(whole.get(pair, values))]
        both = {
            practice
            for practice, nodes in about(company).items()
            if {v.value for n in nodes for v in own[n, ox.NamedNode(str(ZY.holds))] if isinstance(v, ox.Literal)}
            >= {"true", "false"}
        }
        assert twice
        assert len(both) > 5


def about(company: RandomCompany) -> dict[object, set[object]]:
    """Each practice with the statements about it."""
    found: dict[object, set[object]] = defaultdict(set)
    for triple in company.triples:
        if triple.predicate.value == str(ZY.about):
            found[triple.object].add(triple.subject)
    return found


def test_the_bounds_are_drawn_from_the_shapes() -> None:
    known = figures()
    assert {5, 8, 11, 16, 15, 20} <= set(known["headquartersTechnicianCount"])
    assert len(known) > 50


@pytest.mark.parametrize("first", range(0, COMPANIES, 20))
def test_both_engines_say_the_same(first: int) -> None:
    refused = 0
    spoken = 0
    for seed in range(first, first + 20):
        company = random_company(seed)
        try:
            companies = read(company)
        except BadSubmission:
            refused += 1
            continue
        for iri in companies.described:
            shapes, practices = group(seed % GROUPS)
            text = seen(companies.facts(iri), practices).text(company.day, company.tier)
            compiled, reference = (shapes.run(text, engine) for engine in Engine)
            said = {told(r) for r in compiled}, {told(r) for r in reference}
            assert said[0] == said[1], (seed, company.kind, sorted(map(str, said[0] ^ said[1]))[:5])
            spoken += len(compiled)
    assert refused <= 4, "the generator makes companies that cannot be read"
    assert spoken > 20


@pytest.mark.parametrize("first", range(0, 40, 20))
def test_what_no_shape_names_changes_no_result(first: int) -> None:
    shapes, known = prepared(rules().shapes), looked_at(rules().shapes)
    left_out = 0
    for seed in range(first, first + 20):
        company = random_company(seed)
        try:
            companies = read(company)
        except BadSubmission:
            continue
        for iri in companies.described:
            facts = companies.facts(iri)
            whole, named = facts.text(company.day, company.tier), facts.text(company.day, company.tier, None, known)
            assert shapes.run(named, Engine.COMPILED) == shapes.run(whole, Engine.COMPILED), seed
            left_out += len(whole) - len(named)
    assert left_out > 0
