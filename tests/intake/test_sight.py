"""What a form hides, strikes out or makes invisible is asked about with its place; what a filter leaves out is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.filters import FilterColumn, Filters

from zhiyin.composition.judging import rules
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.submission import Submission
from zhiyin.intake.workbook_reader import read_workbook

LIST = "交易所链路"


@pytest.fixture(scope="module")
def blank() -> bytes:
    return form_workbook(rules(), 2)


def read(blank: bytes, change: Callable[[Any], None]) -> Submission:
    book = load_workbook(io.BytesIO(blank), rich_text=True)
    book["公司"]["B7"] = "示例期货有限公司"
    book[LIST]["C4"], book[LIST]["C5"] = "链路甲", "链路乙"
    change(book)
    out = io.BytesIO()
    book.save(out)
    return read_workbook(out.getvalue(), rules())


def faults(submission: Submission, words: str) -> list[tuple[str | None, str | None]]:
    return [(f.place.sheet, f.place.cell) for f in submission.faults if words in f.message.zh]


def look(sheet: str, cell: str, **font: Any) -> Callable[[Any], None]:  # noqa: ANN401
    def change(book: Any) -> None:  # noqa: ANN401
        book[sheet][cell].font = Font(**font)

    return change


def hide_row(book: Any) -> None:  # noqa: ANN401
    book[LIST].row_dimensions[5].hidden = True


def hide_column(book: Any) -> None:  # noqa: ANN401
    book[LIST].column_dimensions["C"].hidden = True


def hide_sheet(book: Any) -> None:  # noqa: ANN401
    book[LIST].sheet_state = "veryHidden"


def struck_in_part(book: Any) -> None:  # noqa: ANN401
    book[LIST]["C5"] = CellRichText("链路", TextBlock(InlineFont(strike=True), "乙"))


@pytest.mark.parametrize(
    ("change", "words", "place"),
    [
        (hide_row, "第 5 行是隐藏的", (LIST, "C5")),
        (hide_column, "C 列是隐藏的", (LIST, "C4")),
        (hide_sheet, "是隐藏的", (LIST, "C4")),
        (look(LIST, "C5", strike=True), "划掉了", (LIST, "C5")),
        (look(LIST, "A5", strike=True), "划掉了", (LIST, "A5")),
        (struck_in_part, "划掉了", (LIST, "C5")),
        (look(LIST, "C5", color="FFFFFFFF"), "看不见", (LIST, "C5")),
        (look("公司", "B7", sz=1), "看不见", ("公司", "B7")),
        (lambda book: setattr(book["公司"]["B7"], "number_format", ";;;"), "看不见", ("公司", "B7")),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_it_is_asked_about(blank: bytes, change: Callable[[Any], None], words: str, place: tuple[str, str]) -> None:
    assert faults(read(blank, change), words) == [place]


def test_nothing_is_asked_about_where_all_is_to_be_seen_or_nothing_is_filled_in(blank: bytes) -> None:
    def empty_ones(book: Any) -> None:  # noqa: ANN401
        book[LIST].row_dimensions[9].hidden = True
        book[LIST].column_dimensions["E"].hidden = True
        book["分支机构"].sheet_state = "hidden"
        book[LIST]["C4"].font = Font(color="FF0000", sz=8)
        book[LIST]["C5"].font = Font(strike=False)

    submission = read(blank, empty_ones)
    assert [f for f in submission.faults if "隐藏" in f.message.zh or "看不见" in f.message.zh] == []
    assert faults(submission, "划掉") == []


def test_rows_that_a_filter_leaves_out_are_read_and_told(blank: bytes) -> None:
    def filtered(book: Any) -> None:  # noqa: ANN401
        sheet = book[LIST]
        sheet.auto_filter.ref = "A3:H33"
        sheet.auto_filter.filterColumn.append(FilterColumn(colId=2, filters=Filters(filter=["链路甲"])))
        hide_row(book)

    submission = read(blank, filtered)
    assert faults(submission, "隐藏") == []
    assert [(n.place.sheet, n.place.cell) for n in submission.notices if n.kind == "hidden"] == [(LIST, "C5")]


@pytest.mark.parametrize(("second", "wrong"), [(1, True), (2, False)])
def test_two_documents_of_one_number_are_asked_about(blank: bytes, second: int, wrong: bool) -> None:
    def change(book: Any) -> None:  # noqa: ANN401
        for row, number in ((4, 1), (5, second)):
            for column, value in enumerate((number, f"制度{row}", f"ZD-{row}", "2026-01-05", "综合岗"), 1):
                book["文件"].cell(row, column, value)

    assert faults(read(blank, change), "序号的顺序变了") == ([("文件", "A5")] if wrong else [])
