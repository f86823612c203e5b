"""Any row of any table altered, added, removed or exchanged by hand is found by the audit, column by column."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.desk.conftest import FAST, HERE, Office, judge_remembered, sample, staffed

from zhiyin.composition.desk import open_desk
from zhiyin.desk import journal, prints, remedies, ruling_changes, rulings, schema, sessions, submissions, trials
from zhiyin.desk.audit import guards, rows, verify
from zhiyin.desk.desk import Desk
from zhiyin.desk.options import Options
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.tokens import make_token
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import CLAUSE

OWN = sample("tier-1-complete.ttl").replace(b"zy:hasTechnologyDepartment true", b"zy:hasTechnologyDepartment false")
HALF = sample("rooms-hosted-in-part.ttl")
OTHERWISE = {(table.name, column.name) for table in (schema.attempts, schema.logins) for column in table.c}
"""What a hand may change unseen: failures counted, each of which is a line of its own, and logins under way."""
OTHERWISE |= {("sessions", "seen")}
OTHERWISE |= {("jobs", name) for name in ("worker", "lease", "attempts", "done", "total")}
"""How far work is: its state is held against what it is for."""
CASES = [
    (table.name, column.name)
    for table in schema.metadata.sorted_tables
    for column in table.c
    if (table.name, column.name) not in OTHERWISE
]


def furnish(office: Office) -> None:
    """Give a desk at least two rows of each kind."""
    desk = office.desk
    own = office.judged(office.own, OWN)
    office.judged(office.own, OWN + b"# again\n")
    half = office.judged(office.regulator, HALF)
    for why in ("核实", "再核实"):
        with desk.database.read() as connection:
            firm = submissions.find(connection, office.regulator, half).firm or ""
            before = rulings.in_force(connection, firm).get(CLAUSE["5.1.1.3"])
        wanted = ruling_changes.Wanted(
            "5.1.1.3", "satisfied", why, "2026-07-01", instead_of=before.id if before else ""
        )
        ruling_changes.rule(desk, office.regulator, HERE, half, wanted)
    items = [office.item(own, clause, due="2030-01-01", outcome=Outcome.VIOLATED) for clause in ("2.1.1.1", "2.1.1.2")]
    with desk.database.write() as connection:
        for item in items:
            remedies.answer(connection, office.own, HERE, item, item.version, "已设立", [])
        for label in "ab":
            make_token(connection, journal.THE_DESK, office.own, label=label, days=1)
        for name in "ab":
            connection.execute(schema.kept_settings.insert().values(name=name, value=name))
    for title in "ab":
        trials.begin(desk, office.regulator, HERE, title, b"# nothing")
        sessions.sign_in(desk.database, desk.passwords, "own", "correct horse battery", HERE)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a desk with every kind of thing, which nobody has open."""
    path = tmp_path_factory.mktemp("furnished") / "desk.sqlite3"
    desk = open_desk(str(path), Options(), new=True, passwords=Passwords(FAST), judge=judge_remembered)
    furnish(staffed(desk))
    assert verify(desk, judging=False).faults == []
    desk.database.close()
    return path


def other_value(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    """Another value that the column takes."""
    if isinstance(column.type, sa.Boolean):
        return not value
    if isinstance(column.type, sa.Integer):
        return (value or 0) + 1000
    if isinstance(column.type, sa.LargeBinary):
        return value + b"x"
    if not value:
        return "x"
    return value[:-1] + ("y" if value[-1] == "x" else "x")


def same_row(table: sa.Table, row: sa.Row[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(*(c == row._mapping[c.name] for c in table.primary_key.columns))


@pytest.fixture(scope="module")
def opened(furnished: Path) -> Iterator[Desk]:
    """The furnished desk, opened by one who has its file: the guards of the database do not hold them."""
    desk = open_desk(str(furnished), Options(), judge=judge_remembered)
    with desk.database.engine.connect() as raw:
        for event in ("update", "delete"):
            raw.exec_driver_sql(f"DROP TRIGGER journal_no_{event}")
        raw.commit()
    yield desk
    desk.database.close()


def found_after(desk: Desk, *statements: sa.Executable) -> list[str]:
    """What the audit says of the tables after these statements, which are then undone."""
    with desk.database.engine.connect() as raw:
        raw.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            raw.execute(statement)
        found = list(rows(raw))
        raw.rollback()
    return found


def all_rows(desk: Desk, table: sa.Table) -> list[sa.Row[Any]]:
    with desk.database.read() as connection:
        found = list(connection.execute(sa.select(table).order_by(*table.primary_key.columns)))
    assert len(found) > 1 or table is schema.heads, f"the desk of this test has too few rows in {table.name}"
    return found


@pytest.mark.parametrize(("name", "column"), CASES, ids=lambda v: v)
def test_any_column_of_any_row_altered_is_found(opened: Desk, name: str, column: str) -> None:
    table = schema.metadata.tables[name]
    every = all_rows(opened, table)
    for row in {every[0], every[-1]} if name in ("journal", "blobs", "entries") else {every[-1]}:
        value = other_value(table.c[column], row._mapping[column])
        change = table.update().where(same_row(table, row)).values({column: value})
        assert found_after(opened, change) != [], row


def test_nothing_is_found_where_nothing_was_altered(opened: Desk) -> None:
    assert found_after(opened) == []


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES} - {"sessions"}))
def test_any_row_removed_is_found(opened: Desk, name: str) -> None:
    table = schema.metadata.tables[name]
    every = all_rows(opened, table)
    for row in {every[0], every[len(every) // 2], every[-1]}:
        assert found_after(opened, table.delete().where(same_row(table, row))) != [], row
    assert found_after(opened, table.delete()) != []


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES}))
def test_any_row_added_is_found(opened: Desk, name: str) -> None:
    table = schema.metadata.tables[name]
    row = dict(all_rows(opened, table)[-1]._mapping)
    free = {c.name for c in table.primary_key.columns}
    free |= {c.name for c in table.c if c.unique} | {"sha256", "number"}
    added = {n: other_value(table.c[n], v) if n in free else v for n, v in row.items()}
    assert found_after(opened, table.insert().values(**added)) != []


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES} - {"heads", "settings", "sessions", "blobs"}))
def test_two_rows_exchanged_are_found(opened: Desk, name: str) -> None:
    table = schema.metadata.tables[name]
    first, *_, last = all_rows(opened, table)
    (key,) = table.primary_key.columns
    ends = {c.name for c in table.c if c.unique} | {key.name}
    one, two = first._mapping[key.name], last._mapping[key.name]
    kept = {n: v for n, v in first._mapping.items() if n not in ends}
    taken = {n: v for n, v in last._mapping.items() if n not in ends}
    if name in ("submissions", "verdicts"):
        # What must be unique moves over a third value.
        spare = {n: other_value(table.c[n], v) for n, v in kept.items() if n in ("sha256", "number")}
        statements = [table.update().where(key == one).values(**spare)]
    else:
        statements = []
    statements += [table.update().where(key == two).values(**kept), table.update().where(key == one).values(**taken)]
    assert found_after(opened, *statements) != []


def test_the_guard_taken_from_the_log_is_found(opened: Desk) -> None:
    with opened.database.read() as connection:
        assert len(list(guards(connection))) == 1


def test_rows_kept_before_lines_told_of_them_are_told_once(furnished: Path, tmp_path: Path) -> None:
    copy = tmp_path / "desk.sqlite3"
    shutil.copyfile(furnished, copy)
    desk = open_desk(str(copy), Options(), judge=judge_remembered)
    with desk.database.engine.connect() as raw:
        # As the first version left it: the same lines, without rows.
        for event in ("update", "delete"):
            raw.exec_driver_sql(f"DROP TRIGGER IF EXISTS journal_no_{event}")
        lines = list(journal.lines(raw))
        raw.execute(schema.journal.delete())
        raw.execute(schema.heads.update().values(number=0, hash=journal.START))
        raw.commit()
    with desk.database.write() as connection:
        for line in lines:
            actor = journal.Actor(line.who, line.source)
            journal.write(connection, actor, line.what, line.thing, after={"was": line.number})
    with desk.database.read() as connection:
        assert any("不见于日志" in fault for fault in rows(connection))
    desk.database.upgrade()
    desk.database.upgrade()
    with desk.database.read() as connection:
        assert list(rows(connection)) == []
        assert sum(line.what == "rows.told" for line in journal.lines(connection)) == len(prints.TOLD)
    with desk.database.engine.connect() as raw:
        raw.execute(schema.entries.update().values(words="另一种说法"))
        assert any("表 entries" in fault for fault in rows(raw))
    desk.database.close()


def test_every_change_by_the_desk_itself_is_told(office: Office) -> None:
    furnish(office)
    with office.desk.database.read() as connection:
        assert list(rows(connection)) == []
        assert list(guards(connection)) == []


def test_what_is_not_told_is_named() -> None:
    named = {t.name for t in prints.UNTOLD} | set(prints.TOLD)
    assert named == set(schema.metadata.tables)
    assert {t.name for t in prints.UNTOLD} == {"attempts", "logins", "journal", "heads"}
