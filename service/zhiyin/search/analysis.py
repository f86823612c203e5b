"""Reads a question: structure first, then units with weights, labels met and the pairs it must cover."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zhiyin.search.lexicon import LabelMatch, Lexicon, join_scripts
from zhiyin.search.normalisation import Normaliser
from zhiyin.search.numerals import without_numerals
from zhiyin.search.result import ReasonKind
from zhiyin.search.structure import QueryStructure, read_structure
from zhiyin.search.tokenisation import (
    COMPARATOR,
    LATIN,
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

_Add = Callable[[str, float, bool, ReasonKind, str], None]


@dataclass(frozen=True, slots=True)
class QueryUnit:
    """One unit looked up for the question; ``covers`` says whether it counts to how much of the question is met."""

    unit: str
    weight: float
    covers: bool
    how: ReasonKind
    term: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question as it was read; ``groups`` are the alternatives of each unit that a literal match must all have."""

    query: str
    folded: str
    structure: QueryStructure
    topic: str
    topic_runs: tuple[Run, ...]
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
        self, normaliser: Normaliser, tokeniser: Tokeniser, lexicon: Lexicon, vocabulary: Vocabulary, weights: Weights
    ) -> None:
        self.normaliser = normaliser
        self.tokeniser = tokeniser
        self.lexicon = lexicon
        self.vocabulary = vocabulary
        self.weights = weights

    def analyse(self, query: str) -> Analysis:
        """Return ``query`` as it was read; never raises on any string."""
        folded = self.normaliser.fold(query)
        structure = read_structure(folded, self.vocabulary.numbers, self.vocabulary.titles)
        wording, regional = self._localised(query, structure.rest if structure.restricts else folded)
        topic = join_scripts(without_courtesy(wording))
        labels = self._labels(topic)
        return Analysis(
            query=query,
            folded=folded,
            structure=structure,
            topic=topic,
            topic_runs=tuple(runs(topic)),
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
        return found

    def _units(self, topic: str, labels: list[LabelMatch]) -> list[QueryUnit]:
        weights = self.weights
        units: dict[str, QueryUnit] = {}

        def add(unit: str, weight: float, covers: bool, how: ReasonKind, term: str) -> None:
            if unit in self.vocabulary.ids and (unit not in units or units[unit].weight < weight):
                units[unit] = QueryUnit(unit, weight, covers, how, term)

        for run in runs(without_numerals(topic)):
            if run.is_han:
                self._add_han(run.text, add, 1.0, True, ReasonKind.LITERAL, run.text)
            else:
                self._add_latin(run, add, bool(labels))
        for token, prefix, weight in self._numbers(topic):
            add(prefix + token, weight, prefix == QUANTITY, ReasonKind.QUANTITY, token)
        for match in labels:
            weight = weights.expansion * weights.of_way(match.how) * weights.of_kind(match.entry.kind)
            for text in dict.fromkeys((match.entry.folded, self.vocabulary.preferred(match.entry.concept))):
                if text and (text != match.term or match.how is not ReasonKind.SYNONYM):
                    strength = weights.of_way(match.how) if text == match.entry.folded else weight
                    for run in runs(text):
                        if run.is_han:
                            self._add_han(run.text, add, strength, False, match.how, match.term)
                        else:
                            add(LATIN + run.text, weights.latin * strength, False, match.how, match.term)
        return list(units.values())

    def _add_han(self, text: str, add: _Add, strength: float, covers: bool, how: ReasonKind, term: str) -> None:
        weights = self.weights
        if len(text) == 1:
            add(SINGLE + text, weights.word * strength, covers, how, term)
            return
        for i in range(len(text) - 1):
            add(PAIR + text[i : i + 2], weights.pair * strength, covers, how, term)
        for word in self.tokeniser.all_words(text):
            add(WORD + word, weights.word * strength, False, how, term)
        if covers and weights.single:
            for character in text:
                add(SINGLE + character, weights.single * strength, False, how, term)

    def _add_latin(self, run: Run, add: _Add, has_labels: bool) -> None:
        weights = self.weights
        known = self.vocabulary.knows_latin(run.text)
        for word in self.vocabulary.latin_forms(run.text):
            add(LATIN + word, weights.latin, True, ReasonKind.LITERAL, run.text)
        for word in self.vocabulary.latin_holding(run.text):
            add(LATIN + word, weights.latin_part, not known, ReasonKind.LITERAL, run.text)
        if not known and not has_labels:
            for word in self.vocabulary.latin_near(run.text):
                add(LATIN + word, weights.latin * weights.typo, True, ReasonKind.TYPO, run.text)

    def _numbers(self, topic: str) -> list[tuple[str, str, float]]:
        counts = self.tokeniser.units(topic)
        weights = {QUANTITY: self.weights.quantity, COMPARATOR: self.weights.comparator}
        return [(unit[1:], unit[0], weights[unit[0]]) for unit in counts if unit[0] in weights]

    def verbatim(self, query: str) -> tuple[tuple[str, ...], ...]:
        """Return what every clause that holds ``query`` word for word must have, one alternative of each."""
        groups: list[tuple[str, ...]] = []
        for run in runs(self.normaliser.fold(query)):
            if not run.is_han:
                groups.append(tuple(LATIN + word for word in self.vocabulary.latin_holding(run.text)))
            elif len(run.text) == 1:
                groups.append((SINGLE + run.text,))
            else:
                groups.extend((PAIR + run.text[i : i + 2],) for i in range(len(run.text) - 1))
        return tuple(dict.fromkeys(groups))
