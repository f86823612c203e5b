"""A company as it stands, read in one of the ways in which it may be read, and the periods of the calendar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.validation.oracle.values import DCTERMS, PRACTICE, ZY, Abstained, M, Range, S, Said, T, U, V, met

_HAVING = {"coreSystem": (("machineRoom", "hostsCoreSystem"), ("serviceProvider", "servesCoreSystem"))}
"""Of a list: what things of the company can only be said to do if there is one on it."""


@dataclass(slots=True)
class Reading:
    """One way of reading what is stated: of several values of one property, which counts."""

    said: Said
    company: str
    tier: int
    day: date
    until: date
    taken: dict[str, int] = field(default_factory=dict)
    offered: dict[str, int] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Of which property of which node something was asked."""

    def one_of(self, key: str, values: Sequence[T]) -> T | None:
        """The one of ``values`` that counts in this reading."""
        if not values:
            return None
        self.offered[key] = len(values)
        return values[self.taken.get(key, 0)]

    def values(self, node: str, name: str) -> list[str]:
        self.asked.add((node, ZY + name))
        return sorted(set(self.said.get(node, {}).get(ZY + name, ())))

    def text(self, node: str, name: str) -> str | None:
        return self.one_of(f"{node} {name}", self.values(node, name))

    def truth(self, node: str, name: str) -> bool | None:
        value = self.text(node, name)
        return None if value is None else value in ("true", "1")

    def figure(self, node: str, name: str) -> Decimal | None:
        distinct = sorted({Decimal(v) for v in self.values(node, name)})
        return self.one_of(f"{node} {name}", distinct)

    def range(self, node: str, name: str, least: int = 0) -> Range:
        """The figure, or that it is at least ``least``."""
        value = self.figure(node, name)
        return Range(Decimal(least)) if value is None else Range(value, value)

    def listed(self, node: str, name: str) -> tuple[list[str], bool]:
        """The things listed and whether these are all.

        A list said to be complete with nothing on it beside what has one of it: no core system, but a room that hosts
        one. Either may be true, and if the particular is, the list is not complete.
        """
        things, complete = self.values(node, name), ZY + name in self.values(node, "listsAll")
        if complete and not things and self._there(name):
            complete = bool(self.one_of(f"{node} all of {name}", (True, False)))
        return things, complete

    def _there(self, name: str) -> bool:
        """Whether what the company states of other things takes one of ``name`` for granted."""
        return any(
            self.truth(thing, said)
            for holder, said in _HAVING.get(name, ())
            for thing in self.values(self.company, holder)
        )

    def about(self, node: str, link: str, topic: str) -> list[str]:
        return [s for s in self.values(node, link) if PRACTICE + topic in self.values(s, "about")]

    def attested(self, node: str, topic: str) -> str:
        """Whether a practice is said to hold, with document, date and responsible role."""
        outcomes = []
        for statement in self.about(node, "attestation", topic):
            holds = self.values(statement, "holds")
            if len(holds) > 1:
                raise Abstained
            if holds == ["true"]:
                documents = self.values(statement, "evidence")
                outcomes.append(S if any(self._document(d) for d in documents) else U)
            elif holds == ["false"]:
                outcomes.append(V)
        if {S, V} <= set(outcomes) or {U, V} <= set(outcomes):
            raise Abstained
        return S if S in outcomes else V if V in outcomes else U

    def _document(self, node: str) -> bool:
        said = self.said.get(node, {})
        self.asked |= {(node, predicate) for predicate in said}
        issued = [date.fromisoformat(v[:10]) for v in said.get(DCTERMS + "issued", ())]
        named = [said.get(DCTERMS + "title", ()), said.get(DCTERMS + "identifier", ())]
        if len(issued) > 1 or any(not n for n in named) != all(not n for n in named):
            raise Abstained  # a document with a title and no number, or with two dates
        return all(named) and bool(said.get(ZY + "responsibleRole")) and bool(issued) and issued[0] <= self.until

    def performed(self, node: str, task: str, period: str) -> str:
        """Whether a task was done within the last period, by the rolling and by the calendar reading."""
        statements = self.about(node, "activity", task)
        dates = [date.fromisoformat(v[:10]) for s in statements for v in self.values(s, "lastConductedOn")]
        done = [d for d in dates if d <= self.until]
        never = any("false" in self.values(s, "holds") for s in statements)
        if never and dates:
            raise Abstained
        if never:
            return V
        if not done:
            return U
        now, then = (_within(max(done), period, day) for day in (self.day, self.until))
        return now if now == then else U

    def kept(self, node: str, record: str, judge: Callable[[str, int], str]) -> str:
        """What the period for which a record is kept comes to."""
        periods = [
            (unit, int(v))
            for s in self.about(node, "retention", record)
            for unit in ("periodDays", "periodMonths", "periodYears")
            for v in self.values(s, unit)
        ]
        stated = self.one_of(f"{node} {record}", sorted(set(periods)))
        return U if stated is None else judge(*stated)


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def _within(done: date, period: str, day: date) -> str:
    """每周、每季度、每年: the same day one period ago, or any day of the calendar period before this one."""
    if period == "week":
        rolling, monday = date.fromordinal(day.toordinal() - 7), day.toordinal() - day.weekday()
        calendar = date.fromordinal(monday - 7)
    elif period == "quarter":
        rolling = months_before(day, 3)
        calendar = months_before(date(day.year, day.month - (day.month - 1) % 3, 1), 3)
    else:
        rolling, calendar = months_before(day, 12), date(day.year - 1, 1, 1)
    held = {done >= rolling, done >= calendar}
    return M if len(held) > 1 else S if True in held else V


def months(count: int) -> Callable[[str, int], str]:
    """A period of calendar months; stated in days it is certain only beyond the longest and below the shortest."""
    longest, shortest = {6: (184, 181), 24: (731, 730), 60: (1827, 1826)}[count]

    def judge(unit: str, length: int) -> str:
        if unit == "periodDays":
            return S if length >= longest else V if length < shortest else M
        return met(length * (12 if unit == "periodYears" else 1) >= count)

    return judge


def ninety_days(unit: str, length: int) -> str:
    """90 天; three calendar months have 89 to 92 days."""
    if unit == "periodDays":
        return met(length >= 90)
    if unit == "periodMonths":
        return S if length > 3 else M if length == 3 else V
    return met(length >= 1)
