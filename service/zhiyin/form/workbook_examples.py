"""A tier in, a filled example of every sheet of its form out: what the complete sample company states, not read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zhiyin import resources
from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.filled import Filled, StatementRow
from zhiyin.form.form import Form, Sheet, form
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Term
from zhiyin.turtle import triples

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_ACROSS = 8
"""So many cells stand side by side; what is longer goes on below."""
_WIDTH = 16.0
LEAD = "点击看填好的例子"
"""What the comment on a sheet's head says that leads to its example."""


@once
def sample(rules: Rules, tier: int) -> Filled:
    """Return the complete sample company of ``tier`` as its form holds it; nobody may change it."""
    complete = {level: resources.path(f"data/companies/tier-{level}-complete.ttl") for level in rules.edition.tiers}
    shown = max(level for level, file in complete.items() if level <= tier and file.is_file())
    return Filled(form(rules, tier), triples([complete[shown]]))


@once
def example_cells(rules: Rules, tier: int, cls: str) -> dict[str, Any]:
    """Return an example of each cell of a thing of ``cls``, by the cell's key."""
    rows = sample(rules, tier).rows.get(cls, [])
    first = next((row for row in rows if not row.of_all), None)
    if first is None:
        return {}
    cells = {key: value for row in rows if row.of_all for key, value in row.cells.items()} | dict(first.cells)
    named = {"name": first.names[0]} if first.names else {}
    owner = {"owner": first.owners[0]} if first.owners else {}
    return {**named, **owner, **cells}


def example_of(rules: Rules, tier: int, term: Term, cls: str = "") -> Any:  # noqa: ANN401 - a cell holds any of Excel's types
    """Return an example of a value of ``term``: of the company, or of a thing of ``cls``."""
    if cls:
        return example_cells(rules, tier, cls).get(term.local)
    return sample(rules, tier).cell(sample(rules, tier).company, term)


def examples_sheet(book: Workbook, chosen: Form, titles: dict[str, str]) -> None:
    """Write a filled example of every sheet and lead there from it; nothing here is read."""
    filled = sample(chosen.rules, chosen.tier)
    sheet = book.create_sheet(layout.EXAMPLES)
    sheet["A1"] = "每张表一个填好的例子，取自虚构的示例公司；本表不读取。"
    sheet["A1"].font = style.font(bold=True)
    row = 3
    facts = [(t.label.zh, filled.cell(filled.company, t)) for t in chosen.company]
    row = _block(book, sheet, row, layout.COMPANY_SHEET, "A1", [pair for pair in facts if pair[1] is not None][:16])
    for part in chosen.sheets:
        row = _block(book, sheet, row, titles[part.cls.iri], "C1", _thing(chosen, part))
    document = filled.documents[0]
    proof = (1, document.title, document.identifier, document.issued, document.responsibleRole, document.sha256)
    row = _block(book, sheet, row, layout.DOCUMENTS, "A1", _pairs(layout.DOCUMENT_COLUMNS, proof))
    for title, columns, keys, rows in (
        (
            layout.PRACTICES,
            layout.PRACTICE_COLUMNS,
            ("number", "holds", "other", "exception"),
            filled.practices(chosen.practices),
        ),
        (layout.TASKS, layout.TASK_COLUMNS, ("last", "interval", "unit", "holds"), filled.tasks(chosen.tasks)),
        (layout.RECORDS, layout.RECORD_COLUMNS, ("period", "unit"), filled.records(chosen.records)),
    ):
        row = _block(book, sheet, row, title, "A1", _statement(columns, keys, rows))
    from openpyxl.utils import get_column_letter

    for index in range(1, _ACROSS + 1):
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTH
    style.heights(sheet, [_WIDTH] * _ACROSS, 3)
    style.protected(sheet)


def _thing(chosen: Form, part: Sheet) -> list[tuple[str, Any]]:
    cells = {"id": layout.thing_id(part, 1), **example_cells(chosen.rules, chosen.tier, part.cls.iri)}
    columns = layout.columns(chosen, part)
    return [(c.title, cells.get(c.key)) for c in columns if c.key != layout.STATE_KEY]


def _pairs(titles: Sequence[str], values: Sequence[Any]) -> list[tuple[str, Any]]:
    return list(zip(titles, values, strict=False))


def _statement(columns: Sequence[str], keys: Sequence[str], rows: Sequence[StatementRow]) -> list[tuple[str, Any]]:
    """Return the row that has most to show."""
    best = max(rows, key=lambda row: len(row.cells))
    return _pairs(columns, (best.subject, best.term.label.zh, *(best.cells.get(key) for key in keys)))


def _block(book: Workbook, sheet: Worksheet, row: int, title: str, door: str, pairs: Sequence[tuple[str, Any]]) -> int:
    """Write one example and links both ways, the one of its sheet in the cell ``door``; return the next free row."""
    head = sheet.cell(row, 1, title)
    style.link(head, title, "A1")
    _lead(book[title][door], row)
    row += 1
    for start in range(0, len(pairs), _ACROSS):
        for index, (label, value) in enumerate(pairs[start : start + _ACROSS], 1):
            style.head(sheet.cell(row, index, label))
            style.given(sheet.cell(row + 1, index), value)
            sheet.cell(row + 1, index).number_format = "yyyy-mm-dd" if hasattr(value, "isoformat") else "General"
        row += 2
    return row + 1


def _lead(cell: style.Cell, row: int) -> None:
    """Let a cell of a sheet's head lead to its example; it keeps its looks."""
    from openpyxl.comments import Comment
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{layout.EXAMPLES}'!A{row}")
    before = cell.comment.text + "\n" if cell.comment is not None else ""
    cell.comment = Comment(before + LEAD, "zhiyin", width=220, height=60)
