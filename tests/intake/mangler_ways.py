"""The ways in which people and office programs change a right form: each a name, a change, and what may come of it.

``same``: the change says nothing else, so the form must read as before. ``told``: it makes a cell unreadable or
ambiguous, so the form must be refused with the place named. ``either``: both are right, another verdict never is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from tests.intake.mangler_book import Book, text_of

SAME, TOLD, EITHER = "same", "told", "either"
Change = Callable[[Book], bytes | None]


@dataclass(frozen=True, slots=True)
class Way:
    """One way: ``change`` works on the workbook, or returns other bytes in its place."""

    name: str
    change: Change
    may: str
    quick: bool = True

    def mangled(self, data: bytes) -> bytes:
        book = Book(data)
        other = self.change(book)
        return book.packed() if other is None else other


@dataclass(frozen=True, slots=True)
class Spot:
    """A filled cell and what it asks for: ``kind`` is percent, money, count, amount, date, yes, no, choice, text or id."""

    sheet: str
    cell: str
    kind: str


def typed(cell: ET.Element) -> bool:
    return bool(text_of(cell)) and not any(child.tag.endswith("}f") for child in cell)
