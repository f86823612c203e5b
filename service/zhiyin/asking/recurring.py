"""Answers which clauses state a period, keep records for a time or forbid something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from zhiyin.asking.answer import Answer, Outcome
from zhiyin.asking.context import Context, Row, Table
from zhiyin.asking.filters import ASKS
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import numbers_words
from zhiyin.asking.wording import LISTS

_PERIODS: Final = (
    ("1 年", "每年", re.compile(r"每年|每一年|一年(?:一|1)次|年年|按年|每年度|年度")),
    ("3 个月", "每季度", re.compile(r"每(?:个)?季度?|每季|按季|一季度一次|季度")),
    ("1 周", "每周", re.compile(r"每(?:个)?(?:周|星期|礼拜)|按周|一周一次")),
    ("1 天", "每天", re.compile(r"每天|每日|天天|按日|每个交易日|日常每天|逐日")),
    ("2 年", "每两年", re.compile(r"每两年|每2年|两年一次")),
    ("1 个月", "每月", re.compile(r"每(?:个)?月|按月(?!统计)|月月")),
)
_RETENTION: Final = re.compile(
    r"保存期限|保存期|保留期限|留存期限|保存时间|保存年限|保留时间|留存时间|保存多久|(?:保存|保留|留存)(?:一定|固定)?(?:时间|期限|年限)|(?:要求|规定|需要|必须|要)(?:了)?(?:长期)?(?:保存|保留|留存)(?:的)?(?:记录|日志|资料|东西)?"
)
_INTERVALS: Final = re.compile(
    r"固定周期|明确(?:的)?(?:周期|频率|间隔)|规定(?:了)?(?:频率|周期|间隔)|(?:有|带)(?:明确)?(?:周期|频率|间隔)"
)
_PROHIBITED: Final = re.compile(r"明令禁止|明文禁止|禁止|不得|不允许|不准|不能做|不许|不让|禁令|红线|不应|严禁")


EVERY: Final = (
    ("1 年", "每年", re.compile(r"每年")),
    ("3 个月", "每季度", re.compile(r"每(?:个)?季度?")),
    ("1 周", "每周", re.compile(r"每(?:个)?(?:周|星期)")),
    ("1 天", "每天", re.compile(r"每天|每日")),
)


def recurring(context: Context, rows: Sequence[Row], keep: str, name: str, parts: tuple[Part, ...]) -> Answer | None:
    """Return those of ``rows`` that state the interval named, ``None`` where there is none."""
    among = {str(row["number"]) for row in rows}
    values = {"quantity": "interval"} | ({"tier": str(context.tiers[0])} if len(context.tiers) == 1 else {})
    table = context.run("figures_of_quantity", values)
    found = [row for row in table.rows if f"{row['value']} {row['unit']}" == keep and not row["implied"]]
    numbers = [number for number in dict.fromkeys(str(row["number"]) for row in found) if number in among]
    if not numbers:
        return None
    reading = Reading(Asked.CLAUSES, (*parts, Part("数字要求", name, name)), "figures_of_quantity", values)
    said = f"{context.tiers_words(context.tiers)}{name}要做的有 {len(numbers)} 条：{numbers_words(numbers)}。"
    return context.answered(reading, table, clauses=tuple(numbers), text=said)


def _of_quantity(context: Context, quantity: str, keep: str, name: str) -> Answer | None:
    """Return the clauses whose figures are of one sort; ``keep`` is ``1 年`` or empty for all."""
    tiers = context.tiers
    values = {"quantity": quantity}
    if len(tiers) == 1:
        values["tier"] = str(tiers[0])
    table: Table = context.run("figures_of_quantity", values)
    rows = [
        row
        for row in table.rows
        if (not tiers or int(str(row["level"])) in tiers)
        and not row["implied"]
        and (not keep or f"{row['value']} {row['unit']}" == keep)
    ]
    if not rows:
        return context.refused(
            Outcome.NEAR,
            f"{context.tiers_words(tiers)}没有规定“{name}”的条款",
            f"no clause of this interval ({keep})",
            (),
            Asked.CLAUSES,
            (context.tier_part(),),
        )
    numbers = list(dict.fromkeys(str(row["number"]) for row in rows))
    said = f"{context.tiers_words(tiers)}{name}的有 {len(numbers)} 条：{numbers_words(numbers)}。"
    if len(numbers) == 1:
        said = f"{numbers[0]}：{rows[0]['text']}"
    reading = Reading(Asked.CLAUSES, (context.tier_part(), Part("数字要求", name)), "figures_of_quantity", values)
    return context.answered(reading, table, clauses=tuple(numbers), text=said)


def answer_periodic(context: Context) -> Answer | None:
    """Return the clauses that state a period (每年, 每周), where that is all that is asked."""
    text = context.frame.rest
    for keep, name, pattern in _PERIODS:
        if pattern.search(text) and LISTS.search(text):
            topic = context.topic_of(text, (pattern, LISTS, ASKS, _WORK))
            if not [word for word in topic.words() if len(word) > 1]:
                return _of_quantity(context, "interval", keep, name)
    if _INTERVALS.search(text):
        return _of_quantity(context, "interval", "", "有明确周期")
    return None


_WORK: Final = re.compile(
    r"都|要|得|必须|做|干|搞|完成|开展|进行|一次|至少|工作|任务|活动|频率|周期|固定|执行|的事|几件事|事项|动作|是|一回|一遍|起码|重复"
)


def answer_retained(context: Context) -> Answer | None:
    """Return the clauses that keep something for a stated time, where that is all that is asked."""
    text = context.frame.rest
    if not _RETENTION.search(text) or not LISTS.search(text):
        return None
    topic = context.topic_of(text, (_RETENTION, LISTS, ASKS, _KEPT))
    if [word for word in topic.words() if len(word) > 1]:
        return None
    return _of_quantity(context, "retention", "", "规定了保存期限")


_KEPT: Final = re.compile(
    r"记录|日志|资料|录像|档案|一定|时间|年限|期限|规定了|明确|多久|固定|长期|数据|东西|材料|文件|保存|保留|留存|含|都|时长"
)


def answer_prohibited(context: Context) -> Answer | None:
    """Return the clauses that forbid something, where that is all that is asked."""
    text = context.frame.rest
    if not _PROHIBITED.search(text) or not (LISTS.search(text) or _DEEDS.search(text)):
        return None
    topic = context.topic_of(text, (_PROHIBITED, LISTS, ASKS, re.compile(r"性|行为|事情|做|类|明确|列|明令|明文")))
    if [word for word in topic.words() if len(word) > 1]:
        return None
    tiers = context.tiers
    values = {"tier": str(tiers[0])} if len(tiers) == 1 else {}
    tables = [context.run("clauses_where", {**values, "word": word}) for word in ("不得", "不应")]
    allowed = {
        str(row["number"]): row
        for table in tables
        for row in table.rows
        if not tiers or int(str(row["level"])) in tiers
    }
    numbers = sorted(allowed, key=lambda number: [int(part) for part in number.split(".")])
    numbers = [number for number in numbers if not _NOT_FORBIDDEN.search(str(allowed[number]["text"]))]
    reading = Reading(
        Asked.CLAUSES,
        (context.tier_part(), Part("原文字句", "不得、不应", "不得")),
        "clauses_where",
        {**values, "word": "不得"},
    )
    return context.answered(
        reading,
        tables[0],
        clauses=tuple(numbers),
        text=f"{context.tiers_words(tiers)}有 {len(numbers)} 条禁止性规定：{numbers_words(numbers)}。",
        marked=dict.fromkeys(numbers, ("不得", "不应")),
    )


_DEEDS: Final = re.compile(r"(?:的|不得|不应|禁止)(?:做的?)?(?:事|事情|行为|做法|事项|情形|动作)[？?。|]*$")
# 应不少于, 应不超过 bound a figure and forbid nothing.
_NOT_FORBIDDEN: Final = re.compile(r"不应(?:少于|低于|超过)|不得(?:少于|低于|超过)")
