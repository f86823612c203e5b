"""Mutation: change any comparator, path, class, value or connective of any shape or constraint component and a case breaks.

Every eightieth shape by default; all, and every component, with ``ZHIYIN_EVERY_CASE=1``, which takes an hour or more. ``ZHIYIN_SHAPES=7:20`` takes
every twentieth from the eighth on.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from functools import cache

import pytest
from tests.validation.shape_changes import MEANINGLESS, Change, changes_of, changes_of_component, components
from tests.validation.test_figures_matter import BY_SHAPE, CASES, EVERY, broken, short

from zhiyin.composition.judging import rules
from zhiyin.composition.trial import Case
from zhiyin.law.shapes import Shape, ShapeLibrary, working_copy
from zhiyin.validation.engine import PreparedShapes

SHAPES = list(rules().shapes.shapes.values())
FIRST, STEP = (int(part) for part in os.environ.get("ZHIYIN_SHAPES", "0:1" if EVERY else "0:80").split(":"))
CHOSEN = SHAPES[FIRST::STEP]


@cache
def base_cases(tiers: frozenset[int]) -> tuple[Case, ...]:
    """The complete company at each tier, with nothing changed."""
    return tuple(Case(f"base {tier}", tier, "", "", "", CASES[0].date, {}) for tier in sorted(tiers))


def cases_of(shape: Shape) -> list[Case]:
    """The cases that may tell a change of ``shape``: its own first, then those of the clauses that it enforces."""
    tiers = frozenset(int(number[0]) - 1 for number in shape.enforces)
    own = [*BY_SHAPE[short(shape.iri)], *base_cases(tiers)]
    return [*own, *(case for case in CASES if case not in own and set(case.expect) & shape.enforces)]


def survivors(shape: Shape, only: Collection[str] = ()) -> list[str]:
    """The changes of ``shape`` that no case tells; of those that ``only`` names, where it names any."""
    cases = cases_of(shape)
    own = PreparedShapes(working_copy(ShapeLibrary(rules().shapes.statements, {shape.iri: shape}, rules().duties)))
    found = []
    for change in changes_of(shape):
        label = f"{change.kind}: {change.label}"
        if only and label not in only:
            continue
        try:
            changed = PreparedShapes(working_copy(change.library))
            if not any(broken(shape, own, changed, case) for case in cases):
                found.append(label)
        except ValueError:
            continue  # the engine refuses the changed shape
    return found


def test_every_kind_is_changed() -> None:
    kinds = {change.kind for shape in SHAPES[::20] for change in changes_of(shape)}
    assert kinds == {"comparator", "path", "class", "value", "connective"}


@pytest.mark.parametrize("shape", CHOSEN, ids=lambda shape: short(shape.iri))
def test_a_change_breaks_a_case(shape: Shape) -> None:
    assert [label for label in survivors(shape) if label not in MEANINGLESS.get(short(shape.iri), {})] == []


COMPONENTS = components()
FEW = 2
"""With the cases of so many shapes a change of their component is tried that none of its own cases tells."""


def surviving(iri: str, stride: int) -> list[str]:
    """The changes of a component, every ``stride``-th, that no case of a shape that uses it tells."""
    users = COMPONENTS[iri]
    own = {
        shape.iri: PreparedShapes(
            working_copy(ShapeLibrary(rules().shapes.statements, {shape.iri: shape}, rules().duties))
        )
        for shape in users.values()
    }

    def told_by(change: Change, shape: Shape, cases: Iterable[Case]) -> bool:
        library = ShapeLibrary(change.library.statements, {shape.iri: shape}, rules().duties)
        try:
            changed = PreparedShapes(working_copy(library))
            return any(broken(shape, own[shape.iri], changed, case) for case in cases)
        except ValueError:
            return True  # the engine refuses the changed component

    return [
        f"{change.kind}: {change.label}"
        for change in list(changes_of_component(iri, users))[::stride]
        if not any(told_by(change, shape, BY_SHAPE[short(shape.iri)]) for shape in users.values())
        # The cases of the same clauses are many: only what a shape's own do not tell is tried with them.
        and not any(told_by(change, shape, cases_of(shape)) for shape in list(users.values())[:FEW])
    ]


def test_every_component_is_used() -> None:
    assert len(COMPONENTS) > 10
    assert all(COMPONENTS.values())


@pytest.mark.skipif(not EVERY, reason="takes many minutes: set ZHIYIN_EVERY_CASE=1")
@pytest.mark.parametrize("iri", COMPONENTS, ids=short)
def test_a_change_of_a_component_breaks_a_case(iri: str) -> None:
    assert [label for label in surviving(iri, 1) if label not in MEANINGLESS.get(short(iri), {})] == []


def test_what_means_nothing_is_a_change_with_its_reason() -> None:
    shapes = {
        short(shape.iri): {f"{c.kind}: {c.label}" for c in changes_of(shape)} for shape in SHAPES if listed(shape)
    }
    of_components = {
        short(iri): {f"{change.kind}: {change.label}" for change in changes_of_component(iri, users)}
        for iri, users in COMPONENTS.items()
        if short(iri) in MEANINGLESS
    }
    assert {
        name: set(labels) - {**shapes, **of_components}.get(name, set()) for name, labels in MEANINGLESS.items()
    } == {name: set() for name in MEANINGLESS}
    assert all(reason for labels in MEANINGLESS.values() for reason in labels.values())


def listed(shape: Shape) -> bool:
    return short(shape.iri) in MEANINGLESS


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if listed(shape)], ids=lambda shape: short(shape.iri))
def test_what_means_nothing_is_told_by_no_case(shape: Shape) -> None:
    labels = MEANINGLESS[short(shape.iri)]
    assert set(survivors(shape, labels)) == set(labels)
