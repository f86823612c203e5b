"""The sheets of statements: practices with their documents, recurring tasks, and how long records are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.filled import StatementRow, usual_subject
from zhiyin.form.form_book import FormBook
from zhiyin.form.workbook_inputs import clause_cell, looks, note
from zhiyin.form.workbook_map import Spot
from zhiyin.law.vocabulary import Term

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

PROOF_NOTE = "填了文件序号即为“是”，不必再选；没有落实的选“否”。禁止事项选是否发生。"
INTERVAL_NOTE = "天、月、年；空着即为天。一个月是一个日历月。"
PERIOD_NOTE = "天、月、年，或选“永久”而不填数字。一个月是一个日历月。"
ADDED_ROW = "加行：对象写名称，第二列写上面同样的做法、工作或记录的名称"
CHECKED_SUFFIXES = ("（禁止事项：是否发生）", "（周期由公司自定）")
"""What is said of a practice or a task behind its explanation."""
_ADDED_ROWS = 40
"""Empty rows below the practices and tasks, for those that are stated apart for several things."""


def practices_sheet(form: FormBook) -> None:
    """Write the sheet of practices: whom, what, and the number of the document that proves it."""
    sheet = form.book.create_sheet(layout.PRACTICES)
    style.header(sheet, 1, layout.PRACTICE_COLUMNS)
    head = sheet.cell(1, 4)
    note(head, PROOF_NOTE)
    forbidden = {term.iri for term in form.form.prohibitions}
    rows = form.filled.practices(sorted((*form.form.practices, *form.form.prohibitions), key=_order))
    for number, row in enumerate(rows, 2):
        asked = CHECKED_SUFFIXES[0] if row.term.iri in forbidden else ""
        _statement_head(form, sheet, number, row, 8, row.term.comment.zh + asked)
        for index, key in ((3, "number"), (4, "holds"), (5, "other"), (6, "exception")):
            style.input_cell(sheet.cell(number, index), row.cells.get(key))
        style.given(sheet.cell(number, 7), states.of_practice(number, prohibited=bool(asked)), style.STATE)
        _remember(form, row, sheet.title, f"D{number}" if asked else f"C{number}", f"G{number}")
    last = _added(sheet, len(rows) + 2, 7, 8, range(3, 7), states.of_practice)
    style.options(sheet, f"D2:D{last}", [layout.YES, layout.NO])
    style.bounded(sheet, f"C2:C{last}", "whole", "1", "9999", f"“{layout.DOCUMENTS}”表中的序号")
    looks(sheet, (16, 28, 9, 10, 10, 16, 11, 42, 14, 4), freeze="C2", hidden="J")


def tasks_sheet(form: FormBook) -> None:
    """Write the sheet of recurring tasks: when last, and the interval that the company sets itself."""
    sheet = form.book.create_sheet(layout.TASKS)
    style.header(sheet, 1, layout.TASK_COLUMNS)
    note(sheet.cell(1, 5), INTERVAL_NOTE)
    rows = form.filled.tasks(form.form.tasks)
    for number, row in enumerate(rows, 2):
        own = row.term.iri in form.form.interval_tasks
        _statement_head(form, sheet, number, row, 8, row.term.comment.zh + (CHECKED_SUFFIXES[1] if own else ""))
        style.input_cell(sheet.cell(number, 3), row.cells.get("last"), as_date=True)
        for index, key in ((4, "interval"), (5, "unit"), (6, "holds")):
            if own or index == 6:
                style.input_cell(sheet.cell(number, index), row.cells.get(key))
            else:
                style.input_cell(sheet.cell(number, index), row.cells.get(key))
                sheet.cell(number, index).fill = style.fill(style.GIVEN)
        style.given(sheet.cell(number, 7), states.of_task(number, own=own), style.STATE)
        sheet.cell(number, 11, states.day_of(f"C{number}"))
        _remember(form, row, sheet.title, f"C{number}", f"G{number}")
    last = _added(sheet, len(rows) + 2, 7, 8, range(3, 7), lambda n: states.of_task(n, own=False))
    style.options(sheet, f"E2:E{last}", layout.INTERVAL_UNITS)
    style.options(sheet, f"F2:F{last}", [layout.YES, layout.NO])
    sheet.column_dimensions["K"].hidden = True
    looks(sheet, (16, 28, 13, 9, 9, 9, 11, 42, 14, 4), freeze="C2", hidden="J")


def records_sheet(form: FormBook) -> None:
    """Write the sheet of retention periods."""
    sheet = form.book.create_sheet(layout.RECORDS)
    style.header(sheet, 1, layout.RECORD_COLUMNS)
    note(sheet.cell(1, 4), PERIOD_NOTE)
    rows = form.filled.records(form.form.records)
    for number, row in enumerate(rows, 2):
        _statement_head(form, sheet, number, row, 6, row.term.comment.zh)
        for index, key in ((3, "period"), (4, "unit")):
            style.input_cell(sheet.cell(number, index), row.cells.get(key))
        style.given(sheet.cell(number, 5), states.of_record(number), style.STATE)
        _remember(form, row, sheet.title, f"C{number}", f"E{number}")
    last = _added(sheet, len(rows) + 2, 5, 6, range(3, 5), states.of_record, count=10)
    style.options(sheet, f"D2:D{last}", layout.PERIOD_UNITS)
    looks(sheet, (16, 30, 10, 10, 11, 50, 16, 4), freeze="C2", hidden="H")


def _order(term: Term) -> tuple[int, ...]:
    from zhiyin.model import number_key

    return min((number_key(number) for number in term.needed_by), default=())


def _statement_head(
    form: FormBook, sheet: Worksheet, number: int, row: StatementRow, explained: int, comment: str
) -> None:
    of_company = usual_subject(form.form, row.term) == layout.COMPANY_ITSELF
    subject = sheet.cell(number, 1)
    if of_company:
        style.given(subject, row.subject)
    else:
        style.input_cell(subject, row.subject)
        if source := form.source_of(row.term.practice_of[0]):
            style.choices(sheet, subject.coordinate, source)
    style.given(sheet.cell(number, 2), row.term.label.zh)
    style.given(sheet.cell(number, explained), comment)
    clause_cell(form, sheet.cell(number, explained + 1), row.term.needed_by)
    style.given(sheet.cell(number, explained + 2), row.term.local)


def _remember(form: FormBook, row: StatementRow, title: str, cell: str, state: str) -> None:
    spot = Spot(title, cell, state, f"{row.subject}·{row.term.label.zh}")
    form.map.statements[row.term.iri].append((row.subject, spot))
    form.map.cite(row.term.needed_by, spot)


def _added(
    sheet: Worksheet,
    start: int,
    state: int,
    explained: int,
    inputs: range,
    formula: Any,  # noqa: ANN401
    *,
    count: int = _ADDED_ROWS,
) -> int:
    """Write empty rows for what is stated apart for several things; return the last row."""
    for row in range(start, start + count):
        for index in (1, 2, *inputs):
            style.input_cell(sheet.cell(row, index))
        told = formula(row).removeprefix("=")
        style.given(sheet.cell(row, state), f'=IF(B{row}="","",{told})', style.STATE)
        style.given(sheet.cell(row, explained), ADDED_ROW)
    if sheet.title == layout.TASKS:
        for row in range(start, start + count):
            style.input_cell(sheet.cell(row, 3), as_date=True)
    return start + count - 1
