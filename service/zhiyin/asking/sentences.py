"""Makes the Chinese sentences of answers out of what the store gave."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from zhiyin.asking.answer import Shown
from zhiyin.model import tier_name

COMPARATORS: Final = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "="}
_MOST: Final = 12


def figure_words(figure: Shown) -> str:
    """Return ``≥ 12 小时（条件）``."""
    condition = f"（{figure.condition}）" if figure.condition else ""
    return f"{COMPARATORS[figure.comparator]} {figure.value} {figure.unit}{condition}"


def figures_sentence(figures: Sequence[Shown], labels: dict[str, str], levels: Collection[int]) -> str:
    """Return the figures of every tier, all of them being ``levels``, with their clauses and the words that hold them."""
    pieces = []
    by_metric: dict[str, list[Shown]] = {}
    for figure in figures:
        by_metric.setdefault(figure.metric, []).append(figure)
    for metric, mine in by_metric.items():
        values = {(f.comparator, f.value, f.unit, f.condition) for f in mine}
        label = labels[metric]
        tiers = list(dict.fromkeys(f.tier for f in mine))
        per_tier = {t: {(f.comparator, f.value, f.unit, f.condition) for f in mine if f.tier == t} for t in tiers}
        if len(tiers) > 1 and all(found == values for found in per_tier.values()):
            named = "各类别" if len(tiers) == len(levels) else "、".join(tier_name(t) for t in tiers)
            first = [f for f in mine if f.tier == tiers[0]]
            if relative := _relative(first):
                pieces.append(f"{named}：{relative}，依据 {_numbers(f.clause for f in mine)}")
                continue
            words = "，".join(dict.fromkeys(map(figure_words, first)))
            pieces.append(f"{named}：{label} {words}{_quoted(first)}，依据 {_numbers(f.clause for f in mine)}")
            continue
        for tier in tiers:
            found = [f for f in mine if f.tier == tier]
            if relative := _relative(found):
                pieces.append(f"{tier_name(tier)}：{relative}，依据 {_numbers(f.clause for f in found)}")
                continue
            words = "，".join(dict.fromkeys(map(figure_words, found)))
            pieces.append(
                f"{tier_name(tier)}：{label} {words}{_quoted(found)}，依据 {_numbers(f.clause for f in found)}"
            )
    return "；".join(pieces) + "。"


def _relative(figures: Sequence[Shown]) -> str:
    """Return the clause's words for a time that is only measured by another; empty for figures of any other sort."""
    if any(f.unit != _TIMES or not f.phrase or not _MEASURED.search(f.phrase) for f in figures):
        return ""
    words = dict.fromkeys(f"“{f.phrase}”（{f.condition or '没有固定的时长'}）" for f in figures)
    return "没有固定的时长，" + "；".join(words)


_TIMES: Final = "倍"
_MEASURED: Final = re.compile(r"时间.*(?:超过|不少于)")


def _quoted(figures: Iterable[Shown]) -> str:
    phrases = list(dict.fromkeys(f.phrase for f in figures if f.phrase))
    return f"（原文“{'；'.join(phrases)}”）" if phrases else ""


def _numbers(numbers: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(numbers))


_ABLE: Final = re.compile(r"能不能|能否|可不可以|可否|可以|(?<![不功职智性])能(?![力够源])|行不行|行吗|允许|准许")
_NEEDED: Final = re.compile(r"要不要|需不需要|用不用|需要|要(?!求)")
_OMITTED: Final = re.compile(r"(?:可以|能|可)(?:不(?!能|可)|没)|不用|不必|无需|不需要")


def yes_no(question: str, value: bool) -> str:
    """Return the word that answers a question in its own words: 能, 不能, 需要, 不需要, 是, 不是."""
    if _OMITTED.search(question):
        return "可以" if value else "不可以"
    if _ABLE.search(question):
        return "能" if value else "不能"
    if _NEEDED.search(question):
        return "需要" if value else "不需要"
    return "是" if value else "不是"


def numbers_words(numbers: Sequence[str]) -> str:
    """Return clause numbers in a row, cut where they are many."""
    if len(numbers) <= _MOST:
        return "、".join(numbers)
    return "、".join(numbers[:_MOST]) + f" 等 {len(numbers)} 条"
