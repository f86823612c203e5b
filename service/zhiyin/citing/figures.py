"""Compares the figures of a claim with those of a clause: value, unit and comparator, each with what it measures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zhiyin.citing.law import Clause
from zhiyin.citing.quantity import Quantity, read_quantities

_ANCHORS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"rto|恢复时间|恢复目标时间", r"rpo|恢复点|数据丢失|丢失数据", r"连续交易|夜盘|夜市", r"核减|减少|扣减|少配|可减|减免",
        r"净利润", r"营业收入|营收", r"ups|电池", r"学时", r"经验", r"评估记录|保存|保留|留存|期限", r"每平方米|承重",
        r"会计年度|最近|近三年|三年平均",
    )
)  # fmt: skip
_RESPECTIVELY: Final = re.compile(
    r"(rto|rpo)\s*[、和与及/,]\s*(rto|rpo)[^。;\d]{0,12}?(?:分别|依次)(?:应|须|要求)?(?:为|是)?"
)
_NUMBER: Final = re.compile(r"\d[\d.]*\s*(?:%|[一-鿿a-z]{1,2})")
_EXACT: Final = {
    "ge": {"", "ge", "up", "eq"},
    "gt": {"", "gt", "up"},
    "le": {"", "le", "down", "eq"},
    "lt": {"", "lt", "down"},
}
_NOT_DONE: Final = re.compile(r"\s*(?:不得|不能|不可|禁止|严禁|不应)(?:随意|擅自)?(?:删|销毁|覆盖|清|修改|丢)")
_CONDITIONS: Final = frozenset({2, 3})
"""The measures of ``_ANCHORS`` that are conditions: 连续交易, 核减."""
REDUCTION: Final = frozenset({3})
_DAY: Final = 86400
_OTHER_GROUP: Final = {"mo": "s", "s": "mo", "every-mo": "every-s", "every-s": "every-mo"}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A figure that the clause does not give: what was said and what stands there, ``None`` where nothing does."""

    said: Quantity
    stands: Quantity | None
    comparator_only: bool = False
    opposite: bool = False


def anchors(text: str, figure: Quantity) -> frozenset[int]:
    """Return which of the known measures the words just before and after a figure name."""
    in_order = _RESPECTIVELY.search(text)
    if in_order is not None and figure.start >= in_order.end():
        following = [q.start for q in read_quantities(text) if q.start >= in_order.end()]
        place = following.index(figure.start) if figure.start in following else 2
        if place < 2:
            return frozenset({0 if in_order[place + 1] == "rto" else 1})
    left = max((text.rfind(mark, 0, figure.start) for mark in ",;。、:"), default=-1) + 1
    # What stands before another figure belongs to that one.
    left = max([left, *(match.end() for match in _NUMBER.finditer(text, left, figure.start))])
    before = text[max(left, figure.start - 30) : figure.start]
    after = re.split(r"[,;。、]", text[figure.end : figure.end + 14])[0]
    if re.match(r"\s*\([^()]*\d", after):
        # 8人(连续交易11人): the bracket is about its own figure.
        after = ""
    named = frozenset(i for i, pattern in enumerate(_ANCHORS) if pattern.search(before))
    return named or frozenset(i for i, pattern in enumerate(_ANCHORS) if pattern.search(after))


def compare_figure(text: str, figure: Quantity, clauses: Sequence[Clause]) -> Mismatch | None:
    """Return how ``figure`` of a claim's text differs from all of ``clauses``, ``None`` where one gives it."""
    worst: Mismatch | None = None
    for clause in clauses:
        found = _against(text, figure, clause)
        if found is None:
            return None
        if (
            worst is None
            or (worst.stands is None and found.stands is not None)
            or (found.comparator_only and not worst.comparator_only)
        ):
            worst = found
    return worst


def _against(text: str, figure: Quantity, clause: Clause) -> Mismatch | None:
    same = [q for q in clause.figures if q.dimension == figure.dimension]
    if figure.dimension == "kg":
        # 500公斤 is said for 500公斤每平方米.
        same += [q for q in clause.figures if q.dimension == "kg/m2"]
    if figure.dimension == "n":
        same += list(clause.implied)
    if _is_the_same_in_other_words(text, figure, clause):
        return None
    mine = anchors(text, figure)
    fitting = _fitting(clause, same, mine, text)
    if not fitting:
        other = [q for q in clause.figures if _comparable(q.dimension, figure.dimension)]
        return Mismatch(figure, other[0] if other else None)
    equal = [q for q in fitting if q.value == figure.value]
    if not equal:
        return Mismatch(figure, min(fitting, key=lambda q: abs(q.value - figure.value)))
    for stands in equal:
        if _agrees(text, figure, stands):
            return None
    return Mismatch(figure, equal[0], comparator_only=True)


def _is_the_same_in_other_words(text: str, figure: Quantity, clause: Clause) -> bool:
    """Say whether the clause has the figure as an interval or round the clock: 两年内 for 每两年, 7×24 for 24小时连续."""
    if figure.dimension == "7x24":
        return any(q.dimension == "s" and q.value == _DAY for q in clause.figures)
    multiplied = re.search(r"[x×*乘]\s*$", text[: figure.start]) is not None
    if (
        figure.dimension == "s"
        and figure.value == _DAY
        and not multiplied
        and any(q.dimension == "7x24" for q in clause.figures)
    ):
        return True
    every = f"every-{figure.dimension}"
    return figure.comparator == "down" and any(q.dimension == every and q.value == figure.value for q in clause.figures)


def _fitting(clause: Clause, same: list[Quantity], mine: frozenset[int], text: str) -> list[Quantity]:
    """Return those of ``same`` that measure what the words around the claim's figure name."""
    if len(same) < 2:
        return same
    theirs = [anchors(clause.folded, q) for q in same]
    if not any(_ANCHORS[i].search(text) for i in _CONDITIONS):
        # Where no condition is told, what is demanded under one is not meant.
        plain = [q for q, a in zip(same, theirs, strict=True) if not a & _CONDITIONS]
        same, theirs = plain or same, [a for a in theirs if not a & _CONDITIONS] if plain else theirs
    if len(same) < 2 or not mine:
        return same
    telling = frozenset().union(*theirs) - frozenset.intersection(*theirs)
    named = mine & telling
    if not named:
        return same
    fitting = [q for q, a in zip(same, theirs, strict=True) if a & named]
    return fitting or same


def _comparable(theirs: str, mine: str) -> bool:
    return theirs == _OTHER_GROUP.get(mine) or {theirs, mine} in ({"ch", "s"}, {"kg", "kg/m2"}, {"p", "n"}, {"km", "s"})


def _agrees(text: str, figure: Quantity, stands: Quantity) -> bool:
    if stands.comparator == "" or stands.dimension.startswith("every-") or stands.dimension == "7x24":
        return figure.comparator not in ("le", "lt", "down") or stands.dimension.startswith("every-")
    if figure.comparator == "down" and _NOT_DONE.match(text, figure.end):
        # 两年内不得删除 is 保存至少两年.
        return stands.comparator in ("ge", "up")
    if figure.comparator in _EXACT[{"up": "ge", "down": "le", "eq": "ge"}.get(stands.comparator, stands.comparator)]:
        return True
    return _tells_breach(text, figure, stands.comparator)


def _tells_breach(text: str, figure: Quantity, demanded: str) -> bool:
    """Say whether the claim tells when the demand is broken: 低于8%的应整改 under 不少于8%."""
    opposite = {"ge": "lt", "le": "gt"}.get(demanded)
    if figure.comparator != opposite:
        return False
    before = text[max(0, figure.start - 6) : figure.start]
    after = text[figure.end : figure.end + 12]
    return not re.search(r"应|须|必须|要|需|可|能", before) and bool(
        re.match(r"[^,。;]{0,6}(?:的|即|视为|则|时)", after)
    )


def is_met(value: Quantity, stands: Quantity) -> bool:
    """Say whether a company's own figure meets what the clause demands."""
    if stands.dimension.startswith("every-"):
        return value.value <= stands.value
    return {
        "ge": value.value >= stands.value,
        "gt": value.value > stands.value,
        "le": value.value <= stands.value,
        "lt": value.value < stands.value,
    }.get(stands.comparator, value.value >= stands.value)
