"""Mutation: change any figure in any shape by one and a case breaks.

A third of the shapes with figures by default; all with ``ZHIYIN_EVERY_CASE=1``.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import pyoxigraph as ox
import pytest
from tests.validation.shape_changes import nodes_of

from zhiyin import resources
from zhiyin.composition.judging import rules
from zhiyin.composition.trial import COMPANY, Case, changed_base, clauses_of, read_cases
from zhiyin.law.outcome import Outcome
from zhiyin.law.shapes import Shape, ShapeLibrary, Value, working_copy
from zhiyin.standards import SH
from zhiyin.validation.engine import Engine, PreparedShapes, Result
from zhiyin.validation.facts import Facts, facts_of, normalised
from zhiyin.validation.verdict import clause_verdicts

NUMBER = re.compile(r"(?<![\w.?$:/#\"-])\d+(?:\.\d+)?(?![\w.])")
CASES = read_cases([resources.path("tests/cases")])
BY_SHAPE: dict[str, list[Case]] = defaultdict(list)
for _case in CASES:
    for _name in {_case.shape, _case.passes} - {""}:
        BY_SHAPE[_name].append(_case)
EVERY = bool(os.environ.get("ZHIYIN_EVERY_CASE"))


def short(iri: str) -> str:
    return iri.rpartition("/")[2]


def mutants(shape: Shape) -> Iterator[tuple[str, ShapeLibrary]]:
    """The library of this one shape with one figure changed, and what was changed."""
    for node in nodes_of(shape.iri):
        for index, (predicate, value) in enumerate(rules().shapes.statements.get(node, ())):
            if not isinstance(value, ox.Literal):
                continue
            for label, changed in changes(predicate, value, nested=isinstance(node, ox.BlankNode)):
                statements = dict(rules().shapes.statements)
                pairs: list[tuple[str, Value]] = list(statements[node])
                pairs[index] = (predicate, changed)
                statements[node] = tuple(pairs)
                yield label, ShapeLibrary(statements, {shape.iri: shape}, rules().duties)


NO_FIGURE = re.compile(r"STRLEN\(\?\w+\) > 0|\?hours, 0\)|\?spend[ABC], 0\)")
"""Not empty, the hours that a training outside the period adds, a spend not stated: numbers that measure nothing."""


def changes(predicate: str, value: ox.Literal, *, nested: bool) -> Iterator[tuple[str, ox.Literal]]:
    if nested and predicate == SH + "minCount" and value.value == "1":
        return  # one of several alternatives is stated: presence, no figure
    if predicate == SH + "select":
        spared = [match.span() for match in NO_FIGURE.finditer(value.value)]
        for match in NUMBER.finditer(value.value):
            if any(start <= match.start() < end for start, end in spared):
                continue
            for step in (-1, 1):
                number = str(Decimal(match[0]) + step)
                text = value.value[: match.start()] + number + value.value[match.end() :]
                yield f"{match[0]} → {number} at {match.start()}", ox.Literal(text)
    elif value.datatype.value.endswith(("#integer", "#decimal")):
        for step in (-1, 1):
            number = str(Decimal(value.value) + step)
            yield f"{short(predicate)} {value.value} → {number}", ox.Literal(number, datatype=value.datatype)


@cache
def facts_after(patch: str) -> Facts:
    return facts_of(COMPANY, normalised(changed_base(patch)), rules().vocabulary)


def results(prepared: PreparedShapes, case: Case) -> list[Result]:
    return prepared.run(facts_after(case.patch).text(case.date, case.tier, case.as_of), Engine.COMPILED)


def outcomes(shape: Shape, alone: list[Result], case: Case) -> dict[str, Outcome]:
    """What the clauses of ``shape`` come to when its own results are ``alone`` and the other shapes say what they say."""
    others = others_of(shape.iri)
    facts = facts_after(case.patch)
    said = results(prepared_others(shape.iri), case)
    chosen = {i: s for i, s in {**others, shape.iri: shape}.items() if any(_of(n, case.tier) for n in s.enforces)}
    numbers = [n for n in clauses_of(case.tier) if n in shape.enforces]
    return {v.number: v.outcome for v in clause_verdicts(numbers, chosen, [*said, *alone], facts)}


def _of(number: str, tier: int) -> bool:
    return number.startswith(f"{tier + 1}.")


@cache
def others_of(iri: str) -> dict[str, Shape]:
    shapes = rules().shapes.shapes
    return {i: s for i, s in shapes.items() if i != iri and s.enforces & shapes[iri].enforces}


@cache
def prepared_others(iri: str) -> PreparedShapes:
    return PreparedShapes(working_copy(ShapeLibrary(rules().shapes.statements, others_of(iri), rules().duties)))


def with_figures() -> list[Shape]:
    return [shape for shape in rules().shapes.shapes.values() if next(mutants(shape), None) is not None]


FIGURED = with_figures()
CHOSEN = FIGURED if EVERY else FIGURED[::3]


def test_there_are_figures() -> None:
    assert len(FIGURED) > 100


BASE = "\n".join(f.read_text(encoding="utf-8") for f in sorted(resources.path("tests/cases/base").glob("*.ttl")))
BOUNDS = [
    (shape, side, Decimal(shape.parameters[name]))
    for shape in rules().shapes.shapes.values()
    for name, side in (("minInclusive", -1), ("maxInclusive", 1))
    if shape.path and name in shape.parameters
]


def tried(shape: Shape, patches: Iterator[str]) -> set[Decimal]:
    """The values that patches, and the company that they change, state of the property that a shape bounds."""
    value = re.compile(rf"zy:{(shape.path or '').rpartition('#')[2]}\s+(-?\d+(?:\.\d+)?)")
    return {Decimal(found) for text in (BASE, *patches) for found in value.findall(text)}


def untried(bound: Decimal, side: int, values: set[Decimal]) -> str:
    """What is missing of the bound itself, which satisfies, and a value next to it, which does not; empty for nothing."""
    beyond = any(0 < (value - bound) * side <= 1 for value in values)
    return (
        "" if bound in values and beyond else f"{bound}: {'nothing beyond' if bound in values else 'the bound itself'}"
    )


@pytest.mark.parametrize(("shape", "side", "bound"), BOUNDS, ids=[short(shape.iri) for shape, _, _ in BOUNDS])
def test_a_bound_is_tried_on_both_sides(shape: Shape, side: int, bound: Decimal) -> None:
    assert untried(bound, side, tried(shape, (case.patch for case in BY_SHAPE[short(shape.iri)]))) == ""


def test_a_bound_tried_on_one_side_only_is_noticed() -> None:
    assert BOUNDS
    least, most = (-1, {Decimal(500)}), (1, {Decimal(501)})
    assert untried(Decimal(500), *least) == "500: nothing beyond"
    assert untried(Decimal(500), *most) == "500: the bound itself"
    assert untried(Decimal(500), -1, {Decimal(500), Decimal(400)}), "too far beyond to tell where the bound is"


@pytest.mark.parametrize("shape", CHOSEN, ids=lambda shape: short(shape.iri))
def test_a_changed_figure_breaks_a_case(shape: Shape) -> None:
    tiers = sorted({int(number[0]) - 1 for number in shape.enforces})
    base = [Case(f"base {tier}", tier, "", "", "", CASES[0].date, {}) for tier in tiers]
    cases = [*BY_SHAPE[short(shape.iri)], *base]
    named = [c for c in CASES if c not in cases and set(c.expect) & shape.enforces]
    own = PreparedShapes(working_copy(ShapeLibrary(rules().shapes.statements, {shape.iri: shape}, rules().duties)))
    survivors = []
    for label, mutated in mutants(shape):
        try:
            changed = PreparedShapes(working_copy(mutated))
            seen = any(broken(shape, own, changed, case) for case in (*cases, *named))
        except ValueError:
            continue  # the engine refuses the changed shape
        if not seen and not equivalent(shape, label):
            survivors.append(label)
    assert survivors == []


def equivalent(shape: Shape, label: str) -> bool:
    """Whether no submission can tell the change: a period in years leaves no doubt where it is stated in months.

    From 24 months to 24 nothing is doubtful; nor is it from 25 to 24 or from 24 to 23, and 23 is too short anyway.
    """
    certain = shape.parameters.get("doubtfulFromMonths") == shape.parameters.get("enoughMonths") is not None
    low = str(int(shape.parameters.get("enoughMonths", "1")) - 1)
    return certain and ("doubtfulFromMonths" in label or (label.endswith(f"→ {low}") and "enoughMonths" in label))


def broken(shape: Shape, own: PreparedShapes, changed: PreparedShapes, case: Case) -> bool:
    before, after = results(own, case), results(changed, case)
    if before == after:
        return False
    if bool(before) is not bool(after) and short(shape.iri) in (case.shape, case.passes):
        return True
    if {(r.focus, r.value) for r in before} == {(r.focus, r.value) for r in after}:
        return True  # the amount in the finding changes: what it says is told apart by its variables
    return outcomes(shape, before, case) != outcomes(shape, after, case)
