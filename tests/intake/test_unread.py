"""What stands where nothing reads it is told: over the examples, and on a copied sheet, which is named after its own."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pyoxigraph as ox
import pytest
from openpyxl import Workbook, load_workbook
from tests.intake.mangled import right_form
from tests.intake.mangler_book import Book

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
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


SPOILED: dict[tuple[str, str], tuple[str | float, str]] = {
    ("机房", "H34"): ("约300", "须是数字"),
    ("机房", "I34"): ("300～400", "须是数字"),
    ("机房", "H6"): ("详见附件", "须是数字"),
    ("机房", "I6"): ("一号160 二号60", "须是数字"),
    ("公司", "B9"): ("☑是☐否", "须填“是”或“否”"),
    ("公司", "B13"): ("基本是", "须填“是”或“否”"),
    ("公司", "B14"): ("是\n（2026年起）", "须填“是”或“否”"),
    ("公司", "B24"): ("≥2", "须是数字"),
    ("公司", "B25"): ("二", "须是数字"),
    ("定期工作", "C2"): ("2026年3月", "须写到日"),
    ("定期工作", "C3"): ("44927", "须是日期"),
    ("定期工作", "C4"): ("03/01/2026", "须是日期"),
    ("定期工作", "C5"): ("2026-03-01、2026-05-01", "须是日期"),
    ("定期工作", "D6"): ("半年", "须是数字"),
    ("做法与文件", "C2"): ("No.1", "序号"),
    ("做法与文件", "C3"): ("同上", "序号"),
    ("做法与文件", "C4"): ("ZD-1-01", "序号"),
    ("保存期限", "C2"): ("长期", "须是数字"),
    ("保存期限", "A3"): ("1号机房", "没有“1号机房”"),
    ("网络隔离", "C4"): ("生产网与互联网", "不在可填的值中"),
    ("网络隔离", "D5"): ("华为防火墙", "不在可填的值中"),
    ("会计年度", "C7"): ("2025年度", "须是数字"),
    ("会计年度", "E7"): ("亏损3000万", "须是数字"),
    ("交易所链路", "G4"): ("≤60", "须是数字"),
    ("交易所链路", "G5"): (0.12, "百分号"),
    ("交易所链路", "B1"): ("基本列全", "须填“是”或“否”"),
}
AS_MEANT: dict[tuple[str, str], tuple[str | float, str]] = {
    ("机房", "H34"): ("９０ 分钟", "90"),
    ("机房", "I34"): ("120\n分钟", "120"),
    ("机房", "H6"): ("\u200b1.6E2", "160"),
    ("定期工作", "C2"): ("２０２６年３月１日", "2026-03-01"),
    ("定期工作", "C3"): ("2026.2.1", "2026-02-01"),
    ("会计年度", "E7"): ("(3000万)", "-30000000"),
    ("交易所链路", "G4"): ("61.5％", "61.5"),
}


def typed(cells: Mapping[tuple[str, str], str | float]) -> Submission:
    """The complete company's form with ``cells`` typed into it."""
    book = Book(right_form())
    sheets = {title: book.sheet(title) for title in {title for title, _ in cells}}
    for (title, cell), written in cells.items():
        sheets[title].put(cell, written)
    for sheet in sheets.values():
        sheet.save()
    return read_workbook(book.packed(), rules())


def test_what_people_write_for_a_number_a_date_or_a_yes_is_told_by_its_cell_all_at_once() -> None:
    submission = typed({place: written for place, (written, _) in SPOILED.items()})
    found = {(f.place.sheet, f.place.cell): f.message.zh for f in submission.faults}
    assert found.keys() == SPOILED.keys()
    assert [place for place, (_, said) in SPOILED.items() if said not in found[place]] == []


def test_what_they_write_otherwise_is_read_as_meant() -> None:
    submission = typed({place: written for place, (written, _) in AS_MEANT.items()})
    assert submission.faults == ()
    values = {t.object.value for t in submission.triples if isinstance(t.object, ox.Literal)}
    assert {meant for _, meant in AS_MEANT.values()} <= values


def test_a_list_that_nothing_asks_for_is_told_at_its_own_cell_and_no_other() -> None:
    judged = judge_bytes(right_form(), rules(), Asked(CHECK_DATE), source="a.xlsx")
    assert judged.notices == ()
    book = Book(right_form())
    sheet = book.sheet("网络隔离")
    sheet.put("B1", "是")
    sheet.save()
    (notice,) = judge_bytes(book.packed(), rules(), Asked(CHECK_DATE), source="a.xlsx").notices
    assert (notice.kind, notice.place.sheet, notice.place.cell, notice.found) == ("not-asked", "网络隔离", "B1", "")


def test_of_values_that_exclude_each_other_one_is_taken(blank: bytes) -> None:
    book = load_workbook(io.BytesIO(blank))
    rows = {row[5].value: row[7] for row in book["机房"].iter_rows(min_row=4)}
    rows["name"].value, rows["coolingKind"].value = "机房甲", "精密空调；普通空调"
    (fault,) = (f for f in read_workbook(saved(book), rules()).faults if f.place.cell == rows["coolingKind"].coordinate)
    assert "只能填一个" in fault.message.zh


def test_a_practice_of_all_things_where_none_is_listed_is_asked_about(blank: bytes) -> None:
    book = load_workbook(io.BytesIO(blank))
    row = next(r for r in book[layout.PRACTICES].iter_rows(min_row=2) if str(r[0].value).startswith(layout.ALL))
    row[3].value = layout.NO
    told = [f.message.zh for f in read_workbook(saved(book), rules()).faults if f.place.sheet == layout.PRACTICES]
    assert len(told) == 1
    assert "没有列出一项" in told[0]


def test_a_small_list_whose_row_of_keys_is_gone_is_not_guessed_at(blank: bytes) -> None:
    book = load_workbook(io.BytesIO(blank))
    sheet = book["交易所会员资格"]
    for cell in sheet[layout.KEY_ROW]:
        if cell.value != "name":
            cell.value = None
    (fault,) = (f for f in read_workbook(saved(book), rules()).faults if f.place.sheet == "交易所会员资格")
    assert "词条行）缺失" in fault.message.zh


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
