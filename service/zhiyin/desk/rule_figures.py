"""The numbers that stand in shapes: listed by clause, and one of them given another value, as the statements that say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.errors import BadRequest
from zhiyin.law.shapes import Node, Shape, ShapeLibrary, Value
from zhiyin.model import number_key
from zhiyin.standards import SH, XSD

_HELD_AGAINST = re.compile(r"[?$](?:found|value)\s*[<>]=?\s*$")
_BOUNDS = {SH + name for name in ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")}
_NUMBER = re.compile(r"(?<![\w.?$:/#\"-])\d+(?:\.\d+)?(?![\w.])")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a shape that an overlay may change; ``index`` counts the numbers of the shape."""

    shape: str
    name: str
    clauses: tuple[str, ...]
    index: int
    value: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a number stands: in which statement of the shape, on the way down, and where in its text."""

    root: str
    node: Node
    position: int
    start: int
    end: int
    value: str
    bound: bool
    """Whether what was found is held against this number as it stands, so that their difference says how much."""


def figures(shapes: ShapeLibrary) -> list[Figure]:
    """Return every number in the shapes, by the clauses they enforce."""
    found = []
    for shape in shapes.shapes.values():
        numbers = tuple(sorted(shape.enforces, key=number_key))
        for index, spot in enumerate(spots(shapes, shape)):
            found.append(Figure(shape.iri, shape.name.zh, numbers, index, spot.value))
    return sorted(found, key=lambda f: (number_key(f.clauses[-1]) if f.clauses else (), f.shape, f.index))


def changed_figures(shapes: ShapeLibrary, wanted: Iterable[tuple[str, int, str]]) -> list[ox.Triple]:
    """Return the overlay that gives numbers, each as shape, index and new value, other values.

    BadRequest where there is no such number, where a value is none, or where a number is given two.
    """
    values: dict[tuple[str, str], dict[tuple[Node, int], dict[Spot, str]]] = {}
    for shape, index, value in wanted:
        if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value):
            raise BadRequest("新数值须是非负数字", "the new value is a number, not negative")
        known = shapes.shapes.get(shape)
        found = [] if known is None else list(spots(shapes, known))
        if not 0 <= index < len(found):
            raise BadRequest("没有这个数字", "there is no such number")
        spot = found[index]
        given = values.setdefault((shape, spot.root), {}).setdefault((spot.node, spot.position), {})
        if given.setdefault(spot, value) != value:
            raise BadRequest("同一个数字给了两个新值", "one number is given two new values")
    return [t for (shape, root), given in values.items() for t in _said_anew(shapes, shape, root, given)]


def _said_anew(
    shapes: ShapeLibrary, shape: str, root: str, given: Mapping[tuple[Node, int], Mapping[Spot, str]]
) -> Iterator[ox.Triple]:
    """Yield what a shape says by one predicate, and all below it, with other numbers."""
    todo: list[tuple[Node, str | None]] = [(ox.NamedNode(shape), root)]
    while todo:
        node, only = todo.pop()
        for position, (predicate, stated) in enumerate(shapes.statements[node]):
            if only is not None and predicate != only:
                continue
            said: Value = stated
            if isinstance(stated, ox.Literal):
                said = _with_numbers(stated, given.get((node, position), {}))
            yield ox.Triple(node, ox.NamedNode(predicate), said)
            if isinstance(stated, ox.BlankNode):
                todo.append((stated, None))


def spots(shapes: ShapeLibrary, shape: Shape) -> Iterator[Spot]:
    """Yield every number of a shape, but the 1 that only says that something is there."""
    for predicate in dict.fromkeys(p for p, _ in shapes.statements[ox.NamedNode(shape.iri)]):
        stack: list[tuple[Node, str | None]] = [(ox.NamedNode(shape.iri), predicate)]
        while stack:
            node, only = stack.pop()
            for position, (stated, value) in enumerate(shapes.statements[node]):
                if only is not None and stated != only:
                    continue
                if isinstance(value, ox.BlankNode):
                    stack.append((value, None))
                elif isinstance(value, ox.Literal):
                    yield from _numbers(predicate, node, position, stated, value)


def _numbers(root: str, node: Node, position: int, stated: str, value: ox.Literal) -> Iterator[Spot]:
    if stated == SH + "select":
        for match in _NUMBER.finditer(value.value):
            bound = _HELD_AGAINST.search(value.value, 0, match.start()) is not None
            yield Spot(root, node, position, match.start(), match.end(), match[0], bound)
    elif value.datatype.value.endswith(("#integer", "#decimal")):
        presence = stated in (SH + "minCount", SH + "maxCount") and value.value == "1"
        if not presence:
            yield Spot(root, node, position, 0, len(value.value), value.value, stated in _BOUNDS)


def _with_numbers(stated: ox.Literal, given: Mapping[Spot, str]) -> ox.Literal:
    text = stated.value
    for spot in sorted(given, key=lambda s: -s.start):
        text = text[: spot.start] + given[spot] + text[spot.end :]
    if not stated.datatype.value.endswith(("#integer", "#decimal")):
        return ox.Literal(text) if given else stated
    kind = "decimal" if "." in text else stated.datatype.value.rpartition("#")[2]
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))
