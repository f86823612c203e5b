"""A shape in, the smallest facts that pass and that fail it out, as Turtle; and the facts that any shape reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from zhiyin.law.constraints import Constraint
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import Node, Shape, ShapeLibrary
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import ZY, compact
from zhiyin.standards import RDF, SH
from zhiyin.turtle import list_items
from zhiyin.web.snippets import EVIDENCE, attested, document, number, on, performed, retained, some_value

SUBMISSION = """@prefix ex: <https://example.org/futures/sample/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix zy: <https://w3id.org/zhiyin/ontology#> .

ex:self-description a zy:SelfDescription ;
    zy:describes ex:company ;
    zy:asOf "2026-06-30"^^xsd:date ;
    zy:claimedTier 1 .

ex:company a zy:Company ;
    zy:name "示例期货（样例）" ;
    zy:headquartersStaffCount 100 ;
    zy:headquartersTechnicianCount 9 ;
    zy:conductsContinuousTrading false ;
    zy:securityAdministratorCount 1 ;
    zy:machineRoom ex:room-1 ;
    zy:listsAll zy:machineRoom .

ex:room-1 a zy:MachineRoom ;
    zy:name "一号机房" ;
    zy:runsProduction true ;
    zy:isHosted false ;
    zy:isSeparateEnclosedArea true ;
    zy:hasAccessControl true ;
    zy:floorLoadKgPerM2 250.0 ;
    zy:hasFireDetection true ;
    zy:hasFireExtinguishing true ;
    zy:hasEmergencyLighting true ;
    zy:hasOnlineUps true ;
    zy:upsIsEnclosed true .
"""
"""A self-description of an invented company that states a few facts only: enough for three sorts of outcome."""
_TERM = re.compile(r"\bzy:(\w+)")


@dataclass(frozen=True, slots=True)
class Sample:
    """The statements of one node that a shape passes, and of one that it fails."""

    passing: str
    failing: str


@once
def sample_for(rules: Rules, iri: str) -> Sample | None:
    """Return the sample of a shape; ``None`` where the shape weighs several things against each other."""
    shape = rules.shapes.shapes[iri]
    found = _of_property(rules, shape) if shape.path else _of_component(shape)
    return None if found is None else Sample(_node(shape, found[0]), _node(shape, found[1]))


@once
def facts_read(rules: Rules, iri: str) -> tuple[Term, ...]:
    """Return the terms of the company vocabulary that a shape looks at, in the vocabulary's order."""
    shapes = rules.shapes
    shape = shapes.shapes[iri]
    named = set(shape.parameters.values())
    for node in (ox.NamedNode(iri), *_components(shapes, frozenset(shape.parameters))):
        named |= _named_in(shapes, node)
    return tuple(t for t in rules.vocabulary.terms.values() if t.iri in named and t.kind in ("datatype", "object"))


def _named_in(shapes: ShapeLibrary, root: Node) -> set[str]:
    """Return the paths of a shape and of what is nested in it, and the terms that its queries name."""
    named: set[str] = set()
    stack, seen = [root], set()
    while stack:
        at = stack.pop()
        seen.add(at)
        for predicate, value in shapes.statements.get(at, ()):
            if predicate in (SH + "select", SH + "ask") and isinstance(value, ox.Literal):
                named |= {str(ZY[name]) for name in _TERM.findall(value.value)}
            elif predicate in (SH + "path", SH + "disjoint", SH + "inversePath") and isinstance(value, ox.NamedNode):
                named.add(value.value)
            elif isinstance(value, ox.BlankNode) and value not in seen:
                stack.append(value)
    return named


def _components(shapes: ShapeLibrary, parameters: frozenset[str]) -> list[Node]:
    """Return the constraint components that declare one of ``parameters``."""
    statements = shapes.statements
    found = []
    for node, pairs in statements.items():
        if (RDF + "type", ox.NamedNode(SH + "ConstraintComponent")) not in pairs:
            continue
        for predicate, value in pairs:
            if predicate == SH + "parameter" and isinstance(value, ox.BlankNode):
                path = dict(statements[value]).get(SH + "path")
                if isinstance(path, ox.NamedNode) and path.value.removeprefix(str(ZY)) in parameters:
                    found.append(node)
    return found


def _node(shape: Shape, lines: list[str]) -> str:
    return document(shape.targets[0][1] if shape.targets else str(ZY.Company), lines)


def _of_property(rules: Rules, shape: Shape) -> tuple[list[str], list[str]] | None:
    path = shape.path or ""
    known = rules.vocabulary
    term = known.terms.get(path)
    name, given = compact(path), shape.parameters
    if term is None:
        return None
    if "minCount" in given:
        value = some_value(term, known)
        return None if value is None else ([f"{name} {value}"], [])
    for bound, step in (("minInclusive", -1), ("maxInclusive", 1)):
        if bound in given:
            limit = Decimal(given[bound])
            beyond = limit + (step if term.range.endswith("#integer") else Decimal(step) / 10)
            return [f"{name} {number(limit, term)}"], [f"{name} {number(beyond, term)}"]
    allowed = _members(rules.shapes, shape)
    if not allowed:
        return None
    if allowed[0] in ("true", "false"):
        return [f"{name} {allowed[0]}"], [f"{name} {'false' if allowed[0] == 'true' else 'true'}"]
    others = [t.iri for t in known.individuals_of(term.range) if compact(t.iri) not in allowed]
    return ([f"{name} {allowed[0]}"], [f"{name} {compact(others[0])}"]) if others else None


def _members(shapes: ShapeLibrary, shape: Shape) -> list[str]:
    """Return the values of the shape's ``sh:in``, as Turtle."""
    found: list[str] = []
    at = next((v for p, v in shapes.statements[ox.NamedNode(shape.iri)] if p == SH + "in"), None)
    for item in list_items(shapes.statements, at):
        found.append(item.value if isinstance(item, ox.Literal) else compact(str(getattr(item, "value", ""))))
    return found


Lines = tuple[list[str], list[str]]
_COMPONENTS: Mapping[str, Callable[[str, Mapping[str, str]], Lines]] = {
    Constraint.PRACTICE_STATED: lambda p, _: (attested(p, "zy:holds true", EVIDENCE), []),
    Constraint.SOFT_PRACTICE_STATED: lambda p, _: (attested(p, "zy:holds true", EVIDENCE), []),
    Constraint.PRACTICE_NOT_DENIED: lambda p, _: (
        attested(p, "zy:holds true", EVIDENCE),
        attested(p, "zy:holds false"),
    ),
    Constraint.PRACTICE_WITHOUT_EXCEPTION: lambda p, _: (
        attested(p, "zy:holds true", EVIDENCE),
        attested(p, "zy:holds true", 'zy:exception "……"', EVIDENCE),
    ),
    Constraint.PROHIBITION_STATED: lambda p, _: (attested(p, "zy:holds false", EVIDENCE), []),
    Constraint.PROHIBITION_KEPT: lambda p, _: (attested(p, "zy:holds false", EVIDENCE), attested(p, "zy:holds true")),
    Constraint.SOFT_PROHIBITION_KEPT: lambda p, _: (
        attested(p, "zy:holds false", EVIDENCE),
        attested(p, "zy:holds true"),
    ),
    Constraint.LIST_COMPLETE: lambda p, _: ([f"zy:listsAll {p}"], []),
    Constraint.LIST_NOT_EMPTY: lambda p, _: ([f"{p} []", f"zy:listsAll {p}"], [f"zy:listsAll {p}"]),
    Constraint.ACTIVITY_STATED: lambda p, _: (performed(p, on("2026-05-20")), []),
    Constraint.ACTIVITY_NOT_DENIED: lambda p, _: (performed(p, on("2026-05-20")), performed(p, "zy:holds false")),
    Constraint.ACTIVITY_TIMELY: lambda p, _: (performed(p, on("2026-06-29")), performed(p, on("2019-05-20"))),
    Constraint.INTERVAL_STATED: lambda p, _: (
        performed(p, on("2026-05-20"), "zy:statedIntervalDays 90"),
        performed(p, on("2026-05-20")),
    ),
    Constraint.INTERVAL_KEPT: lambda p, _: (
        performed(p, on("2026-05-20"), "zy:statedIntervalDays 90"),
        performed(p, on("2025-12-20"), "zy:statedIntervalDays 90"),
    ),
    Constraint.RETENTION_STATED: lambda p, _: (retained(p, "zy:periodYears 5"), []),
    Constraint.RETENTION_SUFFICIENT: lambda p, given: (
        retained(p, f"zy:periodMonths {given['tooFewMonths']}"),
        retained(p, f"zy:periodMonths {int(given['tooFewMonths']) - 1}"),
    ),
    Constraint.RETENTION_CERTAIN: lambda p, given: (
        retained(p, f"zy:periodDays {given['enoughDays']}"),
        retained(p, f"zy:periodDays {given['doubtfulFromDays']}"),
    ),
}


def _of_component(shape: Shape) -> Lines | None:
    for name, make in _COMPONENTS.items():
        if name in shape.parameters:
            return make(compact(shape.parameters[name]), shape.parameters)
    return None
