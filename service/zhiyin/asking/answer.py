"""What asking answers: one sentence with figures and clauses, or a refusal that says why; with its JSON form."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from zhiyin.asking.reading import Reading


class Outcome(StrEnum):
    """The three words of asking."""

    ANSWERED = "answered"
    NEAR = "near"
    NONE = "none"


OUTCOME_IN_WORDS = {
    Outcome.ANSWERED: ("有确切答案", "answered exactly"),
    Outcome.NEAR: ("相近，但指引没有规定所问的", "near: the guideline does not state what is asked"),
    Outcome.NONE: ("指引没有规定", "the guideline does not say"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of the answer; ``value`` is whole where it can be, ``phrase`` the words of the clause that hold it."""

    tier: int
    clause: str
    comparator: str
    value: int | float
    unit: str
    condition: str | None
    metric: str = ""
    phrase: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the figure as the API prints it."""
        return {
            "tier": self.tier,
            "clause": self.clause,
            "comparator": self.comparator,
            "value": self.value,
            "unit": self.unit,
            "condition": self.condition,
            "metric": self.metric,
            "phrase": self.phrase,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    ``clauses`` are cited as the answer, or touch what is asked where it is refused; ``marked`` holds for a clause the
    words that carry the answer; ``question_like`` is false where nothing was asked (a word to search for).
    """

    query: str
    outcome: Outcome
    reading: Reading | None = None
    figures: tuple[Shown, ...] = ()
    count: int | None = None
    value: bool | int | None = None
    clauses: tuple[str, ...] = ()
    text: str = ""
    sparql: str = ""
    alternatives: tuple[str, ...] = ()
    reason: str = ""
    reason_en: str = ""
    marked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    question_like: bool = True

    @property
    def answered(self) -> bool:
        """Whether there is an exact answer."""
        return self.outcome is Outcome.ANSWERED

    def as_json(self) -> dict[str, object]:
        """Return the shape that ``/api/ask`` prints."""
        reading = self.reading
        return {
            "query": self.query,
            "answered": self.answered,
            "outcome": str(self.outcome),
            "kind": str(reading.asked) if reading else None,
            "figures": [figure.as_json() for figure in self.figures],
            "count": self.count,
            "value": self.value,
            "clauses": list(self.clauses),
            "text": self.text,
            "sparql": self.sparql or None,
            "question": reading.question if reading and self.answered else None,
            "parameters": dict(reading.parameters) if reading and self.answered else {},
            "reading": [part.as_json() for part in reading.parts] if reading else [],
            "alternatives": list(self.alternatives),
            "reason": self.reason or None,
            "reasonEn": self.reason_en or None,
        }
