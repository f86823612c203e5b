"""The Excel form of a tier, blank or filled with a submission's values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from threading import Lock

import pyoxigraph as ox

from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.filled import Filled
from zhiyin.form.form import form
from zhiyin.form.form_book import FormBook
from zhiyin.form.renewals import renewals_sheet
from zhiyin.form.self_check import self_check_sheet
from zhiyin.form.workbook_examples import examples_sheet
from zhiyin.form.workbook_guide import clauses_sheet, guide_sheet
from zhiyin.form.workbook_map import FormMap
from zhiyin.form.workbook_sheets import company_sheet, documents_sheet
from zhiyin.form.workbook_statement_sheets import practices_sheet, records_sheet, tasks_sheet
from zhiyin.form.workbook_things import things_sheet
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules


def form_workbook(
    rules: Rules, tier: int, triples: Sequence[ox.Triple] | None = None, *, renewed_on: date | None = None
) -> bytes:
    """Return the Excel form of ``tier``; filled with the values of ``triples`` where they are given.

    With ``renewed_on`` they are last year's: what has run out by that day is marked, and listed on a sheet of its own.
    """
    from openpyxl import Workbook

    book = Workbook()
    guide = book.create_sheet(layout.GUIDE, 0)
    del book[book.sheetnames[1]]
    chosen = form(rules, tier)
    check = book.create_sheet(layout.SELF_CHECK)
    drawn = FormBook(book, chosen, Filled(chosen, triples or ()), layout.sheet_titles(chosen))
    _stated(drawn)
    clauses_sheet(drawn)
    examples_sheet(book, chosen, dict(drawn.titles))
    guide_sheet(guide, drawn)
    self_check_sheet(check, drawn)
    if renewed_on is not None:
        renewals_sheet(drawn, renewed_on)
    return style.packed(book)


_MAKING = Lock()


def form_map(rules: Rules, tier: int) -> FormMap:
    """Return where each fact stands in the blank form of ``tier``, made by one for all; nobody may change it."""
    with _MAKING:
        return _form_map(rules, tier)


@once
def _form_map(rules: Rules, tier: int) -> FormMap:
    from openpyxl import Workbook

    chosen = form(rules, tier)
    drawn = FormBook(Workbook(), chosen, Filled(chosen, ()), layout.sheet_titles(chosen), spare=False)
    _stated(drawn)
    return drawn.map


def _stated(drawn: FormBook) -> None:
    """Write the sheets on which something is stated."""
    company_sheet(drawn)
    for part in drawn.form.sheets:
        things_sheet(drawn, part)
    documents_sheet(drawn)
    practices_sheet(drawn)
    tasks_sheet(drawn)
    records_sheet(drawn)
