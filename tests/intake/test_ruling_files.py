"""The file of a regulator's rulings: each ruling is used, or told with its sheet and row, or its line; so is what stands beside."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from tests.validation import samples

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import BadSubmission, UnsupportedMediaType
from zhiyin.form import workbook_layout as layout
from zhiyin.intake.rulings import read_rulings
from zhiyin.law.outcome import Outcome
from zhiyin.report.returned_workbook import determination_sheet
from zhiyin.validation.judgement import Judgement

MANUAL = "5.4.1.3"
FIRM = "https://example.org/futures/equivalent-isolation"
Change = Callable[[Any, Any], object]


def row(
    clause: str, ruled: str = "符合", on: str | date = date(2026, 6, 30), **changed: str
) -> list[str | date | None]:
    said = {"reason": "已测评", "by": "示例监管局", "role": "检查岗"} | changed
    return [clause, None, ruled, said["reason"], said["by"], said["role"], on]


@pytest.fixture(scope="module")
def sent() -> bytes:
    return (samples.folder() / "equivalent-isolation.ttl").read_bytes()


@pytest.fixture(scope="module")
def blank() -> bytes:
    """The sheet 认定 as it goes back to be filled in, without the form beside it."""
    book = Workbook()
    determination_sheet(book, [(MANUAL, "……")], FIRM)
    book.save(out := io.BytesIO())
    return out.getvalue()


def filled(blank: bytes, *rows: list[str | date | None], change: Change | None = None) -> bytes:
    book = load_workbook(io.BytesIO(blank))
    sheet = book[layout.DETERMINATIONS]
    for number, values in enumerate(rows, 2):
        for column, value in enumerate(values, 1):
            if value is not None:
                sheet.cell(number, column, value)
    if change is not None:
        change(book, sheet)
    book.save(out := io.BytesIO())
    return out.getvalue()


def judged(sent: bytes, file: bytes, name: str = "r.xlsx") -> Judgement:
    ruled = read_rulings(file, rules().vocabulary, source=name)
    return judge_bytes(sent, rules(), Asked(CHECK_DATE, rulings=ruled), source="a.ttl")


def told(judgement: Judgement) -> set[tuple[str, str]]:
    """Cell or line of what is told of the rulings, and the words."""
    return {(n.place.cell or str(n.place.line), n.message.zh) for n in judgement.notices if n.kind.startswith("ruling")}


def faults(file: bytes, name: str = "r.xlsx") -> list[tuple[str, str]]:
    with pytest.raises(BadSubmission) as caught:
        read_rulings(file, rules().vocabulary, source=name)
    found = caught.value.details["faults"]
    assert isinstance(found, list)
    return [(each.get("cell") or str(each.get("line")), each["zh"]) for each in found]


def test_of_six_rulings_one_is_used_and_each_other_is_told_at_its_row(sent: bytes, blank: bytes) -> None:
    rows = (
        row(MANUAL),
        row("5.1.1.3", on=date(2027, 1, 1)),
        row("5.1.1.1"),
        row("4.4.1.3"),
        row("5.2.1.1"),
        row("5.2.1.1", "不符合"),
    )
    judgement = judged(sent, filled(blank, *rows))
    clause = next(c for c in judgement.verdicts[0].clauses if c.requirement.number == MANUAL)
    assert clause.outcome is Outcome.SATISFIED
    found = dict(told(judgement))
    assert sorted(found) == ["C3", "C4", "C5", "C6", "C7"]
    for cell, words in {
        "C3": "晚于",
        "C4": "不需人工认定",
        "C5": "不是所评类别",
        "C6": "互相矛盾",
        "C7": "互相矛盾",
    }.items():
        assert words in found[cell]
    assert {n.place.sheet for n in judgement.notices if n.kind.startswith("ruling")} == {layout.DETERMINATIONS}


def test_another_ruling_of_the_same_outcome_is_told_with_the_one_that_was_applied(sent: bytes, blank: bytes) -> None:
    judgement = judged(sent, filled(blank, row(MANUAL, on=date(2026, 6, 29)), row(MANUAL, by="另一人")))
    assert [(cell, words) for cell, words in told(judgement) if cell == "C2" and "另一人" in words]
    assert not told(judged(sent, filled(blank, row(MANUAL), row(MANUAL)))), "said twice in the same words"


def test_every_fault_is_told_at_once_by_its_cell(blank: bytes) -> None:
    half: list[str | date | None] = ["5.1.1.3", None, "符合", None, "无", "检查岗", "六月底"]
    found = dict(faults(filled(blank, row(MANUAL, "通过"), half, row("5.2.1.1", reason="同上"))))
    assert sorted(found) == ["C2", "D3", "D4", "E3", "G3"]
    assert "六月底" in found["G3"]
    assert "没有填" in found["D3"]


def _inserted(book: Any, sheet: Any) -> None:  # noqa: ANN401
    sheet.insert_cols(3)


def _struck(book: Any, sheet: Any) -> None:  # noqa: ANN401
    sheet["C2"].font = Font(strike=True)


def _hidden(book: Any, sheet: Any) -> None:  # noqa: ANN401
    sheet.row_dimensions[2].hidden = True


def _copied(book: Any, sheet: Any) -> None:  # noqa: ANN401
    book.copy_worksheet(sheet).title = "认定 (2)"


def _beside(book: Any, sheet: Any) -> None:  # noqa: ANN401
    sheet["J2"] = "待复核，暂不采用"


def _above(book: Any, sheet: Any) -> None:  # noqa: ANN401
    sheet.insert_rows(1)


def _merged(book: Any, sheet: Any) -> None:  # noqa: ANN401
    sheet.merge_cells("E2:E3")


def _computed(book: Any, sheet: Any) -> None:  # noqa: ANN401
    sheet["G2"] = "=TODAY()"


def _nameless(book: Any, sheet: Any) -> None:  # noqa: ANN401
    sheet["H1"] = None


@pytest.mark.parametrize(
    ("change", "cell", "words"),
    [
        (_struck, "C2", "删除线"),
        (_hidden, "A2", "隐藏"),
        (_copied, "None", "只读取“认定”表"),
        (_beside, "J2", "不会被读取"),
        (_above, "A1", "表头应在第 1 行"),
        (_merged, "E2:E3", "合并单元格"),
        (_computed, "G2", "公式"),
        (_nameless, "H2", "不会被读取"),
    ],
    ids=lambda value: getattr(value, "__name__", "").strip("_"),
)
def test_what_may_mean_something_else_is_asked_about(blank: bytes, change: Change, cell: str, words: str) -> None:
    assert any(where == cell and words in said for where, said in faults(filled(blank, row(MANUAL), change=change)))


def test_columns_are_found_by_their_heads_and_a_clause_in_any_width(sent: bytes, blank: bytes) -> None:
    judgement = judged(sent, filled(blank, row("５.４.１.３"), change=_inserted))
    clause = next(c for c in judgement.verdicts[0].clauses if c.requirement.number == MANUAL)
    assert clause.determination is not None
    assert clause.determination.place.cell == "D2"


def test_a_row_may_name_another_firm_and_words_below_are_told(sent: bytes, blank: bytes) -> None:
    def change(_: object, sheet: Any) -> None:  # noqa: ANN401
        sheet["H3"] = "https://example.org/other"
        sheet["A9"] = "以上由示例监管局认定"

    judgement = judged(sent, filled(blank, row(MANUAL), row(MANUAL, "不符合"), change=change))
    clause = next(c for c in judgement.verdicts[0].clauses if c.requirement.number == MANUAL)
    assert clause.outcome is Outcome.SATISFIED
    found = dict(told(judgement))
    assert sorted(found) == ["A9", "C3"]
    assert "没有这家公司" in found["C3"]


HEAD = (
    "@prefix zy: <https://w3id.org/zhiyin/ontology#> .\n"
    "@prefix clause: <https://w3id.org/zhiyin/id/clause/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)


def stated(node: str, kind: str = "a zy:Determination ;", **changed: str) -> str:
    said = {"clause": f"clause:{MANUAL}", "ruling": "zy:Satisfied", "on": '"2026-06-30"', "more": ""} | changed
    return (
        f"<urn:{node}> {kind} zy:ofCompany <{FIRM}> ; zy:ofClause {said['clause']} ; zy:ruling {said['ruling']} ; "
        f'zy:determinedBy "示例" ; zy:determinedOn {said["on"]}^^xsd:date ; zy:reason "已测评" ; {said["more"]} .\n'
    )


def test_every_fault_of_rdf_is_told_at_once_by_its_line() -> None:
    file = (
        HEAD
        + stated("a")
        + stated("b", ruling="zy:Fine")
        + stated("c", on='"六月底"')
        + stated("d", kind="")
        + "<urn:e> a zy:Determination ; zy:ofClause clause:5.1.1.3 .\n"
    )
    found = dict(faults(file.encode(), "r.ttl"))
    assert {"5", "7", "8"} <= set(found)
    assert "a zy:Determination" in found["7"]
    assert "zy:reason" in found["8"]


def test_what_stands_beside_the_rulings_of_rdf_is_told(sent: bytes) -> None:
    file = HEAD + stated("a", more='zy:remark "待复核" ;') + "<urn:z> zy:name 'x' .\n<urn:y> zy:name 'x' .\n"
    found = dict(told(judged(sent, file.encode(), "r.ttl")))
    assert sorted(found) == ["4", "5"]
    assert "zy:remark" in found["4"]
    assert "2 个节点" in found["5"]


def test_a_file_of_another_kind_is_named() -> None:
    for name, data in (("r.csv", "条款,认定结论\n".encode()), ("r.pdf", b"%PDF-1.7\n"), ("r.xls", b"\xd0\xcf\x11\xe0")):
        with pytest.raises(UnsupportedMediaType):
            read_rulings(data, rules().vocabulary, source=name)
    with pytest.raises(BadSubmission, match="GBK"):
        read_rulings((HEAD + stated("a")).encode("gb18030"), rules().vocabulary, source="r.ttl")
