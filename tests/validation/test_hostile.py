"""Self-descriptions by one who wants to pass: each with what it must come to, judged by hand from the text.

Three or more for each tier; the first twelve were written before the first run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox
import pytest

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, changed_base
from zhiyin.errors import BadSubmission
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import PREFIXES
from zhiyin.report.causes import causes

SAT, VIO, UND, MAN, NOT = (
    Outcome.SATISFIED,
    Outcome.VIOLATED,
    Outcome.UNDECLARED,
    Outcome.MANUAL,
    Outcome.NOT_APPLICABLE,
)
C = f"<{COMPANY}>"
_PREFIXES = "".join(f"PREFIX {p}: <{ns}>\n" for p, ns in PREFIXES.items())


def of(place: str) -> str:
    return f"<{COMPANY}/{place}>"


def only(node: str, prop: str, value: str) -> str:
    return f"DELETE WHERE {{ {node} zy:{prop} ?old }} ; INSERT DATA {{ {node} zy:{prop} {value} }} ;\n"


def without(node: str, *props: str) -> str:
    return "".join(f"DELETE WHERE {{ {node} zy:{prop} ?old }} ;\n" for prop in props)


def also(text: str) -> str:
    return f"INSERT DATA {{ {text} }} ;\n"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is sent at which tier, why, what each clause must come to, and of what kinds people are told beside it."""

    why: str
    tier: int
    patch: str
    truth: dict[str, Outcome] = field(default_factory=dict)
    refused: str = ""
    """Where the file must be refused: what the fault names."""
    told: tuple[str, ...] = ()


ROOM, SECOND, CENTRE = of("room/1"), of("room/2"), of("recovery-centre/1")
NOBODY = without(C, "technician") + f"DELETE DATA {{ {C} zy:listsAll zy:technician }} ;\n"

ATTEMPTS = {
    "more graduates than people": Attempt(
        "18 of 5 people hold a degree: either there are more people, or fewer graduates, perhaps none. The head count is "
        "answered by the number stated.",
        1,
        NOBODY + only(C, "headquartersTechnicianCount", "5") + only(C, "conductsContinuousTrading", "false"),
        {"2.1.3.1": MAN, "2.1.1.3": SAT},
    ),
    "nobody of nobody": Attempt(
        "No staff and no technicians, for 0 is 8 % of 0: a company without anybody is not stated.",
        1,
        NOBODY
        + only(C, "headquartersTechnicianCount", "0")
        + only(C, "headquartersStaffCount", "0")
        + only(C, "degreeTechnicianCount", "0"),
        refused="headquartersStaffCount",
    ),
    "the core system in a room without production": Attempt(
        "4 people would do if every room were hosted; the room of one's own, alone with a core system in it, is said to run "
        "no production. If production runs there, the floor is too weak and nothing is deducted.",
        1,
        NOBODY
        + only(C, "headquartersTechnicianCount", "4")
        + only(C, "conductsContinuousTrading", "false")
        + only(ROOM, "isHosted", "true")
        + only(ROOM, "hostMaintainsInfrastructure", "true")
        + only(ROOM, "hostsCoreSystem", "false")
        + only(SECOND, "runsProduction", "false")
        + only(SECOND, "floorLoadKgPerM2", "100.0"),
        {"2.1.1.3": MAN, "2.2.1.2": MAN},
    ),
    "one boundary told twice, in two places": Attempt(
        "A firewall between production and office network in one entry, no isolation in another: each entry is a boundary, "
        "and 生产网与办公网应实现有效隔离 is broken at the second.",
        2,
        also(
            f"{C} zy:networkIsolation <urn:i> . <urn:i> zy:between zy:ProductionNetwork , zy:OfficeNetwork ; "
            "zy:isolationMeans zy:NoIsolation"
        ),
        {"3.4.1.3": VIO},
    ),
    "an exchange without a link": Attempt(
        "A membership is added of an exchange that no link goes to, and all links are listed: 接入交易所的链路应达到所有其"
        "作为会员的交易所的要求 is not met for it.",
        2,
        also(f"{C} zy:exchangeMembership <urn:exchange>"),
        {"3.3.2.5": VIO},
    ),
    "a ruling in one's own file": Attempt(
        "The firm determines its own doubtful boundary.",
        2,
        only(of("isolation/production-office"), "isolationMeans", "zy:EquivalentMeasure")
        + also(f'{of("isolation/production-office")} zy:isolationArgument "单向光闸"')
        + also(
            "<urn:r> a zy:Determination ; zy:ofClause <https://w3id.org/zhiyin/id/clause/3.4.1.3> ; zy:ruling "
            'zy:Satisfied ; zy:determinedBy "检查岗" ; zy:determinedOn "2026-06-01"^^xsd:date ; zy:reason "经查"'
        ),
        refused="urn:r",
    ),
    "a section left out to hide what is in it": Attempt(
        "Only section 4.1 is said to be covered; a room of section 4.2 with a weak floor is described all the same.",
        3,
        also(f'{of("self-description")} zy:coversSection "4.1"') + only(ROOM, "floorLoadKgPerM2", "100.0"),
        {"4.2.1.2": VIO, "4.1.1.3": SAT},
    ),
    "customers trade in a branch without on-site trading": Attempt(
        "1.4.5: 客户使用期货公司现场网络和相关技术设备进行期货交易. A branch with a customer trading area and no on-site "
        "trading escapes the clauses on branches; the two facts contradict each other.",
        3,
        only(of("branch/1"), "offersOnSiteTrading", "false")
        + only(of("branch/1"), "tradingLinkCount", "0")
        + also(
            f"{C} zy:businessPlace {of('branch/1')} . {of('branch/1')} zy:hasCustomerTradingArea true ; "
            "zy:tradingAreaHasVideo true ; zy:videoCoversTradingHours true ; zy:retention [ zy:about "
            "practice:trading-area-recording ; zy:periodYears 1 ]"
        ),
        {"4.8.2.1": MAN, "4.4.4.9": SAT},
    ),
    "a young company with old years": Attempt(
        "The first fiscal year is said to be 2025, and 2022 to 2024 are listed with hardly any spend: an old company breaks "
        "the clause, of a young one a person judges.",
        3,
        only(C, "firstFiscalYear", "2025")
        + "".join(only(of(f"fiscal-year/{year}"), "itSpendYuan", "100000.0") for year in (2023, 2024, 2025)),
        {"4.1.5.1": MAN},
    ),
    "one half of the demand in each of two centres": Attempt(
        "One centre is 260 km away and takes nothing over, the other takes all over in the same city: no centre is both.",
        4,
        only(CENTRE, "takesOverAllCoreBusiness", "false")
        + also(
            f"{C} zy:disasterRecoveryCentre <urn:near> . <urn:near> zy:takesOverAllCoreBusiness true ; "
            "zy:straightLineKilometres 3.0 ; zy:isInOtherCity false"
        ),
        {"5.6.2.1": VIO},
    ),
    "the production room as its own recovery centre": Attempt(
        "The only room of production is the centre 260 km away from it: there is nothing that could take over.",
        4,
        without(C, "disasterRecoveryCentre")
        + f"DELETE DATA {{ {C} zy:machineRoom {SECOND} }} ;\n"
        + also(
            f"{C} zy:disasterRecoveryCentre {ROOM} . {ROOM} zy:takesOverAllCoreBusiness true ; "
            "zy:straightLineKilometres 260.0 ; zy:isInOtherCity true"
        ),
        {"5.6.2.1": MAN, "5.2.1.2": SAT},
    ),
    "one bank under two names": Attempt(
        "应与至少2家银行实现全国性银期转帐, and two branches of one bank are listed: one bank, or two of its own kind.",
        4,
        only(of("bank/1"), "name", '"中国工商银行上海分行"') + only(of("bank/2"), "name", '"工商银行（北京）"'),
        {"5.3.5.1": MAN},
    ),
    "regularly, every hundred years": Attempt(
        "定期 has no number and gets none: the firm's own interval is kept, and whoever reads the verdict is told of it.",
        4,
        "DELETE { ?a zy:lastConductedOn ?l ; zy:statedIntervalDays ?i } INSERT { ?a zy:lastConductedOn '1995-01-01'^^xsd:date "
        "; zy:statedIntervalDays 36500 } WHERE { ?a zy:about practice:it-process-audit ; zy:lastConductedOn ?l ; "
        "zy:statedIntervalDays ?i } ;\n",
        {"5.1.1.4": SAT},
        told=("long-interval",),
    ),
    "a share written as a fraction": Attempt(
        "带宽使用率应不超过80%: 0.95 is 0.95 % by the property's name, and may be 95 %: told.",
        4,
        only(of("online-link/1"), "monthlyAveragePeakUsePercent", "0.95"),
        {"5.3.2.8": SAT},
        told=("unlikely-share",),
    ),
    "facts of six years ago": Attempt(
        "Everything was in order at the end of 2020, and nothing is said of the years since: judged at that day, and told.",
        4,
        only(of("self-description"), "asOf", '"2020-06-30"^^xsd:date'),
        {"5.1.1.3": SAT, "5.6.2.8": UND},
        told=("as-of-before-check-date", "old-facts"),
    ),
}


def sent(attempt: Attempt) -> bytes:
    patch = only(of("self-description"), "claimedTier", str(attempt.tier)) + attempt.patch
    return _PREFIXES.encode() + bytes(ox.serialize(changed_base(patch), format=ox.RdfFormat.N_TRIPLES) or b"")


def test_each_tier_is_tried_three_times() -> None:
    tried = [attempt.tier for attempt in ATTEMPTS.values()]
    assert min(tried.count(tier) for tier in (1, 2, 3, 4)) >= 3


@pytest.mark.parametrize("name", ATTEMPTS)
def test_it_comes_to_what_it_is(name: str) -> None:
    attempt = ATTEMPTS[name]
    if attempt.refused:
        with pytest.raises(BadSubmission) as caught:
            judge_bytes(sent(attempt), rules(), Asked(CHECK_DATE), source="a.ttl")
        assert attempt.refused in str(caught.value.details["faults"])
        return
    judgement = judge_bytes(sent(attempt), rules(), Asked(CHECK_DATE), source="a.ttl")
    outcomes = {c.requirement.number: c.outcome for c in judgement.verdicts[0].clauses}
    assert {number: outcomes[number] for number in attempt.truth} == attempt.truth
    assert set(attempt.told) <= {notice.kind for notice in judgement.notices}


def test_a_contradiction_is_one_cause_and_each_clause_names_what_it_asks() -> None:
    denied = Attempt("", 4, only(C, "hasTechnologyDepartment", "false"))
    judgement = judge_bytes(sent(denied), rules(), Asked(CHECK_DATE), source="a.ttl")
    verdict = judgement.verdicts[0]
    told = {c.requirement.number: c.findings[0].message.zh for c in verdict.clauses if c.outcome is MAN}
    assert len(told) == 10
    assert "：22。" in told["5.1.1.2"]
    assert "安全管理人员（人）：2" in told["5.1.1.10"]
    assert all("网络管理人员" not in said for number, said in told.items() if number != "5.1.1.12")
    (cause,) = [c for c in causes(verdict, judgement) if c.outcome is MAN]
    assert [c.requirement.number for c in cause.clauses] == list(told)
    assert "32 项" in cause.message.zh
