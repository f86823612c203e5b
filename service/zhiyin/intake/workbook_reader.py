"""The filled Excel form in, its triples out; what cannot be read is named by sheet, cell and label, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from urllib.parse import quote

import pyoxigraph as ox

from zhiyin.collector import uncollected
from zhiyin.errors import BadSubmission, Message, NotFound, Place
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form, Sheet, form
from zhiyin.intake import workbook_proofs as proofs
from zhiyin.intake.cell_values import Misread, plain, read_boolean
from zhiyin.intake.empty_words import names_something
from zhiyin.intake.rows import Listed
from zhiyin.intake.submission import Submission
from zhiyin.intake.workbook_archive import opened
from zhiyin.intake.workbook_beside import tell_beside
from zhiyin.intake.workbook_cells import Cell, SheetCells, WorkbookCells, column_letters
from zhiyin.intake.workbook_documents import read_documents
from zhiyin.intake.workbook_entries import name_things, read_completeness, read_entries, state_things
from zhiyin.intake.workbook_labels import check_labels, check_sheets, is_missing
from zhiyin.intake.workbook_records import read_practices, read_records, read_tasks
from zhiyin.intake.workbook_sight import refuse_unseen
from zhiyin.intake.workbook_statements import COMPANY, Statements
from zhiyin.intake.workbook_tables import Row, Table, keyed_table, refuse_merged, titled_table
from zhiyin.intake.workbook_unread import tell_above, tell_overwritten, tell_unread
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Term
from zhiyin.model import NUMERALS, tier_name
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, TYPE

_ID, _OWNER = "id", "owner"
_LABEL, _VALUE, _UNIT = layout.COMPANY_COLUMNS[:3]
_SELF_TERMS = {"asOf", "claimedTier", "submitterRole"}
_GIVEN = {"company", "description"}


def read_workbook(
    data: bytes, rules: Rules, *, source: str = "", of_vocabulary: Callable[[str], Rules] | None = None
) -> Submission:
    """Return what the filled form states, with every fault found in its cells.

    Raises BadSubmission where the file is no workbook or not the form, TooLarge for a bomb.
    """
    # Of a quarter of a million facts none leads back to itself.
    with uncollected():
        return _read(data, rules, source, of_vocabulary)


def _read(data: bytes, rules: Rules, source: str, of_vocabulary: Callable[[str], Rules] | None) -> Submission:
    book = WorkbookCells(opened(data, source), source)
    followed, cell = _followed(book, source)
    if followed and followed != rules.edition.vocabulary and of_vocabulary is not None:
        try:
            rules = of_vocabulary(followed)
        except NotFound as unknown:
            place = Place(source=source or None, sheet=layout.GUIDE, cell=cell)
            raise BadSubmission(unknown.message.zh, unknown.message.en, place=place) from unknown
    said = Statements(source, rules.vocabulary, from_1904=book.from_1904)
    _Reader(book, said, rules).read()
    said.resolve()
    return Submission(
        source,
        sha256(data).hexdigest(),
        Listed(said.rows),
        said.places,
        tuple(said.faults),
        tuple(said.notices),
        is_workbook=True,
    )


def _followed(book: WorkbookCells, source: str) -> tuple[str, str]:
    """Return the vocabulary that the form says it follows and the cell; both empty for the form of the text that ships.

    Raises BadSubmission where the form's mark names none any more, or two marks name two.
    """
    if layout.GUIDE not in book.titles:
        return "", ""
    sheet = book.sheet(layout.GUIDE)
    marks = [c for row in sheet.rows.values() for c in row.values() if c.text == layout.FOLLOWS]
    named = {f"{column_letters(c.column + 1)}{c.row}": sheet.text(c.row, c.column + 1) for c in marks}
    if not named:
        return "", ""
    cell, first = next(iter(named.items()))
    differs = next((at for at, version in named.items() if version != first), None)
    if not first or differs is not None:
        raise BadSubmission(
            "这张表遵循词汇的哪一版本，隐藏的格子里已读不出，或写了两个：请用一张新的空表重填",
            "a hidden cell no longer says which version of the vocabulary this form follows, or two do: fill in a new form",
            place=Place(source=source or None, sheet=layout.GUIDE, cell=differs or cell),
        )
    return first, cell


class _Reader:
    def __init__(self, book: WorkbookCells, said: Statements, rules: Rules) -> None:
        self._book = book
        self._rules = rules
        self._said = said

    def read(self) -> None:
        """Read every sheet of the form, then tell what lies beside the cells."""
        chosen, current, earlier = self._form()
        self._stated(chosen, current, earlier)
        tell_beside(self._book, chosen, self._said, current=current)

    def _stated(self, chosen: Form, current: bool, earlier: bool) -> None:
        titles = layout.sheet_titles(chosen)
        check_sheets(self._book, chosen, self._said, current=current, earlier=earlier)
        if (cells := self._sheet(layout.COMPANY_SHEET)) is not None:
            self._company_sheet(chosen, cells, current)
        if current:
            tell_unread(self._book, chosen, self._said)
        if not earlier:
            self._current(chosen, titles, current)
            return
        for sheet in chosen.sheets:
            cells = self._sheet(titles[sheet.cls.iri])
            if cells is None or not self._things(chosen, sheet, cells, current):
                self._said.unread.add(sheet.cls.iri)
        self._said.resolve()
        for title, read in (
            (layout.PRACTICES, read_practices),
            (layout.TASKS, read_tasks),
            (layout.RECORDS, read_records),
        ):
            if (cells := self._sheet(title)) is not None:
                read(chosen, cells, self._said, current=current)

    def _current(self, chosen: Form, titles: Mapping[str, str], current: bool) -> None:
        """Read the sheets of things, documents and statements in the layout that is given out today."""
        said = self._said
        entries = []
        for sheet in chosen.sheets:
            cells = self._sheet(titles[sheet.cls.iri])
            found = None if cells is None else read_entries(chosen, sheet, cells, said, current=current)
            if found is None:
                said.unread.add(sheet.cls.iri)
                continue
            name_things(sheet, found, said)
            top = SheetCells(titles[sheet.cls.iri], {} if cells is None else {1: cells.rows.get(1, {})})
            entries.append((sheet, found, top))
        for sheet, found, top in entries:
            state_things(chosen, sheet, found, said)
            read_completeness(chosen, sheet, top, said)
        said.resolve()
        documents: dict[str, ox.NamedNode] = {}
        if (cells := self._sheet(layout.DOCUMENTS)) is not None:
            documents = read_documents(chosen, cells, said, current=current)
        if (cells := self._sheet(layout.PRACTICES)) is not None:
            proofs.read_practices(chosen, cells, said, documents, current=current)
        if (cells := self._sheet(layout.TASKS)) is not None:
            proofs.read_tasks(chosen, cells, said, current=current)
        if (cells := self._sheet(layout.RECORDS)) is not None:
            proofs.read_records(chosen, cells, said, current=current)

    def _sheet(self, title: str) -> SheetCells | None:
        if title not in self._book.titles:
            return None
        try:
            return self._book.sheet(title)
        except BadSubmission as error:
            self._said.fault(title, None, error.message.zh, error.message.en)
            return None

    def _form(self) -> tuple[Form, bool, bool]:
        """Return the form that the guide names, whether it is the one given out today, and whether laid out as at first."""
        guide = layout.GUIDE
        place = self._said.place(guide, layout.TIER_CELL)
        cells = self._book.sheet(guide) if guide in self._book.titles else SheetCells(guide)
        mark = next((c for row in cells.rows.values() for c in row.values() if c.text == "tier"), None)
        tier = cells.text(mark.row, mark.column + 1) if mark is not None else ""
        if tier not in {str(each) for each in self._rules.edition.tiers} or mark is None:
            missing = "" if guide in self._book.titles else f"（缺少工作表“{guide}”）"
            raise BadSubmission(
                f"不是本平台的自述表{missing}；请下载空表填写，或恢复“{guide}”表原来的内容",
                f"not the form of this service{' (its first sheet is missing)' if missing else ''}; fill in a blank form",
                place=place,
            )
        chosen = form(self._rules, int(tier))
        current = cells.text(mark.row + 1, mark.column + 1) == layout.edition(chosen)
        return chosen, current, cells.text(mark.row + 2, mark.column + 1) != layout.LAYOUT

    def _company_sheet(self, chosen: Form, cells: SheetCells, current: bool) -> None:
        said = self._said
        optional = frozenset({layout.STATE_COLUMN})
        table = titled_table(cells, layout.COMPANY_COLUMNS, layout.KEY_COLUMN, said, optional=optional)
        if table is None or _VALUE not in table.columns:
            return
        refuse_merged(table, said)
        refuse_unseen(table, (_VALUE,), said)
        if current:
            tell_above(cells, table.head, (), chosen, said)
            tell_overwritten(table, (_LABEL, _VALUE, _UNIT, layout.KEY_COLUMN), chosen, said)
        terms: dict[str, Term] = {term.local: term for term in chosen.company}
        terms |= {name: self._rules.vocabulary.terms[str(ZY[name])] for name in _SELF_TERMS}
        labels = {local: term.label.zh for local, term in terms.items()}
        labels |= {name: label for label, (name, _) in layout.SELF_ROWS.items()}
        rows: dict[str, Row] = {}
        for row in table.rows():
            key = row.text(layout.KEY_COLUMN)
            if check_labels(row, table, _LABEL, key, labels, said, stated=_VALUE in row.cells, current=current):
                if key in rows:
                    said.fault(
                        table.title,
                        table.cell_name(row.number, layout.KEY_COLUMN),
                        f"“{labels[key]}”在第 {rows[key].number} 行和第 {row.number} 行各有一行；请删去一行",
                        f"'{key}' stands in two rows; delete one",
                    )
                    continue
                rows[key] = row
        is_missing(labels, rows, table, said, current=current)
        description = self._identify(rows, table)
        for key, row in rows.items():
            if key in _GIVEN:
                continue
            self._check_unit(row, terms[key], table)
            node = description if key in _SELF_TERMS else said.company
            said.places[node.value, terms[key].iri] = said.place(table.title, table.cell_name(row.number, _VALUE))
            if _VALUE not in row.cells:
                continue
            cell = row.cells[_VALUE]
            if key == "claimedTier":
                cell = _tier_cell(cell)
            said.value(node, terms[key], table.title, cell, labels[key])

    def _identify(self, rows: Mapping[str, Row], table: Table) -> ox.NamedNode:
        """State who is described by what, from the cells of the company's own name or its credit code."""
        said = self._said
        code = rows["unifiedSocialCreditCode"].text(_VALUE) if "unifiedSocialCreditCode" in rows else ""
        given = {key: rows[key].cells.get(_VALUE) for key in _GIVEN if key in rows}
        company = given.get("company")
        has_code = names_something(code.strip())
        iri = company.text if company is not None else f"urn:x-uscc:{quote(plain(code).upper())}" if has_code else ""
        if not iri:
            row = rows["company"].number if "company" in rows else 3
            said.fault(
                table.title,
                table.cell_name(row, _VALUE),
                "须填写“统一社会信用代码”（或“公司标识”）",
                "fill in the unified social credit code or the company's identifier",
            )
        said.company = self._named(iri, company, table) or said.company
        stated = given.get("description")
        own = self._named(stated.text, stated, table) if stated is not None else None
        description = own or said.node("self-description")
        said.add(description, TYPE, ox.NamedNode(str(ZY.SelfDescription)))
        said.add(description, str(ZY.describes), said.company)
        if self._rules.edition.id:
            said.add(description, DCTERMS + "conformsTo", ox.NamedNode(self._rules.edition.vocabulary))
        said.add(said.company, TYPE, ox.NamedNode(COMPANY))
        return description

    def _named(self, iri: str, cell: Cell | None, table: Table) -> ox.NamedNode | None:
        if not iri:
            return None
        try:
            return ox.NamedNode(iri)
        except ValueError:
            if cell is not None:
                self._said.fault(
                    table.title,
                    cell.name,
                    f"“{iri[:80]}”不能作标识：须写成网址的样子，不含空格；也可以留空",
                    f"'{iri[:80]}' cannot be an identifier: it must look like https://… without blanks; or leave it empty",
                    iri,
                )
            return None

    def _check_unit(self, row: Row, term: Term, table: Table) -> None:
        """Refuse a unit that someone has written over the form's own."""
        unit, found = layout.unit_of(term, self._rules.vocabulary), row.text(_UNIT)
        if found and _VALUE in row.cells and plain(found) != plain(unit):
            self._said.fault(
                table.title,
                table.cell_name(row.number, _UNIT),
                f"“{term.label.zh}”的单位是“{unit or '无'}”，表中改成了“{found[:20]}”；请按原单位填写并恢复单位",
                f"the unit of '{term.label.en}' was changed; fill it in by the form's unit",
                found,
            )

    def _things(self, chosen: Form, sheet: Sheet, cells: SheetCells, current: bool) -> bool:
        """Read a sheet of things; return whether its table was found."""
        said = self._said
        terms = {term.local: term for term in sheet.columns}
        lists = dict(layout.nested_lists(chosen, sheet))
        keys = {_ID: layout.ID_COLUMN}
        if layout.has_owner_column(sheet):
            keys[_OWNER] = layout.OWNER_COLUMN
        keys |= {key: layout.column_title(term, chosen.vocabulary) for key, term in terms.items()}
        keys |= {key: layout.list_title(inner) for key, inner in lists.items()}
        table = keyed_table(cells, keys, layout.KEY_ROW, said)
        if table is None:
            return False
        titles = cells.rows.get(table.head, {})
        head = Row(table.head, {key: titles[column] for key, column in table.columns.items() if column in titles})
        for key in table.columns:
            check_labels(head, table, key, key, keys, said, stated=True, current=current)
        is_missing(keys, table.columns, table, said, current=current)
        if _ID not in table.columns:
            return False
        refuse_merged(table, said)
        refuse_unseen(table, set(table.columns) - {_ID}, said)
        for row in table.rows():
            self._thing(sheet, row, table, terms, lists)
        self._complete(chosen, sheet, cells)
        return True

    def _complete(self, chosen: Form, sheet: Sheet, cells: SheetCells) -> None:
        """State that a list is complete, where its sheet says so; what else stands in that row is told."""
        said = self._said
        read_completeness(chosen, sheet, cells, said)
        for column, cell in cells.rows.get(1, {}).items():
            if column > 3:
                said.notice(
                    "not-read",
                    cells.title,
                    cell.name,
                    Message("第 1 行的这一格不参与评定", "this cell of the first row is not judged"),
                    found=cell.text,
                )

    def _thing(
        self, sheet: Sheet, row: Row, table: Table, terms: Mapping[str, Term], lists: Mapping[str, Sheet]
    ) -> None:
        said, title = self._said, table.title
        first = min(row.cells.values(), key=lambda cell: cell.column)
        if _ID not in row.cells:
            said.fault(
                title,
                table.cell_name(row.number, _ID),
                f"第 {row.number} 行有内容（{first.name}）但没有编号；请在 {table.cell_name(row.number, _ID)} 填一个编号，"
                "不属于本表的内容请删去",
                f"row {row.number} has content but no id; give it one, or delete what does not belong to the table",
                first.text,
            )
            return
        identifier = row.cells[_ID]
        if said.is_formula(title, identifier, layout.ID_COLUMN):
            return
        node = said.thing(sheet.cls, identifier, title)
        if node is None:
            return
        if layout.has_owner_column(sheet):
            self._owned(sheet, row, table, node)
        else:
            said.add(said.company, sheet.link.iri, node)
        said.add(node, TYPE, ox.NamedNode(sheet.cls.iri))
        for key, cell in row.cells.items():
            if key in terms:
                said.value(node, terms[key], title, cell)
            elif key in lists and self._yes(cell, title, layout.list_title(lists[key])):
                said.add(node, str(ZY.listsAll), ox.NamedNode(lists[key].link.iri), said.place(title, cell.name))

    def _owned(self, sheet: Sheet, row: Row, table: Table, node: ox.NamedNode) -> None:
        said, owner = self._said, row.cells.get(_OWNER)
        if owner is None:
            said.fault(
                table.title,
                table.cell_name(row.number, _OWNER),
                f"“{layout.OWNER_COLUMN}”须填“{self._rules.vocabulary.terms[sheet.owner].label.zh}”表中的编号",
                f"name the owner: an id of the sheet of {self._rules.vocabulary.terms[sheet.owner].label.en}",
            )
            return
        said.reference(node, sheet.link.iri, table.title, owner, layout.OWNER_COLUMN, sheet.owner, inverse=True)

    def _yes(self, cell: Cell, sheet: str, label: str) -> bool:
        if self._said.is_formula(sheet, cell, label):
            return False
        try:
            return read_boolean(cell).lexical == "true"
        except Misread as error:
            self._said.misread(sheet, cell, label, error)
            return False


def _tier_cell(cell: Cell) -> Cell:
    """Return the cell with a tier that is written in words, as 三类, as its number."""
    written = plain(cell.text)
    for tier in range(1, len(NUMERALS) + 1):
        if written in (plain(tier_name(tier)), f"{tier}类"):
            return Cell(cell.row, cell.column, "n", str(tier))
    return cell


__all__ = ["read_workbook"]
