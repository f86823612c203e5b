"""Run by the Python that LibreOffice brings: a person at a form, who goes to cells by their labels and types into them.

``python3 office_typing.py PORT`` talks to a running ``soffice --headless``; each line of its input is one order in JSON,
each line of its output the answer: ``open``, ``type`` (sheet, row and column by their labels), ``read``, ``save``.
What is typed goes through the program's own input line: a locked cell refuses it, and a cell that offers a list of
values takes none that is not in it.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

XLSX = "Calc MS Excel 2007 XML"
REQUIRED = "●"
LOOKED_THROUGH = 420
"""Rows of a sheet in which a label is looked for."""


class Refused(Exception):
    """What the program does not let a person do."""


def prop(name: str, value: object) -> Any:  # noqa: ANN401 - UNO has no types
    uno = importlib.import_module("uno")
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def bare(label: str) -> str:
    return label.strip().removesuffix(REQUIRED).strip()


class Person:
    """Someone at a workbook that is open in LibreOffice."""

    def __init__(self, context: Any) -> None:  # noqa: ANN401
        self._make = context.ServiceManager.createInstanceWithContext
        self._context = context
        self._desktop = self._make("com.sun.star.frame.Desktop", context)
        self._dispatcher = self._make("com.sun.star.frame.DispatchHelper", context)
        self._doc: Any = None
        self._columns: dict[str, dict[str, int]] = {}
        self._rows: dict[str, dict[str, list[int]]] = {}
        self._empty: dict[str, list[int]] = {}

    def open(self, file: str) -> None:
        self._doc = self._desktop.loadComponentFromURL(f"file://{file}", "_blank", 0, ())
        self._columns, self._rows, self._empty = {}, {}, {}

    def save(self, file: str) -> None:
        self._doc.storeToURL(f"file://{file}", (prop("FilterName", XLSX),))
        self._doc.close(True)
        self._doc = None

    def type(self, sheet: str, row: str, column: str, value: str, nth: int = 0) -> str:
        """Type ``value`` where the labels meet; the answer is the place.

        A column may be named by its letter. ``nth`` counts the rows of one label; rows without one are the empty ones
        that the form keeps for what is added.
        """
        page = self._doc.Sheets.getByName(sheet)
        number = (self._row(sheet, row) if row else self._added(sheet))[nth]
        return self.enter(page, number, self._column(sheet, column), value)

    def type_at(self, sheet: str, cell: str, value: str) -> str:
        """Type ``value`` into a cell that one was led to."""
        page = self._doc.Sheets.getByName(sheet)
        address = page.getCellRangeByName(cell).CellAddress
        return self.enter(page, address.Row, address.Column, value)

    def enter(self, page: Any, row: int, column: int, value: str) -> str:  # noqa: ANN401
        cell = page.getCellByPosition(column, row)
        name = cell.AbsoluteName.replace("$", "").replace("'", "")
        if page.isProtected() and cell.CellProtection.IsLocked:
            raise Refused(f"{name} is locked")
        offered = self._offered(cell)
        if offered is not None and value not in offered:
            raise Refused(f"{name} offers {offered}, not {value}")
        frame = self._doc.CurrentController.Frame
        self._doc.CurrentController.setActiveSheet(page)
        for command, argument in (
            (".uno:GoToCell", prop("ToPoint", name.rpartition(".")[2])),
            (".uno:EnterString", prop("StringName", value)),
        ):
            self._dispatcher.executeDispatch(frame, command, "", 0, (argument,))
        if not cell.String:
            raise Refused(f"{name} took nothing of {value}")
        return str(name)

    def read(self, sheet: str, row: str, column: str) -> str:
        """Say what is shown where the labels meet."""
        page = self._doc.Sheets.getByName(sheet)
        return str(page.getCellByPosition(self._column(sheet, column), self._row(sheet, row)[0]).String)

    def link(self, sheet: str, cell: str) -> dict[str, str] | None:
        """Follow the link in a cell: where it leads, the label there, and what is noted; None where there is none."""
        fields = self._doc.Sheets.getByName(sheet).getCellRangeByName(cell).TextFields
        if not fields.Count:
            return None
        target = str(fields.getByIndex(0).URL).removeprefix("#").replace("'", "").replace("$", "")
        title, _, name = target.rpartition("!" if "!" in target else ".")
        page = self._doc.Sheets.getByName(title)
        there = page.getCellRangeByName(name)
        at = there.CellAddress
        label = page.getCellByPosition(at.Column - 1, at.Row).String if at.Column else ""
        return {"sheet": title, "cell": name, "row": bare(label), "note": there.Annotation.String}

    def shown(self, sheet: str) -> list[list[str]]:
        """Say what a sheet shows, row by row."""
        page = self._doc.Sheets.getByName(sheet)
        cursor = page.createCursor()
        cursor.gotoEndOfUsedArea(False)
        rows, columns = cursor.RangeAddress.EndRow, min(cursor.RangeAddress.EndColumn, 12)
        return [[page.getCellByPosition(c, r).String for c in range(columns + 1)] for r in range(rows + 1)]

    def _offered(self, cell: Any) -> list[str] | None:  # noqa: ANN401
        """Return the values that a cell lets one choose from and no other; None where another may be typed."""
        rule = cell.Validation
        if rule.Type.value != "LIST" or not rule.ShowErrorMessage:
            return None
        return [part.strip('"') for part in rule.getFormula1().replace(",", ";").strip('"').split(";")]

    def _column(self, sheet: str, label: str) -> int:
        if sheet not in self._columns:
            page = self._doc.Sheets.getByName(sheet)
            heads = [(bare(page.getCellByPosition(c, r).String), c) for r in (0, 2) for c in range(40)]
            self._columns[sheet] = {head: c for head, c in reversed(heads) if head}
        return ord(label) - ord("A") if len(label) == 1 and label.isascii() else self._columns[sheet][label]

    def _added(self, sheet: str) -> list[int]:
        """Return the rows of a sheet of statements that stand empty below those the form gives, as it is opened."""
        if sheet not in self._empty:
            page = self._doc.Sheets.getByName(sheet)
            given = [row for row in range(LOOKED_THROUGH) if page.getCellByPosition(1, row).String]
            self._empty[sheet] = list(range(given[-1] + 1, LOOKED_THROUGH))
        return self._empty[sheet]

    def _row(self, sheet: str, label: str) -> list[int]:
        if sheet not in self._rows:
            page = self._doc.Sheets.getByName(sheet)
            found: dict[str, list[int]] = {}
            for row in range(LOOKED_THROUGH):
                for column in (0, 1):
                    said = bare(page.getCellByPosition(column, row).String)
                    if said:
                        found.setdefault(said, []).append(row)
            self._rows[sheet] = found
        return self._rows[sheet][label]


def connected(port: str) -> Any:  # noqa: ANN401
    uno = importlib.import_module("uno")
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(120):
        try:
            return resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not answer")


def main() -> None:
    person = Person(connected(sys.argv[1]))
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"said": getattr(person, order.pop("do"))(**order)}
        except (Refused, KeyError, IndexError) as error:
            answer = {"refused": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
