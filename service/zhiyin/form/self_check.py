"""The sheet 自查: every clause of the tier with what is there and what is lacking, decided by formulas where they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiyin.form import workbook_style as style

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def self_check_sheet(sheet: Worksheet) -> None:
    """Write the sheet."""
    sheet["A1"] = "自查"
    sheet["A2"], sheet["A3"] = "核查日（不填即今天）", "采用的核查日"
    style.input_cell(sheet["B2"], None, as_date=True)
    style.given(sheet["B3"], '=IF(B2="",TODAY(),B2)', style.STATE)
    sheet["B3"].number_format = "yyyy-mm-dd"
