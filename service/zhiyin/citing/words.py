"""Cuts folded Chinese into words, one spelling for words of one meaning; what both sides of a comparison are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_LATIN: Final = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_SPACE: Final = re.compile(r"\s")
_PUNCTUATION: Final = re.compile(r"[^一-鿿㐀-䶿a-z0-9%]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word at ``[start, end)`` of the folded text; ``meaning`` is its one spelling, ``stops`` that it says nothing by itself."""

    meaning: str
    start: int
    end: int
    stops: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Which words there are, what each means, and which exclude one another."""

    meanings: dict[str, str]
    opposed: tuple[frozenset[str], ...]
    stops: frozenset[str]
    longest: dict[str, int]
    lines_of: dict[str, tuple[int, ...]] = field(default_factory=dict)
    general: frozenset[str] = frozenset()

    def words(self, folded: str) -> list[Word]:
        """Return the words of ``folded`` in order, the longest known word first at every place; blanks are left out."""
        found: list[Word] = []
        at, size = 0, len(folded)
        while at < size:
            character = folded[at]
            if _SPACE.match(character):
                at += 1
                continue
            for length in range(min(self.longest.get(character, 1), size - at), 1, -1):
                meaning = self.meanings.get(folded[at : at + length])
                if meaning is not None and not (
                    length < 4 and folded[at : at + length].isascii() and _glued(folded, at, at + length)
                ):
                    found.append(self._word(meaning, at, at + length))
                    at += length
                    break
            else:
                latin = _LATIN.match(folded, at)
                end = latin.end() if latin else at + 1
                piece = folded[at:end]
                found.append(self._word(self.meanings.get(piece, piece), at, end))
                at = end
        return found

    def _word(self, meaning: str, start: int, end: int) -> Word:
        return Word(meaning, start, end, meaning in self.stops or _PUNCTUATION.fullmatch(meaning) is not None)


def _glued(folded: str, start: int, end: int) -> bool:
    """Say whether a Latin word is only part of a longer one."""
    return bool(re.match(r"[a-z]", folded[end : end + 1])) or (
        start > 0 and bool(re.match(r"[a-z]", folded[start - 1]))
    )


def read_lexicon(same: str, opposed: str, whole: str, mere: str, general: str = "") -> Lexicon:
    """Return the lexicon of five data files, ``#`` a comment: a line a set in the first two, words in the others."""
    meanings = {word: word for line in _lines(whole) for word in line}
    for first, *others in _lines(same):
        meanings[first] = first
        meanings.update(dict.fromkeys(others, first))
    sets = tuple(frozenset(meanings.get(word, word) for word in line) for line in _lines(opposed))
    lines_of: dict[str, tuple[int, ...]] = {}
    for index, members in enumerate(sets):
        for word in members:
            lines_of[word] = (*lines_of.get(word, ()), index)
    for line in _lines(opposed):
        for word in line:
            meanings.setdefault(word, word)
    stops = frozenset(word for line in _lines(mere) for word in line)
    for word in stops:
        meanings.setdefault(word, word)
    longest: dict[str, int] = {}
    for word in meanings:
        longest[word[0]] = max(len(word), longest.get(word[0], 1))
    told = frozenset(meanings.get(word, word) for line in _lines(general) for word in line)
    return Lexicon(meanings, sets, stops, longest, lines_of, told)


def _lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.lower().splitlines() if line.strip() and not line.startswith("#")]


def features(words: Iterable[Word]) -> frozenset[str]:
    """Return what a text is compared by: pairs of neighbouring characters of its meaningful words, and Latin words."""
    found: set[str] = set()
    run: list[str] = []

    def close() -> None:
        joined = "".join(run)
        found.update(joined[i : i + 2] for i in range(len(joined) - 1))
        run.clear()

    for word in words:
        if word.stops or word.meaning.isdigit():
            close()
        elif word.meaning.isascii():
            close()
            found.add(word.meaning)
        else:
            run.append(word.meaning)
    close()
    return frozenset(found)
