"""The clauses of a tier as the form shows them: number, obligation and text, in the order of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.model import Obligation


@dataclass(frozen=True, slots=True)
class FormClause:
    """One clause of the tier, as the sheet 条款 prints it."""

    number: str
    obligation: Obligation
    text: str

    @property
    def section(self) -> str:
        """The section's number without its chapter, ``1`` … ``8``."""
        return self.number.split(".")[1]

    @property
    def subsection(self) -> str:
        """The subsection's number without its chapter, ``1.1`` … ``8.2``."""
        return ".".join(self.number.split(".")[1:3])


@once
def clauses_of(rules: Rules, tier: int) -> Mapping[str, FormClause]:
    """Return the requirement clauses of ``tier`` by number, in the order of the text."""
    return {r.number: FormClause(r.number, r.obligation, r.text) for r in rules.of_tier(tier)}


@once
def section_titles(rules: Rules, tier: int) -> Mapping[str, str]:
    """Return the title of each of the tier's sections by its number without the chapter."""
    chapter = f"{rules.edition.chapter_of(tier)}."
    return {n.removeprefix(chapter): title for n, title in rules.sections.items() if n.startswith(chapter)}


@once
def subsection_titles(rules: Rules, tier: int) -> Mapping[str, str]:
    """Return the title of each of the tier's subsections by its number without the chapter."""
    chapter = f"{rules.edition.chapter_of(tier)}."
    return {n.removeprefix(chapter): title for n, title in rules.subsections.items() if n.startswith(chapter)}
