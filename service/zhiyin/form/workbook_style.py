"""How our workbooks look and are written: headers, widths, lists of allowed values, the same bytes for the same content."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_EPOCH = datetime(2000, 1, 1)


def options(sheet: Worksheet, cells: str, allowed: Sequence[str]) -> None:
    """Let ``cells`` hold one of ``allowed`` only, chosen from a list where it is short enough for one."""
    from openpyxl.worksheet.datavalidation import DataValidation

    joined = ",".join(allowed)
    if len(joined) > 250 or any("," in a or '"' in a for a in allowed):
        return
    rule = DataValidation(type="list", formula1=f'"{joined}"', allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "可填的值", "、".join(allowed)[:250]
    sheet.add_data_validation(rule)
    rule.add(cells)


def font(*, bold: bool = False, size: int = 11) -> Any:  # noqa: ANN401
    """Return our font."""
    from openpyxl.styles import Font

    return Font(bold=bold, size=size)


def header(sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    """Write ``titles`` into ``row`` as a header."""
    from openpyxl.styles import Alignment, PatternFill

    for column, title in enumerate(titles, 1):
        cell = sheet.cell(row, column, title)
        cell.font = font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EDF3")
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def widths(sheet: Worksheet, columns: Sequence[int]) -> None:
    """Set the widths of the columns, in characters, and wrap what is longer."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    for index, width in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for cells in sheet.iter_rows(min_row=2, max_row=sheet.max_row):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def packed(book: Workbook) -> bytes:
    """Return the workbook, each sheet as wide as a page when printed, with fixed time stamps: same content, same bytes."""
    import zipfile

    from openpyxl.worksheet.properties import PageSetupProperties

    for sheet in book:
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.properties.creator = "zhiyin"
    book.properties.created = book.properties.modified = _EPOCH
    raw = io.BytesIO()
    book.save(raw)
    steady = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(info.filename, (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return steady.getvalue()


def text(cell: str) -> str:
    """Return text that openpyxl does not store as a formula."""
    return "'" + cell if cell.startswith("=") else cell
