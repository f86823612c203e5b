"""The sheets, keys and labels of a form held against what was given out: what was moved, copied or renamed is told."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from zhiyin.errors import BadSubmission, Message
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form
from zhiyin.intake.cell_values import plain
from zhiyin.intake.workbook_cells import SheetCells, WorkbookCells
from zhiyin.intake.workbook_statements import Statements
from zhiyin.intake.workbook_tables import Row, Table, tell_stray

_UNITS = re.compile(r"[万千百亿]?元|[%％]|天|月|年|小时|分钟|秒|公里|千瓦|人")

_MOST_HEADS = 500
"""Rows within which the head of a sheet is looked for."""


def check_sheets(book: WorkbookCells, form: Form, said: Statements, *, current: bool, earlier: bool = False) -> None:
    """Tell every sheet of the form that is missing, and every other one that holds something.

    A missing sheet is no fault in a form of an earlier edition, which may not have asked for it.
    """
    heads = _heads(form, earlier)
    foreign = {}
    for title in book.titles:
        if title in heads or title in layout.UNREAD:
            continue
        try:
            cells = book.sheet(title)
        except BadSubmission as error:
            said.fault(title, None, error.message.zh, error.message.en)
            continue
        if cells.rows:
            foreign[title] = _likeness(cells, heads)
    missing = [title for title in heads if title not in book.titles]
    renamed = {like: title for title, like in foreign.items() if like in missing}
    for title, like in foreign.items():
        if renamed.get(like) == title:
            said.fault(
                title,
                "A1",
                f"工作表“{title}”像是改了名的“{like}”；请把名称改回“{like}”",
                f"the sheet '{title}' looks like '{like}' under another name; rename it back",
            )
        elif like:
            said.fault(
                title,
                "A1",
                f"工作表“{title}”像是“{like}”的副本，不会被读取；请把各行移到“{like}”表中，再删去它",
                f"the sheet '{title}' looks like a copy of '{like}' and would not be read; move its rows there, delete it",
            )
        else:
            said.fault(
                title,
                "A1",
                f"工作表“{title}”不是自述表的，其中的内容不会被读取；请移到应填的表中，或删去这张表",
                f"the sheet '{title}' is none of the form's and would not be read; move what it holds, or delete it",
            )
    for title in missing:
        if title in renamed:
            continue
        if current:
            said.fault(
                title,
                None,
                f"缺少工作表“{title}”；请从空表复制回来（没有内容也要留着）",
                f"the sheet '{title}' is missing; copy it back from a blank form",
            )
        else:
            said.notice(
                "missing-sheet",
                title,
                None,
                Message(f"表中没有工作表“{title}”，其内容按未声明评定", f"the form has no sheet '{title}': undeclared"),
                remedy=Message("请改用今年的空表", "use this year's form"),
            )


def check_labels(
    row: Row,
    table: Table,
    label: str,
    key: str,
    labels: Mapping[str, str],
    said: Statements,
    *,
    stated: bool,
    current: bool,
) -> bool:
    """Return whether ``key`` is one of the form's; tell where it is not, or does not fit the label that stands beside it.

    ``label`` names the column in which that label stands, ``stated`` says whether the row holds anything at all.
    """
    found, cell = row.text(label).removesuffix(layout.REQUIRED), table.cell_name(row.number, label)
    if key not in labels:
        if stated:
            near = next((k for k, name in labels.items() if plain(name) == plain(found)), None)
            at = table.cell_name(row.number, layout.KEY_COLUMN)
            cure = f"；请在 {at} 恢复词条“{near}”" if near else "；请从空表复制这一行的词条，或删去这一行"
            said.fault(
                table.title,
                at,
                f"第 {row.number} 行“{found[:40]}”的词条{f'“{key[:40]}”认不出' if key else '是空的'}{cure}",
                f"the key of row {row.number} is not one of the form's; copy it back from a blank form",
                key,
            )
        elif key or found:
            tell_stray(table, row, said)
        return False
    expected = labels[key]
    if not stated or plain(found) == plain(expected):
        return True
    other = next((name for k, name in labels.items() if k != key and plain(name) == plain(found)), None)
    changed_unit = set(_UNITS.findall(plain(found))) != set(_UNITS.findall(plain(expected)))
    if other is not None or current or changed_unit:
        said.fault(
            table.title,
            cell,
            f"这里应是“{expected}”，现为“{found[:40]}”：标题与隐藏的词条对不上，数据可能错了位；请恢复，再核对这一行（列）",
            f"this should be '{expected}' and is '{found[:40]}': labels and keys do not fit, data may have moved; restore it",
            found,
        )
        return True
    said.notice(
        "label",
        table.title,
        cell,
        Message(f"“{found[:40]}”按“{expected}”读", f"'{found[:40]}' is read as '{expected}'"),
        found=found,
        remedy=Message("若不是这个意思，请改用今年的空表", "use this year's form where that is not meant"),
    )
    return True


def is_missing(
    labels: Mapping[str, str], found: Collection[str], table: Table, said: Statements, *, current: bool
) -> None:
    """Tell the rows or columns that a form should have and that are gone."""
    gone = [name for key, name in labels.items() if key not in found]
    if not gone:
        return
    shown = "、".join(gone[:8]) + ("等" if len(gone) > 8 else "")
    if current:
        said.fault(
            table.title,
            "A1",
            f"表中少了 {len(gone)} 项：{shown}；请从空表复制回来，或恢复它们的词条",
            f"{len(gone)} of the form's rows or columns are gone from this sheet; copy them back from a blank form",
        )
    else:
        said.notice(
            "missing-rows",
            table.title,
            None,
            Message(
                f"表中没有 {len(gone)} 项：{shown}，按未声明评定", f"{len(gone)} items are not in this form: undeclared"
            ),
            remedy=Message("请改用今年的空表", "use this year's form"),
        )


def _heads(form: Form, earlier: bool) -> dict[str, frozenset[str]]:
    """Return title of a sheet to the words by which a copy of it is known."""
    titles = layout.sheet_titles(form)
    heads = {
        layout.COMPANY_SHEET: frozenset(layout.COMPANY_COLUMNS),
        layout.PRACTICES: frozenset(layout.EARLIER_PRACTICE_COLUMNS if earlier else layout.PRACTICE_COLUMNS),
        layout.TASKS: frozenset(layout.EARLIER_TASK_COLUMNS if earlier else layout.TASK_COLUMNS),
        layout.RECORDS: frozenset(layout.EARLIER_RECORD_COLUMNS if earlier else layout.RECORD_COLUMNS),
    }
    if not earlier:
        heads[layout.DOCUMENTS] = frozenset(layout.DOCUMENT_COLUMNS)
    for sheet in form.sheets:
        heads[titles[sheet.cls.iri]] = frozenset(
            {sheet.cls.label.zh, *(layout.column_title(t, form.vocabulary) for t in sheet.columns)}
        )
    return heads


def _likeness(cells: SheetCells, heads: Mapping[str, frozenset[str]]) -> str:
    """Return the title of the form's sheet whose head ``cells`` has, empty where it has none.

    A head stands in the first rows, or down the first column where the things stand side by side.
    """
    words = {
        cell.text.removesuffix(layout.REQUIRED)
        for number in sorted(cells.rows)[:_MOST_HEADS]
        for cell in cells.rows[number].values()
        if number <= 10 or cell.column == 1
    }
    best = max(heads, key=lambda title: (len(heads[title] & words) / len(heads[title]), title in cells.title))
    return best if 2 * len(heads[best] & words) >= len(heads[best]) else ""
