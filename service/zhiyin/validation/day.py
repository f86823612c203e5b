"""The day a self-description speaks of and the day it is judged at: what counts as stated, and what ran out since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.intake.rows import triple_of
from zhiyin.law.outcome import Outcome, Role
from zhiyin.law.shapes import Shape
from zhiyin.namespaces import READING, ZY
from zhiyin.standards import DCTERMS
from zhiyin.validation.facts import Facts

_YEAR = str(ZY.year)
_DATED = frozenset(
    {
        DCTERMS + "issued",
        *(str(ZY[n]) for n in ("lastConductedOn", "heldOn", "joinedOn", "lastSettlementDay", "lastVerifiedBackupDay")),
    }
)
"""Properties that say on which day something happened."""
_ONE_DAY = _DATED - {str(ZY.lastConductedOn), str(ZY.heldOn)}
"""Those of which one thing has one: of a document with two dates, of which one is to come, the date is not known."""
_HELD_ON = str(ZY.heldOn)
_LONG_AFTER = 150
"""Years after which everything that can run out has: 定期 is stated in at most a hundred years of days."""
AS_OF_RULE = str(READING["facts-as-of"])


class DayFrom(StrEnum):
    """Where a check date comes from."""

    GIVEN = "given"
    AS_OF = "as-of"
    TODAY = "today"


DAY_FROM_LABELS = {
    DayFrom.GIVEN: Message("提交时指定", "set when it was submitted"),
    DayFrom.AS_OF: Message("自述的事实截止日", "the as-of date of the self-description"),
    DayFrom.TODAY: Message("自述未写截止日，按当天", "today, since the self-description states no as-of date"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """The check date of one company, where it comes from, and as of when its facts are stated, if it says."""

    check: date
    source: DayFrom
    as_of: date | None

    @property
    def until(self) -> date:
        """The last day of which the self-description can state a fact."""
        return self.check if self.as_of is None else min(self.as_of, self.check)

    @property
    def lapsing(self) -> tuple[date, date] | None:
        """Two check dates: what runs out between them ran out on days of which nothing is stated; else ``None``.

        Facts of no day could be of any before the check date, so whatever can run out may have.
        """
        if self.as_of is None:
            return self.check, date(self.check.year + _LONG_AFTER, 1, 1)
        return (self.as_of, self.check) if self.as_of < self.check else None


def day_of(as_of: date | None, given: date | None, today: date | None) -> Day | None:
    """Return the day to judge at: the given one, else the as-of date, else today; ``None`` where none is known."""
    if given is not None:
        return Day(given, DayFrom.GIVEN, as_of)
    if as_of is not None:
        return Day(as_of, DayFrom.AS_OF, as_of)
    return None if today is None else Day(today, DayFrom.TODAY, None)


@dataclass(frozen=True, slots=True)
class Untimely:
    """A statement of a day on which the self-description does not yet speak; it does not count.

    ``beside`` is that day where the statement itself is of an earlier one and the two contradict each other.
    """

    node: str
    path: str
    value: str
    beside: str = ""


def stated_until(facts: Facts, until: date) -> tuple[Facts, tuple[Untimely, ...]]:
    """Return the facts without what they say of days after ``until``, and what that is.

    The day of a training stays, so that one to come is not taken for one of an unknown day.
    """
    dropped: dict[ox.Triple, Untimely] = {}
    told: list[Untimely] = []
    last = until.isoformat()
    for row in facts.rows:
        _, name, predicate, value, _ = row
        if predicate not in _DATED and predicate != _YEAR:
            continue
        if isinstance(value, ox.Literal):
            later = predicate in _DATED and value.value[:10] > last
            if predicate == _HELD_ON and later:
                told.append(Untimely(name, predicate, value.value[:10]))
            elif later or (predicate == _YEAR and int(value.value) >= until.year):
                dropped[triple_of(row)] = Untimely(name, predicate, value.value[:10])
    late = {(each.node, each.path): each.value for each in dropped.values() if each.path in _ONE_DAY}
    for row in facts.rows if late else ():
        key, value = (row[1], row[2]), row[3]
        if key in late and isinstance(value, ox.Literal) and (triple := triple_of(row)) not in dropped:
            dropped[triple] = Untimely(*key, value.value[:10], late[key])
    return (facts.changed(dropped) if dropped else facts), (*dropped.values(), *told)


def lapsed(shape: Shape, day: Day) -> Shape:
    """Return ``shape`` as it speaks of what ran out only after the as-of date: of a fact that is missing."""
    since_zh = f"自述截至 {day.as_of}，其后未声明" if day.as_of else "自述没有写明截止日，不知所述属于哪一天"
    since_en = (
        f"the self-description ends at {day.as_of}; of the days after it nothing is stated"
        if day.as_of
        else "the self-description states no as-of date, so it is not known of which day its facts are"
    )
    return replace(
        shape,
        outcome=Outcome.UNDECLARED,
        role=shape.role if shape.role is not Role.CONDITION else Role.DUTY,
        message=Message(f"{since_zh}：{shape.message.zh}", f"{since_en}: {shape.message.en}"),
        remedy=Message(f"请声明截至核查日 {day.check} 的情况", f"state the facts as of the check date {day.check}"),
        readings=tuple(dict.fromkeys((AS_OF_RULE, *shape.readings))),
    )


def named(untimely: Iterable[Untimely]) -> str:
    """Return the days that do not count, in order, each once."""
    return "、".join(sorted({each.value for each in untimely}))
