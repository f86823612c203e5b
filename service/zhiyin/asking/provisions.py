"""Answers what a clause says, where it comes from, what it becomes, and what a term of the guideline means."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from zhiyin.asking.answer import Answer, Outcome
from zhiyin.asking.context import Context
from zhiyin.asking.counts import answer_count
from zhiyin.asking.differences import answer_two_clauses
from zhiyin.asking.filters import read_filters
from zhiyin.asking.lists import list_with
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.wording import COUNT, DEFINITION, DIFFERENCE, WHICH_TIER, YES_NO
from zhiyin.model import tier_name

_DOWN: Final = re.compile(
    r"变来|来自|从.{0,8}(?:来|变|沿袭|延续|演变|升级)|前身|出处|由.{0,8}(?:变|来|演变)|源自|来源|祖先|原来是|沿用|延续自|上一类|低一类|继承"
)
_UP: Final = re.compile(
    r"变成|变为|对应|相当于|演变成|升级成|到了|成了|下一类|高一类|改成|延续到|叫|是哪(?:一)?条|哪(?:一)?条"
)
_KIN: Final = re.compile(r"对应|前身|变来|来自|来源|祖先|沿用|相当于|之前|之后")
_FORCE: Final = re.compile(r"必须|可选|强制|硬性|选做")
_MARK: Final = re.compile(r"新增|延续|标识|标记|标的")
_FIRST: Final = re.compile(r"哪(?:一)?类(?:起|开始|公司)?|从哪|几类|首次|最早|哪个类别")


def answer_clause(context: Context) -> Answer | None:
    """Answer a question that names clauses or headings by number."""
    frame, catalogue = context.frame, context.knowledge.catalogue
    numbers = frame.numbers
    clauses = [number for number in numbers if number in catalogue.clauses]
    if len(clauses) >= 2:
        return answer_two_clauses(context, clauses[0], clauses[1])
    if not clauses:
        item = next((number for number in numbers if number in catalogue.items), None)
        if item is not None:
            return provision(context, item)
        if COUNT.search(frame.rest):
            return answer_count(context)
        filters = read_filters(context, re.compile("说|讲|写|内容|什么|啥|规定|要求|哪些|标题|名字|叫"))
        return None if filters.unknown else list_with(context, filters)
    number = clauses[0]
    clause = catalogue.clauses[number]
    text = frame.rest
    tiers = context.tiers
    if _FORCE.search(text) or _MARK.search(text):
        members = {catalogue.clauses[n].tier: n for n in catalogue.families[clause.family].members}
        wanted = [members.get(tier, "") for tier in tiers if tier != clause.tier]
        if wanted and not wanted[0]:
            return _relative(context, number)
        return _attribute(context, wanted[0] if wanted else number)
    if (_DOWN.search(text) or _UP.search(text) or (tiers and tiers != (clause.tier,))) and not _FIRST.search(text):
        other = _relative(context, number)
        if other is not None or _KIN.search(text):
            return other
    if DIFFERENCE.search(text):
        earlier = [n for n in catalogue.families[clause.family].members if n != number]
        below = [n for n in earlier if catalogue.clauses[n].tier < clause.tier]
        if below:
            return answer_two_clauses(context, below[-1], number)
    if YES_NO.search(text):
        return None
    if WHICH_TIER.search(text) and not tiers:
        return _first_tier(context, number)
    return provision(context, number)


def _first_tier(context: Context, number: str) -> Answer:
    """Answer in which tier the duty of a clause first stands."""
    catalogue = context.knowledge.catalogue
    members = [catalogue.clauses[n] for n in catalogue.families[catalogue.clauses[number].family].members]
    first = min(members, key=lambda clause: clause.tier)
    reading = Reading(Asked.TIER, (Part("条款", number),), "duty_ladder", {"clause": number})
    return context.answered(
        reading,
        context.run("duty_ladder", {"clause": number}),
        value=first.tier,
        clauses=(first.number,),
        text=f"{number} 的义务从{tier_name(first.tier)}起就有：{first.number}[{first.obligation}]：{first.text}",
    )


def _attribute(context: Context, number: str) -> Answer:
    """Answer whether a clause is mandatory or optional, new or continued."""
    clause = context.knowledge.catalogue.clauses[number]
    text = context.frame.rest
    table = context.run("provision", {"number": number})
    said = f"{number} 的标识是 [{clause.obligation}][{clause.mark}]：{clause.text}"
    reading = Reading(Asked.CLAUSES, (Part("条款", number),), "provision", {"number": number})
    value: bool | None = None
    both = len(set(re.findall("必须|可选|新增|延续|强制", text))) > 1
    if YES_NO.search(text) and not both:
        asked = re.search("必须|强制|硬性|可选|选做|新增|延续", text)
        word = asked[0] if asked else ""
        denied = re.search(r"不是(?:必须|强制|可选)|非强制", text)
        truth = {
            "必须": str(clause.obligation) == "必须",
            "强制": str(clause.obligation) == "必须",
            "硬性": str(clause.obligation) == "必须",
        }
        truth |= (
            {
                "可选": str(clause.obligation) == "可选",
                "选做": str(clause.obligation) == "可选",
                word: str(clause.mark) == word,
            }
            if word in ("新增", "延续")
            else {"可选": str(clause.obligation) == "可选", "选做": str(clause.obligation) == "可选"}
        )
        value = truth.get(word)
        if denied and value is not None:
            value = not value
        if value is not None:
            reading = Reading(Asked.TRUTH, reading.parts, reading.question, reading.parameters)
            said = ("是。" if value else "不是。") + said
    return context.answered(reading, table, clauses=(number,), text=said, value=value)


def _relative(context: Context, number: str) -> Answer | None:
    """Answer which clause of another tier a clause comes from or becomes."""
    catalogue = context.knowledge.catalogue
    clause = catalogue.clauses[number]
    tiers = [tier for tier in context.tiers if tier != clause.tier]
    members = {catalogue.clauses[n].tier: n for n in catalogue.families[clause.family].members}
    table = context.run("duty_ladder", {"clause": number})
    if tiers:
        wanted = tiers
    elif _DOWN.search(context.frame.rest):
        wanted = [clause.tier - 1]
    elif re.search(r"下一类|高一类|变成|升级成", context.frame.rest):
        wanted = [clause.tier + 1]
    else:
        return None
    parts = (Part("条款", number), Part("类别", "、".join((tier_name(t) or "?") for t in wanted)))
    found = [members[tier] for tier in wanted if tier in members]
    if not found:
        first = min(members)
        return context.refused(
            Outcome.NEAR,
            f"{number} 在{'、'.join(tier_name(t) for t in wanted)}没有对应的条款；这项义务从{tier_name(first)}起才有",
            f"{number} has no counterpart there; its duty first stands in tier {first}",
            (members[first],),
            Asked.CLAUSES,
            parts,
        )
    reading = Reading(Asked.CLAUSES, parts, "duty_ladder", {"clause": number})
    said = "；".join(f"{n}（{catalogue.clauses[n].obligation}）：{catalogue.clauses[n].text}" for n in found)
    return context.answered(reading, table, clauses=tuple(found), text=f"{number} 对应 {said}")


def provision(context: Context, number: str, asked: Asked = Asked.CLAUSES) -> Answer:
    """Return the text of a clause or an item of chapter 1."""
    table = context.run("provision", {"number": number})
    row = table.rows[0]
    force = f"[{row['force']}][{row['label']}] " if row.get("force") else ""
    reading = Reading(asked, (Part("条款", number),), "provision", {"number": number})
    return context.answered(reading, table, clauses=(number,), text=f"{number}：{force}{row['text']}")


_GENERAL: Final = (
    (
        "1.2",
        re.compile(
            r"(?:新增|延续).{0,12}(?:标识|标记|标志|意思|含义|理解|区分|区别|代表|什么|表示|怎么)|标识.{0,12}(?:意思|理解|什么)|分类管理|(?:几|哪些|哪几)(?:个)?类(?:别)?(?:有什么|之间|是什么)?关系|高类别.{0,8}(?:包含|涵盖)|(?:高|低)类别.{0,8}(?:高|低)类别.{0,10}关系|低类别.{0,14}可选|可选.{0,14}(?:自动)|可选.{0,10}(?:高类别|高一类|上一类)|要求依次|类别之间.{0,6}关系|(?:什么|啥)(?:叫|是)(?:新增|延续)"
        ),
    ),
    (
        "1.1",
        re.compile(
            r"(?:根据|依据|凭|按照)(?:的)?(?:是)?(?:什么|哪|啥).{0,10}(?:制定|制订|出台|写|编|定)?|制定(?:的)?(?:依据|目的|根据)|(?:为什么|为何|为了什么|为啥).{0,8}(?:制定|制订|出台|要有|定)|(?:上位法|法律依据|立法依据|法规依据)|目的(?:是|何在)|宗旨"
        ),
    ),
    (
        "1.3",
        re.compile(
            r"底线(?!.{0,4}(?:多少|几))|(?:涵盖|覆盖|包括)(?:了)?(?:所有|全部)?(?:的)?技术细节|指引(?:的)?(?:性质|定位)|之外.{0,8}(?:还要|是否还|还需)|技术细节"
        ),
    ),
)


_OF_FIGURE: Final = re.compile(
    r"(?:频率|周期|期限|年限|标准|要求|规定|比例|指标|目标|间隔|时间|人数|距离|下限|上限)(?:要求)?是(?:个)?(?:什么|啥)"
)
_MEANING: Final = re.compile(
    r"[”\"」]?(?:到底|究竟|具体|都)?(?:是(?:个)?(?:什么|啥)(?:意思|东西)?|指(?:的是|的)?(?:什么|啥|哪些|哪)|是?(?:什么|啥)意思|怎么定义|如何定义|的定义|(?:是指|包括|都?有|是)(?:哪些|什么|啥)(?:东西|设备|部件|系统|部分|机房|环境)?)[？?。|]*$"
)


def _asked_of_term(context: Context) -> str | None:
    """Return the item of the defined term that stands right before the words that ask what it means, the longest."""
    if context.tiers:
        return None
    text = re.sub(r"的(?=部件)|所有", "", context.frame.rest)
    for name in sorted(context.knowledge.defined, key=len, reverse=True):
        if any(_MEANING.match(text[found.end() :]) for found in re.finditer(re.escape(name), text)):
            return context.knowledge.defined[name]
    return None


_GENERAL_TRUTHS: Final = (
    ("1.2", re.compile(r"高类别.{0,6}(?:包含|涵盖|包括).{0,4}低类别"), True),
    (
        "1.2",
        re.compile(
            r"可选.{0,10}(?:到|在|升).{0,3}(?:高(?:一)?(?:个)?类别|高一类|上一类|[二三四]类).{0,8}(?:必须|强制)"
        ),
        True,
    ),
    ("1.3", re.compile(r"(?:涵盖|覆盖|包括|包含)(?:了)?(?:所有|全部)(?:的)?(?:技术)?细节"), False),
    ("1.3", re.compile(r"指引.{0,8}底线(?:性)?(?:的)?(?:要求)?"), True),
)


def answer_general_truth(context: Context) -> Answer | None:
    """Return whether what is said of the guideline itself is so, by its first chapter."""
    for number, pattern, value in _GENERAL_TRUTHS:
        if pattern.search(context.frame.text):
            item = provision(context, number, Asked.TRUTH)
            return replace(item, value=value, text=f"{'是' if value else '不是'}。{item.text}")
    return None


def answer_definition(context: Context) -> Answer | None:
    """Return the item of chapter 1 that explains a term, or that says what the guideline is."""
    text = context.frame.rest
    if not context.tiers:
        for number, pattern in _GENERAL:
            if pattern.search(context.frame.text) and not re.search(r"几条|多少条", text):
                return provision(context, number, Asked.DEFINITION)
    asked = _asked_of_term(context)
    if asked is not None:
        return provision(context, asked, Asked.DEFINITION)
    if (
        not DEFINITION.search(text)
        or re.search(r"(?:哪些|什么)(?:要求|规定|条款|人员)", text)
        or _OF_FIGURE.search(text)
    ):
        return None
    topic = context.topic_of(
        text,
        (DEFINITION, re.compile(r"定义|意思|名词|概念|解释|含义|术语|所谓|里面说|中说|说的|所说|东西|系统里|属|到底")),
    )
    for name in sorted(context.knowledge.defined, key=len, reverse=True):
        if name in text:
            left = context.topic_of(
                text.replace(name, "|" * len(name)),
                (
                    DEFINITION,
                    re.compile(
                        r"定义|意思|名词|概念|解释|含义|术语|所谓|东西|设备|哪些|什么|才|算|属于|交易系统的?(?=[|]*部件)|交易系统|都|的|是|指"
                    ),
                ),
            )
            if not [word for word in left.words() if len(word) > 1]:
                return provision(context, context.knowledge.defined[name], Asked.DEFINITION)
    words = topic.words()
    if words and not context.tiers:
        near = topic.matches(3)
        return context.refused(
            Outcome.NEAR if near and near[0].share > 0.5 else Outcome.NONE,
            f"指引没有解释“{'、'.join(words)}”；它解释的名词有：{'、'.join(sorted(set(context.knowledge.defined), key=len)[:8])}",
            "the guideline does not define this; it defines six terms in 1.4",
            [context.members(match.family)[-1] for match in near[:3] if match.share > 0.5],
            Asked.DEFINITION,
        )
    return None
