"""The numbers that ranking turns on, tuned on the dev half of the judged questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from zhiyin.search.documents import LabelKind
from zhiyin.search.result import ReasonKind


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence counts."""

    word: float = 1.0
    pair: float = 0.35
    single: float = 0.3
    latin: float = 1.5
    latin_part: float = 0.15
    quantity: float = 1.0
    comparator: float = 0.1
    concept: float = 0.45
    preferred: float = 0.6
    alternative: float = 1.0
    hidden: float = 0.9
    everyday: float = 0.45
    broader: float = 0.3
    narrower: float = 0.3
    typo: float = 0.7
    pinyin: float = 0.95
    expansion: float = 0.5
    coordination: float = 0.45
    together: float = 0.3
    enough: float = 2.0
    loose: float = 0.5
    light: float = 0.6
    latent: float = 0.3
    title: float = 3.0
    titled: float = 1.0
    cut: float = 0.07
    nested: float = 0.5

    def of_kind(self, kind: LabelKind) -> float:
        """Return what a concept met through a label of ``kind`` counts."""
        return (self.preferred, self.alternative, self.hidden, self.everyday)[kind]

    def of_way(self, how: ReasonKind) -> float:
        """Return the discount of a label met other than as written."""
        return {ReasonKind.PINYIN: self.pinyin, ReasonKind.TYPO: self.typo}.get(how, 1.0)


DEFAULT_WEIGHTS: Final = Weights()
