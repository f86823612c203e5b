"""Builds an index out of documents and concepts: folds, learns words, counts, keys the labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from zhiyin import resources
from zhiyin.model import number_key
from zhiyin.search.concepts import build_concept_postings
from zhiyin.search.documents import LabelKind, SearchConcept, SearchDocument
from zhiyin.search.index import Parts
from zhiyin.search.latent import build_latent_space
from zhiyin.search.lexicon import Entry, Lexicon, fold_label, make_entries
from zhiyin.search.misprints import Misprints, make_misprints
from zhiyin.search.normalisation import Normaliser, is_han, regional_words
from zhiyin.search.pinyin import make_keys
from zhiyin.search.postings import build_postings
from zhiyin.search.tokenisation import (
    LATIN,
    LargeDictionary,
    Tokeniser,
    large_dictionary,
    learn_words,
    without_courtesy,
)


def build_parts(documents: tuple[SearchDocument, ...], concepts: tuple[SearchConcept, ...]) -> Parts:
    """Return what an index stores, the documents put in family order."""
    documents = tuple(sorted(documents, key=lambda d: (d.family, d.tier, number_key(d.number))))
    concepts = tuple(sorted(concepts, key=lambda concept: concept.id))
    normaliser = Normaliser.from_opencc()
    large = large_dictionary(resources.cache_folder())
    frequencies = _dictionary(documents, concepts, normaliser, large)
    tokeniser = Tokeniser(frequencies)
    headings = {title for document in documents for title in (document.section, document.subsection)}
    entries = make_entries(concepts, headings, normaliser)
    words = _words(documents, tokeniser, normaliser)
    texts = [tokeniser.units(normaliser.fold(document.text)) for document in documents]
    postings = build_postings(_fields(documents, concepts, texts, tokeniser, normaliser))
    return Parts(
        documents=documents,
        concepts=concepts,
        postings=postings,
        latent=build_latent_space(documents, postings),
        concept_postings=build_concept_postings(documents, concepts, normaliser),
        lexicon=Lexicon(entries, make_keys([entry.folded for entry in entries]), words, make_keys(words)),
        misprints=_misprints(documents, entries, tokeniser, normaliser, large.FREQ),
        normaliser=normaliser,
        frequencies=frequencies,
        text_latin=tuple(sorted({unit[1:] for units in texts for unit in units if unit[0] == LATIN})),
        regional=regional_words((w for w, f in frequencies.items() if f and len(w) > 1), normaliser),
    )


def _words(documents: Sequence[SearchDocument], tokeniser: Tokeniser, normaliser: Normaliser) -> tuple[str, ...]:
    """Return the words of the text, of two characters or more."""
    found: set[str] = set()
    for text in dict.fromkeys(normaliser.fold(document.text) for document in documents):
        found.update(word for word in tokeniser.all_words(text) if len(word) > 1 and all(map(is_han, word)))
    return tuple(sorted(found))


def _misprints(
    documents: Sequence[SearchDocument],
    entries: Sequence[Entry],
    tokeniser: Tokeniser,
    normaliser: Normaliser,
    language: dict[str, int],
) -> Misprints:
    words = {entry.folded for entry in entries if entry.kind is not LabelKind.EVERYDAY}
    for text in dict.fromkeys(normaliser.fold(document.text) for document in documents):
        words.update(tokeniser.all_words(text))
    return make_misprints(words, language)


def _dictionary(
    documents: Sequence[SearchDocument],
    concepts: Sequence[SearchConcept],
    normaliser: Normaliser,
    large: LargeDictionary,
) -> dict[str, int]:
    texts = dict.fromkeys(
        normaliser.fold(text)
        for document in documents
        for text in (document.text, document.family_label, *document.everyday)
    )
    headings = (title for document in documents for title in (document.section, document.subsection))
    labels = (label.text for concept in concepts for label in concept.labels)
    everyday = (phrase for document in documents for phrase in document.everyday)
    folded = dict.fromkeys(normaliser.fold(label) for source in (headings, labels, everyday) for label in source)
    return learn_words(texts, (without_courtesy(label) for label in folded), large)


def _fields(
    documents: Sequence[SearchDocument],
    concepts: Sequence[SearchConcept],
    texts: Sequence[Counter[str]],
    tokeniser: Tokeniser,
    normaliser: Normaliser,
) -> list[dict[str, Counter[str]]]:
    synonyms = {concept.id: _label_units(concept, tokeniser, normaliser) for concept in concepts}
    by_family: dict[str, dict[str, Counter[str]]] = {}
    fields = []
    for document, text in zip(documents, texts, strict=True):
        if document.family not in by_family:
            label = f"{document.family_label} {document.family_label_en}"
            by_family[document.family] = {
                "label": tokeniser.units(normaliser.fold(label)),
                "everyday": _sum(
                    tokeniser.units(without_courtesy(normaliser.fold(phrase))) for phrase in document.everyday
                ),
            }
        mentioned = [synonyms[concept] for concept in dict.fromkeys(document.concepts) if concept in synonyms]
        fields.append(
            {
                "text": text,
                "heading": tokeniser.units(normaliser.fold(f"{document.section} {document.subsection}")),
                "synonyms": _sum(mentioned),
                **by_family[document.family],
            }
        )
    return fields


def _label_units(concept: SearchConcept, tokeniser: Tokeniser, normaliser: Normaliser) -> Counter[str]:
    """Return each unit of a concept's labels once: many labels for one thing do not make it weigh more."""
    units: set[str] = set()
    for label in concept.labels:
        if label.kind is LabelKind.PREFERRED and label.language == "zh":
            continue
        folded = fold_label(label.text, normaliser)
        units.update(tokeniser.units(folded))
        if not any(map(is_han, folded)):
            units.update(tokeniser.units(normaliser.fold(label.text)))
    return Counter(dict.fromkeys(units, 1))


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total
