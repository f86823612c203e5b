"""The shapes of a tier in, the same without constraint components out: each is written out as a sh:sparql of its own.

Some engines (RDF4J, rudof, shacl-engine) know SPARQL-based constraints but pass over SPARQL-based constraint components
in silence, so that a company would seem to satisfy what was never asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from zhiyin.errors import OntologyError, Place
from zhiyin.law.portable_query import breaking, condition, filled, select_of, ungrouped
from zhiyin.standards import RDF, SH

_TYPE = ox.NamedNode(RDF + "type")
_COMPONENT = ox.NamedNode(SH + "ConstraintComponent")
_SPARQL, _SELECT, _PREFIXES = (ox.NamedNode(SH + name) for name in ("sparql", "select", "prefixes"))
_CONSTRAINT = ox.NamedNode(SH + "SPARQLConstraint")
_LOGICAL = frozenset({SH + "or", SH + "and", SH + "not"})

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Statements = Mapping[Node, Sequence[tuple[str, Value]]]


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component: the predicates that give its parameters, and the query of its validator."""

    node: Node
    parameters: tuple[str, ...]
    query: str
    asks: bool
    prefixes: tuple[ox.NamedNode, ...]

    def used_by(self, said: Mapping[str, Value]) -> bool:
        """Return whether a shape of which ``said`` is stated uses this component."""
        return set(self.parameters) <= set(said)

    def query_for(self, said: Mapping[str, Value]) -> str:
        """Return the query with the values that a shape gives to the parameters."""
        return filled(self.query, {parameter: str(said[parameter]) for parameter in self.parameters})


def without_components(triples: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Return ``triples`` with every use of a SPARQL-based constraint component written out as plain sh:sparql.

    The predicates of the parameters stay on the shapes, where they only say what the query was made of. Raises
    OntologyError where something is of a kind that cannot be written out.
    """
    about: dict[Node, list[tuple[str, Value]]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, (ox.NamedNode, ox.BlankNode)):
            about[triple.subject].append((triple.predicate.value, triple.object))
    components = [_component(node, about) for node, said in about.items() if (_TYPE.value, _COMPONENT) in said]
    work = _Work(about, components)
    written = [triple for node in list(about) if isinstance(node, ox.NamedNode) for triple in work.constraints(node)]
    dropped = work.replaced.union(*(_below(component.node, about) for component in components))
    kept = [
        triple
        for triple in triples
        if triple.subject not in dropped and not (isinstance(triple.object, ox.BlankNode) and triple.object in dropped)
    ]
    return _with_names(without_groups(kept) + written)


def without_groups(triples: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Return ``triples`` with no query that groups by the pre-bound ``$this``, which some engines refuse."""
    return [_ungrouped(triple) for triple in triples]


def _with_names(triples: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Return ``triples`` with each query headed by the name of its shape.

    RDF4J takes two shapes of one target and one text for the same, and reports one of them alone.
    """
    names = {
        triple.object: triple.subject.value.rpartition("/")[2]
        for triple in triples
        if triple.predicate == _SPARQL and isinstance(triple.subject, ox.NamedNode)
    }
    return [
        ox.Triple(triple.subject, triple.predicate, ox.Literal(f"# {names[triple.subject]}\n{triple.object.value}"))
        if triple.predicate == _SELECT and triple.subject in names and isinstance(triple.object, ox.Literal)
        else triple
        for triple in triples
    ]


@dataclass(frozen=True, slots=True)
class _Work:
    about: Statements
    components: Sequence[Component]
    replaced: set[Node] = field(default_factory=set)
    """The alternatives that a query now stands for."""

    def constraints(self, shape: ox.NamedNode) -> Iterator[ox.Triple]:
        """Yield what takes the place of the components that ``shape`` uses, itself or within its alternatives."""
        said = dict(self.about[shape])
        for component in self.components:
            if component.used_by(said):
                query = component.query_for(said)
                yield from _constraint(shape, breaking(query) if component.asks else query, component.prefixes)
        for predicate, value in self.about[shape]:
            if predicate in _LOGICAL and isinstance(value, ox.BlankNode):
                prefixes = self._prefixes_within(value)
                if prefixes:
                    # RDF4J reports a sh:sparql within sh:or as if it stood outside: the whole becomes one query.
                    yield from _constraint(shape, select_of(f"!({self._logic(predicate, value)})"), prefixes)
                    self.replaced.update(_below(value, self.about))

    def _prefixes_within(self, node: Node) -> tuple[ox.NamedNode, ...]:
        inner = [dict(self.about[one]) for one in _below(node, self.about)]
        found = [p for said in inner for c in self.components if c.used_by(said) for p in c.prefixes]
        return tuple(dict.fromkeys(found))

    def _logic(self, predicate: str, value: Value) -> str:
        if not isinstance(value, ox.BlankNode):
            raise _unknown(predicate)
        if predicate == SH + "not":
            return f"!({self._condition(value)})"
        joined = " || " if predicate == SH + "or" else " && "
        return joined.join(f"({self._condition(item)})" for item in self._items(value))

    def _condition(self, shape: Node) -> str:
        """Return the SPARQL expression that is true of ``$this`` where it conforms to the nameless ``shape``."""
        said = dict(self.about[shape])
        parts = [condition(c.query_for(said)) for c in self.components if c.asks and c.used_by(said)]
        told = {p for c in self.components if c.asks and c.used_by(said) for p in c.parameters}
        path = said.get(SH + "path")
        for predicate, value in self.about[shape]:
            if predicate in told or predicate == SH + "path":
                continue
            if predicate in _LOGICAL:
                parts.append(self._logic(predicate, value))
            elif path is not None and predicate == SH + "minCount" and getattr(value, "value", "") == "1":
                parts.append(f"EXISTS {{ $this {path} ?stated }}")
            elif path is not None and predicate == SH + "hasValue":
                parts.append(f"EXISTS {{ $this {path} {value} }}")
            else:
                raise _unknown(predicate)
        return " && ".join(parts)

    def _items(self, node: Value) -> Iterator[Node]:
        while isinstance(node, ox.BlankNode):
            said = dict(self.about[node])
            item = said[RDF + "first"]
            if not isinstance(item, ox.BlankNode):
                raise _unknown(str(item))
            yield item
            node = said[RDF + "rest"]


def _constraint(shape: Node, query: str, prefixes: Sequence[ox.NamedNode]) -> Iterator[ox.Triple]:
    constraint = ox.BlankNode()
    yield ox.Triple(shape, _SPARQL, constraint)
    yield ox.Triple(constraint, _TYPE, _CONSTRAINT)
    for one in prefixes:
        yield ox.Triple(constraint, _PREFIXES, one)
    yield ox.Triple(constraint, _SELECT, ox.Literal(query))


def _component(node: Node, about: Statements) -> Component:
    parameters = tuple(
        path.value
        for parameter in _objects(node, "parameter", about)
        for path in _objects(parameter, "path", about)
        if isinstance(path, ox.NamedNode)
    )
    for kind, of in (("nodeValidator", "select"), ("validator", "ask")):
        for validator in _objects(node, kind, about):
            prefixes = tuple(p for p in _objects(validator, "prefixes", about) if isinstance(p, ox.NamedNode))
            for text in _objects(validator, of, about):
                return Component(node, parameters, getattr(text, "value", ""), of == "ask", prefixes)
    raise OntologyError(
        "约束组件没有可以写出的验证器",
        "a constraint component has no validator that can be written out",
        place=Place(node=str(node)),
    )


def _ungrouped(triple: ox.Triple) -> ox.Triple:
    query = triple.object
    if triple.predicate != _SELECT or not isinstance(query, ox.Literal) or "GROUP BY $this" not in query.value:
        return triple
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(ungrouped(query.value)))


def _objects(node: Value, name: str, about: Statements) -> list[Value]:
    said = about.get(node, ()) if isinstance(node, (ox.NamedNode, ox.BlankNode)) else ()
    return [value for predicate, value in said if predicate == SH + name]


def _below(node: Node, about: Statements) -> set[Node]:
    found: set[Node] = set()
    stack: list[Node] = [node]
    while stack:
        one = stack.pop()
        if one not in found:
            found.add(one)
            stack += [value for _, value in about.get(one, ()) if isinstance(value, ox.BlankNode)]
    return found


def _unknown(predicate: str) -> OntologyError:
    return OntologyError(
        f"可择一的部分中有不能写成查询的约束：{predicate}",
        f"an alternative holds a constraint that cannot be written as a query: {predicate}",
    )
