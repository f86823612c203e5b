"""Triples in, what every check asks of them out, made once: each look at a parser's triple makes its terms anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import pyoxigraph as ox

Node = ox.NamedNode | ox.BlankNode | ox.Triple
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Node, str, str, Value, ox.Triple]
"""Subject, its name (the IRI, or the label of a blank node), the IRI of the predicate, the value, the triple itself."""


class Listed(list[ox.Triple]):
    """Triples with their rows; they are not to be changed once ``rows`` have been looked at."""

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The triples taken apart, in their order."""
        return _rows(self)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Listed:
        """Return the triples of ``rows``."""
        found = cls(row[4] for row in rows)
        found.__dict__["rows"] = rows
        return found


def rows_of(triples: Iterable[ox.Triple]) -> Sequence[Row]:
    """Return the triples taken apart; those that are Listed have been already."""
    return triples.rows if isinstance(triples, Listed) else _rows(triples)


def _rows(triples: Iterable[ox.Triple]) -> list[Row]:
    # A predicate recurs by the hundred: one string of each is kept, whose hash is known and which equals itself at once.
    same: dict[str, str] = {}
    rows: list[Row] = []
    last: Node | None = None
    name = ""
    for triple in triples:
        subject, predicate = triple.subject, triple.predicate.value
        if subject != last:
            last = subject
            name = same.setdefault(text := node_name(subject), text)
        rows.append((last or subject, name, same.setdefault(predicate, predicate), triple.object, triple))
    return rows


def node_name(node: object) -> str:
    """Return what a node is called in a place: its IRI, or the label of a blank node."""
    return node.value if isinstance(node, ox.NamedNode) else str(node)
