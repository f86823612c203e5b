"""Answers yes or no, and from which tier: a stated figure compared with the clause, a practice with the duty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from zhiyin.asking import amounts, quantities
from zhiyin.asking.amounts import Amount
from zhiyin.asking.answer import Answer, Outcome, Shown
from zhiyin.asking.context import Context
from zhiyin.asking.figures import choose, figures_of, under_conditions
from zhiyin.asking.lists import read_filters
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import figure_words, tiers_words
from zhiyin.asking.topics import Match, Topic
from zhiyin.asking.wording import WHICH_TIER, YES_NO
from zhiyin.model import TIER_NAMES, TIERS, Obligation

_MOST_AMOUNTS: Final = 2
_STATEMENT: Final = re.compile(
    r"够|行|符合|达标|合规|可以|满足|合格|足够|ok|做到|只|仅|才|存了|没问题|算(?:达|合)|过关|能过|违规|违反|超标|算不算违|可否|达到要求|成不成|合不合|现在|目前|我们|我司|用了|有\d|有[一二三四五六七八九十]"
)
_BELOW: Final = re.compile(r"(?:不到|不足|少于|低于|小于|未满|不满|没到|短于)$")
_ABOVE: Final = re.compile(r"(?:超过|大于|高于|多于|超出|长于|超)$")
_AT_LEAST: Final = re.compile(r"(?:以上|及以上)")
_PERMISSION: Final = re.compile(
    r"可以|可否|能否|能不能|可不可以|能(?!力|够)|允许|准许|许可|让不让|行吗|行不行|准不准|行么|可不可|成吗"
)
_OMISSION: Final = re.compile(
    r"(?:可以|能|可|允许)(?:选择)?(?:不|没有|没|免|省)(?!可|能)|(?:不|没有|没|无|免|省掉|省略)(?!符合|超过|少于|得|能|准|应|同|是|过|可|间断|低于)[^吗]{1,24}(?:可以|行|成|没事|没关系|没问题|ok)(?:吗|么|不|嘛|吧)?|不用|不必|无需|不需要|免(?:掉|去)|用不着"
)
_FORBIDS: Final = re.compile(r"禁止|不得|不允许|不准|不许|严禁")
_PROHIBITION: Final = re.compile(r"不得|不应|避免")
_PREVENTED: Final = re.compile(r"防止")
_APART: Final = re.compile(
    r"独立|单独的区域|分别|不同|分开|隔离|分离|双人|审批|陪同|专人|备岗|多个|至少|位于不同|加密|封闭|管道|全部|精密"
)
_TOGETHER: Final = re.compile(
    r"同一|一起|同个|一台|一个人|单人|共用|合用|混|直接|随便|随意|自己|自行|擅自|直连|同城|放一块|合并|兼任|兼|未经|不经|没有审批|明文|只用|只有|只|仅|一家|一条|单个|一份|普通|随身"
)
_MANDATORY_ASKED: Final = re.compile(r"必须|强制|硬性|非.{1,8}不可|一定要|必不必须")
_OPTIONAL_ASKED: Final = re.compile(r"可选|选做|自愿|非强制|不强制")
_MEMBER: Final = re.compile(
    r"(?P<thing>[^|，,。]{1,16}?)(?:也|都|究竟|到底)?(?:属不属于|属于|算不算|算是|算作|(?<![结清运计核])算|是(?=[^|不]{2,14}(?:吗|么|嘛))|是不是|是否属于|是否算|是否是|能算|可以算)(?:一种|指引(?:里|中)?(?:说的|所说的)?)?(?P<kind>[^|，,。？?]{2,14}?)(?:里|中|之列|的一部分|的部件|的一种|范围)?(?:吗|么|嘛|不|呢|？|\?|$)"
)
_POLAR: Final = re.compile(
    r"是否|是不是|能不能|可不可以|可否|能否|要不要|需不需要|用不用|算不算|行不行|够不够|有没有|需要|必须|强制性|强制|硬性|一定要|一定|应该|应当|可以|允许|准许|不用|不必|无需|可选|行|吗|么|也|都|得|要|规定|要求|指引|的话|才|还|只|仅|没有|没|不|免|违规|违反|合规|符合|达标|算|公司|至少|起码|必要|对不对|对吗|起|开始|最早|首次|出现|成为|哪|类|强|制|有|什么时候|变成|变|才要|才能|被|让|准|人家|随便|自己|直接|单独|同一个|同一|一起|一个|共用|一台"
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
    compared = _compared(context)
    if compared is not None:
        return compared
    if context.frame.amounts and _STATEMENT.search(context.frame.rest):
        return None
    return _practice(context)


def answer_tier(context: Context) -> Answer | None:
    """Return the first tier that demands a practice, or a figure of the amount named."""
    if context.frame.amounts:
        by_amount = _tier_of_amount(context)
        if by_amount is not None:
            return by_amount
    chosen = _duties(context, WHICH_TIER)
    if not chosen:
        return None
    must = bool(_MANDATORY_ASKED.search(context.frame.rest))
    found: dict[int, list[str]] = {}
    for match in chosen:
        for state in _states(context, match):
            if state.clause and (not must or state.obligation == str(Obligation.MANDATORY)):
                found.setdefault(state.tier, []).append(state.clause)
                break
    if not found:
        return None
    # Of several duties that explain the words alike, the first to demand it is what was asked for.
    tier, clauses = min(found.items())
    catalogue = context.knowledge.catalogue
    label = context.knowledge.family(chosen[0].family).label.zh
    table = context.run("duty_ladder", {"clause": clauses[0]})
    reading = Reading(
        Asked.TIER,
        (Part("对象", label), Part("约束力", "必须" if must else "不限")),
        "duty_ladder",
        {"clause": clauses[0]},
    )
    first = catalogue.clauses[clauses[0]]
    said = f"从{TIER_NAMES[tier]}起{'必须' if must else ('必须' if first.obligation is Obligation.MANDATORY else '有（可选）')}：{first.text}（{first.number}）"
    return context.answered(reading, table, value=tier, clauses=tuple(clauses), text=said)


def _tier_of_amount(context: Context) -> Answer | None:
    wanted = context.frame.amounts[-1]
    metrics = _metrics_of(context, wanted)
    must = bool(_MANDATORY_ASKED.search(context.frame.rest))
    first: dict[int, list[Shown]] = {}
    for metric in metrics:
        table = context.run("figures_of_metric", {"metric": metric})
        force = {str(row["number"]): str(row["force"]) for row in table.rows}
        figures, _ = figures_of(context, metric)
        for figure in figures:
            stated = amounts.base(figure.value, figure.unit)
            if stated is None or stated[1] != wanted.value or (must and force.get(figure.clause) != "必须"):
                continue
            if must and figure.condition and any(other.condition is None for other in figures):
                continue
            first.setdefault(figure.tier, []).append(figure)
            break
    if not first:
        return None
    tier = min(first)
    if len(first) > 1:
        return None
    figures_found = first[tier]
    metric = figures_found[0].metric
    reading = Reading(
        Asked.TIER,
        (Part("指标", context.knowledge.metric(metric).label.zh), Part("数值", wanted.text)),
        "figures_of_metric",
        {"metric": metric},
    )
    return context.answered(
        reading,
        context.run("figures_of_metric", {"metric": metric}),
        value=tier,
        figures=tuple(figures_found),
        clauses=tuple(figure.clause for figure in figures_found),
        text=f"从{TIER_NAMES[tier]}起：{context.knowledge.metric(metric).label.zh} {figure_words(figures_found[0])}，依据 {'、'.join(f.clause for f in figures_found)}。",
        marked={f.clause: (f.phrase,) for f in figures_found if f.phrase},
    )


def _metrics_of(context: Context, wanted: Amount) -> list[str]:
    """Return the metrics asked about whose figures can be compared with an amount."""
    catalogue = context.knowledge.catalogue
    sorts = set()
    for clause in catalogue.clauses.values():
        for threshold in clause.thresholds:
            stated = amounts.base(threshold.value, threshold.unit_label.zh)
            if stated and (
                amounts.comparable(stated[0], wanted.dimension) or {stated[0], wanted.dimension} == {"time", "months"}
            ):
                sorts.add(threshold.quantity)
    named, _ = quantities.read_sorts(context.frame.rest)
    if named is not None and named & sorts:
        sorts &= named
    return choose(context, frozenset(sorts), amounts=True)


def _compared(context: Context) -> Answer | None:
    """Compare the amount in the question with the figure of the clause."""
    frame = context.frame
    if not 1 <= len(frame.amounts) <= _MOST_AMOUNTS:
        return None
    if len({amount.dimension for amount in frame.amounts}) != len(frame.amounts):
        return None
    states = bool(_STATEMENT.search(frame.rest))
    verdicts: set[bool | None] = set()
    used: list[Shown] = []
    for wanted in frame.amounts:
        metrics = _metrics_of(context, wanted)
        if not metrics:
            return None
        before = frame.rest[: wanted.start]
        side = -1 if _BELOW.search(before) else 1 if _ABOVE.search(before) else 0
        for metric in metrics:
            for figure in under_conditions(context, figures_of(context, metric)[0]):
                stated = amounts.base(figure.value, figure.unit)
                if stated is None:
                    continue
                used.append(figure)
                if not states and not side:
                    verdicts.add(_same(wanted, stated))
                else:
                    fits = _satisfies(wanted, side, figure.comparator, stated)
                    # To reach one of two sums is not yet to reach the larger.
                    verdicts.add(None if fits and "取二者" in (figure.condition or "") else fits)
    if len({context.knowledge.metric_families[figure.metric] for figure in used}) > 1 and len(frame.amounts) > 1:
        return None
    if verdicts == {True, False} and len(frame.amounts) > 1:
        verdicts = {False}
    if len(verdicts) != 1 or None in verdicts:
        if not used:
            return None
        return context.refused(
            Outcome.NEAR,
            "要看类别或情形："
            + "；".join(dict.fromkeys(f"{TIER_NAMES[f.tier]} {figure_words(f)}（{f.clause}）" for f in used)),
            "it depends on the tier or the condition",
            tuple(dict.fromkeys(f.clause for f in used)),
            Asked.TRUTH,
            (context.tier_part(),),
        )
    value = bool(verdicts.pop())
    if re.search(r"违规|违反|不达标吗|不符合吗|不合规吗|超标", frame.rest):
        value = not value
    metric = used[0].metric
    parameters = {"metric": metric} | ({"tier": str(context.tiers[0])} if len(context.tiers) == 1 else {})
    label = context.knowledge.metric(metric).label.zh
    reading = Reading(
        Asked.TRUTH,
        (context.tier_part(), Part("指标", label), Part("所说的数", wanted.text)),
        "figures_of_metric",
        parameters,
    )
    clauses = tuple(dict.fromkeys(f.clause for f in used))
    said = f"{'是' if value else '不是'}{'，符合' if value and states else '，不符合' if states else ''}：{label}要求 {figure_words(used[0])}，所说的是 {wanted.text}，依据 {'、'.join(clauses)}。"
    return context.answered(
        reading,
        context.run("figures_of_metric", parameters),
        value=value,
        figures=tuple(used),
        clauses=clauses,
        text=said,
        marked={f.clause: (f.phrase,) for f in used if f.phrase},
    )


def _same(wanted: Amount, stated: tuple[str, Fraction]) -> bool | None:
    if not amounts.comparable(wanted.dimension, stated[0]):
        return None
    return wanted.value == stated[1]


# 6 months last 181 to 184 days, as the reading rules have it; 2 and 5 years 730 or 731, 1826 or 1827.
_MONTH_DAYS: Final = {
    1: (28, 31),
    3: (90, 92),
    6: (181, 184),
    12: (365, 366),
    24: (730, 731),
    36: (1095, 1096),
    60: (1826, 1827),
}
_DAY: Final = 86400


def _satisfies(wanted: Amount, side: int, comparator: str, stated: tuple[str, Fraction]) -> bool | None:
    """Return whether the amount satisfies a figure; ``side`` is -1 for 不到, 1 for 超过; ``None`` where it is open."""
    dimension, value = stated
    asked = wanted.value
    if amounts.comparable(wanted.dimension, dimension):
        if side and asked == value:
            nudged = asked + side * Fraction(1, 10**6)
            return amounts.holds(nudged, comparator, value)
        if side > 0 and asked < value and comparator in (">=", ">"):
            return None
        if side < 0 and asked > value and comparator in (">=", ">"):
            return None
        return amounts.holds(asked, comparator, value)
    if wanted.dimension == "time" and dimension == "months" and int(value) in _MONTH_DAYS:
        low, high = (Fraction(days * _DAY) for days in _MONTH_DAYS[int(value)])
    elif wanted.dimension == "months" and dimension == "time" and int(asked) in _MONTH_DAYS:
        shortest, longest = (Fraction(days * _DAY) for days in _MONTH_DAYS[int(asked)])
        results = {amounts.holds(shortest, comparator, value), amounts.holds(longest, comparator, value)}
        return results.pop() if len(results) == 1 else None
    else:
        return None
    results = {amounts.holds(asked, comparator, low), amounts.holds(asked, comparator, high)}
    return results.pop() if len(results) == 1 else None


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


_HAVING: Final = re.compile(r"有没有|有无|是否有|存在|有")
_EXISTS: Final = re.compile(r"有没有|有无|是否有|存在|有.{0,8}(?:吗|么|嘛)")


def _existing(context: Context) -> Answer | None:
    """Answer whether there is any clause of an obligation, a mark or a change (一类有没有可选要求)."""
    if (
        not (context.frame.obligation or context.frame.mark)
        or not _EXISTS.search(context.frame.rest)
        or not context.tiers
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


def _duties(context: Context, *asking: re.Pattern[str]) -> list[Match]:
    """Return the duties that explain the whole practice, those as good as the best; none where the topic is unclear."""
    topic = context.topic_of(context.frame.rest, (YES_NO, _POLAR, *asking))
    matches = topic.matches(8)
    whole = [match for match in matches if match.whole and match.share >= _ENOUGH]
    if not whole or whole[0].score < matches[0].score - _CLOSE:
        return []
    return [match for match in whole if match.score >= whole[0].score - _CLOSE]


_ENOUGH: Final = 0.8
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
    chosen = _duties(context)
    if not chosen:
        return None
    text = context.frame.rest
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
    family = context.knowledge.family(chosen[0].family)
    first = clauses[0]
    table = context.run("duty_ladder", {"clause": first})
    reading = Reading(
        Asked.TRUTH, (context.tier_part(), Part("对象", family.label.zh)), "duty_ladder", {"clause": first}
    )
    shown = context.knowledge.catalogue.clauses[first]
    said = f"{'是' if truth else '不是'}。{values[0][2]}{first}[{shown.obligation}]：{shown.text}"
    return context.answered(reading, table, value=truth, clauses=tuple(clauses), text=said)


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
    if not present:
        first = next(state for state in states if state.clause)
        why = f"{tiers_words(context.tiers)}没有这项要求，{TIER_NAMES[first.tier]}起才有。"
        return omitted, [first.clause, *members, *everywhere], why
    forces = {state.obligation for state in present}
    if len(forces) > 1:
        return None
    mandatory = forces == {str(Obligation.MANDATORY)}
    body = clauses[own[0]].text
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
    if _PERMISSION.search(text) and not _MANDATORY_ASKED.search(text):
        if prohibition or _PREVENTED.search(body):
            return False, own, ""
        if _TOGETHER.search(text) and _APART.search(body):
            return False, own, ""
        return None
    if prohibition:
        return None
    return mandatory, own, "" if mandatory else "这是可选要求。"


def statement(figures: Sequence[Shown]) -> str:
    """Return the figures in words."""
    return "；".join(map(figure_words, figures))
