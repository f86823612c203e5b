"""What the form's own formulas say is what the service says: computed by LibreOffice. Long: with ZHIYIN_OFFICE=1 only."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.form.office import OFFICE, computed
from tests.intake.mangled import all_ways, result_of, right_form
from tests.intake.mangler_book import Book
from tests.intake.mangler_ways import SAME, Way
from tests.validation import samples
from tests.validation.samples import SAMPLES

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import form
from zhiyin.form.self_check import FIRST_ROW
from zhiyin.form.workbook_writer import form_workbook

pytestmark = pytest.mark.skipif(
    OFFICE is None or not os.environ.get("ZHIYIN_OFFICE"), reason="needs LibreOffice and ZHIYIN_OFFICE=1"
)
SAID = {"符合": "satisfied", "不符合": "violated", "还缺": "undeclared", "需人工": "manual", "不适用": "not-applicable"}
UNDECIDED = {"事实齐全", "可能还缺", "请改正"}
Change = Callable[[Any], None]


def cell_of(book: Any, sheet: str, key: str, key_column: int, column: int) -> Any:  # noqa: ANN401
    rows = book[sheet].iter_rows(min_row=2)
    return next(row[column] for row in rows if row[key_column].value == key)


def company(key: str, value: object) -> Change:
    def change(book: Any) -> None:  # noqa: ANN401
        cell_of(book, layout.COMPANY_SHEET, key, 6, 1).value = value

    return change


def practice(key: str, column: int, value: object) -> Change:
    def change(book: Any) -> None:  # noqa: ANN401
        cell_of(book, layout.PRACTICES, key, 9, column).value = value

    return change


def task(key: str, column: int, value: object) -> Change:
    def change(book: Any) -> None:  # noqa: ANN401
        cell_of(book, layout.TASKS, key, 9, column).value = value

    return change


def cell(sheet: str, name: str, value: object) -> Change:
    def change(book: Any) -> None:  # noqa: ANN401
        book[sheet][name].value = value

    return change


CHANGES: dict[str, Change] = {
    "no technology department": company("hasTechnologyDepartment", "否"),
    "one liaison": company("technicalLiaisonCount", 1),
    "security administrator unknown": company("securityAdministratorCount", None),
    "a practice denied": lambda book: (
        practice("division-of-duties", 2, None)(book),
        practice("division-of-duties", 3, "否")(book),
    )[0],
    "a practice unknown": practice("post-descriptions", 2, None),
    "a practice by a text number": practice("post-descriptions", 2, "1"),
    "a document after the check date": cell(layout.DOCUMENTS, "D4", date(2027, 1, 1)),
    "a document without date": cell(layout.DOCUMENTS, "D4", layout.NONE),
    "an audit long ago": task("it-process-audit", 2, CHECK_DATE - timedelta(days=3000)),
    "an interval in months": lambda book: (
        task("it-process-audit", 3, 6)(book),
        task("it-process-audit", 4, "月")(book),
    )[0],
    "a yearly task two years ago": task("compliance-risk-assessment", 2, date(2024, 1, 5)),
    "a yearly task in dispute": task("compliance-risk-assessment", 2, date(2025, 2, 1)),
    "a task not done": task("compliance-risk-assessment", 5, "否"),
    "a task dated as text": task("compliance-risk-assessment", 2, "2026-03-01"),
    "retention too short": lambda book: setattr(cell_of(book, layout.RECORDS, RECORD, 7, 2), "value", 1),
    "retention for ever": lambda book: for_ever(book),
    "a boundary without means": cell("网络隔离", "D4", None),
    "a boundary by other means": cell("网络隔离", "D5", "其他手段"),
    "a boundary by an equivalent measure": cell("网络隔离", "D5", "等效措施"),
    "a list not complete": cell("信息技术服务提供商", layout.COMPLETE_CELL, None),
}
RECORD = "compliance-risk-assessment-records"


def for_ever(book: Any) -> None:  # noqa: ANN401
    """Say 永久 in place of a figure: one beside the other is refused."""
    cell_of(book, layout.RECORDS, RECORD, 7, 2).value = None
    cell_of(book, layout.RECORDS, RECORD, 7, 3).value = layout.FOREVER


def dated(data: bytes, change: Change | None = None) -> bytes:
    book = load_workbook(io.BytesIO(data))
    book[layout.SELF_CHECK]["B2"] = CHECK_DATE
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def agreed(books: dict[str, bytes]) -> dict[str, int]:
    """Hold every clause that the formulas decide against the service; return how many they decided, by workbook."""
    decided: dict[str, int] = {}
    wrong: list[tuple[str, str, str, str]] = []
    for name, book in computed(books).items():
        verdict = judge_bytes(books[name], rules(), Asked(CHECK_DATE), source=f"{name}.xlsx").verdicts[0]
        outcomes = {c.requirement.number: str(c.outcome) for c in verdict.clauses}
        decided[name] = 0
        for row in book[layout.SELF_CHECK].iter_rows(min_row=FIRST_ROW, max_col=6):
            number, said = str(row[0].value), str(row[2].value)
            if row[4].value != "本表公式" or said in UNDECIDED:
                assert said in UNDECIDED, (name, number, said)
                if said == "事实齐全" and outcomes[number] == "undeclared":
                    wrong.append((name, number, said, outcomes[number]))
                continue
            decided[name] += 1
            if SAID[said] != outcomes[number]:
                wrong.append((name, number, said, outcomes[number]))
    assert wrong == []
    return decided


def test_the_formulas_say_of_every_sample_what_the_service_says() -> None:
    books = {}
    for sample in SAMPLES:
        triples = samples.facts(sample)
        tier = samples.judged(sample, samples.written(sample)).verdicts[0].assessed_tier
        books[sample.slug] = dated(form_workbook(rules(), tier, triples))
    decided = agreed(books)
    assert decided["tier-2-complete"] >= 60
    assert min(decided.values()) >= 60


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_of_a_complete_company_nothing_is_called_lacking(tier: int) -> None:
    sample = next(s for s in SAMPLES if s.slug == f"tier-{tier}-complete")
    book = computed({"whole": dated(form_workbook(rules(), tier, samples.facts(sample)))})["whole"]
    rows = list(book[layout.SELF_CHECK].iter_rows(min_row=FIRST_ROW, max_col=4))
    # Of the power supply (x.2.2.2) it takes figures held against each other to tell which of them need not be stated.
    rest = {row[0].value for row in rows if row[2].value not in ("符合", "事实齐全")}
    assert rest <= {"2.2.2.2", "3.2.2.2"}
    assert {row[2].value for row in rows} <= {"符合", "事实齐全", "可能还缺"}
    assert {str(row[3].value) for row in rows if row[2].value == "事实齐全"} == {"0"}


def test_what_is_taken_from_a_complete_form_is_never_called_complete() -> None:
    """Of every sheet of things one fact is emptied in all its rows, of a workbook each: no undeclared clause is 事实齐全."""
    base = dated(form_workbook(rules(), 2, samples.facts(next(s for s in SAMPLES if s.slug == "tier-2-complete"))))
    asked = form(rules(), 2)
    titles, books = layout.sheet_titles(asked), {}
    for count in range(max(len(sheet.columns) for sheet in asked.sheets)):
        book = load_workbook(io.BytesIO(base))
        for sheet in asked.sheets:
            inputs = [column for column in layout.columns(asked, sheet) if column.term and column.key != "name"]
            if count < len(inputs):
                emptied(book[titles[sheet.cls.iri]], inputs[count].key, layout.is_side_by_side(sheet))
        out = io.BytesIO()
        book.save(out)
        books[f"without-{count}"] = out.getvalue()
    agreed(books)


def emptied(sheet: Any, key: str, side_by_side: bool) -> None:  # noqa: ANN401
    """Empty what a sheet of things says under one key."""
    if side_by_side:
        row = next(row for row in sheet.iter_rows(min_row=4) if row[5].value == key)
        for cell in row[6:]:
            cell.value = None
        return
    column = next(cell.column for cell in sheet[layout.KEY_ROW] if cell.value == key)
    for number in range(layout.HEADER_ROW + 1, sheet.max_row + 1):
        sheet.cell(number, column).value = None


def test_the_formulas_say_of_every_change_what_the_service_says() -> None:
    base = form_workbook(rules(), 2, samples.facts(next(s for s in SAMPLES if s.slug == "tier-2-complete")))
    decided = agreed({name.replace(" ", "-"): dated(base, change) for name, change in CHANGES.items()})
    assert min(decided.values()) >= 60


def test_the_formulas_say_of_mangled_forms_that_stay_valid_what_the_service_says() -> None:
    """Cells and sheets as people and office programs leave them, where the service still reads the same facts.

    LibreOffice takes seconds for each workbook, so one holds a way for every cell, or one for every sheet.
    """
    groups = list(mangled_together().items())
    chosen = groups if os.environ.get("ZHIYIN_MANGLER") == "all" else groups[::6]
    base, books = dated(right_form()), {}
    for count, (name, ways) in enumerate(chosen):
        book = Book(base)
        for way in ways:
            assert way.change(book) is None
        data = book.packed()
        assert result_of(data).outcome == SAME, (name, [way.name for way in ways])
        books[f"{count:02d} {name}"] = data
    # A formula that cannot tell leaves its clause to the service, but not the others.
    assert min(agreed(books).values()) >= 40


def mangled_together() -> dict[str, list[Way]]:
    """Return the ways that change nothing that is said, in groups of which none hinders another."""
    cells: dict[str, list[Way]] = {}
    sheets: dict[str, list[Way]] = {}
    for way in all_ways():
        where, _, change = way.name.partition(": ")
        if way.may != SAME or where == "file":
            continue
        (cells if " in " in where else sheets).setdefault(where if " in " in where else change, []).append(way)
    ranks = zip_longest(*cells.values())
    return {f"cells {n}": [w for w in rank if w] for n, rank in enumerate(ranks)} | {
        f"sheets {n}": ways for n, ways in enumerate(sheets.values())
    }


def test_a_blank_form_lacks_and_breaks_nothing() -> None:
    book = computed({"blank": dated(form_workbook(rules(), 2), company("company", "https://example.org/futures/a"))})[
        "blank"
    ]
    said = [row[2].value for row in book[layout.SELF_CHECK].iter_rows(min_row=FIRST_ROW, max_col=3)]
    assert "不符合" not in said
    assert "符合" not in said
    assert "还缺" in said
