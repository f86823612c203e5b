"""A table in, what of its filled cells is hidden or struck out told: whether that is meant to count may turn a verdict.

So it is a fault; rows that a filter leaves out for the time being are read, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterable

from zhiyin.errors import Message
from zhiyin.intake.cell_looks import WORDS, Look
from zhiyin.intake.workbook_cells import Cell, SheetCells, column_letters
from zhiyin.intake.workbook_statements import Statements
from zhiyin.intake.workbook_tables import Table


def refuse_unseen(table: Table, inputs: Iterable[str], said: Statements) -> None:
    """Remember what is filled in under ``inputs`` and is hidden, struck out or invisible, each place once."""
    cells = table.cells
    asked = frozenset(inputs)
    filled = [
        (row, sorted((c for name, c in row.cells.items() if name in asked), key=lambda c: c.column))
        for row in table.rows()
    ]
    found = [cell for _, inside in filled for cell in inside if not cell.formula]
    if cells.hidden.whole and found:
        first = found[0]
        said.fault(
            table.title,
            first.name,
            f"工作表“{table.title}”是隐藏的，却填了内容（{first.name} 等 {len(found)} 格）："
            "算数的请取消隐藏，不算数的请清空",
            f"the sheet '{table.title}' is hidden but filled in: show it where that counts, clear it where it does not",
            first.text,
        )
        return
    _rows(cells, [inside for _, inside in filled], said)
    _columns(cells, found, said)
    for row, inside in filled:
        odd = [cell for cell in inside if cell.look is not Look.PLAIN and not cell.formula]
        if inside and not odd:
            odd = [cell for cell in row.cells.values() if cell.look is Look.STRUCK and not cell.formula][:1]
        for cell in odd:
            refuse_look(table.title, cell, said)
    for column, cell in cells.rows.get(table.head, {}).items():
        if cell.look is Look.STRUCK and any(each.column == column for each in found):
            refuse_look(table.title, cell, said)


def refuse_look(sheet: str, cell: Cell, said: Statements) -> None:
    """Remember that a filled cell is struck out or cannot be seen."""
    words = WORDS[cell.look]
    said.fault(
        sheet,
        cell.name,
        f"{cell.name} 的内容{words.zh}：算数的请恢复正常格式，作废的请清空这一格",
        f"what {cell.name} holds {words.en}: give it an ordinary format where it counts, clear it where it does not",
        cell.text,
    )


def _rows(cells: SheetCells, filled: list[list[Cell]], said: Statements) -> None:
    left_out: list[Cell] = []
    for inside in filled:
        if not inside or inside[0].row not in cells.hidden.rows:
            continue
        first = inside[0]
        if cells.hidden.by_filter(first.row):
            left_out.append(first)
            continue
        said.fault(
            cells.title,
            first.name,
            f"第 {first.row} 行是隐藏的，却填了内容（{first.name}）：算数的请取消隐藏，不算数的请清空这一行",
            f"row {first.row} is hidden but filled in: show it where it counts, clear it where it does not",
            first.text,
        )
    if left_out:
        rows = "、".join(str(cell.row) for cell in left_out[:8]) + ("等" if len(left_out) > 8 else "")
        said.notice(
            "hidden",
            cells.title,
            left_out[0].name,
            Message(
                f"筛选后没有显示的 {len(left_out)} 行（第 {rows} 行）照样评定",
                f"{len(left_out)} rows that the filter leaves out are judged all the same",
            ),
            found=left_out[0].text,
            remedy=Message("不算数的行请清空", "clear the rows that do not count"),
        )


def _columns(cells: SheetCells, found: list[Cell], said: Statements) -> None:
    told: set[int] = set()
    for cell in found:
        if cell.column in told or not cells.hidden.column(cell.column):
            continue
        told.add(cell.column)
        letters = column_letters(cell.column)
        said.fault(
            cells.title,
            cell.name,
            f"{letters} 列是隐藏的，却填了内容（{cell.name}）：算数的请取消隐藏，不算数的请清空",
            f"column {letters} is hidden but filled in: show it where it counts, clear it where it does not",
            cell.text,
        )
