"""What the menus of a reading offer: other duties, figures, things and sections, each with the question that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zhiyin.asking.context import Context
from zhiyin.asking.wording import WHICH_TIER
from zhiyin.model import tier_name

Choices = tuple[tuple[str, str], ...]

_MOST: Final = 24


def _of_tiers(context: Context) -> str:
    return f"{context.tiers_words(context.tiers)}：" if context.tiers else ""


def other_duties(context: Context, family: int, asked: str) -> Choices:
    """Return the other duties of the same subsection, asked for by their quoted names; ``asked`` follows the name."""
    knowledge = context.knowledge
    clauses = knowledge.catalogue.clauses
    section = clauses[knowledge.family(family).members[-1]].section
    # Without a tier a duty may be optional in one and mandatory in another; every duty stands in the highest tier.
    tier = _of_tiers(context) or ("" if WHICH_TIER.search(asked) else f"{tier_name(context.levels[-1])}：")
    found = (
        (view.label.zh, f"{tier}“{view.label.zh}”{asked}")
        for index, view in enumerate(knowledge.families)
        if index != family and clauses[view.members[-1]].section == section
    )
    return tuple(found)[:_MOST]


def other_metrics(context: Context, metrics: Sequence[str]) -> Choices:
    """Return the other figures of the same sort."""
    catalogue = context.knowledge.catalogue
    sort = context.knowledge.metric(metrics[0]).quantity
    others = (m for m in catalogue.metrics.values() if m.quantity == sort and m.id not in metrics)
    return tuple((metric.label.zh, f"{_of_tiers(context)}{metric.label.zh}是多少？") for metric in others)


def other_concepts(context: Context, concept: str) -> Choices:
    """Return the things that clauses of the same subsections speak of."""
    catalogue = context.knowledge.catalogue
    mentioning = [clause for clause in catalogue.clauses.values() if concept in {c.id for c in clause.concepts}]
    sections = {clause.section for clause in mentioning if not context.tiers or clause.tier in context.tiers}
    beside = {
        named.id: None
        for clause in catalogue.clauses.values()
        if clause.section in sections
        for named in clause.concepts
        if named.id != concept
    }
    labels = (catalogue.concepts[other].label.zh for other in beside)
    return tuple((label, f"{_of_tiers(context)}“{label}”有哪些条款？") for label in labels)[:_MOST]


def other_titles(context: Context, named: str, local: str) -> Choices:
    """Return the titles of the same depth, each put in the place of what the question names the section by."""
    question, depth = context.frame.text, local.count(".")
    titles = context.knowledge.titles
    return tuple(
        (title, question.replace(named, title, 1))
        for number, title in titles.items()
        if number.count(".") == depth and number != local
    )


def other_word(context: Context, word: str, others: Sequence[str]) -> Choices:
    """Return the question with ``word`` changed for each of ``others``, where it stands there as such."""
    question = context.frame.text
    return tuple((other, question.replace(word, other)) for other in others if word in question)
