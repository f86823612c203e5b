"""Finds which clause words speak of: by the words themselves, and by search where they are other words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from zhiyin.citing.figures import anchors
from zhiyin.citing.law import Clause, Law
from zhiyin.citing.quantity import read_quantities, without_figures
from zhiyin.citing.words import features

Search = Callable[[str, frozenset[int]], list[str]]
"""A text and the tiers looked in (none: all) in; the numbers of the clauses it means, best first, out."""


@dataclass(frozen=True, slots=True)
class Match:
    """How well words fit a clause: ``said`` of the words is the clause's, ``told`` of the clause is in the words."""

    number: str
    said: float
    told: float
    hinted: float

    @property
    def score(self) -> float:
        """One number to order by."""
        return 0.8 * self.said + 0.2 * self.told

    def of(self, share: float) -> Match:
        """Return the match measured on a ``share`` of the words only."""
        return Match(self.number, self.said / share, self.told, self.hinted / share)


def fit(law: Law, words: frozenset[str], clause: Clause) -> Match:
    """Return how well ``words`` fit ``clause``."""
    whole = law.weight(words) or 1.0
    common = law.weight(words & clause.features)
    return Match(
        clause.number,
        common / whole,
        common / law.sizes[clause.number],
        law.weight(words & clause.hints) / whole,
    )


def best_matches(law: Law, text: str, tiers: Iterable[int] = (), most: int = 5) -> list[Match]:
    """Return the clauses of ``tiers`` (none: all) that fit folded ``text`` best."""
    words = features(law.lexicon.words(without_figures(text)))
    if not words:
        return []
    wanted = frozenset(tiers)
    hits: defaultdict[str, float] = defaultdict(float)
    for word in words:
        for number in law.postings.get(word, ()):
            tier = law.clauses[number].tier
            if not wanted or tier is None or tier in wanted:
                hits[number] += law.weights[word]
    whole = law.weight(words)
    scored = ((0.8 * weight / whole + 0.2 * weight / law.sizes[number], number) for number, weight in hits.items())
    best = sorted(scored, key=lambda pair: (-pair[0], pair[1]))
    figures = {(q.dimension, q.value) for q in read_quantities(text) if q.dimension not in ("n", "times")}
    if figures and best:
        # Of clauses that fit alike, the one that has the figure is meant.
        near = max(hits[best[0][1]] / whole - 0.55, 0.3)
        holding = [
            (score, number)
            for score, number in best[:160]
            if hits[number] / whole >= near and _has(law, law.clauses[number], figures, wanted)
        ]
        if not holding and (named := _measures(text)):
            # No clause has the figure: one that measures the same is meant, RTO不超过10分钟.
            holding = [
                (score, number)
                for score, number in best[:160]
                if hits[number] / whole >= near and named & _measures(law.clauses[number].folded)
            ]
        best = holding + [pair for pair in best[:160] if pair not in holding]
    return [fit(law, words, law.clauses[number]) for _, number in best[:most]]


def _measures(text: str) -> frozenset[int]:
    """Return what the figures of a text measure, as far as it is said beside them."""
    return frozenset().union(*(anchors(text, figure) for figure in read_quantities(text)))


def _has(law: Law, clause: Clause, figures: set[tuple[str, Decimal]], tiers: frozenset[int]) -> bool:
    family = law.families.get(clause.family, {})
    members = [law.clauses[n] for t, n in family.items() if not tiers or t in tiers] or [clause]
    return any((q.dimension, q.value) in figures for member in members for q in member.figures)
