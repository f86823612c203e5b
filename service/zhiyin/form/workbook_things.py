"""The sheets of things that a company lists: a row each, or side by side where a row would not fit a screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zhiyin.errors import TooLarge
from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.filled import ThingRow
from zhiyin.form.form import COMPANY, Form, Sheet
from zhiyin.form.form_book import FormBook
from zhiyin.form.workbook_inputs import clause_cell, comment, drop_down, given_row, looks, note, starred, value_cell
from zhiyin.form.workbook_map import Spot, Table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_COLUMNS = 16_000
_MOST_ROWS = 1_000_000
"""Things on a sheet: a spreadsheet has 16,384 columns and 1,048,576 rows, some of which are the form's own."""
SHARED_NOTE = "选一项，或写几项（用“；”分开），或写“全部”：各有一项同样的。"


def things_sheet(form: FormBook, part: Sheet) -> None:
    """Write the sheet of the things of one class: a row each, or side by side where a row would not fit a screen."""
    title = form.titles[part.cls.iri]
    sheet = form.book.create_sheet(title)
    _list_head(form, sheet, part)
    columns = layout.columns(form.form, part)
    rows = form.filled.rows.get(part.cls.iri, [])
    _check_room(title, len(rows), layout.is_side_by_side(part))
    if layout.is_side_by_side(part):
        _things_side_by_side(form, sheet, part, columns, rows)
    else:
        _things_in_rows(form, sheet, part, columns, rows)


def _check_room(title: str, count: int, side_by_side: bool) -> None:
    """Raise TooLarge where a sheet, of so many columns and rows as a spreadsheet has, cannot list that many things."""
    most = _MOST_COLUMNS if side_by_side else _MOST_ROWS
    if count > most:
        raise TooLarge(
            f"“{title}”有 {count:,} 项，Excel 的一张表至多列 {most:,} 项：请改用 RDF（Turtle、JSON-LD）",
            f"“{title}” has {count:,} things, a sheet of Excel lists {most:,} at most: use RDF (Turtle, JSON-LD) instead",
            details={"limit": most},
        )


def list_head(form: Form, part: Sheet) -> tuple[str, str]:
    """Return what stands beside the cell that says whether a list is complete: its label, and what the sheet is for."""
    needed = layout.must_be_complete(form, part)
    if not needed:
        return "本表不必声明列全", part.cls.comment.zh
    said = "本表已列全" if part.owner == COMPANY else "全公司的都已列全"
    return starred(said, needed), f"{part.cls.comment.zh}列全后在左边选“是”；一项也没有的，不列而选“是”。"


def shared_words(part: Sheet) -> str:
    """Return what stands in place of a name over the facts that things side by side share."""
    return "以下各机房相同的填在此列" if part.cls.label.zh == "机房" else "各项相同的填在此列"


def _list_head(form: FormBook, sheet: Worksheet, part: Sheet) -> None:
    label, explained = list_head(form.form, part)
    style.given(sheet["A1"], label)
    complete = form.filled.list_is_complete(part)
    if complete or layout.must_be_complete(form.form, part):
        style.input_cell(sheet[layout.COMPLETE_CELL], layout.YES if complete else None)
        style.options(sheet, layout.COMPLETE_CELL, [layout.YES, layout.NO])
    else:
        style.given(sheet[layout.COMPLETE_CELL])
    sheet["C1"] = explained
    sheet["C1"].font = style.font(colour="555555")
    spot = Spot(sheet.title, layout.COMPLETE_CELL, layout.COMPLETE_CELL, f"“{sheet.title}”已列全")
    form.map.lists[part.link.iri] = spot


def _things_in_rows(
    form: FormBook, sheet: Worksheet, part: Sheet, columns: Sequence[layout.Column], rows: Sequence[ThingRow]
) -> None:
    from openpyxl.utils import get_column_letter

    first, last = (
        layout.HEADER_ROW + 1,
        layout.HEADER_ROW + (max(layout.BLANK_ROWS, len(rows) + 10) if form.spare else 1),
    )
    for index, column in enumerate(columns, 1):
        sheet.cell(layout.KEY_ROW, index, column.key)
        head = sheet.cell(layout.HEADER_ROW, index, column.title)
        style.head(head)
        if column.term is not None:
            head.value = starred(column.title, form.mandatory(column.term))
            comment(form, head, column.term, form.example(column.term, part.cls.iri))
        elif column.key == "owner":
            note(head, SHARED_NOTE)
    letters = {column.key: get_column_letter(index) for index, column in enumerate(columns, 1)}
    inputs = [column for column in columns if column.key not in ("id", layout.STATE_KEY)]
    for offset in range(last - first + 1):
        row = first + offset
        thing = rows[offset] if offset < len(rows) else None
        style.given(sheet.cell(row, 1), layout.thing_id(part, offset + 1))
        style.given(
            sheet.cell(row, 2), states.of_thing(letters, inputs, row, first, last, form.form.vocabulary), style.STATE
        )
        for index, column in enumerate(columns, 1):
            if column.key in ("id", layout.STATE_KEY):
                continue
            value = _thing_value(column, thing)
            if column.term is not None:
                value_cell(form, sheet.cell(row, index), column.term, value, listed=False)
            else:
                style.input_cell(sheet.cell(row, index), value)
    for column in inputs:
        cells = f"{letters[column.key]}{first}:{letters[column.key]}{last}"
        if column.term is not None:
            drop_down(form, sheet, cells, column.term)
        elif column.key == "owner":
            style.choices(sheet, cells, form.source_of(part.owner) or '"全部"')
        else:
            style.options(sheet, cells, [layout.YES, layout.NO])
    sheet.row_dimensions[layout.KEY_ROW].hidden = True
    ranges = {key: f"${letter}${first}:${letter}${last}" for key, letter in letters.items()}
    form.map.tables[part.cls.iri] = Table(sheet.title, ranges, {}, layout.COMPLETE_CELL)
    for column in inputs:
        if column.term is not None:
            letter = letters[column.key]
            spot = Spot(sheet.title, f"{letter}{first}", f"B{first}", f"{sheet.title}·{column.title}")
            form.map.columns[part.cls.iri, column.term.iri] = spot
            form.map.cite(column.term.needed_by, spot)
    narrow = max(8.5, min(18.0, (150 - 34) / max(1, len(inputs))))
    looks(sheet, (13, 8, *[narrow] * len(inputs)), freeze=f"C{first}", header_row=layout.HEADER_ROW)


def _thing_value(column: layout.Column, thing: ThingRow | None) -> Any:  # noqa: ANN401
    if thing is None:
        return None
    if column.key == "owner":
        return layout.SEPARATOR.join(thing.owners) or None
    if column.key == "name":
        return layout.ALL if thing.of_all else layout.SEPARATOR.join(thing.names) or None
    return thing.cells.get(column.key)


def _things_side_by_side(
    form: FormBook, sheet: Worksheet, part: Sheet, columns: Sequence[layout.Column], rows: Sequence[ThingRow]
) -> None:
    from openpyxl.utils import get_column_letter

    start = len(layout.SIDE_COLUMNS) + 1
    singles = [row for row in rows if not row.of_all]
    of_all = next((row for row in rows if row.of_all), None)
    count = max(layout.BLANK_SIDE, len(singles) + 2) if form.spare else 1
    style.header(sheet, layout.HEADER_ROW, layout.SIDE_COLUMNS)
    heads = [layout.all_of(part), *(layout.thing_id(part, index) for index in range(1, count + 1))]
    for index, said in enumerate(heads, start):
        style.head(sheet.cell(layout.HEADER_ROW, index, said))
    things = [of_all, *singles, *[None] * (count - len(singles))]
    one, end = get_column_letter(start + 1), get_column_letter(start + count)
    shared = get_column_letter(start)
    ranges: dict[str, str] = {}
    shares: dict[str, str] = {}
    first = layout.HEADER_ROW + 1
    row = first
    for column in columns:
        if column.key in ("id", layout.STATE_KEY):
            continue
        term = column.term
        label = starred(column.title, term is not None and form.mandatory(term))
        unit = (layout.unit_of(term, form.form.vocabulary) or None) if term else None
        text = layout.allowed_text(term, form.titles, form.form.vocabulary) if term else None
        given_row(sheet, row, [label, None, unit, text, None, column.key])
        if term is not None:
            comment(form, sheet.cell(row, 1), term, form.example(term, part.cls.iri))
            clause_cell(form, sheet.cell(row, 5), term.needed_by)
        names = f"${one}${first}:${end}${first}"
        cells = f"{one}{row}:{end}{row}"
        style.given(
            sheet.cell(row, 2),
            states.of_side(term, f"{shared}{row}", cells, names, column.key == "name", form.form.vocabulary),
            style.STATE,
        )
        for index, thing in enumerate(things, start):
            cell = sheet.cell(row, index)
            if column.key == "name" and index == start:
                style.given(cell, shared_words(part))
                continue
            value = _thing_value(column, thing)
            if term is not None:
                value_cell(form, cell, term, value, listed=False)
            else:
                style.input_cell(cell, value)
        if term is not None:
            drop_down(form, sheet, f"{shared}{row}:{end}{row}", term)
            spot = Spot(sheet.title, f"{shared}{row}", f"B{row}", f"{sheet.title}·{column.title}")
            form.map.columns[part.cls.iri, term.iri] = spot
            form.map.cite(term.needed_by, spot)
        ranges[column.key] = f"${one}${row}:${end}${row}"
        shares[column.key] = f"${shared}${row}"
        row += 1
    form.map.tables[part.cls.iri] = Table(sheet.title, ranges, shares, layout.COMPLETE_CELL, side_by_side=True)
    sheet.row_dimensions[layout.KEY_ROW].hidden = True
    looks(
        sheet,
        (22, 8, 7, 12, 8, 4, *[11] * (count + 1)),
        freeze=f"{shared}{first}",
        hidden="F",
        header_row=layout.HEADER_ROW,
    )
