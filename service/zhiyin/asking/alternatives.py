"""What else a question may have meant: an answer in, questions of its other readings out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from zhiyin.asking import quantities
from zhiyin.asking.answer import Answer
from zhiyin.asking.context import Context
from zhiyin.asking.reading import Asked
from zhiyin.asking.topics import left
from zhiyin.asking.wording import LISTS, WHICH_TIER, YES_NO

_MOST: Final = 3
_ALMOST: Final = 0.5
_TOUCHES: Final = 0.6


def with_alternatives(context: Context, answer: Answer) -> Answer:
    """Return an answer with the questions that the words could have asked as well, the likeliest first."""
    if answer.reading is None or not answer.answered or context.frame.quoted:
        return answer
    asked = answer.reading.asked
    tier = f"{context.tiers_words(context.tiers)}：" if context.tiers else ""
    found: list[str] = []
    if answer.figures:
        found = [f"{tier}{label}是多少？" for label in _figures(context, answer)]
    elif asked in (Asked.CLAUSES, Asked.COUNT):
        found = [f"{tier}{put}" for put in _lists(context, answer)]
    elif asked in (Asked.TRUTH, Asked.TIER):
        found = [f"{number}的内容是什么？" for number in _duties(context, answer)]
    return replace(answer, alternatives=tuple(dict.fromkeys(found))[:_MOST])


def _figures(context: Context, answer: Answer) -> list[str]:
    """Return the names of the figures that the words, or the words of their duties, cover nearly as well."""
    knowledge = context.knowledge
    chosen = {figure.metric for figure in answer.figures}
    sorts, _ = quantities.read_sorts(context.frame.rest)
    topic = context.topic_of(context.frame.rest, (quantities.WORDS, YES_NO))
    whole = [row for row in topic.metrics(sorts) if not left(row[1])]
    most = max((covered for _, _, covered in whole), default=0.0)
    likely = [metric for metric, _, covered in whole if covered >= _ALMOST * most]
    kinds = {knowledge.metric(metric).quantity for metric in chosen if metric}
    touched = [
        metric
        for match in topic.matches(6)
        if match.share >= _TOUCHES
        for metric, families in knowledge.metric_families.items()
        if match.family in families and knowledge.metric(metric).quantity in kinds
    ]
    clauses = knowledge.catalogue.clauses.values()
    stated = {t.metric for c in clauses if not context.tiers or c.tier in context.tiers for t in c.thresholds}
    others = dict.fromkeys(metric for metric in (*likely, *touched) if metric in stated and metric not in chosen)
    return [knowledge.metric(metric).label.zh for metric in others]


def _lists(context: Context, answer: Answer) -> list[str]:
    """Return the list of a section for a thing of its name, and of what mentions the thing for a section."""
    knowledge = context.knowledge
    values = answer.reading.parameters if answer.reading else {}
    titles = knowledge.titles
    found = []
    if "topic" in values and (title := titles.get(values["topic"])):
        if knowledge.fold(title) in knowledge.concept_of:
            found.append(f"哪些条款提到“{title}”？")
    elif "concept" in values:
        label = knowledge.catalogue.concepts[values["concept"]].label.zh
        local = knowledge.topics.get(knowledge.fold(label)) or knowledge.topics.get(knowledge.fold(label) + "管理")
        if local:
            found.append(f"“{titles[local]}”这一小节有哪些要求？")
    return found


def _duties(context: Context, answer: Answer) -> list[str]:
    """Return the clauses of other duties that the words touch nearly as well."""
    clauses = context.knowledge.catalogue.clauses
    cited = {clauses[number].family for number in answer.clauses if number in clauses}
    topic = context.topic_of(context.frame.rest, (YES_NO, LISTS, WHICH_TIER, quantities.WORDS))
    near = (m for m in topic.matches(4) if m.share >= _TOUCHES and context.knowledge.family(m.family).id not in cited)
    return [(context.members(m.family, context.tiers) or context.members(m.family))[-1] for m in near]
