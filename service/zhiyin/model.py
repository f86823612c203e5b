"""The values that pass between the steps: what the guideline's text says, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NUMERALS: Final = "一二三四五六七八九"
"""The figures 1 to 9: tiers are named by their rank (1.2), however many an edition has."""


def tier_name(tier: int | None) -> str:
    """Return 一类, 二类 … for a tier; empty where there is none."""
    if not tier:
        return ""
    return f"{NUMERALS[tier - 1] if 0 < tier <= len(NUMERALS) else tier}类"


class Obligation(StrEnum):
    """必须 or 可选, as printed before a clause."""

    MANDATORY = "必须"
    OPTIONAL = "可选"


class Mark(StrEnum):
    """新增 or 延续, as printed before a clause (1.2)."""

    NEW = "新增"
    CONTINUED = "延续"


class Change(StrEnum):
    """What happened to a duty from the tier below; a tier-1 clause has none."""

    SAME = "same"
    REWORDED = "reworded"
    PROMOTED = "promoted"
    STRENGTHENED = "strengthened"
    INTRODUCED = "introduced"


CHANGE_LABELS: Final = {
    Change.SAME: "未变",
    Change.REWORDED: "文字调整",
    Change.PROMOTED: "可选变必须",
    Change.STRENGTHENED: "加强",
    Change.INTRODUCED: "新出现",
}


def number_key(number: str) -> tuple[int, ...]:
    """Return what sorts clause and section numbers in document order: ``4.3.10`` after ``4.3.9``."""
    return tuple(int(part) for part in number.split("."))


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a guideline as its own description has it (``edition.toml`` beside the text).

    ``id`` is empty for the text of today, which names no edition; ``vocabulary`` is the IRI of the company vocabulary
    that a submission under this edition follows; chapters are given by number, those of the tiers from the lowest up.
    """

    guideline: str
    id: str
    title_zh: str
    title_en: str
    text: str
    vocabulary: str
    general_chapters: tuple[int, ...]
    tier_chapters: tuple[int, ...]

    @property
    def tiers(self) -> range:
        """The tiers, from 1 to the highest."""
        return range(1, len(self.tier_chapters) + 1)

    @property
    def chapters(self) -> range:
        """Every chapter, from 1 to the last."""
        return range(1, len(self.general_chapters) + len(self.tier_chapters) + 1)

    def tier_of(self, chapter: int) -> int | None:
        """Return the tier that ``chapter`` sets out, ``None`` for a chapter of general provisions."""
        return self.tier_chapters.index(chapter) + 1 if chapter in self.tier_chapters else None

    def chapter_of(self, tier: int) -> int:
        """Return the number of the chapter that sets out ``tier``."""
        return self.tier_chapters[tier - 1]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of the text: a chapter (``2``), a section (``2.1``) or a subsection (``2.1.1``)."""

    number: str
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """An unmarked item of chapter 1 (1.1 … 1.4, 1.4.1 … 1.4.6); ``text`` is as printed, trimmed."""

    number: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """One marked clause of a tier's chapter; ``line`` is its line in the source, from 1."""

    number: str
    obligation: Obligation
    mark: Mark
    text: str
    line: int
    tier: int

    @property
    def subsection(self) -> str:
        """The number of the subsection it stands in, such as ``4.3.3``."""
        return self.number.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class GuidelineText:
    """The whole text of an edition, parsed; ``sha256`` is of the source bytes."""

    edition: Edition
    sha256: str
    headings: tuple[Heading, ...]
    items: tuple[Item, ...]
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One duty followed through the tiers: its clause numbers in tier order, and where it was only reworded."""

    id: str
    members: tuple[str, ...]
    reworded_in: frozenset[str]


@dataclass(frozen=True, slots=True)
class Step:
    """How a clause stands to the tier just below: its change and its ancestor there, if any."""

    number: str
    family: str
    change: Change | None
    ancestor: str | None
    tier: int
