"""Scores every document for a question as it was read: units, concepts, structure, and how much of it is covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from zhiyin.search.analysis import Analysis
from zhiyin.search.columns import Columns
from zhiyin.search.concepts import ConceptPostings
from zhiyin.search.postings import Postings
from zhiyin.search.result import ReasonKind
from zhiyin.search.structure import QueryStructure
from zhiyin.search.tokenisation import PAIR
from zhiyin.search.vocabulary import Vocabulary
from zhiyin.search.weights import Weights

Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]
Groups = tuple[tuple[str, ...], ...]

# A clause named by its number stands above whatever its words would earn.
_NAMED: Final = 100.0
_STRUCTURE_ONLY: Final = 1.0


@dataclass(frozen=True)
class ConceptHit:
    """A concept the question reaches: directly through a label, or through a broader or narrower one."""

    concept: int
    weight: float
    kind: ReasonKind
    term: str
    through: int


@dataclass(frozen=True)
class Ranking:
    """Scores of all documents: ``matched`` marks those in the answer, ``literal`` those holding the question as typed."""

    scores: Scores
    matched: Mask
    literal: Mask
    covered: Scores
    concept_hits: tuple[ConceptHit, ...]
    structured: bool


class Ranker:
    """Ranks against one index."""

    def __init__(
        self, postings: Postings, columns: Columns, concepts: ConceptPostings, vocabulary: Vocabulary, weights: Weights
    ) -> None:
        self.postings = postings
        self.columns = columns
        self.concepts = concepts
        self.vocabulary = vocabulary
        self.weights = weights
        self.count = len(columns.tier)

    def rank(self, analysis: Analysis) -> Ranking:
        """Return the ranking of all documents for ``analysis``."""
        literal = self.literal(analysis.groups)
        hits = self._concept_hits(analysis)
        scores, covered = self._evidence(analysis, hits)
        if analysis.structure.title is not None:
            scores = scores + self.weights.title * self.columns.titled(analysis.structure.title)
        found = scores > 0
        structure = analysis.structure
        structured = False
        if structure.restricts:
            allowed = self._allowed(structure)
            if not analysis.has_topic:
                found, structured = allowed, bool(allowed.any())
                scores = np.where(allowed, _STRUCTURE_ONLY, scores)
            elif (found & allowed).any():
                found, structured = found & allowed, True
            elif allowed.any() and not found.any():
                found, structured = allowed, True
                scores = np.where(allowed, _STRUCTURE_ONLY, scores)
            if structure.numbers:
                named = np.isin(self.columns.number_codes, self.columns.codes_of(structure.numbers))
                scores = np.where(named, scores + _NAMED, scores)
        top = float(scores[found].max()) if found.any() else 0.0
        matched = found & (scores >= self.weights.cut * top)
        matched |= literal
        scores = np.where(literal & (scores <= 0), 1e-3, scores)
        return Ranking(np.round(scores, 4), matched, literal, covered, tuple(hits), structured)

    def literal(self, groups: Groups) -> Mask:
        """Return the documents with one unit of each group: every one that holds the question verbatim is among them."""
        mask = np.zeros(self.count, dtype=np.bool_)
        rows: list[NDArray[np.int32]] = []
        for group in groups:
            found = [row for unit in group if (row := self._row(unit)) is not None]
            if not found:
                return mask
            rows.append(found[0] if len(found) == 1 else np.unique(np.concatenate(found)))
        if rows:
            counts = np.bincount(np.concatenate(rows), minlength=self.count)
            mask = counts == len(rows)
        return mask

    def _row(self, unit: str) -> NDArray[np.int32] | None:
        index = self.vocabulary.ids.get(unit)
        if index is None:
            return None
        return self.postings.documents[self.postings.starts[index] : self.postings.starts[index + 1]]

    def _evidence(self, analysis: Analysis, hits: list[ConceptHit]) -> tuple[Scores, Scores]:
        """Return the summed evidence of each document and the share of the question it covers (0 to 1)."""
        postings, ids = self.postings, self.vocabulary.ids
        indices = [ids[unit.unit] for unit in analysis.units]
        starts = [int(postings.starts[i]) for i in indices]
        ends = [int(postings.starts[i + 1]) for i in indices]
        covering = [
            float(postings.idf[i]) if unit.covers else 0.0 for i, unit in zip(indices, analysis.units, strict=True)
        ]
        documents = [postings.documents[s:e] for s, e in zip(starts, ends, strict=True)]
        values: list[NDArray[np.floating[Any]]] = [
            postings.impacts[s:e] * unit.weight for s, e, unit in zip(starts, ends, analysis.units, strict=True)
        ]
        lengths = [e - s for s, e in zip(starts, ends, strict=True)]
        covers = [np.repeat(covering, lengths)] if lengths else []
        for hit in hits:
            row, salience = self.concepts.row(hit.concept)
            documents.append(row)
            values.append(salience * (hit.weight * self.weights.concept * float(self.concepts.idf[hit.concept])))
            covers.append(np.full(len(row), self._term_mass(hit, analysis)))
        if not documents:
            return np.zeros(self.count), np.zeros(self.count)
        every = np.concatenate(documents)
        scores: Scores = np.bincount(every, weights=np.concatenate(values), minlength=self.count).astype(np.float64)
        mass = sum(covering)
        if mass <= 0:
            return scores, (scores > 0).astype(np.float64)
        covered = np.minimum(1.0, np.bincount(every, weights=np.concatenate(covers), minlength=self.count) / mass)
        share = self.weights.coordination
        return scores * ((1 - share) + share * covered), covered

    def _term_mass(self, hit: ConceptHit, analysis: Analysis) -> float:
        """Return how much of the question's mass a concept's term stands for."""
        pairs = {PAIR + hit.term[i : i + 2] for i in range(len(hit.term) - 1)}
        units = (unit for unit in analysis.units if unit.covers and unit.unit in pairs)
        return hit.weight * sum(float(self.postings.idf[self.vocabulary.ids[unit.unit]]) for unit in units)

    def _concept_hits(self, analysis: Analysis) -> list[ConceptHit]:
        best: dict[int, ConceptHit] = {}

        def offer(hit: ConceptHit) -> None:
            if hit.concept not in best or best[hit.concept].weight < hit.weight:
                best[hit.concept] = hit

        for match in analysis.labels:
            concept = match.entry.concept
            if concept < 0:
                continue
            weight = self.weights.of_kind(match.entry.kind) * self.weights.of_way(match.how)
            if any(o.start <= match.start and match.end <= o.end and o.end - o.start > match.end - match.start
                   and o.entry.concept >= 0 for o in analysis.labels):  # fmt: skip
                weight *= self.weights.nested
            offer(ConceptHit(concept, weight, match.how, match.term, concept))
            for other in self.concepts.broader[concept]:
                offer(ConceptHit(other, weight * self.weights.broader, ReasonKind.BROADER, match.term, concept))
            for other in self.concepts.narrower[concept]:
                offer(ConceptHit(other, weight * self.weights.narrower, ReasonKind.NARROWER, match.term, concept))
        return list(best.values())

    def _allowed(self, structure: QueryStructure) -> Mask:
        columns = self.columns
        allowed = np.ones(self.count, dtype=np.bool_)
        if structure.numbers:
            allowed &= np.logical_or.reduce([columns.under(number) for number in structure.numbers])
        if structure.suffixes:
            allowed &= np.logical_or.reduce([columns.under_suffix(suffix) for suffix in structure.suffixes])
        if structure.tiers:
            allowed &= np.isin(columns.tier, sorted(structure.tiers))
        for name, wanted in (
            ("obligation", structure.obligations), ("mark", structure.marks), ("change", structure.changes)
        ):  # fmt: skip
            if wanted:
                allowed &= columns.having(name, wanted)
        return allowed
