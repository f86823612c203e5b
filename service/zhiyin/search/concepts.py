"""Which documents mention which concept, how strongly, and how concepts stand to one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from zhiyin.search.documents import SearchConcept, SearchDocument
from zhiyin.search.lexicon import fold_label
from zhiyin.search.normalisation import Normaliser

_IN_FAMILY_LABEL: Final = 0.5
_FULL_SHARE: Final = 0.3


class ConceptPostings:
    """Concept i is mentioned by ``documents[starts[i]:starts[i+1]]``; ``salience`` says how much of each is about it."""

    def __init__(
        self,
        starts: NDArray[np.int64],
        documents: NDArray[np.int32],
        salience: NDArray[np.float32],
        broader: Sequence[Sequence[int]],
        document_count: int,
    ) -> None:
        self.starts = starts
        self.documents = documents
        self.salience = salience
        self.broader = tuple(tuple(others) for others in broader)
        lengths = np.diff(starts)
        self.idf = np.log1p((document_count - lengths + 0.5) / (lengths + 0.5))
        narrower: list[list[int]] = [[] for _ in self.broader]
        for concept, others in enumerate(self.broader):
            for other in others:
                narrower[other].append(concept)
        self.narrower = tuple(map(tuple, narrower))

    def row(self, concept: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the documents that mention ``concept`` and the salience in each."""
        first, last = self.starts[concept], self.starts[concept + 1]
        return self.documents[first:last], self.salience[first:last]


def build_concept_postings(
    documents: Sequence[SearchDocument], concepts: Sequence[SearchConcept], normaliser: Normaliser
) -> ConceptPostings:
    """Return the mentions of ``documents``; ids that ``concepts`` does not hold are passed over."""
    index = {concept.id: i for i, concept in enumerate(concepts)}
    labels = [
        [fold_label(label.text, normaliser) for label in concept.labels if label.language == "zh"]
        for concept in concepts
    ]
    rows: list[list[tuple[int, float]]] = [[] for _ in concepts]
    for number, document in enumerate(documents):
        text, family = normaliser.fold(document.text), normaliser.fold(document.family_label)
        for concept in dict.fromkeys(document.concepts):
            if concept in index:
                rows[index[concept]].append((number, _salience(labels[index[concept]], text, family)))
    starts = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)
    flat = [pair for row in rows for pair in row]
    return ConceptPostings(
        starts,
        np.array([document for document, _ in flat], dtype=np.int32),
        np.array([salience for _, salience in flat], dtype=np.float32),
        [[index[other] for other in concept.broader if other in index] for concept in concepts],
        len(documents),
    )


def _salience(labels: Sequence[str], text: str, family_label: str) -> float:
    """Return 0.5 to 3: a concept that fills a short clause, or names its family, weighs more than one in passing."""
    covered = max((text.count(label) * len(label) for label in labels if label in text), default=0)
    share = min(1.0, covered / max(1, len(text)) / _FULL_SHARE)
    named = max((len(label) for label in labels if label and label in family_label), default=0)
    return 0.5 + share + _IN_FAMILY_LABEL * (named > 0) + named / max(1, len(family_label))
