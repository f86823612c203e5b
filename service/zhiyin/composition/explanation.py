"""A thing in, what the reasoner concluded about it out, each conclusion with the axiom and the facts it follows from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.composition.graph import BuiltGraph
from zhiyin.composition.resource import loaded
from zhiyin.errors import Message
from zhiyin.standards import OWL, RDF, RDFS

_TYPE = ox.NamedNode(RDF + "type")

SUBCLASS = Message("上位类", "superclass")
VALUE = Message("等价于有此值者", "equivalent to having this value")
DOMAIN = Message("属性的定义域", "domain of the property")
RANGE = Message("属性的值域", "range of the property")
SUBPROPERTY = Message("上位属性", "superproperty")
INVERSE = Message("互逆属性", "inverse property")
TRANSITIVE = Message("可传递", "transitive")
CHAIN = Message("属性链", "property chain")


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One inferred statement: the kind of axiom it follows by, and the facts that meet the axiom."""

    fact: ox.Triple
    rule: Message
    premises: tuple[ox.Triple, ...]


def conclusions(graph: BuiltGraph, iri: str) -> list[Conclusion]:
    """Return what was inferred with ``iri`` as subject, in a steady order; what is asserted as well is left out."""
    store = loaded(graph)
    subject = ox.NamedNode(iri)
    asserted, inferred = (ox.NamedNode(str(graph.names.graph[part])) for part in ("asserted", "inferred"))
    found: list[Conclusion] = []
    for quad in store.quads_for_pattern(subject, None, None, inferred):
        if not isinstance(quad.object, ox.NamedNode):
            continue
        if any(store.quads_for_pattern(subject, quad.predicate, quad.object, asserted)):
            continue
        ways = list(_Reasons(store).of(subject, quad.predicate, quad.object))
        if ways:
            rule, premises = min(ways, key=lambda way: _rank(way[0], _derived(store, way[1], asserted), len(way[1])))
            found.append(Conclusion(quad.triple, rule, premises))
    return sorted(found, key=lambda c: str(c.fact))


def _rank(rule: Message, derived: int, premises: int) -> tuple[bool, int, int]:
    """Return how far a way is from saying most: one that rests on what is stated, and does not turn in a circle."""
    return rule is INVERSE and derived > 0, derived, premises


def _derived(store: ox.Store, premises: tuple[ox.Triple, ...], asserted: ox.NamedNode) -> int:
    """Return how many of ``premises`` are themselves inferred."""
    return sum(not any(store.quads_for_pattern(f.subject, f.predicate, f.object, asserted)) for f in premises)


class _Reasons:
    """The rules of OWL 2 RL that the ontology's axioms call on, each tried on one statement."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def of(self, s: ox.NamedNode, p: ox.NamedNode, o: ox.NamedNode) -> Iterator[tuple[Message, tuple[ox.Triple, ...]]]:
        """Yield each rule by which ``s p o`` follows in one step, with what it follows from."""
        if p == _TYPE:
            yield from self._type(s, o)
        for q in self._subjects(RDFS + "subPropertyOf", p):
            if q != p and self._holds(s, q, o):
                yield SUBPROPERTY, (ox.Triple(s, q, o),)
        for q in {*self._subjects(OWL + "inverseOf", p), *self._objects(p, OWL + "inverseOf")}:
            if self._holds(o, q, s):
                yield INVERSE, (ox.Triple(o, q, s),)
        if ox.NamedNode(OWL + "TransitiveProperty") in self._objects(p, _TYPE.value):
            for middle in self._objects(s, p.value):
                if middle not in (s, o) and self._holds(middle, p, o):
                    yield TRANSITIVE, (ox.Triple(s, p, middle), ox.Triple(middle, p, o))
        for head in self._lists(p):
            steps = self._chain(s, head)
            for path in steps:
                if path and path[-1].object == o:
                    yield CHAIN, tuple(path)

    def _type(self, s: ox.NamedNode, o: ox.NamedNode) -> Iterator[tuple[Message, tuple[ox.Triple, ...]]]:
        for narrower in self._subjects(RDFS + "subClassOf", o):
            if narrower != o and self._holds(s, _TYPE, narrower):
                yield SUBCLASS, (ox.Triple(s, _TYPE, narrower),)
        for quad in self._store.quads_for_pattern(o, ox.NamedNode(OWL + "equivalentClass"), None, None):
            if isinstance(quad.object, ox.BlankNode):
                about = {
                    q.predicate.value: q.object for q in self._store.quads_for_pattern(quad.object, None, None, None)
                }
                on, value = about.get(OWL + "onProperty"), about.get(OWL + "hasValue")
                if isinstance(on, ox.NamedNode) and isinstance(value, ox.NamedNode) and self._holds(s, on, value):
                    yield VALUE, (ox.Triple(s, on, value),)
        for rule, predicate in ((DOMAIN, RDFS + "domain"), (RANGE, RDFS + "range")):
            for q in self._subjects(predicate, o):
                subject, value = (s, None) if rule is DOMAIN else (None, s)
                for quad in self._store.quads_for_pattern(subject, q, value, None):
                    yield rule, (quad.triple,)
                    break

    def _chain(self, s: ox.NamedNode, properties: list[ox.NamedNode]) -> list[list[ox.Triple]]:
        paths: list[tuple[ox.NamedNode, list[ox.Triple]]] = [(s, [])]
        for q in properties:
            paths = [
                (target, [*path, ox.Triple(at, q, target)])
                for at, path in paths
                for target in self._objects(at, q.value)
            ]
        return [path for _, path in paths]

    def _lists(self, p: ox.NamedNode) -> Iterator[list[ox.NamedNode]]:
        for quad in self._store.quads_for_pattern(p, ox.NamedNode(OWL + "propertyChainAxiom"), None, None):
            members: list[ox.NamedNode] = []
            at: object = quad.object
            while isinstance(at, ox.BlankNode):
                about = {q.predicate.value: q.object for q in self._store.quads_for_pattern(at, None, None, None)}
                first = about.get(RDF + "first")
                if isinstance(first, ox.NamedNode):
                    members.append(first)
                at = about.get(RDF + "rest")
            yield members

    def _holds(self, s: ox.NamedNode, p: ox.NamedNode, o: ox.NamedNode) -> bool:
        return any(self._store.quads_for_pattern(s, p, o, None))

    def _subjects(self, predicate: str, o: ox.NamedNode) -> set[ox.NamedNode]:
        quads = self._store.quads_for_pattern(None, ox.NamedNode(predicate), o, None)
        return {q.subject for q in quads if isinstance(q.subject, ox.NamedNode)}

    def _objects(self, s: ox.NamedNode, predicate: str) -> set[ox.NamedNode]:
        quads = self._store.quads_for_pattern(s, ox.NamedNode(predicate), None, None)
        return {q.object for q in quads if isinstance(q.object, ox.NamedNode)}
