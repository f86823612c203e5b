"""The shapes as written in, what the verdict needs to know of each and the shapes of one tier out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, SH
from rdflib.term import Node

from zhiyin import resources
from zhiyin.errors import Message, OntologyError, Place
from zhiyin.namespaces import CLAUSE, PREFIXES, ZY
from zhiyin.validation.outcome import OUTCOME_IRIS, Basis, Outcome, Role

_ROLES = {ZY.Condition: Role.CONDITION, ZY.Completeness: Role.COMPLETENESS}
_BASES = {ZY.Fact: Basis.FACT, ZY.AttestationWithEvidence: Basis.ATTESTATION}
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
BINDINGS = "x-zy-bindings"
"""Language tag of the message by which a working copy of the shapes hands the variables of a result to the verdict."""
_SELECT = re.compile(r"SELECT\s+(?:DISTINCT\s+|REDUCED\s+)?(.*?)\s*(?:WHERE\s*)?\{", re.IGNORECASE | re.DOTALL)
_VARIABLE = re.compile(r"[?$](\w+)")


@dataclass(frozen=True, slots=True)
class Shape:
    """One named shape: what a result of it means and what it says to people."""

    iri: str
    outcome: Outcome
    role: Role
    basis: Basis
    enforces: frozenset[str]
    targets: tuple[tuple[str, str], ...]
    name: Message
    message: Message
    remedy: Message | None
    readings: tuple[str, ...]
    figures: tuple[str, ...]
    parameters: Mapping[str, str]
    path: str | None
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class ShapeLibrary:
    """Every shape of the project with the graph that holds them all."""

    graph: Graph
    shapes: Mapping[str, Shape]

    def of_tier(self, tier: int) -> dict[str, Shape]:
        """Return the shapes that enforce a clause of ``tier``."""
        chapter = f"{tier + 1}."
        return {iri: s for iri, s in self.shapes.items() if any(n.startswith(chapter) for n in s.enforces)}


def load_shapes(files: Iterable[Path] | None = None) -> ShapeLibrary:
    """Read the shape files (all those of ``shapes/`` but ``audit/``); OntologyError where one cannot be read."""
    if files is None:
        files = [p for p in resources.turtle_files("shapes") if "audit" not in p.relative_to(resources.root()).parts]
    graph = Graph(bind_namespaces="none")
    home: dict[Node, str] = {}
    for file in files:
        part = Graph(bind_namespaces="none")
        try:
            part.parse(data=file.read_bytes(), format="turtle")
        except Exception as error:  # rdflib's Turtle parser raises its own, ValueError and more
            raise OntologyError(
                f"形状文件无法解析：{error}", f"the shape file cannot be parsed: {error}", place=Place(source=file.name)
            ) from error
        for subject in part.subjects(ZY.enforces):
            home.setdefault(subject, file.name)
        for triple in part:
            graph.add(triple)
    shapes = {str(node): _shape(graph, node, home[node]) for node in sorted(home, key=str)}
    return ShapeLibrary(graph, shapes)


@cache
def library() -> ShapeLibrary:
    """Return the project's shapes, read once per process."""
    return load_shapes()


def assembled(shapes: ShapeLibrary, tier: int, severities: Mapping[str, str]) -> Graph:
    """Return the shapes of one tier as a self-contained graph for any SHACL engine.

    ``severities`` maps a shape's IRI to that of its severity. Clauses of other tiers are dropped.
    """
    chapter = str(CLAUSE[f"{tier + 1}."])
    chosen = shapes.of_tier(tier)
    graph = _copied(shapes.graph, [URIRef(iri) for iri in chosen])
    for triple in list(graph.triples((None, ZY.enforces, None))):
        if not str(triple[2]).startswith(chapter):
            graph.remove(triple)
    for iri in chosen:
        graph.add((URIRef(iri), SH.severity, URIRef(severities[iri])))
    return graph


def working_copy(shapes: ShapeLibrary) -> Graph:
    """Return the shapes of all tiers with, in place of the messages for people, one that hands over the bindings."""
    graph = _copied(shapes.graph, [URIRef(iri) for iri in shapes.shapes])
    graph.remove((None, SH.message, None))
    _hand_over_bindings(graph)
    return graph


def _copied(source: Graph, roots: list[Node]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    seen: set[Node] = set()
    stack = [*roots, *source.subjects(RDF.type, SH.ConstraintComponent)]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for predicate, value in source.predicate_objects(node):
            graph.add((node, predicate, value))
            if isinstance(value, BNode) or predicate in _NESTED:
                stack.append(value)
    return graph


_NESTED = {
    SH.property,
    SH.node,
    SH["not"],
    SH.qualifiedValueShape,
    SH.sparql,
    SH.validator,
    SH.nodeValidator,
    SH.prefixes,
    RDF.first,
}


def _hand_over_bindings(graph: Graph) -> None:
    for node, select in list(graph.subject_objects(SH.select)):
        match = _SELECT.search(str(select))
        names = [] if match is None else list(dict.fromkeys(_VARIABLE.findall(match[1])))
        text = "\x1f".join(f"{name}={{?{name}}}" for name in names if name != "this")
        if text:
            graph.add((node, SH.message, Literal(text, lang=BINDINGS)))


def _shape(graph: Graph, node: Node, source: str) -> Shape:
    place = Place(source=source, node=str(node))

    def one(predicate: Node) -> Node | None:
        return graph.value(node, URIRef(str(predicate)))

    outcome = OUTCOME_IRIS.get(str(one(ZY.outcome) or "").removeprefix(str(ZY)))
    basis = _BASES.get(URIRef(str(one(ZY.basis) or "")))
    if outcome is None or basis is None:
        raise OntologyError("形状缺少 zy:outcome 或 zy:basis", "a shape lacks zy:outcome or zy:basis", place=place)
    message = _messages(graph, node, SH.message)
    name = _messages(graph, node, SH.name)
    if message is None or name is None:
        raise OntologyError("形状缺少中英文名称或消息", "a shape lacks its name or message in zh or en", place=place)
    path = one(SH.path)
    return Shape(
        iri=str(node),
        outcome=outcome,
        role=_ROLES.get(URIRef(str(one(ZY.role) or "")), Role.DUTY),
        basis=basis,
        enforces=frozenset(str(c).removeprefix(str(CLAUSE)) for c in graph.objects(node, ZY.enforces)),
        targets=tuple(sorted((str(t), str(o)) for t in _TARGETS for o in graph.objects(node, t))),
        name=name,
        message=message,
        remedy=_messages(graph, node, ZY.remedy),
        readings=tuple(sorted(str(r) for r in graph.objects(node, ZY.readingRule))),
        figures=tuple(sorted(str(f) for f in graph.objects(node, ZY.figure))),
        parameters={
            str(p).rpartition("#")[2]: str(o)
            for p, o in graph.predicate_objects(node)
            if not isinstance(o, BNode) and p not in _DESCRIPTIVE
        },
        path=str(path) if isinstance(path, URIRef) else None,
        source=source,
    )


_DESCRIPTIVE = {
    *(RDF.type, OWL.imports, SH.name, SH.message, *_TARGETS),
    *(ZY.remedy, ZY.outcome, ZY.basis, ZY.role, ZY.readingRule, ZY.figure, ZY.enforces),
}


def _messages(graph: Graph, node: Node, predicate: Node) -> Message | None:
    texts = {o.language: str(o) for o in graph.objects(node, URIRef(str(predicate))) if isinstance(o, Literal)}
    return Message(texts["zh"], texts["en"]) if {"zh", "en"} <= set(texts) else None
