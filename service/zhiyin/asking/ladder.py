"""Answers from which tier on a duty or a figure is demanded."""

from __future__ import annotations

from zhiyin.asking.answer import Answer
from zhiyin.asking.comparing import MANDATORY, metered, tier_of_amount
from zhiyin.asking.context import Context
from zhiyin.asking.duties import LIKELY, State, duties_of, states_of
from zhiyin.asking.menus import Choices, other_duties
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.topics import Match
from zhiyin.asking.wording import WHICH_TIER
from zhiyin.model import Obligation, tier_name


def answer_tier(context: Context) -> Answer | None:
    """Return the first tier that demands a practice, or a figure of the amount named."""
    if context.frame.amounts:
        by_amount = tier_of_amount(context)
        if by_amount is not None:
            return by_amount
        if metered(context):
            # 网管要两个人 is not asked of the duty to have any.
            return None
    return first_of(context, duties_of(context, WHICH_TIER, sure=LIKELY))


def first_of(context: Context, chosen: list[Match]) -> Answer | None:
    """Return the first tier that demands what the duties chosen say."""
    if not chosen:
        return None
    must = bool(MANDATORY.search(context.frame.rest))
    found: dict[int, list[str]] = {}
    for match in chosen:
        lowest: State | None = None
        for state in reversed(states_of(context, match)):
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
    said = f"从{tier_name(tier)}起{'必须' if must else ('必须' if first.obligation is Obligation.MANDATORY else '有（可选）')}：{first.text}（{first.number}）"
    return context.answered(reading, table, value=tier, clauses=tuple(clauses), text=said)


def _other_force(label: str, must: bool) -> Choices:
    """Return the same question without or with the demand that the duty be a 必须 one."""
    return (("不限", f"“{label}”从哪一类起有？"),) if must else (("必须", f"“{label}”从哪一类起必须有？"),)
