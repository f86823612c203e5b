"""What stands where nothing reads it is told: over the examples, and on a copied sheet, which is named after its own."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from zhiyin.composition.judging import rules
from zhiyin.form import workbook_layout as layout
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.submission import Submission
from zhiyin.intake.workbook_reader import read_workbook


@pytest.fixture(scope="module")
def blank() -> bytes:
    return form_workbook(rules(), 2)


def told(submission: Submission) -> list[tuple[str | None, str | None, str]]:
    return [(n.place.sheet, n.place.cell, n.found) for n in submission.notices if n.kind == "not-read"]


def test_the_examples_as_given_out_are_nothing_to_tell(blank: bytes) -> None:
    assert told(read_workbook(blank, rules())) == []


@pytest.mark.parametrize("written", ["我们的机房有柴油发电机", 95])
def test_what_is_written_over_an_example_is_told(blank: bytes, written: str | int) -> None:
    book = load_workbook(io.BytesIO(blank))
    sheet = book[layout.EXAMPLES]
    cell = next(c for row in sheet.iter_rows(min_row=4) for c in row if isinstance(c.value, str) and c.value)
    cell.value = written
    cell.hyperlink = None
    changed = io.BytesIO()
    book.save(changed)
    assert told(read_workbook(changed.getvalue(), rules())) == [(layout.EXAMPLES, cell.coordinate, str(written))]


@pytest.mark.parametrize("title", ["公司", "机房", "交易所链路", "定期工作"])
def test_a_copied_sheet_is_known_as_the_copy_of_its_own(blank: bytes, title: str) -> None:
    book = load_workbook(io.BytesIO(blank))
    book.copy_worksheet(book[title]).title = "另一张"
    changed = io.BytesIO()
    book.save(changed)
    faults = [f.message.zh for f in read_workbook(changed.getvalue(), rules()).faults if "另一张" in f.message.zh]
    assert len(faults) == 1
    assert f"像是“{title}”的副本" in faults[0]


@pytest.mark.parametrize(
    ("title", "cell", "written"),
    [
        ("说明", "A30", "本表由信息技术部填写"),
        ("条款", "C5", "本条我司已全部落实"),
        ("条款", "T9", "见附件"),
        ("自查", "P50", "已整改"),
        ("自查", "B2", "2026-05-01"),
        ("公司", "E9", "已设立信息技术部，共十五人"),
        ("公司", "H9", "齐"),
        ("交易所链路", "F1", "另有两条未列"),
        ("机房", "I1", "以下为估算"),
        ("机房", "D9", "大概"),
        ("做法与文件", "H4", "我司不适用"),
        ("保存期限", "F3", "永久保存"),
        ("文件", "E1", "全部文件存档案室"),
    ],
)
def test_what_is_typed_where_nothing_reads_it_is_told(blank: bytes, title: str, cell: str, written: str) -> None:
    book = load_workbook(io.BytesIO(blank))
    book[title][cell] = written
    changed = io.BytesIO()
    book.save(changed)
    assert told(read_workbook(changed.getvalue(), rules())) == [(title, cell, written)]


def test_rulings_on_the_sheet_of_a_submission_are_told_to_be_handed_in(blank: bytes) -> None:
    book = load_workbook(io.BytesIO(blank))
    sheet = book.create_sheet(layout.DETERMINATIONS)
    sheet.append(["条款", "原文", "认定结论"])
    sheet.append(["3.1.1.1", "…", "符合"])
    changed = io.BytesIO()
    book.save(changed)
    assert told(read_workbook(changed.getvalue(), rules())) == [(layout.DETERMINATIONS, "C2", "符合")]


@pytest.mark.parametrize(
    ("cell", "written", "told"), [("G4", "2026-01-31", 1), ("H4", "首席信息官", 1), ("H4", "稽核岗", 0)]
)
def test_a_date_or_role_typed_where_the_sheet_computes_it_is_refused(
    blank: bytes, cell: str, written: str, told: int
) -> None:
    book = load_workbook(io.BytesIO(blank))
    sheet = book[layout.DOCUMENTS]
    sheet["B4"], sheet["D4"], sheet["E4"] = "岗位说明书", "2026-02-01", "稽核岗"
    sheet[cell] = written
    changed = io.BytesIO()
    book.save(changed)
    faults = [f for f in read_workbook(changed.getvalue(), rules()).faults if f.place.cell == cell]
    assert len(faults) == told
