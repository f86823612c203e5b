"""The filled Excel form in, its triples out; every cell that cannot be read is named by sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Place, TooLarge
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form, Sheet, form
from zhiyin.intake.submission import MAX_LITERAL, Submission
from zhiyin.intake.workbook_archive import opened
from zhiyin.law.vocabulary import Term, vocabulary
from zhiyin.namespaces import ZY

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_ROWS = 20_000
MAX_COLUMNS = 200
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_DCTERMS = "http://purl.org/dc/terms/"
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YES = {"是", "true", "yes", "y", "1", "有"}
_NO = {"否", "false", "no", "n", "0", "无", "没有"}


def read_workbook(data: bytes, *, source: str = "") -> Submission:
    """Return what the filled form states; BadSubmission names sheet and cell, TooLarge a bomb."""
    book = opened(data, source)
    try:
        reader = _Reader(book, source)
        reader.read()
    finally:
        book.close()
    return Submission(source, sha256(data).hexdigest(), tuple(reader.triples), reader.places, is_workbook=True)


@dataclass(frozen=True, slots=True)
class _Cell:
    value: Any
    place: Place

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value).strip()


class _Reader:
    def __init__(self, book: Workbook, source: str) -> None:
        self._book = book
        self._source = source
        self.triples: list[ox.Triple] = []
        self.places: dict[tuple[str, str], Place] = {}
        self._ids: dict[str, ox.NamedNode] = {}
        self._serial = 0
        self._company = ox.NamedNode("urn:x-zhiyin:company")

    def read(self) -> None:
        """Read every sheet of the form."""
        chosen = form(self._tier())
        self._company_sheet(chosen)
        titles = layout.sheet_titles(chosen)
        for sheet in chosen.sheets:
            self._index(sheet, titles[sheet.cls.iri])
        for sheet in chosen.sheets:
            self._things(chosen, sheet, titles[sheet.cls.iri])
        self._practices(chosen)
        self._tasks(chosen)
        self._records(chosen)

    def _tier(self) -> int:
        rows = list(self._rows(layout.GUIDE))
        cell = rows[0][4] if rows and len(rows[0]) > 4 else None
        if cell is None or cell.text not in ("1", "2", "3", "4"):
            raise self._fault(
                Place(source=self._source or None, sheet=layout.GUIDE, cell="E1"),
                "不是 zhiyin 的自述表；请用 zhiyin template 生成的表",
                "not a zhiyin form; use the one that zhiyin template writes",
            )
        return int(cell.text)

    def _rows(self, title: str) -> Iterator[list[_Cell]]:
        if title not in self._book.sheetnames:
            raise self._fault(
                Place(source=self._source or None, sheet=title),
                f"缺少工作表“{title}”",
                f"the sheet '{title}' is missing",
            )
        from openpyxl.utils import get_column_letter

        sheet = self._book[title]
        for index, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
            if index > MAX_ROWS:
                raise TooLarge(
                    f"工作表“{title}”超过 {MAX_ROWS} 行",
                    f"the sheet '{title}' has over {MAX_ROWS} rows",
                    place=Place(source=self._source or None, sheet=title),
                )
            found = []
            for column, cell in enumerate(cells, 1):
                place = Place(source=self._source or None, sheet=title, cell=f"{get_column_letter(column)}{index}")
                if getattr(cell, "data_type", "") == "f":
                    raise self._fault(
                        place, "单元格是公式，请改为值", "the cell holds a formula; replace it by its value"
                    )
                if getattr(cell, "data_type", "") == "e":
                    raise self._fault(place, "单元格是错误值", "the cell holds an error value")
                if isinstance(cell.value, str) and len(cell.value) > MAX_LITERAL:
                    raise self._fault(place, "单元格内容过长", "the cell's text is too long")
                found.append(_Cell(cell.value, place))
            yield found

    def _company_sheet(self, chosen: Form) -> None:
        rows = {
            row[6].text: row[1] for row in list(self._rows(layout.COMPANY_SHEET))[1:] if len(row) > 6 and row[6].text
        }
        code = rows[str(ZY.unifiedSocialCreditCode).rpartition("#")[2]] if "unifiedSocialCreditCode" in rows else None
        iri = rows["company"].text if "company" in rows else ""
        if not iri and code is not None and code.text:
            iri = f"urn:x-uscc:{quote(code.text)}"
        if not iri:
            raise self._fault(
                Place(source=self._source or None, sheet=layout.COMPANY_SHEET, cell="B3"),
                "须填写公司标识或统一社会信用代码",
                "fill in the company's IRI or its unified social credit code",
            )
        place = rows["company"].place if "company" in rows else Place(sheet=layout.COMPANY_SHEET)
        self._company = self._iri(iri, place)
        self._ids[layout.COMPANY_ITSELF] = self._company
        stated = rows["description"].text if "description" in rows else ""
        description = self._iri(stated, rows["description"].place) if stated else self._node("self-description")
        self._add(description, _TYPE.value, ox.NamedNode(str(ZY.SelfDescription)))
        self._add(description, str(ZY.describes), self._company)
        self._add(self._company, _TYPE.value, ox.NamedNode(str(ZY.Company)))
        for name in ("asOf", "claimedTier", "submitterRole"):
            if name in rows:
                self._value(description, vocabulary().terms[str(ZY[name])], rows[name], {})
        for term in chosen.company:
            if term.local in rows:
                self.places[(self._company.value, term.iri)] = rows[term.local].place
                self._value(self._company, term, rows[term.local], {})

    def _index(self, sheet: Sheet, title: str) -> None:
        for row in list(self._rows(title))[layout.HEADER_ROW :]:
            name = row[0].text if row else ""
            if not name:
                if any(cell.text for cell in row):
                    raise self._fault(row[0].place, "此行有内容但没有编号", "the row has content but no id")
                continue
            if name in self._ids:
                raise self._fault(row[0].place, f"编号“{name}”重复", f"the id '{name}' is used twice")
            self._ids[name] = self._node(f"{sheet.cls.local}/{quote(name)}")

    def _things(self, chosen: Form, sheet: Sheet, title: str) -> None:
        rows = list(self._rows(title))
        if not rows:
            return
        names = [cell.text for cell in rows[1]] if len(rows) > 1 else []
        terms = {term.local: term for term in sheet.columns}
        lists = {key: inner.link for key, inner in layout.nested_lists(chosen, sheet)}
        said = rows[0][1] if len(rows[0]) > 1 else None
        if said is not None and said.text and self._boolean(said):
            self._add(self._company, str(ZY.listsAll), ox.NamedNode(sheet.link.iri))
        for row in rows[layout.HEADER_ROW :]:
            name = row[0].text if row else ""
            if not name:
                continue
            node = self._ids[name]
            owners = [self._company]
            if layout.has_owner_column(sheet):
                named = [part.strip() for part in re.split("[；;]", row[1].text)]
                owners = [self._reference(_Cell(part, row[1].place)) for part in named]
            for owner in owners:
                self._add(owner, sheet.link.iri, node)
            self._add(node, _TYPE.value, ox.NamedNode(sheet.cls.iri))
            self.places[(node.value, "")] = row[0].place
            for key, cell in zip(names, row, strict=False):
                if key in terms:
                    self._value(node, terms[key], cell, terms)
                elif key in lists and cell.text and self._boolean(cell):
                    self._add(node, str(ZY.listsAll), ox.NamedNode(lists[key].iri), cell.place)

    def _practices(self, chosen: Form) -> None:
        terms = {t.local: t for t in (*chosen.practices, *chosen.prohibitions)}
        for row in list(self._rows(layout.PRACTICES))[1:]:
            if len(row) < 12 or not any(cell.text for cell in row[2:9]):
                self._blank(row, terms, 11)
                continue
            node = self._statement(row, terms, 11, ZY.attestation, ZY.Attestation)
            if row[2].text:
                self._add(node, str(ZY.holds), _boolean(self._boolean(row[2])), row[2].place)
            if any(cell.text for cell in row[3:8]):
                evidence = self._node(f"evidence/{self._next()}")
                self._add(node, str(ZY.evidence), evidence)
                self._add(evidence, _TYPE.value, ox.NamedNode(str(ZY.Evidence)))
                for cell, predicate in zip(row[3:5], ("title", "identifier"), strict=True):
                    if cell.text:
                        self._add(evidence, _DCTERMS + predicate, ox.Literal(cell.text), cell.place)
                if row[5].text:
                    self._add(evidence, _DCTERMS + "issued", self._date(row[5]), row[5].place)
                for cell, name in zip(row[6:8], ("responsibleRole", "sha256"), strict=True):
                    if cell.text:
                        self._add(evidence, str(ZY[name]), ox.Literal(cell.text), cell.place)
            if row[8].text:
                self._add(node, str(ZY.exception), ox.Literal(row[8].text), row[8].place)

    def _tasks(self, chosen: Form) -> None:
        terms = {t.local: t for t in chosen.tasks}
        for row in list(self._rows(layout.TASKS))[1:]:
            if len(row) < 8 or not any(cell.text for cell in row[2:5]):
                self._blank(row, terms, 7)
                continue
            node = self._statement(row, terms, 7, ZY.activity, ZY.Activity)
            if row[2].text:
                self._add(node, str(ZY.lastConductedOn), self._date(row[2]), row[2].place)
            if row[3].text:
                self._add(node, str(ZY.statedIntervalDays), self._integer(row[3]), row[3].place)
            if row[4].text:
                self._add(node, str(ZY.holds), _boolean(self._boolean(row[4])), row[4].place)

    def _records(self, chosen: Form) -> None:
        terms = {t.local: t for t in chosen.records}
        for row in list(self._rows(layout.RECORDS))[1:]:
            if len(row) < 8 or not any(cell.text for cell in row[2:5]):
                self._blank(row, terms, 7)
                continue
            node = self._statement(row, terms, 7, ZY.retention, ZY.Retention)
            for cell, name in zip(row[2:5], ("periodDays", "periodMonths", "periodYears"), strict=True):
                if cell.text:
                    self._add(node, str(ZY[name]), self._integer(cell), cell.place)

    def _blank(self, row: list[_Cell], terms: Mapping[str, Term], key: int) -> None:
        """Remember where a statement that is not made would stand: its finding names the cell to fill in."""
        owner = self._ids.get(row[0].text) if row else None
        term = terms.get(row[key].text) if len(row) > key else None
        if owner is not None and term is not None:
            self.places.setdefault((owner.value, term.iri), row[2].place)

    def _statement(
        self, row: list[_Cell], terms: Mapping[str, Term], key: int, link: object, cls: object
    ) -> ox.NamedNode:
        term = terms.get(row[key].text)
        if term is None:
            raise self._fault(
                row[key].place, f"词条“{row[key].text}”不在此表中", f"the term '{row[key].text}' is not known here"
            )
        owner = self._reference(row[0]) if row[0].text else self._company
        node = self._node(f"statement/{self._next()}")
        self._add(owner, str(link), node)
        self._add(node, _TYPE.value, ox.NamedNode(str(cls)))
        self._add(node, str(ZY.about), ox.NamedNode(term.iri), row[key].place)
        self.places[(owner.value, term.iri)] = row[2].place
        return node

    def _value(self, node: ox.NamedNode, term: Term, cell: _Cell, terms: Mapping[str, Term]) -> None:
        if not cell.text:
            return
        parts = [cell.text] if term.functional else [p.strip() for p in re.split("[；;]", cell.text) if p.strip()]
        for part in parts:
            single = _Cell(cell.value if len(parts) == 1 else part, cell.place)
            self._add(node, term.iri, self._converted(term, single), cell.place)

    def _converted(self, term: Term, cell: _Cell) -> ox.NamedNode | ox.Literal:
        if term.kind == "object":
            known = vocabulary()
            if known.is_enumeration(term.range):
                for individual in known.individuals_of(term.range):
                    if cell.text in (individual.label.zh, individual.label.en, individual.local):
                        return ox.NamedNode(individual.iri)
                allowed = [t.label.zh for t in known.individuals_of(term.range)]
                raise self._fault(
                    cell.place,
                    f"“{cell.text}”不在可填的值中：{'、'.join(allowed)}",
                    f"'{cell.text}' is not allowed: {', '.join(allowed)}",
                )
            return self._reference(cell)
        if term.range == _XSD + "boolean":
            return _boolean(self._boolean(cell))
        if term.range == _XSD + "date":
            return self._date(cell)
        if term.range in (_XSD + "integer", _XSD + "decimal"):
            if isinstance(cell.value, bool) or not re.fullmatch(
                r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", cell.text.replace(",", "")
            ):
                raise self._fault(
                    cell.place, f"须是数字，现为“{cell.text[:40]}”", f"must be a number, found '{cell.text[:40]}'"
                )
            return ox.Literal(_exact(cell), datatype=ox.NamedNode(_XSD + "decimal"))
        return ox.Literal(cell.text)

    def _reference(self, cell: _Cell) -> ox.NamedNode:
        found = self._ids.get(cell.text)
        if found is None:
            if re.match(r"^[a-zA-Z][a-zA-Z0-9+.-]*:", cell.text):
                return self._iri(cell.text, cell.place)
            raise self._fault(cell.place, f"没有编号“{cell.text}”", f"there is no id '{cell.text}'")
        return found

    def _boolean(self, cell: _Cell) -> bool:
        text = cell.text.lower()
        if text in _YES or text in _NO:
            return text in _YES
        raise self._fault(
            cell.place, f"须填“是”或“否”，现为“{cell.text[:40]}”", f"must be 是 or 否, found '{cell.text[:40]}'"
        )

    def _date(self, cell: _Cell) -> ox.Literal:
        value = cell.value
        match = _DATE.fullmatch(cell.text)
        try:
            if isinstance(value, datetime):
                day = value.date()
            elif isinstance(value, date):
                day = value
            elif match:
                day = date(int(match[1]), int(match[2]), int(match[3]))
            else:
                raise ValueError
        except ValueError:
            raise self._fault(
                cell.place,
                f"须是日期 YYYY-MM-DD，现为“{cell.text[:40]}”",
                f"must be a date YYYY-MM-DD, found '{cell.text[:40]}'",
            ) from None
        return ox.Literal(day.isoformat(), datatype=ox.NamedNode(_XSD + "date"))

    def _integer(self, cell: _Cell) -> ox.Literal:
        text = cell.text.removesuffix(".0")
        if isinstance(cell.value, bool) or not re.fullmatch(r"\d{1,9}", text):
            raise self._fault(
                cell.place, f"须是整数，现为“{cell.text[:40]}”", f"must be a whole number, found '{cell.text[:40]}'"
            )
        return ox.Literal(text, datatype=ox.NamedNode(_XSD + "integer"))

    def _iri(self, text: str, place: Place) -> ox.NamedNode:
        try:
            return ox.NamedNode(text)
        except ValueError as error:
            raise self._fault(place, f"“{text[:80]}”不是有效的 IRI", f"'{text[:80]}' is not a valid IRI") from error

    def _node(self, path: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._company.value}/form/{path}")

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    def _add(
        self, subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal, place: Place | None = None
    ) -> None:
        self.triples.append(ox.Triple(subject, ox.NamedNode(predicate), value))
        if place is not None:
            self.places[(subject.value, predicate)] = place

    def _fault(self, place: Place, zh: str, en: str) -> BadSubmission:
        return BadSubmission(zh, en, place=place)


def _boolean(value: bool) -> ox.Literal:
    return ox.Literal("true" if value else "false", datatype=ox.NamedNode(_XSD + "boolean"))


def _exact(cell: _Cell) -> str:
    """Return the shortest decimal that Excel's number stands for, never its binary tail."""
    from decimal import Decimal

    return format(Decimal(repr(cell.value) if isinstance(cell.value, float) else cell.text.replace(",", "")), "f")
