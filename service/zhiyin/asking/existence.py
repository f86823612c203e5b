"""Answers whether a thing is one that a defined term names, and whether there is any clause of a kind."""

from __future__ import annotations

import re
from typing import Final

from zhiyin.asking.answer import Answer, Outcome
from zhiyin.asking.context import Context
from zhiyin.asking.filters import read_filters
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.wording import YES_NO

_MEMBER: Final = re.compile(
    r"(?P<thing>[^|，,。]{1,16}?)(?:也|都|究竟|到底)?(?:属不属于|属于|算不算|算是|算作|(?<![结清运计核])算|是(?=[^|不]{2,14}(?:吗|么|嘛))|是不是|是否属于|是否算|是否是|能算|可以算)(?:一种|指引(?:里|中)?(?:说的|所说的)?)?(?P<kind>[^|，,。？?]{2,14}?)(?:里|中|之列|的一部分|的部件|的一种|范围)?(?:吗|么|嘛|不|呢|？|\?|$)"
)


def answer_membership(context: Context) -> Answer | None:
    """Answer whether something is one of the things that a defined term names (VLAN, 有效隔离)."""
    match = _MEMBER.search(context.frame.text)
    if match is None:
        return None
    kind, thing = match["kind"].strip(), match["thing"].strip()
    number = next(
        (number for name, number in context.knowledge.defined.items() if name == kind or kind.startswith(name)), None
    )
    if number is None and "交易系统" in kind and "部件" in context.frame.text:
        number = next(
            (n for n in context.knowledge.defined.values() if "部件" in context.knowledge.catalogue.items[n].text), None
        )
    if number is None:
        return None
    item = context.knowledge.catalogue.items[number]
    text = context.knowledge.fold(item.text)
    words = context.topic_of(thing, (re.compile(r"用|做|隔离|系统(?=$)|这种|一种|的|也|设备|技术"),)).words() or [thing]
    if not all(word in text for word in words):
        return context.refused(
            Outcome.NEAR,
            f"{number} 没有列出“{thing}”：{item.text}",
            f"{number} does not list it",
            (number,),
            Asked.TRUTH,
            (Part("名词", kind), Part("所问", thing)),
        )
    table = context.run("provision", {"number": number})
    reading = Reading(Asked.TRUTH, (Part("名词", kind), Part("所问", thing)), "provision", {"number": number})
    return context.answered(
        reading, table, value=True, clauses=(number,), text=f"是：{number} {item.text}", marked={number: tuple(words)}
    )


# 没有可选的吗 is answered by yes and by no alike.
_LACKS: Final = re.compile(r"(?<!有)没有?(?!有)[^|]{0,10}(?:吗|么|嘛|吧)")
_HAVING: Final = re.compile(r"有没有|有无|是否有|存在|有")
_EXISTS: Final = re.compile(r"有没有|有无|是否有|存在|有.{0,8}(?:吗|么|嘛)")


def answer_existing(context: Context) -> Answer | None:
    """Answer whether there is any clause of an obligation, a mark or a change (一类有没有可选要求)."""
    if (
        not (context.frame.obligation or context.frame.mark)
        or not _EXISTS.search(context.frame.rest)
        or not context.tiers
        or _LACKS.search(context.frame.rest)
    ):
        return None
    filters = read_filters(context, YES_NO, _HAVING)
    if filters.unknown or set(filters.values) - {"obligation", "mark", "topic"}:
        return None
    rows = [
        row
        for tier in context.tiers
        for row in context.run("clauses_where", {**filters.values, "tier": str(tier)}).rows
    ]
    values = {**filters.values, "tier": str(context.tiers[0])}
    what = "、".join(part.value for part in filters.parts)
    said = f"{context.tiers_words(context.tiers)}{'有' if rows else '没有'}“{what}”的条款" + (
        f"，共 {len(rows)} 条。" if rows else "。"
    )
    clauses = tuple(str(row["number"]) for row in rows) or ("1.2",)
    reading = Reading(Asked.TRUTH, (context.tier_part(), *filters.parts), "clauses_where", values)
    return context.answered(reading, context.run("clauses_where", values), value=bool(rows), clauses=clauses, text=said)
