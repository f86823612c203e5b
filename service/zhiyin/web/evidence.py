"""What shows that a clause is met: the facts and practices that its shapes look at, and the shapes in words."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.catalogue import FamilyView
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import Shape
from zhiyin.law.vocabulary import Term, Vocabulary


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a company states for a clause: facts of things, and practices that need a document."""

    facts: tuple[Term, ...]
    practices: tuple[Term, ...]


def evidence_for(vocabulary: Vocabulary, family: FamilyView | None) -> Evidence:
    """Return the terms of the company vocabulary that a duty needs.

    ``family`` is the duty as the shipped edition has it, by whose numbers the vocabulary names clauses; ``None`` where
    it is of another edition alone.
    """
    numbers = set(family.members) if family else set()
    terms = [t for t in vocabulary.terms.values() if numbers & set(t.needed_by)]
    return Evidence(
        tuple(t for t in terms if t.kind in ("datatype", "object")),
        tuple(t for t in terms if t.kind == "individual"),
    )


@once
def _by_clause(rules: Rules) -> dict[str, tuple[Shape, ...]]:
    found: dict[str, list[Shape]] = {}
    for shape in rules.shapes.shapes.values():
        for number in shape.enforces:
            found.setdefault(number, []).append(shape)
    return {number: tuple(sorted(shapes, key=lambda s: (s.role, s.outcome, s.iri))) for number, shapes in found.items()}


def shapes_for(rules: Rules, number: str) -> tuple[Shape, ...]:
    """Return the shapes of ``rules`` that enforce ``number``, duties last."""
    return _by_clause(rules).get(number, ())
