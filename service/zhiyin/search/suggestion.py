"""Completes what one types (terms, clause numbers, headings) and says what may have been meant where nothing is found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from zhiyin.search.columns import Columns
from zhiyin.search.documents import SearchConcept, SearchDocument
from zhiyin.search.lexicon import Lexicon, join_scripts
from zhiyin.search.normalisation import Normaliser, is_han, visible
from zhiyin.search.result import Suggestion

_MOST: Final = 50
_TERM, _CLAUSE, _HEADING = "术语", "条款", "标题"
_ALIKE: Final = 55.0


class Suggester:
    """Completes against one index's labels, numbers and headings."""

    def __init__(
        self,
        documents: tuple[SearchDocument, ...],
        concepts: tuple[SearchConcept, ...],
        columns: Columns,
        lexicon: Lexicon,
        normaliser: Normaliser,
    ) -> None:
        self.documents = documents
        self.concepts = concepts
        self.columns = columns
        self.lexicon = lexicon
        self.normaliser = normaliser
        self._headings = _headings(documents, columns)
        self._below: dict[str, set[int]] = {}
        for document in documents:
            parts = document.number.split(".")
            for depth, part in enumerate(parts):
                self._below.setdefault(".".join(parts[:depth]), set()).add(int(part))

    def suggest(self, prefix: str, limit: int = 10) -> list[Suggestion]:
        """Return up to ``limit`` completions of ``prefix``: what starts so first, then what holds it; [] for none."""
        folded = join_scripts(self.normaliser.fold(visible(prefix))).strip()
        limit = max(0, min(limit, _MOST))
        if not any(c.isalnum() for c in folded) or len(folded) > 64 or not limit:
            return []
        found: dict[tuple[str, str], Suggestion] = {}
        for suggestion in self._all(folded, limit):
            found.setdefault((suggestion.kind, suggestion.value), suggestion)
            if len(found) >= limit:
                break
        return list(found.values())

    def _all(self, folded: str, limit: int) -> Iterable[Suggestion]:
        if folded[0].isdigit():
            yield from self._numbers(folded, limit)
        starting, holding = [], []
        for entry in self.lexicon.entries:
            at = entry.folded.find(folded)
            if at == 0:
                starting.append((entry.kind, len(entry.folded), entry.folded, entry))
            elif at > 0:
                holding.append((entry.kind, len(entry.folded), entry.folded, entry))
        for *_, entry in sorted(starting, key=lambda row: row[:3]):
            yield self._suggestion(entry.concept, entry.original)
        for *_, entry in sorted(holding, key=lambda row: row[:3]):
            yield self._suggestion(entry.concept, entry.original)
        if not any(map(is_han, folded)):
            letters = "".join(c for c in folded if c.isalnum())
            for index in self.lexicon.pinyin.starting_with(letters, limit):
                entry = self.lexicon.entries[index]
                yield self._suggestion(entry.concept, entry.original)

    def _numbers(self, folded: str, limit: int) -> Iterable[Suggestion]:
        for number, title in self._headings:
            if number.startswith(folded):
                yield Suggestion(_HEADING, number, f"{number} {title}")
        given = 0
        for position in self.columns.order:
            document = self.documents[int(position)]
            if document.number.startswith(folded):
                yield Suggestion(_CLAUSE, document.number, document.text)
                given += 1
                if given >= limit:
                    return

    def _suggestion(self, concept: int, label: str) -> Suggestion:
        if concept < 0:
            return Suggestion(_HEADING, label, label)
        preferred = self.concepts[concept].preferred()
        return Suggestion(_TERM, preferred, preferred, None if label == preferred else label)

    def did_you_mean(self, query: str) -> tuple[str, ...]:
        """Return up to three terms, headings or numbers near a question that found nothing."""
        folded = join_scripts(self.normaliser.fold(visible(query))).strip()
        if not folded or len(folded) > 64:
            return ()
        if near := self._near_numbers(folded):
            return near
        from rapidfuzz import fuzz, process

        if any(map(is_han, folded)):
            choices = {entry.folded: entry.original for entry in self.lexicon.entries}
        else:
            choices = {key: self._spoken(indices) for key, indices in self.lexicon.pinyin.full.items()}
            choices.update({e.folded: e.original for e in self.lexicon.entries if not any(map(is_han, e.folded))})
        best = process.extract(folded, sorted(choices), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=8)
        return tuple(dict.fromkeys(choices[key] for key, _, _ in best))[:3]

    def _spoken(self, indices: list[int]) -> str:
        return self.lexicon.entries[indices[0]].original

    def _near_numbers(self, folded: str) -> tuple[str, ...]:
        """Return the clause nearest to an unknown number, and the section of it that the number did name."""
        number = folded.removeprefix("第").removesuffix("条").rstrip(".")
        if not number.replace(".", "").isdecimal() or "." not in number:
            return ()
        near, shared = "", ""
        for part in filter(None, number.split(".")):
            children = self._below.get(near)
            if not children:
                break
            child = min(children, key=lambda known: (abs(known - int(part)), known))
            exact = child == int(part) and near == shared
            near = f"{near}.{child}".lstrip(".")
            shared = near if exact else shared
        return tuple(dict.fromkeys(known for known in (near, shared) if "." in known))


def _headings(documents: tuple[SearchDocument, ...], columns: Columns) -> list[tuple[str, str]]:
    """Return the section and subsection numbers with their titles, in the order of the text."""
    headings: dict[str, str] = {}
    for position in columns.order:
        document = documents[int(position)]
        subsection = document.subsection_number
        headings.setdefault(subsection.rpartition(".")[0], document.section)
        headings.setdefault(subsection, document.subsection)
    return list(headings.items())
