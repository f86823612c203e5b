"""The sheet 认定 of a workbook in, the rulings that were filled in on it out; every fault by its cell, all at once."""

from __future__ import annotations

from dataclasses import replace

from zhiyin.errors import BadSubmission, Message, Place
from zhiyin.form import workbook_layout as layout
from zhiyin.intake.cell_values import Misread, plain, read_day, read_text
from zhiyin.intake.determinations import Determination
from zhiyin.intake.faults import Fault
from zhiyin.intake.workbook_archive import opened
from zhiyin.intake.workbook_cells import SheetCells, WorkbookCells
from zhiyin.law.outcome import Outcome

COLUMNS = ("条款", "原文", "认定结论", "理由", "认定人", "岗位", "认定日期")
RULINGS = {"符合": Outcome.SATISFIED, "不符合": Outcome.VIOLATED, "不适用": Outcome.NOT_APPLICABLE}


def read_ruling_sheet(data: bytes, *, source: str = "") -> list[Determination]:
    """Return the rulings, of the company that the sheet was made for; rows without any are passed over.

    A sheet that names none, made by hand or before it did, speaks of whatever company it is given with.
    """
    book = WorkbookCells(opened(data, source), source)
    place = Place(source=source or None, sheet=layout.DETERMINATIONS)
    if layout.DETERMINATIONS not in book.titles:
        raise BadSubmission(
            f"工作簿中没有“{layout.DETERMINATIONS}”表",
            f"the workbook has no sheet '{layout.DETERMINATIONS}'",
            place=place,
        )
    cells = book.sheet(layout.DETERMINATIONS)
    faults: list[Fault] = []
    found = []
    named = plain(cells.text(1, 8)) == plain(layout.RULED_COMPANY)
    company = cells.text(2, 8).strip() if named else ""
    for number in sorted(cells.rows):
        if number > 1 and any(cells.text(number, column) for column in range(3, 8)):
            ruling = _ruling(cells, number, book.from_1904, source, faults)
            if ruling is not None:
                found.append(replace(ruling, company=company))
    if faults:
        first = faults[0]
        raise BadSubmission(
            first.message.zh,
            first.message.en,
            place=first.place,
            details={"faults": [fault.as_json() for fault in faults]},
        )
    if not found:
        raise BadSubmission("“认定”表中没有填写认定", "no ruling is filled in on the sheet 认定", place=place)
    return sorted(found, key=lambda d: d.clause)


def _ruling(cells: SheetCells, row: int, from_1904: bool, source: str, faults: list[Fault]) -> Determination | None:
    before = len(faults)

    def fault(column: int, zh: str, en: str) -> None:
        letter = "ABCDEFG"[column - 1]
        where = Place(source=source or None, sheet=layout.DETERMINATIONS, cell=f"{letter}{row}")
        faults.append(Fault(Message(zh, en), where, cells.text(row, column)))

    for column in (1, 3, 4, 5, 6, 7):
        if not cells.text(row, column):
            fault(column, f"“{COLUMNS[column - 1]}”没有填", f"'{COLUMNS[column - 1]}' is empty")
    ruled = plain(cells.text(row, 3))
    if ruled and ruled not in RULINGS:
        fault(3, f"“认定结论”须是{'、'.join(RULINGS)}，现为“{ruled[:20]}”", "the ruling must be 符合, 不符合 or 不适用")
    day, clause = cells.cell(row, 7), cells.cell(row, 1)
    on = ""
    if day is not None:
        try:
            on = read_day(day, from_1904=from_1904).lexical[:10]
        except Misread as error:
            fault(7, f"“认定日期”{error.message.zh}", error.message.en)
    if len(faults) > before or clause is None:
        return None
    by = f"{cells.text(row, 5)}（{cells.text(row, 6)}）"
    return Determination("", read_text(clause).lexical, RULINGS[ruled], by, on, cells.text(row, 4))
