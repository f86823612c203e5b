"""A comparison of two tiers as the files a compliance officer wants: CSV that Excel opens rightly, and a workbook."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Final

from zhiyin.catalogue import Label
from zhiyin.difference import Alteration, TierDifference, readable_difference
from zhiyin.form.workbook_saving import saved
from zhiyin.model import CHANGE_LABELS, Change, tier_name

if TYPE_CHECKING:
    from openpyxl.cell.rich_text import CellRichText
    from openpyxl.worksheet.worksheet import Worksheet

_COLUMNS: Final = ("节", "小节", "变化", "条款", "约束力", "标识", "原文", "原条款", "原约束力", "原文（前）", "阈值")
_WIDTHS: Final = (6, 22, 12, 10, 9, 9, 60, 10, 9, 60, 40)
_AFTER, _BEFORE = _COLUMNS.index("原文") + 1, _COLUMNS.index("原文（前）") + 1
_WIDE, _LINE = 2.2, 15
"""Width of a Chinese character in the unit of a column's width, and the height of a line in points."""
_INSERTED, _DELETED = "0F5A2E", "8C1D18"


def comparison_rows(found: TierDifference) -> list[list[str]]:
    """Return a row per duty that changed, under the columns of the file."""
    rows = []
    for alteration in found.changed:
        after, before = alteration.after, alteration.before
        rows.append(
            [
                after.section.split(".")[1],
                f"{after.section} {after.section_title.zh}",
                CHANGE_LABELS[alteration.change],
                after.number,
                str(after.obligation),
                str(after.mark),
                after.text,
                before.number if before else "",
                str(before.obligation) if before else "",
                before.text if before else "",
                "；".join(t.in_words() for t in after.thresholds),
            ]
        )
    return rows


def comparison_csv(found: TierDifference) -> bytes:
    """Return the rows as CSV with a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows(comparison_rows(found))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def comparison_workbook(found: TierDifference, titles: Mapping[str, Label], graph: str) -> bytes:
    """Return the rows as a workbook, differences marked in the texts, with counts by section.

    ``titles`` maps a section (``1`` to ``8``) to its title; ``graph`` is the hash that names the graph's state.
    """
    from openpyxl import Workbook

    book = Workbook()
    name = f"{tier_name(found.lower)}到{tier_name(found.higher)}"
    sheet = book.worksheets[0]
    sheet.title = name
    _changes(sheet, found)
    _counts(book.create_sheet("各节计数"), found, titles, name, graph)
    return saved(book)


def _changes(sheet: Worksheet, found: TierDifference) -> None:
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    sheet.append(_COLUMNS)
    for row, alteration in zip(comparison_rows(found), found.changed, strict=True):
        sheet.append(row)
        if alteration.before is not None:
            at = sheet.max_row
            sheet.cell(at, _AFTER).value = _marked(alteration, "insert")
            sheet.cell(at, _BEFORE).value = _marked(alteration, "delete")
    for index, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    # Not every spreadsheet program fits rows to wrapped text by itself.
    for at, cells in enumerate(sheet.iter_rows(min_row=2), 2):
        lines = (ceil(_WIDE * len(str(c.value or "")) / w) for c, w in zip(cells, _WIDTHS, strict=True))
        sheet.row_dimensions[at].height = _LINE * max(1, *lines)
    _header(sheet, 1)
    sheet.freeze_panes = "E2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    _paper(sheet)


def _marked(alteration: Alteration, kind: str) -> CellRichText | str:
    """Return the text after, what is new in it bold, or the text before, what is gone from it struck out."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles.colors import Color

    before = alteration.before.text if alteration.before else ""
    pieces = [p for p in readable_difference(before, alteration.after.text) if p.kind in ("keep", kind)]
    if all(piece.kind == "keep" for piece in pieces):
        return "".join(piece.text for piece in pieces)
    font = (
        InlineFont(b=True, color=Color(_INSERTED))
        if kind == "insert"
        else InlineFont(strike=True, color=Color(_DELETED))
    )
    return CellRichText([TextBlock(font, p.text) if p.kind == kind else p.text for p in pieces])


def _counts(sheet: Worksheet, found: TierDifference, titles: Mapping[str, Label], name: str, graph: str) -> None:
    shown = [c for c in reversed(Change) if c is not Change.SAME]
    by_section = Counter((a.after.section.split(".")[1], a.change) for a in found.alterations)
    sheet.append(["节", *(CHANGE_LABELS[c] for c in shown), CHANGE_LABELS[Change.SAME], "合计"])
    for section, title in titles.items():
        counts = [by_section[(section, c)] for c in (*shown, Change.SAME)]
        sheet.append([f"{section} {title.zh}", *counts, sum(counts)])
    totals = [found.summary.get(c, 0) for c in (*shown, Change.SAME)]
    sheet.append(["合计", *totals, sum(totals)])
    _header(sheet, 1)
    _header(sheet, sheet.max_row)
    sheet.column_dimensions["A"].width = 24
    for letter in "BCDEFG":
        sheet.column_dimensions[letter].width = 12
    sheet.append([])
    notes: Sequence[str] = (
        f"《期货公司信息技术管理指引》{name}的变化；未变的条款不列在前一张表里。",
        "原文一栏加粗的是新增的字，原文（前）一栏划去的是删去的字。",
        f"图谱版本 {graph}",
    )
    for note in notes:
        sheet.append([note])
    _paper(sheet)


def _paper(sheet: Worksheet) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _header(sheet: Worksheet, row: int) -> None:
    from openpyxl.styles import Font, PatternFill

    for cell in sheet[row]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="E2F0F2")
