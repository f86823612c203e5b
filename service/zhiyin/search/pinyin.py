"""Keys labels by how they sound, for questions typed in Latin letters; Chinese questions never come here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from zhiyin.search.normalisation import is_han

# Two initials fit too many terms to mean one of them.
_SHORTEST_INITIALS: Final = 3
_SHORTEST_FULL: Final = 4
_SHORTEST_FUZZY: Final = 7
_MOST_READINGS: Final = 8


class PinyinKeys:
    """Full pinyin and initials, each to the indices of the labels that sound so."""

    def __init__(self, full: dict[str, list[int]], initials: dict[str, list[int]]) -> None:
        self.full = full
        self.initials = initials

    def look_up(self, letters: str) -> list[int]:
        """Return the labels that ``letters`` spell in full, else by initials, else the labels one letter away."""
        if len(letters) >= _SHORTEST_FULL and letters in self.full:
            return self.full[letters]
        if len(letters) >= _SHORTEST_INITIALS and letters in self.initials:
            return self.initials[letters]
        return []

    def near(self, letters: str) -> list[int]:
        """Return the labels whose full pinyin is one edit from ``letters`` of seven or more."""
        if not _SHORTEST_FUZZY <= len(letters) <= 40:
            return []
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        best = process.extract(letters, self.full.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=1, limit=3)
        return [index for key, _, _ in best for index in self.full[key]]

    def starting_with(self, letters: str, limit: int) -> list[int]:
        """Return up to ``limit`` labels whose pinyin or initials start with ``letters``."""
        if len(letters) < 2:
            return []
        found: dict[int, None] = {}
        for keys in (self.initials, self.full):
            for key in keys:
                if key.startswith(letters):
                    found.update(dict.fromkeys(keys[key]))
                    if len(found) >= limit:
                        return list(found)[:limit]
        return list(found)


def make_keys(labels: Sequence[str]) -> PinyinKeys:
    """Return the keys of folded ``labels``; those without a Han character have none."""
    full: dict[str, list[int]] = {}
    initials: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        if not any(map(is_han, label)):
            continue
        for reading in _readings(label):
            for keys, key in ((full, "".join(reading)), (initials, "".join(syllable[0] for syllable in reading))):
                indices = keys.setdefault(key, [])
                if index not in indices:
                    indices.append(index)
    return PinyinKeys(full, initials)


def _readings(label: str) -> list[tuple[str, ...]]:
    """Return the label's likely readings: by pypinyin's phrases first, then by its characters' other ones."""
    from pypinyin import Style, lazy_pinyin, pinyin

    usual = tuple(_plain(s) for s in lazy_pinyin(label, style=Style.NORMAL, v_to_u=False))
    readings = [tuple(s for s in usual if s)]
    if 2 <= len(label) <= 4:
        each = [[_plain(s) for s in options] for options in pinyin(label, style=Style.NORMAL, heteronym=True)]
        for reading in list(product(*each))[:_MOST_READINGS]:
            kept = tuple(s for s in reading if s)
            if kept not in readings:
                readings.append(kept)
    return [reading for reading in readings if reading]


def _plain(syllable: str) -> str:
    return "".join(c for c in syllable.lower() if c.isalnum())
