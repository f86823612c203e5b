"""A shape in, the smallest facts that pass and that fail it out, as Turtle; and the facts that any shape reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pyoxigraph as ox

from zhiyin.namespaces import PREFIXES, ZY, compact
from zhiyin.validation.shapes import RDF, SH, Node, Shape, library
from zhiyin.validation.vocabulary import Term, vocabulary

CHECK_DATE = "2026-06-30"
"""The check date for which the dates of the samples are written."""
SUBMISSION = """@prefix ex: <https://example.org/futures/sample/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix zy: <https://w3id.org/zhiyin/ontology#> .

ex:self-description a zy:SelfDescription ;
    zy:describes ex:company ;
    zy:asOf "2026-06-30"^^xsd:date ;
    zy:claimedTier 1 .

ex:company a zy:Company ;
    zy:name "示例期货（样例）" ;
    zy:machineRoom ex:room-1 .

ex:room-1 a zy:MachineRoom ;
    zy:upsCount 1 ;
    zy:floorLoadKgPerM2 450.0 .
"""
"""A self-description of an invented company that states a few facts only."""
_TERM = re.compile(r"\bzy:(\w+)")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Sample:
    """The statements of one node that a shape passes, and of one that it fails."""

    passing: str
    failing: str


@cache
def sample_for(iri: str) -> Sample | None:
    """Return the sample of a shape; ``None`` where the shape weighs several things against each other."""
    shape = library().shapes[iri]
    found = _of_property(shape) if shape.path else _of_component(shape)
    return None if found is None else Sample(_node(shape, found[0]), _node(shape, found[1]))


@cache
def facts_read(iri: str) -> tuple[Term, ...]:
    """Return the terms of the company vocabulary that a shape looks at, in the vocabulary's order."""
    shape = library().shapes[iri]
    named = set(shape.parameters.values())
    for node in (ox.NamedNode(iri), *_components(frozenset(shape.parameters))):
        named |= _named_in(node)
    return tuple(t for t in vocabulary().terms.values() if t.iri in named and t.kind in ("datatype", "object"))


def _named_in(root: Node) -> set[str]:
    """Return the paths of a shape and of what is nested in it, and the terms that its queries name."""
    named: set[str] = set()
    stack, seen = [root], set()
    while stack:
        at = stack.pop()
        seen.add(at)
        for predicate, value in library().statements.get(at, ()):
            if predicate in (SH + "select", SH + "ask") and isinstance(value, ox.Literal):
                named |= {str(ZY[name]) for name in _TERM.findall(value.value)}
            elif predicate in (SH + "path", SH + "disjoint", SH + "inversePath") and isinstance(value, ox.NamedNode):
                named.add(value.value)
            elif isinstance(value, ox.BlankNode) and value not in seen:
                stack.append(value)
    return named


def _components(parameters: frozenset[str]) -> list[Node]:
    """Return the constraint components that declare one of ``parameters``."""
    statements = library().statements
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
    focus = compact(shape.targets[0][1]) if shape.targets else "zy:Company"
    about = [f"a {focus}", *lines]
    body = " ;\n    ".join(about)
    text = f"[] {body} .\n" if len(about) > 1 else f"[] a {focus} .\n"
    used = sorted({p for p in re.findall(r"(?<![\w\"])([a-z]+):", text) if p in PREFIXES})
    return "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in used) + "\n" + text


def _of_property(shape: Shape) -> tuple[list[str], list[str]] | None:
    path = shape.path or ""
    term = vocabulary().terms.get(path)
    name, given = compact(path), shape.parameters
    if term is None:
        return None
    if "minCount" in given:
        value = _some_value(term)
        return None if value is None else ([f"{name} {value}"], [])
    for bound, step in (("minInclusive", -1), ("maxInclusive", 1)):
        if bound in given:
            limit = Decimal(given[bound])
            beyond = limit + (step if term.range.endswith("#integer") else Decimal(step) / 10)
            return [f"{name} {_number(limit, term)}"], [f"{name} {_number(beyond, term)}"]
    allowed = _members(shape)
    if not allowed:
        return None
    if allowed[0] in ("true", "false"):
        return [f"{name} {allowed[0]}"], [f"{name} {'false' if allowed[0] == 'true' else 'true'}"]
    others = [t.iri for t in vocabulary().individuals_of(term.range) if compact(t.iri) not in allowed]
    return ([f"{name} {allowed[0]}"], [f"{name} {compact(others[0])}"]) if others else None


def _members(shape: Shape) -> list[str]:
    """Return the values of the shape's ``sh:in``, as Turtle."""
    found: list[str] = []
    at = next((v for p, v in library().statements[ox.NamedNode(shape.iri)] if p == SH + "in"), None)
    while isinstance(at, ox.BlankNode):
        pairs = dict(library().statements[at])
        first = pairs[RDF + "first"]
        found.append(first.value if isinstance(first, ox.Literal) else compact(str(getattr(first, "value", ""))))
        at = pairs.get(RDF + "rest")
    return found


def _some_value(term: Term) -> str | None:
    local = term.range.removeprefix(_XSD)
    if term.kind == "datatype":
        low = term.minimum if term.minimum is not None else Decimal(1)
        return {
            "boolean": "true",
            "integer": _number(max(low, Decimal(1)), term),
            "decimal": _number(max(low, Decimal(1)), term),
            "date": f'"{CHECK_DATE}"^^xsd:date',
            "string": '"……"',
        }.get(local)
    individuals = vocabulary().individuals_of(term.range)
    return compact(individuals[0].iri) if individuals else f"[ a {compact(term.range)} ]"


def _number(value: Decimal, term: Term) -> str:
    text = f"{value.normalize():f}"
    return text if "." in text or not term.range.endswith("#decimal") else f"{text}.0"


_EVIDENCE = (
    'zy:evidence [ dcterms:title "……" ; dcterms:issued "2026-01-15"^^xsd:date ; zy:responsibleRole "信息技术部负责人" ]'
)


def _thing(path: str, *lines: str) -> str:
    inside = " ;\n        ".join(lines)
    return f"{path} [\n        {inside}\n    ]"


def _attested(practice: str, *rest: str) -> list[str]:
    return [_thing("zy:attestation", f"zy:about {practice}", *rest)]


def _performed(practice: str, *rest: str) -> list[str]:
    return [_thing("zy:activity", "a zy:Activity", f"zy:about {practice}", *rest)]


def _retained(practice: str, period: str) -> list[str]:
    return [f"zy:retention [ a zy:Retention ; zy:about {practice} ; {period} ]"]


def _on(day: str) -> str:
    return f'zy:lastConductedOn "{day}"^^xsd:date'


Lines = tuple[list[str], list[str]]
_COMPONENTS: Mapping[str, Callable[[str, Mapping[str, str]], Lines]] = {
    "practiceStated": lambda p, _: (_attested(p, "zy:holds true", _EVIDENCE), []),
    "softPracticeStated": lambda p, _: (_attested(p, "zy:holds true", _EVIDENCE), []),
    "practiceNotDenied": lambda p, _: (_attested(p, "zy:holds true", _EVIDENCE), _attested(p, "zy:holds false")),
    "practiceWithoutException": lambda p, _: (
        _attested(p, "zy:holds true", _EVIDENCE),
        _attested(p, "zy:holds true", 'zy:exception "……"'),
    ),
    "prohibitionStated": lambda p, _: (_attested(p, "zy:holds false", _EVIDENCE), []),
    "prohibitionKept": lambda p, _: (_attested(p, "zy:holds false", _EVIDENCE), _attested(p, "zy:holds true")),
    "listComplete": lambda p, _: ([f"zy:listsAll {p}"], []),
    "listNotEmpty": lambda p, _: ([f"{p} []", f"zy:listsAll {p}"], [f"zy:listsAll {p}"]),
    "activityStated": lambda p, _: (_performed(p, _on("2026-05-20")), []),
    "activityNotDenied": lambda p, _: (_performed(p, _on("2026-05-20")), _performed(p, "zy:holds false")),
    "activityTimely": lambda p, _: (_performed(p, _on("2026-06-29")), _performed(p, _on("2019-05-20"))),
    "intervalStated": lambda p, _: (
        _performed(p, _on("2026-05-20"), "zy:statedIntervalDays 90"),
        _performed(p, _on("2026-05-20")),
    ),
    "intervalKept": lambda p, _: (
        _performed(p, _on("2026-05-20"), "zy:statedIntervalDays 90"),
        _performed(p, _on("2025-12-20"), "zy:statedIntervalDays 90"),
    ),
    "retentionStated": lambda p, _: (_retained(p, "zy:periodYears 5"), []),
    "retentionSufficient": lambda p, given: (
        _retained(p, f"zy:periodMonths {given['tooFewMonths']}"),
        _retained(p, f"zy:periodMonths {int(given['tooFewMonths']) - 1}"),
    ),
    "retentionCertain": lambda p, given: (
        _retained(p, f"zy:periodDays {given['enoughDays']}"),
        _retained(p, f"zy:periodDays {given['doubtfulFromDays']}"),
    ),
}


def _of_component(shape: Shape) -> Lines | None:
    for name, make in _COMPONENTS.items():
        if name in shape.parameters:
            return make(compact(shape.parameters[name]), shape.parameters)
    return None
