"""What search answers: hits with their reasons, facets and suggestions, as frozen values with their JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReasonKind(StrEnum):
    """Why a clause was found, in the words the pages show."""

    LITERAL = "词面"
    HEADING = "标题"
    QUANTITY = "数量"
    SYNONYM = "同义"
    EVERYDAY = "俗称"
    RELATED = "相关"
    BROADER = "上位概念"
    NARROWER = "下位概念"
    PINYIN = "拼音"
    VARIANT = "异体"
    TYPO = "形近"
    STRUCTURE = "结构"


REASON_LABELS_EN = {
    ReasonKind.LITERAL: "words of the text",
    ReasonKind.HEADING: "heading",
    ReasonKind.QUANTITY: "quantity",
    ReasonKind.SYNONYM: "synonym",
    ReasonKind.EVERYDAY: "everyday wording",
    ReasonKind.RELATED: "related",
    ReasonKind.BROADER: "broader concept",
    ReasonKind.NARROWER: "narrower concept",
    ReasonKind.PINYIN: "pinyin",
    ReasonKind.VARIANT: "variant characters",
    ReasonKind.TYPO: "near spelling",
    ReasonKind.STRUCTURE: "structure",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: what the question says (``term``) and what it met (``matched``)."""

    kind: ReasonKind
    term: str
    matched: str

    def as_json(self) -> dict[str, str]:
        """Return the reason as the API prints it."""
        return {
            "kind": str(self.kind),
            "kindEn": REASON_LABELS_EN[self.kind],
            "term": self.term,
            "matched": self.matched,
        }

    def __str__(self) -> str:
        return (
            f"{self.kind}: {self.term} → {self.matched}" if self.term != self.matched else f"{self.kind}: {self.term}"
        )


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One row of the answer; ``spans`` are the highlighted ranges of ``text``, merged and in order.

    ``also`` names the family's other clauses, ``section`` is the subsection's number.
    """

    number: str
    tier: int
    section: str
    section_title: str
    obligation: str
    mark: str
    change: str | None
    text: str
    highlight: str
    spans: tuple[tuple[int, int], ...]
    score: float
    why: tuple[Reason, ...]
    family: str
    family_label: str
    also: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the hit as the API prints it."""
        return {
            "number": self.number,
            "tier": self.tier,
            "section": self.section,
            "sectionTitle": self.section_title,
            "obligation": self.obligation,
            "mark": self.mark,
            "change": self.change,
            "text": self.text,
            "highlight": self.highlight,
            "score": self.score,
            "why": [reason.as_json() for reason in self.why],
            "family": self.family,
            "familyLabel": self.family_label,
            "also": list(self.also),
        }


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many rows have ``value``; ``value`` is what the filter of the same name takes."""

    value: str | int
    label: str
    count: int

    def as_json(self) -> dict[str, object]:
        """Return the value as the API prints it."""
        return {"value": self.value, "label": self.label, "count": self.count}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to one request; ``total`` counts all rows, ``hits`` is the page asked for.

    ``confidence`` is exact, related or none; a ``loose`` answer rests on single characters alone.
    """

    query: str
    total: int
    hits: tuple[SearchHit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    did_you_mean: tuple[str, ...]
    offset: int
    limit: int
    collapse: str
    confidence: str = "related"
    loose: bool = False

    def as_json(self) -> dict[str, object]:
        """Return the answer as ``/api/search`` prints it."""
        return {
            "query": self.query,
            "total": self.total,
            "offset": self.offset,
            "limit": self.limit,
            "collapse": self.collapse,
            "confidence": self.confidence,
            "hits": [hit.as_json() for hit in self.hits],
            "facets": {name: [value.as_json() for value in values] for name, values in self.facets.items()},
            "didYouMean": list(self.did_you_mean),
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion; ``kind`` is 术语, 条款 or 标题, ``via`` what was typed against (a synonym, pinyin), if not the value."""

    kind: str
    value: str
    label: str
    via: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return the suggestion as ``/api/suggest`` prints it."""
        return {"kind": self.kind, "value": self.value, "label": self.label, "via": self.via}
