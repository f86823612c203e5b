"""The door of the step: a question in, an answer or a refusal out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from zhiyin.asking.alternatives import with_alternatives
from zhiyin.asking.answer import Answer, Outcome
from zhiyin.asking.context import Context, Ranked, Run
from zhiyin.asking.counts import answer_count
from zhiyin.asking.differences import answer_changed, answer_difference, asks_of_change, asks_of_loss
from zhiyin.asking.figures import answer_figure, irregular
from zhiyin.asking.frame import read_frame
from zhiyin.asking.kinds import KindReader
from zhiyin.asking.knowledge import Knowledge
from zhiyin.asking.ladder import answer_tier
from zhiyin.asking.lists import answer_list
from zhiyin.asking.provisions import answer_clause, answer_definition, answer_general_truth
from zhiyin.asking.quantities import UNSTATED, WORDS, read_sorts
from zhiyin.asking.truths import answer_duty, answer_truth
from zhiyin.asking.wording import (
    CLASSIFIED,
    COUNT,
    DIFFERENCE,
    LISTS,
    WH,
    WHICH_TIER,
    YES_NO,
)
from zhiyin.model import tier_name

_PENALTY: Final = re.compile(
    r"罚|处分|法律责任|后果|(?:会|被|没|不|未|违).{0,12}处理(?:结果)?[？?]?$|追责|问责|扣.{0,3}分|扣钱|吊销|警示函|会怎么样|会怎样|监管措施"
)
# Another kind of company or institution, and no firm of the guideline's own beside it.
_OTHER_FIRMS: Final = re.compile(
    r"^(?!.*期货公司)(?!.*(?:控股|旗下|股东|券商系)).*(?:(?:(?:公募|私募|证券投资)?基金(?:管理|销售|子)?|证券|保险|信托|小额?贷款?|小贷|典当|融资担保|担保|融资租赁|租赁|消费金融|理财(?:子)?|资产管理|资管|期货(?:风险管理|资管|资产管理)(?:子)?)公司|券商|私募(?:机构|基金)?(?:公司|要|的|适)|商业银行|银行的?(?:机房|技术部|信息系统|灾备|要遵守|适用|也要遵守)|农商行|城商行|期货交易所(?:的|要|适|是否|该))"
)
_OUTSIDE: Final = (
    (
        _OTHER_FIRMS,
        "指引只对期货公司提要求，没有写其他公司和机构",
        "the guideline is for futures companies and says nothing of other firms",
    ),
    (_PENALTY, "指引没有罚则，也没有写不达标的后果", "the guideline sets no penalties"),
    (
        re.compile(
            r"哪(?:些|几家|家|个)(?:期货)?公司(?!要|需|必须|应|才)|被?评(?:为|上)|(?:掉|降|退)到?[一二三四](?:类)?|通过了?(?:几|哪|多少)"
        ),
        "指引没有公司名单，也没有写公司怎样划入哪一类",
        "the guideline lists no companies",
    ),
    (
        CLASSIFIED,
        "指引没有写公司怎样划入哪一类，也没有公司名单",
        "the guideline does not say how a company is put into a tier",
    ),
    (
        re.compile(
            r"(?:什么时候|何时|哪年|哪天|几月|几号|日期).{0,6}(?:发布|实施|施行|生效|出台|起|开始(?:实施|执行))|(?:(?<!停止)(?<!内容)发布|(?<!组织)实施|施行|生效)(?:的)?(?:日期|时间)|谁(?:发布|制定|制订|出台|写)|(?:哪个|什么)(?:部门|机构|单位)(?:发布|制定|制订|出台|写)|解释权|指引.{0,6}(?:修订|版本)|(?:修订|版本)(?:日期|号)|第几版|多少页|多少字"
        ),
        "指引的原文没有写发布者、日期和版本",
        "the text names no issuer, date or edition",
    ),
    (
        re.compile(
            r"多少钱|价格|费用|造价|报价|成本|哪家(?:好|便宜|公司|厂)|推荐|品牌|型号|厂家|怎么样才|怎么写|帮我写|写一份|写个|写一篇|模板|范本|范文|为什么(?!.{0,6}(?:制定|出台|有这))|为何(?!制)|原因|优缺点|好处|怎么申请|如何申请|怎么办理"
        ),
        "指引只写要求，不写价格、品牌、做法和理由",
        "the guideline states duties, not prices, makes, methods or reasons",
    ),
)


class Asker:
    """Answers questions over one graph; safe to call from several threads."""

    def __init__(
        self,
        knowledge: Knowledge,
        run: Run,
        ranked: Ranked,
        corrected: Callable[[str], str],
        visible: Callable[[str], str],
    ) -> None:
        self.knowledge = knowledge
        self._run = run
        self._ranked = ranked
        self._corrected = corrected
        self._visible = visible
        catalogue = knowledge.catalogue
        self._kinds = KindReader(catalogue.kinds, knowledge.fold)
        self._chapters = {view.chapter: level for level, view in sorted(catalogue.tiers.items())}
        self._numbers = frozenset([*catalogue.clauses, *catalogue.items, *catalogue.sections])

    def ask(self, question: str) -> Answer:
        """Return the answer to ``question``; a misprint is set right where the question as typed has no answer."""
        shown = self._visible(question)
        first = self._answer(question, shown)
        folded = self.knowledge.fold(shown)
        if first.answered or _OTHER_FIRMS.search(folded):
            return first
        for corrected in _corrections(folded, self._corrected(folded)):
            second = self._answer(question, corrected)
            if second.answered:
                return replace(second, query=question)
        return first

    def _answer(self, question: str, text: str) -> Answer:
        frame = read_frame(
            self.knowledge.fold(text).strip().replace("咋", "怎么"), self._numbers, self._kinds, self._chapters
        )
        context = Context(question, frame, self.knowledge, self._run, self._ranked)
        if frame.missing:
            return context.refused(
                Outcome.NEAR,
                f"指引里没有 {'、'.join(frame.missing)} 这一条",
                f"the guideline has no {', '.join(frame.missing)}",
                self._neighbours(frame.missing[0]),
            )
        if frame.tiers.no_such:
            names = "、".join(map(tier_name, context.levels))
            return context.refused(
                Outcome.NEAR,
                f"指引只分{names}，没有“{frame.tiers.no_such}”",
                f"there are {len(context.levels)} tiers; '{frame.tiers.no_such}' is none of them",
                ("1.2",),
            )
        for pattern, reason, reason_en in _OUTSIDE:
            if pattern.search(frame.text):
                return context.refused(Outcome.NONE, reason, reason_en)
        answer = _dispatch(context)
        return with_alternatives(context, answer) if answer is not None else self._refuse(context)

    def _neighbours(self, number: str) -> list[str]:
        section = number.rpartition(".")[0]
        view = self.knowledge.catalogue.sections.get(section)
        return list(view.clauses[-1:]) if view else []

    def _refuse(self, context: Context) -> Answer:
        """Refuse, with the clauses that touch the question where some do."""
        text = context.frame.rest
        asks = bool(WH.search(text) or YES_NO.search(text) or LISTS.search(text) or read_sorts(text)[1])
        topic = context.topic_of(text, (WORDS, YES_NO, LISTS, _UNIT))
        near = [
            match
            for match in topic.matches(4)
            if match.strong >= _TOUCHES or (match.share >= _EXPLAINS and match.whole)
        ]
        numbers = [context.members(m.family, context.tiers or (4,))[-1:] for m in near]
        clauses = [number for found in numbers for number in found]
        if not clauses:
            words = "、".join(topic.words()[:4])
            return replace(
                context.refused(
                    Outcome.NONE,
                    f"指引没有规定{f'“{words}”' if words else '所问的'}",
                    "the guideline does not speak of this",
                ),
                question_like=asks,
            )
        vague = irregular(context, clauses[:1]) if read_sorts(text)[1] else ""
        if vague:
            reason = f"原文只说“{vague}”，没有给出数字（{clauses[0]}）"
            reason_en = f"the text says only '{vague}', without a number ({clauses[0]})"
        elif UNSTATED.search(text):
            reason, reason_en = "指引没有规定这个数值", "the guideline states no such figure"
        else:
            reason, reason_en = (
                "这些条款与所问有关，但没有写明所问的",
                "these clauses touch it and do not state what is asked",
            )
        return replace(context.refused(Outcome.NEAR, reason, reason_en, clauses), question_like=asks)


def _corrections(text: str, corrected: str) -> list[str]:
    """Return ``text`` with every word set right, then with one at a time: 设几 is no misprint of 设计."""
    if corrected == text or len(corrected) != len(text):
        return [corrected] if corrected != text else []
    differing = [
        i for i, (old, new) in enumerate(zip(text, corrected, strict=True)) if old != new and old not in _NO_MISPRINTS
    ]
    corrected = "".join(corrected[i] if i in differing else old for i, old in enumerate(text))
    single = [text[:i] + corrected[i] + text[i + 1 :] for i in differing]
    return [corrected, *single] if len(differing) > 1 else [corrected] if differing else []


# 和备份 is no misprint of 互备份.
_NO_MISPRINTS: Final = frozenset("和与及或跟的吗")


_UNIT: Final = re.compile(r"(?:多少|几)(?:个|摄氏|平方)?[\u4e00-\u9fff]|控制|保持")
_TOUCHES: Final = 0.5
_EXPLAINS: Final = 0.75


def _dispatch(context: Context) -> Answer | None:
    """Return what the first way of answering that fits gives."""
    frame = context.frame
    text = frame.rest
    if frame.numbers:
        return answer_clause(context)
    if asks_of_loss(context):
        return None
    polar = bool(YES_NO.search(text))
    if frame.quoted and (duty := answer_duty(context)) is not None:
        return duty
    if not polar or WH.search(text):
        definition = answer_definition(context)
        if definition is not None:
            return definition
    counted = answer_count(context)
    if counted is not None:
        return counted
    if WHICH_TIER.search(text) and not polar:
        return answer_tier(context)
    several = len(context.tiers) == 2 or frame.tiers.ranged
    if polar and not _plain_wh(text):
        if several or frame.tiers.step or frame.tiers.every:
            changed = answer_changed(context)
            if changed is not None or asks_of_change(text):
                return changed
        return answer_general_truth(context) or answer_truth(context)
    if DIFFERENCE.search(text) or (several and frame.tiers.step) or (several and "introduced" in frame.changes):
        answer = answer_difference(context)
        if answer is not None:
            return answer
        if COUNT.search(text):
            return None
    if not UNSTATED.search(text):
        figure = answer_figure(context)
        if figure is not None:
            return figure
        if read_sorts(text)[1] and not COUNT.search(text) and not LISTS.search(text):
            return None
    if len(context.tiers) == 2 and COUNT.search(text):
        # A list of both tiers is no number of either.
        return None
    if LISTS.search(text) or context.tiers or frame.obligation or frame.mark or frame.changes:
        if _HOW_MANY.search(text):
            return None
        return answer_list(context)
    return None


_HOW_MANY: Final = re.compile(
    r"(?<!条款)(?<!要求)数量|人数|个数|多少|多久|多长|几(?:个|名|年|天|月|次|人|家|套|小时|分钟)"
)


def _plain_wh(text: str) -> bool:
    """Say whether a question word asks for something that yes or no would not answer."""
    return bool(re.search(r"多少|多久|多长|几(?!乎)|哪|怎么|如何", text))
