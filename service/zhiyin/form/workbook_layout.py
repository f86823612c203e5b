"""How the Excel form is laid out, shared by the one that writes it and the one that reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from zhiyin.form.form import COMPANY, Form, Sheet
from zhiyin.law.vocabulary import Term, unit_names

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GUIDE = "说明"
COMPANY_SHEET = "公司"
PRACTICES = "做法与文件"
TASKS = "定期工作"
RECORDS = "保存期限"

COMPANY_COLUMNS = ("项目", "填写", "单位", "可填的值", "说明", "条款", "词条")
PRACTICE_COLUMNS = (
    *("对象", "做法或文件", "是否落实", "文件名称", "文件编号", "文件日期", "责任岗位", "SHA-256", "例外说明"),
    *("说明", "条款", "词条"),
)
TASK_COLUMNS = ("对象", "定期工作", "最近一次日期", "自定周期（天）", "是否进行", "说明", "条款", "词条")
RECORD_COLUMNS = ("对象", "记录", "保存天数", "保存月数", "保存年数", "说明", "条款", "词条")
HEADER_ROW = 3
"""Row of the column titles on the sheets of things: above stand the completeness cell and the terms."""
COMPLETE_CELL = "B1"
ID_COLUMN = "编号"
OWNER_COLUMN = "所属"
YES, NO = "是", "否"
SEPARATOR = "；"
COMPANY_ITSELF = "公司"
LISTED = "listsAll:"
"""Key of a column that says whether the thing of its row has listed all of something."""

KEY_ROW = 2
"""Row of the hidden keys on the sheets of things."""
KEY_COLUMN = "词条"
"""Title of the column of keys on the other sheets."""
TIER_CELL, EDITION_CELL = "E1", "E2"
"""Where the guide says which tier the form is for, and which edition of the form it is."""
UNREAD: frozenset[str] = frozenset({GUIDE})
"""Sheets of the form in which nothing is stated."""

SELF_ROWS: Mapping[str, tuple[str, str]] = {
    "自述标识": ("description", "本自述的 IRI，可不填"),
    "公司标识": ("company", "公司的 IRI；不填则由统一社会信用代码得出"),
    "事实截止日": ("asOf", "YYYY-MM-DD"),
    "申报类别": ("claimedTier", "1、2、3、4"),
    "提交人岗位": ("submitterRole", "不写姓名"),
}
_UNSAFE = re.compile(r"[\[\]:*?/\\']")


def sheet_titles(form: Form) -> dict[str, str]:
    """Return class IRI to the title of its sheet: its Chinese label, at most 31 characters, unique."""
    titles: dict[str, str] = {}
    taken = {GUIDE, COMPANY_SHEET, PRACTICES, TASKS, RECORDS}
    for sheet in form.sheets:
        base = _UNSAFE.sub("", sheet.cls.label.zh)[:28] or sheet.cls.local
        title, count = base, 2
        while title in taken:
            title, count = f"{base}{count}", count + 1
        taken.add(title)
        titles[sheet.cls.iri] = title
    return titles


def has_owner_column(sheet: Sheet) -> bool:
    """Return whether the things of ``sheet`` belong to another thing than the company itself."""
    return sheet.owner != COMPANY


def nested_lists(form: Form, sheet: Sheet) -> list[tuple[str, Sheet]]:
    """Return the lists that each thing of ``sheet`` may call complete: the key of the column and the sheet listed."""
    return [(LISTED + inner.link.local, inner) for inner in form.sheets if inner.owner == sheet.cls.iri]


def unit_of(term: Term) -> str:
    """Return the unit of a term in Chinese, empty for none; what is counted says its label, as in 人数（人）."""
    counted = re.search(r"（([^（）]+)）$", term.label.zh)
    if counted:
        return counted[1]
    name = unit_names().get(term.unit)
    return name.zh if name and not term.unit.endswith("/NUM") else ""


def column_title(term: Term) -> str:
    """Return the title of the column of ``term`` on a sheet of things: its label, with the unit where it is not in it."""
    unit = unit_of(term)
    return term.label.zh if not unit or unit in term.label.zh else f"{term.label.zh}（{unit}）"


def list_title(inner: Sheet) -> str:
    """Return the title of the column that says whether a thing has listed all of ``inner``."""
    return f"该项的“{inner.cls.label.zh}”已列全"


def edition(form: Form) -> str:
    """Return a word for what the form asks: another one where a sheet, a column, a row or its label is another."""
    titles = sheet_titles(form)
    asked = [f"{t.local} {t.label.zh} {unit_of(t)}" for t in form.company]
    for sheet in form.sheets:
        asked.append(titles[sheet.cls.iri] + " " + " ".join(key for key, _ in nested_lists(form, sheet)))
        asked += [f"{t.local} {column_title(t)}" for t in sheet.columns]
    asked += [t.local + t.label.zh for t in (*form.practices, *form.prohibitions, *form.tasks, *form.records)]
    return sha256("\n".join(asked).encode()).hexdigest()[:12]
