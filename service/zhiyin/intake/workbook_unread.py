"""What a sender typed where nothing reads it: told, since it looks as if it had been said.

On sheets that only explain, above and beside the tables, and over what the form itself says or computes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from zhiyin.errors import BadSubmission, Message
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form, form
from zhiyin.form.own_words import own_words
from zhiyin.form.self_check import CHECK_DATE_CELL
from zhiyin.form.workbook_examples import examples_sheet
from zhiyin.form.workbook_saving import saved
from zhiyin.intake.cell_values import plain
from zhiyin.intake.workbook_archive import opened
from zhiyin.intake.workbook_cells import Cell, SheetCells, WorkbookCells
from zhiyin.intake.workbook_statements import Statements
from zhiyin.intake.workbook_tables import Table
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules

_COMPUTED = re.compile(r"缺.{0,8}|\d+项|\d{4}-\d\d-\d\d|\d+(\.\d+)?|true|false|(\d(\.\d+){3,4}、?)+")
"""What the form's own formulas come to, where a program has put the values in their place; and runs of clauses."""
_GIVEN_COLUMNS = {layout.SELF_CHECK: 14, layout.RESULTS: 11, layout.RENEWALS: 5}
_HEAD_ROWS = {layout.RESULTS: 5, layout.RENEWALS: 3}


def tell_unread(book: WorkbookCells, chosen: Form, said: Statements) -> None:
    """Tell what stands on the sheets of the form ``chosen`` in which nothing is stated, beside what was given out."""
    own = _own(chosen.rules, chosen.tier)
    for title in (layout.GUIDE, layout.SELF_CHECK, layout.CLAUSES, layout.EXAMPLES, layout.RENEWALS, layout.RESULTS):
        cells = _sheet(book, title)
        if cells is None:
            continue
        if title in _HEAD_ROWS:
            strange = [cell for cell in _typed(cells) if _is_added(cell, cells)]
        else:
            known = _of_examples(chosen.rules, chosen.tier) if title == layout.EXAMPLES else own
            strange = [cell for cell in _typed(cells) if not _is_own(cell, title, known)]
        _tell(title, strange, f"“{title}”表不读取：", f"the sheet '{title}' is not read: ", said)
    cells = _sheet(book, layout.SELF_CHECK)
    if cells is not None and (day := cells.text(2, 2)):
        said.notice(
            "not-read",
            layout.SELF_CHECK,
            CHECK_DATE_CELL,
            Message("这里的核查日只供本表自查，评定不用它", "this check date is for the form's own check alone"),
            found=day,
            remedy=Message(
                "评定的核查日另行指定，不指定即事实截止日", "the check date of a judgement is given with it"
            ),
        )
    rulings = _sheet(book, layout.DETERMINATIONS)
    if rulings is not None:
        filled = [
            cell for cell in _typed(rulings) if cell.row > 1 and cell.column > 2 and (cell.row, cell.column) != (2, 8)
        ]
        _tell(
            layout.DETERMINATIONS,
            filled,
            "认定要作为认定文件提交才采用：",
            "rulings count where they are handed in as determinations: ",
            said,
        )


def tell_above(cells: SheetCells, last: int, used: Collection[tuple[int, int]], chosen: Form, said: Statements) -> None:
    """Tell what was typed in the rows down to ``last``, where a sheet has its head, except in the cells ``used``."""
    own = _own(chosen.rules, chosen.tier)
    strange = [
        cell
        for cell in _typed(cells, last)
        if (cell.row, cell.column) not in used and plain(cell.text).removesuffix(layout.REQUIRED) not in own
    ]
    _tell(cells.title, strange, "表格上方的内容不读取：", "what stands above the table is not read: ", said)


def tell_overwritten(table: Table, read: Iterable[str], chosen: Form, said: Statements) -> None:
    """Tell what was typed over the form's own explanations and states: all columns but ``read``."""
    passed, own = set(read), _own(chosen.rules, chosen.tier)
    strange = [
        cell
        for row in table.rows()
        for name, cell in row.cells.items()
        if name not in passed and not cell.formula and not _is_own(cell, table.title, own)
    ]
    _tell(table.title, strange, "这里是表自带的说明，改写的不读取：", "the form's own words stand here: ", said)


def _tell(title: str, strange: list[Cell], zh: str, en: str, said: Statements) -> None:
    if not strange:
        return
    first, count = strange[0], len(strange)
    said.notice(
        "not-read",
        title,
        first.name,
        Message(
            f"{zh}写在 {first.name}{f' 等 {count} 格' if count > 1 else ' '}的内容没有参与评定",
            f"{en}what was written in {first.name}{f' and {count - 1} more cells' if count > 1 else ''} was not judged",
        ),
        found=first.text,
        remedy=Message("请写到应填的格子里", "write it where it is asked for"),
    )


def _sheet(book: WorkbookCells, title: str) -> SheetCells | None:
    if title not in book.titles:
        return None
    try:
        return book.sheet(title)
    except BadSubmission:
        return None  # a sheet that nobody reads hides nothing that was to be judged


def _typed(cells: SheetCells, last: int = 1 << 20) -> list[Cell]:
    return [
        cell
        for number in sorted(cells.rows)
        if number <= last
        for cell in cells.rows[number].values()
        if cell.text and not cell.formula
    ]


def _is_own(cell: Cell, title: str, known: frozenset[str]) -> bool:
    word = plain(cell.text).removesuffix(layout.REQUIRED)
    if title == layout.SELF_CHECK and (cell.name == CHECK_DATE_CELL or cell.kind == "n"):
        return cell.name == CHECK_DATE_CELL or cell.column <= _GIVEN_COLUMNS[title]
    if title in (layout.CLAUSES, layout.SELF_CHECK) and cell.column > 3:
        word = word.rpartition("·")[2]  # a fact of one thing, by its name
    return word in known or (title != layout.EXAMPLES and _COMPUTED.fullmatch(word) is not None)


def _is_added(cell: Cell, cells: SheetCells) -> bool:
    """Return whether a cell stands beside or below the rows of a list that was handed out with the workbook."""
    numbered = cells.text(cell.row, 1).isdigit()
    return cell.column > _GIVEN_COLUMNS[cells.title] or (cell.row > _HEAD_ROWS[cells.title] + 1 and not numbered)


@once
def _own(rules: Rules, tier: int) -> frozenset[str]:
    return frozenset(plain(word).removesuffix(layout.REQUIRED) for word in own_words(form(rules, tier)))


@once
def _of_examples(rules: Rules, tier: int) -> frozenset[str]:
    from openpyxl import Workbook

    book, chosen = Workbook(), form(rules, tier)
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
    return frozenset(plain(c.text) for c in _typed(WorkbookCells(opened(saved(book), ""), "").sheet(layout.EXAMPLES)))
