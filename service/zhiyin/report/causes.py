"""A verdict in, its findings by cause out: one thing to put right with every clause that turns on it, the next first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.errors import Message, Place
from zhiyin.form.clauses import section_titles
from zhiyin.law.outcome import Outcome
from zhiyin.model import Obligation, number_key
from zhiyin.report.words import fact_word, place_word, value_word
from zhiyin.validation.findings import Finding
from zhiyin.validation.judgement import JudgedClause, Judgement, Verdict

ORDER = (Outcome.UNDECLARED, Outcome.VIOLATED, Outcome.MANUAL)
"""What is to be filled in next comes first, then what is to be put right, then what a person decides."""


MOST_CAUSES = 36
"""So many matters stand in the front part of the reports, which is to stay within five pages; the rest is annex."""


@dataclass(frozen=True, slots=True)
class CauseSpot:
    """One thing that a cause is about: what people call it, what it states now, and where."""

    label: str
    value: str
    place: Place | None
    node: str = ""

    @property
    def words(self) -> str:
        """The spot in one phrase."""
        where = place_word(self.place)
        return "，".join(part for part in (self.label, where, f"现为“{self.value}”" if self.value else "") if part)


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to put right, with the clauses that turn on it."""

    outcome: Outcome
    fact: str
    message: Message
    remedy: Message | None
    clauses: tuple[JudgedClause, ...]
    spots: tuple[CauseSpot, ...]
    group: str
    """Where it belongs: the sheet of the form, else the section."""

    @property
    def mandatory(self) -> int:
        """How many mandatory clauses turn on it."""
        return sum(c.requirement.obligation is Obligation.MANDATORY for c in self.clauses)

    @property
    def numbers(self) -> str:
        """The clauses' numbers in one phrase."""
        return "、".join(clause.requirement.number for clause in self.clauses)


def causes(verdict: Verdict, judgement: Judgement, clauses: Sequence[JudgedClause] | None = None) -> list[Cause]:
    """Return the causes of everything that is undeclared, violated or for a person, the next to deal with first."""
    told: dict[tuple[object, ...], list[tuple[JudgedClause, Finding]]] = {}
    bare: list[JudgedClause] = []
    for clause in verdict.clauses if clauses is None else clauses:
        if clause.outcome not in ORDER:
            continue
        findings = [f for f in clause.findings if f.outcome is clause.outcome] or list(clause.findings)
        if not findings:
            bare.append(clause)
        for finding in findings:
            told.setdefault(_key(finding), []).append((clause, finding))
    found = [_cause(pairs, verdict, judgement) for pairs in told.values()]
    found += [_of_silence(clause, judgement) for clause in bare]
    return sorted(found, key=_rank)


def _key(finding: Finding) -> tuple[object, ...]:
    if finding.outcome is Outcome.UNDECLARED:
        return (finding.outcome, finding.about or finding.path, finding.remedy)
    return (finding.outcome, finding.about or finding.path, finding.cause or finding.message, finding.remedy)


def _cause(pairs: Sequence[tuple[JudgedClause, Finding]], verdict: Verdict, judgement: Judgement) -> Cause:
    first = pairs[0][1]
    clauses = {clause.requirement.number: clause for clause, _ in pairs}
    spots: dict[tuple[str, str], CauseSpot] = {}
    for _, finding in pairs:
        label = "" if finding.node == verdict.company else finding.label
        # A cause that names its facts need not have them again at its spot.
        stated = "" if finding.cause else finding.value
        spots.setdefault(
            (finding.node, stated),
            CauseSpot(
                label,
                finding.value_label or value_word(stated, judgement.rules.vocabulary),
                judgement.place_of(finding),
                finding.node,
            ),
        )
    ordered = tuple(sorted(clauses.values(), key=lambda c: number_key(c.requirement.number)))
    shown = tuple(spots.values())
    return Cause(
        first.outcome,
        fact_word(first.path, first.about, judgement.rules.vocabulary),
        first.cause or first.message,
        first.remedy,
        ordered,
        shown,
        _group(shown, ordered, judgement),
    )


def _of_silence(clause: JudgedClause, judgement: Judgement) -> Cause:
    message = Message("没有可据以评定的事实", "no fact to judge by")
    return Cause(clause.outcome, "", message, clause.remedy, (clause,), (), _group((), (clause,), judgement))


def _group(spots: Sequence[CauseSpot], clauses: Sequence[JudgedClause], judgement: Judgement) -> str:
    sheet = next((s.place.sheet for s in spots if s.place is not None and s.place.sheet), "")
    if sheet:
        return f"“{sheet}”表"
    requirement = clauses[0].requirement
    section = requirement.number.split(".")[1]
    return f"第 {section} 节 {section_titles(judgement.rules, requirement.tier).get(section, '')}".strip()


def _rank(cause: Cause) -> tuple[object, ...]:
    first = cause.clauses[0].requirement.number if cause.clauses else "9"
    return (ORDER.index(cause.outcome), -cause.mandatory, -len(cause.clauses), number_key(first), cause.message.zh)
