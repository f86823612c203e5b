"""A shape and the old figure of a threshold in; where it stands there, put right, or that only a person can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from zhiyin.catalogue import ThresholdView

_PERIODS: Final = ("YR", "MO")
"""Units that a shape judges in days and months besides, or by a property named after them: no numeral alone is right."""
_EXISTENCE: Final = ("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount")
"""What 0 and 1 say here is whether a thing is stated, whatever the law's figure is."""
_IN_BOTH: Final = re.compile(r"(?:Days|Months)$")
_SORTS: Final = {
    "year": r"年|years?\b",
    "month": r"个?日?历?月|(?:calendar )?months?\b",
    "day": r"天|日|days?\b",
    "hour": r"个?小时|hours?\b",
    "minute": r"分钟|minutes?\b",
    "second": r"秒|seconds?\b",
    "percent": r"[%％]",
    "kilometre": r"公里|千米|km\b",
    "class hour": r"学时|class hours?\b",
    "person": r"名|人|people\b",
}
_UNITS: Final = {
    "DAY": "day",
    "HR": "hour",
    "MIN": "minute",
    "SEC": "second",
    "PERCENT": "percent",
    "KiloM": "kilometre",
}
"""The sort of a figure in whose phrase no word says it, as in 7×."""
_NUMERAL: Final = re.compile(r"(?<![A-Za-z0-9_.])\d+(?:\.\d+)?(?![\d.]*\d)")


def plain(value: Decimal) -> str:
    """Return a figure as shapes write it: no exponent, no zeros behind the point."""
    text = format(value.normalize(), "f")
    return text if "." in text or value != value.to_integral_value() else str(int(value))


def taken(
    shape: Sequence[ox.Triple],
    changed: ThresholdView,
    value: Decimal,
    beside: Iterable[ThresholdView],
    becomes: Mapping[str, Decimal],
) -> bool:
    """Tell whether a draft of ``shape`` can take ``value`` in place of the figure of ``changed`` by the numeral alone.

    ``beside`` are the other thresholds that the shape states for the clause, ``becomes`` the figures that those get which
    change. Not so where the figure is a calendar period, stands nowhere in what the shape computes with, stands in days
    as well as in months, or where another figure that is printed as the same numeral does not become the same.
    """
    if changed.unit in _PERIODS:
        return False
    for other in beside:
        printed = _NUMERAL.search(other.phrase) is not None
        if printed and other.value == changed.value and becomes.get(other.id, other.value) != value:
            return False
    old = plain(changed.value)
    places = [t for t in shape if _computes(t) and old in _NUMERAL.findall(_value(t))]
    nodes = {t.subject for t in places if _IN_BOTH.search(_name(t))}
    doubled = any(t.subject in nodes and _IN_BOTH.search(_name(t)) and t not in places for t in shape)
    return bool(places) and not doubled


def put_right(triple: ox.Triple, becomes: Iterable[tuple[ThresholdView, Decimal]]) -> str:
    """Return the text of the triple's literal with each old figure that stands there replaced by the new one.

    In a text for people a numeral with the word of another sort of quantity behind it is another figure.
    """
    value = _value(triple)
    if not _states(triple):
        return value
    now = {plain(old.value): (plain(new), sort_of(old.phrase) or _UNITS.get(old.unit)) for old, new in becomes}
    prose = not _computes(triple)

    def replaced(match: re.Match[str]) -> str:
        new, sort = now.get(match[0], (match[0], None))
        here = sort_behind(value[match.end() :]) if prose else None
        return match[0] if here is not None and here != sort else new

    return _NUMERAL.sub(replaced, value)


def sort_of(phrase: str) -> str | None:
    """Return the sort of quantity that the last numeral of a threshold's phrase counts, where a word says it."""
    found = None
    for match in _NUMERAL.finditer(phrase):
        found = sort_behind(phrase[match.end() :])
    return found


def sort_behind(text: str) -> str | None:
    """Return the sort of quantity whose word stands first in ``text``; blanks and a closing sign aside."""
    for sort, words in _SORTS.items():
        if re.match(rf"\s*(?:{words})", text):
            return sort
    return None


def _value(triple: ox.Triple) -> str:
    return str(getattr(triple.object, "value", ""))


def _name(triple: ox.Triple) -> str:
    return re.split(r"[#/]", triple.predicate.value)[-1]


def _states(triple: ox.Triple) -> bool:
    """Tell whether a figure of the law may stand in the triple: a number or a text, and no mark of existence."""
    if not isinstance(triple.object, ox.Literal):
        return False
    kind = triple.object.datatype.value.rpartition("#")[2]
    if kind not in ("integer", "decimal", "string", "langString"):
        return False
    return not (_name(triple) in _EXISTENCE and _value(triple) in ("0", "1"))


def _computes(triple: ox.Triple) -> bool:
    """Tell whether the shape computes with the triple's literal: a number, or the text of a query."""
    if not _states(triple) or not isinstance(triple.object, ox.Literal):
        return False
    return triple.object.language is None and (
        _name(triple) in ("select", "ask") or triple.object.datatype.value.rpartition("#")[2] in ("integer", "decimal")
    )
