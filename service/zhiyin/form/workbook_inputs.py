"""What the sheets of the form have in common: cells to fill in, their lists, their comments, links to their clauses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.clauses import FormClause, clauses_of
from zhiyin.form.form_book import FormBook
from zhiyin.form.workbook_style import Cell
from zhiyin.law.vocabulary import Term
from zhiyin.standards import XSD

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NUMBER = 9.5
"""How wide the number of one clause is."""


def starred(label: str, required: bool) -> str:
    """Return a label with the mark of what is required."""
    return label + layout.REQUIRED if required else label


def given_row(sheet: Worksheet, row: int, values: Sequence[Any]) -> None:
    """Write cells that the form gives, side by side."""
    for index, value in enumerate(values, 1):
        style.given(sheet.cell(row, index), value)


def value_cell(form: FormBook, cell: Cell, term: Term, value: Any, *, listed: bool = True) -> None:  # noqa: ANN401
    """Let a cell hold a value of ``term``; ``listed`` where it gets its own list of allowed values."""
    style.input_cell(cell, value, as_text=layout.is_text(term), as_date=term.range == XSD + "date")
    if listed:
        drop_down(form, cell.parent, cell.coordinate, term)


def drop_down(form: FormBook, sheet: Worksheet, cells: str, term: Term) -> None:
    """Offer or bound what ``cells`` may hold."""
    few = layout.allowed(term, form.form.vocabulary)
    if few is not None and term.functional:
        style.options(sheet, cells, few)
    elif few is not None or (few := layout.suggested(term)):
        style.choices(sheet, cells, f'"{",".join(few)}"')
    elif term.kind == "object" and (source := form.source_of(term.range)):
        style.choices(sheet, cells, source)
    elif term.range in (XSD + "integer", XSD + "decimal"):
        kind: Literal["whole", "decimal"] = "whole" if term.range == XSD + "integer" else "decimal"
        low = f"{term.minimum:f}" if term.minimum is not None else "-999999999999999"
        high = f"{term.maximum:f}" if term.maximum is not None else "999999999999999"
        style.bounded(sheet, cells, kind, low, high, layout.allowed_text(term, None, form.form.vocabulary) or "")
    elif term.range == XSD + "date":
        style.bounded(sheet, cells, "date", "32874", "73050", "日期，如 2026-01-31")


def clause_cell(form: FormBook, cell: Cell, numbers: Sequence[str]) -> None:
    """Write clause numbers that lead to the first of them, their texts in the comment."""
    style.given(cell, layout.clause_text(numbers) or None)
    known = clauses_of(form.form.rules, form.form.tier)
    own = [number for number in numbers if number in known]
    if own:
        row = list(known).index(own[0]) + 2
        style.link(cell, layout.CLAUSES, f"A{row}", width=_NUMBER)
        note(cell, "\n".join(clause_note(known[n]) for n in own[:4]), width=380, height=190)


def clause_note(clause: FormClause) -> str:
    """Return the line that a comment gives a clause."""
    return f"{clause.number}［{clause.obligation}］{clause.text}"


def example_note(example: object) -> str:
    """Return the line that a comment gives an example."""
    return f"例：{example}" if example is not None else ""


def comment(form: FormBook, cell: Cell, term: Term, example: object) -> None:
    """Explain a term beside its title: what it is, what it may hold, an example, the clauses."""
    shown = example_note(example)
    allowed = layout.allowed_text(term, form.titles, form.form.vocabulary) or ""
    parts = [term.comment.zh, allowed, shown, layout.clause_text(term.needed_by)]
    note(cell, "\n".join(p for p in parts if p), width=360, height=160)


def note(cell: Cell, said: str, *, width: int = 300, height: int = 110) -> None:
    """Give a cell a comment."""
    from openpyxl.comments import Comment

    cell.comment = Comment(said, "zhiyin", width=width, height=height)


def looks(sheet: Worksheet, columns: Sequence[float], *, freeze: str, hidden: str = "", header_row: int = 1) -> None:
    """Set widths, heights and what stays in view, and protect the sheet."""
    from openpyxl.utils import get_column_letter

    for index, width in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    if hidden:
        sheet.column_dimensions[hidden].hidden = True
    style.heights(sheet, columns, header_row)
    sheet.freeze_panes = freeze
    sheet.print_title_rows = f"{header_row}:{header_row}"
    style.protected(sheet)
