"""What an index knows: its units, Latin words, clause numbers, titles and regional spellings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from zhiyin.search.lexicon import fold_label
from zhiyin.search.normalisation import Normaliser
from zhiyin.search.tokenisation import LATIN, PAIR, stem

_SHORTEST_TYPO: Final = 5
_LONGEST_TYPO: Final = 24


class Vocabulary:
    """The look-up tables that reading a question needs."""

    def __init__(
        self,
        units: Sequence[str],
        text_latin: Iterable[str],
        numbers: Iterable[str],
        titles: Iterable[str],
        preferred: Sequence[str],
        regional: dict[str, str],
        normaliser: Normaliser,
        chapters: Mapping[str, int],
    ) -> None:
        self.chapters = chapters
        """The chapters of the tiers, each with its tier."""
        self.ids = {unit: index for index, unit in enumerate(units)}
        self.text_latin = tuple(sorted(set(text_latin)))
        self.latin_words = tuple(unit[1:] for unit in units if unit[0] == LATIN)
        self.numbers = frozenset(number_prefixes(numbers))
        self.titles = frozenset(fold_label(title, normaliser) for title in titles)
        self.regional = dict(sorted(regional.items(), key=lambda pair: (-len(pair[0]), pair[0])))
        self._preferred = tuple(fold_label(label, normaliser) for label in preferred)
        self.latin_holding = lru_cache(maxsize=1024)(self._latin_holding)
        self.latin_near = lru_cache(maxsize=256)(self._latin_near)

    def preferred(self, concept: int) -> str:
        """Return the folded preferred label of a concept, empty for a heading."""
        return self._preferred[concept] if concept >= 0 else ""

    def has_pair(self, pair: str) -> bool:
        """Say whether two characters stand side by side anywhere in the index."""
        return PAIR + pair in self.ids

    def knows_latin(self, word: str) -> bool:
        """Say whether a Latin word or number stands anywhere in the index."""
        return LATIN + word in self.ids or LATIN + stem(word) in self.ids

    def latin_forms(self, word: str) -> tuple[str, ...]:
        """Return the word and its singular."""
        stemmed = stem(word)
        return (word,) if stemmed == word else (word, stemmed)

    def _latin_holding(self, part: str) -> tuple[str, ...]:
        """Return the Latin words and numbers of the clauses' texts that hold ``part``."""
        return tuple(word for word in self.text_latin if part in word)

    def _latin_near(self, word: str) -> tuple[str, ...]:
        """Return the Latin words a letter or two away from ``word`` of five letters or more."""
        if not _SHORTEST_TYPO <= len(word) <= _LONGEST_TYPO or not word.isalpha():
            return ()
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        allowed = 1 if len(word) < 8 else 2
        near = process.extract(
            word, self.latin_words, scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=3
        )
        return tuple(found for found, _, _ in near if len(found) >= 4)


def number_prefixes(numbers: Iterable[str]) -> Iterable[str]:
    """Return every clause number and the section numbers it starts with (5.2.1.1, 5.2.1, 5.2)."""
    for number in numbers:
        parts = number.split(".")
        for length in range(2, len(parts) + 1):
            yield ".".join(parts[:length])
