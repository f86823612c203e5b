"""The five outcomes of a clause, what a shape says of them, and how several are read as one."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """What a clause comes to for one company (zy:Outcome)."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    UNDECLARED = "undeclared"
    NOT_APPLICABLE = "not-applicable"
    MANUAL = "manual"


OUTCOME_LABELS = {
    Outcome.SATISFIED: "符合",
    Outcome.VIOLATED: "不符合",
    Outcome.UNDECLARED: "未声明",
    Outcome.NOT_APPLICABLE: "不适用",
    Outcome.MANUAL: "需人工",
}

OUTCOME_IRIS = {
    "Satisfied": Outcome.SATISFIED,
    "Violated": Outcome.VIOLATED,
    "Undeclared": Outcome.UNDECLARED,
    "NotApplicable": Outcome.NOT_APPLICABLE,
    "Manual": Outcome.MANUAL,
}


class Role(StrEnum):
    """What a result of a shape means for its clauses: a duty's fault, a condition's state, or an incomplete list."""

    DUTY = "duty"
    CONDITION = "condition"
    COMPLETENESS = "completeness"


class Basis(StrEnum):
    """What an outcome rests on."""

    FACT = "fact"
    ATTESTATION = "attestation"
    DETERMINATION = "determination"


_CONJUNCTION = (Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL, Outcome.SATISFIED, Outcome.NOT_APPLICABLE)
_APPLICABILITY = (Outcome.NOT_APPLICABLE, Outcome.UNDECLARED, Outcome.MANUAL)


def conjunction(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Return the outcome of duties that must all be met; ``None`` where there is none.

    Violated comes before undeclared before manual before satisfied; what does not apply gives way to all others.
    """
    present = set(outcomes)
    return next((outcome for outcome in _CONJUNCTION if outcome in present), None)


def applicability(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Return what conditions come to: stated not to hold, not stated, in doubt, or ``None`` where all hold."""
    present = set(outcomes)
    return next((outcome for outcome in _APPLICABILITY if outcome in present), None)
