"""The search index: built once from documents and concepts, stored, and asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, pairwise

import numpy as np
from numpy.typing import NDArray

from zhiyin.search.analysis import Analyser
from zhiyin.search.columns import Columns
from zhiyin.search.concepts import ConceptPostings
from zhiyin.search.confidence import confidence_of
from zhiyin.search.documents import SearchConcept, SearchDocument
from zhiyin.search.facets import FACETS, FacetCounter
from zhiyin.search.highlight import as_html
from zhiyin.search.latent import LatentSpace
from zhiyin.search.lexicon import Lexicon
from zhiyin.search.misprints import Misprints
from zhiyin.search.normalisation import Folded, Normaliser
from zhiyin.search.postings import Postings
from zhiyin.search.ranking import Ranker, Ranking
from zhiyin.search.reasons import Asked, Explainer
from zhiyin.search.request import SearchRequest, check_query
from zhiyin.search.result import FacetValue, SearchHit, SearchResult, Suggestion
from zhiyin.search.suggestion import Suggester
from zhiyin.search.tokenisation import Tokeniser, runs
from zhiyin.search.vocabulary import Vocabulary
from zhiyin.search.weights import DEFAULT_WEIGHTS, Weights

Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Parts:
    """Everything an index is made of and stores; ``documents`` stand family by family, tiers ascending."""

    documents: tuple[SearchDocument, ...]
    concepts: tuple[SearchConcept, ...]
    postings: Postings
    concept_postings: ConceptPostings
    latent: LatentSpace
    lexicon: Lexicon
    misprints: Misprints
    normaliser: Normaliser
    frequencies: dict[str, int]
    text_latin: tuple[str, ...]
    regional: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What every hit on one document shows alike; ``family`` counts the families in the order of the documents."""

    family: int
    subsection: str
    title: str
    also: tuple[str, ...]


class SearchIndex:
    """Answers questions over the requirements; all methods are pure and safe to call from several threads."""

    def __init__(self, parts: Parts, weights: Weights = DEFAULT_WEIGHTS) -> None:
        self.parts = parts
        self.documents = parts.documents
        self.concepts = parts.concepts
        normaliser = parts.normaliser
        self.columns = Columns(parts.documents, normaliser)
        titles = [*self.columns.values["section"], *self.columns.values["subsection"]]
        chapters = {d.number.partition(".")[0]: d.tier for d in sorted(parts.documents, key=lambda d: d.tier)}
        self._tiers = sorted(chapters.values())
        preferred = [concept.preferred() for concept in parts.concepts]
        vocabulary = Vocabulary(
            parts.postings.units,
            parts.text_latin,
            self.columns.numbers,
            titles,
            preferred,
            parts.regional,
            normaliser,
            chapters,
        )
        self.analyser = Analyser(
            normaliser, Tokeniser(parts.frequencies), parts.lexicon, parts.misprints, vocabulary, weights
        )
        self._folded = lru_cache(maxsize=4096)(self._fold)
        self.ranker = Ranker(
            parts.postings,
            self.columns,
            parts.concept_postings,
            parts.latent,
            vocabulary,
            weights,
            lambda position: self._folded(parts.documents[position].text).text,
        )
        self.facets = FacetCounter(self.columns, parts.concept_postings, parts.concepts)
        self.suggester = Suggester(parts.documents, parts.concepts, self.columns, parts.lexicon, normaliser)
        self._bounds = [*self.columns.family_starts.tolist(), len(parts.documents)]
        self._shown = self._rows_of_families()
        self._explainer = Explainer(parts.concepts, normaliser)
        self._concept_index = {concept.id: i for i, concept in enumerate(parts.concepts)}
        self._mentioned = [
            frozenset(self._concept_index[c] for c in document.concepts if c in self._concept_index)
            for document in parts.documents
        ]

    def _rows_of_families(self) -> tuple[_Shown, ...]:
        shown = []
        for family, (first, last) in enumerate(pairwise(self._bounds)):
            numbers = [document.number for document in self.documents[first:last]]
            for document in self.documents[first:last]:
                also = tuple(number for number in numbers if number != document.number)
                title = f"{document.section} · {document.subsection}"
                shown.append(_Shown(family, document.subsection_number, title, also))
        return tuple(shown)

    def search(self, request: SearchRequest) -> SearchResult:
        """Return the page of hits that ``request`` asks for, with facets over the whole answer.

        BadParameter for an empty or over-long question and for filter values that do not exist; any other string
        is a question, none of it is syntax.
        """
        request = request.validated(self._tiers)
        analysis = self.analyser.analyse(request.query)
        ranking = self.ranker.rank(analysis)
        filters = self._filters(request)
        mask = ranking.matched.copy()
        for allowed in filters.values():
            mask &= allowed
        collapse = request.collapse == "family"
        rows, total = self._rows(ranking, mask, collapse, request.offset + request.limit)
        page = rows[request.offset : request.offset + request.limit]
        asked = self._explainer.asked(analysis, ranking)
        hits = tuple(self._hit(int(position), asked, ranking, mask, collapse) for position in page)
        return SearchResult(
            query=request.query,
            total=total,
            hits=hits,
            facets=self._facets(ranking, filters, collapse),
            did_you_mean=() if filters or (total and not ranking.loose) else self.suggester.did_you_mean(request.query),
            offset=request.offset,
            limit=request.limit,
            collapse=request.collapse,
            confidence=str(confidence_of(analysis, ranking, self.analyser.vocabulary)),
            loose=ranking.loose,
        )

    def scored(self, query: str, limit: int = 100) -> list[tuple[str, float]]:
        """Return clause numbers with their scores, best first, every clause for itself; [] for an unanswerable question.

        What a SPARQL engine calls: the scores are those of :meth:`search` with ``collapse=none``.
        """
        if limit <= 0 or not any(c.isalnum() for c in query):
            return []
        check_query(query)
        ranking = self.ranker.rank(self.analyser.analyse(query))
        rows, _ = self._rows(ranking, ranking.matched, False, limit)
        return [(self.columns.numbers[i], float(ranking.scores[i])) for i in rows[:limit]]

    def holding(self, query: str) -> set[str]:
        """Return the numbers of the clauses that surely answer ``query``: all that hold it verbatim are among them.

        The guarantee of search: whatever the ranking, the structure read or the cut, these are in the answer.
        """
        mask = self.ranker.literal(self.analyser.verbatim(query))
        return {self.columns.numbers[i] for i in np.flatnonzero(mask)}

    def corrected(self, folded: str) -> str:
        """Return folded text with the words set right that are one like-sounding or like-looking character off.

        Only where a single word can be meant: what may be several stays as it was typed.
        """
        parts = self.parts
        text = list(folded)
        for run in runs(folded):
            if not run.is_han:
                continue
            meant: dict[tuple[int, int], list[str]] = {}
            for word, start, end in parts.misprints.find(run, self.analyser.vocabulary.has_pair):
                meant.setdefault((start, end), []).append(word)
            for (start, end), words in meant.items():
                if len(words) == 1:
                    text[start:end] = words[0]
        return "".join(text)

    def suggest(self, prefix: str, limit: int = 10) -> list[Suggestion]:
        """Return completions of what was typed so far; [] where there is none."""
        return self.suggester.suggest(prefix, limit)

    def explain(self, query: str, limit: int = 10) -> dict[str, object]:
        """Return how ``query`` is read (structure, units, labels, concepts) and the scores of its first clauses."""
        check_query(query)
        analysis = self.analyser.analyse(query)
        ranking = self.ranker.rank(analysis)
        structure = analysis.structure
        return {
            "query": query,
            "folded": analysis.folded,
            "topic": analysis.topic,
            "pieces": [piece.text for piece in analysis.pieces],
            "structure": {
                "numbers": list(structure.numbers),
                "tiers": sorted(structure.tiers),
                "obligations": sorted(structure.obligations),
                "marks": sorted(structure.marks),
                "changes": sorted(structure.changes),
                "title": structure.title,
                "read": [{"term": term, "as": read} for term, read in structure.terms],
            },
            "tokens": [
                {"unit": unit.unit[1:], "type": unit.unit[0], "weight": round(unit.weight, 4), "kind": str(unit.how)}
                for unit in analysis.units
            ],
            "expansions": [
                {
                    "term": hit.term,
                    "concept": self.concepts[hit.concept].id,
                    "label": self.concepts[hit.concept].preferred(),
                    "kind": str(hit.kind),
                    "weight": round(hit.weight, 4),
                }
                for hit in ranking.concept_hits
            ],
            "scores": [
                {"number": number, "score": score, "covered": round(float(ranking.covered[position]), 4)}
                for number, score in self.scored(query, limit)
                if (position := self.columns.position(number)) is not None
            ],
        }

    def _filters(self, request: SearchRequest) -> dict[str, Mask]:
        """Return one mask for each filter that is set."""
        filters: dict[str, Mask] = {}
        if request.tier:
            filters["tier"] = np.isin(self.columns.tier, request.tier)
        for name in ("obligation", "mark", "change"):
            wanted = getattr(request, name)
            if wanted:
                filters[name] = self.columns.having(name, wanted)
        if request.section:
            masks = [self._section(section) for section in request.section]
            filters["section"] = np.logical_or.reduce(masks)
        if request.concept:
            mask = np.zeros(len(self.documents), dtype=np.bool_)
            for concept in request.concept:
                if concept in self._concept_index:
                    mask[self.parts.concept_postings.row(self._concept_index[concept])[0]] = True
            filters["concept"] = mask
        return filters

    def _section(self, section: str) -> Mask:
        if section[:1].isdigit():
            return self.columns.under(section.rstrip("."))
        return self.columns.titled(self.parts.normaliser.fold(section).strip())

    def _rows(self, ranking: Ranking, mask: Mask, collapse: bool, wanted: int) -> tuple[Positions, int]:
        """Return at least the first ``wanted`` positions in order, and how many rows there are.

        Collapsed, a family stands where its best clause does and is shown by its representative.
        """
        columns = self.columns
        if not collapse:
            candidates = np.flatnonzero(mask)
            return _first(candidates, ranking.scores[candidates], columns.rank[candidates], wanted), len(candidates)
        if not mask.any():
            return np.empty(0, dtype=np.int64), 0
        starts = columns.family_starts
        best = np.maximum.reduceat(np.where(mask, ranking.scores, -1.0), starts)
        highest = np.maximum.reduceat(np.where(mask, columns.rank, -1), starts)
        families = np.flatnonzero(highest >= 0)
        ordered = _first(families, best[families], highest[families], wanted)
        # A clause that says most of what was asked shows its family: of several, the highest tier's.
        said = np.where(mask, np.round(ranking.covered, 3) * 8 + columns.tier / 4, -1.0)
        bounds = self._bounds
        shown = [bounds[f] + int(said[bounds[f] : bounds[f + 1]].argmax()) for f in ordered[:wanted].tolist()]
        return np.array(shown, dtype=np.int64), len(families)

    def _hit(self, position: int, asked: Asked, ranking: Ranking, mask: Mask, collapse: bool) -> SearchHit:
        document, shown = self.documents[position], self._shown[position]
        score = float(ranking.scores[position])
        if collapse:
            within = slice(self._bounds[shown.family], self._bounds[shown.family + 1])
            score = max(compress(ranking.scores[within].tolist(), mask[within].tolist()))
        explained = self._explainer.explain(
            asked, ranking, document, self._folded(document.text), self._mentioned[position]
        )
        return SearchHit(
            number=document.number,
            tier=document.tier,
            section=shown.subsection,
            section_title=shown.title,
            obligation=document.obligation,
            mark=document.mark,
            change=document.change,
            text=document.text,
            highlight=as_html(document.text, explained.spans),
            spans=explained.spans,
            score=score,
            why=explained.why,
            family=document.family,
            family_label=document.family_label,
            also=shown.also,
        )

    def _fold(self, text: str) -> Folded:
        folded = self.parts.normaliser.fold(text)
        # Folding never drops a character, so equal lengths mean that every one stayed in its place.
        if len(folded) == len(text):
            return Folded(folded, tuple(range(len(text))))
        return self.parts.normaliser.fold_with_offsets(text)

    def _facets(self, ranking: Ranking, filters: dict[str, Mask], collapse: bool) -> dict[str, tuple[FacetValue, ...]]:
        """Return every facet counted under all filters but its own, so that its other values stay open."""
        facets = {}
        for name in FACETS:
            mask = ranking.matched
            for other, allowed in filters.items():
                if other != name:
                    mask = mask & allowed
            facets[name] = self.facets.count(name, mask, collapse)
        return facets


def _first(candidates: Positions, scores: NDArray[np.float64], ranks: Positions, wanted: int) -> Positions:
    """Return the first ``wanted`` candidates or more by falling score, ties by the order of the text."""
    if 0 < wanted < len(candidates) // 4:
        threshold = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
        kept = scores >= threshold
        candidates, scores, ranks = candidates[kept], scores[kept], ranks[kept]
    return candidates[np.lexsort((ranks, -scores))].astype(np.int64)
