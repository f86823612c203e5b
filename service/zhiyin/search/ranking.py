"""Scores every document for a question as it was read: units, concepts, structure, and how much of it is covered."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from zhiyin.search.analysis import Analysis
from zhiyin.search.columns import Columns
from zhiyin.search.concepts import ConceptPostings
from zhiyin.search.latent import LatentSpace
from zhiyin.search.lexicon import LabelMatch
from zhiyin.search.pieces import Piece, overlaps
from zhiyin.search.postings import Postings
from zhiyin.search.result import ReasonKind
from zhiyin.search.structure import QueryStructure
from zhiyin.search.tokenisation import LATIN, LIGHT, PAIR, SINGLE, WORD
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
    start: int
    end: int


@dataclass(frozen=True)
class Ranking:
    """Scores of all documents: ``matched`` marks those in the answer, ``literal`` those holding the question as typed.

    A ``loose`` answer rests on single characters alone, no word of the question being known.
    """

    scores: Scores
    matched: Mask
    literal: Mask
    covered: Scores
    concept_hits: tuple[ConceptHit, ...]
    structured: bool
    loose: bool


class Ranker:
    """Ranks against one index."""

    def __init__(
        self,
        postings: Postings,
        columns: Columns,
        concepts: ConceptPostings,
        latent: LatentSpace,
        vocabulary: Vocabulary,
        weights: Weights,
        text_at: Callable[[int], str],
    ) -> None:
        self.postings = postings
        self.columns = columns
        self.concepts = concepts
        self.latent = latent
        self.vocabulary = vocabulary
        self.weights = weights
        self.text_at = text_at
        self.count = len(columns.tier)

    def rank(self, analysis: Analysis) -> Ranking:
        """Return the ranking of all documents for ``analysis``."""
        literal = self.literal(analysis.groups)
        hits = self._concept_hits(analysis)
        scores, near, covered = self._evidence(analysis, hits)
        if analysis.structure.title is not None:
            scores = scores + self.weights.title * self.columns.titled(analysis.structure.title)
        elif " " in analysis.structure.rest:
            for token in analysis.structure.rest.split():
                scores = scores + self.weights.titled * self.columns.titled(token)
        found = scores > 0
        structure = analysis.structure
        structured = False
        if structure.restricts:
            allowed = self._allowed(structure)
            if not analysis.has_topic:
                if structure.numbers:
                    literal = self._verbatim(analysis.folded.strip(), literal)
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
        # Nearness orders the answer and does not lengthen it.
        matched = found & (scores >= self.weights.cut * top)
        scores = scores + near
        matched |= literal
        scores = np.where(literal & (scores <= 0), 1e-3, scores)
        loose = not hits and not structure.restricts and all(unit.unit[0] == SINGLE for unit in analysis.units)
        return Ranking(np.round(scores, 4), matched, literal, covered, tuple(hits), structured, loose)

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

    def _verbatim(self, folded: str, candidates: Mask) -> Mask:
        """Return those ``candidates`` whose text holds ``folded`` to the letter, not only the figures of a number."""
        mask = np.zeros(self.count, dtype=np.bool_)
        for position in np.flatnonzero(candidates):
            mask[position] = folded in self.text_at(int(position))
        return mask

    def _row(self, unit: str) -> NDArray[np.int32] | None:
        index = self.vocabulary.ids.get(unit)
        if index is None:
            return None
        return self.postings.documents[self.postings.starts[index] : self.postings.starts[index + 1]]

    def _evidence(self, analysis: Analysis, hits: list[ConceptHit]) -> tuple[Scores, Scores, Scores]:
        """Return the evidence for each document, what nearness adds to it, and the share of the question's words it covers (0 to 1)."""
        postings, ids = self.postings, self.vocabulary.ids
        indices = [ids[unit.unit] for unit in analysis.units]
        bounds = [(int(postings.starts[i]), int(postings.starts[i + 1])) for i in indices]
        covering = [
            float(postings.idf[i]) if unit.covers else 0.0 for i, unit in zip(indices, analysis.units, strict=True)
        ]
        documents = [postings.documents[s:e] for s, e in bounds]
        values: list[NDArray[np.floating[Any]]] = [
            postings.impacts[s:e] * unit.weight for (s, e), unit in zip(bounds, analysis.units, strict=True)
        ]
        places = [(unit.start, unit.end) for unit in analysis.units]
        masses = list(covering)
        for hit in hits:
            row, salience = self.concepts.row(hit.concept)
            documents.append(row)
            values.append(salience * (hit.weight * self.weights.concept * float(self.concepts.idf[hit.concept])))
            places.append((hit.start, hit.end))
            masses.append(self._term_mass(hit, analysis))
        if not documents:
            return np.zeros(self.count), np.zeros(self.count), np.zeros(self.count)
        covered = self._covered(documents, masses, sum(covering))
        if len(analysis.pieces) > 1:
            scores = self._together(analysis, documents, values, places)
        else:
            every = np.concatenate(documents)
            scores = np.bincount(every, weights=np.concatenate(values), minlength=self.count).astype(np.float64)
            share = self.weights.coordination
            scores = scores * ((1 - share) + share * (covered if sum(covering) > 0 else 1.0))
        near = self.latent.nearness(
            indices, [unit.weight * float(postings.idf[i]) for i, unit in zip(indices, analysis.units, strict=True)]
        )
        if near is None:
            return scores, np.zeros(self.count), covered
        # What only stands near but says nothing of the question is no answer: it could give no reason.
        return scores, np.where(scores > 0, self.weights.latent * float(scores.max()) * near, 0.0), covered

    def _covered(self, documents: list[NDArray[np.int32]], masses: list[float], whole: float) -> Scores:
        rows = [(row, mass) for row, mass in zip(documents, masses, strict=True) if mass > 0]
        if whole <= 0 or not rows:
            return np.ones(self.count)
        spread = np.repeat([mass for _, mass in rows], [len(row) for row, _ in rows])
        counts = np.bincount(np.concatenate([row for row, _ in rows]), weights=spread, minlength=self.count)
        return np.minimum(1.0, counts / whole)

    def _together(
        self,
        analysis: Analysis,
        documents: list[NDArray[np.int32]],
        values: list[NDArray[np.floating[Any]]],
        places: list[tuple[int, int]],
    ) -> Scores:
        """Return the scores of a question of several things: each saturates, so that having all beats much of one."""
        pieces, count = analysis.pieces, self.count
        piece_at = [0] * (max(end for _, end in places) + pieces[-1].end)
        for index, piece in enumerate(pieces):
            piece_at[piece.start : piece.end] = [index] * (piece.end - piece.start)
        cells: list[NDArray[np.int32]] = []
        parts: list[NDArray[np.floating[Any]]] = []
        for row, value, (start, end) in zip(documents, values, places, strict=True):
            index = piece_at[start]
            if index == piece_at[end - 1]:
                cells.append(row + index * count if index else row)
                parts.append(value)
                continue
            for index, share in overlaps(pieces, start, end):
                cells.append(row + index * count)
                parts.append(value * share)
        grid = np.bincount(np.concatenate(cells), weights=np.concatenate(parts), minlength=len(pieces) * count)
        grid = grid.reshape(len(pieces), count)
        masses = np.array([self._mass(piece, analysis.labels) for piece in pieces])[:, None]
        met = grid / masses
        scores: Scores = (grid / (1.0 + met / self.weights.enough)).sum(axis=0) / self.weights.enough
        shares = (masses * np.minimum(1.0, met)).sum(axis=0) / masses.sum()
        together: Scores = scores * ((1 - self.weights.together) + self.weights.together * shares)
        return together

    def _mass(self, piece: Piece, labels: tuple[LabelMatch, ...]) -> float:
        """Return how much a piece counts: by how rare it is, softened, loose characters for half.

        What is met only as something else (pinyin, a misprint) counts as that.
        """
        known = self._rarity(piece.text)
        if known is None:
            idf, ids = self.postings.idf, self.vocabulary.ids
            loose = (float(idf[ids[SINGLE + c]]) for c in piece.text if c not in LIGHT and SINGLE + c in ids)
            meant = (match for match in labels if match.start < piece.end and piece.start < match.end)
            rarities = (self._rarity(match.entry.folded) for match in meant if match.how is not ReasonKind.SYNONYM)
            known = max(self.weights.loose * sum(loose), *(rarity or 0.0 for rarity in rarities), 0.3)
        mass = 2.0 * math.sqrt(max(known, 0.3))
        return mass * self.weights.light if piece.text in LIGHT else mass

    def _rarity(self, text: str) -> float | None:
        """Return the inverse document frequency of a word, in whichever script; ``None`` where no document has it."""
        idf, ids = self.postings.idf, self.vocabulary.ids
        known = [float(idf[ids[kind + text]]) for kind in (WORD, LATIN) if kind + text in ids]
        return max(known) if known else None

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

            def reached(other: int, weight: float, kind: ReasonKind, match: LabelMatch = match) -> ConceptHit:
                return ConceptHit(other, weight, kind, match.term, match.entry.concept, match.start, match.end)

            weight = self.weights.of_kind(match.entry.kind) * self.weights.of_way(match.how)
            if any(o.start <= match.start and match.end <= o.end and o.end - o.start > match.end - match.start
                   and o.entry.concept >= 0 for o in analysis.labels):  # fmt: skip
                weight *= self.weights.nested
            offer(reached(concept, weight, match.how))
            for other in self.concepts.broader[concept]:
                offer(reached(other, weight * self.weights.broader, ReasonKind.BROADER))
            for other in self.concepts.narrower[concept]:
                offer(reached(other, weight * self.weights.narrower, ReasonKind.NARROWER))
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
