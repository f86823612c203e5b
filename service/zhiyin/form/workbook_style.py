"""How our workbooks look and are written: fonts, colours, widths, lists of allowed values, the same bytes for the same content."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from zhiyin.form.workbook_saving import saved

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_MOST_IN_FORMULA = 250
"""A text in a formula may have 255 characters."""
Cell = Any
"""A cell of openpyxl's, whose stubs tell plain and merged ones apart."""
_EPOCH = datetime(2000, 1, 1)
HEAD, INPUT, RENEW, GIVEN, STATE = "DCE6F1", "FFF8DC", "F8CBAD", "F3F4F6", "EEF3EE"
"""Fills: a title, a cell to fill in, one to renew, one that the form gives, one that a formula fills."""


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


def choices(sheet: Worksheet, cells: str, source: str) -> None:
    """Offer what stands in the cells of ``source`` as a list; another text may be typed too (several values, say)."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(rule)
    rule.add(cells)


def bounded(
    sheet: Worksheet, cells: str, kind: Literal["whole", "decimal", "date"], low: str, high: str, said: str
) -> None:
    """Let ``cells`` hold a whole number, a decimal or a date between the bounds only."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(
        type=kind, operator="between", formula1=low, formula2=high, allow_blank=True, showErrorMessage=True
    )
    rule.errorStyle, rule.errorTitle, rule.error = "warning", "可填的值", said[:250]
    sheet.add_data_validation(rule)
    rule.add(cells)


@cache
def font(*, bold: bool = False, size: int = 11, colour: str = "", underline: Literal["single"] | None = None) -> Any:  # noqa: ANN401
    """Return our font."""
    from openpyxl.styles import Font

    # Named as the cells without a font of their own are: some programs take a serif one for a font without a name.
    return Font(name="Calibri", family=2, bold=bold, size=size, color=colour or None, underline=underline)


@cache
def fill(colour: str) -> Any:  # noqa: ANN401
    """Return a plain fill."""
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=colour)


@cache
def wrapped() -> Any:  # noqa: ANN401
    """Return the alignment of every cell that holds text."""
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")


@cache
def _border() -> Any:  # noqa: ANN401
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="C8CDD3")
    return Border(left=line, right=line, top=line, bottom=line)


@cache
def _open() -> Any:  # noqa: ANN401
    from openpyxl.styles import Protection

    return Protection(locked=False)


def header(sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    """Write ``titles`` into ``row`` as a header."""
    for column, title in enumerate(titles, 1):
        head(sheet.cell(row, column, title))


def head(cell: Cell) -> None:
    """Let a cell look like a title."""
    _styled(cell, "head", font=font(bold=True), fill=fill(HEAD), alignment=wrapped(), border=_border())


def input_cell(cell: Cell, value: object = None, *, as_text: bool = False, as_date: bool = False) -> None:
    """Let a cell be filled in: coloured, not protected, text and dates in their formats."""
    if value is not None:
        cell.value = printable(value) if isinstance(value, str) else value
    _styled(cell, "input", fill=fill(INPUT), alignment=wrapped(), border=_border(), protection=_open())
    if as_text:
        cell.number_format = "@"
    elif as_date or isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def given(cell: Cell, value: object = None, colour: str = GIVEN) -> None:
    """Let a cell hold what the form itself says; it stays protected."""
    if value is not None:
        cell.value = printable(value) if isinstance(value, str) else value
    _styled(cell, colour, fill=fill(colour), alignment=wrapped(), border=_border())


_STYLES: WeakKeyDictionary[Any, dict[tuple[str, tuple[int, ...]], Any]] = WeakKeyDictionary()
"""For each workbook the styles that were given, by their name and by the style that the cell had before."""


def _styled(cell: Any, name: str, **parts: Any) -> None:  # noqa: ANN401 - openpyxl's own types
    """Give ``parts`` of a style to a cell: openpyxl compares each with all it knows, for thousands of cells alike."""
    known = _STYLES.setdefault(cell.parent.parent, {})
    key = (name, tuple(cell._style or ()))
    style = known.get(key)
    if style is None:
        for part, value in parts.items():
            setattr(cell, part, value)
        known[key] = copy(cell._style)
    else:
        cell._style = copy(style)


def link(cell: Cell, sheet: str, target: str, *, width: float = 0.0) -> None:
    """Let a cell lead to ``target`` on ``sheet`` of the same workbook; what is wider than ``width`` breaks its lines.

    LibreOffice never breaks the text of a link, and cuts it; what a formula comes to it breaks as Excel does both.
    """
    from openpyxl.worksheet.hyperlink import Hyperlink

    if width and isinstance(cell.value, str) and _wide(cell.value) > width - 1 and len(cell.value) <= _MOST_IN_FORMULA:
        cell.value = '="' + cell.value.replace('"', '""') + '"'
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{target}")
    cell.font = font(colour="1F4E9C", underline="single")


def protected(sheet: Worksheet) -> None:
    """Protect what the form gives (no password: the lock is against slips, not against people)."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.protection.formatCells = False


def widths(sheet: Worksheet, columns: Sequence[float]) -> None:
    """Set the widths of the columns, in characters, and wrap what is longer."""
    from openpyxl.utils import get_column_letter

    for index, width in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for cells in sheet.iter_rows(min_row=2, max_row=sheet.max_row):
        for cell in cells:
            _styled(cell, "wrapped", alignment=wrapped())


def heights(sheet: Worksheet, columns: Sequence[float], first: int = 1) -> None:
    """Make the rows from ``first`` as high as their longest text needs: not every program does so by itself."""
    for row in sheet.iter_rows(min_row=first, max_col=len(columns)):
        lines = 1
        for cell, width in zip(row, columns, strict=False):
            value = cell.value
            if isinstance(value, str) and width > 5 and (not value.startswith("=") or value.startswith('="')):
                lines = max(lines, -(-_wide(value.removeprefix("=").strip('"')) // int(width - 1)))
        if lines > 1 and row[0].row is not None:
            sheet.row_dimensions[row[0].row].height = 15.0 * min(lines, 8)


def _wide(text: str) -> int:
    """Return how many places a text takes: two for a Chinese character."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def packed(book: Workbook) -> bytes:
    """Return the workbook, each sheet as wide as a page when printed, with fixed time stamps: same content, same bytes."""
    import zipfile

    from openpyxl.worksheet.properties import PageSetupProperties

    for sheet in book:
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        if sheet.oddFooter is not None:
            sheet.oddFooter.center.text = "&A  第 &P 页，共 &N 页"
    book.properties.creator = "zhiyin"
    book.properties.created = book.properties.modified = _EPOCH
    raw = io.BytesIO(saved(book))
    steady = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(info.filename, (2000, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return steady.getvalue()


def text(cell: str) -> str:
    """Return text that openpyxl does not store as a formula, and that a worksheet can hold."""
    shown = printable(cell)
    return "'" + shown if shown.startswith("=") else shown


def printable(text: str) -> str:
    """Return text without the control characters that XML, and so a worksheet, cannot hold."""
    return _CONTROLS.sub("", text)


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
