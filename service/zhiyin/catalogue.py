"""The read model: what the graph says of clauses, sections, families and concepts, as frozen dataclasses for the edges."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from zhiyin.model import Change, Mark, Obligation


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages; ``en`` is empty where the graph has none."""

    zh: str
    en: str = ""

    def in_language(self, language: str) -> str:
        """Return the English name for ``en…`` where there is one, else the Chinese."""
        return self.en if language.lower().startswith("en") and self.en else self.zh

    def as_json(self) -> dict[str, str]:
        """Return both names keyed by language."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class ThresholdView:
    """A figure that a clause demands; ``quantity`` is its sort, such as head-count, and ``unit`` is the local name of its QUDT or zy unit."""

    id: str
    metric: str
    metric_label: Label
    quantity: str
    comparator: str
    value: Decimal
    unit: str
    unit_label: Label
    condition: Label | None
    implied: bool
    phrase: str

    def as_json(self) -> dict[str, object]:
        """Return the shape that the API prints; ``value`` is an integer where it is whole."""
        whole = self.value == self.value.to_integral_value()
        return {
            "metric": self.metric,
            "metricLabel": self.metric_label.zh,
            "comparator": self.comparator,
            "value": int(self.value) if whole else float(self.value),
            "unit": self.unit,
            "unitLabel": self.unit_label.zh,
            "condition": self.condition.zh if self.condition else None,
            "implied": self.implied,
            "phrase": self.phrase,
        }

    def in_words(self, language: str = "zh") -> str:
        """Return the figure as a line of a table: metric, comparator, value, unit and condition."""
        condition = f"（{self.condition.in_language(language)}）" if self.condition else ""
        unit = self.unit_label.in_language(language) or self.unit
        return (
            f"{self.metric_label.in_language(language)} {self.comparator} {self.value.normalize():f} {unit}{condition}"
        )


@dataclass(frozen=True, slots=True)
class ConceptRef:
    """A concept as a clause names it."""

    id: str
    label: Label

    def as_json(self) -> dict[str, str]:
        """Return id and Chinese label."""
        return {"id": self.id, "label": self.label.zh}


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A requirement with all that hangs on it; ``order`` is its place in the text."""

    number: str
    order: int
    tier: int
    section: str
    section_title: Label
    obligation: Obligation
    mark: Mark
    text: str
    family: str
    change: Change | None
    ancestor: str | None
    descendant: str | None
    introduced_in: int
    concepts: tuple[ConceptRef, ...]
    thresholds: tuple[ThresholdView, ...]
    readings: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the shape that ``/api/clauses`` prints."""
        return {
            "number": self.number,
            "tier": self.tier,
            "section": self.section,
            "sectionTitle": self.section_title.zh,
            "obligation": str(self.obligation),
            "mark": str(self.mark),
            "text": self.text,
            "family": self.family,
            "change": str(self.change) if self.change else None,
            "ancestor": self.ancestor,
            "descendant": self.descendant,
            "introducedIn": self.introduced_in,
            "concepts": [concept.as_json() for concept in self.concepts],
            "thresholds": [threshold.as_json() for threshold in self.thresholds],
        }


@dataclass(frozen=True, slots=True)
class ItemView:
    """An unmarked item of chapter 1; ``defines`` are the concepts that a definition explains."""

    number: str
    order: int
    section: str
    text: str
    concepts: tuple[ConceptRef, ...]
    defines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A heading: chapter, section or subsection; ``clauses`` are the numbers of all requirements within it."""

    number: str
    title: Label
    tier: int | None
    parent: str | None
    children: tuple[str, ...]
    clauses: tuple[str, ...]
    local_number: str | None


@dataclass(frozen=True, slots=True)
class TierView:
    """A tier with its counts: ``by_obligation``, ``by_mark`` and ``by_change`` are keyed by the guideline's words."""

    level: int
    label: Label
    chapter: str
    clauses: int
    by_obligation: dict[str, int]
    by_mark: dict[str, int]
    by_change: dict[str, int]


@dataclass(frozen=True, slots=True)
class FamilyView:
    """One duty followed through the tiers; ``members`` are clause numbers in tier order."""

    id: str
    label: Label
    members: tuple[str, ...]
    check_kinds: tuple[Label, ...]
    everyday: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConceptView:
    """A concept of the SKOS scheme; relations hold ids, ``clauses`` the numbers of the requirements that mention it."""

    id: str
    label: Label
    alternatives: tuple[str, ...]
    hidden: tuple[str, ...]
    everyday: tuple[str, ...]
    english: tuple[str, ...]
    definition: Label | None
    defined_by: str | None
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    related: tuple[str, ...]
    clauses: tuple[str, ...]
    items: tuple[str, ...]
    tiers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MetricView:
    """What a threshold measures; ``asked`` are the words people ask for it by, of those apart by a blank all."""

    id: str
    label: Label
    quantity: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindView:
    """An obligation, a mark or a change (``id`` as in ``zy:Optional``); ``everyday`` is what people call it."""

    id: str
    label: Label
    everyday: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A rule of how the law is read; ``touches`` are clause numbers."""

    id: str
    label: Label
    text: Label
    other: Label | None
    touches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that the read-only routes and pages need, keyed by number or id, in document order."""

    clauses: dict[str, ClauseView]
    items: dict[str, ItemView]
    sections: dict[str, SectionView]
    tiers: dict[int, TierView]
    families: dict[str, FamilyView]
    concepts: dict[str, ConceptView]
    readings: dict[str, ReadingView] = field(default_factory=dict)
    metrics: dict[str, MetricView] = field(default_factory=dict)
    kinds: dict[str, KindView] = field(default_factory=dict)
    topics: dict[str, SectionView] = field(init=False)
    """The sections and subsections that every tier's chapter has, by their number below it (``3``, ``3.3``)."""

    def __post_init__(self) -> None:
        highest = max(self.tiers, default=0)
        below = {s.local_number: s for s in self.sections.values() if s.tier == highest and s.local_number}
        object.__setattr__(self, "topics", below)

    @property
    def main_topics(self) -> tuple[str, ...]:
        """The numbers of the sections that every tier's chapter has."""
        return tuple(number for number in self.topics if "." not in number)
