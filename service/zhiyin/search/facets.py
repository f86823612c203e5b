"""Counts the rows of an answer by tier, section, obligation, mark, change and concept."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from zhiyin.model import tier_name
from zhiyin.search.columns import Columns
from zhiyin.search.concepts import ConceptPostings
from zhiyin.search.documents import SearchConcept
from zhiyin.search.result import FacetValue

Mask = NDArray[np.bool_]

FACETS: Final = ("tier", "section", "obligation", "mark", "change", "concept")
_CHANGE_LABELS: Final = {
    "same": "未变",
    "reworded": "文字调整",
    "promoted": "可选变必须",
    "strengthened": "加强",
    "introduced": "新出现",
}
_MOST_CONCEPTS: Final = 30


class FacetCounter:
    """Counts over one index."""

    def __init__(self, columns: Columns, concepts: ConceptPostings, scheme: tuple[SearchConcept, ...]) -> None:
        self.columns = columns
        self.scheme = scheme
        self._most = int(columns.tier.max(initial=0))
        self._preferred = [concept.preferred() for concept in scheme]
        self.families = len(columns.values["family"])
        self._mention_documents = concepts.documents
        self._mention_concepts = np.repeat(np.arange(len(scheme)), np.diff(concepts.starts)).astype(np.int64)
        family = columns.codes["family"].astype(np.int64)
        pairs = family[concepts.documents] * max(1, len(scheme)) + self._mention_concepts
        unique = np.unique(pairs)
        self._family_of_pair = unique // max(1, len(scheme))
        self._concept_of_pair = unique % max(1, len(scheme))

    def count(self, name: str, mask: Mask, by_family: bool) -> tuple[FacetValue, ...]:
        """Return the values of facet ``name`` over the documents in ``mask``, counting families or clauses."""
        if name == "concept":
            return self._concepts(mask, by_family)
        if name == "tier":
            counts = self._distinct(self.columns.tier, self._most + 1, mask, by_family)
            return tuple(FacetValue(t, tier_name(t), int(counts[t])) for t in range(1, self._most + 1) if counts[t])
        values = self.columns.values[name]
        counts = self._distinct(self.columns.codes[name], len(values), mask, by_family)
        return tuple(
            FacetValue(value, _CHANGE_LABELS.get(value, value) if name == "change" else value, int(counts[code]))
            for code, value in enumerate(values)
            if counts[code] and value
        )

    def _distinct(self, codes: NDArray[np.int32], size: int, mask: Mask, by_family: bool) -> NDArray[np.int64]:
        if not by_family:
            return np.bincount(codes[mask], minlength=size)
        table = np.zeros(self.families * size, dtype=np.bool_)
        table[self.columns.codes["family"][mask] * size + codes[mask]] = True
        counts: NDArray[np.int64] = table.reshape(self.families, size).sum(axis=0, dtype=np.int64)
        return counts

    def _concepts(self, mask: Mask, by_family: bool) -> tuple[FacetValue, ...]:
        size = len(self.scheme)
        if by_family:
            present = np.zeros(self.families, dtype=np.bool_)
            present[self.columns.codes["family"][mask]] = True
            counts = np.bincount(self._concept_of_pair[present[self._family_of_pair]], minlength=size)
        else:
            counts = np.bincount(self._mention_concepts[mask[self._mention_documents]], minlength=size)
        order = np.lexsort((np.arange(size), -counts[:size]))[:_MOST_CONCEPTS]
        return tuple(FacetValue(self.scheme[i].id, self._preferred[i], int(counts[i])) for i in order if counts[i])
