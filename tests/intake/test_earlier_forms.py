"""Forms given out earlier are still read: last year's workbook is judged by what it says, and moved to this year's form."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.validation import samples

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.renewal import renewed
from zhiyin.errors import BadSubmission
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import form
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.law.outcome import Outcome
from zhiyin.validation.judgement import Judgement
from zhiyin.validation.policy import TierStatus

FIRST = Path(__file__).parent / "earlier-forms" / "first-edition-tier-2.xlsx"
DAY = date(2026, 6, 30)


def judged(data: bytes) -> Judgement:
    return judge_bytes(data, rules(), Asked(DAY), source="a.xlsx")


def changed(sheet: str, key: str, title: str, value: object) -> bytes:
    """The form with the cell of one row, found by its key, under one title."""
    book: Any = load_workbook(FIRST)
    rows = list(book[sheet].iter_rows())
    heads = [cell.value for cell in rows[0]]
    row = next(row for row in rows[1:] if row[heads.index("词条")].value == key)
    row[heads.index(title)].value = value
    return saved(book)


def saved(book: Any) -> bytes:  # noqa: ANN401 - openpyxl's workbook
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_first_edition_of_the_form_is_judged_as_it_was_meant() -> None:
    judgement = judged(FIRST.read_bytes())
    verdict = judgement.verdicts[0]
    assert verdict.status is TierStatus.MET
    assert {c.outcome for c in verdict.clauses} == {Outcome.SATISFIED}
    # What has been asked for since then is told, and nothing else.
    assert {notice.kind for notice in judgement.notices} == {"missing-rows"}


@pytest.mark.parametrize(
    ("sheet", "key", "title", "value", "clause", "outcome"),
    [
        ("公司", "securityAdministratorCount", "填写", 0, "3.1.1.10", Outcome.VIOLATED),
        ("做法与文件", "post-descriptions", "是否落实", "否", "3.1.1.1", Outcome.VIOLATED),
        ("做法与文件", "post-descriptions", "文件日期", None, "3.1.1.1", Outcome.UNDECLARED),
        ("定期工作", "it-process-audit", "自定周期（天）", None, "3.1.1.4", Outcome.UNDECLARED),
    ],
)
def test_a_change_in_it_changes_its_clause(
    sheet: str, key: str, title: str, value: object, clause: str, outcome: Outcome
) -> None:
    verdict = judged(changed(sheet, key, title, value)).verdicts[0]
    assert {c.requirement.number: c.outcome for c in verdict.clauses}[clause] is outcome


def test_its_faults_are_named_as_those_of_todays_form() -> None:
    book: Any = load_workbook(FIRST)
    book.copy_worksheet(book["机房"]).title = "机房 (2)"
    with pytest.raises(BadSubmission, match="机房 \\(2\\)"):
        judged(saved(book))


def test_a_title_in_another_unit_is_asked_about_and_one_in_other_words_told() -> None:
    book: Any = load_workbook(FIRST)
    (title,) = [cell for row in book["会计年度"].iter_rows() for cell in row if cell.value == "净利润（元）"]
    title.value = "净利（元）"
    told = [n for n in judged(saved(book)).notices if n.kind == "label"]
    assert [(n.place.sheet, n.place.cell) for n in told] == [("会计年度", title.coordinate)]
    title.value = "净利润（万元）"
    with pytest.raises(BadSubmission, match="净利润（万元）") as caught:
        judged(saved(book))
    assert caught.value.place is not None
    assert caught.value.place.cell == title.coordinate


def test_it_is_moved_to_this_years_form() -> None:
    data, _, tier = renewed(FIRST.read_bytes(), rules(), None, "xlsx", None, source=FIRST.name)
    assert tier == 2
    assert judged(data).verdicts[0].status is TierStatus.MET


def test_all_parts_listed_is_said_of_the_systems_whose_parts_they_are() -> None:
    book: Any = load_workbook(FIRST)
    book["交易系统部件"]["B1"] = "是"
    assert {notice.kind for notice in judged(saved(book)).notices} == {"missing-rows"}


def test_explanations_of_earlier_forms_of_this_layout_are_taken_for_nobodys_words() -> None:
    triples = samples.facts(next(s for s in samples.SAMPLES if s.slug == "tier-2-complete"))
    book: Any = load_workbook(io.BytesIO(form_workbook(rules(), 2, triples)))
    for cell, earlier in zip(("E2", "E3"), layout.EARLIER_WORDS, strict=True):
        assert book[layout.COMPANY_SHEET][cell].value != earlier
        book[layout.COMPANY_SHEET][cell] = earlier
    assert not judged(saved(book)).notices
    book[layout.COMPANY_SHEET]["E2"] = "我写的话"
    assert [n.place.cell for n in judged(saved(book)).notices] == ["E2"]


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_every_list_that_a_clause_wants_complete_may_be_said_so_without_an_idle_word(tier: int) -> None:
    """Each cell states its list of the right thing: none is told as what no clause asks for."""
    sample = next(s for s in samples.SAMPLES if s.slug == f"tier-{tier}-complete")
    book: Any = load_workbook(io.BytesIO(form_workbook(rules(), tier, samples.facts(sample))))
    asked = form(rules(), tier)
    wanted = [s for s in asked.sheets if layout.must_be_complete(asked, s)]
    assert len(wanted) > 15
    for sheet in wanted:
        book[layout.sheet_titles(asked)[sheet.cls.iri]][layout.COMPLETE_CELL] = "是"
    assert not judged(saved(book)).notices
