"""The cells that a clause page names are those of the form that is handed out, and what is typed there is what is read."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.web.site_pages import HTML
from werkzeug.test import Client

from zhiyin.composition.judging import rules
from zhiyin.form.workbook_writer import form_map, form_workbook
from zhiyin.namespaces import ZY
from zhiyin.web.form_cells import cells_of

_CELL = re.compile(r"\b[A-Z]{1,2}[0-9]+\b")


@pytest.mark.parametrize("tier", [1, 4])
def test_named_cells_are_those_of_the_form(tier: int) -> None:
    book = openpyxl.load_workbook(io.BytesIO(form_workbook(rules(), tier)))
    known = form_map(rules(), tier)
    terms = rules().vocabulary.terms
    for iri, spot in known.facts.items():
        assert keys_of_row(book[spot.sheet], spot.cell) == terms[iri].local
    for iri, rows in known.statements.items():
        for _, spot in rows:
            assert keys_of_row(book[spot.sheet], spot.cell) == terms[iri].local
    for (cls, iri), spot in known.columns.items():
        sheet = book[spot.sheet]
        if known.tables[cls].side_by_side:
            assert keys_of_row(sheet, spot.cell) == terms[iri].local
        else:
            assert sheet.cell(2, sheet[spot.cell].column).value == terms[iri].local
            assert sheet[spot.cell].row == 4
    assert len(known.facts) > 80
    assert len(known.columns) > 100
    assert len(known.statements) > 200


def keys_of_row(sheet: Worksheet, cell: str) -> object:
    """Return the term of a cell's row: what stands in the column that is headed 词条."""
    heads = {str(c.value): c.column for row in sheet.iter_rows(min_row=1, max_row=3) for c in row if c.value == "词条"}
    return sheet.cell(sheet[cell].row, heads["词条"]).value


def test_what_a_clause_needs_has_a_cell() -> None:
    needed = [term for term in rules().vocabulary.terms.values() if term.needed_by]
    # The kind of a component is told from the sheet; nothing asks for it in a cell.
    assert {term.local for term in needed if not cells_of(rules(), term.iri, 4)} == {"componentKind"}


def test_a_tier_whose_form_does_not_ask_says_whose_does() -> None:
    asked = set(form_map(rules(), 4).columns) - set(form_map(rules(), 1).columns)
    only = (
        {iri for _, iri in asked} - {iri for _, iri in form_map(rules(), 1).columns} - set(form_map(rules(), 1).facts)
    )
    assert only
    for iri in only:
        if rules().vocabulary.terms[iri].needed_by:
            assert all(place.zh.startswith("四类的表：") for place in cells_of(rules(), iri, 1)), iri


@pytest.mark.parametrize("language", ["zh", "en"])
def test_clause_page_names_sheet_and_cell(client: Client, language: str) -> None:
    text = client.get(f"/clauses/4.2.1.2?lang={language}", headers={"Accept": HTML}).get_data(as_text=True)
    places = re.findall(r'class="small soft cell"[^>]*>(.+?)</span></dd>', text)
    named = [re.sub(r"<[^>]+>", "", place) for place in places]
    assert any("机房" in place and _CELL.search(place) for place in named)
    assert "/api/template?tier=3&amp;format=xlsx" in text


@pytest.mark.parametrize(("cls", "side_by_side"), [("MachineRoom", True), ("ServiceProvider", False)])
def test_a_list_is_said_to_be_complete_by_its_rows_or_columns(cls: str, side_by_side: bool) -> None:
    known = form_map(rules(), 4)
    sheet = known.tables[str(ZY[cls])].sheet
    assert known.tables[str(ZY[cls])].side_by_side is side_by_side
    iri = next(iri for iri, spot in known.lists.items() if spot.sheet == sheet)
    told = [message for message in cells_of(rules(), iri, 4) if "列全后" in message.zh]
    assert [("每项一列" in m.zh, "a column for each" in m.en) for m in told] == [(side_by_side, side_by_side)]
    assert [("每项一行" in m.zh, "a row for each" in m.en) for m in told] == [(not side_by_side, not side_by_side)]
