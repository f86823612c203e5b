"""A shape or a constraint component in, the same with one thing changed out: a comparator, a path, a class, a value or a boolean connective.

Figures are changed in ``test_figures_matter.py``. Each change leaves a shape that an engine takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.composition.judging import rules
from zhiyin.law.shapes import Node, Shape, ShapeLibrary, Value
from zhiyin.namespaces import ZY
from zhiyin.standards import RDF, SH

_OTHER = "Other"
"""Put behind a name it makes one that nobody uses."""
_COMPARATORS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}
_CONNECTIVES = {"&&": "||", "||": "&&", "NOT EXISTS": "EXISTS", "EXISTS": "NOT EXISTS", "!": "", "UNION": "MINUS"}
_CORE = {
    "minInclusive": "minExclusive",
    "minExclusive": "minInclusive",
    "maxInclusive": "maxExclusive",
    "maxExclusive": "maxInclusive",
    "lessThan": "lessThanOrEquals",
    "lessThanOrEquals": "lessThan",
    "or": "and",
    "and": "or",
    "not": "node",
}
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>|\#.*)"""
    r"|(?P<connective>&&|\|\||\bNOT\s+EXISTS\b|\bEXISTS\b|!(?!=)|\bUNION\b)"
    r"|(?P<comparator><=|>=|!=|(?<=\s)[<>=](?=\s))"
    r"|(?P<name>\b(?:zy|dcterms):\w+)"
)
_SAID_ABOUT = frozenset(
    {
        "basis",
        "enforces",
        "family",
        "figure",
        "order",
        "outcome",
        "prefixes",
        "readingRule",
        "rest",
        "role",
        "source",
        "type",
    }
)
"""What is said about a shape to a reader or the judgement, not to the engine; and where a list goes on."""

_EQUAL_OTHER = "Where both amounts are equal it is the same which of them is named."
_NOT_AFTER = "The backup is asked to lie before a day that itself is not after the check date."
_NO_DOUBT = (
    "Every shape takes the same figure for doubtful from and enough from in months: no months or years lie between."
)
_NOT_READ = "The datatype declared for a parameter is read by authors, not by the engine; test_shapes.py holds all values to it."
_NOT_SINCE = (
    "What is dated after the as-of date is not read, and the shape speaks only where that lies before the check date."
)
_NOT_LATE = "On the check date itself no period has run out."
_CALENDAR_FIRST = (
    "The calendar reading of a period never begins after the rolling one: what lies before it lies before both."
)
MEANINGLESS: Mapping[str, Mapping[str, str]] = {
    "it-spend-of-profit": {"comparator: > → >= at 1016": _EQUAL_OTHER},
    "it-spend-of-revenue": {"comparator: > → >= at 1016": _EQUAL_OTHER},
    "ups-time-with-agreement": {"comparator: < → <= at 1153": _EQUAL_OTHER},
    "settlement-backup-timely": {"comparator: <= → < at 438": _NOT_AFTER},
    "settlement-backup-undisputed": {"comparator: <= → < at 438": _NOT_AFTER},
    "settlement-since-stated": {"comparator: <= → < at 689": _NOT_SINCE},
    "ontology#ActivityTimelyComponent": {
        "comparator: <= → < at 365": _NOT_LATE,
        "comparator: < → <= at 389": _CALENDAR_FIRST,
    },
    "ontology#ActivityUndisputedComponent": {
        "comparator: <= → < at 379": _NOT_LATE,
        "comparator: >= → > at 468": _CALENDAR_FIRST,
    },
    "ontology#IntervalKeptComponent": {
        "comparator: <= → < at 279": "On the check date itself no day has passed, which exceeds no interval."
    },
    "ontology#HeadcountDecidableComponent": {"value: datatype XMLSchema#integer": _NOT_READ},
    "ontology#HeadcountUndoubtedComponent": {"value: datatype XMLSchema#integer": _NOT_READ},
    "ontology#RetentionSufficientComponent": {"value: datatype XMLSchema#integer": _NOT_READ},
    "ontology#RetentionCertainComponent": {
        "path: zy:periodMonths → zy:periodMonthsOther at 287": _NO_DOUBT,
        "comparator: >= → > at 327": _NO_DOUBT,
        "path: zy:periodYears → zy:periodYearsOther at 422": _NO_DOUBT,
        "comparator: >= → > at 466": _NO_DOUBT,
        "value: datatype XMLSchema#integer": _NOT_READ,
    },
}
"""The changes of shapes and components that no submission can tell, each with the reason."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one shape: its kind, what was changed into what, and the library in which it stands."""

    kind: str
    label: str
    library: ShapeLibrary


def changes_of(shape: Shape) -> Iterator[Change]:
    """Yield every single change of ``shape`` and of what stands below it, in a steady order."""
    return _changes(shape.iri, {shape.iri: shape})


def changes_of_component(iri: str, users: Mapping[str, Shape]) -> Iterator[Change]:
    """Yield every single change of a constraint component, each in a library of ``users``, the shapes that use it."""
    return _changes(iri, users)


def components() -> dict[str, dict[str, Shape]]:
    """Return each constraint component to the shapes that use it, those of one parameter before those of several."""
    component = ox.NamedNode(SH + "ConstraintComponent")
    found = {}
    for node, said in rules().shapes.statements.items():
        if (RDF + "type", component) in said and isinstance(node, ox.NamedNode):
            names = {
                getattr(path, "value", "").rpartition("#")[2]
                for p, parameter in said
                if p == SH + "parameter" and isinstance(parameter, ox.NamedNode | ox.BlankNode)
                for q, path in rules().shapes.statements.get(parameter, ())
                if q == SH + "path"
            }
            found[node.value] = {i: s for i, s in rules().shapes.shapes.items() if names <= set(s.parameters)}
    return found


def _changes(iri: str, shapes: Mapping[str, Shape]) -> Iterator[Change]:
    for node in nodes_of(iri):
        said = rules().shapes.statements.get(node, ())
        for index, (predicate, value) in enumerate(said):
            for kind, label, changed in _changed(predicate, value):
                statements = dict(rules().shapes.statements)
                pairs: list[tuple[str, Value]] = list(said)
                pairs[index] = changed
                statements[node] = tuple(pairs)
                yield Change(kind, label, ShapeLibrary(statements, shapes, rules().duties))


def nodes_of(iri: str) -> list[Node]:
    """Return a shape's own nodes: itself and the blank nodes below it."""
    found: list[Node] = []
    stack: list[Node] = [ox.NamedNode(iri)]
    while stack:
        node = stack.pop()
        if node not in found:
            found.append(node)
            stack += [v for _, v in rules().shapes.statements.get(node, ()) if isinstance(v, ox.BlankNode)]
    return found


def _changed(predicate: str, value: Value) -> Iterator[tuple[str, str, tuple[str, Value]]]:
    """Yield the kind of each change of one statement, what it is called, and the statement in its place."""
    name = predicate.replace("#", "/").rpartition("/")[2]
    if predicate in {SH + "select", SH + "ask"} and isinstance(value, ox.Literal):
        for kind, label, text in _texts(value.value):
            yield kind, label, (predicate, ox.Literal(text))
    elif predicate.startswith(SH) and name in _CORE:
        kind = "connective" if name in {"or", "and", "not"} else "comparator"
        yield kind, f"sh:{name} → sh:{_CORE[name]}", (SH + _CORE[name], value)
    elif isinstance(value, ox.NamedNode) and name not in _SAID_ABOUT:
        kind = (
            "path"
            if name in {"path", "first", "inversePath"}
            else "class"
            if name in {"class", "targetClass"}
            else "value"
        )
        yield kind, f"{name} {_short(value.value)}", (predicate, ox.NamedNode(value.value + _OTHER))
    elif isinstance(value, ox.Literal) and value.datatype.value.endswith("#boolean") and name not in _SAID_ABOUT:
        other = "false" if value.value == "true" else "true"
        yield "value", f"{name} {value.value}", (predicate, ox.Literal(other, datatype=value.datatype))


def _texts(query: str) -> Iterator[tuple[str, str, str]]:
    for match in _TOKEN.finditer(query):
        kind, token = str(match.lastgroup), match[0]
        if kind == "string":
            continue
        if kind == "connective":
            new = _CONNECTIVES[" ".join(token.split())]
        elif kind == "comparator":
            new = _COMPARATORS[token]
        else:
            kind = "class" if token.partition(":")[2][0].isupper() else "path"
            new = token + _OTHER
        yield kind, f"{token} → {new} at {match.start()}", query[: match.start()] + new + query[match.end() :]


def _short(iri: str) -> str:
    return "zy:" + iri.removeprefix(str(ZY)) if iri.startswith(str(ZY)) else iri.rpartition("/")[2]
