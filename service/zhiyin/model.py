"""The values that pass between the steps: what the guideline's text says, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TIERS: Final = (1, 2, 3, 4)
TIER_NAMES: Final = {1: "一类", 2: "二类", 3: "三类", 4: "四类"}


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


def tier_of_chapter(chapter: int) -> int | None:
    """Return the tier that chapter 2 to 5 sets out (1 to 4), ``None`` for chapter 1."""
    return chapter - 1 if 2 <= chapter <= 5 else None


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
    """One marked clause of chapters 2 to 5; ``line`` is its line in the source, from 1."""

    number: str
    obligation: Obligation
    mark: Mark
    text: str
    line: int

    @property
    def tier(self) -> int:
        """The tier 1 to 4 whose chapter holds the clause."""
        return int(self.number[0]) - 1

    @property
    def subsection(self) -> str:
        """The number of the subsection it stands in, such as ``4.3.3``."""
        return self.number.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class GuidelineText:
    """The whole text, parsed; ``sha256`` is of the source bytes."""

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
