"""How the Excel form is laid out, shared by the one that writes it and the one that reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhiyin.form.form import COMPANY, Form, Sheet

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
