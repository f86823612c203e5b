"""What a question was read as: what is asked, about what, for which tiers, and which named question answers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Asked(StrEnum):
    """What a question wants to know."""

    FIGURE = "figure"
    COUNT = "count"
    CLAUSES = "clauses"
    TRUTH = "boolean"
    TIER = "tier"
    DEFINITION = "definition"
    DIFFERENCE = "diff"


ASKED_IN_WORDS = {
    Asked.FIGURE: "问的是一个数字",
    Asked.COUNT: "问的是条数",
    Asked.CLAUSES: "问的是哪些条款",
    Asked.TRUTH: "问的是是否",
    Asked.TIER: "问的是从哪一类起",
    Asked.DEFINITION: "问的是名词或总则",
    Asked.DIFFERENCE: "问的是两个类别的差别",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the reading holds: ``name`` in words (类别, 指标), ``value`` in words, what of the question said it.

    ``choices`` are other values as (value in words, the question put so), for a menu.
    """

    name: str
    value: str
    said: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the part as the API prints it."""
        choices = [{"value": value, "question": question} for value, question in self.choices]
        return {"name": self.name, "value": self.value, "said": self.said, "choices": choices}


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was understood; ``question`` names one of the library, ``parameters`` bind it."""

    asked: Asked
    parts: tuple[Part, ...]
    question: str
    parameters: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the reading as the API prints it."""
        return {
            "asked": str(self.asked),
            "parts": [part.as_json() for part in self.parts],
            "question": self.question,
            "parameters": self.parameters,
        }
