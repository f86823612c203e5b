"""The shapes as written in, what the verdict needs to know of each and the shapes of one tier out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.errors import Message, OntologyError, Place
from zhiyin.law.duties import Duties
from zhiyin.law.kept import once
from zhiyin.law.outcome import OUTCOME_IRIS, Basis, Outcome, Role
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, LABEL, RDF, RDFS, SH
from zhiyin.turtle import statements as turtle_statements

BINDINGS = "x-zy-bindings"
"""Language tag of the message by which a working copy of the shapes hands the variables of a result to the verdict."""

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Looks = tuple[tuple[Basis, tuple[tuple[str, str], ...]], ...]
"""What the duties of a clause rest on, and the targets at which they look for it."""
_COMMENT = RDFS + "comment"
_ENFORCES = str(ZY.enforces)
_REPLACES = DCTERMS + "replaces"
_ROLES = {str(ZY.Condition): Role.CONDITION, str(ZY.Completeness): Role.COMPLETENESS}
_BASES = {str(ZY.Fact): Basis.FACT, str(ZY.AttestationWithEvidence): Basis.ATTESTATION}
_TARGETS = tuple(SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
_NESTED = {
    SH + name
    for name in ("property", "node", "not", "qualifiedValueShape", "sparql", "validator", "nodeValidator", "prefixes")
} | {RDF + "first"}
_DESCRIPTIVE = {
    *(RDF + "type", SH + "name", LABEL, SH + "message", *_TARGETS),
    *(str(ZY[name]) for name in ("remedy", "outcome", "basis", "role", "readingRule", "figure", "enforces")),
}
_TOLD = frozenset(
    {SH + "name", SH + "message", LABEL, _COMMENT}
    | {str(ZY[name]) for name in ("remedy", "outcome", "basis", "role", "readingRule", "figure", "enforces")}
)
"""What shapes say to people and to the verdict: the engine needs none of it."""
_SELECT = re.compile(r"SELECT\s+(?:DISTINCT\s+|REDUCED\s+)?(.*?)\s*(?:WHERE\s*)?\{", re.IGNORECASE | re.DOTALL)
_VARIABLE = re.compile(r"[?$](\w+)")
_FOUND = re.compile(r"\bzy:(\w+) \?found\b")
_ASKED = re.compile(r"\$this (?:a zy:\w+ ; )?zy:(\w+)")


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
    looks_at: str
    """Where the shape itself has no path: the property of its focus node that it asks for first, else empty."""
    source: str


@dataclass(frozen=True, eq=False)
class ShapeLibrary:
    """Every shape of an edition, and the statements of all shape files by subject."""

    statements: Mapping[Node, tuple[tuple[str, Value], ...]]
    shapes: Mapping[str, Shape]
    duties: Duties
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)
    """What was made of these shapes by ``once``: it lasts as long as they do."""

    @once
    def of_tier(self, tier: int) -> Mapping[str, Shape]:
        """Return the shapes that enforce a clause of ``tier``; sought once."""
        own = self.clauses_of(tier)
        return {iri: s for iri, s in self.shapes.items() if not own.isdisjoint(s.enforces)}

    @once
    def enforcing(self) -> Mapping[str, tuple[Shape, ...]]:
        """Return each clause that a shape enforces to its shapes, in their order; those of like clauses are one object."""
        found: dict[str, list[Shape]] = defaultdict(list)
        for shape in self.shapes.values():
            for number in shape.enforces:
                found[number].append(shape)
        same: dict[tuple[str, ...], tuple[Shape, ...]] = {}
        return {
            number: same.setdefault(tuple(s.iri for s in shapes), tuple(shapes)) for number, shapes in found.items()
        }

    @once
    def looks(self) -> Mapping[str, Looks]:
        """Return each clause to the bases and targets of its duties, each once; like ones are one object."""
        same: dict[Looks, Looks] = {}
        found: dict[str, Looks] = {}
        for number, shapes in self.enforcing().items():
            looks = tuple(dict.fromkeys((s.basis, s.targets) for s in shapes if s.role is Role.DUTY))
            found[number] = same.setdefault(looks, looks)
        return found

    def clauses_of(self, tier: int) -> frozenset[str]:
        """Return the numbers of the clauses of ``tier``."""
        return frozenset(number for number, (_, of) in self.duties.of_clause.items() if of == tier)


def shape_files() -> list[Path]:
    """Return the files of the shapes that judge companies: all of ``shapes/`` but ``audit/``."""
    return [p for p in resources.turtle_files("shapes") if "audit" not in p.relative_to(resources.root()).parts]


def load_shapes(files: Iterable[Path], duties: Duties) -> ShapeLibrary:
    """Read the shape files as they bind the clauses of the edition whose ``duties`` are given.

    A shape that ``dcterms:replaces`` another, as those of a later edition do, takes its place. OntologyError where a
    file cannot be read or enforces what does not exist.
    """
    replaced: set[str] = set()
    statements: dict[Node, list[tuple[str, Value]]] = defaultdict(list)
    home: dict[Node, str] = {}
    for file in files:
        for quad in turtle_statements(file):
            if not isinstance(quad.subject, (ox.NamedNode, ox.BlankNode)):
                continue
            if quad.predicate.value == _ENFORCES:
                home.setdefault(quad.subject, file.name)
                statements[quad.subject] += [(_ENFORCES, clause) for clause in _clauses(quad.object, file, duties)]
            elif quad.predicate.value == _REPLACES and isinstance(quad.object, ox.NamedNode):
                replaced.add(quad.object.value)
            else:
                statements[quad.subject].append((quad.predicate.value, quad.object))
    kept = {node: tuple(pairs) for node, pairs in statements.items()}
    standing = [node for node in sorted(home, key=str) if getattr(node, "value", "") not in replaced]
    shapes = {node.value: _shape(node, kept, home[node], str(duties.names.clause)) for node in standing}
    return ShapeLibrary(kept, shapes, duties)


def _clauses(enforced: Value, file: Path, duties: Duties) -> list[ox.NamedNode]:
    """Return the clauses that a statement of zy:enforces names: one, or every member of a family."""
    iri = enforced.value if isinstance(enforced, ox.NamedNode) else ""
    numbers = duties.enforced(iri)
    if numbers is None:
        raise OntologyError(
            f"形状所落实的条款或要求族不存在：{iri}",
            f"a shape enforces a clause or a family that does not exist: {iri}",
            place=Place(source=file.name),
        )
    return [ox.NamedNode(str(duties.names.clause[number])) for number in numbers]


def overlaid(shapes: ShapeLibrary, triples: Iterable[ox.Triple], source: str, duties: Duties) -> ShapeLibrary:
    """Return a library beside ``shapes``, which stay as they are, with ``triples`` laid over, binding ``duties``.

    What they say of a shape takes the place of what it says by the same predicates; new shapes are added. Raises
    OntologyError where a shape lacks a part or enforces what does not exist.
    """
    said: dict[Node, list[tuple[str, Value]]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, (ox.NamedNode, ox.BlankNode)):
            enforces = triple.predicate.value == _ENFORCES
            values = _clauses(triple.object, Path(source), duties) if enforces else [triple.object]
            said[triple.subject] += [(triple.predicate.value, value) for value in values]
    statements = dict(shapes.statements)
    for node, pairs in said.items():
        told = {predicate for predicate, _ in pairs}
        kept = [pair for pair in statements.get(node, ()) if pair[0] not in told]
        statements[node] = (*kept, *pairs)
    clause = str(duties.names.clause)
    made = dict(shapes.shapes)
    for node in said:
        if isinstance(node, ox.NamedNode) and any(predicate == _ENFORCES for predicate, _ in statements[node]):
            made[node.value] = _shape(node, statements, source, clause)
    return ShapeLibrary(statements, dict(sorted(made.items())), duties)


def assembled(shapes: ShapeLibrary, tier: int, severities: Mapping[str, str]) -> list[ox.Triple]:
    """Return the shapes of one tier as a self-contained graph for any SHACL engine.

    ``severities`` maps a shape's IRI to that of its severity. Clauses of other tiers are dropped.
    """
    own = {str(shapes.duties.names.clause[number]) for number in shapes.clauses_of(tier)}
    chosen = shapes.of_tier(tier)
    triples = [
        triple
        for triple in _copied(shapes, [ox.NamedNode(iri) for iri in chosen])
        if triple.predicate.value != _ENFORCES
        or (isinstance(triple.object, ox.NamedNode) and triple.object.value in own)
    ]
    severity = ox.NamedNode(SH + "severity")
    return triples + [ox.Triple(ox.NamedNode(iri), severity, ox.NamedNode(severities[iri])) for iri in chosen]


def working_copy(shapes: ShapeLibrary) -> list[ox.Triple]:
    """Return the shapes of all tiers with, in place of the messages for people, one that hands over the bindings."""
    triples = list(_copied(shapes, [ox.NamedNode(iri) for iri in shapes.shapes], without=_TOLD))
    handing = []
    for triple in triples:
        if triple.predicate.value == SH + "select" and isinstance(triple.object, ox.Literal):
            match = _SELECT.search(triple.object.value)
            names = [] if match is None else list(dict.fromkeys(_VARIABLE.findall(match[1])))
            text = "\x1f".join(f"{name}={{?{name}}}" for name in names if name != "this")
            if text:
                handing.append(
                    ox.Triple(triple.subject, ox.NamedNode(SH + "message"), ox.Literal(text, language=BINDINGS))
                )
    return triples + handing


def copied(shapes: ShapeLibrary, iri: str) -> list[ox.Triple]:
    """Return the statements of one shape and of what stands below it, without the components it uses."""
    root = ox.NamedNode(iri)
    seen: set[Node] = set()
    stack: list[Node] = [root]
    found: list[ox.Triple] = []
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for predicate, value in shapes.statements.get(node, ()):
            found.append(ox.Triple(node, ox.NamedNode(predicate), value))
            if isinstance(value, ox.BlankNode):
                stack.append(value)
    return found


def _copied(shapes: ShapeLibrary, roots: Iterable[Node], without: Set[str] = frozenset()) -> Iterator[ox.Triple]:
    predicates: dict[str, ox.NamedNode] = {}
    component = ox.NamedNode(SH + "ConstraintComponent")
    components = [s for s, pairs in shapes.statements.items() if (RDF + "type", component) in pairs]
    seen: set[Node] = set()
    stack: list[Node] = [*components, *roots][::-1]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for predicate, value in shapes.statements.get(node, ()):
            if predicate in without:
                continue
            if predicate not in predicates:
                predicates[predicate] = ox.NamedNode(predicate)
            yield ox.Triple(node, predicates[predicate], value)
            if isinstance(value, ox.BlankNode) or (predicate in _NESTED and isinstance(value, ox.NamedNode)):
                stack.append(value)


def _looks_at(node: Node, statements: Mapping[Node, tuple[tuple[str, Value], ...]]) -> str:
    """Return the property whose value a shape's SPARQL names ?found, else the first that it asks of the focus node."""
    constraints = [o for p, o in statements[node] if p == SH + "sparql" and isinstance(o, (ox.NamedNode, ox.BlankNode))]
    texts = [getattr(o, "value", "") for c in constraints for p, o in statements.get(c, ()) if p == SH + "select"]
    for pattern in (_FOUND, _ASKED):
        names = [name for text in texts for name in pattern.findall(text) if name != "listsAll"]
        if names:
            return str(ZY[names[0]])
    return next(_paths_below(node, statements), "")


def _paths_below(node: Node, statements: Mapping[Node, tuple[tuple[str, Value], ...]]) -> Iterator[str]:
    """Yield the paths of the alternatives of a shape written in SHACL Core."""
    for predicate, value in statements.get(node, ()):
        if predicate == SH + "path" and isinstance(value, ox.NamedNode):
            yield value.value
        elif isinstance(value, ox.BlankNode):
            yield from _paths_below(value, statements)


def _shape(node: Node, statements: Mapping[Node, tuple[tuple[str, Value], ...]], source: str, clause: str) -> Shape:
    pairs = statements[node]
    place = Place(source=source, node=node.value)
    by_predicate: dict[str, list[Value]] = defaultdict(list)
    for predicate, value in pairs:
        by_predicate[predicate].append(value)

    def values(predicate: str) -> list[str]:
        return sorted(getattr(o, "value", "") for o in by_predicate.get(predicate, ()))

    def one(predicate: str) -> str:
        return next(iter(values(predicate)), "")

    def texts(predicate: str) -> Message | None:
        by = {o.language: o.value for o in by_predicate.get(predicate, ()) if isinstance(o, ox.Literal)}
        return Message(by["zh"], by["en"]) if {"zh", "en"} <= set(by) else None

    outcome = OUTCOME_IRIS.get(one(str(ZY.outcome)).removeprefix(str(ZY)))
    basis = _BASES.get(one(str(ZY.basis)))
    if outcome is None or basis is None:
        raise OntologyError("形状缺少 zy:outcome 或 zy:basis", "a shape lacks zy:outcome or zy:basis", place=place)
    # sh:name is for property shapes alone (its domain): a node shape has its label.
    message, name = texts(SH + "message"), texts(SH + "name") or texts(LABEL)
    if message is None or name is None:
        raise OntologyError("形状缺少中英文名称或消息", "a shape lacks its name or message in zh or en", place=place)
    path = next((o.value for p, o in pairs if p == SH + "path" and isinstance(o, ox.NamedNode)), None)
    return Shape(
        iri=node.value,
        outcome=outcome,
        role=_ROLES.get(one(str(ZY.role)), Role.DUTY),
        basis=basis,
        enforces=frozenset(v.removeprefix(clause) for v in values(_ENFORCES)),
        targets=tuple((t.removeprefix(SH), v) for t in _TARGETS for v in values(t)),
        name=name,
        message=message,
        remedy=texts(str(ZY.remedy)),
        readings=tuple(values(str(ZY.readingRule))),
        figures=tuple(values(str(ZY.figure))),
        parameters={
            p.rpartition("#")[2]: o.value
            for p, o in pairs
            if p not in _DESCRIPTIVE and isinstance(o, (ox.NamedNode, ox.Literal))
        },
        path=path,
        looks_at=_looks_at(node, statements),
        source=source,
    )
