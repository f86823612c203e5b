"""Says why one clause answers a question, and where in its text that shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from zhiyin.search.analysis import Analysis
from zhiyin.search.documents import LabelKind, SearchConcept, SearchDocument
from zhiyin.search.highlight import Span, fragments, occurrences, on_original
from zhiyin.search.lexicon import LabelMatch, fold_label
from zhiyin.search.normalisation import Folded, Normaliser
from zhiyin.search.numerals import Quantity, read_quantities
from zhiyin.search.ranking import ConceptHit, Ranking
from zhiyin.search.result import Reason, ReasonKind
from zhiyin.search.tokenisation import LATIN, QUANTITY, SINGLE, Run, runs, without_courtesy

_MOST_REASONS: Final = 6


@dataclass(frozen=True, slots=True)
class Explained:
    """The reasons for one hit and the ranges of its original text that they rest on."""

    why: tuple[Reason, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its hits are explained: what is the same for each of them, read once."""

    analysis: Analysis
    pairs: tuple[str, ...]
    pairs_of: dict[int, frozenset[str]]
    quantities: dict[str, str]
    others: tuple[LabelMatch, ...]
    structured: bool


@dataclass(frozen=True, slots=True)
class _Headings:
    """What stands above a clause, folded, and the pairs of characters in it."""

    text: str
    pairs: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Wordings:
    """A family's everyday wordings, folded and as written, and which of them hold a pair or a Latin word."""

    phrases: list[tuple[str, str]]
    holding: dict[str, list[int]]


class Explainer:
    """Explains hits of one index."""

    def __init__(self, concepts: tuple[SearchConcept, ...], normaliser: Normaliser) -> None:
        self.normaliser = normaliser
        self._concepts = concepts
        self._labels = [_han_labels(concept, normaliser) for concept in concepts]
        self._preferred = [concept.preferred() for concept in concepts]
        self._everyday: dict[str, _Wordings] = {}
        self._spoken: dict[int, list[tuple[str, str]]] = {}
        self._headings: dict[tuple[str, str, str], _Headings] = {}

    def asked(self, analysis: Analysis, ranking: Ranking) -> Asked:
        """Return what explaining any hit of this answer needs to know of the question."""
        wanted = {unit.unit[1:] for unit in analysis.units if unit.unit[0] == QUANTITY}
        quantities = {
            quantity.token: _wording(quantity, analysis.topic)
            for quantity in (read_quantities(analysis.topic) if wanted else ())
            if quantity.token in wanted
        }
        return Asked(
            analysis=analysis,
            pairs=tuple(_pairs(analysis.topic_runs)),
            pairs_of={run.start: frozenset(_pairs([run])) for run in analysis.topic_runs},
            quantities=quantities,
            others=tuple(match for match in analysis.labels if match.how is not ReasonKind.SYNONYM),
            structured=ranking.structured or analysis.structure.title is not None,
        )

    def explain(
        self,
        asked: Asked,
        ranking: Ranking,
        document: SearchDocument,
        folded: Folded,
        mentioned: frozenset[int],
    ) -> Explained:
        """Return why ``document`` answers; ``mentioned`` holds the indices of its concepts."""
        analysis = asked.analysis
        why: dict[Reason, None] = {}
        spans: list[Span] = []
        headings = self._headings_of(document)
        for run in analysis.topic_runs:
            parts = _parts(run, folded.text)
            for part in parts:
                spans += occurrences(part, folded.text)
                why.setdefault(self._literal(analysis, part, document, folded))
            if run.is_han and len(run.text) > 1 and asked.pairs_of[run.start].isdisjoint(headings.pairs):
                continue
            for part in _parts(run, headings.text):
                if not any(part in met for met in parts):
                    why.setdefault(Reason(ReasonKind.HEADING, part, _heading(part, document, self.normaliser)))
        if asked.quantities:
            self._quantities(asked.quantities, folded.text, why, spans)
        for there, here in analysis.regional:
            if here in folded.text:
                why.setdefault(Reason(ReasonKind.VARIANT, there, here))
        for hit in ranking.concept_hits:
            if hit.concept in mentioned:
                self._concept(hit, document, folded, why, spans)
        for match in asked.others:
            for part in fragments(match.entry.folded, folded.text):
                found = occurrences(part, folded.text)
                spans += found
                start, end = folded.span(*found[0])
                why.setdefault(Reason(match.how, match.term, document.text[start:end]))
        if everyday := self._said(asked, document, folded.text):
            why.setdefault(everyday)
        if asked.structured:
            for term, read in analysis.structure.terms:
                why.setdefault(Reason(ReasonKind.STRUCTURE, term, read))
            if analysis.structure.title is not None and not analysis.structure.terms:
                self._title(analysis.structure.title, document, why)
        if not why:
            self._last_resort(analysis, folded.text, document, mentioned, why, spans)
        return Explained(tuple(why)[:_MOST_REASONS], on_original(folded, spans))

    def _literal(self, analysis: Analysis, part: str, document: SearchDocument, folded: Folded) -> Reason:
        """Return the reason for a part met word for word, as variant where the question spells it otherwise."""
        at = folded.text.find(part)
        start, end = folded.span(at, at + len(part))
        matched = document.text[start:end]
        if part in analysis.query or matched in analysis.query:
            return Reason(ReasonKind.LITERAL, matched, matched)
        written = self.normaliser.fold_with_offsets(analysis.query)
        position = written.text.find(part)
        if position < 0:
            return Reason(ReasonKind.LITERAL, part, matched)
        first, last = written.span(position, position + len(part))
        term = analysis.query[first:last]
        kind = ReasonKind.LITERAL if term.lower() == matched.lower() else ReasonKind.VARIANT
        return Reason(kind, term, matched)

    def _headings_of(self, document: SearchDocument) -> _Headings:
        key = (document.section, document.subsection, document.family_label)
        known = self._headings.get(key)
        if known is None:
            text = self.normaliser.fold(" ".join(key))
            known = self._headings[key] = _Headings(text, frozenset(_pairs(runs(text))))
        return known

    def _quantities(self, wanted: dict[str, str], text: str, why: dict[Reason, None], spans: list[Span]) -> None:
        for quantity in read_quantities(text):
            if quantity.token in wanted:
                spans.append((quantity.start, quantity.end))
                term, matched = wanted[quantity.token], _wording(quantity, text)
                if term != matched:
                    why.setdefault(Reason(ReasonKind.QUANTITY, term, matched))

    def _concept(
        self,
        hit: ConceptHit,
        document: SearchDocument,
        folded: Folded,
        why: dict[Reason, None],
        spans: list[Span],
    ) -> None:
        standing = next((label for label in self._labels[hit.concept] if label in folded.text), None)
        kind = self._kind(hit)
        if standing is None:
            if hit.kind is not ReasonKind.SYNONYM:
                why.setdefault(Reason(kind, hit.term, self._preferred[hit.concept]))
            return
        if standing == hit.term:
            return
        found = occurrences(standing, folded.text)
        spans += found
        if hit.term not in folded.text:
            start, end = folded.span(*found[0])
            why.setdefault(Reason(kind, hit.term, document.text[start:end]))

    def _kind(self, hit: ConceptHit) -> ReasonKind:
        """Return the kind of reason a concept gives: a synonym is another name of it, what people say beside is related."""
        if hit.kind is not ReasonKind.SYNONYM:
            return hit.kind
        named = fold_label(hit.term, self.normaliser) in self._labels[hit.concept]
        return ReasonKind.SYNONYM if named else ReasonKind.RELATED

    def _said(self, asked: Asked, document: SearchDocument, text: str) -> Reason | None:
        """Return the family's everyday wording that says most of what the question says beyond the clause's words."""
        wordings = self._everyday_of(document)
        holding = wordings.holding
        met = [holding[part] for part in asked.pairs if part in holding and part not in text]
        if not met:
            return None
        shared = Counter(chain.from_iterable(met))
        most = max(shared.values())
        folded, original = wordings.phrases[min(i for i, count in shared.items() if count == most)]
        parts = [part for run in asked.analysis.topic_runs for part in _parts(run, folded)]
        return Reason(ReasonKind.EVERYDAY, max(parts, key=len), original)

    def _everyday_of(self, document: SearchDocument) -> _Wordings:
        known = self._everyday.get(document.family)
        if known is None:
            phrases = [(without_courtesy(self.normaliser.fold(phrase)), phrase) for phrase in document.everyday]
            holding: dict[str, list[int]] = {}
            for index, (folded, _) in enumerate(phrases):
                for part in _pairs(runs(folded)):
                    holding.setdefault(part, []).append(index)
            known = _Wordings(phrases, holding)
            self._everyday[document.family] = known
        return known

    def _labels_of(self, concept: int) -> list[tuple[str, str]]:
        """Return the labels of a concept, each folded and as written."""
        known = self._spoken.get(concept)
        if known is None:
            labels = (label.text for label in self._concepts[concept].labels)
            known = self._spoken[concept] = [(self.normaliser.fold(text), text) for text in labels]
        return known

    def _title(self, title: str, document: SearchDocument, why: dict[Reason, None]) -> None:
        for heading in (document.section, document.subsection):
            if fold_label(heading, self.normaliser) == title:
                why.setdefault(Reason(ReasonKind.STRUCTURE, title, heading))

    def _last_resort(
        self,
        analysis: Analysis,
        text: str,
        document: SearchDocument,
        mentioned: frozenset[int],
        why: dict[Reason, None],
        spans: list[Span],
    ) -> None:
        """Tell the single characters that met, in the text or in a wording of it, else the label."""
        asked = [u.unit[1:] for u in analysis.units if u.unit[0] in (SINGLE, LATIN)]
        characters = [character for character in asked if character in text]
        for character in characters:
            spans += occurrences(character, text)
            why.setdefault(Reason(ReasonKind.LITERAL, character, character))
        if not characters:
            for hit in analysis.labels[:1]:
                loose = hit.how is ReasonKind.SYNONYM and hit.entry.kind is LabelKind.EVERYDAY
                why.setdefault(Reason(ReasonKind.RELATED if loose else hit.how, hit.term, hit.entry.original))
        if not why:
            for character in asked:
                named = (pair for i in sorted(mentioned) for pair in self._labels_of(i))
                said = chain(self._everyday_of(document).phrases, named)
                if wording := next((original for text, original in said if character in text), None):
                    why.setdefault(Reason(ReasonKind.EVERYDAY, character, wording))
        if not why:
            for part in (part for run in runs(analysis.folded) for part in _parts(run, text)):
                spans += occurrences(part, text)
                why.setdefault(Reason(ReasonKind.LITERAL, part, part))
        if not why:
            why.setdefault(Reason(ReasonKind.HEADING, analysis.topic, document.family_label or document.subsection))


def _pairs(found: Iterable[Run]) -> dict[str, None]:
    """Return the pairs of the Han runs and the Latin runs whole, each once."""
    pairs: dict[str, None] = {}
    for run in found:
        if run.is_han:
            pairs.update(dict.fromkeys(run.text[i : i + 2] for i in range(len(run.text) - 1)))
        else:
            pairs[run.text] = None
    return pairs


def _parts(run: Run, text: str) -> list[str]:
    """Return what of a run stands in folded ``text``."""
    if run.is_han and len(run.text) > 1:
        return fragments(run.text, text)
    return [run.text] if run.text in text else []


def _wording(quantity: Quantity, text: str) -> str:
    return text[quantity.start : quantity.end]


def _heading(part: str, document: SearchDocument, normaliser: Normaliser) -> str:
    for heading in (document.subsection, document.section):
        if part in normaliser.fold(heading):
            return heading
    return document.family_label


def _han_labels(concept: SearchConcept, normaliser: Normaliser) -> list[str]:
    labels = [fold_label(label.text, normaliser) for label in concept.labels if label.kind is not LabelKind.EVERYDAY]
    return sorted({label for label in labels if len(label) > 1}, key=lambda label: (-len(label), label))
