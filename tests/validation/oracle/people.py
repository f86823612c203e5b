"""Clauses on people and money: how many there are, what they know and learn, what is spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tests.validation.oracle.reading import Reading, months_before
from tests.validation.oracle.things import of_each
from tests.validation.oracle.values import ZY, Abstained, M, Range, S, U, V, any_completion, at_least, every, just, met


def _people(r: Reading) -> Range:
    """How many people the technical department has; a department said not to be there has none."""
    if r.truth(r.company, "hasTechnologyDepartment") is False:
        raise Abstained
    people = r.range(r.company, "headquartersTechnicianCount")
    listed, complete = r.listed(r.company, "technician")
    if people.high is None and complete and not listed:
        # A list said to be complete without anybody says that there is nobody; who is counted all the same contradicts it.
        if any(r.figure(r.company, part) for part in PARTS_OF_PEOPLE):
            raise Abstained
        return just(0)
    if people.high is not None and (len(listed) > people.low or (complete and len(listed) != people.low)):
        raise Abstained
    for part in PARTS_OF_PEOPLE:
        counted = r.figure(r.company, part)
        if counted is not None and people.high is not None and counted > people.high:
            raise Abstained
    staff = r.figure(r.company, "headquartersStaffCount")
    if staff is not None and people.low > staff:
        raise Abstained
    return people


PARTS_OF_PEOPLE = (
    "degreeTechnicianCount",
    "oneYearExperienceCount",
    "twoYearExperienceCount",
    "securityAdministratorCount",
    "networkAdministratorCount",
)


def head_count(r: Reading) -> str:
    people = _people(r)
    plain, continuous = {1: (5, 8), 2: (8, 11), 3: (11, 16), 4: (15, 20)}[r.tier]
    less = {1: 2, 2: 2, 3: 3, 4: 3}[r.tier]
    trading = r.truth(r.company, "conductsContinuousTrading")
    bounds = [plain, continuous] if trading is None else [continuous if trading else plain]
    hosted = _hosted(r)
    if people.high is None:
        return U
    outcomes = []
    for bound in bounds:
        full, reduced = people.high >= bound, people.high >= bound - less
        doubtful = met(full) if full == reduced else M
        outcomes += [{"all": met(reduced), "none": met(full), "part": doubtful}[h] for h in hosted]
    return any_completion(outcomes)


def _hosted(r: Reading) -> set[str]:
    """Whether all, none or part of the rooms may be hosted with their infrastructure maintained by the host."""
    rooms, complete = r.listed(r.company, "machineRoom")
    rooms = [room for room in rooms if r.truth(room, "runsProduction") is not False]
    if not rooms and complete:
        raise Abstained
    states: set[bool | None] = set()
    for room in rooms:
        parts = r.truth(room, "isHosted"), r.truth(room, "hostMaintainsInfrastructure")
        if parts[0] is False and parts[1] is True:
            raise Abstained  # a host of a room that is not hosted
        states.add(False if False in parts else None if None in parts else True)
    if not complete:
        states.add(None)
    if {True, False} <= states:
        return {"part"}
    possible = set()
    if False not in states:
        possible.add("all")
    if True not in states:
        possible.add("none")
    if None in states and (len(rooms) > 1 or not complete):
        possible.add("part")
    return possible


def share(r: Reading) -> str:
    people, staff = _people(r), r.range(r.company, "headquartersStaffCount", least=1)
    if people.high is None:
        return U
    return met(at_least(people.times(100), staff.times(8)))


def degrees(r: Reading) -> str:
    people, learned = _people(r), r.range(r.company, "degreeTechnicianCount")
    if people.high == 0:
        return V
    if people.high is None or learned.high is None:
        return V if learned.high == 0 else U
    return met(at_least(learned.times(2), people))


def experience(r: Reading) -> str:
    need = {1: 2, 2: 4, 3: 6, 4: 8}[r.tier]
    people = _people(r)
    one, two = (r.range(r.company, f"{n}YearExperienceCount") for n in ("one", "two"))
    if one.high is not None and two.low > one.high:
        raise Abstained
    # Who has two years has one: each count bounds the other.
    counted = Range(max(one.low, two.low), one.high) if r.tier < 3 else Range(two.low, _least(two.high, one.high))
    return met(at_least(Range(counted.low, _least(counted.high, people.high)), just(need)))


def _least(*bounds: Decimal | None) -> Decimal | None:
    return min((b for b in bounds if b is not None), default=None)


def managers(name: str, need: Mapping[int, int]) -> Callable[[Reading], str]:
    def judge(r: Reading) -> str:
        people = _people(r)
        counted = r.range(r.company, name)
        return met(at_least(Range(counted.low, _least(counted.high, people.high)), just(need[r.tier])))

    return judge


def class_hours(r: Reading) -> str:
    _people(r)
    complete = ZY + "associationTraining" in r.values(r.company, "listsAll")
    if r.day != r.until:
        raise Abstained
    return of_each(r, r.company, "technician", lambda person: _hours(r, person, complete), none=None)


def _hours(r: Reading, person: str, complete: bool) -> str:
    """15学时 in two years, of each person; a training without hours or without a date may be any."""
    begin = months_before(r.day, 24)
    known, possible, unbounded = Decimal(0), Decimal(0), not complete
    for training in r.values(person, "associationTraining"):
        held, hours = r.text(training, "heldOn"), r.figure(training, "classHours")
        day = None if held is None else date.fromisoformat(held[:10])
        if day is not None and not begin <= day <= r.until:
            if date(r.day.year - 2, 1, 1) <= day < begin:
                raise Abstained  # within two calendar years, not within the last 24 months
            continue
        unbounded |= hours is None
        possible += hours or 0
        known += (hours or 0) if day is not None else 0
    if known >= 15:
        return S
    joined = r.text(person, "joinedOn")
    if joined is not None and date.fromisoformat(joined[:10]) > r.until:
        raise Abstained
    short = [V, M] if joined is None else [M if date.fromisoformat(joined[:10]) > begin else V]
    return any_completion([*short, S] if unbounded or possible >= 15 else short)


def spend(r: Reading) -> str:
    """The latest three closed years: 6 % of the net profit and 3 % of the revenue, in sums instead of averages."""
    last = r.day.year - 1
    by_year: dict[int, list[str]] = defaultdict(list)
    for entry in r.values(r.company, "fiscalYear"):
        stated = sorted({int(v) for v in r.values(entry, "year")})
        if not stated:
            raise Abstained
        # A year that has not closed by the day of which facts are stated has no figures yet.
        year = r.one_of(f"{entry} year", [y for y in stated if y < r.until.year])
        if year is None:
            continue
        by_year[year].append(entry)
    if any(len(entries) > 1 for entries in by_year.values()):
        raise Abstained
    if _perhaps_in_ten_thousands(r, [entries[0] for entries in by_year.values()]):
        raise Abstained
    first = r.figure(r.company, "firstFiscalYear")
    if first is not None and first > last - 2:
        if any(year < first for year in by_year):
            raise Abstained
        return M
    sums: dict[str, Range] = {}
    floor = {"itSpendYuan": Decimal(0), "netProfitYuan": -(Decimal(10) ** 12), "revenueYuan": -(Decimal(10) ** 12)}
    ceiling = Decimal(10) ** 12
    for name, least in floor.items():
        low = high = Decimal(0)
        for year in range(last - 2, last + 1):
            figure = r.figure(by_year[year][0], name) if by_year.get(year) else None
            low += least if figure is None else figure
            high += ceiling if figure is None else figure
        sums[name] = Range(low, high)
    spent = sums["itSpendYuan"].times(100)
    outcome = every(met(at_least(spent, sums[n].times(f))) for n, f in (("netProfitYuan", 6), ("revenueYuan", 3)))
    younger = first is None and not any(year <= last - 2 for year in by_year)
    return any_completion([outcome, M]) if younger else outcome


def _perhaps_in_ten_thousands(r: Reading, entries: Sequence[str]) -> bool:
    """Whether an amount is hardly in yuan: a revenue below 10,000, or two years' amounts that differ 2,000 times."""
    amounts = {
        name: [abs(figure) for entry in entries if (figure := r.figure(entry, name))]
        for name in ("itSpendYuan", "netProfitYuan", "revenueYuan")
    }
    return any(a < 10_000 for a in amounts["revenueYuan"]) or any(
        min(stated) * 2000 < max(stated) for stated in amounts.values() if stated
    )
