"""Two editions in, what became of every duty between them out: by its family and tier, whatever its number is now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from zhiyin.catalogue import Catalogue, ClauseView
from zhiyin.guideline.revision import Kind, what_changed
from zhiyin.model import number_key


@dataclass(frozen=True, slots=True)
class EditionChange:
    """One duty of one tier in two editions: ``before`` is ``None`` where it is new, ``after`` where it was withdrawn.

    UNSURE is said of a pair whose words were removed or replaced: a program cannot tell whether the duty is another.
    """

    kind: Kind
    before: ClauseView | None
    after: ClauseView | None
    figures: tuple[tuple[str, str], ...] = ()

    @property
    def clause(self) -> ClauseView:
        """The clause as it now stands, or as it last stood."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - made of one or of both
        return found

    @property
    def renumbered(self) -> bool:
        """Whether the duty stands under another number."""
        return self.before is not None and self.after is not None and self.before.number != self.after.number

    def as_json(self) -> dict[str, object]:
        """Return the shape of ``changes[]`` in ``/api/editions/diff``."""
        return {
            "kind": str(self.kind),
            "family": self.clause.family,
            "tier": self.clause.tier,
            "renumbered": self.renumbered,
            "figures": [{"before": before, "after": after} for before, after in self.figures],
            "before": None if self.before is None else self.before.as_json(),
            "after": None if self.after is None else self.after.as_json(),
        }


@dataclass(frozen=True, slots=True)
class EditionDifference:
    """Every duty of either edition, tier by tier in the order of the text; what was withdrawn stands where it stood."""

    changes: tuple[EditionChange, ...]

    @property
    def summary(self) -> dict[Kind, int]:
        """How many duties each kind of change concerns, every kind named."""
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts.get(kind, 0) for kind in Kind}

    @property
    def changed(self) -> tuple[EditionChange, ...]:
        """The duties whose words or obligation are not the same."""
        return tuple(change for change in self.changes if change.kind is not Kind.SAME)


def edition_difference(before: Catalogue, after: Catalogue, tier: int | None = None) -> EditionDifference:
    """Return what became of each duty of ``tier``, or of every tier, from one edition to the other."""
    stood = {(clause.family, clause.tier): clause for clause in before.clauses.values()}
    stands = {(clause.family, clause.tier): clause for clause in after.clauses.values()}
    found = [
        _change(stood.get(key), stands.get(key))
        for key in dict.fromkeys([*stands, *stood])
        if tier is None or key[1] == tier
    ]
    return EditionDifference(tuple(sorted(found, key=lambda change: number_key(change.clause.number))))


def _change(before: ClauseView | None, after: ClauseView | None) -> EditionChange:
    if before is None or after is None:
        return EditionChange(Kind.NEW if before is None else Kind.WITHDRAWN, before, after)
    kind, _, figures = what_changed(before, after)
    return EditionChange(kind, before, after, figures)
