"""Two hundred invented companies: both Python engines give the same results, and the shapes of a tier travel.

A company is put to an eightieth of the shapes, so that all are tried twice or more; ``make test-engines`` puts ten thousand to
all shapes, and asks Apache Jena as well.
"""

from __future__ import annotations

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
from zhiyin.validation.engine import Engine, PreparedShapes, Result
from zhiyin.validation.facts import Facts, node_name

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
    triples = tuple(t for t in facts.triples if not {node_name(t.subject), node_name(t.object)} & gone)
    return Facts(facts.company, triples, {node: said for node, said in facts.outgoing.items() if node not in gone})


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
