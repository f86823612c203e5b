"""The constraint components of the shapes in, what each reads and which clauses rest on it out."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.catalogue import Label
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import ShapeLibrary
from zhiyin.namespaces import ZY
from zhiyin.standards import RDF, RDFS, SH


@dataclass(frozen=True, slots=True)
class Component:
    """One constraint component: its parameters, how many shapes use it, and the clauses these enforce."""

    name: str
    label: Label
    comment: Label
    parameters: tuple[str, ...]
    shapes: int
    clauses: tuple[str, ...]


@once
def components(rules: Rules) -> tuple[Component, ...]:
    """Return the constraint components of the shapes, in the order of their files."""
    return tuple(
        _component(node, rules.shapes)
        for node, pairs in rules.shapes.statements.items()
        if isinstance(node, ox.NamedNode) and (RDF + "type", ox.NamedNode(SH + "ConstraintComponent")) in pairs
    )


def _component(node: ox.NamedNode, shapes: ShapeLibrary) -> Component:
    statements = shapes.statements
    said = statements[node]
    parameters = tuple(
        path.value.removeprefix(str(ZY))
        for predicate, value in said
        if predicate == SH + "parameter" and isinstance(value, ox.BlankNode)
        for path in [dict(statements[value])[SH + "path"]]
        if isinstance(path, ox.NamedNode)
    )
    using = [s for s in shapes.shapes.values() if set(parameters) <= set(s.parameters)]
    return Component(
        node.value.removeprefix(str(ZY)),
        _texts(said, RDFS + "label"),
        _texts(said, RDFS + "comment"),
        parameters,
        len(using),
        tuple(sorted({n for s in using for n in s.enforces}, key=_order)),
    )


def _texts(said: tuple[tuple[str, object], ...], predicate: str) -> Label:
    by = {o.language: o.value for p, o in said if p == predicate and isinstance(o, ox.Literal)}
    return Label(by.get("zh", ""), by.get("en", ""))


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))
