"""Finds which figures a question asks for: its words in, the metrics that they can only mean out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from zhiyin.asking import amounts, quantities
from zhiyin.asking.context import Context
from zhiyin.asking.frame import CONDITIONS
from zhiyin.asking.topics import left
from zhiyin.asking.wording import LISTS, YES_NO

# What the graph's conditions say, by the names that a question's conditions have.
STATED: Final = {
    "night": re.compile("连续交易"),
    "on-site": re.compile("现场交易"),
    "trading-site": re.compile("交易功能"),
    "single-feed": re.compile("单路"),
    "no-emergency-supply": re.compile("^没有发电机"),
    "emergency-supply": re.compile("^有发电机"),
}
REDUCTION: Final = "technical-staff-reduction"
_REDUCED: Final = re.compile(r"核减|减|(?<![最至不])少(?:配|招|要|几|多少|用|设|养|雇|来|请)|抵|扣")


_EACH: Final = re.compile(r"(?P<join>和|与|及|以及|、|跟)[^|，,]{2,24}?(?:分别|各(?!种|项|类|个|条))")
_LONGEST: Final = 10


def of_each(context: Context, sorts: frozenset[str] | None) -> list[str]:
    """Return the two figures of two things asked about at once (机房录像、交易区录像分别保存多久), each alone unmistakable."""
    text = context.frame.rest
    match = _EACH.search(text)
    if match is None or sorts in _PAIRED:
        return []
    start, end = match.span("join")
    for before in range(2, min(_LONGEST, start) + 1):
        first = choose(context, sorts, text=text[: start - before] + text[end:])
        if len(first) != 1:
            continue
        for after in range(2, min(_LONGEST, len(text) - end) + 1):
            second = choose(context, sorts, text=text[:start] + text[end + after :])
            if len(second) == 1 and second != first:
                return [*second, *first]
    return []


def choose(
    context: Context, sorts: frozenset[str] | None, comparing: bool = False, text: str | None = None
) -> list[str]:
    """Return the metrics that the question's words ask for; several where one set of words means several.

    ``text`` stands for the question where only a part of it is read.
    """
    asked = context.frame.rest if text is None else text
    free = [quantities.WORDS, *(held for _, held, _ in CONDITIONS), *(denied for _, _, denied in CONDITIONS)]
    text = asked
    if comparing:
        for amount in reversed(context.frame.amounts):
            text = text[: amount.start] + "|" * (amount.end - amount.start) + text[amount.end :]
    for name, held, denied in CONDITIONS:
        # What only says when the figure applies does not say which figure.
        if name in _APART:
            text = denied.sub(_blank, text)
            text = held.sub(_blank, text)
    called = context.knowledge.called(text)
    branch = bool(_BRANCH.search(asked))
    if called is not None:
        return [] if branch and not _of_branches(context, called) else [called]
    if sorts is not None and sorts <= _KEPT and quantities.BUSINESS.search(text) and not _LOGS.search(text):
        return []
    bare = [] if _NIGHT_WORK.search(asked) else _bare_targets(context, text)
    if bare:
        return bare
    topic = context.topic_of(text, free)
    rows = topic.metrics(sorts)
    if context.frame.conditions.get("hosted") and not _REDUCED.search(text):
        rows = [row for row in rows if row[0] != REDUCTION]
    if sorts is not None and sorts <= _NUMBERS and (noun := quantities.counted(text)):
        rows = [row for row in rows if row[0] == REDUCTION or context.knowledge.counts(row[0], noun)]
    if _BOTH.search(asked) and sorts is not None and sorts <= _NUMBERS:
        # One number is no answer to how many of each.
        return []
    if _TWICE.search(context.frame.rest) and sorts not in _PAIRED:
        return []
    if _TIME_ASKED.search(text):
        rows = [row for row in rows if _in_time(context, row[0])]
    if "经验" in text or "经历" in text:
        # How many have experience is not how many there are.
        rows = [row for row in rows if any("经验" in said for said in context.knowledge.metric(row[0]).asked)]
    whole = [row for row in rows if not left(row[1])]
    if not whole:
        return []
    most = max(covered for _, _, covered in whole)
    if sorts is None and any(context.knowledge.metric(row[0]).quantity == "head-count" for row in whole):
        # 不少于多少 of people is a number of them; a share is asked for as one.
        whole = [row for row in whole if context.knowledge.metric(row[0]).quantity != "share"]
        most = max(covered for _, _, covered in whole)
    if context.tiers and sorts not in _PAIRED:
        stated = _stated_in(context)
        known = [row for row in whole if row[0] in stated and row[2] >= _STATED * most]
        if known:
            whole, most = known, max(covered for _, _, covered in known)
    best = [metric for metric, _, covered in whole if covered == most]
    if _NIGHT_WORK.search(asked) and not any(_depends(context, metric, "night") for metric in best):
        # 夜盘值班 is no day's duty, and nothing is said of it.
        return []
    if sorts is not None and len(sorts) == 2 and sorts in _PAIRED:
        # Two figures of one duty asked for at once: 几个人要几年经验.
        duty = context.knowledge.metric_families[best[0]]
        pair = [m for m, _, c in whole if context.knowledge.metric_families[m] == duty and c >= _ALSO * most]
        best = list(dict.fromkeys([*best, *pair]))
    if branch:
        best = [metric for metric in best if _of_branches(context, metric)]
        if not best:
            return []
    families = {context.knowledge.metric_families[metric] for metric in best}
    if len(families) == 1 or _agree(context, best):
        return best
    return []


_BOTH: Final = re.compile(r"[^|][和与及、跟][^|]{1,12}各(?:自|要|至少|最少|应|需|有|是|配|设|几|多少)")
_TWICE: Final = re.compile(r"(?:几|多少)[^|，,]{0,6}[，,]?(?:且|并且|以及|同时|和|及|与)[^|，,]{1,8}(?:多少|几)")
_TIME_ASKED: Final = re.compile(r"(?:几|多少)(?:个)?(?:小时|钟头|分钟|秒)")
_LOGS: Final = re.compile(r"日志|审计|系统")
_TARGETS: Final = {"rto": "core-system-recovery-time", "rpo": "core-system-recovery-point"}
_TARGET_WORDS: Final = re.compile(
    r"\||做到|控制在|控制|整|达到|定在|定为|设为|设|目标|多少|指标|现在|目前|我们|是|只有|只能|\d+"
)
_NIGHT_WORK: Final = re.compile(
    r"(?<![做有开展了搞过与上供加])(?:夜盘|夜市|连续交易|夜间交易)(?:期间|时段|时|里|的时候)?(?!的?(?:期货|公司|\||的话|，|,|$))"
)


_BRANCH: Final = re.compile(r"分支机构|营业部|分公司|营业网点")
_BRANCHES: Final = re.compile(r"分支机构|营业场所|现场交易")


def _of_branches(context: Context, metric: str) -> bool:
    """Say whether the clauses that state a metric speak of branches."""
    knowledge = context.knowledge
    members = {n for index in knowledge.metric_families[metric] for n in knowledge.family(index).members}
    return any(_BRANCHES.search(knowledge.catalogue.clauses[number].text) for number in members)


def _bare_targets(context: Context, text: str) -> list[str]:
    """Return the core system's RTO or RPO where a question names one and no object at all."""
    if LISTS.search(text):
        return []
    named = [metric for word, metric in _TARGETS.items() if word in text]
    words = context.topic_of(text, (quantities.WORDS, _TARGET_WORDS, YES_NO)).words()
    return named if named and not left(words) else []


def _in_time(context: Context, metric: str) -> bool:
    """Say whether a metric is stated in hours, minutes or another length of time."""
    rows = context.run("figures_of_metric", {"metric": metric}).rows
    known = [amounts.base(str(row["value"]), str(row["unit"])) for row in rows]
    return any(stated is not None and stated[0] in ("time", "months") for stated in known)


def _depends(context: Context, metric: str, condition: str) -> bool:
    """Say whether a metric has a figure of its own under a condition."""
    return any(
        STATED[condition].search(str(row.get("condition") or ""))
        for row in context.run("figures_of_metric", {"metric": metric}).rows
    )


_PAIRED: Final = (
    frozenset({"recovery-time", "recovery-point"}),
    frozenset({"experience", "head-count"}),
)
_ALSO: Final = 0.5
_KEPT: Final = frozenset({"retention"})
_NUMBERS: Final = frozenset({"count", "head-count"})
_STATED: Final = 0.6
_APART: Final = frozenset({"night", "trading-site", "no-emergency-supply", "emergency-supply"})


def _blank(match: re.Match[str]) -> str:
    return "|" * len(match[0])


def _stated_in(context: Context) -> set[str]:
    clauses = context.knowledge.catalogue.clauses.values()
    return {t.metric for clause in clauses if clause.tier in context.tiers for t in clause.thresholds}


def _agree(context: Context, metrics: Sequence[str]) -> bool:
    """Say whether metrics of several duties state the same in every tier."""
    stated = []
    for metric in metrics:
        rows = context.run("figures_of_metric", {"metric": metric}).rows
        stated.append({(row["level"], row["comparator"], row["value"], row["unit"]) for row in rows})
    return all(values == stated[0] for values in stated)
