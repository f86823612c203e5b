"""What shows that a clause is met: the facts and practices that its shapes look at, and the shapes in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from zhiyin.catalogue import ClauseView, FamilyView
from zhiyin.law.shapes import Shape, library
from zhiyin.law.vocabulary import Term, vocabulary
from zhiyin.namespaces import SHAPE


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a company states for a clause: facts of things, and practices that need a document."""

    facts: tuple[Term, ...]
    practices: tuple[Term, ...]


def evidence_for(clause: ClauseView, family: FamilyView) -> Evidence:
    """Return the terms of the company vocabulary that the clause's family needs."""
    numbers = {clause.number, *family.members}
    terms = [t for t in vocabulary().terms.values() if numbers & set(t.needed_by)]
    return Evidence(
        tuple(t for t in terms if t.kind in ("datatype", "object")),
        tuple(t for t in terms if t.kind == "individual"),
    )


@cache
def _by_clause() -> dict[str, tuple[Shape, ...]]:
    found: dict[str, list[Shape]] = {}
    for shape in library().shapes.values():
        for number in shape.enforces:
            found.setdefault(number, []).append(shape)
    return {number: tuple(sorted(shapes, key=lambda s: (s.role, s.outcome, s.iri))) for number, shapes in found.items()}


def shapes_for(number: str) -> tuple[Shape, ...]:
    """Return the shapes that enforce ``number``, duties last."""
    return _by_clause().get(number, ())


def shape_name(shape: Shape) -> str:
    """Return the local name by which a shape is found in ``shapes/``."""
    return shape.iri.removeprefix(str(SHAPE))
