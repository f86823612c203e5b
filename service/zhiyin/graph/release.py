"""The files of an ontology in, one ontology without imports out, for the tools of its field: every thing has a label of its own.

In the files a class and a property that points to it share a name, as forms and pages need it, sections of four tiers share
their heading, and a concept is named by skos:prefLabel. Tools list all by rdfs:label alone, where two of one name are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from zhiyin.namespaces import ZY, compact
from zhiyin.standards import OWL, RDFS, SKOS, TYPE
from zhiyin.turtle import triples as our_triples

_LABEL = ox.NamedNode(RDFS + "label")
_KINDS: Mapping[str, Mapping[str, str]] = {
    SKOS + "Concept": {"zh": "概念", "en": "concept"},
    OWL + "Class": {"zh": "类", "en": "class"},
    OWL + "ObjectProperty": {"zh": "对象属性", "en": "object property"},
    OWL + "DatatypeProperty": {"zh": "数据属性", "en": "data property"},
    OWL + "AnnotationProperty": {"zh": "注释属性", "en": "annotation property"},
}
"""What a thing is said to be where its label is not its own; of any other class, the label of that class."""

Labels = Mapping[ox.NamedNode, Mapping[str, str]]


def released(files: Iterable[Path], root: str) -> list[ox.Triple]:
    """Return what ``files`` state as the one ontology ``root``, in the order of the files.

    Raises OntologyError where a file cannot be parsed.
    """
    stated = dict.fromkeys(our_triples(files))
    ontology = ox.NamedNode(OWL + "Ontology")
    headers = {t.subject for t in stated if t.predicate.value == TYPE and t.object == ontology}
    dropped = headers - {ox.NamedNode(root)}
    kept = [t for t in stated if t.subject not in dropped and t.predicate.value != OWL + "imports"]
    labels = _own_labels(kept)
    rest = [t for t in kept if t.predicate != _LABEL or t.subject not in labels]
    return rest + [
        ox.Triple(thing, _LABEL, ox.Literal(text, language=language))
        for thing, said in labels.items()
        for language, text in said.items()
    ]


def _own_labels(triples: Sequence[ox.Triple]) -> Labels:
    """Return a label for each named thing and language that no other thing has."""
    named: dict[ox.NamedNode, dict[str, str]] = defaultdict(dict)
    kinds: dict[ox.NamedNode, list[str]] = defaultdict(list)
    numbers: dict[ox.NamedNode, str] = {}
    for triple in triples:
        thing, predicate, value = triple.subject, triple.predicate.value, triple.object
        if not isinstance(thing, ox.NamedNode):
            continue
        if predicate == TYPE and isinstance(value, ox.NamedNode):
            kinds[thing].append(value.value)
        elif isinstance(value, ox.Literal) and predicate in (RDFS + "label", SKOS + "prefLabel"):
            named[thing].setdefault(value.language or "", value.value)
        elif isinstance(value, ox.Literal) and predicate == str(ZY.number):
            numbers[thing] = value.value
    for thing, number in numbers.items():
        if str(ZY.Section) in kinds[thing]:
            named[thing] = {language: f"{number} {text}" for language, text in named[thing].items()}
    by_kind = {thing: dict(said) for thing, said in named.items()}
    for thing, language, text in _shared(named):
        kind = _kind(kinds[thing], language, named)
        by_kind[thing][language] = f"{text}（{kind}）" if language == "zh" else f"{text} ({kind})"
    whole = {thing: dict(said) for thing, said in by_kind.items()}
    for thing, language, text in _shared(by_kind):
        whole[thing][language] = f"{text} {compact(thing.value)}"
    return whole


def _shared(labels: Labels) -> list[tuple[ox.NamedNode, str, str]]:
    """Return the things, languages and texts of labels that more than one thing has."""
    holders: dict[tuple[str, str], list[ox.NamedNode]] = defaultdict(list)
    for thing, said in labels.items():
        for language, text in said.items():
            holders[language, text].append(thing)
    return [(thing, *key) for key, things in holders.items() if len(things) > 1 for thing in things]


def _kind(classes: Sequence[str], language: str, labels: Labels) -> str:
    for cls, said in _KINDS.items():
        if cls in classes:
            return said.get(language, said["en"])
    own = next((labels[ox.NamedNode(cls)] for cls in classes if ox.NamedNode(cls) in labels), {})
    return own.get(language) or own.get("en") or compact(classes[0]) if classes else ""
