"""The sheet of evidence documents in, each by its number out; an empty date or role is that of the row above."""

from __future__ import annotations

import pyoxigraph as ox

from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form
from zhiyin.intake.cell_values import Misread, plain, read_integer
from zhiyin.intake.empty_words import points_elsewhere
from zhiyin.intake.workbook_cells import Cell, SheetCells
from zhiyin.intake.workbook_labels import check_labels, is_missing
from zhiyin.intake.workbook_records import cell_readings
from zhiyin.intake.workbook_sight import refuse_unseen
from zhiyin.intake.workbook_statements import Statements
from zhiyin.intake.workbook_tables import Row, Table, keyed_table, refuse_merged
from zhiyin.intake.workbook_unread import tell_above, tell_overwritten
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, TYPE

_KEYS = ("number", "title", "identifier", "issued", "responsibleRole", "sha256", "usedDate", "usedRole", "state")
_INPUTS = _KEYS[1:6]
_AS_ABOVE = Misread(
    "与上一行相同的，留空即可；请清空这一格", "is that of the row above where it is left empty; clear the cell"
)


def read_documents(chosen: Form, cells: SheetCells, said: Statements, *, current: bool) -> dict[str, ox.NamedNode]:
    """Return number to document; the order of the rows is held against the numbers, since empty cells rest on it."""
    keys = dict(zip(_KEYS, layout.DOCUMENT_COLUMNS, strict=True))
    table = keyed_table(cells, keys, layout.KEY_ROW, said)
    if table is None:
        return {}
    titles = cells.rows.get(table.head, {})
    head = Row(table.head, {key: titles[column] for key, column in table.columns.items() if column in titles})
    for key in table.columns:
        check_labels(head, table, key, key, keys, said, stated=True, current=current)
    is_missing(keys, table.columns, table, said, current=current)
    refuse_merged(table, said)
    refuse_unseen(table, _INPUTS, said)
    if current:
        tell_above(cells, table.head, (), chosen, said)
        tell_overwritten(table, (*_INPUTS, "number", "usedDate", "usedRole"), chosen, said)
    found: dict[str, ox.NamedNode] = {}
    day: Cell | None = None
    role: Cell | None = None
    before = above = 0
    for row in table.rows():
        gap, above = _follows(row, above)
        if gap and ("issued" not in row.cells or "responsibleRole" not in row.cells):
            said.fault(
                table.title,
                table.cell_name(row.number, "number"),
                f"序号在第 {row.number} 行之前少了几个：空着的日期和岗位是“同上一行”，删行后会认错；请填上这一行的日期和岗位",
                "numbers are missing above this row: an empty date or role means the row above; give this row its own",
            )
        if not any(key in row.cells for key in _INPUTS):
            continue
        for key in _INPUTS:
            if key in row.cells:
                said.is_formula(table.title, row.cells[key], keys[key])
        number = _number(row, table, said)
        if number is None:
            continue
        if number <= before:
            said.fault(
                table.title,
                table.cell_name(row.number, "number"),
                "序号的顺序变了：空着的日期和岗位是“同上一行”，排序后会认错；请恢复原来的顺序",
                "the numbers are out of order: an empty date or role means the row above; restore the order",
            )
            continue
        before = number
        day, role = row.cells.get("issued", day), row.cells.get("responsibleRole", role)
        _computed(row, table, (day, role), said)
        node = said.node(f"document/{number}")
        found[str(number)] = node
        said.add(
            node, TYPE, ox.NamedNode(str(ZY.Evidence)), said.place(table.title, table.cell_name(row.number, "title"))
        )
        stated = (
            ("title", DCTERMS + "title", row.cells.get("title"), "text"),
            ("identifier", DCTERMS + "identifier", row.cells.get("identifier"), "text"),
            ("issued", DCTERMS + "issued", day, "day"),
            ("responsibleRole", str(ZY.responsibleRole), role, "text"),
            ("sha256", str(ZY.sha256), row.cells.get("sha256"), "text"),
        )
        for key, predicate, cell, reading in stated:
            if cell is None or (key in ("issued", "responsibleRole") and plain(cell.text) == layout.NONE):
                continue
            if cell.formula:
                continue
            place = said.place(table.title, table.cell_name(row.number, key))
            try:
                said.add(node, predicate, cell_readings(said)[reading](cell), place)
            except Misread as error:
                if cell.row == row.number:
                    same = key in ("issued", "responsibleRole") and points_elsewhere(cell.text)
                    said.misread(table.title, cell, keys[key], _AS_ABOVE if same else error)
    return found


def _computed(row: Row, table: Table, used: tuple[Cell | None, Cell | None], said: Statements) -> None:
    """Refuse a date or role that was typed over the one that the sheet computes and says another."""
    for key, meant, cell, reading in (
        ("usedDate", "issued", used[0], "day"),
        ("usedRole", "responsibleRole", used[1], "text"),
    ):
        typed = row.cells.get(key)
        if typed is None or typed.formula or (cell is not None and plain(typed.text) == plain(cell.text)):
            continue
        try:
            if cell is not None and cell_readings(said)[reading](typed) == cell_readings(said)[reading](cell):
                continue
        except Misread:
            pass
        titles = dict(zip(_KEYS, layout.DOCUMENT_COLUMNS, strict=True))
        said.fault(
            table.title,
            typed.name,
            f"“{titles[key]}”由表算出，这里写的不读取；请把它写到 {table.cell_name(row.number, meant)}（“{titles[meant]}”）",
            f"this column is computed and not read; write it into {table.cell_name(row.number, meant)}",
            typed.text,
        )


def _follows(row: Row, above: int) -> tuple[bool, int]:
    """Return whether a filled row stands behind a gap in the numbers, and the number for the next row to follow."""
    cell = row.cells.get("number")
    if cell is None or not cell.text.removesuffix(".0").isdigit():
        return False, above
    number = int(cell.text.removesuffix(".0"))
    return above > 0 and number > above + 1 and any(key in row.cells for key in _INPUTS), number


def _number(row: Row, table: Table, said: Statements) -> int | None:
    cell = row.cells.get("number")
    try:
        if cell is not None:
            return int(read_integer(cell, "").lexical)
    except Misread:
        pass
    said.fault(
        table.title,
        table.cell_name(row.number, "number"),
        f"第 {row.number} 行的文件没有序号；请补上（接着上一行的序号）",
        f"the document in row {row.number} has no number; give it the next one",
    )
    return None
