"""Finds the duties that a practice in a question is, and what every tier says of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from zhiyin.asking.context import Context
from zhiyin.asking.topics import Match, Topic, left
from zhiyin.asking.wording import WHICH_TIER, YES_NO

PERMISSION: Final = re.compile(
    r"可以|可否|能否|能不能|可不可以|(?<![功职智性])能(?!力|够)|允许|准许|许可|让不让|行吗|行不行|准不准|行么|可不可|成吗"
)
OMISSION: Final = re.compile(
    r"(?:可以|能|可|允许)(?:选择|一直|长期|永远|暂时|先)?(?:不|没有|没|免|省)(?!可|能)|(?:不|没有|没|无|免|省掉|省略)(?!符合|超过|少于|得|能|准|应|同|是|过|可|间断|低于)[^吗]{1,24}(?:可以|行|成|没事|没关系|没问题|ok)(?:吗|么|不|嘛|吧)?|不用(?!的)|不必|无需|不需要|免(?:掉|去)|用不着"
)
PREVENTED: Final = re.compile(r"防止")
APART: Final = re.compile(
    r"独立|单独的区域|分别|不同|分开|隔离|分离|双人|审批|陪同|专人|备岗|多个|至少|位于不同|加密|封闭|管道|全部|精密"
)
TOGETHER: Final = re.compile(
    r"同一|一起|同个|一台|一个人|单人|共用|合用|混|直接|随便|随意|自己|自行|擅自|直连|同城|放一块|合并|兼任|兼|未经|不经|没有审批|明文|只用|只有|只|仅|一根(?:管子|管|线槽)?|直接连(?:通|接)?|连在一起|一家|一条|单个|一份|普通|随身"
)
POLAR: Final = re.compile(
    r"是否|是不是|能不能|可不可以|可否|能否|要不要|需不需要|用不用|算不算|行不行|够不够|有没有|需要|必须|强制性|强制|硬性|一定要|一定|应该|应当|可以|允许|准许|不用|不必|无需|可选|行|吗|么|也|都|得|要|规定|要求|指引|的话|才|还|只|仅|没有|没|不|免|违规|违反|合规|符合|达标|算|公司|至少|起码|必要|对不对|对吗|起|开始|最早|首次|出现|成为|哪|类|强|制|有|什么时候|变成|变|才要|才能|被|让|准|人家|随便|自己|直接|单独|同一个|同一|一起|一个|共用|一台|一直|长期|永远|老"
)


@dataclass(frozen=True, slots=True)
class State:
    """What one tier says of the practice: the clause, and whether it demands it; ``clause`` is empty where none does."""

    tier: int
    clause: str
    obligation: str


def duties_of(context: Context, *asking: re.Pattern[str], sure: float | None = None) -> list[Match]:
    """Return the duties that explain the whole practice, those as good as the best; none where the topic is unclear.

    ``sure`` is how much of the topic the printed words and names must say: everyday wordings name a thing, and are no
    word of the clause on what is to be done with it (短信验证码 leads to 身份认证, which may be done by other means).
    """
    if _DEGREES.search(context.frame.rest):
        return []
    topic = context.topic_of(context.frame.rest, (YES_NO, POLAR, *asking))
    matches = topic.matches(8)
    whole = [match for match in matches if match.whole and match.share >= _ENOUGH and match.strong >= (sure or _SURE)]
    if not whole or whole[0].score < matches[0].score - _CLOSE:
        return []
    close = [match for match in whole if match.score >= whole[0].score - _CLOSE]
    # Of duties that explain the words alike, the one whose text has the verb (删 in 防止删除) is meant.
    said = {match.family: _verbs_said(context, match) for match in close}
    return [match for match in close if said[match.family] == max(said.values())]


def _verbs_said(context: Context, match: Match) -> int:
    """Return how many of the single characters that no words of the duty explain stand in its text all the same."""
    text = "".join(context.knowledge.text[number] for number in context.knowledge.family(match.family).members)
    return sum(len(gap) == 1 and gap in text for gap in match.gaps)


_ENOUGH: Final = 0.8
# The guideline asks for a first degree; of higher ones it says nothing.
_DEGREES: Final = re.compile(r"博士|硕士|研究生")
_SURE: Final = 0.75
LIKELY: Final = 0.55
_CLOSE: Final = 0.06


def states_of(context: Context, match: Match) -> list[State]:
    """Return what every tier says: a clause counts where it says as much of the topic as the highest tier's does."""
    catalogue, knowledge = context.knowledge.catalogue, context.knowledge
    topic = context.topic_of(context.frame.rest, (YES_NO, POLAR, WHICH_TIER))
    members = {catalogue.clauses[number].tier: number for number in knowledge.family(match.family).members}
    weights = {tier: _said(context, topic, number) for tier, number in members.items()}
    most = max(weights.values())
    states = []
    for tier in context.levels:
        number = members.get(tier, "")
        if number and weights[tier] < most - 1e-6 and _grown(context, match.family):
            number = ""
        states.append(State(tier, number, str(catalogue.clauses[number].obligation) if number else ""))
    return states


def _grown(context: Context, family: int) -> bool:
    clauses = context.knowledge.catalogue.clauses
    texts = {context.knowledge.text[number] for number in context.knowledge.family(family).members}
    return len(texts) > 1 and any(
        str(clauses[number].change) == "strengthened" for number in context.knowledge.family(family).members
    )


def _said(context: Context, topic: Topic, number: str) -> float:
    """Return how much of the topic a clause itself says, by its text and the names of its concepts."""
    knowledge = context.knowledge
    clause = knowledge.catalogue.clauses[number]
    names = "|".join(name for c in clause.concepts for name in knowledge.names[c.id])
    printed = sum(knowledge.rarity(pair) for pair in topic.pairs if pair in knowledge.text[number])
    # Other names of a thing tell clauses apart only where the printed words do not.
    return printed + sum(_NAMED * knowledge.rarity(pair) for pair in topic.pairs if pair in names)


_NAMED: Final = 0.01


def preventing(context: Context) -> list[Match]:
    """Return the one duty near the topic that prevents what the question asks leave for (审计记录可以删吗: 防止删除)."""
    text = context.frame.rest
    if not PERMISSION.search(text) or OMISSION.search(text):
        return []
    topic = context.topic_of(text, (YES_NO, POLAR))
    found = []
    for match in topic.matches(4):
        members = context.knowledge.family(match.family).members
        body = context.knowledge.text[members[-1]]
        said = [word for word in topic.words() if len(word) == 1 and word in body]
        if match.strong >= _SURE and said and PREVENTED.search(body) and not left(match.gaps, said):
            found.append(match)
    return found if len(found) == 1 else []


def opposed(context: Context) -> list[Match]:
    """Return the duties to keep apart what the question would have together (强弱电走一根管子, 办公网和生产网直接连)."""
    text = context.frame.rest
    if not PERMISSION.search(text) or not TOGETHER.search(text):
        return []
    chosen = duties_of(context, TOGETHER)
    clauses = context.knowledge.catalogue.clauses
    return [m for m in chosen if APART.search(clauses[context.knowledge.family(m.family).members[-1]].text)]
