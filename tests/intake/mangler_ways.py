"""The ways in which people and office programs change a right form: each a name, a change, and what may come of it.

``same``: the change says nothing else, so the form must read as before. ``told``: it makes a cell unreadable or
ambiguous, so the form must be refused with the place named. ``either``: both are right, another verdict never is.
"""
# ruff: noqa: ARG005 - every change takes the workbook, the sheet and the cell, and most need less

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from xml.etree import ElementTree as ET

from tests.intake.mangler_book import Book, Sheet, column_number, empty_sheet, letters_of, split, text_of

from zhiyin.form import workbook_layout as layout

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


# Cells ---------------------------------------------------------------------------------------------------------------


def on_cell(spot: Spot, change: Callable[[Book, Sheet, str], None], book: Book) -> None:
    sheet = book.sheet(spot.sheet)
    change(book, sheet, spot.cell)
    sheet.save()


def _number(sheet: Sheet, cell: str) -> float:
    return float(sheet.text(cell))


def _short(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 and value != int(value) else str(int(value))


def _as_text(spell: Callable[[str], str]) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.put(cell, spell(_short(_number(sheet, cell))))


def _formatted(code: str | int) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.cell(cell).set("s", str(book.style(code)))


def _percent(book: Book, sheet: Sheet, cell: str) -> None:
    sheet.put(cell, _number(sheet, cell) / 100, style=book.style(9))


def _formula(cached: bool) -> Callable[[Book, Sheet, str], None]:
    def change(book: Book, sheet: Sheet, cell: str) -> None:
        value = sheet.text(cell)
        sheet.raw(cell, "" if value.replace(".", "").isdigit() else "str", value if cached else "", formula="A1&B1")

    return change


def _raw(kind: str, value: str) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.raw(cell, kind, value)


def _put(value: str | float | bool) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.put(cell, value)


def _spelt(spell: Callable[[str], str]) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.put(cell, spell(sheet.text(cell)))


def wide(text: str) -> str:
    """Full-width forms, as a Chinese input method types them."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


_NUMBERS: tuple[tuple[str, Callable[[Book, Sheet, str], None], str], ...] = (
    ("as text", _as_text(str), SAME),
    ("as full-width text", _as_text(wide), SAME),
    ("with blanks around", _as_text(lambda t: f"  {t}　"), SAME),
    ("with a zero-width blank", _as_text(lambda t: f"\u200b{t}\ufeff"), SAME),
    ("with a plus sign", _as_text(lambda t: f"+{t}"), SAME),
    ("with a trailing point zero", _as_text(lambda t: t if "." in t else f"{t}.0"), SAME),
    ("about", _as_text(lambda t: f"约{t}"), TOLD),
    ("more than", _as_text(lambda t: f">{t}"), TOLD),
    ("or so", _as_text(lambda t: f"{t}左右"), TOLD),
    ("a range", _as_text(lambda t: f"{t}-{t}"), TOLD),
    ("a decimal comma", _as_text(lambda t: f"{t},5"), TOLD),
    ("in words", _put("若干"), TOLD),
    ("see annex", _put("详见附件"), TOLD),
    ("a dash", _put("-"), TOLD),
    ("not applicable", _put("N/A"), TOLD),
    ("a formula", _formula(True), TOLD),
    ("a formula without value", _formula(False), TOLD),
    ("an error value", _raw("e", "#DIV/0!"), TOLD),
    ("yes", _put(True), TOLD),
    ("text stored as a number", _raw("n", "很多"), TOLD),
    ("a number that is none", _raw("n", "NaN"), TOLD),
    ("without end", _raw("n", "1E999"), TOLD),
    ("with its binary tail", lambda b, s, c: s.raw(c, "", f"{_number(s, c):.17g}"), SAME),
    ("in powers of ten", lambda b, s, c: s.raw(c, "", f"{_number(s, c):E}"), SAME),
    ("with thousands format", _formatted(4), SAME),
    ("in accounting format", _formatted('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '), SAME),
    ("in text format", _formatted(49), SAME),
    ("in a date format", _formatted(14), TOLD),
    ("in a Chinese date format", _formatted(31), TOLD),
    ("in a time format", _formatted(46), TOLD),
    ("in dollars", _formatted('"$"#,##0.00'), TOLD),
    ("shown in ten thousands", _formatted('0!.0,"万"'), TOLD),
    ("with 万元 beside it", _formatted('#,##0"万元"'), TOLD),
    ("in red when negative", _formatted("0.00;[Red]-0.00"), SAME),
)
_PERCENTS = (
    ("in a percent format", _percent, SAME),
    ("with a percent sign", _as_text(lambda t: f"{t}%"), SAME),
    ("with a full-width percent sign", _as_text(lambda t: f"{t}％"), SAME),
    ("with a percent sign apart", _as_text(lambda t: f"{t} %"), SAME),
    ("as a share without a sign", lambda b, s, c: s.put(c, _number(s, c) / 100), TOLD),
    ("as a share in text", lambda b, s, c: s.put(c, f"{_number(s, c) / 100:g}"), TOLD),
    ("with a percent sign by its format", _formatted('0"%"'), SAME),
    ("a hundredfold in a percent format", _formatted(9), TOLD),
)
_MONEY = (
    ("with a yuan sign", _as_text(lambda t: f"¥{t}"), SAME),
    ("with 元", _as_text(lambda t: f"{t}元"), SAME),
    ("with thousands commas", lambda b, s, c: s.put(c, f"{_number(s, c):,.0f}"), SAME),
    ("with full-width commas", lambda b, s, c: s.put(c, wide(f"{_number(s, c):,.0f}")), SAME),
    ("in 万元", lambda b, s, c: s.put(c, f"{_number(s, c) / 10_000:g}万元"), SAME),
    ("in 亿元", lambda b, s, c: s.put(c, f"{_number(s, c) / 100_000_000:.12g}亿元"), SAME),
    ("in dollars in words", _as_text(lambda t: f"{t}美元"), TOLD),
    ("with a comma out of place", _as_text(lambda t: f"{t[:1]},{t[1:]}"), EITHER),
    ("in a yuan format", _formatted('"¥"#,##0.00;"¥"\\-#,##0.00'), SAME),
    ("in an accounting yuan format", _formatted("[$¥-804]#,##0.00"), SAME),
    ("in a euro format", _formatted("[$€-407]#,##0.00"), TOLD),
    ("in a percent format", _formatted(10), TOLD),
)
_COUNTS = (
    ("with 人", _as_text(lambda t: f"{t}人"), SAME),
    ("in another unit", _as_text(lambda t: f"{t}小时"), TOLD),
    ("in a percent format", _formatted(9), TOLD),
)
_AMOUNTS = (
    ("in another unit", _as_text(lambda t: f"{t}光年"), TOLD),
    ("in a percent format", _formatted(9), TOLD),
)


def _day(text: str) -> tuple[int, int, int]:
    serial = int(float(text))
    from datetime import date, timedelta

    day = date(1899, 12, 30) + timedelta(days=serial)
    return day.year, day.month, day.day


def _dated(spell: Callable[[int, int, int], str]) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.put(cell, spell(*_day(sheet.text(cell))))


_DATES: tuple[tuple[str, Callable[[Book, Sheet, str], None], str], ...] = (
    *((f"in built-in format {n}", _formatted(n), SAME) for n in (14, 15, 16, 17, 22, *range(27, 37), *range(50, 59))),
    ("in a Chinese format", _formatted('yyyy"年"m"月"d"日";@'), SAME),
    ("in a format of a place", _formatted("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy"), SAME),
    ("in an ISO format", _formatted("yyyy\\-mm\\-dd;@"), SAME),
    ("in a month format", _formatted("mmm-yy"), SAME),
    ("as text", _dated(lambda y, m, d: f"{y}-{m:02}-{d:02}"), SAME),
    ("as short text", _dated(lambda y, m, d: f"{y}-{m}-{d}"), SAME),
    ("with slashes", _dated(lambda y, m, d: f"{y}/{m}/{d}"), SAME),
    ("with dots", _dated(lambda y, m, d: f"{y}.{m}.{d}"), SAME),
    ("with full-width dots", _dated(lambda y, m, d: f"{y}．{m}．{d}"), SAME),
    ("in Chinese", _dated(lambda y, m, d: f"{y}年{m}月{d}日"), SAME),
    ("in Chinese with blanks", _dated(lambda y, m, d: f"{y} 年 {m} 月 {d} 日"), SAME),
    ("without separators", _dated(lambda y, m, d: f"{y}{m:02}{d:02}"), SAME),
    ("full-width", _dated(lambda y, m, d: wide(f"{y}-{m:02}-{d:02}")), SAME),
    ("with a time", _dated(lambda y, m, d: f"{y}-{m:02}-{d:02} 09:30:00"), SAME),
    ("as an ISO date-time", _dated(lambda y, m, d: f"{y}-{m:02}-{d:02}T09:30:00"), SAME),
    ("as a number without format", lambda b, s, c: s.put(c, int(float(s.text(c))), style=0), SAME),
    ("as a number without separators", lambda b, s, c: _compact(b, s, c), SAME),
    ("as a date cell", lambda b, s, c: s.raw(c, "d", "{}-{:02}-{:02}".format(*_day(s.text(c)))), SAME),
    ("with hours in it", lambda b, s, c: s.raw(c, "", f"{float(s.text(c)) + 0.75}"), SAME),
    ("month first", _dated(lambda y, m, d: f"{m}/{d}/{y}"), TOLD),
    ("without a day", _dated(lambda y, m, d: f"{y}年{m}月"), TOLD),
    ("a year alone", _dated(lambda y, m, d: f"{y}年"), TOLD),
    ("a day that is none", _put("2026-02-30"), TOLD),
    ("a formula", _formula(True), TOLD),
    ("planned", _put("计划下月"), TOLD),
    ("in a percent format", _formatted(9), TOLD),
)


def _compact(book: Book, sheet: Sheet, cell: str) -> None:
    year, month, day = _day(sheet.text(cell))
    sheet.put(cell, year * 10_000 + month * 100 + day, style=0)


_YES: tuple[tuple[str, Callable[[Book, Sheet, str], None], str], ...] = (
    *((f"as {word}", _put(word), SAME) for word in ("TRUE", "yes", "Y", "√", "有", "是 ", "　是", "１")),
    ("as a truth value", _put(True), SAME),
    ("as one", _put(1), SAME),
    ("as 不清楚", _put("不清楚"), TOLD),
    ("as 部分", _put("部分"), TOLD),
    ("as two", _put(2), TOLD),
    ("as 是否", _put("是/否"), TOLD),
)
_NO: tuple[tuple[str, Callable[[Book, Sheet, str], None], str], ...] = (
    *((f"as {word}", _put(word), SAME) for word in ("FALSE", "no", "N", "×", "无", "没有", "0")),
    ("as a truth value", _put(False), SAME),
)
_CHOICES = (
    ("with blanks", _spelt(lambda t: f" {t}　"), SAME),
    ("with a line break behind", _spelt(lambda t: f"{t}\n"), SAME),
    ("misspelt", _spelt(lambda t: t[:-1] + "某"), TOLD),
    ("as other", _put("其他"), TOLD),
    ("as yes", _put("是"), TOLD),
)
_TEXTS = (
    ("with blanks around", _spelt(lambda t: f"  {t} "), SAME),
    ("with no-break blanks", _spelt(lambda t: f"\u00a0{t}\u00a0"), SAME),
    ("in rich text", lambda b, s, c: _rich(s, c, phonetic=False), SAME),
    ("with a reading beside it", lambda b, s, c: _rich(s, c, phonetic=True), SAME),
    ("a formula", _formula(True), TOLD),
    ("an error value", _raw("e", "#REF!"), TOLD),
)
_IDS = (
    ("with blanks", _spelt(lambda t: f" {t} "), SAME),
    ("full-width", _spelt(wide), SAME),
    ("misspelt", _spelt(lambda t: t + "甲"), TOLD),
)


def _rich(sheet: Sheet, cell: str, *, phonetic: bool) -> None:
    text = sheet.text(cell)
    sheet.put(cell, text)
    inside = sheet.cell(cell)[0]
    inside.clear()
    main = inside.tag[: -len("is")]
    for part in (text[:1], text[1:]):
        run = ET.SubElement(inside, main + "r")
        ET.SubElement(ET.SubElement(run, main + "rPr"), main + "b")
        made = ET.SubElement(run, main + "t")
        made.text = part
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if phonetic:
        ET.SubElement(ET.SubElement(inside, main + "rPh", {"sb": "0", "eb": "1"}), main + "t").text = "dú yīn"


CELL_CHANGES = {
    "percent": (*_NUMBERS, *_PERCENTS),
    "money": (*_NUMBERS, *_MONEY),
    "count": (*_NUMBERS, *_COUNTS),
    "amount": (*_NUMBERS, *_AMOUNTS),
    "date": _DATES,
    "yes": _YES,
    "no": _NO,
    "choice": _CHOICES,
    "text": _TEXTS,
    "id": _IDS,
}


def cell_ways(spots: list[Spot]) -> Iterator[Way]:
    """Each change of each kind of cell; of the numbers, quick ones on one kind alone."""
    seen: set[str] = set()
    for spot in spots:
        common = spot.kind in ("money", "count", "amount")
        for rank, (name, change, may) in enumerate(CELL_CHANGES[spot.kind]):
            quick = not (common and (name, change, may) in _NUMBERS) and spot.kind not in seen
            quick = quick and (rank % 2 == 0 or spot.kind in ("choice", "id", "text") or change is _percent)
            yield Way(f"{spot.kind} in {spot.sheet} {spot.cell}: {name}", partial(on_cell, spot, change), may, quick)
        seen.add(spot.kind)


# Sheets --------------------------------------------------------------------------------------------------------------


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
    row = next(
        r for r in reversed(sheet.rows()) if int(r.get("r", "0")) <= sheet.last_row() and sum(map(_typed, r)) > 1
    )
    letters = split(next(c.get("r", "A1") for c in reversed(list(row)) if _typed(c)))[0]
    sheet.put(f"{letters}{sheet.last_row() + 500}", "表外的一行")


def _typed(cell: ET.Element) -> bool:
    return bool(text_of(cell)) and not any(child.tag.endswith("}f") for child in cell)


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


def _dimension(reference: str) -> Callable[[Book, Sheet], None]:
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
    ("with a dimension of one cell", _dimension("A1"), SAME),
    ("with a dimension too short", _dimension("A1:C5"), SAME),
    ("with a dimension too long", _dimension("A1:XFD1048576"), SAME),
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


# Files ---------------------------------------------------------------------------------------------------------------


def _all_sheets(book: Book, change: Callable[[Sheet], None]) -> None:
    for title in book.sheets():
        sheet = book.sheet(title)
        change(sheet)
        sheet.save()


def _every_dimension(reference: str, book: Book) -> None:
    _all_sheets(book, lambda sheet: _dimension(reference)(book, sheet))


def _shared(book: Book) -> None:
    """Move the texts into one shared table, as Excel does."""
    strings: dict[str, int] = {}

    def move(sheet: Sheet) -> None:
        for cell in sheet.cells():
            if cell.get("t") == "inlineStr":
                text = text_of(cell)
                main = cell.tag[:-1]
                for child in list(cell):
                    cell.remove(child)
                cell.set("t", "s")
                ET.SubElement(cell, main + "v").text = str(strings.setdefault(text, len(strings)))

    _all_sheets(book, move)
    items = "".join(f"<si><t>{_escaped(text)}</t></si>" for text in strings)
    _with_strings(book, f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>')


def _with_strings(book: Book, xml: str) -> None:
    book.parts["xl/sharedStrings.xml"] = xml.encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    if b"sharedStrings" not in book.parts["xl/_rels/workbook.xml.rels"]:
        book.parts["xl/_rels/workbook.xml.rels"] = re.sub(
            rb"(</(?:\w+:)?Relationships>)",
            rf'<Relationship xmlns="http://schemas.openxmlformats.org/package/2006/relationships" Id="rIdS" '
            rf'Type="{kind}" Target="sharedStrings.xml"/>\1'.encode(),
            book.parts["xl/_rels/workbook.xml.rels"],
        )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _inline(book: Book) -> None:
    """Move the texts into the cells, as some programs do."""
    if "xl/sharedStrings.xml" not in book.parts:
        return
    root = ET.fromstring(book.parts["xl/sharedStrings.xml"])  # noqa: S314
    strings = ["".join(t.text or "" for t in item.iter() if t.tag.endswith("}t")) for item in root]

    def move(sheet: Sheet) -> None:
        for cell in list(sheet.cells()):
            if cell.get("t") == "s":
                sheet.put(cell.get("r", ""), strings[int(text_of(cell))])

    _all_sheets(book, move)


def _prefixed(book: Book) -> None:
    """Write the main namespace with a prefix, as Microsoft's own library does."""
    for path in [*book.sheets().values(), "xl/styles.xml"]:
        text = book.parts[path].decode()
        text = re.sub(r"<(/?)(?![?!/])(?!\w+:)(\w)", r"<\1x:\2", text)
        book.parts[path] = text.replace("xmlns=", "xmlns:x=", 1).encode()


def _utf16(book: Book) -> None:
    for path in book.sheets().values():
        text = re.sub(r"<\?xml[^>]*\?>", "", book.parts[path].decode())
        book.parts[path] = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")


def _with_mark(book: Book) -> None:
    for path in book.sheets().values():
        book.parts[path] = b"\xef\xbb\xbf" + book.parts[path]


def _from_1904(book: Book) -> None:
    """Count days from 1904, as old Macs did: every date moves along."""
    styles = ET.fromstring(book.parts["xl/styles.xml"])  # noqa: S314
    formats = {
        int(f.get("numFmtId", "0"))
        for f in styles.iter()
        if f.tag.endswith("}numFmt") and "yy" in f.get("formatCode", "")
    }
    dated = [
        int(x.get("numFmtId", "0")) in formats | {14, 22} for xfs in styles if xfs.tag.endswith("}cellXfs") for x in xfs
    ]

    def move(sheet: Sheet) -> None:
        for cell in sheet.cells():
            number = next((c for c in cell if c.tag.endswith("}v")), None)
            style = int(cell.get("s", "0"))
            shown = number is not None and cell.get("t", "n") == "n" and style < len(dated) and dated[style]
            if number is not None and shown and _typed(cell) and float(number.text or 0) > 10_000:
                number.text = str(int(float(number.text or 0)) - 1462)

    _all_sheets(book, move)
    if b"<workbookPr" in book.parts["xl/workbook.xml"]:
        book.change("xl/workbook.xml", r"<workbookPr ?", '<workbookPr date1904="1" ', count=1)
    else:
        book.change("xl/workbook.xml", r"(<workbook[^>]*>)", r'\1<workbookPr date1904="1"/>', count=1)


def _relative_targets(book: Book) -> None:
    book.parts["xl/_rels/workbook.xml.rels"] = book.parts["xl/_rels/workbook.xml.rels"].replace(
        b'Target="/xl/', b'Target="./'
    )


def _backslashes(book: Book) -> None:
    book.parts = {name.replace("/", "\\"): data for name, data in book.parts.items()}


def _small_letters(book: Book) -> None:
    book.parts = {name.lower(): data for name, data in book.parts.items()}


def _reverse_order(book: Book) -> None:
    book.parts = dict(reversed(book.parts.items()))


def _plus(name: str, data: bytes) -> Change:
    def change(book: Book) -> None:
        book.parts[name] = data

    return change


def _less(name: str) -> Change:
    def change(book: Book) -> None:
        book.parts.pop(name, None)

    return change


def _defined_names(book: Book) -> None:
    names = '<definedName name="_xlnm._FilterDatabase" localSheetId="2" hidden="1">公司!$A$1:$G$9</definedName>'
    if b"<definedNames>" in book.parts["xl/workbook.xml"]:
        book.change("xl/workbook.xml", "<definedNames>", f"<definedNames>{names}", count=1)
    else:
        book.change("xl/workbook.xml", "</sheets>", f"</sheets><definedNames>{names}</definedNames>", count=1)


def _ignorable(book: Book) -> None:
    for path in book.sheets().values():
        book.parts[path] = re.sub(
            rb"<worksheet ",
            b'<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
            b'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" ',
            book.parts[path],
            count=1,
        )


def _extended(book: Book) -> None:
    for path in book.sheets().values():
        book.parts[path] = book.parts[path].replace(
            b"</worksheet>",
            b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><v>9</v></ext></extLst></worksheet>',
        )


def _sheet_added(content: bool) -> Change:
    def change(book: Book) -> None:
        cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>草稿</t></is></c></row>' if content else ""
        book.add_sheet("Sheet1", empty_sheet(cells))

    return change


def _sheets_reversed(book: Book) -> None:
    text = book.parts["xl/workbook.xml"].decode()
    sheets = re.findall(r"<sheet [^>]*/>", text)
    inner = "".join(reversed(sheets))
    book.parts["xl/workbook.xml"] = re.sub(
        r"<sheets>.*</sheets>", f"<sheets>{inner}</sheets>", text, flags=re.S
    ).encode()


def _bytes(made: Callable[[bytes], bytes]) -> Change:
    return lambda book: made(book.packed())


def _strict(book: Book) -> None:
    for name in list(book.parts):
        if name.endswith((".xml", ".rels")):
            book.parts[name] = (
                book.parts[name]
                .replace(
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                )
                .replace(
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                )
            )


FILE_WAYS: tuple[Way, ...] = (
    Way("file: packed without compression", lambda book: book.packed(compression=zipfile.ZIP_STORED), SAME),
    Way("file: packed with bzip2", lambda book: book.packed(compression=zipfile.ZIP_BZIP2), EITHER),
    Way("file: its parts in reverse", _reverse_order, SAME),
    Way("file: its parts in small letters", _small_letters, SAME),
    Way("file: its parts with backslashes", _backslashes, SAME),
    Way("file: relative targets", _relative_targets, SAME),
    Way("file: texts in a shared table", _shared, SAME),
    Way("file: texts in the cells", _inline, SAME),
    Way("file: a prefix for the namespace", _prefixed, SAME),
    Way("file: sheets in UTF-16", _utf16, SAME),
    Way("file: sheets with a byte order mark", _with_mark, SAME),
    Way("file: days counted from 1904", _from_1904, SAME),
    Way("file: every dimension one cell, as WPS writes it", partial(_every_dimension, "A1"), SAME),
    Way("file: every dimension too short", partial(_every_dimension, "A1:C4"), SAME),
    Way("file: names that web Excel defines", _defined_names, SAME),
    Way("file: extensions to be ignored", _ignorable, SAME),
    Way("file: extensions with values", _extended, SAME),
    Way("file: without properties", _less("docProps/core.xml"), SAME),
    Way("file: WPS's own properties", _plus("docProps/custom.xml", b"<Properties/>"), SAME),
    Way("file: a picture", _plus("xl/media/image1.png", b"\x89PNG"), SAME),
    Way("file: a calculation chain", _plus("xl/calcChain.xml", b"<calcChain/>"), SAME),
    Way("file: printer settings", _plus("xl/printerSettings/printerSettings1.bin", b"\0" * 99), SAME),
    Way("file: without styles", _less("xl/styles.xml"), SAME),
    Way("file: without content types", _less("[Content_Types].xml"), EITHER),
    Way("file: an empty sheet added", _sheet_added(False), SAME),
    Way("file: a sheet with content added", _sheet_added(True), TOLD),
    Way("file: its sheets in reverse", _sheets_reversed, SAME),
    Way("file: macros", _plus("xl/vbaProject.bin", b"\0"), TOLD),
    Way("file: old macros", _plus("xl/macrosheets/sheet1.xml", b"<x/>"), TOLD),
    Way("file: links to other files", _plus("xl/externalLinks/externalLink1.xml", b"<x/>"), TOLD),
    Way("file: strict Open XML", _strict, TOLD),
    Way("file: cut short", _bytes(lambda data: data[: len(data) // 2]), TOLD),
    Way("file: its end missing", _bytes(lambda data: data[:-40]), TOLD),
    Way("file: bytes before it", _bytes(lambda data: b"\0\0\0\0" + data), EITHER),
    Way("file: bytes behind it", _bytes(lambda data: data + b"\r\n"), EITHER),
    Way(
        "file: a document type in a part", _plus("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'), TOLD
    ),
    Way("file: without its table of sheets", _less("xl/workbook.xml"), TOLD),
    Way("file: without relations", _less("xl/_rels/workbook.xml.rels"), TOLD),
    Way(
        "file: encrypted",
        lambda book: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        TOLD,
    ),
    Way("file: an old .xls", lambda book: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), TOLD),
    Way("file: a PDF", lambda book: b"%PDF-1.7\n", TOLD),
    Way("file: a web page", lambda book: b"<html><table><tr><td>1</td></tr></table></html>", TOLD),
    Way("file: CSV", lambda book: "项目,填写\n公司,1\n".encode("gbk"), TOLD),
    Way("file: empty", lambda book: b"", TOLD),
    Way("file: an archive of the workbook", lambda book: _wrapped(book.packed()), TOLD),
)


def _wrapped(data: bytes) -> bytes:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("自述表.xlsx", data)
    return out.getvalue()
