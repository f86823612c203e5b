"""The Excel form: how much is typed, what is given, locked and linked, and that it leads back to the same facts."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.validation import samples

from zhiyin.composition.judging import rules
from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form.clauses import clauses_of
from zhiyin.form.form import COMPANY, form
from zhiyin.form.self_check import FIRST_ROW
from zhiyin.form.self_check_doubts import of_fact
from zhiyin.form.template import template
from zhiyin.form.workbook_writer import form_map, form_workbook
from zhiyin.intake.reading import read_any
from zhiyin.namespaces import ZY

MOST_TYPED = 1_000


@cache
def book(tier: int, slug: str = "") -> Any:  # noqa: ANN401 - openpyxl's workbook
    sample = next((s for s in samples.SAMPLES if s.slug == slug), None)
    return load_workbook(io.BytesIO(form_workbook(rules(), tier, samples.facts(sample) if sample else None)))


def typed(slug: str, tier: int) -> dict[str, int]:
    """Sheet to the cells that a person has to type: open ones that hold something the blank form does not."""
    filled, blank = book(tier, slug), book(tier)
    return {
        sheet.title: sum(
            not cell.protection.locked
            and cell.value is not None
            and cell.value != blank[sheet.title][cell.coordinate].value
            for row in sheet.iter_rows()
            for cell in row
        )
        for sheet in filled
    }


def test_a_complete_tier_2_company_types_at_most_a_thousand_cells() -> None:
    counts = typed("tier-2-complete", 2)
    assert sum(counts.values()) <= MOST_TYPED, counts
    assert sum(counts.values()) > 500, "the count must count"


def test_one_document_proves_several_practices() -> None:
    sheet = book(2, "tier-2-complete")[layout.PRACTICES]
    numbers = [row[2].value for row in sheet.iter_rows(min_row=2) if row[2].value is not None]
    assert max(numbers.count(number) for number in set(numbers)) >= 9


def test_tier_is_given_and_ids_too() -> None:
    blank = book(3)
    rows = {row[6].value: row for row in blank[layout.COMPANY_SHEET].iter_rows(min_row=2)}
    assert rows["claimedTier"][1].value == 3
    ids = [row[0].value for row in blank["核心系统"].iter_rows(min_row=layout.HEADER_ROW + 1)]
    assert ids[:2] == ["核心系统-1", "核心系统-2"]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_what_the_form_gives_is_locked_and_what_is_asked_is_open(tier: int) -> None:
    blank = book(tier)
    for sheet in blank:
        assert sheet.protection.sheet, sheet.title
    company = blank[layout.COMPANY_SHEET]
    for row in company.iter_rows(min_row=2):
        assert [cell.protection.locked for cell in row] == [True, False, *[True] * 6]
        assert row[1].fill.fgColor.rgb.endswith("FFF8DC")


def test_credit_codes_are_text_and_dates_are_dates() -> None:
    company = {row[6].value: row[1] for row in book(4)[layout.COMPANY_SHEET].iter_rows(min_row=2)}
    assert company["unifiedSocialCreditCode"].number_format == "@"
    assert company["asOf"].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_clauses_and_cells_are_linked_both_ways(tier: int) -> None:
    blank = book(tier)
    clauses = blank[layout.CLAUSES]
    numbers = [str(row[0].value) for row in clauses.iter_rows(min_row=2)]
    assert numbers == list(clauses_of(rules(), tier))
    linked = 0
    for row in clauses.iter_rows(min_row=2):
        for cell in row[3:]:
            if cell.hyperlink is not None:
                title, _, target = cell.hyperlink.location.partition("!")
                assert blank[title.strip("'")][target] is not None
                linked += 1
    assert linked >= len(numbers)
    for row in blank[layout.COMPANY_SHEET].iter_rows(min_row=2):
        if row[5].value and str(row[5].value)[0] == str(tier + 1):
            target = row[5].hyperlink.location.partition("!")[2]
            assert clauses[target].value in str(row[5].value)
            assert clauses_of(rules(), tier)[str(clauses[target].value)].text[:20] in row[5].comment.text


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_rows_stand_in_the_order_of_the_clauses(tier: int) -> None:
    asked = form(rules(), tier)
    for terms in (asked.company, asked.practices, asked.tasks):
        firsts = [min((tuple(map(int, n.split("."))) for n in t.needed_by), default=()) for t in terms]
        assert firsts == sorted(firsts)


def stated(data: bytes) -> dict[str, set[str]]:
    """What a form states, without where: property to values."""
    found: dict[str, set[str]] = {}
    for triple in read_any(data, rules(), source="a.xlsx").triples:
        found.setdefault(triple.predicate.value, set()).add(str(triple.object))
    return found


@pytest.mark.parametrize("tier", [1, 4])
def test_every_sheet_has_an_example_that_is_not_read(tier: int) -> None:
    blank = book(tier)
    examples = blank[layout.EXAMPLES]
    titles = set(layout.sheet_titles(form(rules(), tier)).values())
    for title in (*titles, layout.COMPANY_SHEET, layout.DOCUMENTS, layout.PRACTICES, layout.TASKS, layout.RECORDS):
        led = [cell for cell in (blank[title]["A1"], blank[title]["C1"]) if cell.hyperlink is not None]
        assert [cell.hyperlink.location.split("!")[0] for cell in led] == [f"'{layout.EXAMPLES}'"], title
        row = int(led[0].hyperlink.location.rpartition("!A")[2])
        assert examples.cell(row, 1).value == title
        assert examples.cell(row, 1).hyperlink.location == f"'{title}'!A1"
        assert sum(cell.value not in (None, "") for cell in examples[row + 2]) >= 2, title
    # The blank form with a credit code alone states what the code says, and nothing of the examples.
    blank = load_workbook(io.BytesIO(form_workbook(rules(), tier)))
    for row_ in blank[layout.COMPANY_SHEET].iter_rows(min_row=2):
        if row_[6].value == "unifiedSocialCreditCode":
            row_[1].value = "91310000MA1DEM030X"
    alone = io.BytesIO()
    blank.save(alone)
    said = stated(alone.getvalue())
    assert not [
        key for key in said if key.rpartition("#")[2] in ("machineRoom", "attestation", "activity", "retention")
    ]
    assert said[str(ZY.unifiedSocialCreditCode)] == {'"91310000MA1DEM030X"'}


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_sheets_fit_a_screen(tier: int) -> None:
    for sheet in book(tier):
        shown = [d.width for d in sheet.column_dimensions.values() if not d.hidden]
        pixels = sum(7 * width + 5 for width in shown)
        assert pixels <= 1_330, (sheet.title, pixels)  # a screen of 1,366 less the row numbers


@pytest.mark.parametrize(("tier", "least"), [(1, 60), (2, 60), (3, 60), (4, 60)])
def test_formulas_decide_at_least_sixty_clauses(tier: int, least: int) -> None:
    check = book(tier)[layout.SELF_CHECK]
    rows = list(check.iter_rows(min_row=FIRST_ROW, max_col=6))
    assert [row[0].value for row in rows] == list(clauses_of(rules(), tier))
    assert sum(row[4].value == "本表公式" for row in rows) >= least


def test_formulas_use_only_what_every_office_program_knows() -> None:
    import re

    known = {
        "AND",
        "OR",
        "NOT",
        "IF",
        "IFERROR",
        "ISERROR",
        "ISNUMBER",
        "COUNTA",
        "COUNTIF",
        "COUNTIFS",
        "COUNTBLANK",
        "COUNT",
        "SUMPRODUCT",
        "INDEX",
        "MATCH",
        "VALUE",
        "INT",
        "DATEVALUE",
        "TODAY",
        "EDATE",
        "DATE",
        "YEAR",
        "MONTH",
        "WEEKDAY",
        "LEFT",
        "SEARCH",
        "SUM",
        "TRIM",
        "LEN",
        "SUBSTITUTE",
    }
    used: set[str] = set()
    longest = 0
    for tier in (1, 2, 3, 4):
        for sheet in book(tier):
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        used |= set(re.findall(r"([A-Z][A-Z0-9.]+)\(", re.sub(r'"[^"]*"', "", cell.value)))
                        longest = max(longest, len(cell.value))
    assert used <= known
    assert longest < 8_192


def test_lists_say_whether_they_must_be_complete_and_the_cell_works() -> None:
    from zhiyin.namespaces import ZY

    sample = next(s for s in samples.SAMPLES if s.slug == "tier-2-complete")
    triples = [t for t in samples.facts(sample) if t.predicate.value != str(ZY.listsAll)]
    blank = load_workbook(io.BytesIO(form_workbook(rules(), 2, triples)))
    assert blank["协会技术培训"]["A1"].value.endswith(layout.REQUIRED)
    assert not blank["会计年度"]["A1"].value.endswith(layout.REQUIRED)
    for title in layout.sheet_titles(form(rules(), 2)).values():
        blank[title][layout.COMPLETE_CELL] = layout.YES
    out = io.BytesIO()
    blank.save(out)
    stated = {
        (str(t.subject), str(t.object))
        for t in read_any(out.getvalue(), rules(), source="a.xlsx").triples
        if t.predicate.value == str(ZY.listsAll)
    }
    assert any("associationTraining" in link for _, link in stated)
    assert sum("component" in link for _, link in stated) == 6, "each of the six core systems, nothing of the company"


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_a_name_typed_into_an_added_row_means_one_thing(tier: int) -> None:
    """Whoever adds a row names the practice, task or record by its label; where two share it, by whom it is about."""
    asked = form(rules(), tier)
    for terms in ((*asked.practices, *asked.prohibitions), asked.tasks, asked.records):
        labels = [(term.label.zh, not term.practice_of or COMPANY in term.practice_of) for term in terms]
        assert len(labels) == len(set(labels))


@pytest.mark.parametrize(("subject", "key"), [("公司", "antivirus-full-scan"), ("营业部甲", "branch-antivirus-scan")])
def test_an_added_row_of_a_shared_name_is_read_by_its_subject(subject: str, key: str) -> None:
    blank = load_workbook(io.BytesIO(form_workbook(rules(), 2)))
    company = {row[6].value: row[1] for row in blank[layout.COMPANY_SHEET].iter_rows(min_row=2)}
    company["unifiedSocialCreditCode"].value = "91310000MA1DEM030X"
    blank["分支机构"]["C4"] = "营业部甲"
    tasks = blank[layout.TASKS]
    free = next(row for row in tasks.iter_rows(min_row=2) if row[1].value is None)
    free[0].value, free[1].value, free[2].value = subject, "防病毒全面检查", date(2026, 6, 1)
    out = io.BytesIO()
    blank.save(out)
    assert stated(out.getvalue())[str(ZY.about)] == {f"<https://w3id.org/zhiyin/id/practice/{key}>"}


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_nothing_in_the_form_is_said_in_words_of_rdf(tier: int) -> None:
    import re

    told = [
        (sheet.title, cell.coordinate, text)
        for sheet in book(tier)
        for row in sheet.iter_rows()
        for cell in row
        for text in (cell.value, cell.comment.text if cell.comment else None)
        if isinstance(text, str) and not text.startswith("=")
    ]
    assert len(told) > 2_000
    assert [each for each in told if re.search(r"zy:|\btrue\b|\bfalse\b|xsd:|urn:", each[2])] == []


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_every_sheet_that_is_filled_in_has_its_progress_on_the_self_check(tier: int) -> None:
    blank = book(tier)
    rows = {row[0].value: row for row in blank[layout.SELF_CHECK].iter_rows(min_row=17, max_row=FIRST_ROW - 2)}
    assert set(rows) - {None} == set(blank.sheetnames) - layout.UNREAD
    for title in set(rows) - {None}:
        assert rows[title][0].hyperlink.location == f"'{title}'!A1"
        assert [str(cell.value)[:9] for cell in rows[title][1:4]] == ["=COUNTIF("] * 3
        words = (states.COMPLETE, states.MISSING, states.IMPOSSIBLE)
        assert all(f'"{word}' in str(cell.value) for word, cell in zip(words, rows[title][1:4], strict=True))
    assert sorted(rows[title][0].row for title in rows if title) == list(range(17, 17 + len(set(rows) - {None})))


@pytest.mark.parametrize(("name", "number", "share"), [("headquartersStaffCount", True, False), ("name", False, False)])
def test_a_figure_that_is_no_number_leaves_its_clauses_to_the_service(name: str, number: bool, share: bool) -> None:
    known, iri = rules().vocabulary, str(ZY[name])
    doubts = list(of_fact(form_map(rules(), 2).facts[iri], "B9", known.terms[iri], known))
    assert doubts[0] == f"'{layout.COMPANY_SHEET}'!$G${form_map(rules(), 2).facts[iri].cell[1:]}<>\"{name}\""
    assert any("NOT(ISNUMBER(B9))" in doubt for doubt in doubts) is number
    assert any("B9<=1" in doubt for doubt in doubts) is share


def test_what_need_not_be_filled_is_not_called_missing() -> None:
    sheet = load_workbook(io.BytesIO(form_workbook(rules(), 2)))[layout.COMPANY_SHEET]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2, max_row=6)}
    for label in ("自述标识", "公司标识"):
        assert "不必填" in str(rows[label][4].value)
        assert states.MISSING not in str(rows[label][7].value)
    assert states.MISSING in str(rows["提交人岗位"][7].value)


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_only_a_list_that_must_be_complete_asks_whether_it_is(tier: int) -> None:
    chosen = form(rules(), tier)
    offered = {}
    for sheet in chosen.sheets:
        shown = book(tier)[layout.sheet_titles(chosen)[sheet.cls.iri]]
        cell = shown[layout.COMPLETE_CELL]
        offered[sheet.cls.label.zh] = not cell.protection.locked
        assert offered[sheet.cls.label.zh] == layout.must_be_complete(chosen, sheet)
        assert str(shown["A1"].value).endswith("●" if layout.must_be_complete(chosen, sheet) else "不必声明列全")
    assert [title for title, asked in offered.items() if not asked] == ["会计年度", "网络隔离"]
    blank = template(rules(), tier, "ttl")[0].decode()
    assert "zy:listsAll zy:website" in blank
    assert "zy:listsAll zy:fiscalYear" not in blank


def test_a_clause_of_the_self_check_leads_to_eight_cells_at_most() -> None:
    sheet = book(4)[layout.SELF_CHECK]
    links = [
        [cell.column for cell in row[6:] if cell.hyperlink is not None]
        for row in sheet.iter_rows(min_row=FIRST_ROW, max_col=30)
    ]
    assert max(map(len, links)) == 8
    assert max(map(max, filter(None, links))) == 14


def test_the_day_of_a_task_is_computed_in_the_hidden_column() -> None:
    sheet = book(2, "tier-2-complete")[layout.TASKS]
    assert sheet.column_dimensions["K"].hidden
    rows = [row for row in sheet.iter_rows(min_row=2) if row[9].value]
    assert rows
    assert all(str(row[10].value).startswith("=") for row in rows)
    assert {cell.value for row in rows for cell in row[11:]} <= {None}
