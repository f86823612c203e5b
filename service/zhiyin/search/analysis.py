"""Reads a question: structure first, then units with weights, labels met and the pairs it must cover."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from zhiyin.search.documents import LabelKind
from zhiyin.search.lexicon import Entry, LabelMatch, Lexicon, join_scripts
from zhiyin.search.misprints import Misprints
from zhiyin.search.normalisation import Normaliser, visible
from zhiyin.search.numerals import read_comparators, read_quantities, without_numerals
from zhiyin.search.pieces import Piece, cut_pieces
from zhiyin.search.result import ReasonKind
from zhiyin.search.structure import QueryStructure, read_structure
from zhiyin.search.tokenisation import (
    COMPARATOR,
    LATIN,
    LIGHT,
    PAIR,
    QUANTITY,
    SINGLE,
    WORD,
    Run,
    Tokeniser,
    runs,
    without_courtesy,
)
from zhiyin.search.vocabulary import Vocabulary
from zhiyin.search.weights import Weights

# Longer questions hold words enough that are printed right.
_MISPRINTED_QUERY: Final = 20

_Place = tuple[int, int]
_Add = Callable[[str, float, bool, ReasonKind, str, _Place], None]


@dataclass(frozen=True, slots=True)
class QueryUnit:
    """One unit looked up for what stands in ``[start, end)`` of the topic.

    ``covers`` says whether it counts to how much of the question is met.
    """

    unit: str
    weight: float
    covers: bool
    how: ReasonKind
    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question as it was read, its topic cut into ``pieces``; ``groups`` are the alternatives of each unit that a literal match must all have."""

    query: str
    folded: str
    structure: QueryStructure
    topic: str
    topic_runs: tuple[Run, ...]
    pieces: tuple[Piece, ...]
    units: tuple[QueryUnit, ...]
    labels: tuple[LabelMatch, ...]
    groups: tuple[tuple[str, ...], ...]
    regional: tuple[tuple[str, str], ...]

    @property
    def has_topic(self) -> bool:
        """Say whether anything is left to look for beside the structure."""
        return any(c.isalnum() for c in self.topic)


class Analyser:
    """Reads questions against one index's vocabulary and labels."""

    def __init__(
        self,
        normaliser: Normaliser,
        tokeniser: Tokeniser,
        lexicon: Lexicon,
        misprints: Misprints,
        vocabulary: Vocabulary,
        weights: Weights,
    ) -> None:
        self.normaliser = normaliser
        self.tokeniser = tokeniser
        self.lexicon = lexicon
        self.misprints = misprints
        self.vocabulary = vocabulary
        self.weights = weights

    def analyse(self, query: str) -> Analysis:
        """Return ``query`` as it was read; never raises on any string."""
        query = visible(query)
        folded = self.normaliser.fold(query)
        structure = read_structure(folded, self.vocabulary.numbers, self.vocabulary.titles, self.vocabulary.chapters)
        wording, regional = self._localised(query, structure.rest if structure.restricts else folded)
        topic = join_scripts(without_courtesy(wording))
        labels = self._labels(topic)
        topic_runs = tuple(runs(topic))
        return Analysis(
            query=query,
            folded=folded,
            structure=structure,
            topic=topic,
            topic_runs=topic_runs,
            pieces=cut_pieces(topic_runs, self.tokeniser.cut),
            units=tuple(self._units(topic, labels)),
            labels=tuple(labels),
            groups=self.verbatim(query),
            regional=regional,
        )

    def _localised(self, query: str, wording: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return ``wording`` with Taiwan's words in ours, where the question is written in traditional characters."""
        if not self.normaliser.changes(query):
            return wording, ()
        replaced = []
        for there, here in self.vocabulary.regional.items():
            if there in wording:
                wording = wording.replace(there, here)
                replaced.append((there, here))
        return wording, tuple(replaced)

    def _labels(self, topic: str) -> list[LabelMatch]:
        found = self.lexicon.exact(topic)
        spans = [(match.start, match.end) for match in found]
        all_runs = runs(topic)
        latin = [run for run in all_runs if not run.is_han]
        found.extend(match for match in self.lexicon.english(latin) if (match.start, match.end) not in spans)
        unknown = [run for run in latin if not self.vocabulary.knows_latin(run.text) and not run.text.isdigit()]
        found.extend(self.lexicon.sounded(unknown))
        for run in all_runs:
            if run.is_han and len(run.text) >= 4:
                found.extend(self.lexicon.blurred_matches(run, spans, self.tokeniser.is_word))
        if not found:
            found.extend(self._misprinted([run for run in all_runs if run.is_han]))
        return found

    def _misprinted(self, han: list[Run]) -> list[LabelMatch]:
        """Return the words meant by misprints, where half or more of the question stands in no word that is indexed."""
        count = sum(len(run.text) for run in han)
        if not 2 <= count <= _MISPRINTED_QUERY:
            return []
        known = {
            run.start + i + j
            for run in han
            for i in range(len(run.text) - 1)
            if self.vocabulary.has_pair(run.text[i : i + 2])
            for j in (0, 1)
        }
        if 2 * len(known) > count:
            return []
        found: list[LabelMatch] = []
        for run in han:
            for word, start, end in self.misprints.find(run, self.vocabulary.has_pair):
                entries = [
                    entry
                    for index in self.lexicon.by_text.get(word, ())
                    if (entry := self.lexicon.entries[index]).kind is not LabelKind.EVERYDAY
                ] or [Entry(word, word, -1, LabelKind.ALTERNATIVE)]
                typed = run.text[start - run.start : end - run.start]
                found.extend(LabelMatch(entry, typed, start, end, ReasonKind.TYPO) for entry in entries)
        return found

    def _units(self, topic: str, labels: list[LabelMatch]) -> list[QueryUnit]:
        weights = self.weights
        units: dict[str, QueryUnit] = {}

        def add(unit: str, weight: float, covers: bool, how: ReasonKind, term: str, place: _Place) -> None:
            if unit[1:] in LIGHT:
                weight *= weights.light
            if unit in self.vocabulary.ids and (unit not in units or units[unit].weight < weight):
                units[unit] = QueryUnit(unit, weight, covers, how, term, *place)

        for run in runs(without_numerals(topic)):
            if run.is_han:
                self._add_han(run, add)
            else:
                self._add_latin(run, add, bool(labels))
        for found, prefix, weight in (
            (read_quantities(topic), QUANTITY, weights.quantity),
            (read_comparators(topic), COMPARATOR, weights.comparator),
        ):
            for item in found:
                place = (item.start, item.end)
                add(prefix + item.token, weight, prefix == QUANTITY, ReasonKind.QUANTITY, item.token, place)
        for match in labels:
            weight = weights.expansion * weights.of_way(match.how) * weights.of_kind(match.entry.kind)
            for text in dict.fromkeys((match.entry.folded, self.vocabulary.preferred(match.entry.concept))):
                if text and (text != match.term or match.how is not ReasonKind.SYNONYM):
                    strength = weights.of_way(match.how) if text == match.entry.folded else weight
                    for run in runs(text):
                        self._add_label(run, add, strength, match)
        return list(units.values())

    def _add_han(self, run: Run, add: _Add) -> None:
        """Add the units of a Han run of the question, each where it stands first."""
        weights, text, how = self.weights, run.text, ReasonKind.LITERAL
        if len(text) == 1:
            add(SINGLE + text, weights.word, True, how, text, (run.start, run.start + 1))
            return
        for i in range(len(text) - 1):
            add(PAIR + text[i : i + 2], weights.pair, True, how, text, (run.start + i, run.start + i + 2))
        for word in self.tokeniser.all_words(text):
            start = run.start + text.find(word)
            add(WORD + word, weights.word, False, how, text, (start, start + len(word)))
        for i, character in enumerate(text):
            add(SINGLE + character, weights.single, False, how, text, (run.start + i, run.start + i + 1))

    def _add_label(self, run: Run, add: _Add, strength: float, match: LabelMatch) -> None:
        """Add the units of a label's run in the place of the question's term that met the label."""
        weights, text, place = self.weights, run.text, (match.start, match.end)
        if not run.is_han:
            add(LATIN + text, weights.latin * strength, False, match.how, match.term, place)
        elif len(text) == 1:
            add(SINGLE + text, weights.word * strength, False, match.how, match.term, place)
        else:
            for i in range(len(text) - 1):
                add(PAIR + text[i : i + 2], weights.pair * strength, False, match.how, match.term, place)
            for word in self.tokeniser.all_words(text):
                add(WORD + word, weights.word * strength, False, match.how, match.term, place)

    def _add_latin(self, run: Run, add: _Add, has_labels: bool) -> None:
        weights, place = self.weights, (run.start, run.start + len(run.text))
        known = self.vocabulary.knows_latin(run.text)
        for word in self.vocabulary.latin_forms(run.text):
            add(LATIN + word, weights.latin, True, ReasonKind.LITERAL, run.text, place)
        for word in self.vocabulary.latin_holding(run.text):
            add(LATIN + word, weights.latin_part, not known, ReasonKind.LITERAL, run.text, place)
        if not known and not has_labels:
            for word in self.vocabulary.latin_near(run.text):
                add(LATIN + word, weights.latin * weights.typo, True, ReasonKind.TYPO, run.text, place)

    def verbatim(self, query: str) -> tuple[tuple[str, ...], ...]:
        """Return what every clause that holds ``query`` word for word must have, one alternative of each."""
        groups: list[tuple[str, ...]] = []
        for run in runs(self.normaliser.fold(visible(query))):
            if not run.is_han:
                groups.append(tuple(LATIN + word for word in self.vocabulary.latin_holding(run.text)))
            elif len(run.text) == 1:
                groups.append((SINGLE + run.text,))
            else:
                groups.extend((PAIR + run.text[i : i + 2],) for i in range(len(run.text) - 1))
        return tuple(dict.fromkeys(groups))
