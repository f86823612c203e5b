"""Says why a query found nothing: its structure and the terms in use in, sentences with a corrected query out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from zhiyin.sparql.hint import Hint
from zhiyin.sparql.hint_names import unknown_names
from zhiyin.sparql.hint_patterns import carried_by_none, emptying, having, no_such, nothing_found
from zhiyin.sparql.hint_query import Given, Store, TiredError, applied
from zhiyin.sparql.hint_remedy import literal_subjects, turned
from zhiyin.sparql.hint_values import conditions, value
from zhiyin.sparql.structure import StructureError, structure
from zhiyin.sparql.terms import Table
from zhiyin.sparql.terms_in_use import TermsInUse

LONGEST = 16_384
"""Texts beyond this get no hint: nobody typed them."""
_MOST = 5
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Told:
    """The hints on a query, and whether the store was asked all that was to be asked."""

    hints: tuple[Hint, ...]
    whole: bool


def hints_for(text: str, base: str, terms: TermsInUse, select: Callable[[str], Table]) -> Told:
    """Return at most a few hints on a query that found nothing; ``select`` asks the store, seldom and cheaply.

    One fault may hide another: a corrected query that still finds nothing is looked at too, and all hints offer the
    one that mends all.
    """
    if len(text) > LONGEST:
        return Told((), True)
    store = Store(select)
    given = _read(text, base, terms, store)
    found: list[Hint] = []
    query = ""
    for _ in range(_ROUNDS):
        if given is None:
            break
        said, better = _looked_at(given)
        known = {hint.said.en for hint in found}
        found += [hint for hint in said if hint.said.en not in known]
        if not better:
            break
        query = better
        given = _read(query, base, terms, store)
        if given is None or _finds(given):
            break
    hints = tuple(replace(hint, query=query) if hint.query else hint for hint in found[:_MOST])
    return Told(hints, not store.gave_up)


def _read(text: str, base: str, terms: TermsInUse, store: Store) -> Given | None:
    """Return a query with its structure, ``None`` where that cannot be read."""
    try:
        return Given(text, structure(text, base), terms, store)
    except StructureError:
        return None


def _looked_at(given: Given) -> tuple[list[Hint], str]:
    """Return the hints on a query, and the corrected one where there is one."""
    hints: dict[str, Hint] = {}
    with suppress(TiredError):
        for hint in _hints(given):
            hints.setdefault(hint.said.en, hint)
            if len(hints) == _MOST:
                break
    edits = [edit for said in hints for edit in given.edits.get(said, ())]
    query = applied(given.text, edits) if edits else ""
    return [replace(hint, query=query) if given.edits.get(said) else hint for said, hint in hints.items()], query


def _finds(given: Given) -> bool:
    where = given.found.select.where
    try:
        return where is None or given.finds(given.text[where.start : where.end])
    except TiredError:
        return True


def _hints(given: Given) -> Iterator[Hint]:
    """Yield what may be the reason, the surest first."""
    yield from literal_subjects(given)
    unknown = list(unknown_names(given))
    yield from unknown
    known = given.known
    for triple in known:
        yield from value(given, triple, triple.object, filtered=False)
    yield from conditions(given, known)
    yield from carried_by_none(given)
    yield from having(given)
    if unknown or given.edits:
        return
    for triple in known:
        yield from no_such(given, triple)
    yield from nothing_found(given)
    if not any(given.edits.values()):
        yield from turned(given)
    if not any(given.edits.values()):
        yield from emptying(given)
