"""Rows in, the same rows as CSV, workbook and JSON out; text stays text, whatever a spreadsheet would make of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from zhiyin.errors import Message
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.form.workbook_style import header, packed, widths

Cell = str | int | float | bool | None
FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX_MEDIA_TYPE, "json": "application/json; charset=utf-8"}
"""The forms of a table by name, with their media types."""
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60
_LONGEST = 32_000
"""A cell of a workbook holds 32,767 characters."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in JSON and its heading."""

    key: str
    title: Message


def column(key: str, zh: str, en: str) -> Column:
    """Return a column."""
    return Column(key, Message(zh, en))


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a name for its file and one for people."""

    name: str
    title: Message
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]

    def of_editions(self, names: Sequence[str]) -> Table:
        """Return the table with the edition of each row, where any is of another than the shipped one."""
        if not any(names):
            return self
        rows = [[*row, name] for row, name in zip(self.rows, names, strict=True)]
        return replace(self, columns=(*self.columns, column("edition", "版本", "edition")), rows=rows)

    def written(self, form: str, language: str = "zh") -> bytes:
        """Return the table as ``csv``, ``xlsx`` or ``json``."""
        return {"csv": self._csv, "xlsx": self._xlsx, "json": self._json}[form](language)

    def _json(self, _language: str) -> bytes:
        keys = [c.key for c in self.columns]
        items = [dict(zip(keys, row, strict=True)) for row in self.rows]
        return orjson.dumps({"total": len(items), "items": items}) + b"\n"

    def _csv(self, language: str) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([c.title.in_language(language) for c in self.columns])
        writer.writerows([[inert(cell) for cell in row] for row in self.rows])
        return b"\xef\xbb\xbf" + text.getvalue().encode()

    def _xlsx(self, language: str) -> bytes:
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        if sheet is None:
            raise RuntimeError("a new workbook has a sheet")
        sheet.title = self.title.in_language(language)[:31].translate(str.maketrans("[]:*?/\\", "       "))
        header(sheet, 1, [c.title.in_language(language) for c in self.columns])
        for at, row in enumerate(self.rows, 2):
            for across, cell in enumerate(row, 1):
                if isinstance(cell, bool | str):
                    written = sheet.cell(at, across, _clean(_shown(cell)))
                    # Never a formula, whatever the text begins with.
                    written.data_type = "s"
                else:
                    sheet.cell(at, across, cell)
        longest = [
            max([len(_shown(row[i])) for row in self.rows[:200]] + [2 * len(c.title.zh), 8])
            for i, c in enumerate(self.columns)
        ]
        widths(sheet, [min(_WIDEST, width + 2) for width in longest])
        sheet.freeze_panes = "A2"
        return packed(book)


def inert(cell: Cell) -> str:
    """Return a cell of CSV that a spreadsheet does not take for a formula; numbers stay numbers."""
    shown = _shown(cell)
    return "'" + shown if isinstance(cell, str) and shown.startswith(_ACTIVE) else shown


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:g}"
    return str(cell)


def _clean(text: str) -> str:
    """Return text without the control characters that a workbook cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n")[:_LONGEST]
