"""Turns documents into an impact matrix: for each unit, the documents that hold it and what it adds to their score."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

K1: Final = 1.2
Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """How much a field's unit counts, and how much a long field is held back (BM25's b)."""

    weight: float
    b: float


FIELDS: Final[dict[str, FieldWeight]] = {
    "text": FieldWeight(1.0, 0.4),
    "heading": FieldWeight(0.6, 0.1),
    "label": FieldWeight(0.8, 0.5),
    "everyday": FieldWeight(0.65, 0.1),
    "synonyms": FieldWeight(0.35, 0.5),
}


@dataclass(frozen=True)
class Postings:
    """Compressed rows: unit i holds ``documents[starts[i]:starts[i+1]]`` with their ``impacts``, documents ascending."""

    units: tuple[str, ...]
    starts: NDArray[np.int64]
    documents: Integers
    impacts: Floats
    idf: Floats


def build_postings(fields: Sequence[dict[str, Counter[str]]]) -> Postings:
    """Return BM25F impacts over ``fields``, one mapping of field name to unit counts for each document.

    A unit of several fields is weighted and summed before it saturates, so repeating a word in heading and text
    does not count twice in full.
    """
    averages = _average_lengths(fields)
    ids: dict[str, int] = {}
    unit_of, document_of, frequency_of = array("i"), array("i"), array("f")
    for index, document in enumerate(fields):
        weighted: dict[str, float] = {}
        for name, counts in document.items():
            spec = FIELDS[name]
            norm = 1 - spec.b + spec.b * counts.total() / averages[name] if averages[name] else 1.0
            for unit, count in counts.items():
                weighted[unit] = weighted.get(unit, 0.0) + spec.weight * count / norm
        unit_of.extend([ids.setdefault(unit, len(ids)) for unit in weighted])
        document_of.extend([index] * len(weighted))
        frequency_of.extend(weighted.values())
    return _compress(ids, np.asarray(unit_of), np.asarray(document_of), np.asarray(frequency_of), len(fields))


def _compress(ids: dict[str, int], rows: Integers, documents: Integers, frequencies: Floats, count: int) -> Postings:
    """Return the rows sorted by unit, documents ascending within each, with their impacts."""
    units = tuple(sorted(ids))
    rank = np.empty(len(units), dtype=np.int32)
    rank[[ids[unit] for unit in units]] = np.arange(len(units), dtype=np.int32)
    order = np.argsort(rank[rows], kind="stable")
    lengths = np.bincount(rows, minlength=len(units))[[ids[unit] for unit in units]] if units else np.zeros(0, np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    sorted_frequencies = frequencies[order]
    idf = np.log1p((count - lengths + 0.5) / (lengths + 0.5)).astype(np.float32)
    impacts = sorted_frequencies * (K1 + 1) / (sorted_frequencies + K1) * np.repeat(idf, lengths)
    return Postings(units, starts, documents[order].astype(np.int32), impacts.astype(np.float32), idf)


def _average_lengths(fields: Sequence[dict[str, Counter[str]]]) -> dict[str, float]:
    totals: Counter[str] = Counter()
    present: Counter[str] = Counter()
    for document in fields:
        for name, counts in document.items():
            totals[name] += counts.total()
            present[name] += 1
    return {name: totals[name] / present[name] for name in FIELDS if present[name]} | {
        name: 0.0 for name in FIELDS if not present[name]
    }
