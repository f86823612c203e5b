"""The sheets that a company fills in: its own facts, its things, its documents and what it states about practices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from zhiyin.errors import TooLarge
from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.clauses import FormClause, clauses_of
from zhiyin.form.filled import Filled, StatementRow, ThingRow, plain, usual_subject
from zhiyin.form.form import COMPANY, Form, Sheet
from zhiyin.form.workbook_examples import example_of
from zhiyin.form.workbook_map import FormMap, Spot, Table
from zhiyin.form.workbook_style import Cell
from zhiyin.law.vocabulary import Term
from zhiyin.model import Obligation
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

DOCUMENT_KEYS = (
    *("number", "title", "identifier", "issued", "responsibleRole", "sha256"),
    *("usedDate", "usedRole", layout.STATE_KEY),
)
DOCUMENTS_HEAD = "每份文件只写一次，别处填序号。日期、岗位空着即同上一行；没有的写“无”。文件本身不提交。"
SHARED_NOTE = "选一项，或写几项（用“；”分开），或写“全部”：各有一项同样的。"
PROOF_NOTE = "填了文件序号即为“是”，不必再选；没有落实的选“否”。禁止事项选是否发生。"
INTERVAL_NOTE = "天、月、年；空着即为天。一个月是一个日历月。"
PERIOD_NOTE = "天、月、年，或选“永久”而不填数字。一个月是一个日历月。"
NOTES = (SHARED_NOTE, PROOF_NOTE, INTERVAL_NOTE, PERIOD_NOTE)
"""What the comments on heads say that speak of no term."""
ADDED_ROW = "加行：对象写名称，第二列写上面同样的做法、工作或记录的名称"
CHECKED_SUFFIXES = ("（禁止事项：是否发生）", "（周期由公司自定）")
"""What is said of a practice or a task behind its explanation."""
_NUMBER = 9.5
"""How wide the number of one clause is."""
_ADDED_ROWS = 40
_MOST_COLUMNS = 16_000
_MOST_ROWS = 1_000_000
"""Things on a sheet: a spreadsheet has 16,384 columns and 1,048,576 rows, some of which are the form's own."""
"""Empty rows below the practices and tasks, for those that are stated apart for several things."""


@dataclass(slots=True)
class FormBook:
    """The workbook as it grows: what is written so far, and where each fact stands."""

    book: Workbook
    form: Form
    filled: Filled
    titles: Mapping[str, str]
    map: FormMap = field(default_factory=FormMap)
    spare: bool = True
    """Whether room is kept for things that are yet to be listed: where only the places are wanted, it is not."""

    def mandatory(self, term: Term) -> bool:
        """Return whether a mandatory clause of the tier needs ``term``."""
        known = clauses_of(self.form.rules, self.form.tier)
        return any(n in known and known[n].obligation is Obligation.MANDATORY for n in term.needed_by)

    def example(self, term: Term, cls: str) -> object:
        """Return an example of a value of ``term`` of a thing of ``cls``; none where only the places are wanted."""
        return example_of(self.form.rules, self.form.tier, term, cls) if self.spare else None

    def source_of(self, cls: str) -> str | None:
        """Return the cells that hold the names of the things of ``cls``, to choose from."""
        table = self.map.tables.get(cls)
        if table is None or "name" not in table.ranges:
            return None
        return f"'{table.sheet}'!{table.ranges['name']}"


def company_sheet(form: FormBook) -> None:
    """Write the sheet of the company's own facts, a row each."""
    sheet, filled = form.book.create_sheet(layout.COMPANY_SHEET), form.filled
    style.header(sheet, 1, layout.COMPANY_COLUMNS)
    row = 2
    levels = [str(each) for each in form.form.rules.edition.tiers]
    for label, (name, told) in layout.SELF_ROWS.items():
        value: Any = None
        explanation = "、".join(levels) if name == "claimedTier" else told
        if name == "description" and filled.description and not filled.description.startswith("_:"):
            value = filled.description.strip("<>")
        elif name == "company" and filled.company:
            value = filled.company.strip("<>")
        elif name not in ("description", "company"):
            said = filled.values(filled.description, str(ZY[name]))
            value = plain(said[0]) if said else (form.form.tier if name == "claimedTier" else None)
        required = name in ("asOf", "claimedTier")
        _given_row(sheet, row, [_starred(label, required), None, None, None, explanation, None, name])
        style.input_cell(sheet.cell(row, 2), value, as_text=name in ("description", "company"), as_date=name == "asOf")
        style.given(sheet.cell(row, 8), states.filled_in(f"B{row}"), style.STATE)
        if name == "claimedTier":
            style.options(sheet, f"B{row}", levels)
        row += 1
    for term in form.form.company:
        _given_row(
            sheet,
            row,
            [
                _starred(term.label.zh, form.mandatory(term) or term.local == "unifiedSocialCreditCode"),
                None,
                layout.unit_of(term, form.form.vocabulary) or None,
                layout.allowed_text(term, form.titles, form.form.vocabulary),
                term.comment.zh,
                None,
                term.local,
            ],
        )
        _value_cell(form, sheet.cell(row, 2), term, filled.cell(filled.company, term))
        style.given(sheet.cell(row, 8), states.of_value(f"B{row}", term, form.form.vocabulary), style.STATE)
        spot = Spot(layout.COMPANY_SHEET, f"B{row}", f"H{row}", term.label.zh)
        form.map.facts[term.iri] = spot
        form.map.cite(term.needed_by, spot)
        _clause_cell(form, sheet.cell(row, 6), term.needed_by)
        row += 1
    _looks(sheet, (30, 22, 6, 20, 42, 16, 4, 9), freeze="C2", hidden="G")


def things_sheet(form: FormBook, part: Sheet) -> None:
    """Write the sheet of the things of one class: a row each, or side by side where a row would not fit a screen."""
    title = form.titles[part.cls.iri]
    sheet = form.book.create_sheet(title)
    _list_head(form, sheet, part)
    columns = layout.columns(form.form, part)
    rows = form.filled.rows.get(part.cls.iri, [])
    _check_room(title, len(rows), layout.is_side_by_side(part))
    if layout.is_side_by_side(part):
        _things_side_by_side(form, sheet, part, columns, rows)
    else:
        _things_in_rows(form, sheet, part, columns, rows)


def _check_room(title: str, count: int, side_by_side: bool) -> None:
    """Raise TooLarge where a sheet, of so many columns and rows as a spreadsheet has, cannot list that many things."""
    most = _MOST_COLUMNS if side_by_side else _MOST_ROWS
    if count > most:
        raise TooLarge(
            f"“{title}”有 {count:,} 项，Excel 的一张表至多列 {most:,} 项：请改用 RDF（Turtle、JSON-LD）",
            f"“{title}” has {count:,} things, a sheet of Excel lists {most:,} at most: use RDF (Turtle, JSON-LD) instead",
            details={"limit": most},
        )


def list_head(form: Form, part: Sheet) -> tuple[str, str]:
    """Return what stands beside the cell that says whether a list is complete: its label, and what the sheet is for."""
    needed = layout.must_be_complete(form, part)
    said = "本表已列全" if part.owner == COMPANY else "全公司的都已列全"
    word = "列全后在左边选“是”；一项也没有的，不列而选“是”。" if needed else "本表不要求声明列全。"
    return _starred(said, needed), f"{part.cls.comment.zh}{word}"


def shared_words(part: Sheet) -> str:
    """Return what stands in place of a name over the facts that things side by side share."""
    return "以下各机房相同的填在此列" if part.cls.label.zh == "机房" else "各项相同的填在此列"


def _list_head(form: FormBook, sheet: Worksheet, part: Sheet) -> None:
    label, explained = list_head(form.form, part)
    style.given(sheet["A1"], label)
    style.input_cell(sheet[layout.COMPLETE_CELL], layout.YES if form.filled.list_is_complete(part) else None)
    style.options(sheet, layout.COMPLETE_CELL, [layout.YES, layout.NO])
    sheet["C1"] = explained
    sheet["C1"].font = style.font(colour="555555")
    spot = Spot(sheet.title, layout.COMPLETE_CELL, layout.COMPLETE_CELL, f"“{sheet.title}”已列全")
    form.map.lists[part.link.iri] = spot


def _things_in_rows(
    form: FormBook, sheet: Worksheet, part: Sheet, columns: Sequence[layout.Column], rows: Sequence[ThingRow]
) -> None:
    from openpyxl.utils import get_column_letter

    first, last = (
        layout.HEADER_ROW + 1,
        layout.HEADER_ROW + (max(layout.BLANK_ROWS, len(rows) + 10) if form.spare else 1),
    )
    for index, column in enumerate(columns, 1):
        sheet.cell(layout.KEY_ROW, index, column.key)
        head = sheet.cell(layout.HEADER_ROW, index, column.title)
        style.head(head)
        if column.term is not None:
            head.value = _starred(column.title, form.mandatory(column.term))
            _comment(form, head, column.term, form.example(column.term, part.cls.iri))
        elif column.key == "owner":
            _note(head, SHARED_NOTE)
    letters = {column.key: get_column_letter(index) for index, column in enumerate(columns, 1)}
    inputs = [column for column in columns if column.key not in ("id", layout.STATE_KEY)]
    for offset in range(last - first + 1):
        row = first + offset
        thing = rows[offset] if offset < len(rows) else None
        style.given(sheet.cell(row, 1), layout.thing_id(part, offset + 1))
        style.given(
            sheet.cell(row, 2), states.of_thing(letters, inputs, row, first, last, form.form.vocabulary), style.STATE
        )
        for index, column in enumerate(columns, 1):
            if column.key in ("id", layout.STATE_KEY):
                continue
            value = _thing_value(column, thing)
            if column.term is not None:
                _value_cell(form, sheet.cell(row, index), column.term, value, listed=False)
            else:
                style.input_cell(sheet.cell(row, index), value)
    for column in inputs:
        cells = f"{letters[column.key]}{first}:{letters[column.key]}{last}"
        if column.term is not None:
            _drop_down(form, sheet, cells, column.term)
        elif column.key == "owner":
            style.choices(sheet, cells, form.source_of(part.owner) or '"全部"')
        else:
            style.options(sheet, cells, [layout.YES, layout.NO])
    sheet.row_dimensions[layout.KEY_ROW].hidden = True
    ranges = {key: f"${letter}${first}:${letter}${last}" for key, letter in letters.items()}
    form.map.tables[part.cls.iri] = Table(sheet.title, ranges, {}, layout.COMPLETE_CELL)
    for column in inputs:
        if column.term is not None:
            letter = letters[column.key]
            spot = Spot(sheet.title, f"{letter}{first}", f"B{first}", f"{sheet.title}·{column.title}")
            form.map.columns[part.cls.iri, column.term.iri] = spot
            form.map.cite(column.term.needed_by, spot)
    narrow = max(8.5, min(18.0, (150 - 34) / max(1, len(inputs))))
    _looks(sheet, (13, 8, *[narrow] * len(inputs)), freeze=f"C{first}", header_row=layout.HEADER_ROW)


def _thing_value(column: layout.Column, thing: ThingRow | None) -> Any:  # noqa: ANN401
    if thing is None:
        return None
    if column.key == "owner":
        return layout.SEPARATOR.join(thing.owners) or None
    if column.key == "name":
        return layout.ALL if thing.of_all else layout.SEPARATOR.join(thing.names) or None
    return thing.cells.get(column.key)


def _things_side_by_side(
    form: FormBook, sheet: Worksheet, part: Sheet, columns: Sequence[layout.Column], rows: Sequence[ThingRow]
) -> None:
    from openpyxl.utils import get_column_letter

    start = len(layout.SIDE_COLUMNS) + 1
    singles = [row for row in rows if not row.of_all]
    of_all = next((row for row in rows if row.of_all), None)
    count = max(layout.BLANK_SIDE, len(singles) + 2) if form.spare else 1
    style.header(sheet, layout.HEADER_ROW, layout.SIDE_COLUMNS)
    heads = [layout.all_of(part), *(layout.thing_id(part, index) for index in range(1, count + 1))]
    for index, said in enumerate(heads, start):
        style.head(sheet.cell(layout.HEADER_ROW, index, said))
    things = [of_all, *singles, *[None] * (count - len(singles))]
    one, end = get_column_letter(start + 1), get_column_letter(start + count)
    shared = get_column_letter(start)
    ranges: dict[str, str] = {}
    shares: dict[str, str] = {}
    first = layout.HEADER_ROW + 1
    row = first
    for column in columns:
        if column.key in ("id", layout.STATE_KEY):
            continue
        term = column.term
        label = _starred(column.title, term is not None and form.mandatory(term))
        unit = (layout.unit_of(term, form.form.vocabulary) or None) if term else None
        text = layout.allowed_text(term, form.titles, form.form.vocabulary) if term else None
        _given_row(sheet, row, [label, None, unit, text, None, column.key])
        if term is not None:
            _comment(form, sheet.cell(row, 1), term, form.example(term, part.cls.iri))
            _clause_cell(form, sheet.cell(row, 5), term.needed_by)
        names = f"${one}${first}:${end}${first}"
        cells = f"{one}{row}:{end}{row}"
        style.given(
            sheet.cell(row, 2),
            states.of_side(term, f"{shared}{row}", cells, names, column.key == "name", form.form.vocabulary),
            style.STATE,
        )
        for index, thing in enumerate(things, start):
            cell = sheet.cell(row, index)
            if column.key == "name" and index == start:
                style.given(cell, shared_words(part))
                continue
            value = _thing_value(column, thing)
            if term is not None:
                _value_cell(form, cell, term, value, listed=False)
            else:
                style.input_cell(cell, value)
        if term is not None:
            _drop_down(form, sheet, f"{shared}{row}:{end}{row}", term)
            spot = Spot(sheet.title, f"{shared}{row}", f"B{row}", f"{sheet.title}·{column.title}")
            form.map.columns[part.cls.iri, term.iri] = spot
            form.map.cite(term.needed_by, spot)
        ranges[column.key] = f"${one}${row}:${end}${row}"
        shares[column.key] = f"${shared}${row}"
        row += 1
    form.map.tables[part.cls.iri] = Table(sheet.title, ranges, shares, layout.COMPLETE_CELL, side_by_side=True)
    sheet.row_dimensions[layout.KEY_ROW].hidden = True
    _looks(
        sheet,
        (22, 8, 7, 12, 8, 4, *[11] * (count + 1)),
        freeze=f"{shared}{first}",
        hidden="F",
        header_row=layout.HEADER_ROW,
    )


def documents_sheet(form: FormBook) -> None:
    """Write the sheet of evidence documents, numbered: other sheets name a document by its number."""
    sheet = form.book.create_sheet(layout.DOCUMENTS)
    style.given(sheet["A1"], DOCUMENTS_HEAD)
    for index, key in enumerate(DOCUMENT_KEYS, 1):
        sheet.cell(layout.KEY_ROW, index, key)
    titles = [_starred(t, t in ("文件名称", "文件日期", "责任岗位")) for t in layout.DOCUMENT_COLUMNS]
    style.header(sheet, layout.HEADER_ROW, titles)
    first = layout.HEADER_ROW + 1
    documents = form.filled.documents
    before: tuple[Any, Any] = (None, None)
    for offset in range(max(layout.BLANK_DOCUMENTS, len(documents) + 50) if form.spare else 1):
        row = first + offset
        style.given(sheet.cell(row, 1), offset + 1)
        cells: list[Any] = [None] * 5
        if offset < len(documents):
            document = documents[offset]
            dated = (document.issued or layout.NONE, document.responsibleRole or layout.NONE)
            cells = [
                document.title,
                document.identifier,
                dated[0] if dated[0] != before[0] else None,
                dated[1] if dated[1] != before[1] else None,
                document.sha256,
            ]
            before = dated
        for index, value in enumerate(cells, 2):
            style.input_cell(sheet.cell(row, index), value, as_text=index in (2, 3, 5, 6), as_date=index == 4)
        for index, formula in enumerate(states.of_document(row, first), 7):
            style.given(sheet.cell(row, index), formula, style.STATE)
        sheet.cell(row, 7).number_format = "yyyy-mm-dd"
    sheet.row_dimensions[layout.KEY_ROW].hidden = True
    _looks(sheet, (6, 40, 18, 12, 18, 14, 12, 18, 10), freeze="C4", header_row=layout.HEADER_ROW)


def practices_sheet(form: FormBook) -> None:
    """Write the sheet of practices: whom, what, and the number of the document that proves it."""
    sheet = form.book.create_sheet(layout.PRACTICES)
    style.header(sheet, 1, layout.PRACTICE_COLUMNS)
    head = sheet.cell(1, 4)
    _note(head, PROOF_NOTE)
    forbidden = {term.iri for term in form.form.prohibitions}
    rows = form.filled.practices(sorted((*form.form.practices, *form.form.prohibitions), key=_order))
    for number, row in enumerate(rows, 2):
        asked = CHECKED_SUFFIXES[0] if row.term.iri in forbidden else ""
        _statement_head(form, sheet, number, row, 8, row.term.comment.zh + asked)
        for index, key in ((3, "number"), (4, "holds"), (5, "other"), (6, "exception")):
            style.input_cell(sheet.cell(number, index), row.cells.get(key))
        style.given(sheet.cell(number, 7), states.of_practice(number, prohibited=bool(asked)), style.STATE)
        _remember(form, row, sheet.title, f"D{number}" if asked else f"C{number}", f"G{number}")
    last = _added(sheet, len(rows) + 2, 7, 8, range(3, 7), states.of_practice)
    style.options(sheet, f"D2:D{last}", [layout.YES, layout.NO])
    style.bounded(sheet, f"C2:C{last}", "whole", "1", "9999", f"“{layout.DOCUMENTS}”表中的序号")
    _looks(sheet, (16, 28, 9, 10, 10, 16, 11, 42, 14, 4), freeze="C2", hidden="J")


def tasks_sheet(form: FormBook) -> None:
    """Write the sheet of recurring tasks: when last, and the interval that the company sets itself."""
    sheet = form.book.create_sheet(layout.TASKS)
    style.header(sheet, 1, layout.TASK_COLUMNS)
    _note(sheet.cell(1, 5), INTERVAL_NOTE)
    rows = form.filled.tasks(form.form.tasks)
    for number, row in enumerate(rows, 2):
        own = row.term.iri in form.form.interval_tasks
        _statement_head(form, sheet, number, row, 8, row.term.comment.zh + (CHECKED_SUFFIXES[1] if own else ""))
        style.input_cell(sheet.cell(number, 3), row.cells.get("last"), as_date=True)
        for index, key in ((4, "interval"), (5, "unit"), (6, "holds")):
            if own or index == 6:
                style.input_cell(sheet.cell(number, index), row.cells.get(key))
            else:
                style.input_cell(sheet.cell(number, index), row.cells.get(key))
                sheet.cell(number, index).fill = style.fill(style.GIVEN)
        style.given(sheet.cell(number, 7), states.of_task(number, own=own), style.STATE)
        sheet.cell(number, 11, states.day_of(f"C{number}"))
        _remember(form, row, sheet.title, f"C{number}", f"G{number}")
    last = _added(sheet, len(rows) + 2, 7, 8, range(3, 7), lambda n: states.of_task(n, own=False))
    style.options(sheet, f"E2:E{last}", layout.INTERVAL_UNITS)
    style.options(sheet, f"F2:F{last}", [layout.YES, layout.NO])
    sheet.column_dimensions["K"].hidden = True
    _looks(sheet, (16, 28, 13, 9, 9, 9, 11, 42, 14, 4), freeze="C2", hidden="J")


def records_sheet(form: FormBook) -> None:
    """Write the sheet of retention periods."""
    sheet = form.book.create_sheet(layout.RECORDS)
    style.header(sheet, 1, layout.RECORD_COLUMNS)
    _note(sheet.cell(1, 4), PERIOD_NOTE)
    rows = form.filled.records(form.form.records)
    for number, row in enumerate(rows, 2):
        _statement_head(form, sheet, number, row, 6, row.term.comment.zh)
        for index, key in ((3, "period"), (4, "unit")):
            style.input_cell(sheet.cell(number, index), row.cells.get(key))
        style.given(sheet.cell(number, 5), states.of_record(number), style.STATE)
        _remember(form, row, sheet.title, f"C{number}", f"E{number}")
    last = _added(sheet, len(rows) + 2, 5, 6, range(3, 5), states.of_record, count=10)
    style.options(sheet, f"D2:D{last}", layout.PERIOD_UNITS)
    _looks(sheet, (16, 30, 10, 10, 11, 50, 16, 4), freeze="C2", hidden="H")


def _order(term: Term) -> tuple[int, ...]:
    from zhiyin.model import number_key

    return min((number_key(number) for number in term.needed_by), default=())


def _statement_head(
    form: FormBook, sheet: Worksheet, number: int, row: StatementRow, explained: int, comment: str
) -> None:
    of_company = usual_subject(form.form, row.term) == layout.COMPANY_ITSELF
    subject = sheet.cell(number, 1)
    if of_company:
        style.given(subject, row.subject)
    else:
        style.input_cell(subject, row.subject)
        if source := form.source_of(row.term.practice_of[0]):
            style.choices(sheet, subject.coordinate, source)
    style.given(sheet.cell(number, 2), row.term.label.zh)
    style.given(sheet.cell(number, explained), comment)
    _clause_cell(form, sheet.cell(number, explained + 1), row.term.needed_by)
    style.given(sheet.cell(number, explained + 2), row.term.local)


def _remember(form: FormBook, row: StatementRow, title: str, cell: str, state: str) -> None:
    spot = Spot(title, cell, state, f"{row.subject}·{row.term.label.zh}")
    form.map.statements[row.term.iri].append((row.subject, spot))
    form.map.cite(row.term.needed_by, spot)


def _added(
    sheet: Worksheet,
    start: int,
    state: int,
    explained: int,
    inputs: range,
    formula: Any,  # noqa: ANN401
    *,
    count: int = _ADDED_ROWS,
) -> int:
    """Write empty rows for what is stated apart for several things; return the last row."""
    for row in range(start, start + count):
        for index in (1, 2, *inputs):
            style.input_cell(sheet.cell(row, index))
        told = formula(row).removeprefix("=")
        style.given(sheet.cell(row, state), f'=IF(B{row}="","",{told})', style.STATE)
        style.given(sheet.cell(row, explained), ADDED_ROW)
    if sheet.title == layout.TASKS:
        for row in range(start, start + count):
            style.input_cell(sheet.cell(row, 3), as_date=True)
    return start + count - 1


# --- cells --------------------------------------------------------------------------------------------------------


def _starred(label: str, required: bool) -> str:
    return label + layout.REQUIRED if required else label


def _given_row(sheet: Worksheet, row: int, values: Sequence[Any]) -> None:
    for index, value in enumerate(values, 1):
        style.given(sheet.cell(row, index), value)


def _value_cell(form: FormBook, cell: Cell, term: Term, value: Any, *, listed: bool = True) -> None:  # noqa: ANN401
    style.input_cell(cell, value, as_text=layout.is_text(term), as_date=term.range == XSD + "date")
    if listed:
        _drop_down(form, cell.parent, cell.coordinate, term)


def _drop_down(form: FormBook, sheet: Worksheet, cells: str, term: Term) -> None:
    few = layout.allowed(term, form.form.vocabulary)
    if few is not None and term.functional:
        style.options(sheet, cells, few)
    elif few is not None or (few := layout.suggested(term)):
        style.choices(sheet, cells, f'"{",".join(few)}"')
    elif term.kind == "object" and (source := form.source_of(term.range)):
        style.choices(sheet, cells, source)
    elif term.range in (XSD + "integer", XSD + "decimal"):
        kind: Literal["whole", "decimal"] = "whole" if term.range == XSD + "integer" else "decimal"
        low = f"{term.minimum:f}" if term.minimum is not None else "-999999999999999"
        high = f"{term.maximum:f}" if term.maximum is not None else "999999999999999"
        style.bounded(sheet, cells, kind, low, high, layout.allowed_text(term, None, form.form.vocabulary) or "")
    elif term.range == XSD + "date":
        style.bounded(sheet, cells, "date", "32874", "73050", "日期，如 2026-01-31")


def _clause_cell(form: FormBook, cell: Cell, numbers: Sequence[str]) -> None:
    style.given(cell, layout.clause_text(numbers) or None)
    known = clauses_of(form.form.rules, form.form.tier)
    own = [number for number in numbers if number in known]
    if own:
        row = list(known).index(own[0]) + 2
        style.link(cell, layout.CLAUSES, f"A{row}", width=_NUMBER)
        _note(cell, "\n".join(clause_note(known[n]) for n in own[:4]), width=380, height=190)


def clause_note(clause: FormClause) -> str:
    """Return the line that a comment gives a clause."""
    return f"{clause.number}［{clause.obligation}］{clause.text}"


def example_note(example: object) -> str:
    """Return the line that a comment gives an example."""
    return f"例：{example}" if example is not None else ""


def _comment(form: FormBook, cell: Cell, term: Term, example: object) -> None:
    shown = example_note(example)
    allowed = layout.allowed_text(term, form.titles, form.form.vocabulary) or ""
    parts = [term.comment.zh, allowed, shown, layout.clause_text(term.needed_by)]
    _note(cell, "\n".join(p for p in parts if p), width=360, height=160)


def _note(cell: Cell, said: str, *, width: int = 300, height: int = 110) -> None:
    from openpyxl.comments import Comment

    cell.comment = Comment(said, "zhiyin", width=width, height=height)


def _looks(sheet: Worksheet, columns: Sequence[float], *, freeze: str, hidden: str = "", header_row: int = 1) -> None:
    from openpyxl.utils import get_column_letter

    for index, width in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    if hidden:
        sheet.column_dimensions[hidden].hidden = True
    style.heights(sheet, columns, header_row)
    sheet.freeze_panes = freeze
    sheet.print_title_rows = f"{header_row}:{header_row}"
    style.protected(sheet)
