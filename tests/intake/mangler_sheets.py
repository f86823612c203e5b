"""Ways in which a sheet is changed: rows, columns, heads, keys, merged cells, the sheet as a whole."""
# ruff: noqa: ARG005 - every change takes the workbook, the sheet and the cell, and most need less

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from xml.etree import ElementTree as ET

from tests.intake.mangler_book import Book, Sheet, column_number, letters_of, split, text_of
from tests.intake.mangler_ways import EITHER, SAME, TOLD, Way, typed

from zhiyin.form import workbook_layout as layout


def on_sheet(title: str, change: Callable[[Book, Sheet], None], book: Book) -> None:
    sheet = book.sheet(title)
    change(book, sheet)
    sheet.save()


def _title_above(book: Book, sheet: Sheet) -> None:
    sheet.insert_rows(1)
    sheet.put("A1", "二〇二六年度自查（内部资料）")


def _column_with_content(book: Book, sheet: Sheet) -> None:
    sheet.insert_column(3)
    sheet.put(f"C{sheet.last_row()}", "另见附件")


def _far(book: Book, sheet: Sheet) -> None:
    sheet.put("XFD1048576", "遗漏的一格")


def _far_formatted(book: Book, sheet: Sheet) -> None:
    sheet.put("A1048576", None, style=book.style(14))


def _below(book: Book, sheet: Sheet) -> None:
    """Type into a column that is filled in, far below the table."""
    row = next(r for r in reversed(sheet.rows()) if int(r.get("r", "0")) <= sheet.last_row() and sum(map(typed, r)) > 1)
    letters = split(next(c.get("r", "A1") for c in reversed(list(row)) if typed(c)))[0]
    sheet.put(f"{letters}{sheet.last_row() + 500}", "表外的一行")


def _stray_label(book: Book, sheet: Sheet) -> None:
    """Type where the form has its own labels, far below the table: nothing is stated, the row is told."""
    sheet.put(f"B{sheet.last_row() + 500}", "表外的一行")


def _property(tag: str, attributes: dict[str, str]) -> Callable[[Book, Sheet], None]:
    def change(book: Book, sheet: Sheet) -> None:
        main = sheet.data.tag[: -len("sheetData")]
        at = list(sheet.root).index(sheet.data)
        sheet.root.insert(at + 1 if tag != "dimension" else 0, ET.Element(main + tag, attributes))

    return change


def _without_dimension(book: Book, sheet: Sheet) -> None:
    for child in list(sheet.root):
        if child.tag.endswith("}dimension"):
            sheet.root.remove(child)


def dimension(reference: str) -> Callable[[Book, Sheet], None]:
    def change(book: Book, sheet: Sheet) -> None:
        for child in sheet.root:
            if child.tag.endswith("}dimension"):
                child.set("ref", reference)

    return change


def _hidden_rows(book: Book, sheet: Sheet) -> None:
    for row in sheet.rows():
        row.set("hidden", "1")


def _without_references(book: Book, sheet: Sheet) -> None:
    """Write no reference where the place follows from the order, filling gaps with empty cells."""
    for row in sheet.rows():
        column = 0
        for cell in list(row):
            own = column_number(split(cell.get("r", "A1"))[0])
            while column + 1 < own:
                row.insert(column, ET.Element(cell.tag))
                column += 1
            column += 1
            del cell.attrib["r"]
    last = 0
    for row in sheet.rows():
        own = int(row.get("r", "0"))
        while last + 1 < own:
            sheet.data.insert(last, ET.Element(row.tag))
            last += 1
        last += 1
        del row.attrib["r"]


def _lower_references(book: Book, sheet: Sheet) -> None:
    for cell in sheet.cells():
        cell.set("r", cell.get("r", "").lower())


def _blank_strings(book: Book, sheet: Sheet) -> None:
    row = sheet.last_row() + 3
    for column in range(1, 9):
        sheet.put(f"{letters_of(column)}{row}", " \u3000")


def _merged_pair(book: Book, sheet: Sheet) -> None:
    """Merge two filled cells that stand one above the other."""
    filled = {cell.get("r", ""): text_of(cell) for cell in sheet.cells()}
    plain = {r for r, text in filled.items() if text and not any(c.tag.endswith("}f") for c in sheet.cell(r))}
    head = 4
    for reference in sorted(plain, key=lambda r: (column_number(split(r)[0]), split(r)[1])):
        letters, number = split(reference)
        below = f"{letters}{number + 1}"
        if number >= head and below in plain and filled[below] != filled[reference] and letters != "A":
            sheet.merge(f"{reference}:{below}")
            return
    raise AssertionError(sheet.path)


def _merged_below(book: Book, sheet: Sheet) -> None:
    row = sheet.last_row() + 4
    sheet.merge(f"A{row}:D{row}")


def _header_changed(book: Book, sheet: Sheet) -> None:
    row = next(r for r in (1, 3) if len([c for c in sheet.row(r) if text_of(c)]) > 3)
    references = [c.get("r", "") for c in sheet.row(row) if text_of(c)]
    sheet.put(references[1], "别的东西")


def _header_gone(book: Book, sheet: Sheet) -> None:
    row = next(r for r in (1, 3) if len([c for c in sheet.row(r) if text_of(c)]) > 3)
    sheet.delete_row(row)


def _first_row_gone(book: Book, sheet: Sheet) -> None:
    sheet.delete_row(1)


def _keys_cleared(book: Book, sheet: Sheet) -> None:
    """Clear what the form hides: the row of keys, or the column of them."""
    column = next((split(c.get("r", "A1"))[0] for c in sheet.row(1) if text_of(c) == "词条"), None)
    column = column or next((split(c.get("r", "A1"))[0] for c in sheet.row(3) if text_of(c) == "词条"), None)
    for cell in list(sheet.cells()):
        letters, number = split(cell.get("r", "A1"))
        if (column and letters == column and number > 1) or (not column and number == 2):
            sheet.put(f"{letters}{number}", None)


def _keys_swapped(book: Book, sheet: Sheet) -> None:
    """Exchange two keys of facts that are filled in."""
    column = next((split(c.get("r", "A1"))[0] for r in (1, 3) for c in sheet.row(r) if text_of(c) == "词条"), None)
    if column:
        cells = [f"{column}{r.get('r')}" for r in sheet.rows() if int(r.get("r", "0")) > 3]
        first, second = [c for c in cells if sheet.text(c)][-8:][:2]
    else:
        row = [c.get("r", "") for c in sheet.row(2) if text_of(c)]
        first, second = row[-2:]
    one, other = sheet.text(first), sheet.text(second)
    sheet.put(first, other)
    sheet.put(second, one)


def _reversed(book: Book, sheet: Sheet) -> None:
    head = 3 if any(text_of(c) for c in sheet.row(3)) and len(sheet.row(2)) and not sheet.text("A2") else 1
    sheet.reorder(head + 1 if head == 1 else 4, lambda rows: rows[::-1])


def _doubled_row(book: Book, sheet: Sheet) -> None:
    """Write a filled row once more below the table."""
    row = next(r for r in sheet.rows() if int(r.get("r", "0")) > 3 and sum(bool(text_of(c)) for c in r) > 3)
    at = sheet.last_row() + 1
    for cell in list(row):
        letters, _ = split(cell.get("r", "A1"))
        text = text_of(cell)
        if text and not any(child.tag.endswith("}f") for child in cell):
            sheet.put(f"{letters}{at}", text)


_SHEET_CHANGES: tuple[tuple[str, Callable[[Book, Sheet], None], str], ...] = (
    ("a title row above", _title_above, TOLD),
    ("an empty row above", lambda b, s: s.insert_rows(1), TOLD),
    ("an empty column at the left", lambda b, s: s.insert_column(1), EITHER),
    ("an empty column inside", lambda b, s: s.insert_column(3), EITHER),
    ("a column with content inside", _column_with_content, TOLD),
    ("a title of a column changed", _header_changed, TOLD),
    ("the titles deleted", _header_gone, TOLD),
    ("the first row deleted", _first_row_gone, TOLD),
    ("the hidden keys cleared", _keys_cleared, EITHER),
    ("two hidden keys exchanged", _keys_swapped, TOLD),
    ("a cell far outside", _far, TOLD),
    ("a formatted cell far below", _far_formatted, SAME),
    ("a row below the table", _below, EITHER),
    ("words below the table", _stray_label, EITHER),
    ("cells of blanks below", _blank_strings, SAME),
    ("a filled row doubled", _doubled_row, EITHER),
    ("two filled cells merged", _merged_pair, TOLD),
    ("empty cells merged", _merged_below, SAME),
    ("its rows in reverse", _reversed, EITHER),
    ("its rows hidden", _hidden_rows, TOLD),
    ("filtered", _property("autoFilter", {"ref": "A3:C9"}), SAME),
    ("protected", _property("sheetProtection", {"sheet": "1", "password": "CC1A"}), SAME),
    ("without a dimension", _without_dimension, SAME),
    ("with a dimension of one cell", dimension("A1"), SAME),
    ("with a dimension too short", dimension("A1:C5"), SAME),
    ("with a dimension too long", dimension("A1:XFD1048576"), SAME),
    ("without references of cells", _without_references, SAME),
    ("with references in small letters", _lower_references, SAME),
)


def row_gone(title: str, book: Book) -> None:
    """Delete the second of the documents that say of their date and role: as above."""
    sheet = book.sheet(title)
    sheet.delete_row(5)
    sheet.save()


def sheet_ways(titles: list[str]) -> Iterator[Way]:
    """Each change of a sheet on each of ``titles``, and those of the sheet as a whole."""
    for rank, title in enumerate(titles):
        for name, change, may in _SHEET_CHANGES:
            yield Way(
                f"{title}: {name}",
                partial(on_sheet, title, change),
                may,
                quick=rank == 2 or (rank == 0 and may == TOLD),
            )
        if title == layout.DOCUMENTS:
            yield Way(f"{title}: a row in the middle deleted", partial(row_gone, title), TOLD)
        for name, whole, may in (
            ("renamed", partial(_renamed, title), TOLD),
            ("copied", partial(_copied, title), TOLD),
            ("deleted", partial(_deleted, title), TOLD),
            ("hidden", partial(_hidden, title), TOLD),
            ("damaged", partial(_damaged, title), TOLD),
        ):
            yield Way(f"{title}: {name}", whole, may, quick=rank == 2)


def _renamed(title: str, book: Book) -> None:
    book.rename(title, f"{title}（定稿）")


def _copied(title: str, book: Book) -> None:
    book.add_sheet(f"{title} (2)", book.copied(title))


def _deleted(title: str, book: Book) -> None:
    book.drop(title)


def _hidden(title: str, book: Book) -> None:
    book.change("xl/workbook.xml", rf'(<sheet [^>]*name="{re.escape(title)}")', r'\1 state="hidden"', count=1)
    book.parts["xl/workbook.xml"] = re.sub(
        rb'(<sheet [^>]*state="hidden"[^>]*?) state="visible"', rb"\1", book.parts["xl/workbook.xml"]
    )


def _damaged(title: str, book: Book) -> bytes:
    path = book.sheets()[title]
    data = bytearray(book.packed())
    import io

    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        info = archive.getinfo(path)
    at = info.header_offset + 30 + len(info.filename.encode())
    for index in range(20, 60):
        data[at + index] ^= 0xFF
    return bytes(data)
