"""A comparison of two tiers as the files a compliance officer wants: CSV that Excel opens rightly, and a workbook."""

from __future__ import annotations

import csv
import io

from zhiyin.difference import TierDifference
from zhiyin.model import CHANGE_LABELS

_COLUMNS = ("节", "小节", "变化", "条款", "约束力", "标识", "原文", "原条款", "原约束力", "原文（前）", "阈值")


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


def comparison_workbook(found: TierDifference) -> bytes:
    """Return the rows as a workbook with a filter and a sheet of counts."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.create_sheet(f"{found.lower}类到{found.higher}类", 0)
    sheet.append(_COLUMNS)
    for row in comparison_rows(found):
        sheet.append(row)
    for index, width in enumerate((6, 22, 12, 10, 9, 9, 60, 10, 9, 60, 40), 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions
    counts = book.create_sheet("计数", 1)
    counts.append(["变化", "条数"])
    for change, count in found.summary.items():
        counts.append([CHANGE_LABELS[change], count])
    del book[book.sheetnames[-1]]
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()
