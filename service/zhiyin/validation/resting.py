"""A verdict in, what its satisfied clauses rest on out, found when someone asks: most answers leave some of it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import ShapeLibrary
from zhiyin.namespaces import ZY
from zhiyin.validation.callings import Callings
from zhiyin.validation.counts import HELD_AGAINST
from zhiyin.validation.deeds import DEEDS
from zhiyin.validation.evidence import Document, documents_of, practices_by_clause
from zhiyin.validation.facts import Facts
from zhiyin.validation.grounds import Grounds
from zhiyin.validation.presuppositions import DENIED, EMPTY, LACKING
from zhiyin.validation.readings import terms_of_clauses

_ABOUT, _OURS = str(ZY.about), str(ZY)
_FORMS = frozenset(
    str(ZY[name])
    for name in (
        *("attestation", "activity", "retention", "about", "holds", "evidence", "exception", "responsibleRole"),
        *("lastConductedOn", "statedIntervalDays", "periodDays", "periodMonths", "periodYears", "listsAll", "name"),
    )
)
"""Properties that only say how a statement is made; what it is about is told instead."""

Rest = tuple[tuple[str, ...], tuple[Document, ...], tuple[str, ...]]


class Resting:
    """What each of the satisfied clauses ``numbers`` rests on, for one company judged at ``tier``.

    Packed for another process it is found out whole, and comes without the facts.
    """

    def __init__(self, numbers: Iterable[str], facts: Facts, names: Callings, rules: Rules, tier: int) -> None:
        self._numbers = tuple(numbers)
        self._facts, self._names, self._rules, self._tier = facts, names, rules, tier

    def terms(self, number: str) -> tuple[str, ...]:
        """Return the stated facts that decide the clause, by their terms: what its shapes see and what that is held against."""
        return tuple(sorted(_deciding(self._rules.shapes).get(number, frozenset()) & self._stated))

    def documents(self, number: str) -> tuple[Document, ...]:
        """Return the documents that the clause rests on, so that someone can take samples."""
        return documents_of(practices_by_clause(self._rules.shapes, self._tier).get(number, ()), self._facts)

    def grounds(self, number: str) -> tuple[str, ...]:
        """Return the figures and dates that the clause rests on, in Chinese."""
        return self._grounds.of(self.terms(number))

    def __reduce__(self) -> tuple[type[_Found], tuple[Mapping[str, Rest]]]:
        return _Found, ({n: (self.terms(n), self.documents(n), self.grounds(n)) for n in self._numbers},)

    @cached_property
    def _grounds(self) -> Grounds:
        return Grounds(self._facts, self._rules.vocabulary, self._names)

    @cached_property
    def _stated(self) -> frozenset[str]:
        """The terms of which the facts say something."""
        stated = self._facts.by_predicate
        about = {row[4] or getattr(row[3], "value", "") for row in stated.get(_ABOUT, ())}
        return frozenset({term for term in stated if term.startswith(_OURS)} - _FORMS | about)


@once
def _deciding(shapes: ShapeLibrary) -> Mapping[str, frozenset[str]]:
    """Return each clause number to the terms that its shapes look at, with those that these are held against."""
    against = _held_against()
    return {
        number: seen.union(*(against[term] for term in seen & against.keys()))
        for number, seen in terms_of_clauses(shapes).items()
    }


def _held_against() -> Mapping[str, frozenset[str]]:
    """Return each term to those whose denial would contradict it: what a clause rests on that asks for it."""
    found: dict[str, set[str]] = {one: set(others) for one, others in HELD_AGAINST.items()}
    for deed in DEEDS:
        for needing in deed.needing:
            found.setdefault(needing, set()).update(deed.denied, filter(None, [deed.of]))
    for one in (*DENIED, *EMPTY, *LACKING):
        for particular in one.own:
            found.setdefault(particular, set()).add(one.general)
        for things, said in one.elsewhere:
            for particular in (things, said):
                found.setdefault(particular, set()).add(one.general)
    return {term: frozenset(others) for term, others in found.items()}


class _Found(Resting):
    """What was found out in another process."""

    def __init__(self, found: Mapping[str, Rest]) -> None:
        self._found = found

    def terms(self, number: str) -> tuple[str, ...]:
        return self._found[number][0]

    def documents(self, number: str) -> tuple[Document, ...]:
        return self._found[number][1]

    def grounds(self, number: str) -> tuple[str, ...]:
        return self._found[number][2]

    def __reduce__(self) -> tuple[type[_Found], tuple[Mapping[str, Rest]]]:
        return _Found, (self._found,)
