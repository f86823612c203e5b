"""Turns the read model into what search indexes."""

from __future__ import annotations

from zhiyin.catalogue import Catalogue, ClauseView, ConceptView
from zhiyin.search.documents import Label, LabelKind, SearchConcept, SearchDocument


def documents_of(catalogue: Catalogue) -> tuple[SearchDocument, ...]:
    """Return one document a requirement, in the order of the text."""
    return tuple(_document(catalogue, clause) for clause in catalogue.clauses.values())


def concepts_of(catalogue: Catalogue) -> tuple[SearchConcept, ...]:
    """Return the scheme's concepts with all their labels."""
    return tuple(_concept(concept) for concept in catalogue.concepts.values())


def _document(catalogue: Catalogue, clause: ClauseView) -> SearchDocument:
    family = catalogue.families[clause.family]
    section = catalogue.sections[clause.section.rpartition(".")[0]]
    return SearchDocument(
        number=clause.number,
        tier=clause.tier,
        section=section.title.zh,
        subsection=clause.section_title.zh,
        obligation=str(clause.obligation),
        mark=str(clause.mark),
        text=clause.text,
        change=str(clause.change) if clause.change else None,
        family=clause.family,
        family_label=family.label.zh,
        family_label_en=family.label.en,
        everyday=tuple(sorted(family.everyday)),
        concepts=tuple(concept.id for concept in clause.concepts),
    )


def _concept(concept: ConceptView) -> SearchConcept:
    labels = [Label(concept.label.zh, LabelKind.PREFERRED)]
    if concept.label.en:
        labels.append(Label(concept.label.en, LabelKind.PREFERRED, "en"))
    labels += [Label(text, LabelKind.ALTERNATIVE) for text in concept.alternatives]
    labels += [Label(text, LabelKind.ALTERNATIVE, "en") for text in concept.english]
    labels += [Label(text, LabelKind.HIDDEN, _language(text)) for text in concept.hidden]
    labels += [Label(text, LabelKind.EVERYDAY) for text in concept.everyday]
    return SearchConcept(concept.id, tuple(labels), concept.broader, concept.related)


def _language(text: str) -> str:
    return "en" if text.isascii() else "zh"
