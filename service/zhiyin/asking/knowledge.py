"""What asking knows of the graph: the words of every duty, the names of concepts, titles, terms and figures, folded."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from zhiyin.catalogue import Catalogue, FamilyView, MetricView

Fold = Callable[[str], str]

SHORTEST: Final = 3
"""How many characters of an everyday wording count, unless all of it is shorter."""

# Another name of a section's subject (供应商管理) is one of the section too.
_MANAGED: Final = "管理"

_PLAIN: Final = frozenset("人员的要有是能才够吗呢行可以至少最得应该和与或需配备为多个名")


@dataclass(frozen=True, slots=True)
class Cue:
    """One way to ask for a figure: each word is any of its forms, and all of them stand in the question."""

    metric: str
    words: tuple[tuple[str, ...], ...]


class Knowledge:
    """Everything that reading a question looks up; made once from the read model."""

    def __init__(self, catalogue: Catalogue, fold: Fold) -> None:
        self.catalogue = catalogue
        self.fold = fold
        self.families = list(catalogue.families.values())
        self.position = {family.id: index for index, family in enumerate(self.families)}
        self.text = {number: fold(clause.text) for number, clause in catalogue.clauses.items()}
        self.names: dict[str, tuple[str, ...]] = {}
        self.concept_of: dict[str, str] = {}
        self.everyday_of: dict[str, str] = {}
        for concept in catalogue.concepts.values():
            label = fold(concept.label.zh).replace(" ", "")
            sure = [label, *(fold(name).replace(" ", "") for name in (*concept.alternatives, *concept.hidden))]
            self.names[concept.id] = tuple(dict.fromkeys(sure))
            for name in sure:
                self.concept_of.setdefault(name, concept.id)
            for name in concept.everyday:
                self.everyday_of.setdefault(fold(name).replace(" ", ""), concept.id)
        self.labels = [fold(family.label.zh) for family in self.families]
        self.strong, self.weak = self._evidence()
        self._counts = {pair: len(found) for pair, found in self.strong.items()}

    def _evidence(self) -> tuple[dict[str, frozenset[int]], dict[str, frozenset[int]]]:
        """Return which duties hold a pair of characters in the text or its terms, and a piece of everyday wording.

        Of everyday wordings two characters alone tell nothing (加密 in 加密存放的备份 makes no duty one of encrypting): a
        piece is a whole wording or three characters of it.
        """
        strong: defaultdict[str, set[int]] = defaultdict(set)
        weak: defaultdict[str, set[int]] = defaultdict(set)
        everyday: dict[str, tuple[str, ...]] = {}
        for index, family in enumerate(self.families):
            texts = {self.text[number] for number in family.members} | {self.labels[index]}
            mentioned = {c.id for number in family.members for c in self.catalogue.clauses[number].concepts}
            for concept in mentioned:
                texts.update(self.names[concept])
            for text in texts:
                for pair in _pairs(text):
                    strong[pair].add(index)
            loose = [self.fold(label) for label in family.everyday]
            for concept in mentioned:
                if concept not in everyday:
                    everyday[concept] = tuple(map(self.fold, self.catalogue.concepts[concept].everyday))
                loose.extend(everyday[concept])
            for text in loose:
                for piece in _pieces(text):
                    weak[piece].add(index)
        return (
            {pair: frozenset(found) for pair, found in strong.items()},
            {pair: frozenset(found) for pair, found in weak.items()},
        )

    def rarity(self, pair: str) -> float:
        """Return how much a pair of characters says: 1 where one duty has it or none, little where many do."""
        count = self._counts.get(pair, 1)
        return max(0.05, 1.0 - math.log(count) / math.log(len(self.families)))

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """The ways to ask for every figure."""
        return tuple(
            Cue(metric.id, tuple(self.forms(word) for word in self.fold(phrase).split()))
            for metric in self.catalogue.metrics.values()
            for phrase in (*metric.asked, metric.label.zh)
        )

    def counts(self, metric: str, noun: str) -> bool:
        """Say whether a metric may be a number of what ``noun`` starts with: 电池 are no UPS."""
        view = self.catalogue.metrics[metric]
        said = self.fold("|".join((view.label.zh, *view.asked)))
        concept = self.concept_of.get(noun[:2]) or self.everyday_of.get(noun[:2])
        names = [name for name in self.names.get(concept, ()) if name in said] if concept else []
        plain = all(character in _PLAIN for character in noun)
        return plain or bool(names) or any(noun[i : i + 2] in said for i in range(len(noun) - 1))

    def called(self, text: str) -> str | None:
        """Return the metric whose whole name stands in ``text``, the longest."""
        return max((m for name, m in self._metric_names.items() if name in text), key=len, default=None)

    @cached_property
    def _metric_names(self) -> dict[str, str]:
        return {self.fold(metric.label.zh): metric.id for metric in self.catalogue.metrics.values()}

    def forms(self, word: str) -> tuple[str, ...]:
        """Return ``word`` and the other names of the concept that it names."""
        concept = self.concept_of.get(word)
        if concept is None:
            return (word,)
        view = self.catalogue.concepts[concept]
        others = (self.fold(name).replace(" ", "") for name in view.everyday)
        return tuple(dict.fromkeys((word, *self.names[concept], *others)))

    @cached_property
    def metric_families(self) -> dict[str, tuple[int, ...]]:
        """The duties (by position) that state each figure."""
        found: defaultdict[str, dict[int, None]] = defaultdict(dict)
        for clause in self.catalogue.clauses.values():
            for threshold in clause.thresholds:
                found[threshold.metric][self.position[clause.family]] = None
        return {metric: tuple(indices) for metric, indices in found.items()}

    @cached_property
    def topics(self) -> dict[str, str]:
        """The titles of sections and subsections, folded, to their local numbers (供电 → 2.2)."""
        found: dict[str, str] = {}
        for section in self.catalogue.sections.values():
            if section.local_number:
                title = self.fold(section.title.zh)
                found.setdefault(title, section.local_number)
                found.setdefault(title.replace("与", "").replace("和", ""), section.local_number)
                if title.endswith(_MANAGED):
                    managed = self.concept_of.get(title.removesuffix(_MANAGED), "")
                    for name in self.names.get(managed, ()):
                        found.setdefault(name + _MANAGED, section.local_number)
        return found

    @cached_property
    def titles(self) -> dict[str, str]:
        """The local numbers of sections and subsections to their titles as printed."""
        sections = self.catalogue.sections.values()
        return {section.local_number: section.title.zh for section in sections if section.local_number}

    @cached_property
    def duty_called(self) -> dict[str, int]:
        """The folded names of duties to their positions."""
        return {label: index for index, label in enumerate(self.labels)}

    def title_of(self, local: str) -> str:
        """Return the folded title of the section with a local number."""
        return next((title for title, number in self.topics.items() if number == local), "")

    @cached_property
    def defined(self) -> dict[str, str]:
        """The defined terms and their other names, folded, to the number of the item that explains them."""
        found: dict[str, str] = {}
        for item in self.catalogue.items.values():
            for concept in item.defines:
                for name in self.names[concept]:
                    found[name] = item.number
        return found

    def family(self, index: int) -> FamilyView:
        """Return the duty at a position."""
        return self.families[index]

    def metric(self, name: str) -> MetricView:
        """Return a metric by its id."""
        return self.catalogue.metrics[name]


def _pairs(text: str) -> Iterable[str]:
    return (text[i : i + 2] for i in range(len(text) - 1))


def _pieces(text: str) -> Iterable[str]:
    return (text,) if len(text) == SHORTEST - 1 else (text[i : i + SHORTEST] for i in range(len(text) - SHORTEST + 1))
