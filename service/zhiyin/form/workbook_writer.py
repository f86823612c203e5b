"""The Excel form of a tier, blank or filled with a submission's values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.form import COMPANY, Form, Sheet, form
from zhiyin.law.vocabulary import Term, vocabulary
from zhiyin.model import TIER_NAMES
from zhiyin.namespaces import ZY

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DCTERMS = "http://purl.org/dc/terms/"
_BLANK_ROWS = 30
Cells = dict[str, dict[str, list[Any]]]


def form_workbook(tier: int, triples: Sequence[ox.Triple] | None = None) -> bytes:
    """Return the Excel form of ``tier``; filled with the values of ``triples`` where they are given."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.create_sheet(layout.GUIDE, 0)
    del book[book.sheetnames[1]]
    chosen = form(tier)
    filled = _Filled(chosen, triples or ())
    _guide(sheet, chosen)
    _company(book.create_sheet(layout.COMPANY_SHEET), chosen, filled)
    titles = layout.sheet_titles(chosen)
    for part in chosen.sheets:
        _things(book.create_sheet(titles[part.cls.iri]), chosen, part, filled, titles)
    _practices(book.create_sheet(layout.PRACTICES), chosen, filled)
    _tasks(book.create_sheet(layout.TASKS), chosen, filled)
    _records(book.create_sheet(layout.RECORDS), chosen, filled)
    return style.packed(book)


class _Filled:
    """The values of a submission, looked up the way the sheets need them."""

    def __init__(self, chosen: Form, triples: Iterable[ox.Triple]) -> None:
        self.facts: Cells = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            self.facts[str(triple.subject)][triple.predicate.value].append(triple.object)
        self.description = self._first_of(str(ZY.SelfDescription))
        linked = self.facts.get(self.description or "", {}).get(str(ZY.describes), [])
        self.company = str(linked[0]) if linked else None
        self.ids: dict[str, str] = {}
        self.rows: dict[str, dict[str, list[str]]] = {}
        owners = {COMPANY: [self.company] if self.company else []}
        for sheet in chosen.sheets:
            rows: dict[str, list[str]] = {}
            for owner in owners.get(sheet.owner, []):
                for thing in self.facts.get(owner, {}).get(sheet.link.iri, []):
                    rows.setdefault(str(thing), []).append(owner)
            self.rows[sheet.cls.iri] = rows
            owners[sheet.cls.iri] = list(rows)
            for count, thing in enumerate(rows, 1):
                self.ids.setdefault(thing, f"{sheet.cls.local}-{count}")

    def _first_of(self, cls: str) -> str | None:
        return next(
            (s for s, said in self.facts.items() if any(getattr(o, "value", "") == cls for o in said.get(_TYPE, []))),
            None,
        )

    def values(self, node: str | None, predicate: str) -> list[Any]:
        """Return the values of ``predicate`` at ``node``."""
        return self.facts.get(node or "", {}).get(predicate, [])

    def subjects(self) -> list[tuple[str, str]]:
        """Return every node that statements may hang on, with the name it has in the form."""
        found = [(self.company, layout.COMPANY_ITSELF)] if self.company else []
        return found + list(self.ids.items())

    def cell(self, node: str | None, term: Term) -> Any:  # noqa: ANN401 - a cell holds any of Excel's types
        """Return what the cell of ``term`` holds for ``node``."""
        shown = [self._shown(value, term) for value in self.values(node, term.iri)]
        if not shown:
            return None
        return shown[0] if len(shown) == 1 else layout.SEPARATOR.join(str(s) for s in shown)

    def _shown(self, value: Any, term: Term) -> Any:  # noqa: ANN401
        if isinstance(value, ox.Literal):
            return plain(value)
        text = str(value)
        if text in self.ids:
            return self.ids[text]
        known = vocabulary().terms.get(getattr(value, "value", ""))
        return known.label.zh if known is not None else getattr(value, "value", text)


def plain(value: ox.Literal) -> Any:  # noqa: ANN401
    """Return a literal as the cell value that Excel shows best."""
    kind = value.datatype.value.removeprefix(_XSD)
    if kind == "boolean":
        return layout.YES if value.value in ("true", "1") else layout.NO
    if kind == "integer":
        return int(value.value) if len(value.value) <= 15 else value.value
    if kind in ("decimal", "double", "float"):
        number = Decimal(value.value)
        return float(number) if len(number.as_tuple().digits) <= 15 else str(number)
    if kind == "date":
        return date.fromisoformat(value.value[:10])
    return value.value


def _guide(sheet: Worksheet, chosen: Form) -> None:
    lines = (
        f"《期货公司信息技术管理指引》{TIER_NAMES[chosen.tier]}自述表",
        "每一行是一项事实，不是一条条款；没有的写“否”，不知道的留空（留空即“未声明”）。",
        "各清单表：列出每一项，列全后在 B1 选“是”。已列全而一项未列，即声明没有。某项之下的清单，在该项那一行选“已列全”。",
        "“做法与文件”：已落实的须写文件名称、日期（不晚于核查日）和责任岗位；文件本身不提交。",
        "“定期工作”：写最近一次实际进行的日期；“定期”没有规定周期的，写公司自定的天数。",
        "“保存期限”：按实际制度写天数、月数或年数，写一种即可。",
        "“对象”列写“公司”，或某清单表中的编号。一个单元格有几个值时用“；”分开。",
        "不要改动表头和“词条”列；不要使用公式和宏。",
        "人员写代号，不写姓名。",
    )
    for index, line in enumerate(lines, 1):
        sheet.cell(index, 1, line)
    sheet.column_dimensions["A"].width = 100
    sheet["A1"].font = style.font(bold=True, size=14)
    sheet["D1"], sheet[layout.TIER_CELL] = "tier", chosen.tier
    sheet["D2"], sheet[layout.EDITION_CELL] = "edition", layout.edition(chosen)
    sheet.column_dimensions["D"].hidden = True
    sheet.column_dimensions["E"].hidden = True


def _company(sheet: Worksheet, chosen: Form, filled: _Filled) -> None:
    style.header(sheet, 1, layout.COMPANY_COLUMNS)
    row = 2
    for label, (name, explanation) in layout.SELF_ROWS.items():
        value: Any = None
        if name == "description" and filled.description and not filled.description.startswith("_:"):
            value = filled.description.strip("<>")
        elif name == "company" and filled.company:
            value = filled.company.strip("<>")
        elif name not in ("description", "company"):
            said = filled.values(filled.description, str(ZY[name]))
            value = plain(said[0]) if said else None
        sheet.append([label, value, None, None, explanation, None, name])
        row += 1
    for term in chosen.company:
        sheet.append(
            [
                term.label.zh,
                filled.cell(filled.company, term),
                layout.unit_of(term) or None,
                _allowed_text(term, None),
                term.comment.zh,
                _clauses(term),
                term.local,
            ]
        )
        _drop_down(sheet, f"B{row}", term)
        row += 1
    style.widths(sheet, (34, 26, 12, 30, 60, 24, 30))
    sheet.freeze_panes = "C2"


def _things(sheet: Worksheet, chosen: Form, part: Sheet, filled: _Filled, titles: Mapping[str, str]) -> None:
    from openpyxl.utils import get_column_letter

    sheet["A1"] = "本表已列全" if part.owner == COMPANY else "全公司的都已列全"
    listed = [str(v) for v in filled.values(filled.company, str(ZY.listsAll))]
    sheet[layout.COMPLETE_CELL] = layout.YES if str(ox.NamedNode(part.link.iri)) in listed else None
    style.options(sheet, layout.COMPLETE_CELL, [layout.YES, layout.NO])
    lists = layout.nested_lists(chosen, part)
    sheet["C1"] = part.cls.comment.zh
    titles_row = [layout.ID_COLUMN] + ([layout.OWNER_COLUMN] if layout.has_owner_column(part) else [])
    names = ["id"] + (["owner"] if layout.has_owner_column(part) else [])
    for term in part.columns:
        titles_row.append(layout.column_title(term))
        names.append(term.local)
    first = len(names) - len(part.columns) + 1
    for key, inner in lists:
        titles_row.append(layout.list_title(inner))
        names.append(key)
    for column, name in enumerate(names, 1):
        sheet.cell(2, column, name)
    style.header(sheet, layout.HEADER_ROW, titles_row)
    for column, term in enumerate(part.columns, first):
        _comment(sheet, layout.HEADER_ROW, column, term, titles)
    sheet.row_dimensions[2].hidden = True
    row = layout.HEADER_ROW + 1
    for thing, owners in filled.rows.get(part.cls.iri, {}).items():
        cells: list[Any] = [filled.ids[thing]]
        if layout.has_owner_column(part):
            cells.append(layout.SEPARATOR.join(filled.ids.get(owner, layout.COMPANY_ITSELF) for owner in owners))
        cells += [filled.cell(thing, term) for term in part.columns]
        complete = [str(v) for v in filled.values(thing, str(ZY.listsAll))]
        cells += [layout.YES if str(ox.NamedNode(inner.link.iri)) in complete else None for _, inner in lists]
        for column, value in enumerate(cells, 1):
            sheet.cell(row, column, value)
        row += 1
    last = max(row, layout.HEADER_ROW + _BLANK_ROWS)
    for column in range(first + len(part.columns), len(names) + 1):
        letter = get_column_letter(column)
        style.options(sheet, f"{letter}{layout.HEADER_ROW + 1}:{letter}{last}", [layout.YES, layout.NO])
    for column, term in enumerate(part.columns, first):
        letter = get_column_letter(column)
        _drop_down(sheet, f"{letter}{layout.HEADER_ROW + 1}:{letter}{last}", term)
    style.widths(sheet, [16] + [18] * (len(names) - 1))
    sheet.freeze_panes = f"B{layout.HEADER_ROW + 1}"


def _statements(filled: _Filled, link: str, about: Term) -> list[tuple[str, str]]:
    return [
        (name, str(statement))
        for node, name in filled.subjects()
        for statement in filled.values(node, link)
        if any(getattr(v, "value", "") == about.iri for v in filled.values(str(statement), str(ZY.about)))
    ]


def _practices(sheet: Worksheet, chosen: Form, filled: _Filled) -> None:
    style.header(sheet, 1, layout.PRACTICE_COLUMNS)
    for term in (*chosen.practices, *chosen.prohibitions):
        for name, statement in _statements(filled, str(ZY.attestation), term) or [(_usual_subject(term), "")]:
            holds = filled.values(statement, str(ZY.holds))
            evidence = [str(e) for e in filled.values(statement, str(ZY.evidence))]
            exceptions = [plain(e) for e in filled.values(statement, str(ZY.exception))]
            details = [
                _first(filled, evidence, key)
                for key in (_DCTERMS + "title", _DCTERMS + "identifier", _DCTERMS + "issued")
            ]
            details += [_first(filled, evidence, str(ZY[key])) for key in ("responsibleRole", "sha256")]
            sheet.append(
                [
                    name,
                    term.label.zh,
                    plain(holds[0]) if holds else None,
                    *details,
                    exceptions[0] if exceptions else None,
                    term.comment.zh,
                    _clauses(term),
                    term.local,
                ]
            )
    style.options(sheet, f"C2:C{max(sheet.max_row, 2)}", [layout.YES, layout.NO])
    style.widths(sheet, (14, 34, 10, 30, 20, 14, 18, 18, 24, 60, 24, 30))
    sheet.freeze_panes = "C2"


def _tasks(sheet: Worksheet, chosen: Form, filled: _Filled) -> None:
    style.header(sheet, 1, layout.TASK_COLUMNS)
    for term in chosen.tasks:
        for name, statement in _statements(filled, str(ZY.activity), term) or [(_usual_subject(term), "")]:
            latest = sorted(filled.values(statement, str(ZY.lastConductedOn)), key=lambda v: str(v.value))
            days = filled.values(statement, str(ZY.statedIntervalDays))
            holds = filled.values(statement, str(ZY.holds))
            sheet.append(
                [
                    name,
                    term.label.zh,
                    plain(latest[-1]) if latest else None,
                    plain(days[0]) if days else None,
                    plain(holds[0]) if holds else None,
                    term.comment.zh + ("（周期由公司自定）" if term.iri in chosen.interval_tasks else ""),
                    _clauses(term),
                    term.local,
                ]
            )
    style.options(sheet, f"E2:E{max(sheet.max_row, 2)}", [layout.YES, layout.NO])
    style.widths(sheet, (14, 34, 14, 16, 10, 60, 24, 30))
    sheet.freeze_panes = "C2"


def _records(sheet: Worksheet, chosen: Form, filled: _Filled) -> None:
    style.header(sheet, 1, layout.RECORD_COLUMNS)
    for term in chosen.records:
        for name, statement in _statements(filled, str(ZY.retention), term) or [(_usual_subject(term), "")]:
            periods = [
                plain(v[0]) if (v := filled.values(statement, str(ZY[key]))) else None
                for key in ("periodDays", "periodMonths", "periodYears")
            ]
            sheet.append([name, term.label.zh, *periods, term.comment.zh, _clauses(term), term.local])
    style.widths(sheet, (14, 34, 12, 12, 12, 60, 24, 30))
    sheet.freeze_panes = "C2"


def _usual_subject(term: Term) -> str:
    return layout.COMPANY_ITSELF if COMPANY in term.practice_of or not term.practice_of else ""


def _first(filled: _Filled, nodes: Sequence[str], predicate: str) -> Any:  # noqa: ANN401
    values = [v for node in nodes for v in filled.values(node, predicate)]
    return plain(values[0]) if values else None


def _clauses(term: Term) -> str:
    return "、".join(term.needed_by)


def _allowed(term: Term) -> list[str] | None:
    if term.range == _XSD + "boolean":
        return [layout.YES, layout.NO]
    known = vocabulary()
    if term.kind == "object" and known.is_enumeration(term.range):
        return [t.label.zh for t in known.individuals_of(term.range)]
    return None


def _allowed_text(term: Term, titles: Mapping[str, str] | None) -> str | None:
    allowed = _allowed(term)
    if allowed is not None:
        return "、".join(allowed)
    if term.kind == "object" and titles is not None and term.range in titles:
        return f"“{titles[term.range]}”表中的编号"
    kinds = {_XSD + "integer": "整数", _XSD + "decimal": "数字", _XSD + "date": "YYYY-MM-DD"}
    return kinds.get(term.range)


def _comment(sheet: Worksheet, row: int, column: int, term: Term, titles: Mapping[str, str]) -> None:
    from openpyxl.comments import Comment

    parts = [term.comment.zh, _allowed_text(term, titles) or "", "、".join(term.needed_by)]
    sheet.cell(row, column).comment = Comment("\n".join(p for p in parts if p), "zhiyin", width=360, height=160)


def _drop_down(sheet: Worksheet, cells: str, term: Term) -> None:
    allowed = _allowed(term)
    if allowed is not None and term.functional:
        style.options(sheet, cells, allowed)
