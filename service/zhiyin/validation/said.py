"""A company's facts in, what is said of each node out: statements are made of their rows only where they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.intake.rows import Row, triple_of
from zhiyin.validation.facts import Facts


class Said(Mapping[str, list[ox.Triple]]):
    """What is said of one node: predicate to its statements."""

    def __init__(self, rows: Mapping[str, Sequence[Row]]) -> None:
        self._rows = rows

    def __getitem__(self, predicate: str) -> list[ox.Triple]:
        return [triple_of(row) for row in self._rows[predicate]]

    def __contains__(self, predicate: object) -> bool:
        return predicate in self._rows  # without making statements of its rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def texts(self, predicate: str) -> list[str]:
        """Return the values of ``predicate``: the names of nodes, the characters of literals."""
        return [row[4] or getattr(row[3], "value", "") for row in self._rows.get(predicate, ())]

    def several(self) -> list[str]:
        """Return the predicates that are stated more than once."""
        return [predicate for predicate, rows in self._rows.items() if len(rows) > 1]


def said_of(facts: Facts) -> dict[str, Said]:
    """Return node to what is said of it, in the order of the document."""
    by: dict[str, dict[str, list[Row]]] = {}
    for row in facts.rows:
        said = by.get(row[1])
        if said is None:
            said = by[row[1]] = {}
        stated = said.get(row[2])
        if stated is None:
            said[row[2]] = [row]
        else:
            stated.append(row)
    return {node: Said(rows) for node, rows in by.items()}
