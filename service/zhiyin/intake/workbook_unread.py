"""What a sender wrote over the examples, which nothing reads: told, since it looks as if it had been said."""

from __future__ import annotations

import io

from zhiyin.errors import BadSubmission, Message
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form, form
from zhiyin.form.workbook_examples import examples_sheet
from zhiyin.intake.cell_values import plain
from zhiyin.intake.workbook_archive import opened
from zhiyin.intake.workbook_cells import Cell, SheetCells, WorkbookCells
from zhiyin.intake.workbook_statements import Statements
from zhiyin.law.rules import Rules, once


def tell_unread(book: WorkbookCells, chosen: Form, said: Statements) -> None:
    """Tell what stands on the sheet of examples of the form ``chosen`` beside the examples that were given out."""
    title = layout.EXAMPLES
    if title not in book.titles:
        return
    try:
        written = _written(book.sheet(title))
    except BadSubmission:
        return  # a sheet that nobody reads hides nothing that was to be judged
    strange = [cell for cell in written if plain(cell.text) not in _given_out(chosen.rules, chosen.tier)]
    if not strange:
        return
    first, count = strange[0], len(strange)
    said.notice(
        "not-read",
        title,
        first.name,
        Message(
            f"“{title}”表不读取：后来写在 {first.name}{f' 等 {count} 格' if count > 1 else ''}的内容没有参与评定",
            f"the sheet '{title}' is not read: what was written in {first.name}"
            f"{f' and {count - 1} more cells' if count > 1 else ''} was not judged",
        ),
        found=first.text,
        remedy=Message("请写到应填的表中", "write it on the sheet where it is asked for"),
    )


def _written(cells: SheetCells) -> list[Cell]:
    return [cell for row in cells.rows.values() for cell in row.values() if cell.text and not cell.formula]


@once
def _given_out(rules: Rules, tier: int) -> frozenset[str]:
    from openpyxl import Workbook

    book, held, chosen = Workbook(), io.BytesIO(), form(rules, tier)
    titles = dict(layout.sheet_titles(chosen))
    # The examples link to the sheets that they are of, and these link back.
    for title in (
        layout.COMPANY_SHEET,
        layout.DOCUMENTS,
        layout.PRACTICES,
        layout.TASKS,
        layout.RECORDS,
        *titles.values(),
    ):
        book.create_sheet(title)
    examples_sheet(book, chosen, titles)
    book.save(held)
    return frozenset(
        plain(c.text) for c in _written(WorkbookCells(opened(held.getvalue(), ""), "").sheet(layout.EXAMPLES))
    )
