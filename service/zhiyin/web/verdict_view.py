"""A verdict in, what its page says out: findings told once with their things, facts and places, and counts by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.errors import Message, Place
from zhiyin.law.outcome import Outcome
from zhiyin.law.vocabulary import Term
from zhiyin.model import Obligation
from zhiyin.report.words import value_words
from zhiyin.validation.findings import Finding
from zhiyin.validation.judgement import JudgedClause, Judgement, Verdict
from zhiyin.web.statement import facts_of

ORDER = (Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL, Outcome.NOT_APPLICABLE, Outcome.SATISFIED)
"""What needs work first."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A thing that a finding is about, with what it states now and where the submitted file does."""

    label: str
    node: str
    value: Message
    place: Place | None


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to say: the findings that read alike, with all they are about."""

    finding: Finding
    spots: tuple[Spot, ...]
    facts: tuple[Term, ...]


def told_once(clause: JudgedClause, judgement: Judgement) -> list[Told]:
    """Return the findings of a clause, those that say the same of several things as one."""
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in clause.findings:
        alike.setdefault((finding.outcome, finding.message, finding.remedy, finding.readings), []).append(finding)
    return [
        Told(group[0], tuple(dict.fromkeys(_spot(f, judgement) for f in group)), facts_of(group[0], judgement.rules))
        for group in alike.values()
    ]


def _spot(finding: Finding, judgement: Judgement) -> Spot:
    shown = Message(finding.value_label, finding.value_label) if finding.value_label else None
    value = shown or value_words(finding.value, judgement.rules.vocabulary)
    return Spot(finding.label, finding.node, value, judgement.place_of(finding))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clauses came to each outcome: all, the mandatory ones, and by section."""

    all: Counter[Outcome]
    mandatory: Counter[Outcome]
    by_section: dict[str, Counter[Outcome]]

    @property
    def most(self) -> int:
        """The clauses of the longest section."""
        return max((sum(counts.values()) for counts in self.by_section.values()), default=1)


def tally(verdict: Verdict) -> Tally:
    """Return the counts of a verdict."""
    return Tally(
        Counter(c.outcome for c in verdict.clauses),
        Counter(c.outcome for c in verdict.clauses if c.requirement.obligation is Obligation.MANDATORY),
        {
            section: Counter(c.outcome for c in verdict.clauses if section_of(c) == section)
            for section in dict.fromkeys(section_of(c) for c in verdict.clauses)
        },
    )


def section_of(clause: JudgedClause) -> str:
    """Return the section of a judged clause without its chapter."""
    return clause.requirement.number.split(".")[1]


def with_outcome(clauses: Sequence[JudgedClause], outcome: Outcome) -> list[JudgedClause]:
    """Return the clauses that came to ``outcome``."""
    return [c for c in clauses if c.outcome is outcome]
