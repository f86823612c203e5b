"""A submission, determinations and a check date in; for each company the verdict on every clause of its tier out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeGuard

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.checks import UnknownTerm, unknown_terms
from zhiyin.intake.determinations import NO_RULINGS, Determination, Rulings
from zhiyin.intake.faults import Notice
from zhiyin.intake.submission import Submission
from zhiyin.law.outcome import Basis, Outcome
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import Shape, ShapeLibrary
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.model import Obligation, Requirement
from zhiyin.namespaces import ZY
from zhiyin.validation.companies import Described, companies_of
from zhiyin.validation.engine import Engine, prepared, usable
from zhiyin.validation.facts import Facts
from zhiyin.validation.findings import Finding, display, finding
from zhiyin.validation.policy import DEFAULT_POLICY, Policy, TierStatus
from zhiyin.validation.verdict import ClauseVerdict, clause_verdicts

_NAME = str(ZY.name)


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
    engine = usable(engine)
    companies = companies_of(submission, known, tier)
    verdicts: list[Verdict] = []
    reached: set[str] = set()
    used: set[Determination] = set()
    for company, node in companies.described.items():
        facts = companies.facts(company)
        reached |= set(facts.outgoing)
        own = {d.clause: d for d in rulings.determinations if d.company in ("", company)}
        verdict, ruled = _judge_company(
            facts, node, rules.requirements, check_date, tier, own, engine, policy, rules.shapes, known
        )
        used |= ruled
        verdicts.append(verdict)
    statements = {node.description for node in companies.described.values()}
    loose = sorted(
        {display(t.subject.value) for t in companies.plain if isinstance(t.subject, ox.NamedNode)}
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
        unknown=tuple(unknown_terms(companies.triples, known)),
        unvisited=tuple(seen_loose),
        rules=rules,
        determinations_sha256=rulings.sha256,
        unused_determinations=tuple(d for d in rulings.determinations if d not in used),
        places=submission.places,
        notices=submission.notices,
    )


def _judge_company(
    facts: Facts,
    node: Described,
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
    tiers = sorted({r.tier for r in requirements})
    for each in tiers:
        clauses = [r for r in requirements if r.tier == each]
        found = clause_verdicts([r.number for r in clauses], shapes.of_tier(each), results, facts)
        judged[each] = tuple(
            _judged(requirement, verdict, rulings, used, known, names, facts, check_date)
            for requirement, verdict in zip(clauses, found, strict=True)
        )
    statuses = {each: policy.status([(c.requirement.obligation, c.outcome) for c in judged[each]]) for each in tiers}
    met = [each for each in tiers if statuses[each] is TierStatus.MET]
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


__all__ = ["JudgedClause", "Judgement", "Shape", "Verdict", "judge"]
