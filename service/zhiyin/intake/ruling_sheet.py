"""The sheet 认定 of a workbook in, the rulings that were filled in on it out; every fault by its cell, all at once."""

from __future__ import annotations

import re

from zhiyin.errors import BadSubmission, Place
from zhiyin.form import workbook_layout as layout
from zhiyin.intake.cell_values import Misread, plain, read_day, read_text
from zhiyin.intake.determinations import Determination
from zhiyin.intake.empty_words import names_something
from zhiyin.intake.faults import Notice, refused
from zhiyin.intake.workbook_archive import opened
from zhiyin.intake.workbook_cells import WorkbookCells
from zhiyin.intake.workbook_sight import refuse_unseen
from zhiyin.intake.workbook_statements import Statements
from zhiyin.intake.workbook_tables import Row, Table, refuse_merged, tell_stray, titled_table
from zhiyin.law.outcome import Outcome
from zhiyin.law.vocabulary import Vocabulary

COLUMNS = ("条款", "原文", "认定结论", "理由", "认定人", "岗位", "认定日期")
RULINGS = {"符合": Outcome.SATISFIED, "不符合": Outcome.VIOLATED, "不适用": Outcome.NOT_APPLICABLE}
_CLAUSE, _TEXT, _RULED, _REASON, _BY, _ROLE, _ON = COLUMNS
_TOLD = (_REASON, _BY, _ROLE)
_NUMBER = re.compile(r"\d+(?:\.\d+)+")
_FILLED = (_RULED, _REASON, _BY, _ROLE, _ON)


def read_ruling_sheet(data: bytes, known: Vocabulary, *, source: str = "") -> tuple[list[Determination], list[Notice]]:
    """Return the rulings, of the company that the sheet was made for, and what else stands there that is not read.

    Rows without a ruling are passed over. A sheet that names no company, made by hand or before it did, speaks of
    whatever company it is given with; a row may name another than the sheet. BadSubmission holds every fault.
    """
    book = WorkbookCells(opened(data, source), source)
    title = layout.DETERMINATIONS
    place = Place(source=source or None, sheet=title)
    if title not in book.titles:
        raise BadSubmission(f"工作簿中没有“{title}”表", f"the workbook has no sheet '{title}'", place=place)
    said = Statements(source, known, from_1904=book.from_1904)
    for other in book.titles:
        if other != title and plain(other).startswith(title) and book.sheet(other).rows:
            said.fault(
                other,
                None,
                f"只读取“{title}”表：“{other}”表上的认定请移到“{title}”表，不算数的请删去这张表",
                f"only the sheet '{title}' is read: move the rulings of '{other}' there, or delete that sheet",
            )
    found: list[Determination] = []
    optional = frozenset({layout.RULED_COMPANY})
    table = titled_table(book.sheet(title), (*COLUMNS, layout.RULED_COMPANY), _CLAUSE, said, optional=optional)
    if table is not None:
        refuse_unseen(table, (_CLAUSE, *_FILLED, layout.RULED_COMPANY), said)
        refuse_merged(table, said)
        firm = ""
        for row in table.rows():
            firm = row.text(layout.RULED_COMPANY) if row.number == table.head + 1 else firm
            if any(name in row.cells for name in _FILLED):
                ruling = _ruling(table, row, firm, said)
                found += [] if ruling is None else [ruling]
            elif not _NUMBER.fullmatch(plain(row.text(_CLAUSE))) and (row.text(_CLAUSE) or row.text(_TEXT)):
                tell_stray(table, row, said)
    if said.faults:
        raise refused(said.faults)
    if not found:
        raise BadSubmission(f"“{title}”表中没有填写认定", f"no ruling is filled in on the sheet {title}", place=place)
    return sorted(found, key=lambda d: d.clause), said.notices


def _ruling(table: Table, row: Row, firm: str, said: Statements) -> Determination | None:
    before = len(said.faults)
    for name in (_CLAUSE, *_FILLED):
        cell = row.cells.get(name)
        if cell is None:
            where = table.cell_name(row.number, name)
            said.fault(table.title, where, f"“{name}”没有填", f"'{name}' is empty")
        elif not said.is_formula(table.title, cell, name) and name in _TOLD and not names_something(cell.text):
            said.fault(
                table.title,
                cell.name,
                f"“{name}”填的是“{cell.text[:20]}”，等于没有填；请写明",
                f"'{name}' holds '{cell.text[:20]}', which says nothing: write it out",
                cell.text,
            )
    ruled = plain(row.text(_RULED))
    if ruled and ruled not in RULINGS:
        said.fault(
            table.title,
            table.cell_name(row.number, _RULED),
            f"“{_RULED}”须是{'、'.join(RULINGS)}，现为“{ruled[:20]}”",
            "the ruling must be 符合, 不符合 or 不适用",
            ruled,
        )
    day, clause = row.cells.get(_ON), row.cells.get(_CLAUSE)
    on = ""
    if day is not None and not day.formula:
        try:
            on = read_day(day, from_1904=said.from_1904).lexical[:10]
        except Misread as error:
            said.misread(table.title, day, _ON, error)
    if len(said.faults) > before or clause is None:
        return None
    return Determination(
        row.text(layout.RULED_COMPANY) or firm,
        plain(read_text(clause).lexical),
        RULINGS[ruled],
        f"{row.text(_BY)}（{row.text(_ROLE)}）",
        on,
        row.text(_REASON),
        place=said.place(table.title, table.cell_name(row.number, _RULED)),
    )
