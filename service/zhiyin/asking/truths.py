"""Answers yes or no, and from which tier: a stated figure compared with the clause, a practice with the duty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from zhiyin.asking.answer import Answer, Outcome
from zhiyin.asking.comparing import MANDATORY, STATEMENT, compare, metered, tier_of_amount
from zhiyin.asking.context import Context
from zhiyin.asking.filters import read_filters
from zhiyin.asking.menus import Choices, other_duties
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import tiers_words, yes_no
from zhiyin.asking.topics import Match, Topic, left
from zhiyin.asking.wording import WHICH_TIER, YES_NO
from zhiyin.model import TIER_NAMES, TIERS, Obligation

_AT_LEAST: Final = re.compile(r"(?:以上|及以上)")
_PERMISSION: Final = re.compile(
    r"可以|可否|能否|能不能|可不可以|(?<![功职智性])能(?!力|够)|允许|准许|许可|让不让|行吗|行不行|准不准|行么|可不可|成吗"
)
_OMISSION: Final = re.compile(
    r"(?:可以|能|可|允许)(?:选择|一直|长期|永远|暂时|先)?(?:不|没有|没|免|省)(?!可|能)|(?:不|没有|没|无|免|省掉|省略)(?!符合|超过|少于|得|能|准|应|同|是|过|可|间断|低于)[^吗]{1,24}(?:可以|行|成|没事|没关系|没问题|ok)(?:吗|么|不|嘛|吧)?|不用(?!的)|不必|无需|不需要|免(?:掉|去)|用不着"
)
_FORBIDS: Final = re.compile(r"禁止|不得|不允许|不准|不许|严禁")
_PROHIBITION: Final = re.compile(r"不得|不应|避免")
_PREVENTED: Final = re.compile(r"防止")
_APART: Final = re.compile(
    r"独立|单独的区域|分别|不同|分开|隔离|分离|双人|审批|陪同|专人|备岗|多个|至少|位于不同|加密|封闭|管道|全部|精密"
)
_TOGETHER: Final = re.compile(
    r"同一|一起|同个|一台|一个人|单人|共用|合用|混|直接|随便|随意|自己|自行|擅自|直连|同城|放一块|合并|兼任|兼|未经|不经|没有审批|明文|只用|只有|只|仅|一根(?:管子|管|线槽)?|直接连(?:通|接)?|连在一起|一家|一条|单个|一份|普通|随身"
)
_OPTIONAL_ASKED: Final = re.compile(r"可选|选做|自愿|非强制|不强制")
_MEMBER: Final = re.compile(
    r"(?P<thing>[^|，,。]{1,16}?)(?:也|都|究竟|到底)?(?:属不属于|属于|算不算|算是|算作|(?<![结清运计核])算|是(?=[^|不]{2,14}(?:吗|么|嘛))|是不是|是否属于|是否算|是否是|能算|可以算)(?:一种|指引(?:里|中)?(?:说的|所说的)?)?(?P<kind>[^|，,。？?]{2,14}?)(?:里|中|之列|的一部分|的部件|的一种|范围)?(?:吗|么|嘛|不|呢|？|\?|$)"
)
_POLAR: Final = re.compile(
    r"是否|是不是|能不能|可不可以|可否|能否|要不要|需不需要|用不用|算不算|行不行|够不够|有没有|需要|必须|强制性|强制|硬性|一定要|一定|应该|应当|可以|允许|准许|不用|不必|无需|可选|行|吗|么|也|都|得|要|规定|要求|指引|的话|才|还|只|仅|没有|没|不|免|违规|违反|合规|符合|达标|算|公司|至少|起码|必要|对不对|对吗|起|开始|最早|首次|出现|成为|哪|类|强|制|有|什么时候|变成|变|才要|才能|被|让|准|人家|随便|自己|直接|单独|同一个|同一|一起|一个|共用|一台|一直|长期|永远|老"
)


@dataclass(frozen=True, slots=True)
class _State:
    """What one tier says of the practice: the clause, and whether it demands it; ``clause`` is empty where none does."""

    tier: int
    clause: str
    obligation: str


def answer_truth(context: Context) -> Answer | None:
    """Return yes or no with the clause that shows it, or ``None`` where the practice is not surely recognised."""
    member = _membership(context)
    if member is not None:
        return member
    existing = _existing(context)
    if existing is not None:
        return existing
    compared = compare(context)
    if compared is not None:
        return compared
    if context.frame.amounts and STATEMENT.search(context.frame.rest):
        return None
    return _practice(context)


def answer_tier(context: Context) -> Answer | None:
    """Return the first tier that demands a practice, or a figure of the amount named."""
    if context.frame.amounts:
        by_amount = tier_of_amount(context)
        if by_amount is not None:
            return by_amount
        if metered(context):
            # 网管要两个人 is not asked of the duty to have any.
            return None
    return _first_of(context, _duties(context, WHICH_TIER, sure=_LIKELY))


def _first_of(context: Context, chosen: list[Match]) -> Answer | None:
    """Return the first tier that demands what the duties chosen say."""
    if not chosen:
        return None
    must = bool(MANDATORY.search(context.frame.rest))
    found: dict[int, list[str]] = {}
    for match in chosen:
        lowest: _State | None = None
        for state in reversed(_states(context, match)):
            if not state.clause or (must and state.obligation != str(Obligation.MANDATORY)):
                # A lower tier that speaks of the thing again, with one between that does not, demands something else.
                break
            lowest = state
        if lowest is not None:
            found.setdefault(lowest.tier, []).append(lowest.clause)
    if not found:
        return None
    # Of several duties that explain the words alike, the first to demand it is what was asked for.
    tier, clauses = min(found.items())
    catalogue = context.knowledge.catalogue
    label = context.knowledge.family(chosen[0].family).label.zh
    table = context.run("duty_ladder", {"clause": clauses[0]})
    reading = Reading(
        Asked.TIER,
        (
            Part(
                "对象",
                label,
                choices=other_duties(context, chosen[0].family, f"从哪一类起{'必须' if must else ''}有？"),
            ),
            Part("约束力", "必须" if must else "不限", choices=_other_force(label, must)),
        ),
        "duty_ladder",
        {"clause": clauses[0]},
    )
    first = catalogue.clauses[clauses[0]]
    said = f"从{TIER_NAMES[tier]}起{'必须' if must else ('必须' if first.obligation is Obligation.MANDATORY else '有（可选）')}：{first.text}（{first.number}）"
    return context.answered(reading, table, value=tier, clauses=tuple(clauses), text=said)


def _other_force(label: str, must: bool) -> Choices:
    """Return the same question without or with the demand that the duty be a 必须 one."""
    return (("不限", f"“{label}”从哪一类起有？"),) if must else (("必须", f"“{label}”从哪一类起必须有？"),)


def answer_duty(context: Context) -> Answer | None:
    """Answer yes or no, or from which tier, of the one duty that the question names in quotation marks."""
    family = next((f for q in context.frame.quoted if (f := context.knowledge.duty_called.get(q)) is not None), None)
    if family is None:
        return None
    match = Match(family, 1.0, 1.0, 1.0, ())
    if WHICH_TIER.search(context.frame.rest):
        return _first_of(context, [match])
    if not YES_NO.search(context.frame.rest) or not MANDATORY.search(context.frame.rest):
        return None
    members = context.knowledge.family(family).members
    clauses = context.knowledge.catalogue.clauses
    own = [number for number in members if not context.tiers or clauses[number].tier in context.tiers]
    asked = len(context.tiers) or len(TIERS)
    forces = {clauses[number].obligation for number in own}
    if len(forces) > 1 or len(own) not in (0, asked):
        return None
    truth = forces == {Obligation.MANDATORY}
    return _yes_or_no(context, family, truth, own or list(members))


def _membership(context: Context) -> Answer | None:
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


def _existing(context: Context) -> Answer | None:
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
    said = f"{tiers_words(context.tiers)}{'有' if rows else '没有'}“{what}”的条款" + (
        f"，共 {len(rows)} 条。" if rows else "。"
    )
    clauses = tuple(str(row["number"]) for row in rows) or ("1.2",)
    reading = Reading(Asked.TRUTH, (context.tier_part(), *filters.parts), "clauses_where", values)
    return context.answered(reading, context.run("clauses_where", values), value=bool(rows), clauses=clauses, text=said)


def _duties(context: Context, *asking: re.Pattern[str], sure: float | None = None) -> list[Match]:
    """Return the duties that explain the whole practice, those as good as the best; none where the topic is unclear.

    ``sure`` is how much of the topic the printed words and names must say: everyday wordings name a thing, and are no
    word of the clause on what is to be done with it (短信验证码 leads to 身份认证, which may be done by other means).
    """
    if _DEGREES.search(context.frame.rest):
        return []
    topic = context.topic_of(context.frame.rest, (YES_NO, _POLAR, *asking))
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
_UNTREATED: Final = re.compile(r"(?:不|没|没有|未|未经)(?:经|过)?脱敏")
_SURE: Final = 0.75
_LIKELY: Final = 0.55
_CLOSE: Final = 0.06


def _states(context: Context, match: Match) -> list[_State]:
    """Return what every tier says: a clause counts where it says as much of the topic as the highest tier's does."""
    catalogue, knowledge = context.knowledge.catalogue, context.knowledge
    topic = context.topic_of(context.frame.rest, (YES_NO, _POLAR, WHICH_TIER))
    members = {catalogue.clauses[number].tier: number for number in knowledge.family(match.family).members}
    weights = {tier: _said(context, topic, number) for tier, number in members.items()}
    most = max(weights.values())
    states = []
    for tier in TIERS:
        number = members.get(tier, "")
        if number and weights[tier] < most - 1e-6 and _grown(context, match.family):
            number = ""
        states.append(_State(tier, number, str(catalogue.clauses[number].obligation) if number else ""))
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


def _practice(context: Context) -> Answer | None:
    text = context.frame.rest
    chosen = _preventing(context) or _duties(context) or _opposed(context)
    if not chosen:
        return None
    values: list[tuple[bool, list[str], str]] = []
    for match in chosen:
        value = _value_of(context, match, text)
        if value is None:
            return None
        values.append(value)
    truth = values[0][0]
    if any(value is not truth for value, _, _ in values):
        return None
    clauses = list(dict.fromkeys(number for _, numbers, _ in values for number in numbers))
    return _yes_or_no(context, chosen[0].family, truth, clauses, values[0][2])


def _yes_or_no(context: Context, family: int, truth: bool, clauses: list[str], why: str = "") -> Answer:
    """Return yes or no of a duty, with the clauses that show it."""
    first = clauses[0]
    shown = context.knowledge.catalogue.clauses[first]
    label = context.knowledge.family(family).label.zh
    reading = Reading(
        Asked.TRUTH,
        (context.tier_part(), Part("对象", label, choices=other_duties(context, family, "是必须的吗？"))),
        "duty_ladder",
        {"clause": first},
    )
    said = f"{yes_no(context.frame.rest, truth)}。{why}{first}[{shown.obligation}]：{shown.text}"
    table = context.run("duty_ladder", {"clause": first})
    return context.answered(reading, table, value=truth, clauses=tuple(clauses), text=said)


def _preventing(context: Context) -> list[Match]:
    """Return the one duty near the topic that prevents what the question asks leave for (审计记录可以删吗: 防止删除)."""
    text = context.frame.rest
    if not _PERMISSION.search(text) or _OMISSION.search(text):
        return []
    topic = context.topic_of(text, (YES_NO, _POLAR))
    found = []
    for match in topic.matches(4):
        members = context.knowledge.family(match.family).members
        body = context.knowledge.text[members[-1]]
        said = [word for word in topic.words() if len(word) == 1 and word in body]
        if match.strong >= _SURE and said and _PREVENTED.search(body) and not left(match.gaps, said):
            found.append(match)
    return found if len(found) == 1 else []


def _opposed(context: Context) -> list[Match]:
    """Return the duties to keep apart what the question would have together (强弱电走一根管子, 办公网和生产网直接连)."""
    text = context.frame.rest
    if not _PERMISSION.search(text) or not _TOGETHER.search(text):
        return []
    chosen = _duties(context, _TOGETHER)
    clauses = context.knowledge.catalogue.clauses
    return [m for m in chosen if _APART.search(clauses[context.knowledge.family(m.family).members[-1]].text)]


def _value_of(context: Context, match: Match, text: str) -> tuple[bool, list[str], str] | None:
    """Return whether the practice is so, the clauses that show it, and why in words."""
    states = _states(context, match)
    tiers = context.tiers or TIERS
    asked = [state for state in states if state.tier in tiers]
    present = [state for state in asked if state.clause]
    everywhere = [state.clause for state in states if state.clause]
    clauses = context.knowledge.catalogue.clauses
    own = [state.clause for state in present]
    members = [n for n in context.knowledge.family(match.family).members if clauses[n].tier in tiers]
    omitted = bool(_OMISSION.search(text))
    if len(present) not in (0, len(asked)):
        return None
    if not present and not omitted and _PERMISSION.search(text) and not MANDATORY.search(text):
        # That a tier demands nothing of the kind is no leave to do it, nor does it forbid it.
        return None
    if not present:
        first = next(state for state in states if state.clause)
        why = f"{tiers_words(context.tiers)}没有这项要求，{TIER_NAMES[first.tier]}起才有。"
        return omitted, [first.clause, *members, *everywhere], why
    forces = {state.obligation for state in present}
    if len(forces) > 1:
        return None
    mandatory = forces == {str(Obligation.MANDATORY)}
    body = clauses[own[0]].text
    topic = context.topic_of(text, (YES_NO, _POLAR))
    prohibition = bool(_PROHIBITION.search(body))
    if _OPTIONAL_ASKED.search(text):
        return (not mandatory), own, ""
    if context.frame.conditions.get("on-site") is False and "现场交易" in body:
        return omitted, own, "这一条只要求提供现场交易的分支机构。"
    if _FORBIDS.search(text):
        return (True, own, "") if prohibition else None
    if omitted:
        if prohibition:
            return None
        return (not mandatory), own, ""
    if _PERMISSION.search(text) and not MANDATORY.search(text):
        if "因业务需要" in body and not _UNTREATED.search(text):
            # What business may need is allowed under conditions.
            return None
        if prohibition or _PREVENTED.search(body):
            return False, own, ""
        if any(f"{lack}{word}" in body for word in topic.words() for lack in ("无", "抗")):
            return False, own, ""
        if _TOGETHER.search(text) and _APART.search(body):
            return False, own, ""
        return None
    if prohibition:
        return None
    return mandatory, own, "" if mandatory else "这是可选要求。"
