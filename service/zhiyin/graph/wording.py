"""Finds in a clause's words the concepts it mentions and the thresholds it states."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from rdflib import RDF, SKOS, Graph, Literal, URIRef

from zhiyin.graph.nodes import ZY

_LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
_WORD = "a-z0-9"


@dataclass(frozen=True, slots=True)
class Wording:
    """What the hand-written graph lets us look for: names of concepts, phrases of thresholds."""

    names: tuple[tuple[re.Pattern[str], URIRef], ...]
    phrases: dict[URIRef, tuple[tuple[str, URIRef], ...]]

    def mentions(self, text: str) -> list[URIRef]:
        """Return the concepts named in ``text``, sorted; a longer name never hides one nested in it."""
        folded = unicodedata.normalize("NFKC", text).casefold()
        return sorted({concept for pattern, concept in self.names if pattern.search(folded)})

    def thresholds(self, text: str, family: URIRef) -> list[URIRef]:
        """Return the thresholds of ``family`` whose phrase stands in ``text``, white space aside, sorted."""
        packed = "".join(text.split())
        return sorted({threshold for phrase, threshold in self.phrases.get(family, ()) if stands_in(phrase, packed)})


def read_wording(graph: Graph) -> Wording:
    """Return the names of all concepts and the phrases of all thresholds in ``graph``."""
    names = {
        (str(label), concept)
        for predicate in _LABELS
        for concept, label in graph.subject_objects(predicate)
        if isinstance(concept, URIRef) and (concept, RDF.type, ZY.Concept) in graph
    }
    phrases: defaultdict[URIRef, set[tuple[str, URIRef]]] = defaultdict(set)
    for threshold, phrase in graph.subject_objects(ZY.phrase):
        for family in graph.objects(threshold, ZY.thresholdFamily):
            if isinstance(threshold, URIRef) and isinstance(family, URIRef) and isinstance(phrase, Literal):
                phrases[family].add(("".join(str(phrase).split()), threshold))
    return Wording(
        tuple((name_pattern(name), concept) for name, concept in sorted(names)),
        {family: tuple(sorted(found)) for family, found in phrases.items()},
    )


def name_pattern(name: str) -> re.Pattern[str]:
    """Return what finds ``name`` in NFKC-normalised, case-folded text, white space aside.

    A Latin letter or a figure at either end must be the word's end: IT does not stand in WAIT, nor 8人 in 18人.
    """
    folded = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    body = r"\s*".join(map(re.escape, folded))
    start = rf"(?<![{_WORD}])" if re.match(f"[{_WORD}]", folded) else ""
    end = rf"(?![{_WORD}])" if re.search(f"[{_WORD}]$", folded) else ""
    return re.compile(start + body + end)


def stands_in(phrase: str, packed: str) -> bool:
    """Tell whether ``phrase`` stands in ``packed``, no figure at its ends being part of a longer one."""
    if not phrase:
        return False
    start = r"(?<![0-9.])" if phrase[0].isdigit() else ""
    end = r"(?![0-9])" if phrase[-1].isdigit() else ""
    return re.search(start + re.escape(phrase) + end, packed) is not None
