"""The sheets of practices, dated work and retention periods in; their statements about a company or its things out."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyoxigraph as ox

from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form
from zhiyin.intake.cell_values import Misread, plain, read_integer
from zhiyin.intake.workbook_cells import Cell, SheetCells
from zhiyin.intake.workbook_labels import check_labels, is_missing
from zhiyin.intake.workbook_records import cell_readings, once, put, state
from zhiyin.intake.workbook_sight import refuse_unseen
from zhiyin.intake.workbook_statements import COMPANY, Statements, boolean
from zhiyin.intake.workbook_tables import Row, Table, refuse_merged, titled_table
from zhiyin.intake.workbook_unread import tell_above, tell_overwritten
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD

_OWNER = layout.PRACTICE_COLUMNS[0]
_NUMBERS = re.compile(r"[；;、，,\s]+")


def read_practices(
    form: Form, cells: SheetCells, said: Statements, documents: Mapping[str, ox.NamedNode], *, current: bool
) -> None:
    """State the practices of a sheet as attestations; a document's number says that the practice is in place."""
    terms = {t.local: t for t in (*form.practices, *form.prohibitions)}
    forbidden = {t.iri for t in form.prohibitions}
    _, label, number, holds, other, exception = layout.PRACTICE_COLUMNS[:6]
    readings = cell_readings(said)
    held: dict[tuple[str, str], tuple[str, int]] = {}
    for row, term, owners, table in _statements(
        form,
        layout.PRACTICE_COLUMNS,
        label,
        (number, holds, other, exception),
        terms,
        cells,
        said,
        current=current,
    ):
        proved = _proofs(row, table, (number, other), documents, said)
        if term.iri in forbidden and holds not in row.cells:
            said.fault(
                table.title,
                table.cell_name(row.number, holds),
                f"“{term.label.zh}”是禁止事项，请在“{holds}”选是否发生",
                f"'{term.label.en}' is prohibited: say whether it takes place",
            )
            continue
        for owner in owners:
            node = state(said, table, row, owner, term, ZY.attestation, ZY.Attestation, number)
            put(said, table, row, node, {holds: (str(ZY.holds), readings["boolean"])})
            once(said, table, row, holds, (owner.value, term.iri), held)
            if holds not in row.cells and proved:
                said.add(
                    node, str(ZY.holds), boolean(True), said.place(table.title, table.cell_name(row.number, holds))
                )
            for document in proved:
                said.add(node, str(ZY.evidence), document)
            put(said, table, row, node, {exception: (str(ZY.exception), readings["text"])})


def _proofs(
    row: Row, table: Table, names: Sequence[str], documents: Mapping[str, ox.NamedNode], said: Statements
) -> list[ox.NamedNode]:
    """Return the documents whose numbers stand in the row."""
    found: list[ox.NamedNode] = []
    for name in names:
        cell = row.cells.get(name)
        if cell is None or said.is_formula(table.title, cell, name):
            continue
        for part in [p for p in _NUMBERS.split(cell.text) if p] or [cell.text]:
            key = plain(part).removesuffix(".0").removeprefix("#")
            if key in documents:
                found.append(documents[key])
                continue
            said.fault(
                table.title,
                cell.name,
                f"“{name}”填的“{part[:40]}”不是“{layout.DOCUMENTS}”表中填了内容的序号；请只填序号，几份之间用“；”分开",
                f"'{part[:40]}' is no number of the sheet {layout.DOCUMENTS}; give numbers alone, apart by ;",
                part,
            )
    return list(dict.fromkeys(found))


def read_tasks(form: Form, cells: SheetCells, said: Statements, *, current: bool) -> None:
    """State the dated work of a sheet as activities."""
    terms = {t.local: t for t in form.tasks}
    _, label, latest, interval, unit, holds = layout.TASK_COLUMNS[:6]
    readings = cell_readings(said)
    held: dict[tuple[str, str], tuple[str, int]] = {}
    for row, term, owners, table in _statements(
        form, layout.TASK_COLUMNS, label, (latest, interval, holds, unit), terms, cells, said, current=current
    ):
        for owner in owners:
            node = state(said, table, row, owner, term, ZY.activity, ZY.Activity, latest)
            columns = {
                latest: (str(ZY.lastConductedOn), readings["day"]),
                holds: (str(ZY.holds), readings["boolean"]),
            }
            put(said, table, row, node, columns)
            _interval(said, table, row, node, (interval, unit, latest))
            once(said, table, row, holds, (owner.value, term.iri), held)


def _interval(said: Statements, table: Table, row: Row, node: ox.NamedNode, names: tuple[str, str, str]) -> None:
    """State the interval in days: months and years are calendar ones, counted from the last performance."""
    interval, unit, latest = (row.cells.get(name) for name in names)
    if interval is None:
        if unit is not None:
            said.fault(
                table.title,
                table.cell_name(row.number, names[0]),
                f"填了“{names[1]}”，没有填“{names[0]}”",
                "a unit without an interval",
            )
        return
    if said.is_formula(table.title, interval, names[0]):
        return
    # A unit written behind the figure counts where none is chosen beside it.
    written = re.fullmatch(r"(.*?)(天|日|个月|月|年)?", plain(interval.text))
    word = plain(unit.text) if unit is not None else (written[2] if written and written[2] else "天")
    months = {"天": 0, "日": 0, "月": 1, "个月": 1, "年": 12}.get(word)
    if months is None:
        said.fault(
            table.title,
            table.cell_name(row.number, names[1]),
            f"“{names[1]}”须是{'、'.join(layout.INTERVAL_UNITS)}，现为“{word[:20]}”",
            f"the unit must be one of {', '.join(layout.INTERVAL_UNITS)}",
            word,
        )
        return
    try:
        count = _counted(interval, word)
        days = count
        if months:
            said_day = cell_readings(said)["day"](latest).value if latest is not None else "2000-01-01"
            start = date.fromisoformat(said_day)
            days = (_months_after(start, min(months * count, 1200)) - start).days
        literal = ox.Literal(str(days), datatype=ox.NamedNode(XSD + "integer"))
        said.add(node, str(ZY.statedIntervalDays), literal, said.place(table.title, interval.name))
    except Misread as error:
        said.misread(table.title, interval, names[0], error)


def _counted(cell: Cell, word: str) -> int:
    """Return the whole number of a cell that may have its unit, ``word``, written behind it."""
    same = {"个月": "月", "日": "天"}
    for long, short in same.items():
        if cell.kind == "s" and plain(cell.text).endswith(long):
            cell = replace(cell, raw=plain(cell.text).removesuffix(long) + short)
    return int(read_integer(cell, same.get(word, word)).lexical)


def _months_after(day: date, months: int) -> date:
    """Return the same day ``months`` calendar months later, the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def read_records(form: Form, cells: SheetCells, said: Statements, *, current: bool) -> None:
    """State the retention periods of a sheet."""
    terms = {t.local: t for t in form.records}
    _, label, period, unit = layout.RECORD_COLUMNS[:4]
    held: dict[tuple[str, str], tuple[str, int]] = {}
    for row, term, owners, table in _statements(
        form, layout.RECORD_COLUMNS, label, (period, unit), terms, cells, said, current=current
    ):
        stated = _period(said, table, row, (period, unit))
        for owner in owners:
            node = state(said, table, row, owner, term, ZY.retention, ZY.Retention, period)
            if stated is not None:
                predicate, count, cell = stated
                literal = ox.Literal(str(count), datatype=ox.NamedNode(XSD + "integer"))
                said.add(node, predicate, literal, said.place(table.title, cell))
            once(said, table, row, period, (owner.value, term.iri), held)


def _period(said: Statements, table: Table, row: Row, names: tuple[str, str]) -> tuple[str, int, str] | None:
    """Return how long something is kept: the property of its unit, the count and the cell."""
    period, unit = (row.cells.get(name) for name in names)
    forever = plain(layout.FOREVER)
    if unit is not None and plain(unit.text) == forever and period is not None and plain(period.text) != forever:
        said.fault(
            table.title,
            period.name,
            f"“{names[0]}”填了“{period.text[:20]}”，“{names[1]}”又选了“{layout.FOREVER}”；永久保存的不填数字，否则选天、月或年",
            f"a figure and {layout.FOREVER} exclude each other: leave the figure out, or choose days, months or years",
            period.text,
        )
        return None
    if any(cell is not None and plain(cell.text) == forever for cell in (period, unit)):
        return str(ZY.periodYears), layout.FOREVER_YEARS, table.cell_name(row.number, names[0])
    if period is None or said.is_formula(table.title, period, names[0]):
        if period is None:
            said.fault(
                table.title,
                table.cell_name(row.number, names[0]),
                f"填了“{names[1]}”，没有填“{names[0]}”",
                "a unit without a period",
            )
        return None
    written = re.fullmatch(r"(.*?)(天|日|个月|月|年)?", plain(period.text))
    word = plain(unit.text) if unit is not None else (written[2] if written and written[2] else "")
    keys = {"天": "periodDays", "日": "periodDays", "月": "periodMonths", "个月": "periodMonths", "年": "periodYears"}
    if word not in keys:
        said.fault(
            table.title,
            table.cell_name(row.number, names[1]),
            f"“{names[1]}”须是{'、'.join(layout.PERIOD_UNITS)}" + (f"，现为“{word[:20]}”" if word else "，没有填"),
            f"the unit must be one of {', '.join(layout.PERIOD_UNITS)}",
            word,
        )
        return None
    try:
        count = _counted(period, word)
        return str(ZY[keys[word]]), count, period.name
    except Misread as error:
        said.misread(table.title, period, names[0], error)
        return None


def _statements(
    form: Form,
    titles: Sequence[str],
    label: str,
    inputs: Sequence[str],
    terms: Mapping[str, Term],
    cells: SheetCells,
    said: Statements,
    *,
    current: bool,
) -> Iterator[tuple[Row, Term, list[ox.NamedNode], Table]]:
    """Yield each row that states something, with what it is about and the things that it is stated of.

    A row added below the form's own has no key: what it is about is told by its label.
    """
    table = titled_table(cells, titles, layout.KEY_COLUMN, said)
    if table is None:
        return
    refuse_merged(table, said)
    refuse_unseen(table, inputs, said)
    if current:
        tell_above(cells, table.head, (), form, said)
        tell_overwritten(table, (_OWNER, label, layout.KEY_COLUMN, *inputs), form, said)
    labels = {key: term.label.zh for key, term in terms.items()}
    by_label: dict[str, list[str]] = {}
    for each, name in labels.items():
        by_label.setdefault(plain(name), []).append(each)
    seen: set[str] = set()
    for row in table.rows():
        key = row.text(layout.KEY_COLUMN)
        stated = any(name in row.cells for name in inputs)
        if not key and stated:
            key = _meant(by_label.get(plain(row.text(label)), ()), terms, row.text(_OWNER))
        seen.add(key)
        if not check_labels(row, table, label, key, labels, said, stated=stated, current=current):
            continue
        term = terms[key]
        if not stated:
            _remember_blank(row, term, table, inputs[0], said)
            continue
        owners = _owners(row, term, table, said)
        if owners:
            yield row, term, owners, table
    is_missing(labels, seen, table, said, current=current)


def _meant(keys: Sequence[str], terms: Mapping[str, Term], subject: str) -> str:
    """Return which of the terms of one label a row means: a company's own and one of its branches may share it."""
    of_company = plain(subject) in ("", layout.COMPANY_ITSELF)
    own = (k for k in keys if (not terms[k].practice_of or COMPANY in terms[k].practice_of) == of_company)
    return next(own, keys[0] if keys else "")


def _owners(row: Row, term: Term, table: Table, said: Statements) -> list[ox.NamedNode]:
    """Return the things that a row speaks of, the company where it names none and the practice is a company's."""
    allowed = frozenset(term.practice_of)
    cell = row.cells.get(_OWNER)
    words = "或".join(f"“{said.vocabulary.terms[cls].label.zh}”" for cls in sorted(allowed))
    if cell is not None:
        if plain(cell.text).startswith(layout.ALL) and not any(said.all_of(cls) for cls in allowed):
            if not allowed & said.unread:
                said.fault(
                    table.title,
                    cell.name,
                    f"“{term.label.zh}”填了内容，但{words}表中没有列出一项；请先列出，或删去此行的内容",
                    f"'{term.label.en}' is stated, but nothing is listed that it could be about",
                    cell.text,
                )
            return []
        return said.named_things(table.title, cell, _OWNER, allowed or frozenset({COMPANY}))
    if not allowed or COMPANY in allowed:
        return [said.company]
    said.fault(
        table.title,
        table.cell_name(row.number, _OWNER),
        f"“{term.label.zh}”要写明是哪一项：请在“{_OWNER}”填{words}表中的名称，或“{layout.ALL}”",
        f"'{term.label.en}' needs its subject: name it in the first column",
    )
    return []


def _remember_blank(row: Row, term: Term, table: Table, first: str, said: Statements) -> None:
    """Remember where a statement that is not made would stand: its finding names the cell to fill in."""
    place = said.place(table.title, table.cell_name(row.number, first))
    if not term.practice_of or COMPANY in term.practice_of:
        said.places.setdefault((said.company.value, term.iri), place)
        return
    for cls in term.practice_of:
        for node in said.all_of(cls):
            said.places.setdefault((node.value, term.iri), place)
