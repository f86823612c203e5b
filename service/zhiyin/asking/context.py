"""What every way of answering works with: the question taken apart, the graph's words, the store to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhiyin.asking.answer import Answer, Outcome, Shown
from zhiyin.asking.frame import Frame
from zhiyin.asking.knowledge import Knowledge
from zhiyin.asking.reading import Asked, Part, Reading
from zhiyin.asking.topics import Topic, without
from zhiyin.model import tier_name

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that a named question gave, and the query that gave them."""

    query: str
    rows: tuple[Row, ...]


Run = Callable[[str, Mapping[str, str]], Table]
Ranked = Callable[[str], dict[int, float]]


@dataclass(frozen=True, slots=True)
class Context:
    """One question on its way to an answer."""

    question: str
    frame: Frame
    knowledge: Knowledge
    run: Run
    ranked: Ranked

    def topic(self, *asking: re.Pattern[str]) -> Topic:
        """Return the topic, without whatever the patterns find."""
        return Topic(without(self.frame.rest, *asking), self.knowledge, self.ranked)

    def topic_of(self, text: str, asking: Sequence[re.Pattern[str]]) -> Topic:
        """Return the topic ``text``, in which whatever the patterns find only asks and needs no explaining."""
        return Topic(text, self.knowledge, self.ranked, tuple(asking))

    @property
    def tiers(self) -> tuple[int, ...]:
        """The tiers named; none where the question names none."""
        return self.frame.tiers.tiers

    @property
    def levels(self) -> tuple[int, ...]:
        """Every tier of the edition, from the lowest up."""
        return tuple(self.knowledge.catalogue.tiers)

    def tiers_words(self, tiers: Sequence[int]) -> str:
        """Return 三类, 一类和二类, 各类别."""
        if not tiers or len(tiers) == len(self.levels):
            return "各类别"
        return "、".join(tier_name(tier) for tier in tiers)

    def tier_part(self) -> Part:
        """Return what was read of the tiers, with the other tiers to choose."""
        names = "、".join(tier_name(tier) for tier in self.tiers) if self.tiers else "各类别"
        if self.frame.tiers.every:
            names = "各类别"
        choices = tuple((tier_name(tier), self.with_tier(tier)) for tier in self.levels if self.tiers != (tier,))
        return Part("类别", names, choices=choices)

    def with_tier(self, tier: int) -> str:
        """Return the question asked of another tier."""
        stripped = re.sub(r"^\|+|\|+$", "", self.frame.rest.replace("|", " ").strip()).strip(" ，,。?？的")
        return f"{tier_name(tier)}：{stripped}？"

    def answered(self, reading: Reading, table: Table, **found: object) -> Answer:
        """Return an exact answer."""
        return Answer(query=self.question, outcome=Outcome.ANSWERED, reading=reading, sparql=table.query, **found)  # type: ignore[arg-type]

    def refused(
        self,
        outcome: Outcome,
        reason: str,
        reason_en: str,
        clauses: Sequence[str] = (),
        asked: Asked | None = None,
        parts: tuple[Part, ...] = (),
        alternatives: tuple[str, ...] = (),
    ) -> Answer:
        """Return a refusal that says why; ``clauses`` touch what is asked."""
        reading = Reading(asked, parts, "") if asked else None
        return Answer(
            query=self.question,
            outcome=outcome,
            reading=reading,
            clauses=tuple(clauses),
            reason=reason,
            reason_en=reason_en,
            alternatives=alternatives,
        )

    def members(self, family: int, tiers: Sequence[int] | None = None) -> tuple[str, ...]:
        """Return the clauses of a duty, those of ``tiers`` only where given."""
        numbers = self.knowledge.family(family).members
        clauses = self.knowledge.catalogue.clauses
        return tuple(number for number in numbers if not tiers or clauses[number].tier in tiers)


def plain(value: Cell) -> int | float:
    """Return a figure as the API prints it: whole where it is."""
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)


def shown(row: Row, metric: str, heads: bool = False) -> Shown:
    """Return a row of ``figures_of_metric`` as a figure of the answer; ``heads`` are counted in 人."""
    condition = row.get("condition")
    unit = str(row["unit"])
    return Shown(
        tier=int(str(row["level"])),
        clause=str(row["number"]),
        comparator=str(row["comparator"]),
        value=plain(row["value"]),
        unit="人" if heads and unit == "个" else unit,
        condition=str(condition) if condition else None,
        metric=metric,
        phrase=str(row.get("phrase") or ""),
    )
