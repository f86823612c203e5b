"""How the Excel form is laid out, shared by those that write it, those that read it and those that mark findings in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from zhiyin.form.form import COMPANY, Form, Sheet, listing
from zhiyin.law.operators import known_operators
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GUIDE = "说明"
SELF_CHECK = "自查"
CLAUSES = "条款"
EXAMPLES = "示例"
CHOICES = "选项"
COMPANY_SHEET = "公司"
DOCUMENTS = "文件"
PRACTICES = "做法与文件"
TASKS = "定期工作"
RECORDS = "保存期限"
RESULTS = "评定结果"
"""The sheet that a workbook handed back carries."""
MARK = "【评定】"
"""Where our part of a comment begins: what stands before it is the form's or the sender's."""
RULED_COMPANY = "公司编号（勿改）"
"""Heads the cell of the sheet 认定 that says whose clauses are ruled on."""
DETERMINATIONS = "认定"
"""The sheet on which a regulator writes rulings; it is no part of what the company states."""
RENEWALS = "须更新"
"""The sheet of a form made from last year's: what ran out and has to be renewed."""
UNREAD = frozenset({GUIDE, RENEWALS, SELF_CHECK, CLAUSES, EXAMPLES, CHOICES, RESULTS, DETERMINATIONS})
"""Sheets of the form in which nothing is stated."""

CHECK_DATE = f"'{SELF_CHECK}'!$B$3"
"""The check date that the form's own formulas go by: what is typed above it, else today."""

COMPANY_COLUMNS = ("项目", "填写", "单位", "可填的值", "说明", "条款", "词条", "状态")
DOCUMENT_COLUMNS = ("序号", "文件名称", "文件编号", "文件日期", "责任岗位", "SHA-256", "采用日期", "采用岗位", "状态")
PRACTICE_COLUMNS = (
    *("对象", "做法或文件", "文件序号", "是否落实", "另一文件序号", "例外说明", "状态"),
    *("说明", "条款", "词条"),
)
TASK_COLUMNS = (
    *("对象", "定期工作", "最近一次日期", "自定周期", "周期单位", "是否进行", "状态"),
    *("说明", "条款", "词条", "日期值"),
)
RECORD_COLUMNS = ("对象", "记录", "保存多久", "期限单位", "状态", "说明", "条款", "词条")
EARLIER_PRACTICE_COLUMNS = (
    *("对象", "做法或文件", "是否落实", "文件名称", "文件编号", "文件日期", "责任岗位", "SHA-256", "例外说明"),
    *("说明", "条款", "词条"),
)
"""The columns of the first layout of the form, which is still read: documents stood beside each practice."""
EARLIER_TASK_COLUMNS = ("对象", "定期工作", "最近一次日期", "自定周期（天）", "是否进行", "说明", "条款", "词条")
EARLIER_RECORD_COLUMNS = ("对象", "记录", "保存天数", "保存月数", "保存年数", "说明", "条款", "词条")
KEY_ROW = 2
"""Row of the hidden keys on the sheets of things."""
KEY_COLUMN = "词条"
"""Title of the column of keys on the other sheets."""
TIER_CELL, EDITION_CELL, LAYOUT_CELL, FOLLOWED_CELL = "E1", "E2", "E3", "E4"
"""Where the guide says which tier the form is for, which edition of the form it is, how that is laid out, and, of another
text than the one that ships, which vocabulary it follows."""
FOLLOWS = "follows"
"""What marks, on the guide, the cell that names the vocabulary."""
LAYOUT = "2"
"""The layout that this module describes; the first one did not say so."""
REQUIRED = "●"
"""What marks a title whose fact a mandatory clause needs."""
HEADER_ROW = 3
"""Row of the column titles on the sheets of things: above stand the completeness cell and the terms."""
COMPLETE_CELL = "B1"
ID_COLUMN = "编号"
OWNER_COLUMN = "所属"
STATE_COLUMN = "状态"
STATE_KEY = "state"
YES, NO = "是", "否"
SEPARATOR = "；"
COMPANY_ITSELF = "公司"
ALL = "全部"
"""The name of a row that speaks of every thing of its sheet, and the beginning of a subject that means them all."""
NONE = "无"
"""What stands where a document has no date or role: an empty cell means the same as above."""
FOREVER = "永久"
FOREVER_YEARS = 100
"""How 永久 is stated in RDF: the longest period that the vocabulary knows."""
INTERVAL_UNITS = ("天", "月", "年")
PERIOD_UNITS = ("天", "月", "年", FOREVER)
LISTED = "listsAll:"
"""Key of a column that says whether the thing of its row has listed all of something."""
SIDE_BY_SIDE = 20
"""A class with more columns than fit a screen has its things side by side: a row is a fact, a column a thing."""
SIDE_COLUMNS = ("事实", "状态", "单位", "可填的值", "条款", "词条")
"""The columns left of the things where they stand side by side; their terms stand in the last of these."""
BLANK_ROWS = 30
BLANK_SIDE = 8
BLANK_DOCUMENTS = 300

SELF_ROWS: Mapping[str, tuple[str, str]] = {
    "自述标识": ("description", "不必填：预填的带有上一份的标识，勿改"),
    "公司标识": ("company", "不必填：由统一社会信用代码得出；预填的勿改"),
    "事实截止日": ("asOf", "YYYY-MM-DD"),
    "申报类别": ("claimedTier", "类别的号"),
    "提交人岗位": ("submitterRole", "不写姓名"),
}
EARLIER_WORDS = ("本自述的 IRI，可不填", "公司的 IRI；不填则由统一社会信用代码得出")
"""Explanations as they stood in forms of the same layout that were given out earlier: nobody typed them."""
_UNSAFE = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class Column:
    """What one column (or row, side by side) of a sheet of things asks for."""

    key: str
    title: str
    term: Term | None = None


def sheet_titles(form: Form) -> dict[str, str]:
    """Return class IRI to the title of its sheet: its Chinese label, at most 31 characters, unique."""
    titles: dict[str, str] = {}
    taken = {GUIDE, COMPANY_SHEET, DOCUMENTS, PRACTICES, TASKS, RECORDS, RESULTS, DETERMINATIONS, *UNREAD}
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


def is_side_by_side(sheet: Sheet) -> bool:
    """Return whether the things of ``sheet`` stand side by side, each a column."""
    return len(sheet.columns) > SIDE_BY_SIDE


def nested_lists(form: Form, sheet: Sheet) -> list[tuple[str, Sheet]]:
    """Return the lists that each thing of ``sheet`` may call complete: the key of the column and the sheet listed."""
    if sheet.cls.iri not in form.vocabulary.terms[str(ZY.listsAll)].domains:
        return []
    return [(LISTED + inner.link.local, inner) for inner in form.sheets if inner.owner == sheet.cls.iri]


def columns(form: Form, sheet: Sheet) -> list[Column]:
    """Return the columns of ``sheet``, the name first."""
    found = [Column("id", ID_COLUMN), Column(STATE_KEY, STATE_COLUMN)]
    if has_owner_column(sheet):
        found.append(Column("owner", OWNER_COLUMN))
    named = sorted(sheet.columns, key=lambda term: term.iri != str(ZY.name))
    for term in named:
        found.append(Column(term.local, column_title(term, form.vocabulary), term))
    found += [Column(key, list_title(inner)) for key, inner in nested_lists(form, sheet)]
    return found


def column_title(term: Term, known: Vocabulary) -> str:
    """Return the title of the column of ``term`` on a sheet of things: its label, with the unit where it is not in it."""
    unit = unit_of(term, known)
    return term.label.zh if not unit or unit in term.label.zh else f"{term.label.zh}（{unit}）"


def list_title(inner: Sheet) -> str:
    """Return the title of the column that says whether a thing has listed all of ``inner``."""
    return f"该项的“{inner.cls.label.zh}”已列全"


def edition(form: Form) -> str:
    """Return a word for what the form asks: another one where a sheet, a column, a row or its label is another."""
    titles = sheet_titles(form)
    asked = [f"{t.local} {t.label.zh} {unit_of(t, form.vocabulary)}" for t in form.company]
    for sheet in form.sheets:
        asked.append(titles[sheet.cls.iri] + " " + " ".join(key for key, _ in nested_lists(form, sheet)))
        asked += [f"{t.local} {column_title(t, form.vocabulary)}" for t in sheet.columns]
    asked += [t.local + t.label.zh for t in (*form.practices, *form.prohibitions, *form.tasks, *form.records)]
    asked += [*COMPANY_COLUMNS, *DOCUMENT_COLUMNS, *PRACTICE_COLUMNS, *TASK_COLUMNS, *RECORD_COLUMNS]
    return sha256("\n".join(asked).encode()).hexdigest()[:12]


def thing_id(sheet: Sheet, count: int) -> str:
    """Return the id that the form gives the thing in place ``count`` of its sheet."""
    return f"{sheet.cls.label.zh}-{count}"


def all_of(sheet: Sheet) -> str:
    """Return the subject that means every thing of ``sheet``."""
    return ALL + sheet.cls.label.zh


def unit_of(term: Term, known: Vocabulary) -> str:
    """Return the unit of a term in Chinese, empty for none; what is counted says its label, as in 人数（人）."""
    counted = re.search(r"（([^（）]+)）$", term.label.zh)
    if counted:
        return counted[1]
    name = known.units.get(term.unit)
    return name.zh if name and not term.unit.endswith("/NUM") else ""


def allowed(term: Term, known: Vocabulary) -> list[str] | None:
    """Return the values that a cell of ``term`` may hold, where they are few."""
    if term.range == XSD + "boolean":
        return [YES, NO]
    if term.kind == "object" and known.is_enumeration(term.range):
        return [t.label.zh for t in known.individuals_of(term.range)]
    return None


def suggested(term: Term) -> list[str]:
    """Return names to choose from where others may be written too: the known telecom operators."""
    return [name.zh for name in known_operators().values()] if term.iri == str(ZY.operator) else []


def allowed_text(term: Term, titles: Mapping[str, str] | None, known: Vocabulary) -> str | None:
    """Return in words what a cell of ``term`` may hold."""
    few = allowed(term, known)
    if few is not None:
        return "、".join(few) + ("" if term.functional else "（可填几个，用“；”分开）")
    if term.kind == "object" and titles is not None and term.range in titles:
        return f"“{titles[term.range]}”表中的名称"
    kinds = {XSD + "integer": "整数", XSD + "decimal": "数字", XSD + "date": "YYYY-MM-DD"}
    word = kinds.get(term.range)
    if names := suggested(term):
        return f"{'、'.join(names)}，或其他运营商的名称"
    if word in ("整数", "数字") and term.minimum is not None:
        word += f"，不小于 {term.minimum.normalize():f}"
        if term.maximum is not None and term.maximum <= 100_000:
            word += f"，不大于 {term.maximum.normalize():f}"
    return word


def is_text(term: Term) -> bool:
    """Return whether cells of ``term`` are stored as text, so that long numbers keep every digit."""
    return term.kind == "datatype" and term.range not in {
        XSD + kind for kind in ("boolean", "integer", "decimal", "date")
    }


def must_be_complete(form: Form, sheet: Sheet) -> bool:
    """Return whether a clause of the tier asks that the list of ``sheet`` be stated complete."""
    return sheet.link.iri in listing(form.rules, form.tier)


def clause_text(numbers: Sequence[str]) -> str:
    """Return clause numbers as a cell shows them."""
    return "、".join(numbers)
