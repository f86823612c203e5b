"""Answers what changes from one tier to another: of everything, of a section, or of one object."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from zhiyin.asking.answer import Answer
from zhiyin.asking.context import Context, Row
from zhiyin.asking.figures import answer_metrics
from zhiyin.asking.filters import Filters, read_filters
from zhiyin.asking.metrics import choose
from zhiyin.asking.quantities import read_sorts
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import numbers_words
from zhiyin.asking.wording import COUNT, DIFFERENCE, LISTS, YES_NO
from zhiyin.model import tier_name

_STATUS: Final = {"introduced": "新出现", "strengthened": "加强", "promoted": "可选变必须"}
_MORE: Final = re.compile(r"(?:多|少|差)(?:了|出|出来)?(?:几|多少)条?")
_PERSONS: Final = re.compile(r"(?:几|多少)(?:个|名|位|人)")
_TARGET: Final = re.compile(r"rto|rpo|恢复|多少|几")
_BELOW: Final = re.compile(
    r"(?:比|较|跟|和|相比)?(?:上一类|低一类|下一类|前一类|上一档|低一档|前一档|上一级|低一级|下面一类|下一档)"
)
_RISE: Final = re.compile(r"升|升到|升级|晋|变成|达到|够|补(?!丁)|才能|成为|转为|再往上")
_ASKS: Final = re.compile(
    r"升级|升|变|有|要|得|需|补齐|补|改|多了|多出|多|新|哪些|哪里|哪条|什么|啥|区别|两样|不同|不一样|差别|差异|变化|变动|改动|增加|加|提高|了|比|相比|对比|比较|方面|要求|条款|规定|标准|内容|整改|调整|做|差在|差|之间|两类|两个|二者|之处|地方|公司|还|再|上|准备|满足|达到|原来|现在|主要|全部|所有|具体|总的|一共|几条|多少|的话|严格|严在|严|添|这块|更|进一步|额外|在|里|最|大|些|条|点|没变|哪|处|工作|事情|建设方面|部分|章|节|小节|出现|而|但是|但|却|完全|根本|压根|从来|可是|没|强化|拔高|怎么"
)


def answer_difference(context: Context, *asking: re.Pattern[str]) -> Answer | None:
    """Return what the higher of two tiers has introduced, strengthened or promoted since the lower."""
    frame = context.frame
    tiers = context.tiers
    if len(tiers) == 1 and (_BELOW.search(frame.rest) or _RISE.search(frame.rest)) and tiers[0] > context.levels[0]:
        tiers = (tiers[0] - 1, tiers[0])
    if frame.tiers.ranged:
        tiers = (context.levels[0], context.levels[-1])
    if len(tiers) != 2:
        return None
    if ("same" in frame.changes and not asking) or (
        COUNT.search(frame.rest) and (frame.mark or _MORE.search(frame.rest))
    ):
        # 多几条 may mean how many more there are, or how many are new.
        return None
    lower, higher = min(tiers), max(tiers)
    sorts = read_sorts(frame.rest)[0]
    metrics = choose(context, sorts if sorts is not None and "share" in sorts else None)
    if (
        metrics
        and (len(metrics) == 1 or _TARGET.search(frame.rest))
        and not context.topic_of(frame.rest, (_BELOW,)).title()
    ):
        return answer_metrics(context, metrics)
    if read_sorts(frame.rest)[1] and not (COUNT.search(frame.rest) or LISTS.search(frame.rest)):
        # 升级要多久 asks for a figure, and none was found.
        return None
    filters = read_filters(context, DIFFERENCE, LISTS, _BELOW, _ASKS, *asking)
    if filters.unknown or filters.either or filters.values.keys() & {"andConcept", "andWord"}:
        return None
    if not filters.values and _PERSONS.search(frame.rest):
        # How many persons more is no question for all that changes.
        return None
    return difference(context, lower, higher, filters)


# With the tiers taken out: the first named has it and the second lacks it, or the reverse.
_HAS_NOT: Final = re.compile(
    r"\|(?:[^|没不无]{0,4}(?:有|要求)[^|没不无]{0,6}|[,，]?(?:而|但是|但|却))\|[^|]{0,6}(?:没|不要求|无)"
)
_NOT_HAS: Final = re.compile(r"\|[^|]{0,4}(?:没有?|不要求|无)[^|]{0,6}\|[^|没不无]{0,4}(?:有|要求|出现)")
_TWO: Final = 2


def asks_of_loss(context: Context) -> bool:
    """Say whether a question is of what the lower of two tiers has and the higher lacks, which nothing introduced."""
    text, tiers = context.frame.rest, context.tiers
    if len(tiers) != _TWO:
        return False
    lower = min(tiers)
    has, lacks = _HAS_NOT.search(text), _NOT_HAS.search(text)
    return bool((has and tiers[0] == lower) or (lacks and not has and tiers[0] != lower))


_ALIKE: Final = re.compile(r"一样(?!.{0,2}不)|相同|(?:没有?|没|未|不)(?:任何)?(?:变|改|不同|区别|差)")
_UNLIKE: Final = re.compile(r"不一样|不同|有没有|变没变|是否|有无")
_CHANGED: Final = re.compile(r"变|改|不同|区别|差别|差异|不一样|一样|相同")


def asks_of_change(text: str) -> bool:
    """Say whether a question is of nothing but whether tiers differ: such a one is not asked of any practice."""
    return re.search(r"变化|变没变|区别|差别|差异|不同(?!城市|运营商)|不一样", text) is not None


def answer_changed(context: Context) -> Answer | None:
    """Return whether anything differs between two tiers, with the clauses that do or, where none does, that stand."""
    text = context.frame.rest
    if not _CHANGED.search(text):
        return None
    if len(context.tiers) > _TWO:
        metrics = choose(context, None)
        found = answer_metrics(context, metrics) if len(metrics) == 1 else None
    else:
        found = answer_difference(context, YES_NO)
    if found is None or not found.answered or found.reading is None:
        return None
    if found.figures:
        stated = {
            tier: {(f.metric, f.comparator, f.value, f.unit, f.condition) for f in found.figures if f.tier == tier}
            for tier in context.tiers
        }
        differs = len({frozenset(values) for values in stated.values()}) > 1
    else:
        differs = bool(found.clauses)
    alike = bool(_ALIKE.search(text)) and not _UNLIKE.search(text)
    value = differs is not alike
    clauses = found.clauses
    if not clauses:
        values = {key: v for key, v in found.reading.parameters.items() if key in ("topic", "concept", "word")}
        rows = context.run("clauses_where", {**values, "tier": found.reading.parameters["to"]}).rows
        clauses = tuple(str(row["number"]) for row in rows)
    reading = replace(found.reading, asked=Asked.TRUTH)
    said = ("是" if value else "不是") if alike else ("有变化" if value else "没有变化")
    return replace(found, reading=reading, value=value, clauses=clauses, text=f"{said}。{found.text}")


def difference(context: Context, lower: int, higher: int, filters: Filters) -> Answer:
    """Return the changes between two tiers that ``filters`` leave."""
    values = {"from": str(lower), "to": str(higher)}
    values |= {key: filters.values[key] for key in ("topic", "concept", "word") if key in filters.values}
    table = context.run("changes_between", values)
    rows = list(table.rows)
    changes = context.frame.changes - {"same"}
    if changes and not context.frame.mark:
        rows = [row for row in rows if any(row["status"] == _STATUS[change] for change in changes)]
    if context.frame.obligation:
        rows = [row for row in rows if row["force"] == context.frame.obligation]
    parts = (
        Part(
            "从",
            tier_name(lower),
            choices=_steps(filters, [(t, higher) for t in context.levels if t < higher and t != lower], 0),
        ),
        Part(
            "到",
            tier_name(higher),
            choices=_steps(filters, [(lower, t) for t in context.levels if t > lower and t != higher], 1),
        ),
        *(p for p in filters.parts if p.name not in ("约束力",)),
    )
    reading = Reading(Asked.DIFFERENCE, parts, "changes_between", values)
    numbers = [str(row["number"]) for row in rows]
    about = "、".join(p.value for p in filters.parts if p.name in ("章节", "对象", "原文字句"))
    about = f"“{about}”" if about else ""
    if not rows:
        return context.answered(
            reading,
            table,
            text=f"从{tier_name(lower)}到{tier_name(higher)}，{about}的要求没有新出现、加强或由可选变为必须的。",
        )
    counted = "，".join(
        f"{status} {sum(row['status'] == status for row in rows)} 条"
        for status in _STATUS.values()
        if any(row["status"] == status for row in rows)
    )
    said = f"从{tier_name(lower)}到{tier_name(higher)}，{about}变化 {len(rows)} 条（{counted}）：{numbers_words(numbers)}。"
    if len(rows) <= 3:
        said += "".join(_row_words(row) for row in rows)
    count = len(rows) if COUNT.search(context.frame.rest) else None
    return context.answered(reading, table, count=count, clauses=tuple(numbers), text=said)


def _steps(filters: Filters, steps: list[tuple[int, int]], end: int) -> tuple[tuple[str, str], ...]:
    """Return the same question put of other steps; ``end`` says which end of the step is another."""
    about = "、".join(part.value for part in filters.parts if part.name in ("章节", "对象", "原文字句"))
    named = [(tier_name(step[end]), f"从{tier_name(step[0])}到{tier_name(step[1])}") for step in steps]
    return tuple((name, f"{step}{f'，{about}' if about else ''}有什么变化？") for name, step in named)


def _row_words(row: Row) -> str:
    if row.get("before"):
        return f"{row['before']}“{row['textBefore']}”→ {row['number']}“{row['text']}”（{row['status']}）。"
    return f"{row['number']}“{row['text']}”（{row['status']}）。"


def answer_two_clauses(context: Context, first: str, second: str) -> Answer | None:
    """Return how two clauses of one duty differ, or set two duties side by side."""
    clauses = context.knowledge.catalogue.clauses
    if first not in clauses or second not in clauses:
        return None
    before, after = sorted((clauses[first], clauses[second]), key=lambda clause: (clause.tier, clause.order))
    table = context.run("duty_ladder", {"clause": after.number})
    same = before.family == after.family
    parts = (Part("条款", f"{before.number}、{after.number}"),)
    reading = Reading(Asked.DIFFERENCE, parts, "duty_ladder", {"clause": after.number})
    if before.text == after.text and before.obligation == after.obligation:
        said = f"{before.number} 与 {after.number} 原文相同：“{after.text}”"
    elif same:
        said = (
            f"{before.number}（{before.obligation}）“{before.text}”；{after.number}（{after.obligation}）“{after.text}”"
        )
    else:
        said = f"两条不是同一项义务：{before.number}“{before.text}”；{after.number}“{after.text}”"
    value = None
    if YES_NO.search(context.frame.rest):
        alike = before.text == after.text and before.obligation == after.obligation
        value = alike if _ALIKE.search(context.frame.rest) and not _UNLIKE.search(context.frame.rest) else not alike
        reading = replace(reading, asked=Asked.TRUTH)
    return context.answered(reading, table, value=value, clauses=(after.number, before.number), text=said)
