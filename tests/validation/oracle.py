"""The law's figures in plain Python: a company's triples, a tier and a day in, what each measured clause comes to out.

Written from the text of the guideline and the reading rules alone, by someone who did not look at the shapes, so that
both can be held against each other. Where two statements contradict each other in a way that only the reading rule of
contradictions composes, or where the text leaves the matter open, the oracle abstains: the clause is not in its answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from typing import TypeVar

import pyoxigraph as ox

ZY = "https://w3id.org/zhiyin/ontology#"
PRACTICE = "https://w3id.org/zhiyin/id/practice/"
DCTERMS = "http://purl.org/dc/terms/"

S, V, U, M, N = "satisfied", "violated", "undeclared", "manual", "not-applicable"

Said = Mapping[str, Mapping[str, Sequence[str]]]
"""Node to property to what is stated."""
T = TypeVar("T")


class Abstained(Exception):
    """The oracle does not judge this."""


# Three values and two more: what several parts come to.


def every(parts: Iterable[str]) -> str:
    """All must hold; what is not applicable falls away."""
    found = set(parts) - {N}
    return next((o for o in (V, U, M, S) if o in found), N)


def either(parts: Iterable[str]) -> str:
    """One is enough."""
    found = set(parts) - {N}
    return next((o for o in (S, U, M, V) if o in found), N)


def any_completion(outcomes: Iterable[str]) -> str:
    """The outcome of every completion of what is missing, or undeclared."""
    found = set(outcomes)
    return found.pop() if len(found) == 1 else U


def met(holds: bool | None) -> str:
    return U if holds is None else S if holds else V


@dataclass(frozen=True, slots=True)
class Range:
    """A figure, or between what bounds it lies where it is not stated."""

    low: Decimal
    high: Decimal | None = None
    """None: there is no bound."""

    def times(self, factor: int) -> Range:
        return Range(self.low * factor, None if self.high is None else self.high * factor)


def at_least(figure: Range, bound: Range, *, more: bool = False) -> bool | None:
    """Whether ``figure`` reaches ``bound`` (``more``: exceeds it), None where the unknown decides."""

    def reaches(one: Decimal, other: Decimal) -> bool:
        return one > other if more else one >= other

    if bound.high is not None and reaches(figure.low, bound.high):
        return True
    if figure.high is not None and not reaches(figure.high, bound.low):
        return False
    return None


def just(figure: int) -> Range:
    return Range(Decimal(figure), Decimal(figure))


# A company as it stands, read in each way in which it may be read.


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
        """The things listed and whether these are all."""
        return self.values(node, name), ZY + name in self.values(node, "listsAll")

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


def _months_before(day: date, months: int) -> date:
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
        rolling = _months_before(day, 3)
        calendar = _months_before(date(day.year, day.month - (day.month - 1) % 3, 1), 3)
    else:
        rolling, calendar = _months_before(day, 12), date(day.year - 1, 1, 1)
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


# What every chapter asks of each thing listed.


def of_each(r: Reading, node: str, name: str, judge: Callable[[str], str], *, none: str | None) -> str:
    """Each of the things listed; ``none`` is what a complete list without any comes to, None where nothing is said of it."""
    things, complete = r.listed(node, name)
    if not things and complete:
        if none is None:
            raise Abstained
        return none
    return every([*(judge(thing) for thing in things), S if complete else U])


def of_rooms(r: Reading, judge: Callable[[str], str]) -> str:
    rooms, complete = r.listed(r.company, "machineRoom")
    production = [room for room in rooms if r.truth(room, "runsProduction") is not False]
    if not production and (rooms or complete):
        raise Abstained
    return every([*(judge(room) for room in production), S if complete else U])


def _people(r: Reading) -> Range:
    """How many people the technical department has; a department said not to be there has none."""
    if r.truth(r.company, "hasTechnologyDepartment") is False:
        raise Abstained
    people = r.range(r.company, "headquartersTechnicianCount")
    listed, complete = r.listed(r.company, "technician")
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


# One function a duty; the name of the clause is beside it below.


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


def _managers(name: str, need: Mapping[int, int]) -> Callable[[Reading], str]:
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
    begin = _months_before(r.day, 24)
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


def floor_load(r: Reading) -> str:
    need = just({1: 300, 2: 300, 3: 500, 4: 500}[r.tier])
    return of_rooms(r, lambda room: met(at_least(r.range(room, "floorLoadKgPerM2"), need)))


def room_video(r: Reading) -> str:
    def judge(room: str) -> str:
        return every(
            (
                met(r.truth(room, "hasEntranceVideo")),
                met(r.truth(room, "hasInteriorVideo")),
                met(at_least(r.range(room, "videoDaysPerWeek"), just(7))),
                met(at_least(r.range(room, "videoHoursPerDay"), just(24))),
                r.kept(room, "room-video-recording", ninety_days),
            )
        )

    return of_rooms(r, judge)


def _ups_minutes(r: Reading, room: str, name: str) -> Range:
    if r.figure(room, "upsCount") == 0 or r.truth(room, "hasOnlineUps") is False:
        raise Abstained
    return r.range(room, name)


def _generator(r: Reading, room: str) -> bool | None:
    """Whether there is a generator; a denial beside what it does is a contradiction."""
    stated = r.truth(room, "hasGenerator")
    particulars = ("generatorStartMinutes", "generatorContinuousHours", "generatorSupplyMinutes")
    if stated is not True and any(r.values(room, p) for p in (*particulars, "coolingHasGenerator")):
        raise Abstained
    return stated


def ups(r: Reading) -> str:
    """2.2.2.2: more than twice the start of the generator or the arrival agreed; else four hours."""

    def judge(room: str) -> str:
        minutes = _ups_minutes(r, room, "upsMinutes")
        agreed = r.truth(room, "hasEmergencySupplyAgreement")
        if agreed is not True and r.values(room, "emergencyArrivalMinutes"):
            raise Abstained
        generator = _generator(r, room)
        by_generator = met(at_least(minutes, r.range(room, "generatorStartMinutes").times(2), more=True))
        by_agreement = met(at_least(minutes, r.range(room, "emergencyArrivalMinutes").times(2), more=True))
        alone = met(at_least(minutes, just(240)))
        outcomes = []
        for has in (True, False) if generator is None else (generator,):
            for may in (True, False) if agreed is None else (agreed,):
                ways = [*([by_generator] if has else []), *([by_agreement] if may else [])]
                outcomes.append(either(ways) if ways else alone)
        return any_completion(outcomes)

    return of_rooms(r, judge)


def two_feeds(r: Reading, room: str) -> str:
    return every(
        (met(at_least(r.range(room, "mainsFeedCount"), just(2))), met(r.truth(room, "mainsSwitchesAutomatically")))
    )


def feeds_or_backup(r: Reading) -> str:
    """3.2.2.2."""
    return of_rooms(
        r,
        lambda room: either(
            (two_feeds(r, room), met(at_least(r.range(room, "backupSupplyHours"), just(4), more=True)))
        ),
    )


def feeds_and_generator(r: Reading) -> str:
    """4.2.2.2, 5.2.2.2."""
    return of_rooms(
        r,
        lambda room: every(
            (two_feeds(r, room), met(at_least(r.range(room, "upsCount"), just(2))), met(_generator(r, room)))
        ),
    )


def generator_hours(r: Reading) -> str:
    """4.2.2.4, 5.2.2.4."""
    need = just({3: 6, 4: 12}[r.tier])

    def judge(room: str) -> str:
        if _generator(r, room) is False:
            return V
        bridged = at_least(
            _ups_minutes(r, room, "upsFullLoadMinutes"), r.range(room, "generatorSupplyMinutes"), more=True
        )
        return every((met(at_least(r.range(room, "generatorContinuousHours"), need)), met(bridged)))

    return of_rooms(r, judge)


def _use(r: Reading, link: str) -> str:
    values = r.values(link, "monthlyAveragePeakUsePercent")
    return every(met(Decimal(v) <= 80) for v in values) if values else U


def exchange_bandwidth(r: Reading) -> str:
    return of_each(r, r.company, "exchangeLink", lambda link: _use(r, link), none=None)


def online_bandwidth(r: Reading) -> str:
    links, _ = r.listed(r.company, "onlineTradingLink")
    offered = r.truth(r.company, "offersOnlineTrading")
    if offered is False:
        if links:
            raise Abstained
        return N
    return of_each(r, r.company, "onlineTradingLink", lambda link: _use(r, link), none=None)


def _recovery(r: Reading, node: str, *, hot: bool, point: bool) -> str:
    kinds = r.values(node, "backupKind")
    kind = r.one_of(f"{node} backupKind", kinds)
    enough = {ZY + "HotBackup"} if hot else {ZY + k for k in ("HotBackup", "WarmBackup", "ColdBackup")}
    parts = [met(None if kind is None else kind in enough), at_most(r, node, "rtoMinutes", 5)]
    return every([*parts, *([at_most(r, node, "rpoSeconds", 30)] if point else [])])


def at_most(r: Reading, node: str, name: str, bound: int) -> str:
    value = r.figure(node, name)
    return U if value is None else met(value <= bound)


def core_recovery(r: Reading) -> str:
    hot = r.tier >= 3

    def judge(system: str) -> str:
        return every(
            (
                _recovery(r, system, hot=hot, point=True),
                of_each(r, system, "component", lambda part: _recovery(r, part, hot=hot, point=True), none=None),
            )
        )

    return of_each(r, r.company, "coreSystem", judge, none=V)


def network_recovery(r: Reading) -> str:
    return of_each(
        r,
        r.company,
        "productionNetworkDevice",
        lambda device: _recovery(r, device, hot=True, point=False),
        none=None,
    )


def website_recovery(r: Reading) -> str:
    def judge(site: str) -> str:
        trading = r.truth(site, "hasTradingFunction")
        point = at_most(r, site, "rpoMinutes", 5)
        return every(
            (
                met(r.truth(site, "hasBackupSystem")),
                at_most(r, site, "rtoMinutes", 60),
                any_completion([S, point]) if trading is None else point if trading else S,
            )
        )

    return of_each(r, r.company, "website", judge, none=N)


def tampered_content(r: Reading) -> str:
    return of_each(r, r.company, "website", lambda s: at_most(r, s, "tamperedContentRemovalMinutes", 5), none=N)


def tamper_detection(r: Reading) -> str:
    def judge(site: str) -> str:
        return every((met(r.truth(site, "hasHomepageMonitoring")), at_most(r, site, "tamperDetectionMinutes", 5)))

    return of_each(r, r.company, "website", judge, none=N)


def website_check(r: Reading) -> str:
    def judge(site: str) -> str:
        return every((r.performed(site, "website-security-check", "year"), r.attested(site, "website-hazard-handling")))

    return of_each(r, r.company, "website", judge, none=N)


def _centre(r: Reading, judge: Callable[[str], str]) -> str:
    """One centre is enough; of several the text does not say which must reach the figure."""
    centres, complete = r.listed(r.company, "disasterRecoveryCentre")
    if not centres:
        return V if complete else U
    if len(centres) > 1 or not complete:
        raise Abstained
    return judge(centres[0])


def recovery_centre(r: Reading) -> str:
    def judge(centre: str) -> str:
        parts = [met(r.truth(centre, "takesOverAllCoreBusiness"))]
        if r.tier == 4:
            parts.append(met(at_least(r.range(centre, "straightLineKilometres"), just(100))))
            parts.append(met(r.truth(centre, "isInOtherCity")))
        return every(parts)

    return _centre(r, judge)


def centre_recovery(r: Reading) -> str:
    return _centre(
        r, lambda c: every((at_most(r, c, "recoveryTimeHours", 12), at_most(r, c, "recoveryPointMinutes", 5)))
    )


def centre_capacity(r: Reading) -> str:
    def judge(centre: str) -> str:
        own = r.range(centre, "processingCapacityPerSecond")
        return met(at_least(own.times(2), r.range(centre, "mainProcessingCapacityPerSecond", least=1)))

    return _centre(r, judge)


def drill(r: Reading) -> str:
    centres, _ = r.listed(r.company, "disasterRecoveryCentre")
    if not centres:
        raise Abstained
    return every(
        (
            r.attested(r.company, "disaster-recovery-plan"),
            r.attested(r.company, "disaster-recovery-procedure"),
            r.performed(r.company, "disaster-recovery-drill", "year"),
        )
    )


def business_audit(r: Reading) -> str:
    return every(
        (
            met(r.truth(r.company, "recordsBusinessOperations")),
            r.kept(r.company, "business-audit-records", months(24)),
        )
    )


def operations_audit(r: Reading) -> str:
    return every(
        (
            r.attested(r.company, "operations-authentication"),
            met(r.truth(r.company, "recordsOperationsWork")),
            r.kept(r.company, "operations-audit-records", months(24)),
        )
    )


def operation_logs(r: Reading) -> str:
    return r.kept(r.company, "application-operation-logs", months(24))


def system_logs(r: Reading) -> str:
    monitored = ("monitorsCoreSystems", "monitorsNetworkSystems", "monitorsSecurityEvents")
    practices = ("real-time-monitoring", "monitoring-records", "monitoring-alarms")
    return every(
        (
            *(met(r.truth(r.company, name)) for name in monitored),
            *(r.attested(r.company, practice) for practice in practices),
            r.kept(r.company, "system-logs", months(6)),
        )
    )


def compliance_assessment(r: Reading) -> str:
    return every(
        (
            r.performed(r.company, "compliance-risk-assessment", "year"),
            r.kept(r.company, "compliance-risk-assessment-records", months(60)),
        )
    )


def provider_quality(r: Reading) -> str:
    return of_each(
        r,
        r.company,
        "serviceProvider",
        lambda provider: r.performed(provider, "provider-quality-evaluation", "year"),
        none=N,
    )


def capacity(r: Reading) -> str:
    def judge(system: str) -> str:
        return every(r.performed(system, f"{what}-assessment", "year") for what in ("performance", "capacity"))

    return of_each(r, r.company, "coreSystem", judge, none=V)


def log_evaluation(r: Reading) -> str:
    return every(
        (
            r.performed(r.company, "log-evaluation", "quarter"),
            r.attested(r.company, "anomaly-analysis"),
            r.attested(r.company, "log-evaluation-report"),
        )
    )


def media(r: Reading) -> str:
    return every(r.performed(r.company, f"{where}-media-storage", "week") for where in ("same-city", "off-site"))


def _of_branches(name: str, need: int) -> Callable[[Reading], str]:
    """Branches with 现场交易 alone; where that is not stated of one, it is bound or it is not."""

    def judge(r: Reading) -> str:
        things, complete = r.listed(r.company, "branch")
        ways: list[set[str]] = []
        for branch in things:
            on_site, outcome = r.truth(branch, "offersOnSiteTrading"), met(at_least(r.range(branch, name), just(need)))
            ways.append({N, outcome} if on_site is None else {outcome if on_site else N})
        return any_completion(every([*way, N if complete else U]) for way in product(*ways))

    return judge


def two_of(name: str, property_: str) -> Callable[[Reading], str]:
    """至少2套, 至少2家: those that have the property count."""

    def judge(r: Reading) -> str:
        things, complete = r.listed(r.company, name)
        stated = [r.truth(thing, property_) for thing in things]
        high = Decimal(sum(s is not False for s in stated)) if complete else None
        return met(at_least(Range(Decimal(stated.count(True)), high), just(2)))

    return judge


Judge = Callable[[Reading], str]
_ALL: Mapping[str, Judge] = {
    "1.1.2": share,
    "1.1.3": head_count,
    "1.1.7": compliance_assessment,
    "1.1.10": _managers("securityAdministratorCount", {1: 1, 2: 1, 3: 1, 4: 1}),
    "1.1.11": _of_branches("technicianCount", 1),
    "1.1.12": _managers("networkAdministratorCount", {1: 1, 2: 1, 3: 2, 4: 2}),
    "1.2.2": class_hours,
    "1.3.1": degrees,
    "1.3.2": experience,
    "1.4.5": provider_quality,
    "1.5.1": spend,
    "2.1.2": floor_load,
    "2.1.5": room_video,
    "3.3.1": core_recovery,
    "3.3.3": network_recovery,
    "3.4.1": two_of("quoteService", "isMutualBackup"),
    "3.5.1": two_of("transferBank", "nationwideTransfer"),
    "4.3.2": website_check,
    "4.3.3": tampered_content,
    "4.7.1": business_audit,
    "5.2.4": system_logs,
    "5.2.5": operation_logs,
    "6.1.6": media,
    "6.2.1": recovery_centre,
    "6.2.8": drill,
    "6.2.9": centre_recovery,
    "6.2.10": centre_capacity,
    "7.3.1": capacity,
    "8.2.1": _of_branches("tradingLinkCount", 2),
}
_SOME: Mapping[int, Mapping[str, Judge]] = {
    1: {"2.2.2": ups, "4.3.7": website_recovery, "5.2.8": log_evaluation},
    2: {
        "2.2.2": feeds_or_backup,
        "3.2.6": exchange_bandwidth,
        "3.2.8": online_bandwidth,
        "4.3.7": website_recovery,
        "5.2.8": log_evaluation,
    },
    3: {
        "2.2.2": feeds_and_generator,
        "2.2.4": generator_hours,
        "3.2.6": exchange_bandwidth,
        "3.2.8": online_bandwidth,
        "4.3.6": tamper_detection,
        "4.3.8": website_recovery,
        "4.7.3": operations_audit,
        "5.2.9": log_evaluation,
    },
    4: {
        "2.2.2": feeds_and_generator,
        "2.2.4": generator_hours,
        "3.2.6": exchange_bandwidth,
        "3.2.8": online_bandwidth,
        "4.3.6": tamper_detection,
        "4.3.8": website_recovery,
        "4.7.3": operations_audit,
        "5.2.10": log_evaluation,
    },
}
_EVERY_WAY = 64


def duties(tier: int) -> Mapping[str, Judge]:
    """Clause number to the function that judges it."""
    return {f"{tier + 1}.{local}": judge for local, judge in {**_ALL, **_SOME[tier]}.items()}


def judged(
    triples: Iterable[ox.Triple], company: str, tier: int, day: date, until: date, only: Container[str] | None = None
) -> dict[str, str]:
    """Return the outcome of each measured clause of ``tier`` of which the oracle has a word, or of ``only`` these.

    ``until`` is the last day of which something is stated.
    """
    said = _said(triples)
    found = {}
    for number, judge in duties(tier).items():
        if only is not None and number not in only:
            continue
        try:
            outcomes = set(_readings(judge, lambda: Reading(said, company, tier, day, until)))
        except Abstained:
            continue
        # Of facts that contradict each other either may be true: a person must tell where that decides, unless all
        # that one of them does is to leave something unsaid of a clause that applies whichever is true.
        found[number] = outcomes.pop() if len(outcomes) == 1 else U if U in outcomes and not outcomes & {V, N} else M
    return found


def asked(triples: Iterable[ox.Triple], company: str, tier: int, day: date) -> dict[str, set[tuple[str, str]]]:
    """Return of which properties of which nodes each clause asks."""
    said = _said(triples)
    found = {}
    for number, judge in duties(tier).items():
        reading = Reading(said, company, tier, day, day)
        judge(reading)
        found[number] = reading.asked
    return found


def _readings(judge: Judge, fresh: Callable[[], Reading]) -> Iterator[str]:
    """What ``judge`` says in each reading: of every property that it asked for, each of the values stated."""
    waiting: list[dict[str, int]] = [{}]
    seen: set[tuple[tuple[str, int], ...]] = set()
    while waiting:
        reading = fresh()
        reading.taken = waiting.pop()
        yield judge(reading)
        for key, count in reading.offered.items():
            for index in range(1, count):
                if key not in reading.taken:
                    taken = {**reading.taken, key: index}
                    if (mark := tuple(sorted(taken.items()))) not in seen:
                        seen.add(mark)
                        waiting.append(taken)
        if len(seen) > _EVERY_WAY:
            raise Abstained


def _said(triples: Iterable[ox.Triple]) -> Said:
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        said[_name(triple.subject)][triple.predicate.value].append(_name(triple.object))
    return said


def _name(term: object) -> str:
    return str(getattr(term, "value", term))
