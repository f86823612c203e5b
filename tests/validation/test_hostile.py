"""Self-descriptions by one who wants to pass: each with what it must come to, judged by hand from the text.

Three or more for each tier; the first twelve were written before the first run, the last seventeen after it by another hand.
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


def excepted(practice: str, exception: str, *, holds: bool | None = None) -> str:
    """The company's attestation of ``practice`` with an exception, and said to be done or not."""
    stated = f"{C} zy:attestation ?a . ?a zy:about practice:{practice}"
    patch = f'INSERT {{ ?a zy:exception "{exception}" }} WHERE {{ {stated} }} ;\n'
    if holds is not None:
        said = "true" if holds else "false"
        patch += f"DELETE {{ ?a zy:holds ?h }} INSERT {{ ?a zy:holds {said} }} WHERE {{ {stated} ; zy:holds ?h }} ;\n"
    return patch


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
    "done, except where it is not": Attempt(
        "应有明确的培训教材: the guideline knows no exception to it, and the firm names one in its own statement.",
        4,
        excepted("training-materials", "技术部三个岗位没有教材"),
        {"5.1.2.3": MAN},
    ),
    "never, except by the settlement desk": Attempt(
        "不应具有篡改交易系统数据的功能: denied, and in the same breath admitted.",
        3,
        excepted("data-tampering-function", "结算岗可以修改成交"),
        {"4.3.1.5": MAN},
    ),
    "telnet never, except by an approval": Attempt(
        "应尽量避免: a soft duty, whose documented exception a person judges, however the use is called.",
        4,
        excepted("telnet-on-servers", "运维网段使用")
        + "INSERT { ?a zy:evidence <urn:e> . <urn:e> dcterms:title '例外审批单' ; dcterms:issued '2026-01-15'^^xsd:date ; "
        "zy:responsibleRole '首席信息官' } WHERE { ?a zy:about practice:telnet-on-servers } ;\n",
        {"5.4.2.8": MAN},
    ),
    "telnet never, except as said": Attempt(
        "应尽量避免: an exception that no document bears is none, and what is avoided is avoided.",
        4,
        excepted("telnet-on-servers", "应急时可用"),
        {"5.4.2.8": SAT},
    ),
    "an exception that there is none": Attempt(
        "Said in so many words, it takes nothing back.",
        2,
        excepted("training-materials", "没有例外情况。"),
        {"3.1.2.3": SAT},
    ),
    "an exception to what is not done": Attempt(
        "Not done and excused: an ordinary duty is broken, with an exception or without.",
        2,
        excepted("training-materials", "技术部三个岗位没有教材", holds=False),
        {"3.1.2.3": VIO},
    ),
    "one quote service listed twice": Attempt(
        "应提供至少2套行情服务互为备份, and both entries have one name: one service, or two.",
        4,
        only(of("quote-service/2"), "name", '"行情服务 1"'),
        {"5.3.4.1": MAN},
    ),
    "one bank under its name and its nickname": Attempt(
        "工行 is 中国工商银行 to everybody who writes a form: one bank.",
        3,
        only(of("bank/1"), "name", '"工行上海分行"') + only(of("bank/2"), "name", '"中国工商银行股份有限公司"'),
        {"4.3.5.1": MAN},
    ),
    "two banks of like names": Attempt(
        "广发银行 and 浦发银行 are two, and so are 中国银行 and 中信银行.",
        4,
        only(of("bank/1"), "name", '"中国银行"') + only(of("bank/2"), "name", '"中信银行"'),
        {"5.3.5.1": SAT},
    ),
    "one engineer listed twice": Attempt(
        "20 are counted and 20 entries listed, two of them of one person: 19 people, or two of one name.",
        4,
        "".join(f"DELETE WHERE {{ {C} zy:technician {of(f'technician/T{n}')} }} ;\n" for n in (21, 22))
        + only(C, "headquartersTechnicianCount", "20")
        + only(of("technician/T02"), "name", '"T01"'),
        {"5.1.1.3": MAN, "5.1.1.12": SAT},
    ),
    "nobody is on post": Attempt(
        "对所有上岗技术人员应进行岗位培训: four on post and trained, of a department of more. Not everybody need be on post "
        "yet, so it is judged as stated, and told.",
        4,
        only(C, "onDutyTechnicianCount", "4") + only(C, "jobTrainedTechnicianCount", "4"),
        {"5.1.2.1": SAT},
        told=("more-than-there-are",),
    ),
    "the last settlement six years ago": Attempt(
        "每日应对结算后数据进行备份: no exchange was closed since. The day is the firm's word, and whoever reads it is told.",
        4,
        only(C, "lastSettlementDay", '"2020-01-02"^^xsd:date'),
        {"5.6.1.5": SAT},
        told=("old-settlement-day",),
    ),
    "a battery that lasts longer at full load": Attempt(
        "45 minutes at full load and one at the load there is: the clause asks for the former, and that they disagree is told.",
        4,
        only(ROOM, "upsMinutes", "1.0"),
        {"5.2.2.4": SAT},
        told=("more-than-there-are",),
    ),
    "customers trade on site and nowhere": Attempt(
        "1.4.5: customers trade at the firm's devices, and no place has an area for them. Not applicable by the firm's own "
        "word on each place, and told.",
        1,
        "DELETE { ?p zy:hasCustomerTradingArea true ; zy:tradingAreaHasVideo ?v ; zy:videoCoversTradingHours ?h ; "
        "zy:retention ?r } INSERT { ?p zy:hasCustomerTradingArea false } WHERE { ?p zy:hasCustomerTradingArea true ; "
        "zy:tradingAreaHasVideo ?v ; zy:videoCoversTradingHours ?h ; zy:retention ?r } ;\n",
        {"2.4.4.7": NOT},
        told=("nowhere-to-trade",),
    ),
    "a negative revenue": Attempt(
        "3 % of less than nothing is a low bound: judged as stated, and told.",
        4,
        "DELETE { ?y zy:revenueYuan ?o } INSERT { ?y zy:revenueYuan -300000000.0 } WHERE { ?y zy:revenueYuan ?o } ;\n",
        {"5.1.5.1": SAT},
        told=("unlikely-revenue",),
    ),
    "one link of two operators": Attempt(
        "采用不同运营商的通讯线路作为备份线路: a single link is no backup of itself, whoever it is said to be of.",
        4,
        f"DELETE WHERE {{ {C} zy:exchangeLink {of('exchange-link/2')} }} ; "
        f"DELETE WHERE {{ {of('exchange-link/2')} ?p ?o }} ;\n"
        + also(f'{of("exchange-link/1")} zy:operator "示例电信丙"'),
        {"5.3.2.5": VIO},
        told=("several-values",),
    ),
    "an argument without the equivalent": Attempt(
        "防火墙或相当的安全防护设备: no firewall, no equivalent, and why it is equivalent all the same.",
        1,
        only(of("branch/1"), "hasFirewall", "false")
        + also(f'{of("branch/1")} zy:hasEquivalentProtection false ; zy:equivalentProtectionArgument "路由访问控制"'),
        {"2.8.1.4": MAN},
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
