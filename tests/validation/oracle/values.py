"""Outcomes and bounds: what several parts come to, and whether a figure that is not quite known keeps a bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

ZY = "https://w3id.org/zhiyin/ontology#"
PRACTICE = "https://w3id.org/zhiyin/id/practice/"
DCTERMS = "http://purl.org/dc/terms/"

S, V, U, M, N = "satisfied", "violated", "undeclared", "manual", "not-applicable"

Said = Mapping[str, Mapping[str, Sequence[str]]]
"""Node to property to what is stated."""
T = TypeVar("T")


class Abstained(Exception):
    """The oracle does not judge this."""


# Three values and two more: what several parts come to.


def every(parts: Iterable[str]) -> str:
    """All must hold; what is not applicable falls away."""
    found = set(parts) - {N}
    return next((o for o in (V, U, M, S) if o in found), N)


def either(parts: Iterable[str]) -> str:
    """One is enough."""
    found = set(parts) - {N}
    return next((o for o in (S, U, M, V) if o in found), N)


def any_completion(outcomes: Iterable[str]) -> str:
    """The outcome of every completion of what is missing, or undeclared."""
    found = set(outcomes)
    return found.pop() if len(found) == 1 else U


def met(holds: bool | None) -> str:
    return U if holds is None else S if holds else V


@dataclass(frozen=True, slots=True)
class Range:
    """A figure, or between what bounds it lies where it is not stated."""

    low: Decimal
    high: Decimal | None = None
    """None: there is no bound."""

    def times(self, factor: int) -> Range:
        return Range(self.low * factor, None if self.high is None else self.high * factor)


def at_least(figure: Range, bound: Range, *, more: bool = False) -> bool | None:
    """Whether ``figure`` reaches ``bound`` (``more``: exceeds it), None where the unknown decides."""

    def reaches(one: Decimal, other: Decimal) -> bool:
        return one > other if more else one >= other

    if bound.high is not None and reaches(figure.low, bound.high):
        return True
    if figure.high is not None and not reaches(figure.high, bound.low):
        return False
    return None


def just(figure: int) -> Range:
    return Range(Decimal(figure), Decimal(figure))
