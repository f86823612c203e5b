"""Answers how much: the figure that a question asks for, in the tiers and under the condition it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from zhiyin.asking import quantities
from zhiyin.asking.answer import Answer, Outcome, Shown
from zhiyin.asking.context import Context, shown
from zhiyin.asking.menus import other_metrics
from zhiyin.asking.metrics import REDUCTION, STATED, choose, of_each
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import figures_sentence
from zhiyin.asking.wording import COUNT, COUNTED_THINGS
from zhiyin.model import tier_name

_TIMES: Final = re.compile(r"(?:多少|几)(?:次|回|遍|趟)")
_STAFF: Final = "headquarters-technical-staff"
_HOSTED: Final = "机房托管且由托管方维护机房基础设施"
NOT_REDUCED: Final = "不核减时"
_IRREGULAR: Final = re.compile(r"定期|及时|适当|恰当|立即|实时")


def answer_figure(context: Context) -> Answer | None:
    """Return the figure asked for, a refusal where the guideline has none, or ``None`` where no figure is meant."""
    text = context.frame.rest
    sorts, wanted = quantities.read_sorts(text)
    if not wanted or (COUNT.search(text) and not COUNTED_THINGS.search(text)):
        return None
    if quantities.UNSTATED.search(text) or (sorts is None and _TIMES.search(text)):
        return None
    found = of_each(context, sorts) or choose(context, sorts)
    if not found:
        return None
    return answer_metrics(context, found)


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
    if figures and context.frame.conditions and (beside := _of_tiers_left(context, metrics, figures)):
        figures = sorted((*figures, *beside), key=lambda figure: figure.tier)
        metrics = list(dict.fromkeys((*metrics, *(figure.metric for figure in beside))))
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
        where = context.tiers_words(tiers)
        return context.refused(
            Outcome.NEAR,
            f"{context.tiers_words(context.tiers)}没有规定{named}；{where}有规定"
            if not set(context.tiers) & set(tiers)
            else f"这种情形下没有规定{named}",
            f"the tier asked about states no such figure; tiers {', '.join(map(str, tiers))} do"
            if not set(context.tiers) & set(tiers)
            else "no such figure is stated under this condition",
            tuple(dict.fromkeys(clauses)),
            asked,
            parts,
            tuple(f"{tier_name(tier)}：{named}是多少？" for tier in tiers if len(metrics) == 1),
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
        text=figures_sentence(figures, labels, context.levels),
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


def _of_tiers_left(context: Context, metrics: Sequence[str], figures: Sequence[Shown]) -> list[Shown]:
    """Return what the same duty states, under the question's conditions, in those tiers named that have no figure yet.

    The lower tiers may state of a thing under another name what the higher ones do: 后备电源 for 备用供电措施.
    """
    lacking = {*context.tiers} - {figure.tier for figure in figures}
    if not lacking or context.frame.tiers.every:
        return []
    found = [
        figure
        for metric in _of_same_duty(context, metrics)
        for figure in under_conditions(context, figures_of(context, metric)[0])
    ]
    return [figure for figure in found if figure.tier in lacking and figure.condition]


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
