"""The sheet 自查: every clause of the tier with what is there and what is lacking, decided by formulas where they can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.clauses import clauses_of, section_titles
from zhiyin.form.form_book import FormBook
from zhiyin.form.self_check_needs import Needs
from zhiyin.form.self_check_rules import Rule, rules_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MET, BROKEN, LACKING, MANUAL, NONE, FIX, READY = "符合", "不符合", "还缺", "需人工", "不适用", "请改正", "事实齐全"
MAYBE = "可能还缺"
"""For clauses that the service judges: an empty cell may be one that the company need not fill in."""
FIRST_ROW = 50
"""Row of the first clause; above stand the check date and how far each section and each sheet is."""
_LINK = 11.0
"""How wide a column of links to cells is."""
_COLUMNS = ("条款", "必须/可选", "结论", "还缺几处", "由谁判断", "原文", "所需事实（点击前往）")
_HEAD = "自查：随填随算，不代替评定。“符合”“不符合”由公式判断，其余条款只看事实是否齐全。"
_DAY = ("核查日", "采用的核查日", "不填即今天")
_BY_FORM, _BY_SERVICE = "本表公式", "服务评定"
_SECTIONS = ("节", "条款数", MET, BROKEN, LACKING, "其余")
_SHEETS = ("工作表", "完整", "还缺", "不可能")
_SUM = "合计"
OWN_WORDS = (
    *(_HEAD, *_DAY, *_COLUMNS, *_SECTIONS, *_SHEETS, _SUM, _BY_FORM, _BY_SERVICE),
    *(MET, BROKEN, LACKING, MANUAL, NONE, FIX, READY, MAYBE),
)
"""What the sheet says beside the clauses and what they need."""
CHECK_DATE_CELL = "B2"


def self_check_sheet(sheet: Worksheet, form: FormBook) -> None:
    """Write the sheet."""
    sheet["A1"] = _HEAD
    sheet["A1"].font = style.font(bold=True)
    sheet["A2"], sheet["A3"], sheet["C2"] = _DAY
    style.input_cell(sheet[CHECK_DATE_CELL], None, as_date=True)
    style.given(sheet["B3"], '=IF(B2="",TODAY(),B2)', style.STATE)
    sheet["B3"].number_format = "yyyy-mm-dd"
    decided, needs = rules_of(form.form, form.map), Needs(form.form, form.map)
    clauses = list(clauses_of(form.form.rules, form.form.tier).values())
    last = FIRST_ROW + len(clauses) - 1
    style.header(sheet, FIRST_ROW - 1, _COLUMNS)
    for row, clause in enumerate(clauses, FIRST_ROW):
        spots = form.map.cited.get(clause.number, [])
        rule = decided.get(clause.number)
        lacking = needs.lacking(clause.number)
        verdict = _verdict(rule, row) if rule is not None else f'=IF(D{row}=0,"{READY}","{MAYBE}")'
        who = _BY_FORM if rule is not None else _BY_SERVICE
        for index, value in enumerate((clause.number, str(clause.obligation), verdict, lacking, who, clause.text), 1):
            style.given(sheet.cell(row, index), value, style.STATE if index in (3, 4) else style.GIVEN)
        style.link(sheet.cell(row, 1), layout.CLAUSES, f"A{row - FIRST_ROW + 2}")
        for index, spot in enumerate(spots[:8], 7):
            cell = sheet.cell(row, index)
            style.given(cell, spot.label.removeprefix(f"{layout.COMPANY_ITSELF}·"))
            style.link(cell, spot.sheet, spot.cell, width=_LINK)
    _sections(sheet, form, clauses_last=last)
    _sheets(sheet, form)
    _colours(sheet, last)
    columns = (19, 11, 10, 8, 9, 31, *[_LINK] * 8)
    for letter, width in zip("ABCDEFGHIJKLMN", columns, strict=True):
        sheet.column_dimensions[letter].width = width
    style.heights(sheet, columns, FIRST_ROW - 1)
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:F{last}"
    style.protected(sheet)
    sheet.protection.autoFilter = False


def _verdict(rule: Rule, row: int) -> str:
    """Return the formula of a clause that the form decides: violated before missing before manual before satisfied."""

    def any_of(conditions: Sequence[str]) -> str:
        distinct = list(dict.fromkeys(conditions))
        return distinct[0] if len(distinct) == 1 else f"OR({','.join(distinct)})"

    said = f'"{MET}"'
    for conditions, word in (
        (rule.manual, MANUAL),
        (rule.missing, LACKING),
        (rule.broken, BROKEN),
        (rule.inapplicable, NONE),
    ):
        if conditions:
            said = f'IF({any_of(conditions)},"{word}",{said})'
    if rule.unsure:
        said = f'IF({any_of(rule.unsure)},IF(D{row}=0,"{READY}","{MAYBE}"),{said})'
    return f'=IFERROR({said},"{FIX}")'


def _sections(sheet: Worksheet, form: FormBook, *, clauses_last: int) -> None:
    """Write how far each section is."""
    style.header(sheet, 5, _SECTIONS)
    chapter = form.form.rules.edition.chapter_of(form.form.tier)
    for row, (number, title) in enumerate(section_titles(form.form.rules, form.form.tier).items(), 6):
        numbers, outcomes = f"$A${FIRST_ROW}:$A${clauses_last}", f"$C${FIRST_ROW}:$C${clauses_last}"
        mine = f'{numbers},"{chapter}.{number}.*"'
        style.given(sheet.cell(row, 1), f"{number} {title}")
        style.given(sheet.cell(row, 2), f"=COUNTIF({mine})", style.STATE)
        for index, word in ((3, MET), (4, BROKEN), (5, LACKING)):
            style.given(sheet.cell(row, index), f'=COUNTIFS({mine},{outcomes},"{word}")', style.STATE)
        style.given(sheet.cell(row, 6), f"=B{row}-C{row}-D{row}-E{row}", style.STATE)
    row = 14
    style.given(sheet.cell(row, 1), _SUM)
    for index, letter in enumerate("BCDEF", 2):
        style.given(sheet.cell(row, index), f"=SUM({letter}6:{letter}13)", style.STATE)


def _sheets(sheet: Worksheet, form: FormBook) -> None:
    """Write how far each sheet is."""
    style.header(sheet, 16, _SHEETS)
    ranges = {
        layout.COMPANY_SHEET: "$H$2:$H$400",
        layout.DOCUMENTS: "$I$4:$I$999",
        layout.PRACTICES: "$G$2:$G$400",
        layout.TASKS: "$G$2:$G$200",
        layout.RECORDS: "$E$2:$E$60",
    } | {table.sheet: "$B$4:$B$200" for table in form.map.tables.values()}
    row = 17
    for title in form.book.sheetnames:
        if title not in ranges:
            continue
        if row >= FIRST_ROW - 2:
            raise ValueError("the form has more sheets than stand above its clauses")
        cells = f"'{title}'!{ranges[title]}"
        head = sheet.cell(row, 1, title)
        style.given(head)
        style.link(head, title, "A1")
        for offset, formula in (
            (1, f'=COUNTIF({cells},"{states.COMPLETE}*")'),
            (2, f'=COUNTIF({cells},"{states.MISSING}*")'),
            (3, f'=COUNTIF({cells},"{states.IMPOSSIBLE}")'),
        ):
            style.given(sheet.cell(row, 1 + offset), formula, style.STATE)
        row += 1


def _colours(sheet: Worksheet, last: int) -> None:
    """Let the outcomes be seen at a glance; the words stand beside the colours."""
    from openpyxl.formatting.rule import CellIsRule

    cells = f"C{FIRST_ROW}:C{last}"
    for word, colour in ((MET, "D5EBD8"), (BROKEN, "F6C9C5"), (LACKING, "FCE8B2"), (MANUAL, "DCD6F0"), (FIX, "F6C9C5")):
        rule = CellIsRule(operator="equal", formula=[f'"{word}"'], fill=style.fill(colour))  # type: ignore[no-untyped-call]
        rule.dxf.fill.bgColor = colour
        sheet.conditional_formatting.add(cells, rule)
