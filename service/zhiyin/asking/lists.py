"""Answers which clauses, and how many: by tier, section, obligation, mark, change, object, period and words of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from zhiyin.asking.answer import Answer, Outcome
from zhiyin.asking.context import Context, Row, Table
from zhiyin.asking.filters import ASKS, Filters, read_filters
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import numbers_words, tiers_words
from zhiyin.asking.topics import left
from zhiyin.asking.wording import COUNT, COUNTED_THINGS, DIFFERENCE, LISTS
from zhiyin.model import TIER_NAMES, Change

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
    filters = read_filters(context, COUNT, *((_UNCHANGED,) if "same" in context.frame.changes else ()))
    if filters.unknown:
        return None
    values, parts = filters.values, filters.parts
    tiers = context.tiers
    if "same" in context.frame.changes:
        return _unchanged(context, filters, Asked.COUNT)
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
    rows = _rows(context, values, tiers, filters.question)
    if filters.either:
        tables = [context.run(filters.question, values)]
        count = len(rows)
    else:
        several = 1 < len(tiers) < len(_ALL)
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
        text=f"{tiers_words(tiers)}{'“' + what + '”' if what else ''}共 {count} 条。",
    )


_EACH: Final = re.compile(r"各(?!类|项|种|个|条)|分别")
_COMPARED: Final = re.compile(r"比|多出|多了|相差|差(?:几|多少)|少了")


def _unchanged(context: Context, filters: Filters, asked: Asked) -> Answer | None:
    """Return the clauses of the higher tier whose words and obligation are those of the lower, or how many there are."""
    tiers, values = context.tiers, {key: value for key, value in filters.values.items() if key != "change"}
    if filters.unknown or "mark" in values or not tiers:
        return None
    lower, higher = (min(tiers), max(tiers)) if len(tiers) > 1 else (tiers[0] - 1, tiers[0])
    if lower < _ALL[0] or lower == higher:
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
    parts = (Part("类别", f"{TIER_NAMES[lower]}到{TIER_NAMES[higher]}"), Part("变化", "未变"), *filters.parts)
    reading = Reading(asked, parts, "clauses_where", values)
    about = "、".join(part.value for part in filters.parts)
    said = f"从{TIER_NAMES[lower]}到{TIER_NAMES[higher]}，{f'“{about}”' if about else ''}没有变化的有 {len(numbers)} 条"
    if asked is Asked.CLAUSES and numbers:
        said += f"：{numbers_words(numbers)}"
    table = context.run("clauses_where", values)
    count = len(numbers) if asked is Asked.COUNT else None
    return context.answered(reading, table, count=count, clauses=tuple(numbers), text=f"{said}。")


_UNCHANGED: Final = re.compile(
    r"完全|一直|始终|(?:没有?|未|无)(?:任何|过|有)?(?:变化|改变|变动|改动|变)(?:过|的)?|一字不差|完全(?:相同|一样)|一模一样|照旧|不变|相同|一样|从|到|升|保持|都"
)
_MENTIONS: Final = re.compile(
    r"提到|提及|含有|出现|写到|写有|说到|讲到|字样|字眼|涉及|有关|关于|哪几条|哪一条|哪些条款|哪条|要求"
)
_WHOLE: Final = re.compile(
    r"[|的公司期货有都是要哪些什么啥所全部一共包括列出下请查看需满足遵守]*(?:要求|条款|规定|条文)[|的有都是哪些什么啥列出下清单一览呢？?。内容]*"
)
_JUDGED: Final = re.compile(r"合格|达标|通过|算|才行|及格")
_MANNER: Final = re.compile(r"定期|实时|及时|专人|自动")
_SUBJECT: Final = re.compile(r"要求|条款|规定|指引")
_OR: Final = re.compile(r"或|还是")
_ALL: Final = (1, 2, 3, 4)


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


def _rows(
    context: Context, values: Mapping[str, str], tiers: Sequence[int], question: str = "clauses_where"
) -> list[Row]:
    if len(tiers) == 1 or not tiers or len(tiers) == len(_ALL):
        return list(context.run(question, values).rows)
    return [row for tier in tiers for row in context.run(question, {**values, "tier": str(tier)}).rows]


def answer_list(context: Context) -> Answer | None:
    """Return the clauses that a question asks for, or ``None`` where its words are not all understood."""
    text = context.frame.rest
    for reader in () if context.frame.quoted else (_periodic, _retained, _prohibited):
        answer = reader(context)
        if answer is not None:
            return answer
    if "same" in context.frame.changes:
        if not LISTS.search(text):
            return None
        return _unchanged(context, read_filters(context, LISTS, _UNCHANGED), Asked.CLAUSES)
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
    rows = _rows(context, values, tiers, filters.question)
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
    for keep, name, pattern in _EVERY:
        if pattern.search(context.frame.rest) and not any(pattern.search(part.said) for part in filters.parts):
            # 每天 beside a thing asks for what is to be done to it every day, not for all that is said of it.
            return _recurring(context, rows, keep, name, parts)
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
            f"{tiers_words(tiers)}没有这样的条款；{tiers_words(shown)}有",
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
        said = f"{tiers_words(tiers)}共 {len(numbers)} 条：{numbers_words(numbers)}。"
    marks = tuple(part.said for part in filters.parts if part.said)
    return context.answered(
        reading,
        query,
        clauses=tuple(numbers),
        text=said,
        marked=dict.fromkeys(numbers, marks) if marks else {},
    )


_EVERY: Final = (
    ("1 年", "每年", re.compile(r"每年")),
    ("3 个月", "每季度", re.compile(r"每(?:个)?季度?")),
    ("1 周", "每周", re.compile(r"每(?:个)?(?:周|星期)")),
    ("1 天", "每天", re.compile(r"每天|每日")),
)


def _recurring(context: Context, rows: Sequence[Row], keep: str, name: str, parts: tuple[Part, ...]) -> Answer | None:
    """Return those of ``rows`` that state the interval named, ``None`` where there is none."""
    among = {str(row["number"]) for row in rows}
    values = {"quantity": "interval"} | ({"tier": str(context.tiers[0])} if len(context.tiers) == 1 else {})
    table = context.run("figures_of_quantity", values)
    found = [row for row in table.rows if f"{row['value']} {row['unit']}" == keep and not row["implied"]]
    numbers = [number for number in dict.fromkeys(str(row["number"]) for row in found) if number in among]
    if not numbers:
        return None
    reading = Reading(Asked.CLAUSES, (*parts, Part("数字要求", name, name)), "figures_of_quantity", values)
    said = f"{tiers_words(context.tiers)}{name}要做的有 {len(numbers)} 条：{numbers_words(numbers)}。"
    return context.answered(reading, table, clauses=tuple(numbers), text=said)


def _with_mentions(
    context: Context, values: Mapping[str, str], title: str, rows: list[Row], tiers: Sequence[int]
) -> list[Row]:
    """Return the clauses of a section and, after them, those elsewhere that mention what it is called."""
    concept = context.knowledge.concept_of.get(title) or context.knowledge.concept_of.get(title.removesuffix("管理"))
    if concept is None:
        return rows
    other = {key: value for key, value in values.items() if key != "topic"}
    known = {row["number"] for row in rows}
    more = [row for row in _rows(context, {**other, "concept": concept}, tiers) if row["number"] not in known]
    return [*rows, *more] if len(more) <= _BESIDE * len(rows) else rows


# What is said elsewhere belongs to the list unless it outweighs the section: then the section was meant.
_BESIDE: Final = 2


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
            f"{tiers_words(tiers)}没有规定“{name}”的条款",
            f"no clause of this interval ({keep})",
            (),
            Asked.CLAUSES,
            (context.tier_part(),),
        )
    numbers = list(dict.fromkeys(str(row["number"]) for row in rows))
    said = f"{tiers_words(tiers)}{name}的有 {len(numbers)} 条：{numbers_words(numbers)}。"
    if len(numbers) == 1:
        said = f"{numbers[0]}：{rows[0]['text']}"
    reading = Reading(Asked.CLAUSES, (context.tier_part(), Part("数字要求", name)), "figures_of_quantity", values)
    return context.answered(reading, table, clauses=tuple(numbers), text=said)


def _periodic(context: Context) -> Answer | None:
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


def _retained(context: Context) -> Answer | None:
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


def _prohibited(context: Context) -> Answer | None:
    text = context.frame.rest
    if not _PROHIBITED.search(text) or not LISTS.search(text):
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
        text=f"{tiers_words(tiers)}有 {len(numbers)} 条禁止性规定：{numbers_words(numbers)}。",
        marked=dict.fromkeys(numbers, ("不得", "不应")),
    )


# 应不少于, 应不超过 bound a figure and forbid nothing.
_NOT_FORBIDDEN: Final = re.compile(r"不应(?:少于|低于|超过)|不得(?:少于|低于|超过)")
