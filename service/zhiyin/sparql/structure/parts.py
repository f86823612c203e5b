"""What a query is made of: nodes, triple patterns, expressions, groups and selections, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


class StructureError(Exception):
    """The text leaves the grammar at ``offset``; the engine's own parser says it better."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(f"at offset {offset}")


@dataclass(frozen=True, slots=True)
class Node:
    """A term of a pattern: ``kind`` is iri, literal, variable, blank, path or list; an IRI's ``value`` is resolved.

    ``zero`` is whether a path may have length zero (``*`` or ``?`` outermost), ``steps`` its IRIs where it is a
    plain sequence; ``note`` is a literal's tag or type.
    """

    kind: str
    value: str
    start: int
    end: int
    note: str = ""
    zero: bool = False
    steps: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Triple:
    """One triple pattern; ``start`` and ``end`` enclose all of the statement that it is a part of."""

    subject: Node
    predicate: Node
    object: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Use:
    """A variable in an expression: where, and whether an aggregate holds it."""

    name: str
    start: int
    aggregated: bool


@dataclass(slots=True)
class Expression:
    """What an expression uses: variables, aggregates (name and place, and whether within another), EXISTS groups."""

    start: int
    end: int = 0
    uses: list[Use] = field(default_factory=list)
    aggregates: list[tuple[str, int, bool]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)


@dataclass(slots=True)
class Element:
    """One part of a group: ``kind`` is filter, optional, minus, graph, service, bind, values, union or select."""

    kind: str
    start: int
    end: int = 0
    name: Node | None = None
    groups: list[Group] = field(default_factory=list)
    expression: Expression | None = None
    variables: list[tuple[str, int]] = field(default_factory=list)
    constants: list[tuple[str, Node]] = field(default_factory=list)
    """The terms that VALUES gives to its variables."""
    select: Select | None = None


@dataclass(slots=True)
class Group:
    """What stands between two braces; ``blanks`` are its blank node labels, one list for each basic graph pattern."""

    start: int
    end: int = 0
    triples: list[Triple] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    blanks: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Select:
    """A SELECT, of the query or within a group."""

    start: int
    star: int | None = None
    plain: list[tuple[str, int]] = field(default_factory=list)
    named: list[tuple[Expression, str, int]] = field(default_factory=list)
    where: Group | None = None
    group_by: int | None = None
    grouped: list[tuple[str, int]] = field(default_factory=list)
    group_expressions: list[Expression] = field(default_factory=list)
    having: list[Expression] = field(default_factory=list)
    order: list[Expression] = field(default_factory=list)
    values: Element | None = None


@dataclass(slots=True)
class Structure:
    """A whole query."""

    form: str
    prefixes: dict[str, str]
    select: Select
    default_graphs: list[Node]
    named_graphs: list[Node]
    has_dataset: bool
    iris: list[tuple[Node, bool]]
    """Every IRI with whether it stands as a predicate or a step of a path."""

    def groups(self) -> Iterator[Group]:
        """Yield every group, the outermost first."""
        if self.select.where is not None:
            yield from within(self.select.where)
        for expression in (*self.select.having, *self.select.order, *(e for e, _, _ in self.select.named)):
            for group in expression.groups:
                yield from within(group)


def within(group: Group) -> Iterator[Group]:
    """Yield ``group`` and every group in it."""
    yield group
    for element in group.elements:
        for inner in element.groups:
            yield from within(inner)
        if element.expression is not None:
            for inner in element.expression.groups:
                yield from within(inner)
        if element.select is not None and element.select.where is not None:
            yield from within(element.select.where)


def bound(group: Group) -> set[str]:
    """Return the variables in scope at the end of ``group`` (SPARQL 1.1, 18.2.1)."""
    found: set[str] = set()
    for triple in group.triples:
        found.update(n.value for n in (triple.subject, triple.predicate, triple.object) if n.kind == "variable")
    for element in group.elements:
        if element.kind in {"filter", "minus"}:
            continue
        found.update(name for name, _ in element.variables)
        if element.name is not None and element.name.kind == "variable":
            found.add(element.name.value)
        for inner in element.groups:
            found |= bound(inner)
        if element.select is not None:
            found |= projected(element.select)
    return found


def projected(select: Select) -> set[str]:
    """Return the variables that a SELECT gives."""
    if select.star is not None:
        return bound(select.where) if select.where is not None else set()
    return {name for name, _ in select.plain} | {name for _, name, _ in select.named}


class RowError(StructureError):
    """A row of VALUES with too few or too many terms."""

    def __init__(self, offset: int, has: int, wants: int) -> None:
        super().__init__(offset)
        self.has = has
        self.wants = wants
