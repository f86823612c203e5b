"""Answers how much: the figure that a question asks for, in the tiers and under the condition it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from zhiyin.asking import amounts, quantities
from zhiyin.asking.answer import Answer, Outcome, Shown
from zhiyin.asking.context import Context, shown
from zhiyin.asking.frame import CONDITIONS
from zhiyin.asking.menus import other_metrics
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import figures_sentence, tiers_words
from zhiyin.asking.topics import left
from zhiyin.asking.wording import COUNT, COUNTED_THINGS, LISTS, YES_NO
from zhiyin.model import TIER_NAMES

# What the graph's conditions say, by the names that a question's conditions have.
STATED: Final = {
    "night": re.compile("连续交易"),
    "trading-site": re.compile("交易功能"),
    "single-feed": re.compile("单路"),
    "no-emergency-supply": re.compile("^没有发电机"),
    "emergency-supply": re.compile("^有发电机"),
}
_STAFF: Final = "headquarters-technical-staff"
REDUCTION: Final = "technical-staff-reduction"
_HOSTED: Final = "机房托管且由托管方维护机房基础设施"
NOT_REDUCED: Final = "不核减时"
_REDUCED: Final = re.compile(r"核减|减|少配|少招|少要|少几|少多少|少用|少设|抵|扣")
_IRREGULAR: Final = re.compile(r"定期|及时|适当|恰当|立即|实时")


def answer_figure(context: Context) -> Answer | None:
    """Return the figure asked for, a refusal where the guideline has none, or ``None`` where no figure is meant."""
    text = context.frame.rest
    sorts, wanted = quantities.read_sorts(text)
    if not wanted or (COUNT.search(text) and not COUNTED_THINGS.search(text)):
        return None
    if quantities.UNSTATED.search(text):
        return None
    found = _of_each(context, sorts) or choose(context, sorts)
    if not found:
        return None
    return answer_metrics(context, found)


_EACH: Final = re.compile(r"(?P<join>和|与|及|以及|、|跟)[^|，,]{2,24}?(?:分别|各(?!种|项|类|个|条))")
_LONGEST: Final = 10


def _of_each(context: Context, sorts: frozenset[str] | None) -> list[str]:
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
        rows = [row for row in rows if context.knowledge.counts(row[0], noun)]
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


def figures_of(context: Context, metric: str) -> tuple[list[Shown], str]:
    """Return the figures of a metric in the tiers asked about, under the conditions the question states."""
    tiers = context.tiers
    values = {"metric": metric}
    if len(tiers) == 1:
        values["tier"] = str(tiers[0])
    table = context.run("figures_of_metric", values)
    heads = context.knowledge.metric(metric).quantity == "head-count"
    found = [shown(row, metric, heads) for row in table.rows]
    if tiers:
        found = [figure for figure in found if figure.tier in tiers]
    return found, table.query


def under_conditions(context: Context, figures: list[Shown]) -> list[Shown]:
    """Return what holds of ``figures`` under the conditions that the question states or denies."""
    conditions = context.frame.conditions
    if conditions.get("emergency-supply"):
        figures = [f for f in figures if not STATED["no-emergency-supply"].search(f.condition or "")]
    for name, pattern in STATED.items():
        state = conditions.get(name)
        if state is None:
            continue
        kept: list[Shown] = []
        for tier in dict.fromkeys(figure.tier for figure in figures):
            mine = [figure for figure in figures if figure.tier == tier]
            met = [figure for figure in mine if figure.condition and pattern.search(figure.condition)]
            kept += (met or mine) if state else [figure for figure in mine if figure not in met]
        figures = kept
    if conditions.get("hosted") and any(figure.metric == _STAFF for figure in figures):
        figures = _reduced(context, figures)
    return figures


def _reduced(context: Context, figures: Sequence[Shown]) -> list[Shown]:
    """Return the head counts less what hosting takes off, the reduction itself, and the counts without it."""
    found: list[Shown] = []
    for row in context.run("figures_of_metric", {"metric": REDUCTION}).rows:
        reduction = shown(row, REDUCTION, heads=True)
        mine = [f for f in figures if f.metric == _STAFF and f.tier == reduction.tier]
        figures = [
            replace(figure, condition=f"{figure.condition}，{NOT_REDUCED}" if figure.condition else NOT_REDUCED)
            if figure in mine
            else figure
            for figure in figures
        ]
        found += [
            replace(
                figure,
                value=figure.value - reduction.value,
                condition=f"{figure.condition}，且{_HOSTED}" if figure.condition else _HOSTED,
            )
            for figure in mine
        ]
        if mine:
            found.append(reduction)
    return [*found, *figures]


def answer_metrics(context: Context, metrics: Sequence[str], asked: Asked = Asked.FIGURE) -> Answer:
    """Return the figures of ``metrics``, or say in which tiers they are stated."""
    figures: list[Shown] = []
    query = ""
    for metric in metrics:
        found, text = figures_of(context, metric)
        figures += found
        query = query or text
    figures = under_conditions(context, figures)
    if not figures and context.frame.conditions and (others := _of_same_duty(context, metrics)):
        return answer_metrics(context, others, asked)
    labels = {metric: context.knowledge.metric(metric).label.zh for metric in (*metrics, REDUCTION)}
    named = "、".join(labels[metric] for metric in metrics)
    parts = (
        context.tier_part(),
        Part("指标", named, choices=other_metrics(context, metrics)),
        *_condition_parts(context),
    )
    if not figures:
        clauses = [str(row["number"]) for row in context.run("figures_of_metric", {"metric": metrics[0]}).rows]
        tiers = sorted({int(number[0]) - 1 for number in clauses})
        where = tiers_words(tiers)
        return context.refused(
            Outcome.NEAR,
            f"{tiers_words(context.tiers)}没有规定{named}；{where}有规定"
            if not set(context.tiers) & set(tiers)
            else f"这种情形下没有规定{named}",
            f"the tier asked about states no such figure; tiers {', '.join(map(str, tiers))} do"
            if not set(context.tiers) & set(tiers)
            else "no such figure is stated under this condition",
            tuple(dict.fromkeys(clauses)),
            asked,
            parts,
            tuple(f"{TIER_NAMES[tier]}：{named}是多少？" for tier in tiers if len(metrics) == 1),
        )
    parameters = {"metric": metrics[0]}
    if len(context.tiers) == 1:
        parameters["tier"] = str(context.tiers[0])
    reading = Reading(asked, parts, "figures_of_metric", parameters)
    marked: dict[str, tuple[str, ...]] = {}
    for figure in figures:
        if figure.phrase and figure.phrase not in marked.get(figure.clause, ()):
            marked[figure.clause] = (*marked.get(figure.clause, ()), figure.phrase)
    table = context.run("figures_of_metric", parameters)
    return context.answered(
        reading,
        table,
        figures=tuple(figures),
        clauses=tuple(dict.fromkeys(figure.clause for figure in figures)),
        text=figures_sentence(figures, labels),
        marked=marked,
    )


def _of_same_duty(context: Context, metrics: Sequence[str]) -> list[str]:
    """Return the other figures of the same sort and duty that stand under the conditions the question states."""
    knowledge = context.knowledge
    duties = {family for metric in metrics for family in knowledge.metric_families[metric]}
    sorts = {knowledge.metric(metric).quantity for metric in metrics}
    return [
        metric
        for metric, families in knowledge.metric_families.items()
        if metric not in metrics
        and duties & set(families)
        and knowledge.metric(metric).quantity in sorts
        and under_conditions(context, figures_of(context, metric)[0])
    ]


_CONDITION_WORDS: Final = {
    "night": ("开展连续交易", "未开展连续交易"),
    "on-site": ("提供现场交易", "不提供现场交易"),
    "hosted": ("机房托管", "机房未托管"),
    "trading-site": ("网站具备交易功能", "网站不具备交易功能"),
    "single-feed": ("单路供电", "双路供电"),
    "no-emergency-supply": ("没有发电机和应急供电协议", ""),
    "emergency-supply": ("有发电机或者应急供电协议", ""),
}


def _condition_parts(context: Context) -> tuple[Part, ...]:
    said = [_CONDITION_WORDS[name][0 if state else 1] for name, state in context.frame.conditions.items()]
    return (Part("情形", "，".join(said)),) if said else ()


def irregular(context: Context, numbers: Sequence[str]) -> str:
    """Return the words like 定期 in the place of a number that ``numbers`` have, or nothing."""
    for number in numbers:
        if match := _IRREGULAR.search(context.knowledge.text.get(number, "")):
            return match[0]
    return ""
