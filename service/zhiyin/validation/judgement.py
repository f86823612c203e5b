"""A submission, determinations and a check date in; for each company the verdict on every clause of its tier out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.checks import UnknownTerm, unknown_terms
from zhiyin.intake.descriptions import Described
from zhiyin.intake.determinations import NO_RULINGS, Determination, Rulings, settling
from zhiyin.intake.faults import Notice
from zhiyin.intake.rows import rows_of
from zhiyin.intake.submission import Submission
from zhiyin.law.outcome import Basis, Outcome
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import Shape
from zhiyin.model import Obligation, Requirement
from zhiyin.namespaces import ZY
from zhiyin.validation.callings import Callings
from zhiyin.validation.companies import companies_of
from zhiyin.validation.day import Day, DayFrom
from zhiyin.validation.engine import Engine, usable
from zhiyin.validation.evidence import Document, lacking_part
from zhiyin.validation.facts import Facts
from zhiyin.validation.findings import Finding, contradiction_finding, display, finding
from zhiyin.validation.policy import DEFAULT_POLICY, Policy, TierStatus
from zhiyin.validation.readings import Outcomes, outcomes, terms_of_clauses
from zhiyin.validation.resting import Resting
from zhiyin.validation.rulings import earlier_than_the_facts, why_unused
from zhiyin.validation.verdict import ClauseVerdict


@dataclass(frozen=True, slots=True)
class JudgedClause:
    """One clause of the assessed tier with its outcome and what it rests on."""

    requirement: Requirement
    outcome: Outcome
    basis: tuple[Basis, ...]
    readings: tuple[str, ...]
    findings: tuple[Finding, ...]
    determination: Determination | None = None
    resting: Resting | None = field(default=None, compare=False, repr=False)
    """What tells on what a satisfied clause of the assessed tier rests."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that a satisfied clause rests on, so that someone can take samples."""
        return () if self._rests is None else self._rests.documents(self.requirement.number)

    @property
    def grounds(self) -> tuple[str, ...]:
        """The figures and dates that a satisfied clause rests on, in Chinese."""
        return () if self._rests is None else self._rests.grounds(self.requirement.number)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Where the clause is satisfied: the stated facts that its shapes look at, by their terms in the vocabulary."""
        return () if self._rests is None else self._rests.terms(self.requirement.number)

    @property
    def _rests(self) -> Resting | None:
        return self.resting if self.outcome is Outcome.SATISFIED else None

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
    day: Day
    declared_tier: int | None
    assessed_tier: int
    status: TierStatus
    achieved_tier: int | None
    statuses: Mapping[int, TierStatus]
    policy: str
    clauses: tuple[JudgedClause, ...]
    ladder: tuple[JudgedClause, ...]

    def summary(self) -> dict[str, int]:
        """Return how many clauses came to each outcome, every outcome named."""
        counts = Counter(str(clause.outcome) for clause in self.clauses)
        return {str(outcome): counts.get(str(outcome), 0) for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that one submission comes to."""

    source: str
    sha256: str
    engine: Engine
    verdicts: tuple[Verdict, ...]
    unknown: tuple[UnknownTerm, ...]
    unvisited: tuple[str, ...]
    rules: Rules
    determinations_sha256: str | None = None
    unused_determinations: tuple[Determination, ...] = ()
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    @property
    def check_dates(self) -> tuple[date, ...]:
        """The days that the companies are judged at, each once, in order; one where a day was given."""
        return tuple(sorted({verdict.day.check for verdict in self.verdicts}))

    @property
    def check_date(self) -> date:
        """The latest day that a company is judged at."""
        return self.check_dates[-1]

    def place_of(self, finding: Finding) -> Place | None:
        """Return where in a spreadsheet the fact of a finding stands: its cell, else the row of its thing."""
        keys = (finding.about, finding.path, "")
        return next((self.places[finding.node, key] for key in keys if (finding.node, key) in self.places), None)


def judge(
    submission: Submission,
    rules: Rules,
    *,
    check_date: date | None = None,
    today: date | None = None,
    tier: int | None = None,
    rulings: Rulings = NO_RULINGS,
    engine: Engine = Engine.COMPILED,
    policy: Policy = DEFAULT_POLICY,
) -> Judgement:
    """Judge every company of ``submission`` against its declared tier, or against ``tier``.

    Without ``check_date`` each company is judged at its own as-of date; ``today`` serves where it states none, and
    bounds what rulings may be dated. Raises BadSubmission where the file cannot be judged; ``details['faults']`` then
    lists every fault found.
    """
    engine = usable(engine)
    companies = companies_of(submission, rules, tier, check_date, today)
    verdicts: list[Verdict] = []
    reached: set[str] = set()
    used: set[Determination] = set()
    settled, notices = settling(rulings.determinations, check_date or today, str(rules.duties.names.clause))
    for company, description in companies.described.items():
        facts = companies.facts(company)
        reached |= set(facts.outgoing)
        own = {d.clause: d for d in settled if d.company in ("", company)}
        verdict, ruled, told = _judge_company(
            facts, description, companies.days[company], rules, tier, own, engine, policy
        )
        used |= ruled
        verdicts.append(verdict)
        notices += told
    unused = unused_rulings(rulings, used, verdicts)
    notices += told_of_rulings(rulings, settled, unused, verdicts, rules)
    statements = {description.node for description in companies.described.values()}
    named = {row[1] for row in rows_of(companies.plain) if row[1] not in reached and isinstance(row[0], ox.NamedNode)}
    subjects = {display(name) for name in named}
    return Judgement(
        source=submission.source,
        sha256=submission.sha256,
        engine=engine,
        verdicts=tuple(verdicts),
        unknown=tuple(
            replace(term, line=submission.located(Place(node=term.node, path=term.term)).line)
            for term in unknown_terms(companies.triples, rules.vocabulary)
        ),
        unvisited=tuple(sorted(subjects - {display(n) for n in statements})),
        rules=rules,
        determinations_sha256=rulings.sha256,
        unused_determinations=unused,
        places=submission.places,
        notices=(*submission.notices, *companies.notices, *notices),
    )


def unused_rulings(
    rulings: Rulings, used: Set[Determination], verdicts: Sequence[Verdict]
) -> tuple[Determination, ...]:
    """Return the rulings that settled no clause of an assessed tier."""
    numbers = {clause.requirement.number for verdict in verdicts for clause in verdict.clauses}
    return tuple(d for d in rulings.determinations if d not in used or d.clause not in numbers)


def told_of_rulings(
    rulings: Rulings,
    settled: Sequence[Determination],
    unused: Sequence[Determination],
    verdicts: Sequence[Verdict],
    rules: Rules,
) -> list[Notice]:
    """Return what of the file is no ruling, why each of ``unused`` was not applied, and which applied one is older than the facts."""
    place = Place(source=rulings.source or None)
    clauses = frozenset(requirement.number for requirement in rules.requirements)
    outcomes = {v.company: {c.requirement.number: c.outcome for c in v.clauses} for v in verdicts}
    applied = {
        (v.company, c.requirement.number): c.determination
        for v in verdicts
        for c in v.clauses
        if c.determination is not None
    }
    of_day = {verdict.company: verdict.as_of for verdict in verdicts}
    told = [*rulings.notices]
    for (company, _), ruling in applied.items():
        early = earlier_than_the_facts(ruling, of_day[company])
        if early is not None:
            told.append(Notice("ruling", early, place if ruling.place == Place() else ruling.place))
    for ruling in unused:
        if ruling in settled:
            why = why_unused(ruling, outcomes, clauses, applied)
            message = Message(
                f"条款 {ruling.clause} 的认定没有适用：{why.zh}",
                f"the ruling on {ruling.clause} was not applied: {why.en}",
            )
            told.append(Notice("ruling", message, place if ruling.place == Place() else ruling.place, ruling.by))
    return told


def _judge_company(
    facts: Facts,
    description: Described,
    day: Day,
    rules: Rules,
    tier: int | None,
    rulings: Mapping[str, Determination],
    engine: Engine,
    policy: Policy,
) -> tuple[Verdict, set[Determination], list[Notice]]:
    assessed = tier or description.declared or 0
    tiers = sorted({r.tier for r in rules.requirements})
    clauses = {each: [r for r in rules.requirements if r.tier == each] for each in tiers}
    numbers = {each: [r.number for r in of_tier] for each, of_tier in clauses.items()}
    found = outcomes(facts, day, assessed, numbers, rules.shapes, engine, rules.vocabulary)
    names = Callings(facts, rules.vocabulary)
    used: set[Determination] = set()
    met_clauses = [v.number for v in found.clauses[assessed] if _settled(v, rulings, used) is Outcome.SATISFIED]
    resting = Resting(met_clauses, found.facts, names, rules, assessed)
    # Of the other tiers only the status is told.
    told = {assessed, assessed + 1}
    judged = {
        each: tuple(
            _judged(
                requirement,
                verdict,
                rulings,
                used,
                rules,
                names,
                found.facts,
                facts,
                day,
                resting if each == assessed else None,
            )
            for requirement, verdict in zip(clauses[each], found.clauses[each], strict=True)
        )
        for each in tiers
        if each in told
    }
    settled = {
        each: [(c.requirement.obligation, c.outcome) for c in judged[each]]
        if each in told
        else [
            (requirement.obligation, _settled(verdict, rulings, used))
            for requirement, verdict in zip(clauses[each], found.clauses[each], strict=True)
        ]
        for each in tiers
    }
    statuses = {each: policy.status(settled[each]) for each in tiers}
    met = [each for each in tiers if statuses[each] is TierStatus.MET]
    ladder = [c for c in judged.get(assessed + 1, ()) if c.outcome not in (Outcome.SATISFIED, Outcome.NOT_APPLICABLE)]
    labels = {p: getattr(o, "value", "") for p, o in facts.outgoing.get(facts.company, ())}
    verdict = Verdict(
        company=facts.company,
        name=labels.get(str(ZY.name), ""),
        credit_code=labels.get(str(ZY.unifiedSocialCreditCode), ""),
        as_of=str(day.as_of or ""),
        day=day,
        declared_tier=description.declared,
        assessed_tier=assessed,
        status=statuses[assessed],
        achieved_tier=max(met, default=None),
        statuses=statuses,
        policy=policy.name,
        clauses=judged[assessed],
        ladder=tuple(ladder),
    )
    return verdict, used, _of_the_day(day, found, description)


def _settled(verdict: ClauseVerdict, rulings: Mapping[str, Determination], used: set[Determination]) -> Outcome:
    """Return what a clause comes to with the rulings."""
    ruling = rulings.get(verdict.number)
    if ruling is None or verdict.outcome is not Outcome.MANUAL:
        return verdict.outcome
    used.add(ruling)
    return ruling.outcome


def _of_the_day(day: Day, found: Outcomes, description: Described) -> list[Notice]:
    """Return what is told of the day: that it is not the one of the facts, and what was stated of later days."""
    notices = []
    place = Place(node=description.node, path=str(ZY.asOf))
    if day.as_of is None:
        message = Message(
            "自述没有写明事实截止日（zy:asOf）：不知所述属于哪一天，会逾期的事项均为未声明",
            "no as-of date (zy:asOf) is stated: of which day the facts are is not known, so whatever can run out is "
            "undeclared",
        )
        notices.append(Notice("no-as-of", message, place))
    elif day.as_of < day.check:
        late = (day.check - day.as_of).days
        message = Message(
            f"自述截至 {day.as_of}，早于核查日 {day.check} {late} 天；其后的情况未声明",
            f"the facts are as of {day.as_of}, {late} days before the check date {day.check}; of the days since "
            "nothing is stated",
        )
        notices.append(Notice("as-of-before-check-date", message, place, str(day.as_of)))
    for each in found.untimely:
        message = Message(
            f"{each.value} 晚于自述所及的 {day.until}（会计年度须已结束），不计",
            f"{each.value} lies after {day.until}, the last day stated (a fiscal year must have ended): not counted",
        )
        if each.beside:
            message = Message(
                f"{each.value} 与晚于自述所及之日的 {each.beside} 写在同一处，只能有一个日期，均不计",
                f"{each.value} stands beside {each.beside}, a day after the last one stated, where there is one day "
                "only: neither is counted",
            )
        notices.append(Notice("after-as-of", message, Place(node=display(each.node), path=each.path), each.value))
    return notices


def _judged(
    requirement: Requirement,
    verdict: ClauseVerdict,
    rulings: Mapping[str, Determination],
    used: set[Determination],
    rules: Rules,
    names: Mapping[str, str],
    facts: Facts,
    stated: Facts,
    day: Day,
    resting: Resting | None,
) -> JudgedClause:
    known = rules.vocabulary
    if not verdict.results and not verdict.contradictions and verdict.outcome is not Outcome.MANUAL:
        return JudgedClause(requirement, verdict.outcome, verdict.basis, (), (), resting=resting)
    asked = terms_of_clauses(rules.shapes).get(requirement.number, frozenset())
    told = [contradiction_finding(c, names, known, asked) for c in verdict.contradictions]
    for shape, result in verdict.results:
        found = finding(shape, result, known, names, facts, day.check)
        lacking = lacking_part(shape, result.focus, stated, day.check)
        if lacking is not None:
            message = Message(f"{found.message.zh}：{lacking.zh}", f"{found.message.en}: {lacking.en}")
            found = replace(found, message=message)
        told.append(found)
    findings = _once(told)
    ruling = rulings.get(requirement.number)
    readings = tuple(dict.fromkeys(r for f in findings for r in f.readings))
    if ruling is not None and verdict.outcome is Outcome.MANUAL:
        used.add(ruling)
        return JudgedClause(requirement, ruling.outcome, (Basis.DETERMINATION,), readings, findings, ruling, resting)
    return JudgedClause(requirement, verdict.outcome, verdict.basis, readings, findings, resting=resting)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without those that say the same of the same node again (several shapes may share a text)."""
    return tuple({(f.outcome, f.node, f.message, f.remedy, f.value): f for f in reversed(list(findings))}.values())[
        ::-1
    ]


__all__ = ["DayFrom", "JudgedClause", "Judgement", "Shape", "Verdict", "judge"]
