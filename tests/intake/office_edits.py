"""Run by the Python that LibreOffice brings: opens a form, edits it as a person would, saves it; one JSON line a way.

``python3 office_edits.py FORM.xlsx FOLDER SPOTS.json PORT [NAME …]`` talks to a running ``soffice --headless``. SPOTS names cells
of the form by what they hold: percent, money, date, yes, text, and the titles of a list, of the documents and of things.
"""
# ruff: noqa: ARG005 - every edit takes the document and the spots, and some need less

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

XLSX = "Calc MS Excel 2007 XML"
SAME, TOLD, EITHER = "same", "told", "either"
Edit = Callable[[Any, dict[str, list[str]]], None]


def prop(name: str, value: object) -> Any:  # noqa: ANN401 - UNO has no types
    uno = importlib.import_module("uno")
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def cell(doc: Any, spots: dict[str, list[str]], kind: str) -> Any:  # noqa: ANN401
    sheet, name = spots[kind]
    return doc.Sheets.getByName(sheet).getCellRangeByName(name)


def formatted(doc: Any, code: str) -> int:  # noqa: ANN401
    uno = importlib.import_module("uno")
    locale = uno.createUnoStruct("com.sun.star.lang.Locale")
    locale.Language, locale.Country = "zh", "CN"
    key = doc.NumberFormats.queryKey(code, locale, False)
    return int(key if key >= 0 else doc.NumberFormats.addNew(code, locale))


def sheet_of(doc: Any, spots: dict[str, list[str]], kind: str) -> Any:  # noqa: ANN401
    return doc.Sheets.getByName(spots[kind][0])


def percent(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    target = cell(doc, spots, "percent")
    target.Value = target.Value / 100
    target.NumberFormat = formatted(doc, "0%")


def with_format(kind: str, code: str) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        cell(doc, spots, kind).NumberFormat = formatted(doc, code)

    return edit


def as_text(kind: str) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        target = cell(doc, spots, kind)
        target.String = target.String

    return edit


def formula(kept: bool) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        target = cell(doc, spots, "percent")
        value = target.Value
        target.Formula = f"={value}-5+5"
        if not kept:
            target.Value = target.Value

    return edit


def replaced(old: str, new: str) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        sheet = sheet_of(doc, spots, "yes")
        column = sheet.getCellRangeByName("B2:B400")
        search = column.createReplaceDescriptor()
        search.SearchString, search.ReplaceString = old, new
        search.SearchWords = True
        column.replaceAll(search)

    return edit


def sorted_rows(kind: str) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        uno = importlib.import_module("uno")
        area = sheet_of(doc, spots, kind).getCellRangeByName("A4:P60")
        field = uno.createUnoStruct("com.sun.star.table.TableSortField")
        field.Field, field.IsAscending = 2, False
        area.sort(
            (
                prop("SortFields", uno.Any("[]com.sun.star.table.TableSortField", (field,))),
                prop("ContainsHeader", False),
            )
        )

    return edit


def on_sheet(kind: str, change: Callable[[Any], None]) -> Edit:
    return lambda doc, spots: change(sheet_of(doc, spots, kind))


def filtered(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet = sheet_of(doc, spots, "list")
    doc.DatabaseRanges.addNewByName("filter", sheet.getCellRangeByName("A3:H40").RangeAddress)
    doc.DatabaseRanges.getByName("filter").AutoFilter = True


def annotated(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    target = cell(doc, spots, "text")
    target.Spreadsheet.Annotations.insertNew(target.CellAddress, "请复核")


def drawn(kind: str, text: str) -> Edit:
    def edit(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
        shape = doc.createInstance(f"com.sun.star.drawing.{kind}")
        size = importlib.import_module("uno").createUnoStruct("com.sun.star.awt.Size")
        size.Width, size.Height = 4000, 1500
        shape.Size = size
        sheet_of(doc, spots, "list").DrawPage.add(shape)
        shape.String = text

    return edit


def linked(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    target = cell(doc, spots, "text")
    text = target.String
    target.String = ""
    field = doc.createInstance("com.sun.star.text.TextField.URL")
    field.URL, field.Representation = "https://example.org/", text
    target.insertTextContent(target.createTextCursor(), field, False)


def bold_in_part(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    target = cell(doc, spots, "text")
    cursor = target.createTextCursor()
    cursor.gotoStart(False)
    cursor.goRight(2, True)
    cursor.CharWeight = 150.0


def unformatted(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    cell(doc, spots, "date").clearContents(32)


def merged(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet_of(doc, spots, "list").getCellRangeByName("C4:C5").merge(True)


def copied_row(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet = sheet_of(doc, spots, "list")
    sheet.copyRange(sheet.getCellRangeByName("A60").CellAddress, sheet.getCellRangeByName("A4:P4").RangeAddress)


def moved_cells(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet = sheet_of(doc, spots, "list")
    sheet.moveRange(sheet.getCellRangeByName("A5").CellAddress, sheet.getCellRangeByName("A4:P30").RangeAddress)


def struck(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    cell(doc, spots, "text").CharStrikeout = 1


def white(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    target = cell(doc, spots, "text")
    target.CharColor, target.CellBackColor = 0xFFFFFF, 0xFFFFFF


def replaced_everywhere(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    """Find and replace on a whole sheet, labels and all, as people do."""
    sheet = sheet_of(doc, spots, "yes")
    search = sheet.createReplaceDescriptor()
    search.SearchString, search.ReplaceString = "技术", "科技"
    sheet.replaceAll(search)


def pasted_over(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    """Copy a row of answers over the next one, ids and all."""
    sheet = sheet_of(doc, spots, "list")
    sheet.copyRange(sheet.getCellRangeByName("A5").CellAddress, sheet.getCellRangeByName("A4:P4").RangeAddress)


def printed_with_titles(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    sheet_of(doc, spots, "list").setPrintTitleRows(True)


def filtered_away(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    uno = importlib.import_module("uno")
    area = sheet_of(doc, spots, "list").getCellRangeByName("A3:P40")
    descriptor = area.createFilterDescriptor(True)
    field = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
    field.Field, field.IsNumeric, field.StringValue = 2, False, "没有这样的名称"
    field.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
    descriptor.setFilterFields((field,))
    descriptor.ContainsHeader = True
    area.filter(descriptor)


def all_as_values(doc: Any, spots: dict[str, list[str]]) -> None:  # noqa: ANN401
    """Paste every sheet over itself as values: the form's own formulas become what they came to."""
    for number in range(doc.Sheets.Count):
        sheet = doc.Sheets.getByIndex(number)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        area = sheet.getCellRangeByPosition(0, 0, cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow)
        area.setDataArray(area.getDataArray())


EDITS: dict[str, tuple[Edit, str]] = {
    "saved again": (lambda doc, spots: None, SAME),
    "computed anew": (lambda doc, spots: doc.calculateAll(), SAME),
    "percent format": (percent, SAME),
    "percent in text": (as_text("percent"), SAME),
    "percent with two places": (with_format("percent", "0.00"), SAME),
    "a formula": (formula(True), TOLD),
    "a formula pasted as its value": (formula(False), SAME),
    "money with thousands": (with_format("money", "#,##0.00"), SAME),
    "money in yuan": (with_format("money", "[$¥-804]#,##0.00"), SAME),
    "money in dollars": (with_format("money", "[$$-409]#,##0.00"), TOLD),
    "money in ten thousands": (with_format("money", '0,"千"'), TOLD),
    "money in text": (as_text("money"), SAME),
    "a date in Chinese": (with_format("date", 'YYYY"年"M"月"D"日"'), SAME),
    "a date with slashes": (with_format("date", "YYYY/M/D"), SAME),
    "a date with its weekday": (with_format("date", "NNNNYYYY-MM-DD"), SAME),
    "a date in text": (as_text("date"), SAME),
    "a date as a number": (with_format("date", "General"), SAME),
    "a date without format": (unformatted, SAME),
    "a date in percent": (with_format("date", "0%"), TOLD),
    "是 replaced by 有": (replaced("是", "有"), SAME),
    "是 replaced by TRUE": (replaced("是", "TRUE"), SAME),
    "是 replaced by 待定": (replaced("是", "待定"), TOLD),
    "a text in bold": (bold_in_part, SAME),
    "a text as a link": (linked, EITHER),
    "a comment": (annotated, SAME),
    "a text box": (drawn("TextShape", "以下为估算值"), SAME),
    "a shape with a text": (drawn("RectangleShape", "本行作废"), SAME),
    "filtered": (filtered, SAME),
    "a list sorted": (sorted_rows("list"), EITHER),
    "documents sorted": (sorted_rows("documents"), EITHER),
    "cells merged": (merged, TOLD),
    "a row copied below": (copied_row, EITHER),
    "rows moved down by one": (moved_cells, EITHER),
    "a row inserted above": (on_sheet("list", lambda sheet: sheet.Rows.insertByIndex(0, 1)), TOLD),
    "a row inserted above the company": (on_sheet("yes", lambda sheet: sheet.Rows.insertByIndex(0, 1)), TOLD),
    "a column inserted": (on_sheet("list", lambda sheet: sheet.Columns.insertByIndex(2, 1)), EITHER),
    "a column inserted before the answers": (on_sheet("yes", lambda sheet: sheet.Columns.insertByIndex(1, 1)), EITHER),
    "the keys deleted": (on_sheet("list", lambda sheet: sheet.Rows.removeByIndex(1, 1)), TOLD),
    "rows hidden": (on_sheet("list", lambda sheet: setattr(sheet.Rows.getByIndex(4), "IsVisible", False)), TOLD),
    "columns hidden": (
        on_sheet("list", lambda sheet: setattr(sheet.Columns.getByIndex(3), "IsVisible", False)),
        EITHER,
    ),
    "hidden rows shown": (on_sheet("list", lambda sheet: setattr(sheet.Rows.getByIndex(1), "IsVisible", True)), SAME),
    "a sheet protected": (on_sheet("list", lambda sheet: sheet.protect("geheim")), SAME),
    "a sheet hidden": (on_sheet("list", lambda sheet: setattr(sheet, "IsVisible", False)), TOLD),
    "a sheet renamed": (on_sheet("list", lambda sheet: sheet.setName("链路（改）")), TOLD),
    "a sheet copied": (lambda doc, spots: doc.Sheets.copyByName(spots["list"][0], "链路 2", 5), TOLD),
    "a sheet moved": (lambda doc, spots: doc.Sheets.moveByName(spots["list"][0], 1), SAME),
    "a sheet deleted": (lambda doc, spots: doc.Sheets.removeByName(spots["list"][0]), TOLD),
    "a text struck out": (struck, TOLD),
    "a text in white": (white, TOLD),
    "a word replaced on the whole sheet": (replaced_everywhere, TOLD),
    "a row pasted over the next": (pasted_over, EITHER),
    "rows filtered away": (filtered_away, EITHER),
    "rows repeated in print": (printed_with_titles, SAME),
    "everything pasted as values": (all_as_values, SAME),
    "two rows deleted from the company": (on_sheet("yes", lambda sheet: sheet.Rows.removeByIndex(8, 2)), TOLD),
    "columns deleted": (on_sheet("list", lambda sheet: sheet.Columns.removeByIndex(3, 2)), TOLD),
    "cells merged across": (on_sheet("list", lambda sheet: sheet.getCellRangeByName("C4:D4").merge(True)), TOLD),
    "the column of answers hidden": (
        on_sheet("yes", lambda sheet: setattr(sheet.Columns.getByIndex(1), "IsVisible", False)),
        TOLD,
    ),
    "two sheets with their names exchanged": (
        lambda doc, spots: (
            doc.Sheets.getByName(spots["list"][0]).setName("甲"),
            doc.Sheets.getByName(spots["tasks"][0]).setName(spots["list"][0]),
            doc.Sheets.getByName("甲").setName(spots["tasks"][0]),
        )[0],
        TOLD,
    ),
    "an empty sheet": (lambda doc, spots: doc.Sheets.insertNewByName("Sheet1", 0), SAME),
    "a range named": (
        lambda doc, spots: doc.NamedRanges.addNewByName(
            "我的区域", "$A$1", sheet_of(doc, spots, "list").getCellRangeByName("A1").CellAddress, 0
        ),
        SAME,
    ),
}
ROUND_TRIPS = {
    "by .ods": ("calc8", "ods", SAME),
    "by .fods": ("OpenDocument Spreadsheet Flat XML", "fods", SAME),
    "by .xls": ("MS Excel 97", "xls", EITHER),
    "by another .xlsx": ("Calc Office Open XML", "xlsx", SAME),
}
SAVED_AS = {
    "as .ods": ("calc8", "ods"),
    "as .xls": ("MS Excel 97", "xls"),
    "as .csv": ("Text - txt - csv (StarCalc)", "csv"),
    "as .pdf": ("calc_pdf_Export", "pdf"),
    "as .html": ("HTML (StarCalc)", "html"),
}


def main(argv: list[str]) -> int:
    only = argv[4:]
    form, folder, spots = Path(argv[0]), Path(argv[1]), json.loads(Path(argv[2]).read_text(encoding="utf-8"))
    uno = importlib.import_module("uno")
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    desktop = None
    for _ in range(240):
        try:
            remote = resolver.resolve(f"uno:socket,host=127.0.0.1,port={argv[3]};urp;StarOffice.ComponentContext")
            desktop = remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
            break
        except Exception:
            time.sleep(0.5)
    if desktop is None:
        return 1

    def opened(path: Path) -> Any:  # noqa: ANN401
        document = desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (prop("Hidden", True),))
        for number in range(document.Sheets.Count):
            document.Sheets.getByIndex(number).unprotect("")
        return document

    def told(name: str, path: Path, may: str) -> None:
        sys.stdout.write(json.dumps({"name": name, "file": path.name, "may": may}, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    habits = importlib.import_module("office_habits").HABITS
    for number, (name, (edit, may)) in enumerate((EDITS | habits).items()):
        if only and name not in only:
            continue
        document = opened(form)
        edit(document, spots)
        target = folder / f"edit-{number}.xlsx"
        document.storeToURL(target.as_uri(), (prop("FilterName", XLSX),))
        document.close(True)
        told(name, target, may)
    for number, (name, (filter_name, suffix, may)) in enumerate(ROUND_TRIPS.items()):
        document = opened(form)
        between, target = folder / f"between-{number}.{suffix}", folder / f"trip-{number}.xlsx"
        document.storeToURL(between.as_uri(), (prop("FilterName", filter_name),))
        document.close(True)
        document = opened(between)
        document.storeToURL(target.as_uri(), (prop("FilterName", XLSX),))
        document.close(True)
        told(name, target, may)
    document = opened(form)
    for number, (name, (filter_name, suffix)) in enumerate(SAVED_AS.items()):
        target = folder / f"saved-{number}.{suffix}"
        document.storeToURL(target.as_uri(), (prop("FilterName", filter_name),))
        told(name, target, TOLD)
    document.close(True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
