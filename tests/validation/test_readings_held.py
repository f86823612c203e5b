"""How the law is read, sentence by sentence: the complete company with one thing changed, and what its clauses come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox
import pytest

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, changed_base, clauses_of, run
from zhiyin.model import Requirement
from zhiyin.validation.engine import Engine
from zhiyin.validation.judgement import Verdict
from zhiyin.validation.policy import TierStatus

ROOMS = ("/room/1", "/room/2")
SAT, VIO, UND, NA, MAN = "satisfied", "violated", "undeclared", "not-applicable", "manual"


@dataclass(frozen=True, slots=True)
class Held:
    """A sentence, the change that tries it, and the outcomes that it demands."""

    sentence: str
    tier: int
    patch: str
    expect: Mapping[str, str]
    day: date = CHECK_DATE


def has(prop: str, value: object, *nodes: str) -> str:
    """Give each node (the company where none is named) this one value, or none where it is ``None``."""
    updates = []
    for node in nodes or ("",):
        at = f"<{COMPANY}{node}> {prop}"
        updates.append(f"DELETE WHERE {{ {at} ?old }}")
        if value is not None:
            updates.append(f"INSERT DATA {{ {at} {str(value).lower() if isinstance(value, bool) else value} }}")
    return " ;\n".join(updates) + " ;\n"


def none_of(prop: str) -> str:
    """State that there is nothing of this list."""
    return has(prop, None) + f"INSERT DATA {{ <{COMPANY}> zy:listsAll {prop} }} ;\n"


_APPROVAL = (
    '<urn:approval> dcterms:title "审批单" ; dcterms:issued "2026-01-15"^^xsd:date ; zy:responsibleRole "首席信息官"'
)


def held(practice: str, *, no: bool = False, exception: str = "") -> str:
    """State that the practice is (not) there, where the base says the contrary or the same."""
    said = "false" if no else "true"
    more = f' ; zy:exception "{exception}" ; zy:evidence <urn:approval> . {_APPROVAL}' if exception else ""
    return (
        f"DELETE {{ ?a zy:holds ?h }} INSERT {{ ?a zy:holds {said}{more} }} "
        f"WHERE {{ ?a zy:about practice:{practice} ; zy:holds ?h }} ;\n"
    )


def silent(*practices: str) -> str:
    """Say nothing of the practices."""
    return "".join(f"DELETE {{ ?s ?p ?a }} WHERE {{ ?a zy:about practice:{p} . ?s ?p ?a }} ;\n" for p in practices)


def unbounded(network: str) -> str:
    """Describe no boundary of the network."""
    return (
        f"DELETE {{ ?c zy:networkIsolation ?i }} WHERE {{ ?c zy:networkIsolation ?i . ?i zy:between zy:{network} }} ;\n"
    )


def kept(record: str, unit: str, amount: int) -> str:
    """Keep the records for this long."""
    return (
        "DELETE { ?r zy:periodDays ?d . ?r zy:periodMonths ?m . ?r zy:periodYears ?y } "
        f"INSERT {{ ?r zy:period{unit} {amount} }} WHERE {{ ?r zy:about practice:{record} "
        "OPTIONAL { ?r zy:periodDays ?d } OPTIONAL { ?r zy:periodMonths ?m } OPTIONAL { ?r zy:periodYears ?y } } ;\n"
    )


def last(task: str, day: str) -> str:
    """Date the latest performance of the task."""
    return (
        f'DELETE {{ ?t zy:lastConductedOn ?d }} INSERT {{ ?t zy:lastConductedOn "{day}"^^xsd:date }} '
        f"WHERE {{ ?t zy:about practice:{task} ; zy:lastConductedOn ?d }} ;\n"
    )


def years(*figures: tuple[int, int, int]) -> str:
    """State IT spend, net profit and revenue of the years to 2025, in million yuan."""
    patch = ""
    for year, (spend, profit, revenue) in enumerate(figures, start=2026 - len(figures)):
        node = f"/fiscal-year/{year}"
        for prop, value in (("itSpendYuan", spend), ("netProfitYuan", profit), ("revenueYuan", revenue)):
            patch += has(f"zy:{prop}", f"{value}000000.0", node)
    return patch


def numbers() -> Iterator[Held]:
    no_emergency = has("zy:hasGenerator", False, *ROOMS) + has("zy:hasEmergencySupplyAgreement", False, *ROOMS)
    for minutes, outcome in ((239.9, VIO), (240, SAT), (240.1, SAT)):
        patch = no_emergency + has("zy:upsMinutes", float(minutes), *ROOMS)
        yield Held(f"bare figures include the bound: 4 h of UPS, {minutes} min", 1, patch, {"2.2.2.2": outcome})
    generator = has("zy:hasEmergencySupplyAgreement", False, *ROOMS) + has("zy:generatorStartMinutes", 10.0, *ROOMS)
    agreement = has("zy:hasGenerator", False, *ROOMS) + has("zy:hasEmergencySupplyAgreement", True, *ROOMS)
    agreement += has("zy:emergencyArrivalMinutes", 40.0, *ROOMS)
    for name, basis, twice in (("generator", generator, 20), ("agreement", agreement, 80)):
        for minutes, outcome in ((twice - 0.1, VIO), (twice, VIO), (twice + 0.1, SAT)):
            patch = basis + has("zy:upsMinutes", float(minutes), *ROOMS)
            yield Held(f"超过 excludes the bound: {name}, {minutes} min", 1, patch, {"2.2.2.2": outcome})
    single = has("zy:mainsFeedCount", 1, *ROOMS)
    for hours, outcome in ((3.9, VIO), (4.0, VIO), (4.1, SAT)):
        patch = single + has("zy:backupSupplyHours", hours, *ROOMS)
        yield Held(f"超过4小时 excludes the bound: {hours} h", 2, patch, {"3.2.2.2": outcome})
    weak = has("zy:mainsSwitchesAutomatically", False, *ROOMS) + has("zy:backupSupplyHours", 1.0, *ROOMS)
    yield Held(
        "one satisfied branch of an alternative is enough",
        2,
        has("zy:backupSupplyHours", 1.0, *ROOMS),
        {"3.2.2.2": SAT},
    )
    yield Held("no branch of an alternative satisfied", 2, weak, {"3.2.2.2": VIO})
    unsaid = has("zy:mainsSwitchesAutomatically", None, *ROOMS) + has("zy:backupSupplyHours", 5.0, *ROOMS)
    yield Held("a fact missing from one branch does not matter where another holds", 2, unsaid, {"3.2.2.2": SAT})
    for ups, outcome in ((2.0, VIO), (2.1, SAT)):
        patch = has("zy:upsFullLoadMinutes", ups, *ROOMS) + has("zy:generatorSupplyMinutes", 2.0, *ROOMS)
        yield Held(f"UPS must exceed the gap to the generator: {ups} min", 4, patch, {"5.2.2.4": outcome})
    for hours, outcome in ((11.9, VIO), (12.0, SAT)):
        patch = has("zy:generatorContinuousHours", hours, *ROOMS)
        yield Held(f"不少于12小时 includes the bound: {hours} h", 4, patch, {"5.2.2.4": outcome})
    for count, staff, outcome in ((12, 151, VIO), (12, 150, SAT), (12, 149, SAT), (8, 101, VIO), (8, 100, SAT)):
        patch = has("zy:headquartersTechnicianCount", count) + has("zy:headquartersStaffCount", staff)
        yield Held(f"ratios are exact: {count} of {staff}", 1, patch, {"2.1.1.2": outcome})
    for count, outcome in ((10, VIO), (11, SAT)):
        yield Held(
            f"以上 includes the bound: {count} of 22", 4, has("zy:degreeTechnicianCount", count), {"5.1.3.1": outcome}
        )
    for use, outcome in ((80.0, SAT), (80.1, VIO)):
        patch = has("zy:monthlyAveragePeakUsePercent", use, "/online-link/2")
        yield Held(f"不超过 includes the bound: {use} %", 4, patch, {"5.3.2.8": outcome})
    for minutes, outcome in ((5.0, SAT), (5.1, VIO)):
        patch = has("zy:rtoMinutes", minutes, "/core-system/trading/router")
        yield Held(f"<= includes the bound: {minutes} min", 4, patch, {"5.3.3.1": outcome})
    for load, outcomes in ((299.9, (VIO, VIO)), (300.0, (SAT, VIO)), (499.9, (SAT, VIO)), (500.0, (SAT, SAT))):
        patch = has("zy:floorLoadKgPerM2", load, "/room/1")
        yield Held(f"达到 includes the bound: {load} kg", 1, patch, {"2.2.1.2": outcomes[0]})
        yield Held(f"达到 includes the bound: {load} kg", 4, patch, {"5.2.1.2": outcomes[1]})
    for km, outcome in ((99.9, VIO), (100.0, SAT)):
        patch = f"DELETE {{ ?c zy:straightLineKilometres ?d }} INSERT {{ ?c zy:straightLineKilometres {km} }} WHERE {{ ?c zy:straightLineKilometres ?d }} ;\n"
        yield Held(f"至少达到100公里: {km} km", 4, patch, {"5.6.2.1": outcome})


def periods_kept() -> Iterator[Held]:
    for record, clause, tier, bounds in (
        ("system-logs", "5.5.2.4", 4, {180: VIO, 181: MAN, 183: MAN, 184: SAT}),
        ("trading-area-recording", "2.4.4.7", 1, {180: VIO, 181: MAN, 183: MAN, 184: SAT}),
        ("application-operation-logs", "4.5.2.5", 3, {729: VIO, 730: MAN, 731: SAT}),
        ("trading-system-log", "2.3.1.3", 1, {729: VIO, 730: MAN, 731: SAT}),
        ("business-audit-records", "3.4.7.1", 2, {729: VIO, 730: MAN, 731: SAT}),
        ("compliance-risk-assessment-records", "2.1.1.7", 1, {1825: VIO, 1826: MAN, 1827: SAT}),
        ("room-video-recording", "5.2.1.5", 4, {89: VIO, 90: SAT}),
    ):
        for days, outcome in bounds.items():
            yield Held(f"{record} kept for {days} days", tier, kept(record, "Days", days), {clause: outcome})
    for unit, amount, outcome in (("Months", 5, VIO), ("Months", 6, SAT), ("Years", 1, SAT)):
        yield Held(f"6 months stated as {amount} {unit}", 4, kept("system-logs", unit, amount), {"5.5.2.4": outcome})
    for unit, amount, outcome in (("Months", 23, VIO), ("Months", 24, SAT), ("Years", 1, VIO), ("Years", 2, SAT)):
        patch = kept("application-operation-logs", unit, amount)
        yield Held(f"2 years stated as {amount} {unit}", 4, patch, {"5.5.2.5": outcome})
    for months, outcome in ((2, VIO), (3, MAN), (4, SAT)):
        patch = kept("room-video-recording", "Months", months)
        yield Held(f"90 天 is days: {months} months", 4, patch, {"5.2.1.5": outcome})


def heads() -> Iterator[Held]:
    hosted = has("zy:isHosted", True, *ROOMS) + has("zy:hostMaintainsInfrastructure", True, *ROOMS)
    in_part = has("zy:isHosted", True, "/room/1") + has("zy:hostMaintainsInfrastructure", True, "/room/1")
    unmaintained = has("zy:isHosted", True, *ROOMS) + has("zy:hostMaintainsInfrastructure", False, *ROOMS)
    for tier, plain, continuous, less in ((1, 5, 8, 2), (2, 8, 11, 2), (3, 11, 16, 3), (4, 15, 20, 3)):
        clause = f"{tier + 1}.1.1.3"
        for trading, full in ((False, plain), (True, continuous)):
            common = has("zy:conductsContinuousTrading", trading)
            for name, rooms, count, outcome in (
                ("own rooms", "", full, SAT),
                ("own rooms", "", full - 1, VIO),
                ("all hosted and maintained", hosted, full - less, SAT),
                ("all hosted and maintained", hosted, full - less - 1, VIO),
                ("hosted but not maintained by the host", unmaintained, full - 1, VIO),
                ("hosted in part", in_part, full, SAT),
                ("hosted in part", in_part, full - 1, MAN),
                ("hosted in part", in_part, full - less, MAN),
                ("hosted in part", in_part, full - less - 1, VIO),
            ):
                patch = common + rooms + has("zy:headquartersTechnicianCount", count)
                yield Held(f"{count} people, 连续交易 {trading}, {name}", tier, patch, {clause: outcome})
    unsaid = has("zy:conductsContinuousTrading", None)
    for count, outcome in ((4, VIO), (5, UND), (7, UND), (8, SAT)):
        patch = unsaid + has("zy:headquartersTechnicianCount", count)
        yield Held(f"{count} people, nothing said of 连续交易", 1, patch, {"2.1.1.3": outcome})


def each() -> Iterator[Held]:
    hours = has("zy:classHours", 1.0, "/technician/T05/training/1") + has(
        "zy:classHours", 200.0, "/technician/T06/training/2"
    )
    for second, outcome in ((13.9, VIO), (14.0, SAT)):
        patch = hours + has("zy:classHours", second, "/technician/T05/training/2")
        yield Held(f"15 学时 each, not on average: 1 + {second}", 4, patch, {"5.1.2.2": outcome})
    short = hours + has("zy:classHours", 1.0, "/technician/T05/training/2")
    for joined, outcome in (("2024-06-29", VIO), ("2024-07-02", MAN), ("2026-01-05", MAN)):
        patch = short + has("zy:joinedOn", f'"{joined}"^^xsd:date', "/technician/T05")
        yield Held(f"short, in service since {joined}", 4, patch, {"5.1.2.2": outcome})
    enough = has("zy:joinedOn", '"2026-01-05"^^xsd:date', "/technician/T05")
    yield Held("under two years of service, not short", 4, enough, {"5.1.2.2": SAT})
    yield Held("each room", 4, has("zy:hasRodentProtection", False, "/room/2"), {"5.2.1.6": VIO})
    yield Held("each link", 4, has("zy:isMonitored", False, "/online-link/3"), {"5.3.2.7": VIO})
    yield Held("each provider", 4, has("zy:hasContactDetails", False, "/provider/3"), {"5.1.4.3": VIO})
    yield Held("each branch", 4, has("zy:keyEquipmentIsRedundant", False, "/branch/2"), {"5.8.2.2": VIO})
    open_list = f"DELETE DATA {{ <{COMPANY}> zy:listsAll zy:machineRoom }} ;\n"
    yield Held("each of an open list is not known", 4, open_list, {"5.2.1.6": UND})
    yield Held(
        "violated comes before undeclared",
        4,
        open_list + has("zy:hasRodentProtection", False, "/room/2"),
        {"5.2.1.6": VIO},
    )


def money() -> Iterator[Held]:
    yield Held(
        "3 % of revenue, the larger, met exactly", 4, years((6, 50, 200), (6, 50, 200), (6, 50, 200)), {"5.1.5.1": SAT}
    )
    yield Held("just under 3 %", 4, years((6, 50, 200), (6, 50, 200), (6, 50, 201)), {"5.1.5.1": VIO})
    yield Held(
        "6 % of profit, the larger, met exactly",
        4,
        years((6, 100, 100), (6, 100, 100), (6, 100, 100)),
        {"5.1.5.1": SAT},
    )
    yield Held("just under 6 %", 4, years((6, 100, 100), (6, 100, 100), (6, 101, 100)), {"5.1.5.1": VIO})
    yield Held("averages, not single years", 4, years((1, 100, 100), (1, 100, 100), (16, 100, 100)), {"5.1.5.1": SAT})
    yield Held("a loss leaves 3 %", 4, years((3, -100, 100), (3, -100, 100), (3, -100, 100)), {"5.1.5.1": SAT})
    yield Held("a loss leaves 3 %, not met", 4, years((3, -100, 100), (3, -100, 100), (2, -100, 100)), {"5.1.5.1": VIO})
    yield Held(
        "older years do not count", 4, years((0, 900, 900), (6, 50, 200), (6, 50, 200), (6, 50, 200)), {"5.1.5.1": SAT}
    )
    young = "".join(
        f"DELETE WHERE {{ <{COMPANY}> zy:fiscalYear <{COMPANY}/fiscal-year/{y}> }} ;\n" for y in (2022, 2023)
    )
    yield Held("a younger company is manual", 4, young + has("zy:firstFiscalYear", 2024), {"5.1.5.1": MAN})
    gap = f"DELETE WHERE {{ <{COMPANY}> zy:fiscalYear <{COMPANY}/fiscal-year/2024> }} ;\n"
    yield Held("a year not stated", 4, gap, {"5.1.5.1": UND})


def isolation() -> Iterator[Held]:
    office = "/isolation/production-office"
    for means in ("PhysicalSeparation", "Firewall", "NetworkGap", "Vlan"):
        yield Held(means, 4, has("zy:isolationMeans", f"zy:{means}", office), {"5.4.1.3": SAT})
    for means in ("OtherMeans", "NoIsolation"):
        yield Held(means, 4, has("zy:isolationMeans", f"zy:{means}", office), {"5.4.1.3": VIO})
    equivalent = has("zy:isolationMeans", "zy:EquivalentMeasure", office)
    argued = equivalent + has("zy:isolationArgument", '"零信任网关逐包鉴权"', office)
    yield Held("等效措施 with an argument", 4, argued, {"5.4.1.3": MAN})
    yield Held("等效措施 without an argument", 4, equivalent, {"5.4.1.3": UND})
    yield Held("nothing said of the means", 4, has("zy:isolationMeans", None, office), {"5.4.1.3": UND})
    gone = f"DELETE WHERE {{ <{COMPANY}> zy:networkIsolation <{COMPANY}{office}> }} ;\n"
    yield Held("nothing said of the boundary", 4, gone, {"5.4.1.3": UND})
    for network in ("exchange", "bank", "customer"):
        patch = has("zy:isolationMeans", "zy:OtherMeans", f"/isolation/production-{network}")
        yield Held(f"each network of the clause: {network}", 2, patch, {"3.4.1.5": VIO})
    for network in ("development", "test"):
        patch = has("zy:isolationMeans", None, f"/isolation/production-{network}")
        yield Held(f"each network of the clause: {network}", 2, patch, {"3.4.1.6": UND})


def scope() -> Iterator[Held]:
    remote = "/branch/3"
    yield Held("a branch without 现场交易 is not bound", 4, has("zy:hasFirewall", False, remote), {"5.8.1.4": SAT})
    bare = has("zy:hasFirewall", False, "/branch/1")
    yield Held("a branch with 现场交易 is: the other branch of the alternative is open", 4, bare, {"5.8.1.4": UND})
    bare += has("zy:hasEquivalentProtection", False, "/branch/1")
    yield Held("a branch with 现场交易 is: neither", 4, bare, {"5.8.1.4": VIO})
    yield Held("x.8.1.6 binds all", 4, has("zy:reportsOperationToHeadquarters", False, remote), {"5.8.1.6": VIO})
    yield Held("x.4.1.4 binds all", 4, has("zy:isolationMeans", "zy:NoIsolation", remote), {"5.4.1.4": VIO})
    nowhere = has("zy:offersOnSiteTrading", False, "/branch/1", "/branch/2")
    only_on_site = {f"5.8.1.{n}": NA for n in (1, 2, 3, 4, 5, 7)} | {f"5.8.2.{n}": NA for n in (1, 2, 3, 4)}
    yield Held("no branch with 现场交易", 4, nowhere, {**only_on_site, "5.1.1.11": NA, "5.8.1.6": SAT, "5.4.1.4": SAT})
    yield Held("no branch", 4, none_of("zy:branch"), {**only_on_site, "5.1.1.11": NA, "5.8.1.6": NA, "5.4.1.4": NA})
    area = has("zy:videoCoversTradingHours", False, "/business-place/1")
    yield Held("客户交易区 of the headquarters", 1, area, {"2.4.4.7": VIO})
    places = ("/business-place/1", "/business-place/2")
    no_area = has("zy:hasCustomerTradingArea", False, *places)
    yield Held("no 客户交易区, and a camera in it", 1, no_area, {"2.4.4.7": MAN})
    no_area += has("zy:tradingAreaHasVideo", None, *places) + has("zy:videoCoversTradingHours", None, *places)
    yield Held("no 客户交易区", 1, no_area + silent("trading-area-recording"), {"2.4.4.7": NA})
    spare = (
        f"INSERT DATA {{ <{COMPANY}> zy:machineRoom <{COMPANY}/room/9> . <{COMPANY}/room/9> a zy:MachineRoom ; "
        "zy:runsProduction %s ; zy:floorLoadKgPerM2 100.0 } ;\n"
    )
    yield Held("a room of the recovery centre without production", 4, spare % "false", {"5.2.1.2": SAT, "5.2.1.4": SAT})
    yield Held("a room of the recovery centre with production", 4, spare % "true", {"5.2.1.2": VIO, "5.2.1.4": UND})
    yield Held("2.2.2.2 does not bind tier 2", 2, has("zy:upsMinutes", 1.0, *ROOMS), {"3.2.2.2": SAT, "3.2.2.1": SAT})


def absence() -> Iterator[Held]:
    centre = none_of("zy:disasterRecoveryCentre")
    for tier in (1, 2, 3, 4):
        expect = {f"{tier + 1}.6.2.{n}": VIO for n in range(1, 11)}
        stated = {**expect, f"{tier + 1}.6.2.8": SAT}
        yield Held("a recovery centre is demanded, though plan and drill may be had without", tier, centre, stated)
        for subject in ("disaster-recovery-plan", "disaster-recovery-procedure", "disaster-recovery-drill"):
            centre += silent(subject)
        yield Held("a recovery centre is demanded", tier, centre, expect)
        centre = none_of("zy:disasterRecoveryCentre")
    dark = has("zy:hasGenerator", False, *ROOMS) + silent("generator-start-test")
    for particular in ("generatorContinuousHours", "generatorSupplyMinutes", "coolingHasGenerator"):
        dark += has(f"zy:{particular}", None, *ROOMS)
    beside = has("zy:hasGenerator", False, *ROOMS)
    yield Held(
        "a general denial does not override a stated particular",
        4,
        beside,
        {"5.2.2.2": VIO, "5.2.2.4": MAN, "5.2.2.5": MAN, "5.2.3.5": SAT},
    )
    yield Held(
        "tiers 3 and 4 demand a generator", 3, dark, {"4.2.2.2": VIO, "4.2.2.4": VIO, "4.2.2.5": VIO, "4.2.3.5": VIO}
    )
    yield Held(
        "tiers 3 and 4 demand a generator", 4, dark, {"5.2.2.2": VIO, "5.2.2.4": VIO, "5.2.2.5": VIO, "5.2.3.5": VIO}
    )
    yield Held("tier 2 demands none", 2, dark, {"3.2.2.2": SAT})
    sites = {f"5.4.3.{n}": NA for n in range(1, 11)} | {"5.4.1.2": NA, "5.6.1.5": SAT, "5.5.1.6": SAT}
    yield Held("a website is not demanded", 4, none_of("zy:website") + unbounded("WebsiteSystem"), sites)
    yield Held("an automation tool is not demanded", 4, none_of("zy:automationTool"), {"5.5.2.11": NA})
    online = dict.fromkeys(
        ("5.3.2.7", "5.3.2.8", "5.3.3.4", "5.4.1.2", "5.4.4.1", "5.4.4.3", "5.4.4.4", "5.4.4.6", "5.4.4.7"), NA
    )
    nothing_of_it = (
        silent("reliable-authentication", "contract-online-risks", "contract-company-controls")
        + silent("contract-customer-controls", "contract-liability", "online-trading-assessment")
        + silent("online-trading-assessor-qualification", "online-trading-vulnerability-correction")
        + has("zy:authenticationMethodCount", None)
        + has("zy:offersReservedMessage", None)
        + has("zy:showsReservedMessageAtLogin", None)
        + unbounded("OnlineTradingSystemNetwork")
        + "DELETE WHERE { ?site zy:hasTradingFunction ?said } ;\n"
    )
    neither = has("zy:offersOnlineTrading", False) + has("zy:onlineTradingLink", None)
    yield Held("no online trading beside a website that trades", 4, neither, dict.fromkeys(online, MAN))
    neither += nothing_of_it
    yield Held("online trading is not demanded", 4, neither, online)
    no_links = has("zy:offersOnlineTrading", None) + none_of("zy:onlineTradingLink") + nothing_of_it
    yield Held("no link for online trading: the same", 4, no_links, online)
    lost = {"5.3.2.7": VIO, "5.3.2.8": VIO, "5.3.3.4": VIO}
    yield Held("online trading without a link", 4, none_of("zy:onlineTradingLink"), lost)
    opening = has("zy:offersInternetAccountOpening", False)
    yield Held("no account opening over the internet, and its real names", 4, opening, {"5.3.1.12": MAN})
    opening += has("zy:internetOpeningEnforcesRealName", None) + has("zy:internetOpeningEnforcesSuitability", None)
    yield Held("account opening over the internet is not demanded", 4, opening, {"5.3.1.12": NA})
    none = has("zy:hadTechnicalIncidents", False)
    yield Held("no incident, and its records", 4, none, {"5.7.5.1": SAT, "5.7.5.2": MAN, "5.7.5.3": MAN})
    none += silent("incident-records", "incident-improvement-plan", "incident-improvement-measures")
    yield Held("no incident", 4, none, {"5.7.5.1": SAT, "5.7.5.2": NA, "5.7.5.3": NA})
    yield Held("nothing said of incidents", 4, has("zy:hadTechnicalIncidents", None), {"5.7.5.2": UND, "5.7.5.3": UND})
    yield Held("a denied fact is never a gap", 4, has("zy:hasTechnologyDepartment", False), {"5.1.1.1": VIO})
    yield Held("a missing fact is never a violation", 4, has("zy:hasTechnologyDepartment", None), {"5.1.1.1": UND})


def times() -> Iterator[Held]:
    for task, clause, tier, days in (
        # At 2026-06-30: rolling from 2025-06-30, the calendar year before from 2025-01-01.
        (
            "compliance-risk-assessment",
            "5.1.1.7",
            4,
            {"2024-12-31": VIO, "2025-01-01": MAN, "2025-06-29": MAN, "2025-06-30": SAT},
        ),
        ("provider-quality-evaluation", "2.1.4.5", 1, {"2024-12-31": VIO, "2025-06-29": MAN, "2025-06-30": SAT}),
        ("website-security-check", "5.4.3.2", 4, {"2024-12-31": VIO, "2025-06-29": MAN, "2025-06-30": SAT}),
        ("disaster-recovery-drill", "5.6.2.8", 4, {"2024-12-31": VIO, "2025-06-29": MAN, "2025-06-30": SAT}),
        # Rolling from 2026-03-30, the quarter before from 2026-01-01.
        ("log-evaluation", "5.5.2.10", 4, {"2025-12-31": VIO, "2026-01-01": MAN, "2026-03-29": MAN, "2026-03-30": SAT}),
        # A Tuesday: rolling from 06-23, the week before from Monday 06-22.
        ("off-site-media-storage", "5.6.1.6", 4, {"2026-06-21": VIO, "2026-06-22": MAN, "2026-06-23": SAT}),
        ("website-offline-backup", "5.4.3.9", 4, {"2026-06-28": VIO, "2026-06-29": SAT}),
    ):
        for day, outcome in days.items():
            yield Held(f"{task} on {day}", tier, last(task, day), {clause: outcome})
        yield Held(f"{task} planned for 2026-07-01", tier, last(task, "2026-07-01"), {clause: UND})
    for day, outcome in (("2026-03-02", SAT), ("2026-03-01", MAN), ("2020-01-01", MAN)):
        patch = (
            last("password-change", day)
            + "DELETE { ?t zy:statedIntervalDays ?d } INSERT { ?t zy:statedIntervalDays 120 } WHERE { ?t zy:about practice:password-change ; zy:statedIntervalDays ?d } ;\n"
        )
        yield Held(f"定期, an interval of 120 days, last on {day}", 4, patch, {"5.4.6.3": outcome})
    no_interval = "DELETE { ?t zy:statedIntervalDays ?d } WHERE { ?t zy:about practice:password-change ; zy:statedIntervalDays ?d } ;\n"
    yield Held("定期 without an interval", 4, no_interval, {"5.4.6.3": UND})
    never = "DELETE { ?t zy:lastConductedOn ?d . ?t zy:statedIntervalDays ?i } INSERT { ?t zy:holds false } WHERE { ?t zy:about practice:password-change ; zy:lastConductedOn ?d ; zy:statedIntervalDays ?i } ;\n"
    yield Held("定期, never", 4, never, {"5.4.6.3": VIO})
    yield Held("定期, planned", 4, last("password-change", "2026-07-01"), {"5.4.6.3": UND})


def prohibitions() -> Iterator[Held]:
    for practice, clause, tier in (
        ("data-tampering-function", "2.3.1.5", 1),
        ("data-forging-function", "3.3.1.5", 2),
        ("data-distorting-function", "4.3.1.5", 3),
        ("plaintext-database-passwords", "5.4.6.4", 4),
        ("room-entry-during-trading", "5.5.3.3", 4),
        ("unconsented-disclosure", "2.4.4.6", 1),
    ):
        other = f"DELETE DATA {{ <{COMPANY}> zy:listsAll zy:disclosure }} ;\n"
        yield Held(f"{practice}: silence", tier, silent(practice) + other, {clause: UND})
        yield Held(f"{practice}: denied", tier, held(practice, no=True), {clause: SAT})
        bare = (
            held(practice, no=True)
            + f"DELETE {{ ?a zy:evidence ?e }} WHERE {{ ?a zy:about practice:{practice} ; zy:evidence ?e }} ;\n"
        )
        yield Held(f"{practice}: denied without a document", tier, bare, {clause: SAT})
        yield Held(f"{practice}: admitted", tier, held(practice), {clause: VIO})
        yield Held(
            f"{practice}: admitted, with an exception", tier, held(practice, exception="另有约定"), {clause: VIO}
        )
    third = "/disclosure/2"
    for consent, approval, outcome in ((True, True, SAT), (False, True, VIO), (True, False, VIO), (True, None, UND)):
        patch = has("zy:hasCustomerConsent", consent, third) + has("zy:hasCompanyApproval", approval, third)
        yield Held(f"two consents: {consent}, {approval}", 4, patch, {"5.4.4.8": outcome})
    for kind in ("SecuritiesRegulator", "LawEnforcement", "Auditor"):
        patch = has("zy:hasCustomerConsent", False, third) + has("zy:recipientKind", f"zy:{kind}", third)
        yield Held(f"named exception: {kind}", 4, patch, {"5.4.4.8": SAT})
    for practice, clause, denies in (
        ("telnet-on-servers", "5.4.2.8", False),
        ("ftp-on-servers", "5.4.2.8", False),
        ("super-administrator-daily-work", "5.4.5.4", False),
        ("risky-change-contingency-plan", "5.7.1.5", True),
        ("risky-change-fallback-plan", "5.7.1.5", True),
        ("risky-change-rehearsal", "5.7.1.8", True),
    ):
        yield Held(f"soft: {practice}", 4, held(practice, no=denies), {clause: VIO})
        yield Held(f"soft: {practice}, documented", 4, held(practice, no=denies, exception="已批准"), {clause: MAN})


def attestations() -> Iterator[Held]:
    practice, clause = "post-descriptions", "5.1.1.1"
    for lacking in ("dcterms:title", "dcterms:issued", "zy:responsibleRole"):
        patch = f"DELETE {{ ?e {lacking} ?v }} WHERE {{ ?a zy:about practice:{practice} ; zy:evidence ?e . ?e {lacking} ?v }} ;\n"
        yield Held(f"an attestation without {lacking}", 4, patch, {clause: UND})
    for day, outcome in (("2026-06-30", SAT), ("2026-07-01", UND)):
        patch = (
            f'DELETE {{ ?e dcterms:issued ?v }} INSERT {{ ?e dcterms:issued "{day}"^^xsd:date }} '
            f"WHERE {{ ?a zy:about practice:{practice} ; zy:evidence ?e . ?e dcterms:issued ?v }} ;\n"
        )
        yield Held(f"evidence of {day}", 4, patch, {clause: outcome})
    yield Held("denied", 4, held(practice, no=True), {clause: VIO})
    yield Held("silent", 4, silent(practice), {clause: UND})
    both = silent(practice) + has("zy:hasTechnologyDepartment", False)
    yield Held("violated comes before undeclared", 4, both, {clause: VIO})


ALL = [
    *numbers(),
    *periods_kept(),
    *heads(),
    *each(),
    *money(),
    *isolation(),
    *scope(),
    *absence(),
    *times(),
    *prohibitions(),
    *attestations(),
]


def test_there_are_sentences() -> None:
    assert len(ALL) > 300
    assert len({(case.sentence, case.tier, case.patch) for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.sentence} (tier {case.tier})")
def test_the_sentence_is_held(case: Held) -> None:
    assert case.expect.keys() <= set(clauses_of(case.tier))
    verdicts, _ = run(case.patch, case.tier, case.day, Engine.COMPILED, list(case.expect))
    assert {v.number: str(v.outcome) for v in verdicts} == case.expect


def judged(patch: str, requirements: Sequence[Requirement], tier: int) -> Verdict:
    data = bytes(ox.serialize(changed_base(patch), format=ox.RdfFormat.N_TRIPLES) or b"")
    return judge_bytes(data, rules(), Asked(CHECK_DATE, tier), source="sample.nt").verdicts[0]


def test_optional_clauses_are_judged_and_never_decide(requirements: Sequence[Requirement]) -> None:
    busy = has("zy:monthlyAveragePeakUsePercent", 80.1, "/online-link/2")
    for tier, clause, severity, status in (
        (2, "3.3.2.8", "Warning", TierStatus.MET),
        (4, "5.3.2.8", "Violation", TierStatus.NOT_MET),
    ):
        verdict = judged(busy, requirements, tier)
        found = next(c for c in verdict.clauses if c.requirement.number == clause)
        assert (str(found.outcome), found.severity, verdict.status) == (VIO, severity, status)


def test_the_highest_tier_met_is_met_on_its_own(requirements: Sequence[Requirement]) -> None:
    """A battery of one minute fails the rule of tier 1 alone: the facts still support the tiers above."""
    no_emergency = has("zy:hasEmergencySupplyAgreement", False, *ROOMS) + has("zy:upsMinutes", 1.0, *ROOMS)
    verdict = judged(no_emergency, requirements, 1)
    assert (verdict.status, verdict.achieved_tier) == (TierStatus.NOT_MET, 4)
    assert verdict.statuses[2] is verdict.statuses[3] is TierStatus.MET


def test_every_finding_cites_a_clause_of_the_assessed_chapter_alone(requirements: Sequence[Requirement]) -> None:
    verdict = judged(has("zy:headquartersTechnicianCount", 3), requirements, 3)
    assert {c.requirement.number[0] for c in verdict.clauses} == {"4"}
