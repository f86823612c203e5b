"""Statements in, what every check asks of them out, made once: each look at a parser's triple makes its terms anew."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import overload

import pyoxigraph as ox

Node = ox.NamedNode | ox.BlankNode | ox.Triple
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Node, str, str, Value, str]
"""Subject, its name (the IRI, or the label of a blank node), the IRI of the predicate, the value, and its name: empty for a literal."""


class Listed(Sequence[ox.Triple]):
    """Statements by their rows, which are not to be changed.

    A triple is made of a row when one is asked for: making one takes as long as ten looks at a row.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    @cached_property
    def by_predicate(self) -> Mapping[str, Sequence[Row]]:
        """The rows of each predicate, in their order: most checks ask for a few predicates of hundreds."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            stated = found.get(row[2])
            if stated is None:
                found[row[2]] = [row]
            else:
                stated.append(row)
        return found

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[ox.Triple]:
        return map(triple_of, self.rows)

    @overload
    def __getitem__(self, index: int) -> ox.Triple: ...
    @overload
    def __getitem__(self, index: slice) -> Listed: ...
    def __getitem__(self, index: int | slice) -> ox.Triple | Listed:
        return Listed(self.rows[index]) if isinstance(index, slice) else triple_of(self.rows[index])


def listed(statements: Iterable[ox.Triple] | Iterable[ox.Quad]) -> Listed:
    """Return the statements taken apart; those that are Listed have been already."""
    return statements if isinstance(statements, Listed) else Listed(_rows(statements))


def rows_of(statements: Iterable[ox.Triple]) -> Sequence[Row]:
    """Return the rows of the statements."""
    return listed(statements).rows


def triple_of(row: Row) -> ox.Triple:
    """Return what ``row`` states."""
    return ox.Triple(row[0], ox.NamedNode(row[2]), row[3])


def once(rows: Iterable[Row]) -> list[Row]:
    """Return the rows without those that state again what an earlier one states."""
    first: dict[tuple[str, str, str | Value], Row] = {}
    for row in rows:
        first.setdefault((row[1], row[2], row[4] or row[3]), row)
    return list(first.values())


class Naming(dict[str, ox.BlankNode]):
    """The blank nodes of one document by their labels: as the author calls them, else by number: ``_:b1``, ``_:b2``.

    A parser gives those without a label another one each time, and what is told of them would differ each time. They
    are counted as they first appear, the labelled ones with them.
    """

    def __missing__(self, label: str) -> ox.BlankNode:
        own = _CALLED.fullmatch(label) is not None and _NUMBERED.fullmatch(label) is None
        node = self[label] = ox.BlankNode(label if own else f"b{len(self) + 1}")
        return node


_CALLED = re.compile(r"[\w.·-]{1,100}")
"""Labels that may stand in an IRI."""
_NUMBERED = re.compile(r"[0-9a-f]{16,32}|b?\d+")
"""Labels that a parser gives, and those that could be taken for a number of ours."""


def rows_of_document(statements: Iterable[ox.Triple | ox.Quad], naming: Naming) -> list[Row]:
    """Return the rows of what a parser says, blank nodes by their name in ``naming``."""
    return _rows(statements, naming)


def _rows(statements: Iterable[ox.Triple | ox.Quad], naming: Naming | None = None) -> list[Row]:
    # A name recurs by the hundred: one string of each is kept, whose hash is known and which equals itself at once.
    same: dict[str, str] = {}
    keep = same.setdefault
    rows: list[Row] = []
    last: Node | None = None
    name = ""
    for statement in statements:
        stated, predicate, value = statement.subject, statement.predicate.value, statement.object
        if stated != last:
            last = subject = stated
            if naming is not None and isinstance(stated, ox.BlankNode):
                subject = naming[stated.value]
            name = keep(text := node_name(subject), text)
        if isinstance(value, ox.NamedNode):
            target = keep(text := value.value, text)
        elif isinstance(value, ox.Literal):
            target = ""
        else:
            if naming is not None and isinstance(value, ox.BlankNode):
                value = naming[value.value]
            target = keep(text := str(value), text)
        rows.append((subject, name, keep(predicate, predicate), value, target))
    return rows


def node_name(node: object) -> str:
    """Return what a node is called in a place: its IRI, or the label of a blank node."""
    return node.value if isinstance(node, ox.NamedNode) else str(node)
