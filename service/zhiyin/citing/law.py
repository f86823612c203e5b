"""The guideline as a checker of citations needs it: clauses with their figures, words and what tells them apart."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from zhiyin.catalogue import Catalogue, ClauseView, ThresholdView
from zhiyin.citing.english import Glossary
from zhiyin.citing.folding import fold
from zhiyin.citing.quantity import Quantity, read_quantities
from zhiyin.citing.words import Lexicon, Word, features
from zhiyin.errors import Message
from zhiyin.model import tier_name

_COMPARATORS = {">=": "ge", ">": "gt", "<=": "le", "<": "lt", "=": "eq"}


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause or an item of chapter 1 (``tier`` ``None``), read: its figures, words and features."""

    number: str
    tier: int | None
    obligation: str
    mark: str
    text: str
    folded: str
    family: str
    section: str
    title: str
    introduced_in: int | None
    change: str
    figures: tuple[Quantity, ...]
    implied: tuple[Quantity, ...]
    words: tuple[Word, ...]
    features: frozenset[str]
    hints: frozenset[str]
    names: frozenset[str]

    def printed(self, start: int, end: int) -> str:
        """Return ``folded[start:end]`` as it is printed in the text."""
        return (self.text if len(self.text) == len(self.folded) else self.folded)[start:end].strip()


@dataclass(frozen=True, slots=True)
class Law:
    """All clauses by number, families by tier, headings, and how telling each feature is."""

    clauses: Mapping[str, Clause]
    families: Mapping[str, Mapping[int, str]]
    headings: Mapping[str, str]
    counts: Mapping[tuple[str, int], int]
    lexicon: Lexicon
    weights: Mapping[str, float]
    postings: Mapping[str, tuple[str, ...]]
    vocabulary: frozenset[str]
    words_of: Mapping[int, frozenset[str]]
    sizes: Mapping[str, float]
    known: frozenset[str]
    wholes: Mapping[str, int]
    glossary: Glossary

    @property
    def highest(self) -> int:
        """The number of tiers."""
        return max(self.words_of)

    @property
    def tiers_in_words(self) -> Message:
        """What is said where a tier is named that there is not."""
        last = tier_name(self.highest)
        return Message(f"指引只有一类至{last}", f"there are {self.highest} tiers only")

    def weight(self, found: Iterable[str]) -> float:
        """Return how much a set of features says."""
        return sum(self.weights.get(feature, 6.0) for feature in found)

    def family_words(self, clause: Clause) -> frozenset[str]:
        """Return the words of all clauses of a clause's family."""
        members = self.families.get(clause.family, {0: clause.number}).values()
        return frozenset(word.meaning for number in members for word in self.clauses[number].words)

    def within(self, prefix: str) -> list[str]:
        """Return the clauses of a chapter, section or subsection."""
        return [number for number in self.clauses if number.startswith(prefix + ".")]


def read_law(catalogue: Catalogue, lexicon: Lexicon, glossary: Glossary) -> Law:
    """Return the guideline read for checking citations."""
    clauses: dict[str, Clause] = {}
    told: dict[str, frozenset[str]] = {}
    for view in catalogue.clauses.values():
        family = catalogue.families[view.family]
        concepts = [catalogue.concepts[ref.id] for ref in view.concepts]
        names = [view.section_title.zh, family.label.zh, *(name for c in concepts for name in c.alternatives)]
        hints = [*family.everyday, *(wording for concept in concepts for wording in concept.everyday)]
        clauses[view.number] = _clause(view, names, [*names, *hints], lexicon, told)
    for item in catalogue.items.values():
        folded = fold(item.text).text
        words = tuple(lexicon.words(folded))
        found = features(words)
        clauses[item.number] = Clause(
            item.number, None, "", "", item.text, folded, "", item.section, "总则", None, "",
            tuple(read_quantities(folded)), (), words, found, found, found,
        )  # fmt: skip
    families: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for clause in clauses.values():
        if clause.tier is not None:
            families[clause.family][clause.tier] = clause.number
    spread: Counter[str] = Counter()
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for clause in clauses.values():
        for feature in clause.features:
            seen[feature].add(clause.family or clause.number)
    for feature, where in seen.items():
        spread[feature] = len(where)
    kinds = len(families) + len(catalogue.items)
    weights = {feature: math.log(1 + kinds / count) for feature, count in spread.items()}
    postings: defaultdict[str, list[str]] = defaultdict(list)
    for clause in clauses.values():
        for feature in clause.features:
            postings[feature].append(clause.number)
    counts: Counter[tuple[str, int]] = Counter()
    for clause in clauses.values():
        if clause.tier is not None:
            for tier in (0, clause.tier):
                for name in ("条", clause.obligation, clause.mark):
                    counts[name, tier] += 1
    headings = {number: section.title.zh for number, section in catalogue.sections.items()}
    names = [concept.label.zh for concept in catalogue.concepts.values()]
    vocabulary = frozenset(w.meaning for name in names for w in lexicon.words(fold(name).text) if not w.stops)
    words_of = {
        tier: frozenset(w.meaning for c in clauses.values() if c.tier == tier for w in c.words if not w.stops)
        for tier in catalogue.tiers
    }
    sizes = {c.number: sum(weights[f] for f in c.features) or 1.0 for c in clauses.values()}
    told_in = {feature: tuple(numbers) for feature, numbers in postings.items()}
    return Law(
        clauses,
        dict(families),
        headings,
        dict(counts),
        lexicon,
        weights,
        told_in,
        vocabulary,
        words_of,
        sizes,
        vocabulary.union(*words_of.values()),
        _wholes(catalogue),
        glossary,
    )


def _wholes(catalogue: Catalogue) -> dict[str, int]:
    """Return how many chapters there are, sections and subsections in each chapter of a tier, and definitions."""
    numbers = list(catalogue.sections)
    last = catalogue.tiers[max(catalogue.tiers)].chapter
    below = [number for number in numbers if number.startswith(f"{last}.")]
    return {
        "chapters": sum("." not in number for number in numbers),
        "sections": sum(number.count(".") == 1 for number in below),
        "subsections": sum(number.count(".") == 2 for number in below),
        "definitions": sum(number.count(".") == 2 for number in catalogue.items),
    }


def _clause(
    view: ClauseView, names: list[str], hints: list[str], lexicon: Lexicon, told: dict[str, frozenset[str]]
) -> Clause:
    folded = fold(view.text).text
    words = tuple(lexicon.words(folded))
    found = features(words)
    wide = set(found)
    for hint in hints:
        if hint not in told:
            told[hint] = features(lexicon.words(fold(hint).text))
        wide |= told[hint]
    return Clause(
        number=view.number,
        tier=view.tier,
        obligation=str(view.obligation),
        mark=str(view.mark),
        text=view.text,
        folded=folded,
        family=view.family,
        section=view.section,
        title=view.section_title.zh,
        introduced_in=view.introduced_in,
        change=str(view.change or ""),
        figures=_figures(folded, view.thresholds),
        implied=tuple(_implied(t) for t in view.thresholds if t.implied),
        words=words,
        features=found,
        hints=frozenset(wide),
        names=found.union(*(told[name] for name in names)),
    )


def _figures(folded: str, thresholds: tuple[ThresholdView, ...]) -> tuple[Quantity, ...]:
    """Return the figures of the text; the graph's thresholds say how each is to be compared."""
    found = []
    for figure in read_quantities(folded):
        for threshold in thresholds:
            at = folded.find(fold(threshold.phrase).text)
            if at <= figure.start + len(figure.written) and figure.start < at + len(threshold.phrase) + 4 and at >= 0:
                read = read_quantities(fold(threshold.phrase).text)
                if any((q.dimension, q.value) == (figure.dimension, figure.value) for q in read):
                    comparator = _COMPARATORS[threshold.comparator]
                    if figure.dimension.startswith("every-"):
                        comparator = figure.comparator
                    figure = Quantity(
                        figure.dimension, figure.value, comparator, figure.start, figure.end, figure.written
                    )
                    break
        found.append(figure)
    if (at := folded.find("双人")) >= 0:
        # A number of people in a word: 由一人值班 is held against 双人值班.
        found.append(Quantity("p", Decimal(2), "ge", at, at + 2, "双人"))
    return tuple(found)


def _implied(threshold: ThresholdView) -> Quantity:
    return Quantity("n", Decimal(threshold.value), _COMPARATORS[threshold.comparator], 0, 0, threshold.phrase)
