"""Finds the scheme's labels in a question: as written, in pinyin, or one character away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from zhiyin.search.documents import LabelKind, SearchConcept
from zhiyin.search.normalisation import Normaliser, is_han
from zhiyin.search.pinyin import PinyinKeys
from zhiyin.search.result import ReasonKind
from zhiyin.search.tokenisation import Run, stem

_LONGEST_HAN: Final = 16
_LONGEST_ENGLISH: Final = 6
_SHORTEST_SPELT: Final = 3
_TYPO_LENGTHS: Final = range(4, 9)
# A question this long is prose: one wrong character in it is not worth looking for.
_TYPO_QUERY: Final = 60
_NUMERALS: Final = frozenset("零〇一二两三四五六七八九十百千万")


@dataclass(frozen=True, slots=True)
class Entry:
    """One label as it is looked up; ``concept`` is an index, -1 for a heading."""

    folded: str
    original: str
    concept: int
    kind: LabelKind


@dataclass(frozen=True, slots=True)
class LabelMatch:
    """A label met in the question's ``[start, end)``: ``term`` is what stands there, ``how`` the way it was met."""

    entry: Entry
    term: str
    start: int
    end: int
    how: ReasonKind


class Lexicon:
    """All labels of the scheme and the headings, keyed for look-up."""

    def __init__(
        self, entries: Sequence[Entry], pinyin: PinyinKeys, words: Sequence[str] = (), spelt: PinyinKeys | None = None
    ) -> None:
        self.entries = tuple(entries)
        self.pinyin = pinyin
        self.words = tuple(words)
        self.spelt = spelt or PinyinKeys({}, {})
        self.by_text: dict[str, list[int]] = {}
        self.blurred: dict[str, list[int]] = {}
        for index, entry in enumerate(self.entries):
            self.by_text.setdefault(entry.folded, []).append(index)
            # Everyday wordings vary freely: one character off is another wording, not a misprint.
            misspellable = entry.kind is not LabelKind.EVERYDAY and len(entry.folded) in _TYPO_LENGTHS
            if misspellable and all(map(is_han, entry.folded)):
                for pattern in _blur(entry.folded):
                    self.blurred.setdefault(pattern, []).append(index)
        self._longest = min(_LONGEST_HAN, max((len(entry.folded) for entry in self.entries), default=0))

    def exact(self, text: str) -> list[LabelMatch]:
        """Return the labels that stand in folded ``text``; Latin ones only as whole words."""
        found = []
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                indices = self.by_text.get(text[start:end])
                if indices and _stands_alone(text, start, end):
                    found.extend(self._matches(indices, text[start:end], start, end, ReasonKind.SYNONYM))
        return found

    def english(self, latin: Sequence[Run]) -> list[LabelMatch]:
        """Return the English labels of two words or more, or in the plural, that stand in a row of Latin runs."""
        found = []
        words = [stem(run.text) for run in latin]
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + _LONGEST_ENGLISH) + 1):
                indices = self.by_text.get(" ".join(words[start:end]))
                if indices:
                    last = latin[end - 1]
                    term = " ".join(run.text for run in latin[start:end])
                    found.extend(
                        self._matches(
                            indices, term, latin[start].start, last.start + len(last.text), ReasonKind.SYNONYM
                        )
                    )
        return found

    def sounded(self, latin: Sequence[Run]) -> list[LabelMatch]:
        """Return the labels whose pinyin, in full or by initials, the Latin runs spell."""
        found: list[LabelMatch] = []
        start = 0
        while start < len(latin):
            for end in range(min(len(latin), start + 8), start, -1):
                term = "".join(run.text for run in latin[start:end])
                first, last = latin[start].start, latin[end - 1].start + len(latin[end - 1].text)
                indices = self.pinyin.look_up(term)
                words = self._spelt(term, alone=len(latin) == 1, initials=not indices)
                if not indices and not words:
                    continue
                found.extend(self._matches(indices, term, first, last, ReasonKind.PINYIN))
                known = {self.entries[index].folded for index in indices}
                found.extend(
                    LabelMatch(Entry(word, word, -1, LabelKind.ALTERNATIVE), term, first, last, ReasonKind.PINYIN)
                    for word in words
                    if word not in known
                )
                start = end - 1
                break
            start += 1
        return found

    def _spelt(self, letters: str, alone: bool, initials: bool) -> list[str]:
        """Return the words of the text that ``letters`` spell; two initials only where they are all that is asked."""
        indices = self.spelt.full.get(letters, []) if len(letters) >= _SHORTEST_SPELT else []
        if (
            initials
            and not indices
            and (len(letters) >= _SHORTEST_SPELT or (alone and len(letters) == _SHORTEST_SPELT - 1))
        ):
            indices = self.spelt.initials.get(letters, [])
        return [self.words[index] for index in indices]

    def blurred_matches(
        self, run: Run, taken: Iterable[tuple[int, int]], is_word: Callable[[str], bool]
    ) -> list[LabelMatch]:
        """Return the labels of four characters or more that stand in a Han run with one character wrong.

        A character that makes a word with a neighbour is no misprint: 隔离要求 is not 距离要求.
        """
        if len(run.text) > _TYPO_QUERY:
            return []
        found: list[LabelMatch] = []
        spans = list(taken)
        for length in _TYPO_LENGTHS:
            for offset in range(len(run.text) - length + 1):
                window = run.text[offset : offset + length]
                if window in self.by_text:
                    continue
                start = run.start + offset
                if any(first <= start and start + length <= last for first, last in spans):
                    continue
                for wrong, pattern in enumerate(_blur(window)):
                    indices = self.blurred.get(pattern)
                    if indices and not any(is_word(run.text[i : i + 2]) for i in _around(offset + wrong, run.text)):
                        found.extend(self._matches(indices, window, start, start + length, ReasonKind.TYPO))
        return found

    def _matches(self, indices: Iterable[int], term: str, start: int, end: int, how: ReasonKind) -> list[LabelMatch]:
        return [LabelMatch(self.entries[index], term, start, end, how) for index in indices]


def make_entries(concepts: Sequence[SearchConcept], headings: Iterable[str], normaliser: Normaliser) -> list[Entry]:
    """Return the entries of all labels, each once per concept at its surest kind, then the headings."""
    entries: list[Entry] = []
    for index, concept in enumerate(concepts):
        seen: dict[str, Entry] = {}
        for label in sorted(concept.labels, key=lambda label: (label.kind, label.language, label.text)):
            folded = fold_label(label.text, normaliser)
            if folded and folded not in seen:
                seen[folded] = Entry(folded, label.text, index, label.kind)
        entries.extend(seen.values())
    for heading in sorted(set(headings)):
        entries.append(Entry(fold_label(heading, normaliser), heading, -1, LabelKind.PREFERRED))
    return entries


def fold_label(text: str, normaliser: Normaliser) -> str:
    """Return a label as it is looked up: folded, blanks beside Han characters gone, English words in the singular."""
    folded = join_scripts(normaliser.fold(text))
    if any(map(is_han, folded)):
        return folded
    words = "".join(c if c.isalnum() else " " for c in folded).split()
    return " ".join(map(stem, words))


def join_scripts(folded: str) -> str:
    """Return ``folded`` without the blanks between a Han and another character (IT 投入 is IT投入)."""
    if " " not in folded:
        return folded
    pieces = folded.split()
    joined = pieces[0] if pieces else ""
    for piece in pieces[1:]:
        beside = is_han(joined[-1]) != is_han(piece[0])
        joined += piece if beside else " " + piece
    return joined


def _blur(text: str) -> list[str]:
    return [f"{text[:i]}?{text[i + 1 :]}" for i in range(len(text))]


def _around(position: int, text: str) -> range:
    """Return where the pairs begin that hold the character at ``position``."""
    return range(max(0, position - 1), min(position, len(text) - 2) + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether a label at ``[start, end)`` does not cut a Latin word or a number in two (百分之八 in 百分之八十)."""
    return not (
        (start > 0 and _joined(text[start - 1], text[start])) or (end < len(text) and _joined(text[end - 1], text[end]))
    )


def _joined(left: str, right: str) -> bool:
    if left in _NUMERALS and right in _NUMERALS:
        return True
    return left.isalnum() and right.isalnum() and not is_han(left) and not is_han(right)
