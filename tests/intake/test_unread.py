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
