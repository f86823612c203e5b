"""Reads what a question's words restrict a list to: obligation, mark, change, section, objects, words of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from zhiyin.asking.context import Context
from zhiyin.asking.menus import other_concepts, other_titles, other_word
from zhiyin.asking.reading import Part
from zhiyin.asking.topics import Topic
from zhiyin.asking.wording import COUNT, LISTS
from zhiyin.model import CHANGE_LABELS, Change

_SECTION_WORD: Final = re.compile(r"(?:这|那|该)?(?:一)?(?:小节|章节|节|章|部分|板块|大类)")
ASKS: Final = re.compile(
    r"提到|提及|含有|包含|包括|涉及|出现|写到|写明|写有|写着|说到|讲到|字样|字眼|这个词|这几个字|关于|有关|相关|条款|要求|规定|哪些|哪几条|哪条|哪一条|几条|多少条|一共|总共|共|条数|数目|总数|小节|章节|一节|这节|那节|那一节|这一节|章|部分|新增加|新增|延续|可选|必须|强制|标识|标记|标为|标注|标成|标上|标|列|岗位|人员|地方|环节|措施|制度|记录|方案|全新|出现|独有|才有|没有|有而|有但"
    r"|(?<=专人)负责|(?<=哪些)工作|(?<=[|][|])负责|算在内|加起来|整个|加总|合计|各有|分别|属于|板块|方面|都有啥|有啥|讲究|说法|怎么管|怎么弄|要做|该做|做好|做的|必备|要办|得办|全文|指引|内容"
)


_HOLDS: Final = re.compile(r"提到|提及|出现|含有|写到|说到|讲到|涉及")


@dataclass(slots=True)
class Filters:
    """The conditions of a list: parameters of ``clauses_where``, what they read as, and whether all was understood."""

    values: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    title: str = ""
    only_section: bool = False
    either: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """The named question that lists what these conditions leave."""
        return "clauses_of_either" if self.either else "clauses_where"


_OBLIGATIONS: Final = ("必须", "可选")
_MARKS: Final = ("新增", "延续")


def read_filters(context: Context, *asking: re.Pattern[str]) -> Filters:
    """Return what the question's words restrict a list to."""
    frame, knowledge = context.frame, context.knowledge
    found = Filters()
    if frame.obligation:
        found.values["obligation"] = frame.obligation
        found.parts.append(
            Part("约束力", frame.obligation, choices=other_word(context, frame.obligation, _OBLIGATIONS))
        )
    if frame.mark:
        found.values["mark"] = frame.mark
        found.parts.append(Part("标识", frame.mark, choices=other_word(context, frame.mark, _MARKS)))
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
        concept = knowledge.concept_of.get(frame.quoted[0]) if len(frame.quoted) == 1 else None
        if concept is not None and not _HOLDS.search(frame.rest):
            label = knowledge.catalogue.concepts[concept].label.zh
            found.values["concept"] = concept
            found.parts.append(Part("对象", label, frame.quoted[0], other_concepts(context, concept)))
            return found
        for key, phrase in zip(("word", "andWord"), frame.quoted, strict=False):
            found.values[key] = phrase
            found.parts.append(Part("原文字句", phrase, phrase))
        return found
    topic = context.topic_of(frame.rest, (*asking, _SECTION_WORD, ASKS))
    title = topic.title()
    rest = topic.text
    if title is not None and title[1] not in rest and _HOLDS.search(frame.rest):
        # Who asks where 网站 is mentioned does not ask for 网站安全.
        title = None
    if title is not None and re.search(f"{title[1]}{_OF_IT}|{title[1][:2]}{_OF_IT}", rest):
        # 变更记录 is a thing of its own, not the section of 变更管理.
        title = None
    if (pair := _two_titles(context, frame.rest)) is not None:
        found.unknown = (pair,)
        return found
    if title is not None and "topic" not in found.values:
        named = next((t for t in (title[1], *_starts(topic, title[1])) if t in rest), "")
        if named:
            left = rest.replace(named, "|" * len(named), 1)
            remaining = context.topic_of(left, (*asking, _SECTION_WORD, ASKS))
            parent = context.knowledge.title_of(title[0].partition(".")[0])
            if not [word for word in remaining.words() if len(word) > 1 and word not in parent]:
                found.values["topic"] = title[0]
                found.title = title[1]
                found.only_section = (
                    bool(_SECTION_WORD.search(frame.rest))
                    or bool(COUNT.search(frame.rest))
                    or (named == title[1] and title[1].endswith("管理"))
                )
                found.parts.append(
                    Part("章节", knowledge.titles[title[0]], choices=other_titles(context, named, title[0]))
                )
                return found
    _read_terms(context, topic, found)
    if not found.values.keys() & {"concept", "word", "topic"} and (thing := _THINGS.search(frame.rest)):
        # 人员 and 记录 only ask beside a thing of which they are said; alone they are what is asked about.
        if context.tiers and (drawn := _DRAWN_UP.search(frame.rest)) and not found.unknown and not found.values:
            # 要建立制度的条款: the thing itself is asked for, by the word that the clauses have for it.
            found.values["word"] = drawn["thing"]
            found.parts.append(Part("原文字句", drawn["thing"], drawn["thing"]))
        else:
            found.unknown = (*found.unknown, thing[0])
    return found


_OF_IT: Final = r"(?:记录|方案|制度|手册|文档|人员)"


def _two_titles(context: Context, text: str) -> str | None:
    """Return two sections named side by side (安全和备份), which no one list or number is of; ``None`` where none are."""
    titles = "|".join(sorted(map(re.escape, context.knowledge.topics), key=len, reverse=True))
    if any(title in text for title in context.knowledge.topics if re.search("[与和、]", title)):
        return None
    match = re.search(f"(?:{titles})(?:和|与|及|、|加|加上)(?:{titles})", text)
    return match[0] if match else None


_DRAWN_UP: Final = re.compile(
    r"(?:建立|建|制定|制订|订立|设立|编制|拟定)(?:好|了|起)?(?:哪些|什么|啥|哪几(?:个|项|种)|相关|有关|的|各种|各项)*(?P<thing>制度|方案)(?![\u4e00-\u9fff]{0,3}(?:记录|人员|流程))"
)
# Words that ASKS has only for what stands beside them.
_THINGS: Final = re.compile(r"(?<!部门)人员|环节|措施|制度|记录|方案")


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
            if _part_of_names(context, concept, word):
                continue
            if word not in knowledge.concept_of and _wider(context, concept, word) == concept:
                # An everyday word (反洗钱 of 开户实名制) says where to look, and may mean more or other than the thing.
                found.unknown = (*found.unknown, word)
            concepts.append((_wider(context, concept, word), word))
    if headed := _headed(context, text, concepts):
        if concepts[0][1] in knowledge.topics and "topic" not in found.values:
            found.values["topic"] = knowledge.topics[concepts[0][1]]
            found.parts.append(Part("章节", knowledge.titles[found.values["topic"]], concepts[0][1]))
        concepts = [headed]
    found.either = bool(_joined(context, [word for _, word in concepts]) and not found.values.keys() - _EITHER)
    keys = ("concept", "orConcept") if found.either else ("concept", "andConcept")
    for key, (concept, word) in zip(keys, concepts, strict=False):
        label = knowledge.catalogue.concepts[concept].label.zh
        found.values[key] = concept
        found.parts.append(Part("对象", label, word, other_concepts(context, concept)))
        text = text.replace(word, "|" * len(word))
    if len(concepts) > 2:
        found.unknown = tuple(word for _, word in concepts[2:])
        return
    text = _AFTER.sub("||", text)
    if (concepts or words) and (noun := _MEASURES.search(text)):
        # 服务商的响应时间 asks for a figure, of which a list of what is said of the provider is no answer.
        found.unknown = (*found.unknown, noun[0])
    left = [word for word in context.topic_of(text, (ASKS, LISTS, COUNT, _SECTION_WORD)).words() if len(word) > 1]
    literal = []
    for word in left:
        if any(word in clause for clause in knowledge.text.values()):
            literal.append(word)
        else:
            found.unknown = (*found.unknown, word)
    if len(concepts) + len(literal) == _TWO and literal and not found.values.keys() - _EITHER:
        found.either = _joined(context, [*(word for _, word in concepts), *literal])
    keys = ("word", "orWord") if found.either else ("word", "andWord")
    for key, word in zip(keys, literal, strict=False):
        found.values[key] = word
        found.parts.append(Part("原文字句", word, word))
    if len(literal) > 2:
        found.unknown = (*found.unknown, *literal[2:])


def _headed(context: Context, text: str, concepts: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Return the thing that two names side by side make with its own name (备份介质 in 数据备份介质), where there is one."""
    if len(concepts) != _TWO:
        return None
    (_, first), (_, second) = concepts
    whole = first + second
    if whole not in text:
        return None
    names = context.knowledge.concept_of
    longest = next((whole[at:] for at in range(1, len(first)) if whole[at:] in names), "")
    return (names[longest], whole) if longest else None


_TWO: Final = 2
_EITHER: Final = frozenset({"obligation", "mark", "concept", "tier"})
_JOINS: Final = re.compile(r"(?:和|与|及|以及|跟|、|或|或者|还有|还是|以及)?(?:对|的|关于)?")
_AT_ONCE: Final = re.compile(r"同时|一并|都提到|都涉及|一起")


def _joined(context: Context, words: list[str]) -> bool:
    """Say whether two things are named side by side (UPS和空调), so that what is said of either is asked for."""
    text = context.frame.rest
    if len(words) != _TWO or any(word not in text for word in words) or _AT_ONCE.search(text):
        return False
    first, second = sorted((text.index(word), word) for word in words)
    between = text[first[0] + len(first[1]) : second[0]]
    return bool(between) and _JOINS.fullmatch(between) is not None and between not in ("对", "的", "关于")


def _part_of_names(context: Context, concept: str, word: str) -> bool:
    """Say whether a word is but the end of a concept's name (协议 of 服务保障协议) and stands in clauses without it too."""
    label = context.knowledge.fold(context.knowledge.catalogue.concepts[concept].label.zh)
    word = _VERB.sub("", word)
    if len(word) < 2 or word == label or not label.endswith(word):
        return False
    clauses = context.knowledge.catalogue.clauses
    return any(
        word in text and all(concept != named.id for named in clauses[number].concepts)
        for number, text in context.knowledge.text.items()
        if number in clauses
    )


# 保护 after what is protected asks for all that is said of it, as 管理 does.
_AFTER: Final = re.compile(r"(?<=[|])的?(?:保护|管控|管理)")
_MEASURES: Final = re.compile(
    r"时间|时长|时限|年限|频率|周期|间隔|比例|占比|比率|指标|数量|人数|价格|大小|速度|等级|级别"
)
_VERB: Final = re.compile(r"^[签订署写定立设有做]+")
_MANAGED: Final = re.compile(r"(?:管理|工作|保护|管控|方面)$")


def _wider(context: Context, concept: str, word: str) -> str:
    """Return the concept of 介质 for 介质管理: who asks how a thing is managed wants all that is said of it."""
    bare = _MANAGED.sub("", word)
    return context.knowledge.concept_of.get(bare, concept) if bare != word else concept
