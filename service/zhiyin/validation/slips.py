"""A company's figures and dates in, those that are hardly meant as they stand out, each with both readings.

An amount may be in ten thousands, a day of 1926 may be one of 2026: where a clause turns on it, a person must tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.intake.plausibility import MONEY, meant_century, suspect_amounts
from zhiyin.intake.rows import triple_of
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD
from zhiyin.validation.contradiction import Contradiction, Way, named, shown
from zhiyin.validation.facts import Facts

_DAYS = frozenset({XSD + "date", XSD + "dateTime"})
"""How a day is stated, and how the shapes get it."""
_REVENUE = str(ZY.revenueYuan)
_TEN_THOUSAND = 10_000


def slips(facts: Facts, vocabulary: Vocabulary) -> list[Contradiction]:
    """Return the amounts that may be in another unit, and the days that may be of another century."""
    amounts: dict[tuple[str, str], ox.Triple] = {}
    days: list[ox.Triple] = []
    # Every verdict passes here: one pass, and what is dear only for what looks like it.
    for row in facts.rows:
        _, node, predicate, value, target = row
        if target or not isinstance(value, ox.Literal):
            continue
        if predicate in MONEY:
            amounts.setdefault((node, predicate), triple_of(row))
        elif (text := value.value)[4:5] == "-" and meant_century(text) and value.datatype.value in _DAYS:
            days.append(triple_of(row))
    return [*_amounts(amounts, vocabulary), *([_century(days, vocabulary)] if days else [])]


def _amounts(stated: Mapping[tuple[str, str], ox.Triple], vocabulary: Vocabulary) -> list[Contradiction]:
    numbers: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (node, predicate), triple in stated.items():
        numbers[node][predicate] = Decimal(shown(triple))
    suspects = suspect_amounts(numbers)
    if not suspects:
        return []
    wanted = {(found.node, found.predicate) for found in suspects}
    # Where every revenue is too small, the other amounts beside them were written in the same unit.
    if {key for key in stated if key[1] == _REVENUE} <= wanted:
        wanted = set(stated)
    slipped = [stated[key] for key in stated if key in wanted]
    instead = tuple(_times(triple, _TEN_THOUSAND) for triple in slipped)
    first = suspects[0]
    label = vocabulary.terms[first.predicate].label
    doubt = Message(
        f"“{label.zh}”填的是 {first.amount:f}，可能以万元填写；结论取决于此，须人工核实",
        f"'{label.en}' is {first.amount:f} and may be in ten thousands; the outcome depends on it, so a person must tell",
    )
    ways = (Way("元", frozenset()), Way("万元", frozenset(slipped), instead))
    return [Contradiction(first.node, first.predicate, "", ways, doubt=doubt)]


def _times(triple: ox.Triple, factor: int) -> ox.Triple:
    value = f"{Decimal(shown(triple)) * factor:f}"
    kind = triple.object.datatype if isinstance(triple.object, ox.Literal) else None
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(value, datatype=kind))


def _century(slipped: Sequence[ox.Triple], vocabulary: Vocabulary) -> Contradiction:
    instead = [_later(triple) for triple in slipped]
    first, day, meant = slipped[0], shown(slipped[0])[:10], shown(instead[0])[:10]
    term = vocabulary.terms.get(first.predicate.value)
    label = term.label if term is not None else Message("日期", "a date")
    doubt = Message(
        f"“{label.zh}”是 {day}，可能是 {meant}；结论取决于此，须人工核实",
        f"'{label.en}' is {day} and may be {meant}; the outcome depends on it, so a person must tell",
    )
    return Contradiction(
        named(first.subject),
        first.predicate.value,
        "",
        (Way(day, frozenset()), Way(meant, frozenset(slipped), tuple(instead))),
        doubt=doubt,
    )


def _later(triple: ox.Triple) -> ox.Triple:
    """Return the statement with its day a century later."""
    kind = triple.object.datatype if isinstance(triple.object, ox.Literal) else None
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(meant_century(shown(triple)) or "", datatype=kind))
