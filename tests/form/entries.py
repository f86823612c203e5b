"""A filled form in, what a person types to get it from the blank one out: sheet, row and column by their labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from openpyxl.utils import get_column_letter

from zhiyin.form import workbook_layout as layout

STATEMENTS = (layout.PRACTICES, layout.TASKS, layout.RECORDS)
ADDED = ""
"""The label of the empty rows below the statements."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell to type: the labels of its row and column (``nth`` row of that label), and what is typed."""

    sheet: str
    row: str
    column: str
    value: str
    nth: int = 0

    def order(self) -> dict[str, object]:
        return {"do": "type", **asdict(self)}


def bare(value: object) -> str:
    return str("" if value is None else value).strip().removesuffix(layout.REQUIRED).strip()


def entries(filled: Any, blank: Any) -> list[Entry]:  # noqa: ANN401 - openpyxl's workbooks
    """Return the cells to type, in the order of the form's sheets and rows."""
    found: list[Entry] = []
    for sheet in filled:
        if sheet.title in layout.UNREAD:
            continue
        read = _statements if sheet.title in STATEMENTS else _cells
        found += read(sheet, blank[sheet.title])
    return found


def _cells(sheet: Any, blank: Any) -> Iterator[Entry]:  # noqa: ANN401
    head = 1 if sheet.title == layout.COMPANY_SHEET else layout.HEADER_ROW
    if head > 1 and sheet[layout.COMPLETE_CELL].value not in (None, blank[layout.COMPLETE_CELL].value):
        yield Entry(sheet.title, bare(sheet["A1"].value), get_column_letter(2), str(sheet[layout.COMPLETE_CELL].value))
    for row in sheet.iter_rows(min_row=head + 1):
        for cell in row:
            if _typed(cell, blank[cell.coordinate]):
                column = bare(sheet.cell(head, cell.column).value)
                yield Entry(sheet.title, bare(row[0].value), column, _text(cell.value))


def _statements(sheet: Any, blank: Any) -> Iterator[Entry]:  # noqa: ANN401
    """Yield what is typed in the rows that the form gives, then in the empty ones below, subject and label first."""
    inputs = [cell.column for cell in blank[2] if not cell.protection.locked and cell.column > 2]
    key = next(cell.column - 1 for cell in blank[1] if cell.value == layout.KEY_COLUMN)
    given = {str(row[key].value): row for row in blank.iter_rows(min_row=2) if row[key].value}
    alike: dict[str, list[Any]] = {}
    for row in sheet.iter_rows(min_row=2):
        if row[1].value:
            alike.setdefault(str(row[key].value), []).append(row)
    seen, below = Counter[str](), 0
    for each, usual in given.items():
        label, subject = str(usual[1].value), usual[0].value
        for count, row in enumerate(sorted(alike[each], key=lambda row: row[0].value != subject)):
            place, nth = (label, seen[label]) if count == 0 else (ADDED, below)
            wanted = [(1, row[0].value)] if count or row[0].value != subject else []
            wanted += [(2, label)] if count else []
            wanted += [(column, row[column - 1].value) for column in inputs]
            for column, value in wanted:
                if value is not None:
                    yield Entry(sheet.title, place, bare(blank.cell(1, column).value), _text(value), nth)
            below += bool(count)
        seen[label] += 1


def _typed(cell: Any, blank: Any) -> bool:  # noqa: ANN401
    return not cell.protection.locked and cell.value is not None and cell.value != blank.value


def _text(value: object) -> str:
    """Return what is typed: a date as the year, month and day."""
    return value.isoformat()[:10] if isinstance(value, date) else str(value)
