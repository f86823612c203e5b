"""What search indexes: plain values about requirements, concepts and headings, filled by whoever holds the graph."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class LabelKind(IntEnum):
    """How a label names its concept, the surest first."""

    PREFERRED = 0
    ALTERNATIVE = 1
    HIDDEN = 2
    EVERYDAY = 3


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One requirement with everything of it that can be found.

    ``section`` and ``subsection`` are titles (机房建设, 供电); ``change`` is the local name in lower case or ``None``;
    ``everyday`` holds the family's ``zy:everydayLabel`` values, ``concepts`` the ids it mentions.
    """

    number: str
    tier: int
    section: str
    subsection: str
    obligation: str
    mark: str
    text: str
    change: str | None
    family: str
    family_label: str = ""
    family_label_en: str = ""
    everyday: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()

    @property
    def subsection_number(self) -> str:
        """The number of the subsection, ``5.2.1`` for ``5.2.1.1``."""
        return self.number.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a concept; ``language`` is ``zh`` or ``en``."""

    text: str
    kind: LabelKind
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class SearchConcept:
    """One concept of the scheme; ``broader`` and ``related`` hold concept ids."""

    id: str
    labels: tuple[Label, ...]
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def preferred(self, language: str = "zh") -> str:
        """Return the preferred label in ``language``, else in any, else the id."""
        preferred = [label for label in self.labels if label.kind is LabelKind.PREFERRED]
        for label in preferred:
            if label.language == language:
                return label.text
        return preferred[0].text if preferred else self.id
