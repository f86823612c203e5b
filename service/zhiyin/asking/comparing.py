"""Compares an amount in a question with the figure of the clause, and finds the tier that states it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from zhiyin.asking import amounts, quantities
from zhiyin.asking.amounts import Amount
from zhiyin.asking.answer import Answer, Outcome, Shown
from zhiyin.asking.context import Context
from zhiyin.asking.figures import NOT_REDUCED, figures_of, under_conditions
from zhiyin.asking.menus import other_metrics
from zhiyin.asking.metrics import REDUCTION, choose
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import figure_words, yes_no
from zhiyin.model import tier_name

_MOST_AMOUNTS: Final = 2
STATEMENT: Final = re.compile(
    r"够|行|符合|达标|合规|可以|满足|合格|足够|ok|做到|只|仅|才|存了|没问题|算(?:达|合)|过关|能过|违规|违反|超标|算不算违|可否|达到要求|成不成|合不合|现在|目前|我们|我司|用了|有\d|有[一二三四五六七八九十]"
)
_BELOW: Final = re.compile(r"(?:不到|不足|少于|低于|小于|未满|不满|没到|短于)$")
_ABOVE: Final = re.compile(r"(?:超过|大于|高于|多于|超出|长于|超)$")
MANDATORY: Final = re.compile(r"必须|强制|硬性|非.{1,8}不可|一定要|必不必须")


def tier_of_amount(context: Context) -> Answer | None:
    """Return the one tier that first states a figure of the amount named."""
    wanted = context.frame.amounts[-1]
    metrics = _metrics_of(context, wanted)
    must = bool(MANDATORY.search(context.frame.rest))
    first: dict[int, list[Shown]] = {}
    for metric in metrics:
        table = context.run("figures_of_metric", {"metric": metric})
        force = {str(row["number"]): str(row["force"]) for row in table.rows}
        figures, _ = figures_of(context, metric)
        for figure in figures:
            stated = amounts.base(figure.value, figure.unit)
            if stated is None or stated[1] != wanted.value or (must and force.get(figure.clause) != "必须"):
                continue
            if must and figure.condition and any(other.condition is None for other in figures):
                continue
            first.setdefault(figure.tier, []).append(figure)
            break
    if not first:
        return None
    tier = min(first)
    if len(first) > 1:
        return None
    figures_found = first[tier]
    metric = figures_found[0].metric
    reading = Reading(
        Asked.TIER,
        (
            Part("指标", context.knowledge.metric(metric).label.zh, choices=other_metrics(context, (metric,))),
            Part("数值", wanted.text),
        ),
        "figures_of_metric",
        {"metric": metric},
    )
    return context.answered(
        reading,
        context.run("figures_of_metric", {"metric": metric}),
        value=tier,
        figures=tuple(figures_found),
        clauses=tuple(figure.clause for figure in figures_found),
        text=f"从{tier_name(tier)}起：{context.knowledge.metric(metric).label.zh} {figure_words(figures_found[0])}，依据 {'、'.join(f.clause for f in figures_found)}。",
        marked={f.clause: (f.phrase,) for f in figures_found if f.phrase},
    )


def _metrics_of(context: Context, wanted: Amount) -> list[str]:
    """Return the metrics asked about whose figures can be compared with an amount."""
    catalogue = context.knowledge.catalogue
    sorts = set()
    for clause in catalogue.clauses.values():
        for threshold in clause.thresholds:
            stated = amounts.base(threshold.value, threshold.unit_label.zh)
            if stated and (
                amounts.comparable(stated[0], wanted.dimension) or {stated[0], wanted.dimension} == {"time", "months"}
            ):
                sorts.add(threshold.quantity)
    rest = context.frame.rest
    named, _ = quantities.read_sorts(rest)
    if named is None and "retention" in sorts and quantities.KEPT.search(rest):
        named = frozenset({"retention"})
    if not quantities.ALL_DAY.search(rest):
        # The 7 and 24 of 7×24小时 are compared only with what is said of the day.
        sorts -= {"coverage"}
    if named is not None and named & sorts:
        sorts &= named
    return choose(context, frozenset(sorts), comparing=True)


def metered(context: Context) -> bool:
    """Say whether the amount in the question is of a figure of the guideline whose tiers differ."""
    return any(
        len({(row["value"], row["unit"]) for row in context.run("figures_of_metric", {"metric": metric}).rows}) > 1
        for metric in _metrics_of(context, context.frame.amounts[-1])
    )


def compare(context: Context) -> Answer | None:
    """Return whether the amount in the question satisfies the figure of the clause, a refusal where it depends."""
    frame = context.frame
    asked = _share_of(context) or frame.amounts
    if not 1 <= len(asked) <= _MOST_AMOUNTS:
        return None
    if len({amount.dimension for amount in asked}) != len(asked):
        return None
    hosted = frame.conditions.get("hosted") is True
    states = bool(STATEMENT.search(frame.rest))
    verdicts: set[bool | None] = set()
    used: list[Shown] = []
    beside: list[Amount] = []
    metrics: list[str] = []
    for wanted in asked:
        own = _metrics_of(context, wanted)
        if not own and len(asked) > 1:
            beside.append(wanted)
            continue
        metrics = own
        if not metrics:
            return None
        before = frame.rest[: wanted.start]
        side = -1 if _BELOW.search(before) else 1 if _ABOVE.search(before) else 0
        for metric in metrics:
            for figure in under_conditions(context, figures_of(context, metric)[0]):
                stated = amounts.base(figure.value, figure.unit)
                if stated is None:
                    continue
                if hosted and (figure.metric == REDUCTION or NOT_REDUCED in (figure.condition or "")):
                    # Who has the room hosted is measured by what is left after the reduction.
                    continue
                used.append(figure)
                if not states and not side:
                    verdicts.add(_same(wanted, stated))
                else:
                    fits = _satisfies(wanted, side, figure.comparator, stated)
                    if (
                        fits is False
                        and "交易功能" in (figure.condition or "")
                        and "trading-site" not in frame.conditions
                    ):
                        # Of a site without trading nothing is said.
                        fits = None
                    # To reach one of two sums is not yet to reach the larger.
                    verdicts.add(None if fits and "取二者" in (figure.condition or "") else fits)
    if beside and not all(_printed_beside(context, amount, used) for amount in beside):
        return None
    if len({context.knowledge.metric_families[figure.metric] for figure in used}) > 1 and len(asked) > 1:
        return None
    if verdicts == {True, False} and len(asked) > 1:
        verdicts = {False}
    unmetered = len(context.tiers) > 1 and not frame.tiers.every and {*context.tiers} - {f.tier for f in used}
    if len(verdicts) != 1 or None in verdicts or unmetered:
        # Of a tier named that states no such figure it is not said: 一类和三类要不要双路市电.
        if not used:
            return None if states or len(asked) > 1 else _stated_elsewhere(context, metrics[0])
        return context.refused(
            Outcome.NEAR,
            "要看类别或情形："
            + "；".join(dict.fromkeys(f"{tier_name(f.tier)} {figure_words(f)}（{f.clause}）" for f in used)),
            "it depends on the tier or the condition",
            tuple(dict.fromkeys(f.clause for f in used)),
            Asked.TRUTH,
            (context.tier_part(),),
        )
    value = bool(verdicts.pop())
    if re.search(r"违规|违反|不达标吗|不符合吗|不合规吗|超标", frame.rest):
        value = not value
    metric = used[0].metric
    parameters = {"metric": metric} | ({"tier": str(context.tiers[0])} if len(context.tiers) == 1 else {})
    label = context.knowledge.metric(metric).label.zh
    reading = Reading(
        Asked.TRUTH,
        (
            context.tier_part(),
            Part("指标", label, choices=other_metrics(context, (metric,))),
            Part("所说的数", wanted.text),
        ),
        "figures_of_metric",
        parameters,
    )
    clauses = tuple(dict.fromkeys(f.clause for f in used))
    said = f"{yes_no(frame.rest, value) if not states else ('是' if value else '不是')}{'，符合' if value and states else '，不符合' if states else ''}：{label}要求 {figure_words(used[0])}，所说的是 {wanted.text}，依据 {'、'.join(clauses)}。"
    return context.answered(
        reading,
        context.run("figures_of_metric", parameters),
        value=value,
        figures=tuple(used),
        clauses=clauses,
        text=said,
        marked={f.clause: (f.phrase,) for f in used if f.phrase},
    )


_SHARE: Final = re.compile(r"占比|比例|占.{0,6}(?:%|比)|百分比|占总")
_HEADS: Final = frozenset({"head", "count"})


def _share_of(context: Context) -> tuple[Amount, ...]:
    """Return the exact share that two numbers of persons make (7人 of 100人), empty where none is asked about."""
    frame = context.frame
    if len(frame.amounts) != _MOST_AMOUNTS or not _SHARE.search(frame.rest):
        return ()
    if any(amount.dimension not in _HEADS for amount in frame.amounts):
        return ()
    less, more = sorted(frame.amounts, key=lambda amount: amount.value)
    if not less.value or less.value == more.value:
        return ()
    return (Amount("ratio", less.value / more.value, f"{less.text}/{more.text}", less.start, less.end),)


def _printed_beside(context: Context, amount: Amount, used: list[Shown]) -> bool:
    """Say whether an amount is one that the clause itself prints beside the figure (每两年 of 15学时)."""
    clauses = context.knowledge.catalogue.clauses
    stated = [
        amounts.base(threshold.value, threshold.unit_label.zh)
        for number in {figure.clause for figure in used}
        for threshold in clauses[number].thresholds
    ]
    return (amount.dimension, amount.value) in stated


def _stated_elsewhere(context: Context, metric: str) -> Answer | None:
    """Answer no where a demand is asked of a tier that states no such figure and another tier does."""
    rows = context.run("figures_of_metric", {"metric": metric}).rows
    if not context.tiers or any(int(str(row["level"])) in context.tiers for row in rows):
        return None
    label = context.knowledge.metric(metric).label.zh
    first = min(rows, key=lambda row: int(str(row["level"])))
    clauses = tuple(dict.fromkeys(str(row["number"]) for row in rows))
    return context.answered(
        Reading(
            Asked.TRUTH,
            (context.tier_part(), Part("指标", label, choices=other_metrics(context, (metric,)))),
            "figures_of_metric",
            {"metric": metric},
        ),
        context.run("figures_of_metric", {"metric": metric}),
        value=False,
        clauses=clauses,
        text=f"不是。{context.tiers_words(context.tiers)}没有规定{label}，{tier_name(int(str(first['level'])))}起才有（{clauses[0]}）。",
    )


def _same(wanted: Amount, stated: tuple[str, Fraction]) -> bool | None:
    if not amounts.comparable(wanted.dimension, stated[0]):
        return None
    return wanted.value == stated[1]


# 6 months last 181 to 184 days, as the reading rules have it; 2 and 5 years 730 or 731, 1826 or 1827.
_MONTH_DAYS: Final = {
    1: (28, 31),
    3: (90, 92),
    6: (181, 184),
    12: (365, 366),
    24: (730, 731),
    36: (1095, 1096),
    60: (1826, 1827),
}
_DAY: Final = 86400


def _satisfies(wanted: Amount, side: int, comparator: str, stated: tuple[str, Fraction]) -> bool | None:
    """Return whether the amount satisfies a figure; ``side`` is -1 for 不到, 1 for 超过; ``None`` where it is open."""
    dimension, value = stated
    asked = wanted.value
    if amounts.comparable(wanted.dimension, dimension):
        if side and asked == value:
            nudged = asked + side * Fraction(1, 10**6)
            return amounts.holds(nudged, comparator, value)
        if side > 0 and asked < value and comparator in (">=", ">"):
            return None
        if side < 0 and asked > value and comparator in (">=", ">"):
            return None
        return amounts.holds(asked, comparator, value)
    if wanted.dimension == "time" and dimension == "months" and int(value) in _MONTH_DAYS:
        low, high = (Fraction(days * _DAY) for days in _MONTH_DAYS[int(value)])
    elif wanted.dimension == "months" and dimension == "time" and int(asked) in _MONTH_DAYS:
        shortest, longest = (Fraction(days * _DAY) for days in _MONTH_DAYS[int(asked)])
        results = {amounts.holds(shortest, comparator, value), amounts.holds(longest, comparator, value)}
        return results.pop() if len(results) == 1 else None
    else:
        return None
    results = {amounts.holds(asked, comparator, low), amounts.holds(asked, comparator, high)}
    return results.pop() if len(results) == 1 else None
