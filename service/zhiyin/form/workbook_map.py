"""Where each fact of a form stands in its workbook: filled by the sheets' writers, read by clauses, self-check and marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Spot:
    """One fact's cells: its sheet, the first cell to fill in, the cell of its state, and what it is called."""

    sheet: str
    cell: str
    state: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of things: the range of each key over all rows for things, and what tells which of them are in use.

    ``shared`` is the cell that holds what is said of all things at once, by key; ``first`` and ``last`` are the rows
    (side by side: the columns) of the things.
    """

    sheet: str
    ranges: dict[str, str]
    shared: dict[str, str]
    complete: str
    side_by_side: bool = False


@dataclass(slots=True)
class FormMap:
    """Everything that other sheets want to point at."""

    facts: dict[str, Spot] = field(default_factory=dict)
    """A fact of the company, by the IRI of its property."""
    columns: dict[tuple[str, str], Spot] = field(default_factory=dict)
    """A property of things, by class and property."""
    statements: dict[str, list[tuple[str, Spot]]] = field(default_factory=lambda: defaultdict(list))
    """The rows of a practice, task or record kind: subject and cells, by the IRI of what is stated."""
    tables: dict[str, Table] = field(default_factory=dict)
    lists: dict[str, Spot] = field(default_factory=dict)
    """The completeness cell of a list, by the IRI of its property."""
    cited: dict[str, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    """What a clause needs, by its number, in the order of the sheets."""

    def cite(self, numbers: Iterable[str], spot: Spot) -> None:
        """Remember that the clauses need what stands at ``spot``."""
        for number in numbers:
            self.cited[number].append(spot)
