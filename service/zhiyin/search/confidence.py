"""How surely the answer of a search answers: exactly, by neighbours, or not at all; the hits stay as they are.

Calibrated on the dev half of the judged questions, on a hundred questions off the subject and a hundred neighbours
of it; the error of each word stands in the documentation, and a test holds it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from zhiyin.search.analysis import Analysis
from zhiyin.search.ranking import Ranking
from zhiyin.search.vocabulary import Vocabulary

_FAINT: Final = 3.5
_WEAK: Final = 4.5
_STRONG: Final = 6.0
_HARDLY_KNOWN: Final = 0.4
_KNOWN: Final = 0.9
_COVERED: Final = 0.99


class Confidence(StrEnum):
    """The three words."""

    EXACT = "exact"
    RELATED = "related"
    NONE = "none"


def confidence_of(analysis: Analysis, ranking: Ranking, vocabulary: Vocabulary) -> Confidence:
    """Return how surely ``ranking`` answers ``analysis``.

    A clause that holds the question word for word, or a number, a tier or a heading that was named, is exact; so is
    strong evidence that covers the whole question in words of the index. Faint evidence, or weak evidence for a
    question of foreign words, is none.
    """
    if ranking.literal.any() or ranking.structured:
        return Confidence.EXACT
    if not ranking.matched.any():
        return Confidence.NONE
    top = float(ranking.scores[ranking.matched].max())
    known = known_share(analysis, vocabulary)
    if top < _FAINT or (top < _WEAK and known < _HARDLY_KNOWN):
        return Confidence.NONE
    covered = float(ranking.covered[ranking.matched].max())
    if top >= _STRONG and known >= _KNOWN and covered >= _COVERED:
        return Confidence.EXACT
    return Confidence.RELATED


def known_share(analysis: Analysis, vocabulary: Vocabulary) -> float:
    """Return the share (0 to 1) of the topic's characters that stand in words of the index or in a label met."""
    content: set[int] = set()
    known: set[int] = set()
    for run in analysis.topic_runs:
        places = range(run.start, run.start + len(run.text))
        content.update(places)
        if not run.is_han:
            known.update(places if vocabulary.knows_latin(run.text) else ())
            continue
        for i in range(len(run.text) - 1):
            if vocabulary.has_pair(run.text[i : i + 2]):
                known.update((run.start + i, run.start + i + 1))
    for match in analysis.labels:
        known.update(range(match.start, match.end))
    return len(known & content) / len(content) if content else 1.0
