"""Which clauses of an edition state the same duty: the families and their members, read from the files of the law."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.edition import shipped_edition
from zhiyin.model import Edition
from zhiyin.namespaces import FAMILY, ZY, Names, names_of
from zhiyin.turtle import statements


@dataclass(frozen=True, eq=False)
class Duties:
    """The duties of one edition: the id of a family to the number of its clause in each tier that states it.

    ``base`` are the duties of the edition whose numbers the hand-written shapes use, ``None`` where it is this one.
    """

    names: Names
    members: Mapping[str, Mapping[int, str]]
    base: Duties | None = None

    @cached_property
    def of_clause(self) -> Mapping[str, tuple[str, int]]:
        """The number of a clause to its family and its tier."""
        return {number: (family, tier) for family, by in self.members.items() for tier, number in by.items()}

    def stated_in(self, number: str) -> Mapping[int, str]:
        """Return the clause of each tier of this edition that states the duty of ``number``, a clause of the base edition.

        Vocabulary and shapes name duties by the numbers of the base edition; empty where it has no such clause, or
        this edition no such duty.
        """
        known = (self.base or self).of_clause.get(number)
        return {} if known is None else self.members.get(known[0], {})

    def enforced(self, iri: str) -> list[str] | None:
        """Return the clauses of this edition that ``zy:enforces`` with ``iri`` names; ``None`` where it names nothing.

        A family stands for its clauses in all tiers in which the base edition has one as well: what a tier demands that
        did not demand it before has shapes once somebody names its clause, and is undeclared until then. A clause of the base edition for the one that states the same
        duty for the same tier, if any still does.
        """
        if iri.startswith(str(FAMILY)):
            family = iri.removeprefix(str(FAMILY))
            before = self.base.members.get(family) if self.base is not None else None
            if family not in self.members and before is None:
                return None
            stated = self.members.get(family, {})
            return sorted(number for tier, number in stated.items() if before is None or tier in before)
        if iri.startswith(str(self.names.clause)):
            number = iri.removeprefix(str(self.names.clause))
            return [number] if number in self.of_clause else None
        if self.base is None:
            return None
        named = self.base.enforced(iri)
        duties = [self.base.of_clause[number] for number in named or ()]
        found = [self.members.get(family, {}).get(tier) for family, tier in duties]
        return None if named is None else [number for number in found if number is not None]


def read_duties(edition: Edition, files: Iterable[Path], base: Duties | None = None) -> Duties:
    """Return the duties of ``edition`` that the Turtle ``files`` state."""
    names = names_of(edition.guideline, edition.id)
    members: dict[str, dict[int, str]] = defaultdict(dict)
    for quad in statements(*files):
        if quad.predicate.value != str(ZY.member) or not isinstance(quad.object, ox.NamedNode):
            continue
        if quad.object.value.startswith(str(names.clause)):
            number = quad.object.value.removeprefix(str(names.clause))
            family = getattr(quad.subject, "value", "").removeprefix(str(FAMILY))
            members[family][edition.tier_chapters.index(int(number.partition(".")[0])) + 1] = number
    return Duties(names, {family: dict(sorted(by.items())) for family, by in members.items()}, base)


def shipped_duties() -> Duties:
    """Read the duties of the shipped edition."""
    return read_duties(shipped_edition(), resources.turtle_files("ontology/families"))
