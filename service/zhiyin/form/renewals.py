"""A form filled with last year's facts in, the same with what ran out marked in a colour and listed on a sheet."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.form_book import FormBook
from zhiyin.namespaces import ZY

_RUNS_OUT = {str(ZY[name]) for name in ("heldOn", "lastSettlementDay", "lastVerifiedBackupDay")}
"""Dates of things and of the company that speak of a recent day."""

LEFT_OUT = "本类别的表不问，没有带过来"
"""Why something of last year's is not in this form."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """One cell to renew, what it says now, and why."""

    sheet: str
    cell: str
    what: str
    now: str
    why: str


def renewals_sheet(form: FormBook, day: date) -> None:
    """Mark what has run out by ``day`` and list it with links; list what this form has no place for."""
    found, left = list(_renewals(form, day)), form.filled.left_out()
    sheet = form.book.create_sheet(layout.RENEWALS, 1)
    sheet["A1"] = f"由上一份自述转来（{day}）：以下 {len(found)} 处须更新，格子已标橙色；其余沿用，请核对。本表不读取。"
    sheet["A1"].font = style.font(bold=True)
    style.header(sheet, 3, ("序", "内容", "现为", "为什么", "前往"))
    for row, renewal in enumerate(found, 4):
        form.book[renewal.sheet][renewal.cell].fill = style.fill(style.RENEW)
        for index, value in enumerate((row - 3, renewal.what, renewal.now, renewal.why), 1):
            style.given(sheet.cell(row, index), value)
        cell = sheet.cell(row, 5, f"{renewal.sheet} {renewal.cell}")
        style.link(cell, renewal.sheet, renewal.cell)
    if left:
        sheet["A2"] = f"表末 {len(left)} 项本类别的表不问，没有带过来；换回原来的类别时请用原来的文件。"
    for row, (term, often) in enumerate(left.items(), len(found) + 4):
        for index, value in enumerate((row - 3, term.label.zh, f"{often} 处", LEFT_OUT), 1):
            style.given(sheet.cell(row, index), value)
    for letter, width in zip("ABCDE", (6, 44, 18, 44, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    style.protected(sheet)


def _renewals(form: FormBook, day: date) -> Iterator[Renewal]:
    company = form.book[layout.COMPANY_SHEET]
    for row in company.iter_rows(min_row=2):
        key, cell = row[6].value, row[1]
        if key == "asOf":
            yield Renewal(layout.COMPANY_SHEET, cell.coordinate, "事实截止日", "", "填今年的截止日")
        elif str(ZY[str(key)]) in _RUNS_OUT and cell.value is not None:
            what = str(row[0].value).removesuffix(layout.REQUIRED)
            yield Renewal(layout.COMPANY_SHEET, cell.coordinate, what, _shown(cell.value), "须是最近的日期")
    tasks = form.book[layout.TASKS]
    for row in tasks.iter_rows(min_row=2):
        done = _day(row[2].value)
        if done is None:
            continue
        interval = row[3].value if isinstance(row[3].value, int) else None
        due = date.fromordinal(done.toordinal() + interval) if interval else _months_after(done, 12)
        if due <= day:
            what = f"{row[0].value}·{row[1].value}"
            why = f"自定周期 {interval} 天已过" if interval else "距今已满一年"
            yield Renewal(layout.TASKS, row[2].coordinate, what, str(done), why)
    yield from _of_things(form, day)


def _of_things(form: FormBook, day: date) -> Iterator[Renewal]:
    for part in form.form.sheets:
        dated = [term for term in part.columns if term.iri in _RUNS_OUT]
        years = [term for term in part.columns if term.local == "year"]
        table = form.map.tables.get(part.cls.iri)
        if table is None or table.side_by_side:
            continue
        sheet = form.book[table.sheet]
        for term in dated:
            for cells in sheet[table.ranges[term.local].replace("$", "")]:
                held = _day(cells[0].value)
                if held is not None and _months_after(held, 24) <= day:
                    what = f"{table.sheet}·{term.label.zh}"
                    yield Renewal(table.sheet, cells[0].coordinate, what, str(held), "已满两年，不再计入")
        for term in years:
            cells = [row[0] for row in sheet[table.ranges[term.local].replace("$", "")]]
            known = [int(cell.value) for cell in cells if isinstance(cell.value, int)]
            free = next((cell for cell in cells if cell.value is None), None)
            if free is not None and known and max(known) < day.year - 1:
                yield Renewal(table.sheet, free.coordinate, f"{day.year - 1} 年度", "", "补上最近结束的会计年度")


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day(value: Any) -> date | None:  # noqa: ANN401 - a cell holds any of Excel's types
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _shown(value: Any) -> str:  # noqa: ANN401
    day = _day(value)
    return str(day) if day is not None else str(value)
