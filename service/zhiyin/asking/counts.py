"""Answers how many clauses, tiers or sections there are, and what stayed the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from zhiyin.asking.answer import Answer
from zhiyin.asking.context import Context, Row
from zhiyin.asking.filters import ASKS, Filters, read_filters
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import numbers_words
from zhiyin.asking.wording import COUNT, COUNTED_THINGS, DIFFERENCE
from zhiyin.model import Change, tier_name

_TIERS_COUNTED: Final = re.compile(
    r"(?:分|划分|分成|分为|有|设)(?:成|为|了)?(?:多少|几)(?:个)?(?:类|档|等级|级)|(?:几|多少)个(?:类别|档次|等级)|类别(?:有|是)?(?:几|多少)(?:个|类)"
)
# 等保, the yearly rating and supervision have grades of their own.
_OTHER_TIERS: Final = re.compile(
    r"监管|rto|rpo|灾|恢复|等保|等级保护|评级|评价|风险等级|投资者|客户|事故|故障|事件|应急响应"
)
_HEADINGS_COUNTED: Final = re.compile(r"(?:几|多少)(?:个)?(?P<what>小节|子节|大节|大类|大块|方面|部分|板块|节|章)")


def answer_count(context: Context) -> Answer | None:
    """Return how many clauses, tiers or sections there are."""
    text = context.frame.rest
    if (
        _TIERS_COUNTED.search(context.frame.text)
        and not _OTHER_TIERS.search(context.frame.text)
        and (not context.tiers or context.frame.tiers.every)
    ):
        return _headings(context, "tiers", "类别")
    if not COUNT.search(text):
        match = _HEADINGS_COUNTED.search(text)
        if match and not context.topic(_HEADINGS_COUNTED, ASKS).words():
            small = match["what"] in ("小节", "子节")
            return _headings(context, "subsections" if small else "sections", "小节" if small else "节")
        return None
    if COUNTED_THINGS.search(text) and not _SUBJECT.search(text):
        # 通信链路至少几条 asks for links, not for clauses.
        return None
    filters = read_filters(context, COUNT, *((UNCHANGED,) if "same" in context.frame.changes else ()))
    if filters.unknown:
        return None
    values, parts = filters.values, filters.parts
    tiers = context.tiers
    if "same" in context.frame.changes:
        return unchanged(context, filters, Asked.COUNT)
    if len(tiers) > 1 and (_COMPARED.search(text) or (len(tiers) == 2 and DIFFERENCE.search(text))):
        # The clauses of both tiers together are not what one has more than the other.
        return None
    if len(tiers) == 2 and (context.frame.changes or _EACH.search(text)):
        # What changed from one to the other, and so many each, are no sum.
        return None
    if not values and (_JUDGED.search(text) or not (tiers or _SUBJECT.search(text))):
        return None
    if len(tiers) == 1:
        values["tier"] = str(tiers[0])
    rows = rows_where(context, values, tiers, filters.question)
    if filters.either:
        tables = [context.run(filters.question, values)]
        count = len(rows)
    else:
        several = 1 < len(tiers) < len(context.levels)
        every = [{**values, "tier": str(tier)} for tier in tiers] if several else [values]
        tables = [context.run("clauses_counted", chosen) for chosen in every]
        count = sum(int(str(table.rows[0]["clauses"])) for table in tables)
    counted = filters.question if filters.either else "clauses_counted"
    reading = Reading(Asked.COUNT, (context.tier_part(), *parts), counted, values)
    what = "".join(f"{part.value}" for part in parts)
    return context.answered(
        reading,
        tables[0],
        count=count,
        clauses=tuple(str(row["number"]) for row in rows),
        text=f"{context.tiers_words(tiers)}{'“' + what + '”' if what else ''}共 {count} 条。",
    )


_EACH: Final = re.compile(r"各(?!类|项|种|个|条)|分别")
_COMPARED: Final = re.compile(r"比|多出|多了|相差|差(?:几|多少)|少了")


def unchanged(context: Context, filters: Filters, asked: Asked) -> Answer | None:
    """Return the clauses of the higher tier whose words and obligation are those of the lower, or how many there are."""
    tiers, values = context.tiers, {key: value for key, value in filters.values.items() if key != "change"}
    if filters.unknown or "mark" in values or not tiers:
        return None
    lower, higher = (min(tiers), max(tiers)) if len(tiers) > 1 else (tiers[0] - 1, tiers[0])
    if lower < context.levels[0] or lower == higher:
        return None
    catalogue = context.knowledge.catalogue
    values["change"] = str(Change.SAME)
    steps = [
        [str(row["number"]) for row in context.run("clauses_where", {**values, "tier": str(tier)}).rows]
        for tier in range(lower + 1, higher + 1)
    ]
    lasting = set.intersection(*({catalogue.clauses[number].family for number in step} for step in steps))
    numbers = [number for number in steps[-1] if catalogue.clauses[number].family in lasting]
    values["tier"] = str(higher)
    parts = (Part("类别", f"{tier_name(lower)}到{tier_name(higher)}"), Part("变化", "未变"), *filters.parts)
    reading = Reading(asked, parts, "clauses_where", values)
    about = "、".join(part.value for part in filters.parts)
    said = f"从{tier_name(lower)}到{tier_name(higher)}，{f'“{about}”' if about else ''}没有变化的有 {len(numbers)} 条"
    if asked is Asked.CLAUSES and numbers:
        said += f"：{numbers_words(numbers)}"
    table = context.run("clauses_where", values)
    count = len(numbers) if asked is Asked.COUNT else None
    return context.answered(reading, table, count=count, clauses=tuple(numbers), text=f"{said}。")


UNCHANGED: Final = re.compile(
    r"完全|一直|始终|(?:没有?|未|无)(?:任何|过|有)?(?:变化|改变|变动|改动|变)(?:过|的)?|一字不差|完全(?:相同|一样)|一模一样|照旧|不变|相同|一样|从|到|升|保持|都"
)
_JUDGED: Final = re.compile(r"合格|达标|通过|算|才行|及格")
_SUBJECT: Final = re.compile(r"要求|条款|规定|指引")


def _headings(context: Context, column: str, name: str) -> Answer:
    table = context.run("headings_counted", {})
    count = int(str(table.rows[0][column]))
    reading = Reading(Asked.COUNT, (Part("数的是", name),), "headings_counted")
    return context.answered(
        reading,
        table,
        count=count,
        clauses=("1.2",),
        text=f"指引有 {count} 个{name}。" if column == "tiers" else f"每一类别有 {count} 个{name}。",
    )


def rows_where(
    context: Context, values: Mapping[str, str], tiers: Sequence[int], question: str = "clauses_where"
) -> list[Row]:
    """Return the rows of a listing question in the tiers named, all tiers where none is."""
    if len(tiers) == 1 or not tiers or len(tiers) == len(context.levels):
        return list(context.run(question, values).rows)
    return [row for tier in tiers for row in context.run(question, {**values, "tier": str(tier)}).rows]
