"""Reads the built N-Quads into a small index of plain strings, from which the read model is made in a moment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph

from zhiyin.catalogue import Label
from zhiyin.standards import TYPE


@dataclass(frozen=True, slots=True)
class Text:
    """A literal: its characters and its language, empty where it has none."""

    value: str
    language: str


class Index:
    """Subject to predicate to values, asserted and inferred together; links are IRIs, literals are texts."""

    def __init__(self, nquads: bytes) -> None:
        self._links: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._sources: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._texts: defaultdict[str, defaultdict[str, list[Text]]] = defaultdict(lambda: defaultdict(list))
        self._instances: defaultdict[str, list[str]] = defaultdict(list)
        self.asserted = 0
        self.inferred = 0
        rdf_type = TYPE
        for quad in pyoxigraph.parse(nquads, format=pyoxigraph.RdfFormat.N_QUADS):
            graph = quad.graph_name
            if isinstance(graph, pyoxigraph.NamedNode) and graph.value.endswith("/graph/asserted"):
                self.asserted += 1
            else:
                self.inferred += 1
            subject, value = quad.subject, quad.object
            if not isinstance(subject, pyoxigraph.NamedNode):
                continue
            predicate = quad.predicate.value
            if isinstance(value, pyoxigraph.NamedNode):
                if predicate == rdf_type:
                    self._instances[value.value].append(subject.value)
                else:
                    self._links[subject.value][predicate].append(value.value)
                    self._sources[value.value][predicate].append(subject.value)
            elif isinstance(value, pyoxigraph.Literal):
                self._texts[subject.value][predicate].append(Text(value.value, value.language or ""))

    def instances(self, kind: str) -> list[str]:
        """Return the IRIs of the nodes of type ``kind``, sorted."""
        return sorted(set(self._instances.get(kind, ())))

    def links(self, subject: str, predicate: str) -> list[str]:
        """Return the IRIs that ``subject`` points to by ``predicate``, sorted."""
        found = self._links.get(subject)
        return sorted(set(found.get(predicate, ()))) if found else []

    def link(self, subject: str, predicate: str) -> str | None:
        """Return the one IRI that ``subject`` points to, if any."""
        return next(iter(self.links(subject, predicate)), None)

    def sources(self, value: str, predicate: str) -> list[str]:
        """Return the IRIs that point to ``value`` by ``predicate``, sorted."""
        found = self._sources.get(value)
        return sorted(set(found.get(predicate, ()))) if found else []

    def texts(self, subject: str, predicate: str, language: str | None = None) -> list[str]:
        """Return the literals of ``subject``, sorted; ``language`` picks those of one language."""
        found = self._texts.get(subject)
        texts = found.get(predicate, ()) if found else ()
        return sorted({text.value for text in texts if language is None or text.language == language})

    def text(self, subject: str, predicate: str) -> str | None:
        """Return the one literal of ``subject``, if any."""
        return next(iter(self.texts(subject, predicate)), None)

    def label(self, subject: str, predicate: str) -> Label | None:
        """Return the zh and en literals of ``predicate`` together, ``None`` where there is no Chinese one."""
        zh = self.texts(subject, predicate, "zh")
        en = self.texts(subject, predicate, "en")
        return Label(zh[0], en[0] if en else "") if zh else None
