"""What a check finds: statements about the guideline with their verdicts, as frozen values with their JSON form."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from zhiyin.difference import text_difference
from zhiyin.errors import Message


class Ruling(StrEnum):
    """The judgement on one statement."""

    HOLDS = "holds"
    SAYS_OTHERWISE = "says-otherwise"
    FIGURE_DIFFERS = "figure-differs"
    WRONG_TIER = "wrong-tier"
    NO_SUCH_CLAUSE = "no-such-clause"
    NOT_CHECKED = "not-checked"


RULING_LABELS: Final = {
    Ruling.HOLDS: Message("相符", "holds"),
    Ruling.SAYS_OTHERWISE: Message("与原文不符", "says otherwise"),
    Ruling.FIGURE_DIFFERS: Message("数字不符", "figure differs"),
    Ruling.WRONG_TIER: Message("类别不符", "wrong tier"),
    Ruling.NO_SUCH_CLAUSE: Message("无此条款", "no such clause"),
    Ruling.NOT_CHECKED: Message("未核对", "not checked"),
}
FAULTS: Final = frozenset({Ruling.SAYS_OTHERWISE, Ruling.FIGURE_DIFFERS, Ruling.WRONG_TIER, Ruling.NO_SUCH_CLAUSE})


class Aspect(StrEnum):
    """What of a statement was looked at."""

    NUMBER = "number"
    TIER = "tier"
    OBLIGATION = "obligation"
    MARK = "mark"
    FIGURE = "figure"
    WORDS = "words"
    QUOTE = "quote"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it came to, in both languages, with what was said and what stands there."""

    aspect: Aspect
    ruling: Ruling
    message: Message
    said: str = ""
    stands: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the finding as the API prints it."""
        return {
            "aspect": str(self.aspect),
            "verdict": str(self.ruling),
            "message": {"zh": self.message.zh, "en": self.message.en},
            "said": self.said,
            "stands": self.stands,
        }


@dataclass(frozen=True, slots=True)
class Cited:
    """A clause of the guideline beside a statement."""

    number: str
    obligation: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement about the guideline at ``[start, end)`` of the text: its words, its verdict and why."""

    start: int
    end: int
    text: str
    cites: tuple[str, ...]
    tiers: tuple[int, ...]
    ruling: Ruling
    reason: Message
    findings: tuple[Finding, ...]
    clauses: tuple[Cited, ...]
    suggestion: tuple[str, ...] = ()

    @property
    def is_fault(self) -> bool:
        """Whether the guideline does not say this."""
        return self.ruling in FAULTS

    def as_json(self) -> dict[str, object]:
        """Return the statement as the API prints it."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "cites": list(self.cites),
            "tiers": list(self.tiers),
            "verdict": str(self.ruling),
            "verdictLabel": {"zh": RULING_LABELS[self.ruling].zh, "en": RULING_LABELS[self.ruling].en},
            "reason": {"zh": self.reason.zh, "en": self.reason.en},
            "findings": [finding.as_json() for finding in self.findings],
            "clauses": [
                {"number": c.number, "obligation": c.obligation, "mark": c.mark, "text": c.text} for c in self.clauses
            ],
            "difference": self.difference() if self.is_fault else [],
            "suggestion": list(self.suggestion),
        }

    def difference(self) -> list[dict[str, str]]:
        """Return how the statement's words differ from the first clause's: kept, deleted (only said) or inserted."""
        if not self.clauses:
            return []
        return [{"kind": p.kind, "text": p.text} for p in text_difference(self.text, self.clauses[0].text)]


@dataclass(frozen=True, slots=True)
class Checked:
    """A text with every statement that it makes about the guideline, in order."""

    text: str
    statements: tuple[Statement, ...]
    summary: dict[Ruling, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the check as the API prints it."""
        return {
            "characters": len(self.text),
            "total": len(self.statements),
            "faults": sum(statement.is_fault for statement in self.statements),
            "summary": {str(ruling): self.summary.get(ruling, 0) for ruling in Ruling},
            "statements": [statement.as_json() for statement in self.statements],
        }
