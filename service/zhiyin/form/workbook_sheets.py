"""The sheets of which a form has one each: the company's own facts, and its documents."""

from __future__ import annotations

from typing import Any

from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.filled import plain
from zhiyin.form.form_book import FormBook
from zhiyin.form.workbook_inputs import clause_cell, given_row, looks, starred, value_cell
from zhiyin.form.workbook_map import Spot
from zhiyin.namespaces import ZY

DOCUMENT_KEYS = (
    *("number", "title", "identifier", "issued", "responsibleRole", "sha256"),
    *("usedDate", "usedRole", layout.STATE_KEY),
)
DOCUMENTS_HEAD = "每份文件只写一次，别处填序号。日期、岗位空着即同上一行；没有的写“无”。文件本身不提交。"

_GIVEN = ("description", "company")
"""Names that the form gives by itself: nobody has to type them."""


def company_sheet(form: FormBook) -> None:
    """Write the sheet of the company's own facts, a row each."""
    sheet, filled = form.book.create_sheet(layout.COMPANY_SHEET), form.filled
    style.header(sheet, 1, layout.COMPANY_COLUMNS)
    row = 2
    levels = [str(each) for each in form.form.rules.edition.tiers]
    for label, (name, told) in layout.SELF_ROWS.items():
        value: Any = None
        explanation = "、".join(levels) if name == "claimedTier" else told
        if name == "description" and filled.description and not filled.description.startswith("_:"):
            value = filled.description.strip("<>")
        elif name == "company" and filled.company:
            value = filled.company.strip("<>")
        elif name not in _GIVEN:
            said = filled.values(filled.description, str(ZY[name]))
            value = plain(said[0]) if said else (form.form.tier if name == "claimedTier" else None)
        required = name in ("asOf", "claimedTier")
        given_row(sheet, row, [starred(label, required), None, None, None, explanation, None, name])
        style.input_cell(sheet.cell(row, 2), value, as_text=name in _GIVEN, as_date=name == "asOf")
        state = states.need_not if name in _GIVEN else states.filled_in
        style.given(sheet.cell(row, 8), state(f"B{row}"), style.STATE)
        if name == "claimedTier":
            style.options(sheet, f"B{row}", levels)
        row += 1
    for term in form.form.company:
        given_row(
            sheet,
            row,
            [
                starred(term.label.zh, form.mandatory(term) or term.local == "unifiedSocialCreditCode"),
                None,
                layout.unit_of(term, form.form.vocabulary) or None,
                layout.allowed_text(term, form.titles, form.form.vocabulary),
                term.comment.zh,
                None,
                term.local,
            ],
        )
        value_cell(form, sheet.cell(row, 2), term, filled.cell(filled.company, term))
        style.given(sheet.cell(row, 8), states.of_value(f"B{row}", term, form.form.vocabulary), style.STATE)
        spot = Spot(layout.COMPANY_SHEET, f"B{row}", f"H{row}", term.label.zh)
        form.map.facts[term.iri] = spot
        form.map.cite(term.needed_by, spot)
        clause_cell(form, sheet.cell(row, 6), term.needed_by)
        row += 1
    looks(sheet, (30, 22, 6, 20, 42, 16, 4, 9), freeze="C2", hidden="G")


def documents_sheet(form: FormBook) -> None:
    """Write the sheet of evidence documents, numbered: other sheets name a document by its number."""
    sheet = form.book.create_sheet(layout.DOCUMENTS)
    style.given(sheet["A1"], DOCUMENTS_HEAD)
    for index, key in enumerate(DOCUMENT_KEYS, 1):
        sheet.cell(layout.KEY_ROW, index, key)
    titles = [starred(t, t in ("文件名称", "文件日期", "责任岗位")) for t in layout.DOCUMENT_COLUMNS]
    style.header(sheet, layout.HEADER_ROW, titles)
    first = layout.HEADER_ROW + 1
    documents = form.filled.documents
    before: tuple[Any, Any] = (None, None)
    for offset in range(max(layout.BLANK_DOCUMENTS, len(documents) + 50) if form.spare else 1):
        row = first + offset
        style.given(sheet.cell(row, 1), offset + 1)
        cells: list[Any] = [None] * 5
        if offset < len(documents):
            document = documents[offset]
            dated = (document.issued or layout.NONE, document.responsibleRole or layout.NONE)
            cells = [
                document.title,
                document.identifier,
                dated[0] if dated[0] != before[0] else None,
                dated[1] if dated[1] != before[1] else None,
                document.sha256,
            ]
            before = dated
        for index, value in enumerate(cells, 2):
            style.input_cell(sheet.cell(row, index), value, as_text=index in (2, 3, 5, 6), as_date=index == 4)
        for index, formula in enumerate(states.of_document(row, first), 7):
            style.given(sheet.cell(row, index), formula, style.STATE)
        sheet.cell(row, 7).number_format = "yyyy-mm-dd"
    sheet.row_dimensions[layout.KEY_ROW].hidden = True
    looks(sheet, (6, 40, 18, 12, 18, 14, 12, 18, 10), freeze="C4", header_row=layout.HEADER_ROW)
