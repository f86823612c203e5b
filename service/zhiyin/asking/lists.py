"""Answers which clauses, and how many: by tier, section, obligation, mark, change, object, period and words of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from zhiyin.asking.answer import Answer, Outcome
from zhiyin.asking.context import Context, Row, Table
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import numbers_words, tiers_words
from zhiyin.asking.topics import Topic, left
from zhiyin.asking.wording import COUNT, COUNTED_THINGS, LISTS
from zhiyin.model import CHANGE_LABELS, Change

_SECTION_WORD: Final = re.compile(r"(?:这|那|该)?(?:一)?(?:小节|章节|节|章|部分|板块|大类)")
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
_PROHIBITED: Final = re.compile(r"禁止|不得|不允许|不准|不能做|不许|不让|禁令|红线|不应|严禁")
_TIERS_COUNTED: Final = re.compile(
    r"(?:分|划分|分成|分为|有|设)(?:成|为|了)?(?:多少|几)(?:个)?(?:类|档|等级|级)|(?:几|多少)个(?:类别|档次|等级)|类别(?:有|是)?(?:几|多少)(?:个|类)"
)
_HEADINGS_COUNTED: Final = re.compile(r"(?:几|多少)(?:个)?(?P<what>小节|子节|大节|大类|大块|方面|部分|板块|节|章)")
_ASKS: Final = re.compile(
    r"提到|提及|含有|包含|包括|涉及|出现|写到|写明|写有|写着|说到|讲到|字样|字眼|这个词|这几个字|关于|有关|相关|条款|要求|规定|哪些|哪几条|哪条|哪一条|几条|多少条|一共|总共|共|条数|数目|总数|小节|章节|一节|这节|那节|那一节|这一节|章|部分|新增加|新增|延续|可选|必须|强制|标识|标记|标为|标注|标成|标上|标|列|岗位|人员|地方|环节|措施|制度|记录|方案|全新|出现|独有|才有|没有|有而|有但"
    r"|算在内|加起来|整个|加总|合计|各有|分别|属于|板块|方面|都有啥|有啥|讲究|说法|怎么管|怎么弄|要做|该做|做好|做的|必备|要办|得办|全文|指引|内容"
)


@dataclass(slots=True)
class Filters:
    """The conditions of a list: parameters of ``clauses_where``, what they read as, and whether all was understood."""

    values: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    title: str = ""
    only_section: bool = False
    unknown: tuple[str, ...] = ()


def answer_count(context: Context) -> Answer | None:
    """Return how many clauses, tiers or sections there are."""
    text = context.frame.rest
    if _TIERS_COUNTED.search(context.frame.text) and (not context.tiers or context.frame.tiers.every):
        return _headings(context, "tiers", "类别")
    if not COUNT.search(text):
        match = _HEADINGS_COUNTED.search(text)
        if match and not context.topic(_HEADINGS_COUNTED, _ASKS).words():
            small = match["what"] in ("小节", "子节")
            return _headings(context, "subsections" if small else "sections", "小节" if small else "节")
        return None
    if COUNTED_THINGS.search(text) and not _SUBJECT.search(text):
        # 通信链路至少几条 asks for links, not for clauses.
        return None
    filters = read_filters(context, COUNT)
    if filters.unknown:
        return None
    values, parts = filters.values, filters.parts
    tiers = context.tiers
    if not values and (_JUDGED.search(text) or not (tiers or _SUBJECT.search(text))):
        return None
    if len(tiers) == 1:
        values["tier"] = str(tiers[0])
    if context.frame.tiers.every or len(tiers) != len(_ALL):
        pass
    if 1 < len(tiers) < len(_ALL):
        tables = [context.run("clauses_counted", {**values, "tier": str(tier)}) for tier in tiers]
    else:
        tables = [context.run("clauses_counted", values)]
    count = sum(int(str(table.rows[0]["clauses"])) for table in tables)
    reading = Reading(Asked.COUNT, (context.tier_part(), *parts), "clauses_counted", values)
    rows = _rows(context, values, tiers)
    what = "".join(f"{part.value}" for part in parts)
    return context.answered(
        reading,
        tables[0],
        count=count,
        clauses=tuple(str(row["number"]) for row in rows),
        text=f"{tiers_words(tiers)}{'“' + what + '”' if what else ''}共 {count} 条。",
    )


_MENTIONS: Final = re.compile(
    r"提到|提及|含有|出现|写到|写有|说到|讲到|字样|字眼|涉及|有关|关于|哪几条|哪一条|哪些条款|哪条|要求"
)
_WHOLE: Final = re.compile(
    r"[|的公司期货有都是要哪些什么啥所全部一共包括列出下请查看需满足遵守]*(?:要求|条款|规定|条文)[|的有都是哪些什么啥列出下清单一览呢？?。内容]*"
)
_JUDGED: Final = re.compile(r"合格|达标|通过|算|才行|及格")
_SUBJECT: Final = re.compile(r"要求|条款|规定|指引")
_HOLDS: Final = re.compile(r"提到|提及|出现|含有|写到|说到|讲到|涉及")
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


def _rows(context: Context, values: Mapping[str, str], tiers: Sequence[int]) -> list[Row]:
    if len(tiers) == 1 or not tiers or len(tiers) == len(_ALL):
        return list(context.run("clauses_where", values).rows)
    return [row for tier in tiers for row in context.run("clauses_where", {**values, "tier": str(tier)}).rows]


def answer_list(context: Context) -> Answer | None:
    """Return the clauses that a question asks for, or ``None`` where its words are not all understood."""
    text = context.frame.rest
    for reader in (_periodic, _retained, _prohibited):
        answer = reader(context)
        if answer is not None:
            return answer
    filters = read_filters(context, LISTS)
    if filters.unknown or not (filters.values or context.tiers):
        return None
    if not LISTS.search(text) and not (context.frame.mark or context.frame.obligation or context.frame.changes):
        return None
    if not filters.values and (context.frame.tiers.every or not _WHOLE.fullmatch(text) or _said(context)):
        return None
    if _OR.search(text) and filters.values.keys() & {"concept", "word"} and not context.frame.quoted:
        # What holds either of two things is no list of what holds both.
        return None
    literal = set(filters.values) <= {"word", "andWord"} and not context.frame.quoted
    if filters.values and literal and not (context.tiers and _MENTIONS.search(text)):
        # A word that is no term of the guideline's finds clauses by chance: 设立 in 公司设立.
        return None
    return list_with(context, filters)


def _said(context: Context) -> bool:
    """Say whether a question that names a tier alone has other words too, however short."""
    return any(left([word]) for word in context.topic_of(context.frame.rest, (LISTS, _ASKS)).words())


def list_with(context: Context, filters: Filters) -> Answer | None:
    """Return the clauses that ``filters`` leave."""
    values, tiers = dict(filters.values), context.tiers
    if len(tiers) == 1:
        values["tier"] = str(tiers[0])
    if not values and not tiers:
        return None
    rows = _rows(context, values, tiers)
    query = context.run("clauses_where", values)
    if (
        filters.title
        and not filters.only_section
        and "topic" in values
        and "mark" not in values
        and "obligation" not in values
    ):
        rows = _with_mentions(context, values, filters.title, rows, tiers)
    parts = (context.tier_part(), *filters.parts)
    if not rows:
        where = [
            str(row["number"])
            for row in context.run("clauses_where", {k: v for k, v in values.items() if k != "tier"}).rows
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
    reading = Reading(Asked.CLAUSES, parts, "clauses_where", values)
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
    return [*rows, *more] if len(more) <= len(rows) else rows


def read_filters(context: Context, *asking: re.Pattern[str]) -> Filters:
    """Return what the question's words restrict a list to."""
    frame, knowledge = context.frame, context.knowledge
    found = Filters()
    if frame.obligation:
        found.values["obligation"] = frame.obligation
        found.parts.append(Part("约束力", frame.obligation))
    if frame.mark:
        found.values["mark"] = frame.mark
        found.parts.append(Part("标识", frame.mark))
    for change in sorted(frame.changes - {"same"}):
        if not (frame.mark and change == "introduced"):
            found.values["change"] = change
            found.parts.append(Part("变化", CHANGE_LABELS[Change(change)]))
    local = next((number for number in frame.numbers if number.count(".") < 3 and number[0] in "2345"), None)
    if local is not None:
        found.values["topic"] = local[2:]
        found.only_section = True
        found.parts.append(Part("章节", f"{local} {knowledge.catalogue.sections[local].title.zh}"))
    if (
        frame.quoted
        and not any(phrase in knowledge.topics for phrase in frame.quoted)
        and not set(frame.quoted) <= {"新增", "延续", "必须", "可选"}
    ):
        for key, phrase in zip(("word", "andWord"), frame.quoted, strict=False):
            found.values[key] = phrase
            found.parts.append(Part("原文字句", phrase, phrase))
        return found
    topic = context.topic_of(frame.rest, (*asking, _SECTION_WORD, _ASKS))
    title = topic.title()
    rest = topic.text
    if title is not None and title[1] not in rest and _HOLDS.search(frame.rest):
        # Who asks where 网站 is mentioned does not ask for 网站安全.
        title = None
    if title is not None and "topic" not in found.values:
        named = next((t for t in (title[1], *_starts(topic, title[1])) if t in rest), "")
        if named:
            left = rest.replace(named, "|" * len(named), 1)
            remaining = context.topic_of(left, (*asking, _SECTION_WORD, _ASKS))
            parent = context.knowledge.title_of(title[0].partition(".")[0])
            if not [word for word in remaining.words() if len(word) > 1 and word not in parent]:
                found.values["topic"] = title[0]
                found.title = title[1]
                found.only_section = bool(_SECTION_WORD.search(frame.rest)) or bool(COUNT.search(frame.rest))
                found.parts.append(Part("章节", title[1], choices=_other_titles(context, named, title[0])))
                return found
    _read_terms(context, topic, found)
    return found


def _other_titles(context: Context, named: str, local: str) -> tuple[tuple[str, str], ...]:
    """Return the titles of the same depth, each with the question put of it."""
    question, depth = context.frame.text, local.count(".")
    return tuple(
        (title, question.replace(named, title, 1))
        for title, number in context.knowledge.topics.items()
        if number.count(".") == depth and number != local
    )


def _starts(topic: Topic, title: str) -> list[str]:
    return [title[:length] for length in range(len(title) - 1, 1, -1) if title[:length] in topic.text]


def _read_terms(context: Context, topic: Topic, found: Filters) -> None:
    """Read the objects that the clauses have to mention: concepts by any name, else words as the text has them."""
    knowledge = context.knowledge
    words = [word for word in topic.words() if len(word) > 1]
    if not words:
        return
    text = topic.text
    concepts: list[tuple[str, str]] = []
    for concept, word in topic.concepts():
        if any(word in stretch or stretch in word for stretch in words):
            concepts.append((_wider(context, concept, word), word))
    for key, (concept, word) in zip(("concept", "andConcept"), concepts, strict=False):
        label = knowledge.catalogue.concepts[concept].label.zh
        found.values[key] = concept
        found.parts.append(Part("对象", label, word))
        text = text.replace(word, "|" * len(word))
    if len(concepts) > 2:
        found.unknown = tuple(word for _, word in concepts[2:])
        return
    left = [word for word in context.topic_of(text, (_ASKS, LISTS, COUNT, _SECTION_WORD)).words() if len(word) > 1]
    literal = []
    for word in left:
        if any(word in clause for clause in knowledge.text.values()):
            literal.append(word)
        else:
            found.unknown = (*found.unknown, word)
    for key, word in zip(("word", "andWord"), literal, strict=False):
        found.values[key] = word
        found.parts.append(Part("原文字句", word, word))
    if len(literal) > 2:
        found.unknown = (*found.unknown, *literal[2:])


_MANAGED: Final = re.compile(r"(?:管理|工作|保护|管控|方面)$")


def _wider(context: Context, concept: str, word: str) -> str:
    """Return the concept of 介质 for 介质管理: who asks how a thing is managed wants all that is said of it."""
    bare = _MANAGED.sub("", word)
    return context.knowledge.concept_of.get(bare, concept) if bare != word else concept


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
            topic = context.topic_of(text, (pattern, LISTS, _ASKS, _WORK))
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
    topic = context.topic_of(text, (_RETENTION, LISTS, _ASKS, _KEPT))
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
    topic = context.topic_of(text, (_PROHIBITED, LISTS, _ASKS, re.compile(r"性|行为|事情|做|类|明确|列")))
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
