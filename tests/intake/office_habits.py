"""What people do with a form from day to day, as LibreOffice does it: used by ``office_edits.py``, which runs beside it.

Each takes the open document and the spots (kind to title of a sheet and cell) and leaves the document as a person would.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

SAME, TOLD, EITHER = "same", "told", "either"
Edit = Callable[[Any, dict[str, list[str]]], None]
_DIRECT, _STYLES = 32, 64
"""What ``clearContents`` clears: direct formatting, styles."""


def sheet_of(doc: Any, spots: dict[str, list[str]], kind: str) -> Any:  # noqa: ANN401
    return doc.Sheets.getByName(spots[kind][0])


def cell_of(doc: Any, spots: dict[str, list[str]], kind: str) -> Any:  # noqa: ANN401
    return sheet_of(doc, spots, kind).getCellRangeByName(spots[kind][1])


def enum(kind: str, value: str) -> Any:  # noqa: ANN401
    return importlib.import_module("uno").Enum(f"com.sun.star.{kind}", value)


def split(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    view = doc.CurrentController
    view.setActiveSheet(sheet_of(doc, spots, "list"))
    view.splitAtPosition(300, 200)


def frozen(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    view = doc.CurrentController
    view.setActiveSheet(sheet_of(doc, spots, "list"))
    view.freezeAtPosition(3, 4)


def _shape(doc: Any, sheet: Any, kind: str, width: int, height: int) -> Any:  # noqa: ANN401
    """Draw a shape of so many hundredths of a millimetre on the sheet."""
    shape = doc.createInstance(f"com.sun.star.drawing.{kind}Shape")
    size = importlib.import_module("uno").createUnoStruct("com.sun.star.awt.Size")
    size.Width, size.Height = width, height
    shape.Size = size
    sheet.DrawPage.add(shape)
    return shape


def shape_moved(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    shape = _shape(doc, sheet_of(doc, spots, "list"), "Ellipse", 3000, 2000)
    position = importlib.import_module("uno").createUnoStruct("com.sun.star.awt.Point")
    position.X, position.Y = 9000, 3000
    shape.Position = position


def box_over_the_answers(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    _shape(doc, sheet_of(doc, spots, "yes"), "Text", 8000, 4000).String = "以上数据截至上季度末，正式数据另报"


def grouped(hidden: bool) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        sheet = sheet_of(doc, spots, "list")
        rows = sheet.getCellRangeByName("A5:A7").RangeAddress
        sheet.group(rows, enum("table.TableOrientation", "ROWS"))
        if hidden:
            sheet.hideDetail(rows)

    return edit


def replaced_on(kind: str, old: str, new: str) -> Edit:
    """Find and replace on a whole sheet, keys and hidden columns too."""

    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        sheet = sheet_of(doc, spots, kind)
        search = sheet.createReplaceDescriptor()
        search.SearchString, search.ReplaceString = old, new
        sheet.replaceAll(search)

    return edit


def typed(kind: str, text: str) -> Edit:
    """Type into a cell, so that the program makes of it what it makes of what people type."""

    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        target = cell_of(doc, spots, kind)
        target.clearContents(_DIRECT)
        target.FormulaLocal = text

    return edit


def filled_down(kind: str, area: str) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        sheet_of(doc, spots, kind).getCellRangeByName(area).fillAuto(enum("sheet.FillDirection", "TO_BOTTOM"), 1)

    return edit


def copied_down(kind: str, source: str, target: str) -> Edit:
    """Fill down as Ctrl-D does: the first cell as it stands, in each below."""

    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        sheet = sheet_of(doc, spots, kind)
        value = sheet.getCellRangeByName(source).String
        area = sheet.getCellRangeByName(target)
        for row in range(area.Rows.Count):
            area.getCellByPosition(0, row).String = value

    return edit


def transposed(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet = sheet_of(doc, spots, "list")
    block = sheet.getCellRangeByName("C4:F7")
    block.setDataArray(tuple(zip(*block.getDataArray(), strict=True)))


def columns_swapped(first_row: int) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        sheet = sheet_of(doc, spots, "list")
        one = sheet.getCellRangeByName(f"D{first_row}:D40")
        other = sheet.getCellRangeByName(f"E{first_row}:E40")
        left, right = one.getDataArray(), other.getDataArray()
        one.setDataArray(right)
        other.setDataArray(left)

    return edit


def one_row_down(kind: str, block: str, target: str) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        sheet = sheet_of(doc, spots, kind)
        area = sheet.getCellRangeByName(block)
        data = area.getDataArray()
        area.clearContents(1 | 2 | 4 | 16)
        sheet.getCellRangeByName(target).setDataArray(data)

    return edit


def cells_inserted(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet = sheet_of(doc, spots, "list")
    sheet.insertCells(sheet.getCellRangeByName("D5").RangeAddress, enum("sheet.CellInsertMode", "DOWN"))


def second_version(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    """Bring in the same sheet out of a colleague's version, as "move or copy to" does."""
    title = spots["list"][0]
    doc.Sheets.importSheet(doc, title, doc.Sheets.Count)


def other_locale(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    uno = importlib.import_module("uno")
    german = uno.createUnoStruct("com.sun.star.lang.Locale")
    german.Language, german.Country = "de", "DE"
    doc.CharLocale = german
    for kind, code in (("percent", "#.##0,00"), ("money", "#.##0,00"), ("date", "TT.MM.JJJJ")):
        key = doc.NumberFormats.queryKey(code, german, False)
        cell_of(doc, spots, kind).NumberFormat = key if key >= 0 else doc.NumberFormats.addNew(code, german)


def cleared_of_formats(kind: str) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        sheet = sheet_of(doc, spots, kind)
        sheet.getCellRangeByName("A1:P400").clearContents(_DIRECT | _STYLES)

    return edit


def row_without_height(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    row = sheet_of(doc, spots, "list").Rows.getByIndex(4)
    row.OptimalHeight = False
    row.Height = 0


def column_without_width(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet_of(doc, spots, "list").Columns.getByIndex(4).Width = 0


def beside_the_table(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet = sheet_of(doc, spots, "list")
    sheet.getCellRangeByName("R3").String = "备注"
    sheet.getCellRangeByName("R4").String = "本链路已停用"


def validation_removed(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    area = sheet_of(doc, spots, "list").getCellRangeByName("A1:P60")
    validation = area.Validation
    validation.Type = enum("sheet.ValidationType", "ANY")
    area.Validation = validation


def changes_tracked(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    doc.RecordChanges = True
    target = cell_of(doc, spots, "text")
    text = target.String
    target.String = "改前"
    target.String = text


def subtotals(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    area = sheet_of(doc, spots, "list").getCellRangeByName("A3:H8")
    descriptor = area.createSubTotalDescriptor(True)
    column = importlib.import_module("uno").createUnoStruct("com.sun.star.sheet.SubTotalColumn")
    column.Column, column.Function = 6, enum("sheet.GeneralFunction", "SUM")
    descriptor.addNew((column,), 3)
    area.applySubTotals(descriptor, True)


def duplicates(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    """Paste a block of answers once more below itself."""
    sheet = sheet_of(doc, spots, "list")
    data = sheet.getCellRangeByName("C4:H7").getDataArray()
    sheet.getCellRangeByName("C9:H12").setDataArray(data)


HABITS: dict[str, tuple[Edit, str]] = {
    "a window split": (split, SAME),
    "a window frozen elsewhere": (frozen, SAME),
    "a shape moved": (shape_moved, SAME),
    "a text box over the answers": (box_over_the_answers, SAME),
    "rows grouped": (grouped(False), SAME),
    "rows grouped and folded": (grouped(True), TOLD),
    "a key replaced everywhere": (replaced_on("list", "operator", "运营商"), EITHER),
    "hyphens made dashes in a list": (replaced_on("list", "-", "—"), EITHER),
    "hyphens made dashes in the keys of work": (replaced_on("tasks", "-", "—"), EITHER),
    "a full stop put for each point": (replaced_on("list", ".", "。"), TOLD),
    "是 made 有 on a whole sheet": (replaced_on("yes", "是", "有"), EITHER),
    "a month typed": (typed("date", "2026年6月"), TOLD),
    "a short date typed": (typed("date", "26.6.30"), EITHER),
    "a month typed in words": (typed("date", "六月"), TOLD),
    "a percentage typed": (typed("percent", "61.5%"), SAME),
    "a figure typed with blanks": (typed("money", "1 000 000"), EITHER),
    "about typed": (typed("percent", "约61.5"), TOLD),
    "a slash typed": (typed("percent", "/"), TOLD),
    "同上 typed": (typed("text", "同上"), TOLD),
    "ids filled down": (filled_down("list", "A4:A9"), EITHER),
    "one key copied down": (copied_down("yes", "G9", "G10:G20"), TOLD),
    "a block transposed": (transposed, TOLD),
    "two columns exchanged": (columns_swapped(1), SAME),
    "the values of two columns exchanged": (columns_swapped(4), TOLD),
    "values pasted one row down": (one_row_down("list", "C4:H8", "C5:H9"), SAME),
    "answers pasted one row down": (one_row_down("yes", "B9:B24", "B10:B25"), TOLD),
    "a cell inserted and those below moved down": (cells_inserted, TOLD),
    "a colleague's sheet brought in": (second_version, TOLD),
    "saved in a German program": (other_locale, SAME),
    "all formats cleared": (cleared_of_formats("documents"), SAME),
    "all formats of a list cleared": (cleared_of_formats("list"), SAME),
    "a row of no height": (row_without_height, EITHER),
    "a column of no width": (column_without_width, EITHER),
    "words beside the table": (beside_the_table, SAME),
    "the lists of choices removed": (validation_removed, SAME),
    "changes tracked": (changes_tracked, SAME),
    "subtotals": (subtotals, EITHER),
    "a block pasted twice": (duplicates, TOLD),
}
