"""A sheet in, its table out: columns found by what their heads say, never by where they should stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhiyin.errors import Message
from zhiyin.intake.cell_values import plain
from zhiyin.intake.workbook_cells import Cell, Range, SheetCells, column_letters
from zhiyin.intake.workbook_statements import Statements

_SEARCHED = 60
"""Rows from the top in which the head of a table is looked for."""
_REMARKS = {"备注", "注", "附注", "注释", "remark", "remarks", "note", "notes", "comment", "comments"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number and its filled cells by the names of their columns."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, name: str) -> str:
        """Return the text of a cell, empty where nothing stands."""
        cell = self.cells.get(name)
        return "" if cell is None else cell.text


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a sheet under the names of its columns."""

    cells: SheetCells
    head: int
    columns: Mapping[str, int]

    @property
    def title(self) -> str:
        """The title of the sheet."""
        return self.cells.title

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the head that hold something in a named column."""
        names = {column: name for name, column in self.columns.items()}
        for number in sorted(self.cells.rows):
            if number > self.head:
                found = {names[c]: cell for c, cell in self.cells.rows[number].items() if c in names}
                if found:
                    yield Row(number, found)

    def cell_name(self, row: int, name: str) -> str:
        """Return the name of a cell, filled or not."""
        return f"{column_letters(self.columns.get(name, 1))}{row}"


def titled_table(
    cells: SheetCells, titles: Sequence[str], key: str, said: Statements, *, optional: frozenset[str] = frozenset()
) -> Table | None:
    """Return the table whose first row holds ``titles``; ``None``, with the faults, where its head is not to be found.

    ``key`` is the title without which no row can be read; ``optional`` ones an older form may lack.
    """
    wanted = {plain(title): title for title in titles}
    best, columns = 0, dict[str, int]()
    for number in sorted(cells.rows)[:_SEARCHED]:
        found: dict[str, int] = {}
        for column, cell in sorted(cells.rows[number].items()):
            name = wanted.get(plain(cell.text))
            if name is not None and name not in found:
                found[name] = column
        if len(found) > len(columns):
            best, columns = number, found
    if len(columns) * 2 < len(titles):
        said.fault(
            cells.title,
            "A1",
            f"第 1 行须是表头（{'、'.join(titles)}），没有找到；请恢复表头",
            "the first row must hold the titles of the columns; put them back",
        )
        return None
    table = Table(cells, best, columns)
    if best != 1:
        _head_moved(table, 1, said)
        return None
    for title in titles:
        if title not in columns and title not in optional:
            said.fault(
                cells.title,
                f"{column_letters(titles.index(title) + 1)}1",
                f"表头缺少“{title}”；请恢复这一列的标题",
                f"the column title '{title}' is missing; put it back",
            )
    if key not in columns:
        return None
    for column, cell in cells.rows[1].items():
        name = wanted.get(plain(cell.text))
        if name is not None and columns[name] != column:
            said.fault(
                cells.title,
                cell.name,
                f"有两列都叫“{name}”；请删去一列",
                f"two columns are called '{name}'; delete one",
            )
    _check_outside(table, said)
    return table


def keyed_table(cells: SheetCells, keys: Mapping[str, str], row: int, said: Statements) -> Table | None:
    """Return the table whose hidden row ``row`` holds ``keys`` (key to title), its head being the row below.

    ``None``, with the faults, where the row of keys is gone or has moved.
    """
    best, columns = 0, dict[str, int]()
    for number in sorted(cells.rows)[:_SEARCHED]:
        found: dict[str, int] = {}
        for column, cell in sorted(cells.rows[number].items()):
            if cell.text in keys and cell.text not in found:
                found[cell.text] = column
        if len(found) > len(columns):
            best, columns = number, found
    if not columns or (len(columns) == 1 and len(keys) > 2):
        said.fault(
            cells.title,
            f"A{row}",
            f"第 {row} 行（隐藏的词条行）缺失，无法认出各列；请从空表复制这一行回来",
            f"row {row} (the hidden row of keys) is gone; copy it back from a blank form",
        )
        return None
    table = Table(cells, best + 1, columns)
    if best != row:
        _head_moved(table, row, said)
        return None
    for column, cell in cells.rows[best].items():
        if cell.text in keys and columns[cell.text] != column:
            said.fault(
                cells.title,
                cell.name,
                f"{column_letters(columns[cell.text])} 列和 {column_letters(column)} 列都是“{keys[cell.text]}”；请删去一列",
                f"two columns are '{keys[cell.text]}'; delete one",
            )
    _check_outside(table, said)
    return table


def _head_moved(table: Table, row: int, said: Statements) -> None:
    """Remember that the head of a table stands below or above its place."""
    found = table.head if row == 1 else table.head - 1
    if found > row:
        said.fault(
            table.title,
            f"A{row}",
            f"表头应在第 {row} 行，现在第 {found} 行：上面多了 {found - row} 行，请删去",
            f"the head should be in row {row} and is in row {found}: delete the {found - row} rows put above it",
        )
    else:
        said.fault(
            table.title,
            f"A{found}",
            f"表头应在第 {row} 行，现在第 {found} 行：上面少了 {row - found} 行，请从空表复制回来",
            f"the head should be in row {row} and is in row {found}: rows above it are gone, copy them from a blank form",
        )


def _check_outside(table: Table, said: Statements) -> None:
    """Remember every column with content that is none of the table's: a fault, or a notice where it holds remarks."""
    named = set(table.columns.values())
    head = table.cells.rows.get(table.head, {})
    seen: set[int] = set()
    for number in sorted(table.cells.rows):
        if number <= table.head:
            continue
        for column, cell in table.cells.rows[number].items():
            if column in named or column in seen:
                continue
            seen.add(column)
            heading = head[column].text if column in head else ""
            letter = column_letters(column)
            if plain(heading) in _REMARKS:
                said.notice(
                    "not-read",
                    table.title,
                    cell.name,
                    Message(f"{letter} 列“{heading}”不参与评定", f"column {letter} is not judged"),
                    found=cell.text,
                    remedy=Message("须算数的请填到表中的列里", "put what should count into a column of the form"),
                )
                continue
            said.fault(
                table.title,
                cell.name,
                f"{letter} 列{f'（标题“{heading[:40]}”）' if heading else ''}不是本表的列，内容“{cell.text[:40]}”不会被读取；"
                "请移到应填的列或删去",
                f"column {letter} is none of the form's, its content would not be read; move it or delete it",
                cell.text,
            )


def refuse_merged(table: Table, said: Statements) -> None:
    """Remember every merged range over cells of the table: which of them its one value was meant for, nobody can tell."""
    named = set(table.columns.values())
    for merged in table.cells.merged:
        touched = any(column in named for column in range(merged.left, min(merged.right, 16_384) + 1))
        if merged.bottom > table.head and touched and _has_content(table.cells, merged):
            said.fault(
                table.title,
                str(merged),
                f"{merged} 是合并单元格，分不清各格的值；请取消合并，逐格填写",
                f"{merged} is merged; unmerge it and fill in each cell",
            )


def _has_content(cells: SheetCells, merged: Range) -> bool:
    return any(
        merged.left <= column <= merged.right
        for number, row in cells.rows.items()
        if merged.top <= number <= merged.bottom
        for column in row
    )


def tell_stray(table: Table, row: Row, said: Statements) -> None:
    """Tell of a row that states nothing and is none of the form's, yet holds something that someone typed."""
    typed = [cell for cell in row.cells.values() if not cell.formula]
    if typed:
        said.notice(
            "not-read",
            table.title,
            typed[0].name,
            Message(
                f"第 {row.number} 行不是表中的一项，不参与评定", f"row {row.number} is no row of the form: not judged"
            ),
            found=typed[0].text,
            remedy=Message("须算数的请填到表中的行里，其余请删去", "put what should count into a row of the form"),
        )
