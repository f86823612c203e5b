"""The sheets of things in: rows, or columns where things stand side by side, each naming one thing, several or all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import pyoxigraph as ox

from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import Form, Sheet
from zhiyin.intake.cell_looks import Look
from zhiyin.intake.cell_values import Misread, plain, read_boolean, read_text
from zhiyin.intake.empty_words import names_something
from zhiyin.intake.workbook_cells import Cell, SheetCells, column_letters
from zhiyin.intake.workbook_labels import check_labels, is_missing
from zhiyin.intake.workbook_sight import refuse_look, refuse_unseen
from zhiyin.intake.workbook_statements import Statements
from zhiyin.intake.workbook_tables import Row, Table, keyed_table, refuse_merged, tell_stray
from zhiyin.intake.workbook_unread import tell_above, tell_overwritten
from zhiyin.namespaces import ZY
from zhiyin.standards import TYPE

_NAME, _LISTS_ALL = str(ZY.name), str(ZY.listsAll)
_SEPARATORS = re.compile(r"[；;\n]")


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that a row speaks of: who holds it, its node, and its name."""

    owner: ox.NamedNode
    node: ox.NamedNode
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row (or column) of a sheet of things: its id, where each of its facts stands, and what is filled in."""

    sheet: str
    id: str
    anchor: str
    cells: Mapping[str, Cell]
    blanks: Mapping[str, str]
    of_all: bool
    things: list[Thing] = field(default_factory=list)


def read_entries(form: Form, sheet: Sheet, cells: SheetCells, said: Statements, *, current: bool) -> list[Entry] | None:
    """Return what the sheet holds; ``None``, with the faults, where its table is not to be found."""
    keys = {column.key: column.title for column in layout.columns(form, sheet)}
    inputs = set(keys) - {"id", layout.STATE_KEY}
    if layout.is_side_by_side(sheet):
        return _side_by_side(form, keys, inputs, cells, said, current)
    table = keyed_table(cells, keys, layout.KEY_ROW, said)
    if table is None:
        return None
    titles = cells.rows.get(table.head, {})
    head = Row(table.head, {key: titles[column] for key, column in table.columns.items() if column in titles})
    for key in table.columns:
        check_labels(head, table, key, key, keys, said, stated=True, current=current)
    is_missing(keys, table.columns, table, said, current=current)
    if "id" not in table.columns:
        return None
    refuse_merged(table, said)
    refuse_unseen(table, inputs, said)
    if current:
        tell_above(cells, table.head, ((1, 2),), form, said)
        tell_overwritten(table, inputs | {"id"}, form, said)
    found = []
    for row in table.rows():
        filled = {key: cell for key, cell in row.cells.items() if key in inputs}
        if filled:
            blanks = {key: table.cell_name(row.number, key) for key in inputs if key in table.columns}
            of_all = plain(row.text("name")) == plain(layout.ALL)
            anchor = table.cell_name(row.number, "id")
            found.append(Entry(cells.title, row.text("id") or str(row.number), anchor, filled, blanks, of_all))
        elif "id" not in row.cells:
            tell_stray(table, row, said)
    return found


def _side_by_side(
    form: Form, keys: Mapping[str, str], inputs: set[str], cells: SheetCells, said: Statements, current: bool
) -> list[Entry] | None:
    key_column = len(layout.SIDE_COLUMNS)
    expected = layout.SIDE_COLUMNS[0]
    heads = [number for number in sorted(cells.rows)[:60] if plain(cells.text(number, 1)) == plain(expected)]
    if layout.HEADER_ROW not in heads:
        at = f"现在第 {heads[0]} 行" if heads else "没有找到"
        said.fault(
            cells.title,
            f"A{heads[0] if heads else layout.HEADER_ROW}",
            f"表头（“{expected}”一行）应在第 {layout.HEADER_ROW} 行，{at}；请删去上面多出的行，或从空表恢复表头",
            f"the head should be in row {layout.HEADER_ROW}; delete the rows put above it, or restore it",
        )
        return None
    head = cells.rows[layout.HEADER_ROW]
    table = Table(
        cells,
        layout.HEADER_ROW,
        {title: column for column, title in enumerate(layout.SIDE_COLUMNS, 1)}
        | {f"#{column}": column for column in head if column > key_column},
    )
    for index, title in enumerate(layout.SIDE_COLUMNS, 1):
        if plain(cells.text(layout.HEADER_ROW, index)) != plain(title):
            said.fault(
                cells.title,
                f"{column_letters(index)}{layout.HEADER_ROW}",
                f"这里应是“{title}”：列可能被移动、插入或删除；请恢复",
                f"this should be '{title}': columns may have moved; restore them",
            )
            return None
    refuse_merged(table, said)
    refuse_unseen(table, [name for name in table.columns if name.startswith("#")], said)
    if current:
        heads_read = [(layout.HEADER_ROW, column) for column in head if column > key_column]
        tell_above(cells, layout.HEADER_ROW, ((1, 2), *heads_read), form, said)
        read = {name for name in table.columns if name.startswith("#")} | {expected, layout.KEY_COLUMN}
        tell_overwritten(table, read, form, said)
    labels = {key: title for key, title in keys.items() if key in inputs}
    rows: dict[str, int] = {}
    for row in table.rows():
        key = row.text(layout.KEY_COLUMN)
        stated = any(name.startswith("#") for name in row.cells)
        if not check_labels(row, table, expected, key, labels, said, stated=stated, current=current):
            continue
        if key in rows:
            said.fault(
                cells.title,
                f"A{row.number}",
                f"“{labels[key]}”在第 {rows[key]} 行和第 {row.number} 行各有一行；请删去一行",
                f"'{labels[key]}' stands in two rows; delete one",
            )
            continue
        rows[key] = row.number
    is_missing(labels, rows, table, said, current=current)
    named = {column for column in head if column > key_column}
    for number, row_cells in cells.rows.items():
        for column, cell in row_cells.items():
            if number > layout.HEADER_ROW and column > key_column and column not in named:
                said.fault(
                    cells.title,
                    cell.name,
                    f"{column_letters(column)} 列没有编号（第 {layout.HEADER_ROW} 行），内容不会被读取；请补编号或删去",
                    f"column {column_letters(column)} has no id in row {layout.HEADER_ROW}; give it one or delete it",
                    cell.text,
                )
                break
    found: list[Entry] = []
    taken: dict[str, str] = {}
    for column in sorted(named):
        letters, title = column_letters(column), cells.text(layout.HEADER_ROW, column)
        of_all = title.startswith(layout.ALL)
        stands = {key: cells.cell(number, column) for key, number in rows.items()}
        filled = {key: found_cell for key, found_cell in stands.items() if found_cell is not None}
        if of_all:
            filled.pop("name", None)
        if not filled:
            continue
        if title in taken:
            said.fault(
                cells.title,
                f"{letters}{layout.HEADER_ROW}",
                f"编号“{title[:40]}”重复（已用于 {taken[title]}）；请改成另一个",
                f"the id '{title[:40]}' is used twice",
            )
            continue
        taken[title] = f"{letters}{layout.HEADER_ROW}"
        blanks = {key: f"{letters}{number}" for key, number in rows.items()}
        found.append(Entry(cells.title, title, f"{letters}{layout.HEADER_ROW}", filled, blanks, of_all))
    return found


def name_things(sheet: Sheet, entries: Sequence[Entry], said: Statements) -> None:
    """Give every thing its node, and know it by its name, by the id of its row and by what its row is called."""
    said.called.setdefault(sheet.cls.iri, {})
    names_of: dict[tuple[str, str], str] = {}
    ids: dict[str, str] = {}
    for entry in entries:
        if entry.of_all:
            continue
        if plain(entry.id) in ids:
            said.fault(
                entry.sheet,
                entry.anchor,
                f"编号“{entry.id[:40]}”重复（已用于 {ids[plain(entry.id)]}）；请改成另一个编号",
                f"the id '{entry.id[:40]}' is used twice; give the row another one",
                entry.id,
            )
            continue
        ids[plain(entry.id)] = entry.anchor
        named = entry.cells.get("name")
        if named is not None and said.is_formula(entry.sheet, named, "名称"):
            continue
        if named is not None and not (_is_text(said, entry.sheet, named) and _names(said, sheet, entry, named)):
            continue
        names = [part.strip() for part in _SEPARATORS.split(named.text) if part.strip()] if named else [""]
        for owner in _owners(sheet, entry, said):
            base = f"{sheet.cls.local}/"
            if owner != said.company:
                base += owner.value.rpartition("/")[2] + "/"
            for name in names or [""]:
                if name and named is not None and (owner.value, plain(name)) in names_of:
                    said.fault(
                        entry.sheet,
                        named.name,
                        f"名称“{name[:40]}”出现了两次（另一处在 {names_of[owner.value, plain(name)]}）；请区分名称",
                        f"the name '{name[:40]}' is used twice; tell the two apart",
                        name,
                    )
                    continue
                if name and named is not None:
                    names_of[owner.value, plain(name)] = named.name
                node = said.node(base + quote((name or entry.id)[:200], safe=""))
                entry.things.append(Thing(owner, node, name))
                said.call(sheet.cls.iri, (name, entry.id, named.text if named else ""), node)
                said.places[node.value, ""] = said.place(entry.sheet, entry.anchor)


def _is_text(said: Statements, sheet: str, cell: Cell) -> bool:
    """Return whether a name can be read: no error value, no number that has lost its digits."""
    try:
        read_text(cell)
    except Misread as error:
        said.misread(sheet, cell, "名称", error)
        return False
    return True


def _names(said: Statements, sheet: Sheet, entry: Entry, cell: Cell) -> bool:
    """Return whether a cell names things: 无 or a dash in a list says that there is none, which is said elsewhere."""
    parts = [part.strip() for part in _SEPARATORS.split(cell.text) if part.strip()]
    wrong = next((part for part in parts if not names_something(part)), None) if parts else cell.text
    if wrong is None:
        return True
    label = sheet.cls.label
    said.fault(
        entry.sheet,
        cell.name,
        f"“名称”填的是“{wrong[:40]}”，不是名称：没有{label.zh}的，请清空这一项，在 {layout.COMPLETE_CELL} 选“是”；有的请写名称",
        f"'{wrong[:40]}' is no name: where there is no {label.en}, clear it and choose 是 in {layout.COMPLETE_CELL}; "
        "else give its name",
        cell.text,
    )
    return False


def _owners(sheet: Sheet, entry: Entry, said: Statements) -> list[ox.NamedNode]:
    if not layout.has_owner_column(sheet):
        return [said.company]
    cell = entry.cells.get("owner")
    if cell is None:
        label = said.vocabulary.terms[sheet.owner].label
        said.fault(
            entry.sheet,
            entry.blanks.get("owner"),
            f"“{layout.OWNER_COLUMN}”须填“{label.zh}”表中的名称",
            f"name the owner: one of the sheet of {label.en}",
        )
        return []
    return said.named_things(entry.sheet, cell, layout.OWNER_COLUMN, frozenset({sheet.owner}))


def state_things(form: Form, sheet: Sheet, entries: Sequence[Entry], said: Statements) -> None:
    """State every thing with its facts: those of its own row and those that a row gives for all."""
    terms = {term.local: term for term in sheet.columns}
    lists = dict(layout.nested_lists(form, sheet))
    everything = [thing for entry in entries for thing in entry.things]
    for entry in entries:
        if entry.of_all and not everything:
            said.fault(
                entry.sheet,
                entry.anchor,
                f"填了“{layout.ALL}”的事实，表中却没有列出一项；请列出各项，或删去这些内容",
                "facts are given for all, but nothing is listed; list each, or delete them",
            )
            continue
        for thing in entry.things:
            said.add(thing.owner, sheet.link.iri, thing.node)
            said.add(thing.node, TYPE, ox.NamedNode(sheet.cls.iri))
            if thing.name:
                place = said.place(entry.sheet, entry.cells["name"].name)
                said.add(thing.node, _NAME, ox.Literal(thing.name), place)
            name = thing.node.value
            for key, blank in entry.blanks.items():
                if key in terms:
                    said.places.setdefault((name, terms[key].iri), said.place(entry.sheet, blank))
    own = {
        (thing.node, key): cell for e in entries if not e.of_all for thing in e.things for key, cell in e.cells.items()
    }
    for entry in entries:
        for key, cell in entry.cells.items():
            if key in ("name", "owner"):
                continue
            if key in terms and entry.of_all:
                _told_apart(entry, key, cell, everything, own, said)
            for index, thing in enumerate(everything if entry.of_all else entry.things):
                if entry.of_all and (thing.node, key) in own:
                    continue
                faults, notices = len(said.faults), len(said.notices)
                if key in terms:
                    said.value(thing.node, terms[key], entry.sheet, cell)
                elif key in lists and _yes(said, entry.sheet, cell, layout.list_title(lists[key])):
                    place = said.place(entry.sheet, cell.name)
                    said.add(thing.node, _LISTS_ALL, ox.NamedNode(lists[key].link.iri), place)
                if index:
                    del said.faults[faults:], said.notices[notices:]


def _told_apart(
    entry: Entry,
    key: str,
    cell: Cell,
    everything: Sequence[Thing],
    own: Mapping[tuple[ox.NamedNode, str], Cell],
    said: Statements,
) -> None:
    """Refuse a fact that is given for all where a thing's own row says another."""
    for thing in everything:
        other = own.get((thing.node, key))
        if other is not None and plain(other.text) != plain(cell.text):
            said.fault(
                entry.sheet,
                cell.name,
                f"“{layout.ALL}”填的是“{cell.text[:20]}”，{other.name} 却填“{other.text[:20]}”；"
                f"各项不同的，不要填在“{layout.ALL}”里",
                f"'{cell.text[:20]}' is given for all, but {other.name} says '{other.text[:20]}'; give each its own",
                cell.text,
            )
            return


def read_completeness(form: Form, sheet: Sheet, cells: SheetCells, said: Statements) -> None:
    """State that a list is complete, where its sheet says so: by every owner that may say it, or else by the company."""
    owners = {outer.cls.iri for outer in form.sheets for _, inner in layout.nested_lists(form, outer) if inner is sheet}
    for node in (said.company, *(node for owner in sorted(owners) for node in said.all_of(owner))):
        said.places.setdefault((node.value, sheet.link.iri), said.place(cells.title, layout.COMPLETE_CELL))
    stated = cells.cell(1, 2)
    if stated is not None and stated.look is not Look.PLAIN and not stated.formula:
        refuse_look(cells.title, stated, said)
    if stated is None or not _yes(said, cells.title, stated, cells.text(1, 1) or "已列全"):
        return
    place = said.place(cells.title, stated.name)
    for node in (node for owner in sorted(owners) for node in said.all_of(owner)) if owners else (said.company,):
        said.add(node, _LISTS_ALL, ox.NamedNode(sheet.link.iri), place)


def _yes(said: Statements, sheet: str, cell: Cell, label: str) -> bool:
    if said.is_formula(sheet, cell, label):
        return False
    try:
        return read_boolean(cell).lexical == "true"
    except Misread as error:
        said.misread(sheet, cell, label, error)
        return False
