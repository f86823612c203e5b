"""The sheets of practices, dated work and retention periods of the first layout in; their statements about a company or its things out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form
from zhiyin.intake.cell_values import Misread, read_boolean, read_day, read_integer, read_text
from zhiyin.intake.workbook_cells import Cell, SheetCells
from zhiyin.intake.workbook_labels import check_labels, is_missing
from zhiyin.intake.workbook_sight import refuse_unseen
from zhiyin.intake.workbook_statements import COMPANY, Statements
from zhiyin.intake.workbook_tables import Row, Table, refuse_merged, titled_table
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, TYPE, XSD

_OWNER = layout.EARLIER_PRACTICE_COLUMNS[0]
_Reading = Callable[[Cell], ox.Literal]


def read_practices(form: Form, cells: SheetCells, said: Statements, *, current: bool) -> None:
    """State the practices and documents of a sheet as attestations with their evidence."""
    terms = {t.local: t for t in (*form.practices, *form.prohibitions)}
    _, label, holds, *evidence, exception = layout.EARLIER_PRACTICE_COLUMNS[:9]
    predicates = (
        DCTERMS + "title",
        DCTERMS + "identifier",
        DCTERMS + "issued",
        str(ZY.responsibleRole),
        str(ZY.sha256),
    )
    readings = cell_readings(said)
    held: dict[tuple[str, str], tuple[str, int]] = {}
    inputs = (holds, *evidence, exception)
    for row, term, owners, table in _statements(
        layout.EARLIER_PRACTICE_COLUMNS, label, inputs, terms, cells, said, current=current
    ):
        for owner in owners:
            node = state(said, table, row, owner, term, ZY.attestation, ZY.Attestation, holds)
            put(said, table, row, node, {holds: (str(ZY.holds), readings["boolean"])})
            once(said, table, row, holds, (owner.value, term.iri), held)
            if any(name in row.cells for name in evidence):
                document = said.new_node("evidence")
                said.add(node, str(ZY.evidence), document)
                said.add(document, TYPE, ox.NamedNode(str(ZY.Evidence)))
                put(
                    said,
                    table,
                    row,
                    document,
                    {
                        name: (predicate, readings["day" if predicate.endswith("issued") else "text"])
                        for name, predicate in zip(evidence, predicates, strict=True)
                    },
                )
            put(said, table, row, node, {exception: (str(ZY.exception), readings["text"])})


def read_tasks(form: Form, cells: SheetCells, said: Statements, *, current: bool) -> None:
    """State the dated work of a sheet as activities."""
    terms = {t.local: t for t in form.tasks}
    _, label, latest, interval, holds = layout.EARLIER_TASK_COLUMNS[:5]
    readings = cell_readings(said)
    held: dict[tuple[str, str], tuple[str, int]] = {}
    for row, term, owners, table in _statements(
        layout.EARLIER_TASK_COLUMNS, label, (latest, interval, holds), terms, cells, said, current=current
    ):
        for owner in owners:
            node = state(said, table, row, owner, term, ZY.activity, ZY.Activity, latest)
            columns = {
                latest: (str(ZY.lastConductedOn), readings["day"]),
                interval: (str(ZY.statedIntervalDays), readings["days"]),
                holds: (str(ZY.holds), readings["boolean"]),
            }
            put(said, table, row, node, columns)
            once(said, table, row, holds, (owner.value, term.iri), held)


def read_records(form: Form, cells: SheetCells, said: Statements, *, current: bool) -> None:
    """State the retention periods of a sheet."""
    terms = {t.local: t for t in form.records}
    _, label, days, months, years = layout.EARLIER_RECORD_COLUMNS[:5]
    readings = cell_readings(said)
    held: dict[tuple[str, str], tuple[str, int]] = {}
    for row, term, owners, table in _statements(
        layout.EARLIER_RECORD_COLUMNS, label, (days, months, years), terms, cells, said, current=current
    ):
        for owner in owners:
            node = state(said, table, row, owner, term, ZY.retention, ZY.Retention, days)
            columns = {
                days: (str(ZY.periodDays), readings["days"]),
                months: (str(ZY.periodMonths), readings["months"]),
                years: (str(ZY.periodYears), readings["years"]),
            }
            put(said, table, row, node, columns)
            for name in (days, months, years):
                once(said, table, row, name, (owner.value, term.iri + name), held)


def _statements(
    titles: Sequence[str],
    label: str,
    inputs: Sequence[str],
    terms: Mapping[str, Term],
    cells: SheetCells,
    said: Statements,
    *,
    current: bool,
) -> Iterator[tuple[Row, Term, list[ox.NamedNode], Table]]:
    """Yield each row that states something, with what it is about and the things that it is stated of."""
    table = titled_table(cells, titles, layout.KEY_COLUMN, said)
    if table is None:
        return
    refuse_merged(table, said)
    refuse_unseen(table, inputs, said)
    labels = {key: term.label.zh for key, term in terms.items()}
    seen: set[str] = set()
    for row in table.rows():
        key = row.text(layout.KEY_COLUMN)
        stated = any(name in row.cells for name in inputs)
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


def _owners(row: Row, term: Term, table: Table, said: Statements) -> list[ox.NamedNode]:
    """Return the things that a row speaks of, the company where it names none and the practice is a company's."""
    allowed = frozenset(term.practice_of)
    owner = row.cells.get(_OWNER)
    if owner is not None:
        return said.named_things(table.title, owner, _OWNER, allowed)
    if not allowed or COMPANY in allowed:
        return [said.company]
    words = "或".join(f"“{said.vocabulary.terms[cls].label.zh}”" for cls in sorted(allowed))
    said.fault(
        table.title,
        table.cell_name(row.number, _OWNER),
        f"“{term.label.zh}”要写明是哪一项：请在“{_OWNER}”填{words}表中的编号",
        f"'{term.label.en}' needs its subject: name an id in the first column",
    )
    return []


def _remember_blank(row: Row, term: Term, table: Table, first: str, said: Statements) -> None:
    """Remember where a statement that is not made would stand: its finding names the cell to fill in."""
    place = said.place(table.title, table.cell_name(row.number, first))
    name = row.text(_OWNER)
    thing = said.things.get(name.casefold())
    node = said.company if not name or name == layout.COMPANY_ITSELF else thing.node if thing else None
    if node is not None:
        said.places.setdefault((node.value, term.iri), place)


def state(
    said: Statements, table: Table, row: Row, owner: ox.NamedNode, term: Term, link: object, cls: object, first: str
) -> ox.NamedNode:
    """State that there is a statement of ``owner`` about ``term``; return its node."""
    node = said.new_node("statement")
    said.add(owner, str(link), node)
    said.add(node, TYPE, ox.NamedNode(str(cls)))
    said.add(
        node,
        str(ZY.about),
        ox.NamedNode(term.iri),
        said.place(table.title, table.cell_name(row.number, layout.KEY_COLUMN)),
    )
    said.places[owner.value, term.iri] = said.place(table.title, table.cell_name(row.number, first))
    return node


def put(
    said: Statements, table: Table, row: Row, node: ox.NamedNode, columns: Mapping[str, tuple[str, _Reading]]
) -> None:
    """State what the cells of ``columns`` hold."""
    for name, (predicate, reading) in columns.items():
        cell = row.cells.get(name)
        if cell is None or said.is_formula(table.title, cell, name):
            continue
        try:
            said.add(node, predicate, reading(cell), said.place(table.title, cell.name))
        except Misread as error:
            said.misread(table.title, cell, name, error)


def cell_readings(said: Statements) -> dict[str, _Reading]:
    """Return how cells are read as yes or no, a day, text, or a count of days, months or years."""

    def typed(lexical: str, kind: str) -> ox.Literal:
        return ox.Literal(lexical, datatype=ox.NamedNode(XSD + kind))

    return {
        "boolean": lambda cell: typed(read_boolean(cell).lexical, "boolean"),
        "day": lambda cell: typed(read_day(cell, from_1904=said.from_1904).lexical, "date"),
        "text": lambda cell: ox.Literal(read_text(cell, from_1904=said.from_1904).lexical),
        "days": lambda cell: typed(read_integer(cell, "天").lexical, "integer"),
        "months": lambda cell: typed(read_integer(cell, "月").lexical, "integer"),
        "years": lambda cell: typed(read_integer(cell, "年").lexical, "integer"),
    }


def once(
    said: Statements,
    table: Table,
    row: Row,
    name: str,
    key: tuple[str, str],
    held: dict[tuple[str, str], tuple[str, int]],
) -> None:
    """Refuse two rows about one thing that say different things in the column ``name``."""
    found = row.text(name)
    if not found:
        return
    before = held.setdefault(key, (found, row.number))
    if before[0] != found:
        said.fault(
            table.title,
            table.cell_name(row.number, name),
            f"第 {before[1]} 行和第 {row.number} 行说的是同一件事，“{name}”却不同（{before[0][:20]}、{found[:20]}）；请只留一行",
            f"rows {before[1]} and {row.number} speak of the same and differ in '{name}'; keep one",
            found,
        )
