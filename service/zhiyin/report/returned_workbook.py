"""The sender's own workbook and its judgement in, the same workbook out with the findings in it.

Cells are marked and commented and a sheet 评定结果 leads to them; nothing that they wrote is changed, and it can be sent
in again.
"""

from __future__ import annotations

import io
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from zhiyin.errors import BadSubmission, Place
from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.workbook_saving import saved
from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
from zhiyin.model import tier_name
from zhiyin.report.causes import Cause, CauseSpot, causes
from zhiyin.report.kept_drawings import with_drawings, without_drawings
from zhiyin.validation.day import DAY_FROM_LABELS
from zhiyin.validation.judgement import Judgement, Verdict
from zhiyin.validation.policy import STATUS_LABELS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_UNWRITABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    SyntaxError,
    ArithmeticError,
    OSError,
    AssertionError,
)
"""What the library raises on parts of a workbook that it does not know; no cell of the form needs these."""
_FILLS = {Outcome.UNDECLARED: "FCE8B2", Outcome.VIOLATED: "F6C9C5", Outcome.MANUAL: "DCD6F0"}
_HEAD = ("先后", "结论", "情况", "怎样做", "涉及条款", "条数", "所在", "前往")
_SAME = "同上"
_DETERMINATION = ("条款", "原文", "认定结论", "理由", "认定人", "岗位", "认定日期")
RULINGS = ("符合", "不符合", "不适用")


def returned_workbook(data: bytes, judgement: Judgement) -> bytes:
    """Return ``data``, a workbook that was judged, with what the judgement found."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(without_drawings(data)), rich_text=True)
    except _UNWRITABLE as error:
        raise BadSubmission(
            "这份工作簿能评定，但其中有不能原样写回的内容，无法带批注返回；请用 Excel 或 WPS 另存为 .xlsx 再提交，"
            "或改取 Excel 结果、Word 报告",
            "this workbook can be judged, but holds something that cannot be written back; save it again as .xlsx, "
            "or choose xlsx or docx instead",
            place=Place(source=judgement.source or None),
        ) from error
    for sheet in book:
        _spread(sheet)
    _clean(book)
    verdict = judgement.verdicts[0]
    found = causes(verdict, judgement)
    before = _mark(book, found)
    _results(book, verdict, found, before)
    _determinations(book, verdict)
    book.active = book.sheetnames.index(layout.RESULTS)
    for sheet in book:
        sheet.sheet_view.tabSelected = sheet.title == layout.RESULTS
    return with_drawings(data, saved(book))


def _spread(sheet: Worksheet) -> None:
    """Let each comment be as large as what it says: its size is not read."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None:
                cell.comment.width, cell.comment.height = _size(cell.comment.text)


def _size(text: str) -> tuple[int, int]:
    """Return width and height of a comment, in pixels."""
    return 360, min(400, 40 + 18 * sum(1 + len(line) // 26 for line in text.splitlines()))


def _clean(book: Workbook) -> None:
    """Take away what an earlier answer put in."""
    from openpyxl.styles import PatternFill

    if layout.RESULTS in book.sheetnames:
        old = book[layout.RESULTS]
        for row in old.iter_rows(min_row=2):
            if len(row) > 9 and row[8].value in book.sheetnames and row[9].value:
                cell = book[str(row[8].value)][str(row[9].value)]
                cell.fill = style.fill(str(row[10].value)) if row[10].value else PatternFill()
                if cell.comment is not None:
                    _comment(cell, cell.comment.text.partition(layout.MARK)[0].rstrip())
        del book[layout.RESULTS]


def _mark(book: Workbook, found: list[Cause]) -> dict[tuple[str, str], str]:
    """Colour and comment the cells; return the colour that each had."""
    colours: dict[tuple[str, str], str] = {}
    said: dict[tuple[str, str], list[Cause]] = defaultdict(list)
    for cause in found:
        for spot in cause.spots:
            if spot.place is not None and spot.place.sheet in book.sheetnames and spot.place.cell:
                told = said[spot.place.sheet, spot.place.cell]
                if cause not in told:
                    told.append(cause)
    for (title, name), about in said.items():
        cell = book[title][name]
        filled = cell.fill is not None and cell.fill.patternType == "solid"
        colours[title, name] = str(cell.fill.fgColor.rgb)[-6:] if filled else ""
        cell.fill = style.fill(_FILLS[about[0].outcome])
        text = "\n".join(
            f"{OUTCOME_LABELS[c.outcome]}：{c.message.zh}"
            + (f"\n→ {c.remedy.zh}" if c.remedy else "")
            + f"\n条款 {c.numbers}"
            for c in about
        )
        before = cell.comment.text.partition(layout.MARK)[0].rstrip() if cell.comment is not None else ""
        _comment(cell, f"{before}\n{layout.MARK}\n{text[:3000]}".strip())
    return colours


def _comment(cell: Any, text: str) -> None:  # noqa: ANN401 - openpyxl's cell
    from openpyxl.comments import Comment

    width, height = _size(text)
    by = cell.comment.author if cell.comment is not None else "zhiyin"
    cell.comment = Comment(style.printable(text), by, width=width, height=height) if text else None


def _results(
    book: Workbook,
    verdict: Verdict,
    found: list[Cause],
    before: dict[tuple[str, str], str],
) -> None:
    sheet = book.create_sheet(layout.RESULTS, 0)
    counts = verdict.summary()
    lines = (
        f"{verdict.name or '（未写名称）'}：{tier_name(verdict.assessed_tier)}{STATUS_LABELS[verdict.status]}",
        f"核查日 {verdict.day.check}（{DAY_FROM_LABELS[verdict.day.source].zh}），据自述。"
        + "，".join(f"{OUTCOME_LABELS[o]} {counts[str(o)]} 条" for o in Outcome)
        + "。",
        "按原因合并，先填的在前；点击“前往”到相应的格子，格子里有批注。改好后把本工作簿原样再交即可，本表不读取。",
    )
    for row, line in enumerate(lines, 1):
        sheet.cell(row, 1, style.text(line)).font = style.font(bold=row == 1, size=14 if row == 1 else 11)
    style.header(sheet, 5, _HEAD)
    row = 6
    for count, cause in enumerate(found, 1):
        spots = [s for s in cause.spots if s.place is not None and s.place.sheet in book.sheetnames and s.place.cell]
        values = (
            count,
            OUTCOME_LABELS[cause.outcome],
            cause.message.zh,
            cause.remedy.zh if cause.remedy else "",
            cause.numbers,
            len(cause.clauses),
            cause.group + (f"（{len(cause.spots)} 处）" if len(cause.spots) > 1 else ""),
        )
        shown: list[CauseSpot | None] = [*spots[:30]] or [None]
        for spot in shown:
            first = spot is None or spot is spots[0]
            # A further place of the same cause says so, row by row: whoever sorts or filters the sheet still reads it.
            for index, value in enumerate(values if first else (count, values[1], _SAME, _SAME, _SAME, "", ""), 1):
                style.given(sheet.cell(row, index), style.text(value) if isinstance(value, str) else value)
            style.given(sheet.cell(row, 8))
            sheet.cell(row, 2).fill = style.fill(_FILLS[cause.outcome])
            if spot is not None and spot.place is not None and spot.place.sheet and spot.place.cell:
                cell = sheet.cell(
                    row, 8, style.text(" ".join(p for p in (spot.label, spot.place.sheet, spot.place.cell) if p))
                )
                style.link(cell, spot.place.sheet, spot.place.cell)
                sheet.cell(row, 9, spot.place.sheet)
                sheet.cell(row, 10, spot.place.cell)
                sheet.cell(row, 11, before.get((spot.place.sheet, spot.place.cell), ""))
            row += 1
    if not found:
        sheet.cell(6, 1, "没有要补、要改或须人工认定的内容。")
    for letter, width in zip("ABCDEFGH", (6, 9, 46, 52, 24, 6, 20, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    for letter in "IJK":
        sheet.column_dimensions[letter].hidden = True
    style.heights(sheet, (6, 9, 46, 52, 24, 6, 20, 40), 6)
    sheet.freeze_panes = "A6"
    _page(sheet)


def _determinations(book: Workbook, verdict: Verdict) -> None:
    """Add the sheet on which a regulator rules on what only a person can tell; one that is filled in stays as it is."""
    manual = [c for c in verdict.clauses if c.outcome is Outcome.MANUAL]
    if layout.DETERMINATIONS in book.sheetnames or not manual:
        return
    determination_sheet(book, [(c.requirement.number, c.requirement.text) for c in manual], verdict.company)


def determination_sheet(book: Workbook, clauses: list[tuple[str, str]], company: str) -> None:
    """Write the sheet 认定: a row for each clause, its ruling, reason, name, post and date to fill in; whose it is stands beside."""
    sheet = book.create_sheet(layout.DETERMINATIONS, 1)
    style.header(sheet, 1, (*_DETERMINATION, layout.RULED_COMPANY))
    style.given(sheet.cell(2, 8), company)
    for row, (number, text) in enumerate(clauses, 2):
        style.given(sheet.cell(row, 1), number)
        style.given(sheet.cell(row, 2), text)
        for index in range(3, 8):
            style.input_cell(sheet.cell(row, index), as_date=index == 7)
    style.options(sheet, f"C2:C{len(clauses) + 1}", RULINGS)
    for letter, width in zip("ABCDEFGH", (11, 60, 12, 40, 16, 16, 13, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    style.heights(sheet, (11, 60, 12, 40, 16, 16, 13))
    sheet.freeze_panes = "C2"
    _page(sheet)


def _page(sheet: Worksheet) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
