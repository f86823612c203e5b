"""The documents' fields as arrays, for filters, counts and order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from zhiyin.model import number_key
from zhiyin.search.documents import SearchDocument
from zhiyin.search.lexicon import fold_label
from zhiyin.search.normalisation import Normaliser

Mask = NDArray[np.bool_]
_Test = Callable[[str], bool]

CATEGORIES: Final = ("obligation", "mark", "change", "section", "subsection", "family")


class Columns:
    """One array a field; documents stand in family order, so a family is a slice."""

    def __init__(self, documents: Sequence[SearchDocument], normaliser: Normaliser) -> None:
        self.tier = np.array([document.tier for document in documents], dtype=np.int32)
        self.numbers = tuple(document.number for document in documents)
        self.number_codes = np.arange(len(documents))
        self._code_of = {number: code for code, number in enumerate(self.numbers)}
        order = sorted(range(len(documents)), key=lambda i: number_key(self.numbers[i]))
        self.rank = np.empty(len(documents), dtype=np.int64)
        self.rank[order] = np.arange(len(documents))
        self.order = np.array(order, dtype=np.int64)
        self.values: dict[str, tuple[str, ...]] = {}
        self.codes: dict[str, NDArray[np.int32]] = {}
        for name in CATEGORIES:
            raw = [getattr(document, name) or "" for document in documents]
            # In the order of the text: sections and families appear as the guideline has them.
            values = tuple(dict.fromkeys(raw[i] for i in order))
            code = {value: index for index, value in enumerate(values)}
            self.values[name] = values
            self.codes[name] = np.array([code[value] for value in raw], dtype=np.int32)
        family = self.codes["family"]
        self.family_starts = (
            np.flatnonzero(np.concatenate(([True], family[1:] != family[:-1]))) if len(family) else family
        )
        self.family_of_start = family[self.family_starts]
        self._titles = {
            name: [fold_label(value, normaliser) for value in self.values[name]] for name in ("section", "subsection")
        }
        self._under: dict[str, Mask] = {}

    def codes_of(self, numbers: Collection[str]) -> list[int]:
        """Return the positions of the documents with these numbers, unknown ones left out."""
        return [self._code_of[number] for number in numbers if number in self._code_of]

    def position(self, number: str) -> int | None:
        """Return the position of the document ``number``."""
        return self._code_of.get(number)

    def under(self, prefix: str) -> Mask:
        """Return the documents whose number is ``prefix`` or stands below it (5.2 holds 5.2.1.1, not 5.21.1.1)."""
        return self._matching(prefix, lambda number: number == prefix or number.startswith(prefix + "."))

    def under_suffix(self, suffix: str) -> Mask:
        """Return the documents of any chapter whose number goes on with ``suffix`` (.2.1)."""
        return self._matching(
            "x" + suffix, lambda number: ("." + number.partition(".")[2] + ".").startswith(suffix + ".")
        )

    def having(self, name: str, wanted: Collection[str]) -> Mask:
        """Return the documents whose category ``name`` is one of ``wanted``."""
        codes = [code for code, value in enumerate(self.values[name]) if value in wanted]
        return np.isin(self.codes[name], codes)

    def titled(self, folded: str) -> Mask:
        """Return the documents that stand in the section or subsection with this folded title."""
        mask = np.zeros(len(self.tier), dtype=np.bool_)
        for name, titles in self._titles.items():
            codes = [code for code, title in enumerate(titles) if title == folded]
            if codes:
                mask |= np.isin(self.codes[name], codes)
        return mask

    def _matching(self, key: str, test: _Test) -> Mask:
        mask = self._under.get(key)
        if mask is None:
            mask = np.fromiter((test(number) for number in self.numbers), dtype=np.bool_, count=len(self.numbers))
            if len(self._under) < 256:
                self._under[key] = mask
        return mask
