"""Places duties and words in one small space, by which words go together: near a duty is what is said of its like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from zhiyin.search.documents import SearchDocument
from zhiyin.search.postings import Postings
from zhiyin.search.tokenisation import LATIN, PAIR, SINGLE, WORD

Floats = NDArray[np.float32]

DIMENSIONS: Final = 30
# Fewer duties have no shape to learn; more would need a sparse solver.
_FEWEST: Final = 2 * DIMENSIONS
_MOST: Final = 1_000
_KINDS: Final = frozenset((WORD, PAIR, SINGLE, LATIN))


@dataclass(frozen=True)
class LatentSpace:
    """A row of ``units`` for each unit of the index, of unit length in ``duties``; document i is the duty ``duty_of[i]``."""

    units: Floats
    duties: Floats
    duty_of: NDArray[np.int32]

    def nearness(self, indices: Sequence[int], weights: Sequence[float]) -> NDArray[np.float64] | None:
        """Return 0 to 1 for each document: how near it stands to the weighted units; ``None`` where nothing is known."""
        if not indices or not len(self.units):
            return None
        asked = np.asarray(weights, dtype=np.float32) @ self.units[np.asarray(indices)]
        length = float(np.linalg.norm(asked))
        if length <= 0:
            return None
        near: NDArray[np.float64] = np.maximum(0.0, self.duties @ (asked / length)).astype(np.float64)[self.duty_of]
        return near


def build_latent_space(documents: Sequence[SearchDocument], postings: Postings) -> LatentSpace:
    """Return the space of latent semantic analysis over the duties, empty where they are too few or too many.

    Duties that are spoken of in the same words are one, however many families carry them.
    """
    known: dict[object, int] = {}
    keys = [(d.family_label, d.everyday) if d.family_label or d.everyday else d.family for d in documents]
    duty_of = np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int32)
    if not _FEWEST <= len(known) <= _MOST:
        nothing = np.zeros((0, DIMENSIONS), dtype=np.float32)
        return LatentSpace(nothing, nothing, duty_of)
    matrix = np.zeros((len(known), len(postings.units)), dtype=np.float32)
    unit_of = np.repeat(np.arange(len(postings.units)), np.diff(postings.starts))
    counted = np.array([unit[0] in _KINDS for unit in postings.units])[unit_of]
    np.maximum.at(matrix, (duty_of[postings.documents[counted]], unit_of[counted]), postings.impacts[counted])
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    # The few duties' own products hold the same directions as the many units', and are quick to take apart.
    values, vectors = np.linalg.eigh((matrix @ matrix.T).astype(np.float64))
    strengths = np.sqrt(np.maximum(values[::-1][:DIMENSIONS], 1e-12))
    directions = vectors[:, ::-1][:, :DIMENSIONS]
    units = matrix.T @ (directions / strengths)
    duties = directions * strengths
    duties /= np.maximum(np.linalg.norm(duties, axis=1, keepdims=True), 1e-9)
    return LatentSpace(units.astype(np.float32), duties.astype(np.float32), duty_of)
