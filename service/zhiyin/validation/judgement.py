"""A submission, determinations and a check date in; for each company the verdict on every clause of its tier out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeGuard

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Message, Place
from zhiyin.intake.checks import (
    UnknownTerm,
    canonical,
    credit_code_faults,
    structural_faults,
    unknown_terms,
)
from zhiyin.intake.determinations import NO_RULINGS, Determination, Rulings
from zhiyin.intake.faults import Fault, Notice
from zhiyin.intake.submission import Submission
from zhiyin.law.outcome import Basis, Outcome
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import Shape, ShapeLibrary
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.model import TIERS, Obligation, Requirement
from zhiyin.namespaces import ZY
from zhiyin.validation.engine import Engine, prepared
from zhiyin.validation.facts import Facts, facts_of, normalised
from zhiyin.validation.findings import Finding, display, finding
from zhiyin.validation.policy import DEFAULT_POLICY, Policy, TierStatus
from zhiyin.validation.verdict import ClauseVerdict, clause_verdicts

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_NAME = str(ZY.name)
MAX_FAULTS = 200
"""So many faults are listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class JudgedClause:
    """One clause of the assessed tier with its outcome and what it rests on."""

    requirement: Requirement
    outcome: Outcome
    basis: tuple[Basis, ...]
    readings: tuple[str, ...]
    findings: tuple[Finding, ...]
    determination: Determination | None = None

    @property
    def severity(self) -> str | None:
        """The SHACL severity: violated by obligation, all else that is not satisfied for information."""
        if self.outcome is Outcome.SATISFIED:
            return None
        if self.outcome is Outcome.VIOLATED:
            return "Violation" if self.requirement.obligation is Obligation.MANDATORY else "Warning"
        return "Info"

    @property
    def remedy(self) -> Message | None:
        """The cure of the first finding that has one; for silence, what to do about it."""
        first = next((f.remedy for f in self.findings if f.remedy is not None), None)
        if first is None and self.outcome is Outcome.UNDECLARED:
            return Message(
                "自述中没有可据以评定的事实，请按模板补充", "no fact to judge by; add it as the template shows"
            )
        return first


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one company."""

    company: str
    name: str
    credit_code: str
    as_of: str
    declared_tier: int | None
    assessed_tier: int
    status: TierStatus
    achieved_tier: int | None
    statuses: Mapping[int, TierStatus]
    policy: str
    clauses: tuple[JudgedClause, ...]
    ladder: tuple[JudgedClause, ...]
    unvisited: tuple[str, ...]

    def summary(self) -> dict[str, int]:
        """Return how many clauses came to each outcome, every outcome named."""
        counts = Counter(str(clause.outcome) for clause in self.clauses)
        return {str(outcome): counts.get(str(outcome), 0) for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that one submission comes to."""

    source: str
    sha256: str
    check_date: date
    engine: Engine
    verdicts: tuple[Verdict, ...]
    unknown: tuple[UnknownTerm, ...]
    unvisited: tuple[str, ...]
    rules: Rules
    determinations_sha256: str | None = None
    unused_determinations: tuple[Determination, ...] = ()
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def place_of(self, finding: Finding) -> Place | None:
        """Return where in a spreadsheet the fact of a finding stands: its cell, else the row of its thing."""
        keys = (finding.about, finding.path, "")
        return next((self.places[finding.node, key] for key in keys if (finding.node, key) in self.places), None)


def judge(
    submission: Submission,
    rules: Rules,
    *,
    check_date: date,
    tier: int | None = None,
    rulings: Rulings = NO_RULINGS,
    engine: Engine = Engine.COMPILED,
    policy: Policy = DEFAULT_POLICY,
) -> Judgement:
    """Judge every company of ``submission`` against its declared tier, or against ``tier``.

    Raises BadSubmission where the file cannot be judged; ``details['faults']`` then lists every fault found.
    """
    known = rules.vocabulary
    faults = [*submission.faults, *structural_faults(submission.triples, known)]
    triples, wrong = canonical(submission.triples, known)
    faults += wrong + credit_code_faults(triples)
    described, missing = _companies(triples, tier)
    told = {fault.place.path for fault in faults}
    faults += [fault for fault in missing if fault.place.path is None or fault.place.path not in told]
    if faults:
        raise _refusal(faults, submission)
    plain = normalised(triples)
    companies = list(described)
    everyone = frozenset(companies)
    verdicts: list[Verdict] = []
    reached: set[str] = set()
    used: set[Determination] = set()
    for company, node in zip(companies, described.values(), strict=True):
        facts = facts_of(company, plain, boundary=everyone - {company})
        reached |= set(facts.outgoing)
        own = {d.clause: d for d in rulings.determinations if d.company in ("", company)}
        verdict, ruled = _judge_company(
            facts, node, rules.requirements, check_date, tier, own, engine, policy, rules.shapes, known
        )
        used |= ruled
        verdicts.append(verdict)
    statements = {node.description for node in described.values()}
    loose = sorted(
        {display(t.subject.value) for t in plain if isinstance(t.subject, ox.NamedNode)}
        - {display(n) for n in reached}
        - {display(s) for s in statements}
    )
    seen_loose = sorted(set(loose) | {n for v in verdicts for n in v.unvisited})
    return Judgement(
        source=submission.source,
        sha256=submission.sha256,
        check_date=check_date,
        engine=engine,
        verdicts=tuple(verdicts),
        unknown=tuple(unknown_terms(triples, known)),
        unvisited=tuple(seen_loose),
        rules=rules,
        determinations_sha256=rulings.sha256,
        unused_determinations=tuple(d for d in rulings.determinations if d not in used),
        places=submission.places,
        notices=submission.notices,
    )


@dataclass(frozen=True, slots=True)
class _Described:
    description: str
    declared: int | None
    as_of: str


def _companies(triples: Sequence[ox.Triple], tier: int | None) -> tuple[dict[str, _Described], list[Fault]]:
    descriptions = [
        t.subject for t in triples if t.predicate.value == _TYPE and _iri(t.object) == str(ZY.SelfDescription)
    ]
    faults: list[Fault] = []
    found: dict[str, _Described] = {}
    facts: dict[object, dict[str, list[object]]] = {}
    for triple in triples:
        facts.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    for node in dict.fromkeys(descriptions):
        said = facts.get(node, {})
        for company in said.get(str(ZY.describes), []):
            if not isinstance(company, ox.NamedNode):
                faults.append(
                    Fault(
                        Message("公司须用 IRI 标识，不能是空白节点", "a company must be an IRI, not a blank node"),
                        Place(node=str(node), path=str(ZY.describes)),
                    )
                )
                continue
            declared = next(
                (int(o.value) for o in said.get(str(ZY.claimedTier), []) if isinstance(o, ox.Literal)), None
            )
            as_of = next((o.value for o in said.get(str(ZY.asOf), []) if isinstance(o, ox.Literal)), "")
            if company.value in found and found[company.value].declared != declared:
                faults.append(
                    Fault(
                        Message("同一公司申报了两个类别", "one company claims two tiers"),
                        Place(node=company.value, path=str(ZY.claimedTier)),
                    )
                )
            if declared is None and tier is None:
                faults.append(
                    Fault(
                        Message(
                            "未申报类别：请写 zy:claimedTier（1 至 4），或用 tier 参数指定",
                            "no tier claimed: state zy:claimedTier (1 to 4) or give the tier parameter",
                        ),
                        Place(node=str(node), path=str(ZY.claimedTier)),
                    )
                )
            name = node.value if isinstance(node, ox.NamedNode) else str(node)
            found[company.value] = _Described(name, declared, as_of)
    if not found and not faults:
        companies = [t.subject for t in triples if t.predicate.value == _TYPE and _iri(t.object) == str(ZY.Company)]
        if companies:
            message = Message(
                "文件中有公司，但没有 zy:SelfDescription 用 zy:describes 指向它",
                "the file holds a company, but no zy:SelfDescription that zy:describes it",
            )
        else:
            message = Message(
                "文件中没有公司：须有一个 zy:SelfDescription，用 zy:describes 指向公司",
                "no company in the file: a zy:SelfDescription must describe one by zy:describes",
            )
        faults.append(Fault(message, Place()))
    return found, faults


def _refusal(faults: Sequence[Fault], submission: Submission) -> BadSubmission:
    told = [_told(fault, submission) for fault in faults]
    first = told[0]
    more_zh = f"（共 {len(told)} 处错误，详见 faults）" if len(told) > 1 else ""
    more_en = f" ({len(told)} faults in all, see faults)" if len(told) > 1 else ""
    return BadSubmission(
        first.message.zh + more_zh,
        first.message.en + more_en,
        place=first.place,
        details={"faults": [fault.as_json() for fault in told[:MAX_FAULTS]], "faultCount": len(told)},
    )


def _told(fault: Fault, submission: Submission) -> Fault:
    """Return the fault as its sender may look it up: in a workbook by sheet and cell."""
    if not submission.is_workbook:
        return fault
    node, path = fault.place.node or "", fault.place.path or ""
    return fault.at(submission.places.get((node, path)) or submission.places.get((node, "")))


def _judge_company(
    facts: Facts,
    node: _Described,
    requirements: Sequence[Requirement],
    check_date: date,
    tier: int | None,
    rulings: Mapping[str, Determination],
    engine: Engine,
    policy: Policy,
    shapes: ShapeLibrary,
    known: Vocabulary,
) -> tuple[Verdict, set[Determination]]:
    assessed = tier or node.declared or 0
    results = prepared(shapes).run(facts.text(check_date, assessed), engine)
    names = {node: o.value for node, said in facts.outgoing.items() for p, o in said if p == _NAME and _is_text(o)}
    used: set[Determination] = set()
    judged: dict[int, tuple[JudgedClause, ...]] = {}
    for each in TIERS:
        clauses = [r for r in requirements if r.tier == each]
        found = clause_verdicts([r.number for r in clauses], shapes.of_tier(each), results, facts)
        judged[each] = tuple(
            _judged(requirement, verdict, rulings, used, known, names, facts, check_date)
            for requirement, verdict in zip(clauses, found, strict=True)
        )
    statuses = {each: policy.status([(c.requirement.obligation, c.outcome) for c in judged[each]]) for each in TIERS}
    met = [each for each in TIERS if statuses[each] is TierStatus.MET]
    ladder = [c for c in judged.get(assessed + 1, ()) if c.outcome not in (Outcome.SATISFIED, Outcome.NOT_APPLICABLE)]
    labels = {p: getattr(o, "value", "") for p, o in facts.outgoing.get(facts.company, ())}
    verdict = Verdict(
        company=facts.company,
        name=labels.get(str(ZY.name), ""),
        credit_code=labels.get(str(ZY.unifiedSocialCreditCode), ""),
        as_of=node.as_of[:10],
        declared_tier=node.declared,
        assessed_tier=assessed,
        status=statuses[assessed],
        achieved_tier=max(met, default=None),
        statuses=statuses,
        policy=policy.name,
        clauses=judged[assessed],
        ladder=tuple(ladder),
        unvisited=_unvisited(facts, known),
    )
    return verdict, used


def _judged(
    requirement: Requirement,
    verdict: ClauseVerdict,
    rulings: Mapping[str, Determination],
    used: set[Determination],
    known: Vocabulary,
    names: Mapping[str, str],
    facts: Facts,
    check_date: date,
) -> JudgedClause:
    findings = _once(finding(shape, result, known, names, facts, check_date) for shape, result in verdict.results)
    ruling = rulings.get(requirement.number)
    readings = tuple(dict.fromkeys(r for f in findings for r in f.readings))
    if ruling is not None and verdict.outcome is Outcome.MANUAL:
        used.add(ruling)
        return JudgedClause(requirement, ruling.outcome, (Basis.DETERMINATION,), readings, findings, ruling)
    return JudgedClause(requirement, verdict.outcome, verdict.basis, readings, findings)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without those that say the same of the same node again (several shapes may share a text)."""
    return tuple({(f.outcome, f.node, f.message, f.remedy, f.value): f for f in reversed(list(findings))}.values())[
        ::-1
    ]


def _is_text(term: object) -> TypeGuard[ox.Literal]:
    return isinstance(term, ox.Literal) and bool(term.value)


def _unvisited(facts: Facts, known: Vocabulary) -> tuple[str, ...]:
    """Return the company's nodes that hang on no property the vocabulary knows: no shape can have looked at them."""
    reached: set[str] = set()
    stack = [facts.company]
    while stack:
        node = stack.pop()
        if node in reached:
            continue
        reached.add(node)
        stack += [
            o.value
            for p, o in facts.outgoing.get(node, ())
            if isinstance(o, ox.NamedNode) and p in known.terms and o.value in facts.outgoing
        ]
    return tuple(sorted(display(n) for n in facts.outgoing if n not in reached))


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


__all__ = ["JudgedClause", "Judgement", "Shape", "Verdict", "judge"]
