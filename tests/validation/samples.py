"""Writes data/companies: complete companies of each tier and instructive ones, each the complete one with a change.

``python -m tests.validation.samples`` rewrites the files and the verdicts expected; a test compares them with these.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from tests.validation.shared_documents import with_shared_documents
from tests.validation.turtle_writer import turtle

from zhiyin import resources
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, base_triples
from zhiyin.form.context import CONTEXT_IRI
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.credit_code import check_character
from zhiyin.intake.determinations import Determination, Rulings, determinations
from zhiyin.intake.submission import read_submission
from zhiyin.namespaces import PREFIXES, ZY
from zhiyin.validation.judgement import Judgement

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: what it shows, in both languages, and how it differs from the complete company."""

    slug: str
    name: str
    zh: str
    en: str
    patch: str = ""
    syntax: str = "ttl"

    @property
    def file(self) -> str:
        return f"{self.slug}.{self.syntax}"


def value(property_: str, new: str, node: str = "") -> str:
    """The update that gives a node (the company by default) one value of a property in place of what it had."""
    subject = f"<{COMPANY}{node}>"
    return (
        f"DELETE {{ {subject} {property_} ?old }} INSERT {{ {subject} {property_} {new} }} "
        f"WHERE {{ OPTIONAL {{ {subject} {property_} ?old }} }} ;\n"
    )


def without(property_: str, node: str = "") -> str:
    return f"DELETE WHERE {{ <{COMPANY}{node}> {property_} ?old }} ;\n"


def without_things(link: str) -> str:
    """The update that takes every thing of a list away, with what is said of it."""
    return (
        f"DELETE {{ <{COMPANY}> {link} ?thing . ?thing ?p ?o }} "
        f"WHERE {{ <{COMPANY}> {link} ?thing . ?thing ?p ?o }} ;\n"
    )


def last_done(practice: str, day: str) -> str:
    return (
        f'DELETE {{ ?a zy:lastConductedOn ?old }} INSERT {{ ?a zy:lastConductedOn "{day}"^^xsd:date }} '
        f"WHERE {{ ?a zy:about practice:{practice} ; zy:lastConductedOn ?old }} ;\n"
    )


def fewer_technicians(kept: int) -> str:
    leaving = [f"<{COMPANY}/technician/T{n:02d}>" for n in range(kept + 1, 23)]
    listed = ", ".join(leaving)
    return (
        f"DELETE {{ ?t ?tp ?to }} WHERE {{ ?p zy:associationTraining ?t . ?t ?tp ?to . FILTER (?p IN ({listed})) }} ;\n"
        f"DELETE {{ ?p ?pp ?po }} WHERE {{ ?p ?pp ?po . FILTER (?p IN ({listed})) }} ;\n"
        f"DELETE {{ ?c zy:technician ?p }} WHERE {{ ?c zy:technician ?p . FILTER (?p IN ({listed})) }} ;\n"
        + value("zy:headquartersTechnicianCount", str(kept))
        + value("zy:fullTimeTechnicianCount", str(kept))
    )


ROOMS = ("/room/1", "/room/2")
NO_GENERATOR = "".join(
    value("zy:hasGenerator", "false", room)
    + value("zy:coolingHasGenerator", "false", room)
    + "".join(
        without(p, room)
        for p in ("zy:generatorContinuousHours", "zy:generatorSupplyMinutes", "zy:generatorStartMinutes")
    )
    + f"DELETE {{ <{COMPANY}{room}> zy:activity ?a . ?a ?p ?o }} "
    f"WHERE {{ <{COMPANY}{room}> zy:activity ?a . ?a zy:about practice:generator-start-test ; ?p ?o }} ;\n"
    for room in ROOMS
)
TIER_3 = (
    value("zy:claimedTier", "3", "/self-description")
    + "".join(value("zy:generatorContinuousHours", "8.0", room) for room in ROOMS)
    + fewer_technicians(18)
    + value("zy:degreeTechnicianCount", "14")
    + value("zy:oneYearExperienceCount", "12")
    + value("zy:twoYearExperienceCount", "7")
)
TIER_2 = (
    value("zy:claimedTier", "2", "/self-description")
    + NO_GENERATOR
    + "".join(
        value("zy:floorLoadKgPerM2", "400.0", room)
        + value("zy:upsCount", "1", room)
        + value("zy:mainsFeedCount", "1", room)
        + without("zy:mainsSwitchesAutomatically", room)
        + value("zy:backupSupplyHours", "6.0", room)
        for room in ROOMS
    )
    + fewer_technicians(13)
    + value("zy:networkAdministratorCount", "1")
    + value("zy:degreeTechnicianCount", "9")
    + value("zy:oneYearExperienceCount", "6")
    + value("zy:twoYearExperienceCount", "4")
)
TIER_1 = (
    value("zy:claimedTier", "1", "/self-description")
    + NO_GENERATOR
    + "".join(
        value("zy:floorLoadKgPerM2", "350.0", room)
        + value("zy:upsCount", "1", room)
        + value("zy:mainsFeedCount", "1", room)
        + without("zy:mainsSwitchesAutomatically", room)
        + without("zy:backupSupplyHours", room)
        for room in ROOMS
    )
    + value("zy:hasEmergencySupplyAgreement", "true", "/room/2")
    + value("zy:emergencyArrivalMinutes", "25.0", "/room/2")
    + fewer_technicians(9)
    + value("zy:networkAdministratorCount", "1")
    + value("zy:degreeTechnicianCount", "6")
    + value("zy:oneYearExperienceCount", "3")
    + value("zy:twoYearExperienceCount", "2")
)
HOSTED = "".join(
    value("zy:isHosted", "true", room) + value("zy:hostMaintainsInfrastructure", "true", room) for room in ROOMS
)
HALF = "".join(
    f'DELETE {{ ?s ?p ?o }} WHERE {{ ?s zy:about ?x ; ?p ?o . FILTER (REGEX(STR(?x), "{letters}")) }} ;\n'
    for letters in ("practice/[n-z]",)
) + "".join(
    without(p) for p in ("zy:headquartersStaffCount", "zy:conductsContinuousTrading", "zy:authenticationMethodCount")
)

SAMPLES = (
    Sample(
        "tier-4-complete",
        "示例期货（四类）有限公司",
        "四类公司，每一条款均符合。",
        "A tier-4 company that satisfies every clause.",
    ),
    Sample(
        "tier-3-complete",
        "示例期货（三类）有限公司",
        "三类公司，每一条款均符合；人员与发电机不够四类。",
        "A tier-3 company that satisfies every clause; people and generators fall short of tier 4.",
        TIER_3,
    ),
    Sample(
        "tier-2-complete",
        "示例期货（二类）有限公司",
        "二类公司，每一条款均符合；没有发电机，一路市电加备用供电。",
        "A tier-2 company that satisfies every clause; no generator, one feed and a backup supply.",
        TIER_2,
    ),
    Sample(
        "tier-1-complete",
        "示例期货（一类）有限公司",
        "一类公司，每一条款均符合；UPS 按应急到场时间的 2 倍配置。",
        "A tier-1 company that satisfies every clause; its UPS lasts over twice the emergency arrival time.",
        TIER_1,
    ),
    Sample(
        "tier-3-claims-tier-4",
        "示例期货（高报）有限公司",
        "事实只支持三类，却申报四类。",
        "The facts support tier 3, the claim is tier 4.",
        TIER_3 + value("zy:claimedTier", "4", "/self-description"),
    ),
    Sample(
        "hosted-rooms",
        "示例期货（托管）有限公司",
        "机房全部托管且由托管方维护基础设施：人数可少 3 人（连续交易 20 → 17）。",
        "All rooms hosted and their infrastructure maintained by the host: three people fewer (20 → 17).",
        HOSTED + fewer_technicians(17) + value("zy:degreeTechnicianCount", "14"),
    ),
    Sample(
        "rooms-hosted-in-part",
        "示例期货（部分托管）有限公司",
        "一个机房托管、一个自建，17 人：能否减少人数须由人判断。",
        "One room hosted, one of its own, 17 people: whether the reduction holds is for a person to judge.",
        value("zy:isHosted", "true", "/room/1")
        + value("zy:hostMaintainsInfrastructure", "true", "/room/1")
        + fewer_technicians(17)
        + value("zy:degreeTechnicianCount", "14"),
    ),
    Sample(
        "no-branches",
        "示例期货（无分支）有限公司",
        "没有分支机构：清单已列全而为空，第 8 节各条不适用。",
        "No branches: the list is complete and empty, the clauses of section 8 do not apply.",
        without_things("zy:branch"),
    ),
    Sample(
        "equivalent-isolation",
        "示例期货（等效隔离）有限公司",
        "生产网与办公网之间采用等效措施并附论证：须人工认定，认定见 data/determinations/equivalent-isolation.ttl。",
        "An equivalent measure with its argument between production and office network: for a person to rule on; the ruling stands in data/determinations/equivalent-isolation.ttl.",
        value("zy:isolationMeans", "zy:EquivalentMeasure", "/isolation/production-office")
        + value("zy:isolationArgument", '"单向光闸加双重包过滤，经第三方测评"', "/isolation/production-office"),
    ),
    Sample(
        "ups-too-short",
        "示例期货（UPS 不足）有限公司",
        "一类公司，二号机房应急供电 25 分钟到场，UPS 恰好 50 分钟：须超过 2 倍，差一点。",
        "Tier 1, emergency supply reaches room 2 in 25 minutes, its UPS lasts exactly 50: more than twice is asked for.",
        TIER_1 + value("zy:upsMinutes", "50.0", "/room/2"),
    ),
    Sample(
        "loss-year-spend",
        "示例期货（亏损年度）有限公司",
        "三年平均亏损：净利润不再作数，信息技术投入按营业收入的 3% 计，仍不足。",
        "An average loss over three years leaves 3 % of revenue, and the IT spend falls short of it.",
        value("zy:netProfitYuan", "-500000000.0", "/fiscal-year/2025")
        + value("zy:itSpendYuan", "6000000.0", "/fiscal-year/2025"),
    ),
    Sample(
        "late-yearly-reviews",
        "示例期货（年审逾期）有限公司",
        "年度评估最近一次在 2024 年：滚动和日历两种算法都已逾期；另一项两种算法不一致。",
        "A yearly review last done in 2024 is late by both readings; for another the readings differ.",
        last_done("compliance-risk-assessment", "2024-11-20") + last_done("website-security-check", "2025-02-10"),
    ),
    Sample(
        "no-generator",
        "示例期货（无发电机）有限公司",
        "三类公司没有发电机：三类要求有，凡涉及发电机的条款均不符合。",
        "A tier-3 company without a generator: the chapter demands one, so every clause about it is violated.",
        TIER_3 + NO_GENERATOR,
    ),
    Sample(
        "half-filled-form",
        "示例期货（半份表）有限公司",
        "只填了一半的 Excel 表：没写的是未声明，不是不符合。",
        "An Excel form filled by half: what is left blank is undeclared, not violated.",
        HALF,
        "xlsx",
    ),
    Sample(
        "tier-4-complete-json",
        "示例期货（JSON）有限公司",
        "与 tier-4-complete 相同的事实，写成普通 JSON。",
        "The facts of tier-4-complete as plain JSON.",
        "",
        "jsonld",
    ),
)
DETERMINATIONS = "equivalent-isolation.ttl"


def folder() -> Path:
    return resources.path("data/companies")


def credit_code(index: int) -> str:
    """A code with a right check character that no registration authority would give out."""
    for last in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        first = f"91310000MA1DEM{index:02d}{last}"
        return first + check_character(first)
    raise AssertionError


def facts(sample: Sample) -> list[ox.Triple]:
    """The triples of a sample, in the order of the complete company, what is new at the end of its node."""
    slug = sample.slug
    order = {quad.triple: index for index, quad in enumerate(base_triples())}
    store = ox.Store()
    store.extend(base_triples())
    prefixes = "".join(f"PREFIX {p}: <{ns}>\n" for p, ns in PREFIXES.items())
    index = SAMPLES.index(sample) + 1
    patch = (
        sample.patch
        + value("zy:name", f'"{sample.name}"')
        + value("zy:unifiedSocialCreditCode", f'"{credit_code(index)}"')
    )
    store.update(prefixes + patch)
    at: dict[object, int] = {}
    for triple, position in order.items():
        at.setdefault(triple.subject, position)
    triples = [quad.triple for quad in store]
    known = sorted((t for t in triples if t in order), key=lambda t: order[t])
    fresh = sorted((t for t in triples if t not in order), key=str)
    merged = sorted(known + fresh, key=lambda t: at.get(t.subject, len(order)))
    named = f"https://example.org/futures/{slug}"
    about: dict[object, list[ox.Triple]] = {}
    for triple in merged:
        about.setdefault(triple.subject, []).append(triple)
    reached: set[object] = set()
    stack: list[object] = [ox.NamedNode(f"{COMPANY}/self-description")]
    while stack:
        node = stack.pop()
        if node not in reached:
            reached.add(node)
            stack += [t.object for t in about.get(node, ())]
    kept = [_renamed(t, named) for t in merged if t.subject in reached]
    return with_shared_documents(kept) if slug == "tier-2-complete" else kept


def _renamed(triple: ox.Triple, company: str) -> ox.Triple:
    def renamed(term: object) -> object:
        if isinstance(term, ox.NamedNode) and (term.value == COMPANY or term.value.startswith(COMPANY + "/")):
            return ox.NamedNode(company + term.value.removeprefix(COMPANY))
        return term

    return ox.Triple(renamed(triple.subject), triple.predicate, renamed(triple.object))  # type: ignore[arg-type]


def written(sample: Sample) -> bytes:
    """The bytes of the sample's file."""
    triples = facts(sample)
    if sample.syntax == "xlsx":
        return form_workbook(rules(), 4, triples)
    if sample.syntax == "jsonld":
        return json_of(triples)
    header = [
        sample.zh,
        sample.en,
        "",
        "公司、人员和数字均为虚构。 · The company, its people and its figures are invented.",
    ]
    if sample.patch:
        header += ["由四类完整公司改动而来。 · The complete tier-4 company with that change."]
    return turtle(triples, header, company=sample.slug).encode()


def json_of(triples: Sequence[ox.Triple]) -> bytes:
    """The triples as nested plain JSON under the project's context."""
    about: dict[object, dict[str, list[object]]] = {}
    for triple in triples:
        about.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    seen: set[object] = set()
    local = {term.iri: term.local for term in rules().vocabulary.terms.values()}

    def shown(term: object) -> object:
        if isinstance(term, ox.Literal):
            kind = term.datatype.value.removeprefix(_XSD)
            return json.loads(term.value) if kind in ("integer", "boolean") else term.value
        if isinstance(term, ox.NamedNode) and (term not in about or term in seen):
            return local.get(term.value, term.value)
        return body(term)

    def body(node: object) -> dict[str, object]:
        seen.add(node)
        found: dict[str, object] = {"id": node.value} if isinstance(node, ox.NamedNode) else {}
        for predicate, values in about[node].items():
            key = "type" if predicate == _TYPE else local[predicate]
            parts = [shown(v) for v in values]
            found[key] = parts[0] if len(parts) == 1 else parts
        return found

    root = next(t.subject for t in triples if t.object == ox.NamedNode(str(ZY.SelfDescription)))
    document = {"@context": CONTEXT_IRI, **body(root)}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def rulings() -> list[Determination]:
    data = resources.path("data/determinations").joinpath(DETERMINATIONS).read_bytes()
    return determinations(
        read_submission(data, rules().vocabulary, source=DETERMINATIONS).triples, source=DETERMINATIONS
    )


def judged(sample: Sample, data: bytes, given: Sequence[Determination] = ()) -> Judgement:
    return judge_bytes(data, rules(), Asked(CHECK_DATE, rulings=Rulings(tuple(given), None)), source=sample.file)


def expectation(judgement: Judgement) -> Mapping[str, object]:
    """What is kept of a verdict: status, highest tier, and each clause that is not satisfied."""
    verdict = judgement.verdicts[0]
    return {
        "company": verdict.name,
        "checkDate": str(verdict.day.check),
        "assessedTier": verdict.assessed_tier,
        "status": str(verdict.status),
        "achievedTier": verdict.achieved_tier,
        "tierStatuses": {str(tier): str(status) for tier, status in verdict.statuses.items()},
        "clauses": {c.requirement.number: str(c.outcome) for c in verdict.clauses if c.outcome != "satisfied"},
    }


def expected_file(name: str) -> Path:
    return resources.path("data/verdicts") / f"{name}.json"


def main() -> None:
    """Write every sample and what its verdict is."""
    for sample in SAMPLES:
        data = written(sample)
        (folder() / sample.file).write_bytes(data)
        verdicts = {sample.slug: expectation(judged(sample, data))}
        if sample.slug == "equivalent-isolation":
            verdicts[sample.slug + ".determined"] = expectation(judged(sample, data, rulings()))
        for name, body in verdicts.items():
            expected_file(name).write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            sys.stdout.write(f"{name}: {body['status']} {body['achievedTier']} {body['clauses']}\n"[:400])


if __name__ == "__main__":
    main()
