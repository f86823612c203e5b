"""Answers which clauses: by tier, section, obligation, mark, change, object and words of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from zhiyin.asking.answer import Answer, Outcome
from zhiyin.asking.context import Context, Row
from zhiyin.asking.counts import UNCHANGED, rows_where, unchanged
from zhiyin.asking.filters import ASKS, Filters, read_filters
from zhiyin.asking.reading import Asked, Reading
from zhiyin.asking.recurring import EVERY, answer_periodic, answer_prohibited, answer_retained, recurring
from zhiyin.asking.sentences import numbers_words
from zhiyin.asking.topics import left
from zhiyin.asking.wording import LISTS

_SHARED: Final = re.compile(r"\|都有|共有|共同|同时(?:有|存在)|都(?:是|属于|标)")
_MENTIONS: Final = re.compile(
    r"提到|提及|含有|建立|制定|制订|出现|写到|写有|说到|讲到|字样|字眼|涉及|有关|关于|哪几条|哪一条|哪些条款|哪条|要求"
)
_WHOLE: Final = re.compile(
    r"[|的公司期货有都是要哪些什么啥所全部一共包括列出下请查看需满足遵守]*(?:要求|条款|规定|条文)[|的有都是哪些什么啥列出下清单一览呢？?。内容]*"
)
_MANNER: Final = re.compile(r"定期|实时|及时|专人|自动")
_OR: Final = re.compile(r"或|还是")


def answer_list(context: Context) -> Answer | None:
    """Return the clauses that a question asks for, or ``None`` where its words are not all understood."""
    text = context.frame.rest
    for reader in () if context.frame.quoted else (answer_periodic, answer_retained, answer_prohibited):
        answer = reader(context)
        if answer is not None:
            return answer
    if "same" in context.frame.changes:
        if not LISTS.search(text):
            return None
        return unchanged(context, read_filters(context, LISTS, UNCHANGED), Asked.CLAUSES)
    if len(context.tiers) > 1 and _SHARED.search(text):
        # What stands in both tiers is no list of what stands in either.
        return None
    filters = read_filters(context, LISTS)
    if filters.unknown or not (filters.values or context.tiers):
        return None
    if not LISTS.search(text) and not (context.frame.mark or context.frame.obligation or context.frame.changes):
        return None
    if not filters.values and (context.frame.tiers.every or not _WHOLE.fullmatch(text) or _said(context)):
        return None
    if (
        _OR.search(text)
        and filters.values.keys() & {"concept", "word"}
        and not (context.frame.quoted or filters.either)
    ):
        # What holds either of two things is no list of what holds both.
        return None
    literal = set(filters.values) <= {"word", "andWord", "orWord"} and not context.frame.quoted
    if filters.values and literal and not (context.tiers and (_MENTIONS.search(text) or _MANNER.search(text))):
        # A word that is no term of the guideline's finds clauses by chance: 设立 in 公司设立.
        return None
    return list_with(context, filters)


def _said(context: Context) -> bool:
    """Say whether a question that names a tier alone has other words too, however short."""
    return any(left([word]) for word in context.topic_of(context.frame.rest, (LISTS, ASKS)).words())


def list_with(context: Context, filters: Filters) -> Answer | None:
    """Return the clauses that ``filters`` leave."""
    values, tiers = dict(filters.values), context.tiers
    if len(tiers) == 1:
        values["tier"] = str(tiers[0])
    if not values and not tiers:
        return None
    rows = rows_where(context, values, tiers, filters.question)
    query = context.run(filters.question, values)
    if (
        filters.title
        and not filters.only_section
        and "topic" in values
        and "mark" not in values
        and "obligation" not in values
    ):
        rows = _with_mentions(context, values, filters.title, rows, tiers)
    parts = (context.tier_part(), *filters.parts)
    for keep, name, pattern in EVERY:
        if pattern.search(context.frame.rest) and not any(pattern.search(part.said) for part in filters.parts):
            # 每天 beside a thing asks for what is to be done to it every day, not for all that is said of it.
            return recurring(context, rows, keep, name, parts)
    if not rows:
        where = [
            str(row["number"])
            for row in context.run(filters.question, {k: v for k, v in values.items() if k != "tier"}).rows
        ]
        if not where:
            return None
        shown = sorted({int(number[0]) - 1 for number in where})
        return context.refused(
            Outcome.NEAR,
            f"{context.tiers_words(tiers)}没有这样的条款；{context.tiers_words(shown)}有",
            f"no such clause in the tier asked about; tiers {', '.join(map(str, shown))} have some",
            where,
            Asked.CLAUSES,
            parts,
        )
    numbers = [str(row["number"]) for row in rows]
    reading = Reading(Asked.CLAUSES, parts, filters.question, values)
    if len(numbers) == 1:
        said = f"{numbers[0]}：{rows[0]['text']}"
    else:
        said = f"{context.tiers_words(tiers)}共 {len(numbers)} 条：{numbers_words(numbers)}。"
    marks = tuple(part.said for part in filters.parts if part.said)
    return context.answered(
        reading,
        query,
        clauses=tuple(numbers),
        text=said,
        marked=dict.fromkeys(numbers, marks) if marks else {},
    )


def _with_mentions(
    context: Context, values: Mapping[str, str], title: str, rows: list[Row], tiers: Sequence[int]
) -> list[Row]:
    """Return the clauses of a section and, after them, those elsewhere that mention what it is called."""
    concept = context.knowledge.concept_of.get(title) or context.knowledge.concept_of.get(title.removesuffix("管理"))
    if concept is None:
        return rows
    other = {key: value for key, value in values.items() if key != "topic"}
    known = {row["number"] for row in rows}
    more = [row for row in rows_where(context, {**other, "concept": concept}, tiers) if row["number"] not in known]
    return [*rows, *more] if len(more) <= _BESIDE * len(rows) else rows


# What is said elsewhere belongs to the list unless it outweighs the section: then the section was meant.
_BESIDE: Final = 2
