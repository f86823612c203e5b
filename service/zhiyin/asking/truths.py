"""Answers yes or no: whether a practice is demanded, allowed or forbidden, with the clauses that show it."""

from __future__ import annotations

import re
from typing import Final

from zhiyin.asking.answer import Answer
from zhiyin.asking.comparing import MANDATORY, STATEMENT, compare
from zhiyin.asking.context import Context
from zhiyin.asking.duties import (
    APART,
    OMISSION,
    PERMISSION,
    POLAR,
    PREVENTED,
    TOGETHER,
    duties_of,
    opposed,
    preventing,
    states_of,
)
from zhiyin.asking.existence import answer_existing, answer_membership
from zhiyin.asking.ladder import first_of
from zhiyin.asking.menus import other_duties
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.sentences import yes_no
from zhiyin.asking.topics import Match
from zhiyin.asking.wording import WHICH_TIER, YES_NO
from zhiyin.model import Obligation, tier_name

_ONLY: Final = re.compile(r"(?:只有|仅有|只|仅)[^|]{0,2}\|[^|]{0,6}才")
_BOTH_POSTS: Final = re.compile(r"兼")
_OWN_POST: Final = re.compile(r"专职|专人|专门")
_FORBIDS: Final = re.compile(r"禁止|不得|不允许|不准|不许|严禁")
_PROHIBITION: Final = re.compile(r"不得|不应|避免")
_OPTIONAL_ASKED: Final = re.compile(r"可选|选做|自愿|非强制|不强制")


def answer_truth(context: Context) -> Answer | None:
    """Return yes or no with the clause that shows it, or ``None`` where the practice is not surely recognised."""
    if _ONLY.search(context.frame.rest):
        # Whether only one tier demands a thing is not whether that tier does.
        return None
    member = answer_membership(context)
    if member is not None:
        return member
    existing = answer_existing(context)
    if existing is not None:
        return existing
    compared = compare(context)
    if compared is not None:
        return compared
    if context.frame.amounts and STATEMENT.search(context.frame.rest):
        return None
    return _practice(context)


def answer_duty(context: Context) -> Answer | None:
    """Answer yes or no, or from which tier, of the one duty that the question names in quotation marks."""
    family = next((f for q in context.frame.quoted if (f := context.knowledge.duty_called.get(q)) is not None), None)
    if family is None:
        return None
    match = Match(family, 1.0, 1.0, 1.0, ())
    if WHICH_TIER.search(context.frame.rest):
        return first_of(context, [match])
    if not YES_NO.search(context.frame.rest) or not MANDATORY.search(context.frame.rest):
        return None
    members = context.knowledge.family(family).members
    clauses = context.knowledge.catalogue.clauses
    own = [number for number in members if not context.tiers or clauses[number].tier in context.tiers]
    asked = len(context.tiers) or len(context.levels)
    forces = {clauses[number].obligation for number in own}
    if len(forces) > 1 or len(own) not in (0, asked):
        return None
    truth = forces == {Obligation.MANDATORY}
    return _yes_or_no(context, family, truth, own or list(members))


_UNTREATED: Final = re.compile(r"(?:不|没|没有|未|未经)(?:经|过)?脱敏")


def _practice(context: Context) -> Answer | None:
    text = context.frame.rest
    chosen = preventing(context) or duties_of(context) or opposed(context)
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


def _value_of(context: Context, match: Match, text: str) -> tuple[bool, list[str], str] | None:
    """Return whether the practice is so, the clauses that show it, and why in words."""
    states = states_of(context, match)
    tiers = context.tiers or context.levels
    asked = [state for state in states if state.tier in tiers]
    present = [state for state in asked if state.clause]
    everywhere = [state.clause for state in states if state.clause]
    clauses = context.knowledge.catalogue.clauses
    own = [state.clause for state in present]
    members = [n for n in context.knowledge.family(match.family).members if clauses[n].tier in tiers]
    omitted = bool(OMISSION.search(text))
    if len(present) not in (0, len(asked)):
        return None
    if not present and not omitted and PERMISSION.search(text) and not MANDATORY.search(text):
        # That a tier demands nothing of the kind is no leave to do it, nor does it forbid it.
        return None
    if not present:
        stated = [state for state in states if state.clause]
        first = stated[0]
        where = (
            f"{tier_name(first.tier)}起才有"
            if first.tier > max(tiers)
            else f"只有{context.tiers_words([state.tier for state in stated])}有"
        )
        why = f"{context.tiers_words(context.tiers)}没有这项要求，{where}。"
        return omitted, [first.clause, *members, *everywhere], why
    forces = {state.obligation for state in present}
    if len(forces) > 1:
        return None
    mandatory = forces == {str(Obligation.MANDATORY)}
    body = clauses[own[0]].text
    topic = context.topic_of(text, (YES_NO, POLAR))
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
    if PERMISSION.search(text) and not MANDATORY.search(text):
        if "因业务需要" in body and not _UNTREATED.search(text):
            # What business may need is allowed under conditions.
            return None
        if prohibition or PREVENTED.search(body):
            return False, own, ""
        if any(f"{lack}{word}" in body for word in topic.words() for lack in ("无", "抗")):
            return False, own, ""
        if _BOTH_POSTS.search(text) and not _OWN_POST.search(body):
            # 至少1名 says how many there are, not that they may hold no other post.
            return None
        if TOGETHER.search(text) and APART.search(body):
            return False, own, ""
        return None
    if prohibition:
        return None
    return mandatory, own, "" if mandatory else "这是可选要求。"
