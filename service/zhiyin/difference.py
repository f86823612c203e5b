"""Two tiers in, what happened to every duty between them out; and two texts in, their word-level difference out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from zhiyin.catalogue import Catalogue, ClauseView
from zhiyin.errors import BadParameter
from zhiyin.model import Change

_STRENGTH = (Change.SAME, Change.REWORDED, Change.PROMOTED, Change.STRENGTHENED, Change.INTRODUCED)
_KEPT = 2 / 3
"""The part of the shorter text that has to stand for the two to be read as one text with changes in it."""
_WORD = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Alteration:
    """What happened to one duty: the clause before (``None`` where introduced) and the clause after."""

    change: Change
    before: ClauseView | None
    after: ClauseView

    def as_json(self) -> dict[str, object]:
        """Return the shape of ``changes[]`` in ``/api/tiers/diff``."""
        return {
            "change": str(self.change),
            "section": self.after.section,
            "sectionTitle": self.after.section_title.zh,
            "family": self.after.family,
            "before": None if self.before is None else self.before.as_json(),
            "after": self.after.as_json(),
        }


@dataclass(frozen=True, slots=True)
class TierDifference:
    """Every duty of the higher tier with its change since the lower, in the order of the text."""

    lower: int
    higher: int
    alterations: tuple[Alteration, ...]

    @property
    def summary(self) -> dict[Change, int]:
        """How many duties each change concerns, every change named."""
        counts = Counter(a.change for a in self.alterations)
        return {change: counts.get(change, 0) for change in Change}

    @property
    def changed(self) -> tuple[Alteration, ...]:
        """The duties that are not the same."""
        return tuple(a for a in self.alterations if a.change is not Change.SAME)

    def as_json(self) -> dict[str, object]:
        """Return the shape of ``/api/tiers/diff``; ``changes`` leaves out what is the same."""
        return {
            "from": self.lower,
            "to": self.higher,
            "summary": {str(change): count for change, count in self.summary.items()},
            "changes": [a.as_json() for a in self.changed],
        }


def tier_difference(catalogue: Catalogue, lower: int, higher: int) -> TierDifference:
    """Return what happens to each duty from tier ``lower`` to ``higher``; BadParameter unless lower < higher.

    Over several tiers the strongest change wins: introduced, strengthened, promoted, reworded, same.
    """
    levels = sorted(catalogue.tiers)
    if not levels[0] <= lower < higher <= levels[-1]:
        raise BadParameter(
            "from",
            lower,
            list(map(str, levels[:-1])),
            zh=f"from 须小于 to，二者在 {levels[0]} 至 {levels[-1]} 之间",
            en=f"from must be less than to, both {levels[0]} to {levels[-1]}",
        )
    found = []
    for clause in catalogue.clauses.values():
        if clause.tier != higher:
            continue
        change, at = Change.SAME, clause
        while at.tier > lower and change is not Change.INTRODUCED:
            change = max(change, at.change or Change.SAME, key=_STRENGTH.index)
            if at.ancestor is None:
                change = Change.INTRODUCED
            else:
                at = catalogue.clauses[at.ancestor]
        found.append(Alteration(change, None if change is Change.INTRODUCED else at, clause))
    return TierDifference(lower, higher, tuple(found))


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is kept, deleted or inserted."""

    kind: str  # keep, delete or insert
    text: str


def text_difference(before: str, after: str) -> list[Piece]:
    """Return the pieces that turn ``before`` into ``after``; figures and Latin words are never split."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("keep", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece("delete", "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("insert", "".join(new[j1:j2])))
    return pieces


def readable_difference(before: str, after: str) -> list[Piece]:
    """Return the pieces as people should see them: word by word, or the whole text before and the whole text after.

    Where one rule took another's place (4.2.2.2), what is left of the first is scattered words: the two interleaved
    would read as neither. Of a text that was only added to everything stands, however much was added (5.6.2.1).
    """
    pieces = text_difference(before, after)
    kept = sum(len(piece.text) for piece in pieces if piece.kind == "keep")
    if before and after and kept < _KEPT * min(len(before), len(after)):
        return [Piece("delete", before), Piece("insert", after)]
    return pieces


def is_whole(pieces: Sequence[Piece]) -> bool:
    """Return whether the pieces are one whole text before and another whole text after."""
    return [piece.kind for piece in pieces] == ["delete", "insert"]
