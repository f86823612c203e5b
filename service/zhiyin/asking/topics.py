"""Finds what a question is about: the duty whose words explain the topic, the figure asked for, concepts and titles."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from zhiyin.asking.knowledge import SHORTEST, Knowledge
from zhiyin.asking.wording import FILLERS, HARMLESS, PUNCTUATION

_WEAK: Final = 0.6
_LONGEST_NAME: Final = 14
# Of what stands in the search for the topic, the share that orders duties whose words explain it equally well.
_RANKED: Final = 0.2


@dataclass(frozen=True, slots=True)
class Match:
    """How one duty (by position) explains a topic: the share of its weight, and the stretches that it does not explain."""

    family: int
    score: float
    share: float
    strong: float
    gaps: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing of two characters or more is left unexplained."""
        return not left(self.gaps)


class Topic:
    """What is left of a question without its frame; ``|`` stands where something was taken out."""

    def __init__(
        self,
        text: str,
        knowledge: Knowledge,
        ranked: Callable[[str], dict[int, float]],
        asking: tuple[re.Pattern[str], ...] = (),
    ) -> None:
        self.text = text
        self.knowledge = knowledge
        self._ranked = ranked
        self._filler = _mask(text, asking, knowledge)
        self.pairs = [text[i : i + 2] for i in range(len(text) - 1)]
        self.pieces = [
            (i, text[i : i + length])
            for length in (SHORTEST - 1, SHORTEST)
            for i in range(len(text) - length + 1)
            if text[i : i + length] in knowledge.weak
        ]

    @property
    def empty(self) -> bool:
        """Whether nothing but asking and grammar is left."""
        return all(self._filler)

    @property
    def content(self) -> str:
        """The topic without the words that say nothing, for showing."""
        return "".join(c for c, filler in zip(self.text, self._filler, strict=True) if not filler)

    def words(self) -> list[str]:
        """Return the stretches of the topic that are no filler."""
        return _stretches(self.text, [not filler for filler in self._filler])

    def gaps(self, family: int | None, free: Iterable[tuple[int, int]] = ()) -> tuple[str, ...]:
        """Return the stretches that neither a duty's words, nor ``free`` places explain."""
        open_places = [not filler for filler in self._filler]
        for start, end in free:
            open_places[start:end] = [False] * (end - start)
        if family is not None:
            for i, pair in enumerate(self.pairs):
                if family in self.knowledge.strong.get(pair, ()):
                    open_places[i] = open_places[i + 1] = False
            for start, piece in self.pieces:
                if family in self.knowledge.weak[piece]:
                    open_places[start : start + len(piece)] = [False] * len(piece)
        return tuple(_stretches(self.text, open_places))

    def matches(self, most: int = 8, among: Collection[int] | None = None) -> list[Match]:
        """Return the duties that explain most of the topic, the best first."""
        size = len(self.text)
        weight = [0.0] * size
        covers: dict[int, tuple[bytearray, bytearray]] = {}
        for i, pair in enumerate(self.pairs):
            if "|" in pair:
                continue
            rarity = self.knowledge.rarity(pair)
            for place in (i, i + 1):
                if not self._filler[place]:
                    weight[place] = max(weight[place], rarity)
            for family in self.knowledge.strong.get(pair, ()):
                if among is None or family in among:
                    covers.setdefault(family, (bytearray(size), bytearray(size)))[0][i : i + 2] = b"\1\1"
        for start, piece in self.pieces:
            for family in self.knowledge.weak[piece]:
                if among is None or family in among:
                    cover = covers.setdefault(family, (bytearray(size), bytearray(size)))[1]
                    cover[start : start + len(piece)] = b"\1" * len(piece)
        for at in self._asides():
            weight[at] = 0.0
        whole = sum(weight)
        if not whole:
            return []
        ranked = self._ranked(self.text.replace("|", " "))
        scored = []
        for family, (strong, weak) in covers.items():
            sure = sum(w for w, s in zip(weight, strong, strict=True) if s)
            loose = sum(w for w, s, k in zip(weight, strong, weak, strict=True) if k and not s)
            share = (sure + loose) / whole
            label = self.knowledge.labels[family]
            named = sum(1 for i in range(len(label) - 1) if label[i : i + 2] in self.text) / max(1, len(label) - 1)
            score = (sure + _WEAK * loose) / whole + _RANKED * ranked.get(family, 0.0) + 0.25 * named
            scored.append((score, family, share, sure / whole))
        scored.sort(key=lambda row: (-row[0], row[1]))
        return [
            Match(family, score, share, strong, self.gaps(family)) for score, family, share, strong in scored[:most]
        ]

    def _asides(self) -> list[int]:
        """Return the places of verbs and particles that stand alone between words of asking and say nothing more."""
        size = len(self.text)
        alone = [
            i
            for i in range(size)
            if not self._filler[i]
            and (i == 0 or self._filler[i - 1])
            and (i + 1 == size or self._filler[i + 1])
            and self.text[i] in HARMLESS
        ]
        return alone if len(alone) < size - sum(self._filler) else []

    def metrics(self, quantities: Collection[str] | None) -> list[tuple[str, tuple[str, ...], float]]:
        """Return the figures asked for by their words: metric, what stays unexplained, how much its words cover."""
        found: dict[str, tuple[tuple[str, ...], float]] = {}
        for cue in self.knowledge.cues:
            metric = self.knowledge.metric(cue.metric)
            if quantities is not None and metric.quantity not in quantities:
                continue
            places = _places(self.text, cue.words)
            if places is None:
                continue
            covered = {i for start, end in places for i in range(start, end)}
            families = self.knowledge.metric_families[cue.metric]
            gaps = min((self.gaps(family, places) for family in families), key=left)
            # Rare words weigh more than common ones: 运维经验 tells more than 技术部门.
            weight = round(
                len(covered) * 0.25
                + sum(self.knowledge.rarity(p) for i, p in enumerate(self.pairs) if i in covered and i + 1 in covered),
                3,
            )
            best = found.get(cue.metric)
            if best is None or (left(gaps), -weight) < (left(best[0]), -best[1]):
                found[cue.metric] = (gaps, weight)
        rows = [(metric, gaps, covered) for metric, (gaps, covered) in found.items()]
        return sorted(rows, key=lambda row: (left(row[1]), -row[2]))

    def concepts(self) -> list[tuple[str, str]]:
        """Return the concepts named in the topic and the words that name them, the longest words, none overlapping."""
        names, everyday = self.knowledge.concept_of, self.knowledge.everyday_of
        found: list[tuple[str, str]] = []
        at = 0
        while at < len(self.text):
            for length in range(min(_LONGEST_NAME, len(self.text) - at), 1, -1):
                word = self.text[at : at + length]
                concept = names.get(word) or everyday.get(word)
                if concept is not None and (word in names or not self._named_within(at, length)):
                    found.append((concept, word))
                    at += length
                    break
            else:
                at += 1
        return found

    def _named_within(self, at: int, length: int) -> bool:
        """Say whether a name proper starts within an everyday word and ends with it or after it (保密协议 in 签保密)."""
        return any(
            self.text[start:end] in self.knowledge.concept_of
            for start in range(at + 1, at + length - 1)
            for end in range(at + length, min(start + _LONGEST_NAME, len(self.text)) + 1)
        )

    def title(self) -> tuple[str, str] | None:
        """Return the local number and title of the section that the topic's words are, or start."""
        words = "".join(self.words())
        best: tuple[str, str] | None = None
        names = {self.text[start:end] for start, end in named(self.text, self.knowledge)}
        for title, local in self.knowledge.topics.items():
            # 备份 within 热备份 is no title.
            if any(title in name and title != name and name not in self.knowledge.topics for name in names):
                continue
            if title in self.text and (best is None or len(title) > len(best[1])):
                best = (local, title)
        if best is not None:
            return best
        for title, local in self.knowledge.topics.items():
            if len(words) >= 2 and title.startswith(words) and title.removeprefix(words) in _TITLE_TAILS:
                return local, title
        return None


_TITLE_TAILS: Final = frozenset({"", "管理", "安全", "要求", "技术要求", "建设", "冗余", "系统冗余"})


def _places(text: str, words: Sequence[Sequence[str]]) -> list[tuple[int, int]] | None:
    """Return where each word stands in one of its forms, the longest; ``None`` where one does not."""
    places = []
    for forms in words:
        best = max((form for form in forms if form in text), key=len, default=None)
        if best is None:
            return None
        start = text.find(best)
        places.append((start, start + len(best)))
    return places


def left(gaps: Sequence[str], said: Collection[str] = ()) -> int:
    """Return how much stays unexplained; 室 after 值班 makes another thing of it, a verb alone or ``said`` does not."""
    return sum(0 if gap in HARMLESS or gap in said else len(gap) for gap in gaps)


def named(text: str, knowledge: Knowledge) -> list[tuple[int, int]]:
    """Return where the names of concepts and the titles stand, the longest first, none overlapping."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        for length in range(min(_LONGEST_NAME, len(text) - at), 1, -1):
            word = text[at : at + length]
            known = word in knowledge.concept_of or word in knowledge.topics or word in knowledge.everyday_of
            if known and not FILLERS.fullmatch(word):
                found.append((at, at + length))
                at += length
                break
        else:
            at += 1
    return found


def _mask(text: str, asking: tuple[re.Pattern[str], ...], knowledge: Knowledge) -> list[bool]:
    """Return which places only ask; what stands within a name (值 in 值班) is part of the name."""
    within = [False] * len(text)
    for start, end in named(text, knowledge):
        within[start:end] = [True] * (end - start)
    mask = [False] * len(text)
    for pattern in (PUNCTUATION, FILLERS):
        for match in pattern.finditer(text):
            if not any(within[match.start() : match.end()]):
                mask[match.start() : match.end()] = [True] * (match.end() - match.start())
    for pattern in asking:
        for match in pattern.finditer(text):
            start, end = match.span()
            if end - start > 1 or not any(within[start:end]):
                mask[start:end] = [True] * (end - start)
    return mask


def _stretches(text: str, wanted: Sequence[bool]) -> list[str]:
    found, current = [], ""
    for character, want in zip(text, wanted, strict=True):
        if want:
            current += character
        elif current:
            found.append(current)
            current = ""
    return [*found, current] if current else found


def without(text: str, *patterns: re.Pattern[str]) -> str:
    """Return ``text`` with ``|`` in the place of whatever the patterns match."""
    for pattern in patterns:
        text = pattern.sub(lambda match: "|" * len(match[0]), text)
    return text
