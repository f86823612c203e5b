"""Fingerprints of rows: what a transaction changes in the tables goes into the log by digest, so that a hand's change shows.

Nothing has to ask for it: every statement of a writing transaction passes here, and what it touched is told by the last
line that the transaction logs. A row that no line tells, or tells otherwise, was altered by another way than the desk's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Engine, Table

from zhiyin.desk import schema

_TURN = "zhiyin.desk.turn"
_MOVING = {
    schema.sessions.name: {"seen"},
    schema.jobs.name: {"state", "worker", "lease", "attempts", "done", "total"},
}
"""Columns that change without a line: when a session was last used, and how far work is (the audit looks at that)."""
_MAY_GO = {schema.sessions.name}
"""Tables whose rows may be missing: nothing but a sign-in ends with a session, and a backup holds none."""
UNTOLD = (schema.attempts, schema.logins, schema.journal, schema.heads)
"""What is not told: failures to sign in (each is a line of its own), logins under way, and the log, which has its chain."""
TOLD: Mapping[str, Table] = {t.name: t for t in schema.metadata.sorted_tables if t not in UNTOLD}
_EVERY = 400

Prints = dict[str, dict[str, str | None]]
"""Table to key to digest; None where the row is gone."""


@dataclass
class Turn:
    """What a writing transaction has done so far: digests before of the rows it touched, and the lines it logged."""

    lines: list[Any] = field(default_factory=list)
    before: dict[tuple[str, str], str | None] = field(default_factory=dict)


def turn_of(connection: Connection) -> Turn | None:
    """Return the writing transaction under way on a connection."""
    found: Turn | None = connection.info.get(_TURN)
    return found


def begin(connection: Connection) -> Turn:
    """Take down from here on what the connection's statements touch."""
    turn = Turn()
    connection.info[_TURN] = turn
    return turn


def end(connection: Connection) -> None:
    """Take nothing down any more."""
    connection.info.pop(_TURN, None)


def watch(engine: Engine) -> None:
    """Have every statement of this engine pass here."""

    @sa.event.listens_for(engine, "before_execute")
    def _changes(connection: Connection, statement: Any, *_: object) -> None:  # noqa: ANN401 - any clause
        turn = turn_of(connection)
        table = _table(statement) if turn is not None and isinstance(statement, sa.Update | sa.Delete) else None
        if turn is None or table is None:
            return
        where = statement.whereclause
        chosen = _chosen(table) if where is None else _chosen(table).where(where)
        for key, digest in _digests(connection, table, chosen):
            turn.before.setdefault((table.name, key), digest)

    @sa.event.listens_for(engine, "after_execute")
    def _adds(connection: Connection, statement: Any, many: Any, _one: Any, _options: object, result: Any) -> None:  # noqa: ANN401
        turn = turn_of(connection)
        table = _table(statement) if turn is not None and isinstance(statement, sa.Insert) else None
        if turn is None or table is None:
            return
        if many:
            raise NotImplementedError("the desk inserts its rows one by one")
        turn.before.setdefault((table.name, str(result.inserted_primary_key[0])), None)


def changed(connection: Connection, turn: Turn) -> Prints:
    """Return the digests of the rows that the transaction leaves otherwise than it found them."""
    found: Prints = {}
    for (name, key), before in turn.before.items():
        table = TOLD[name]
        column = _key(table)
        own = column == (int(key) if isinstance(column.type, sa.Integer) else key)
        now = next((digest for _, digest in _digests(connection, table, _chosen(table).where(own))), None)
        if now != before:
            found.setdefault(name, {})[key] = now
    return found


def of_all(connection: Connection) -> Iterator[Prints]:
    """Yield the digests of every row there is, some at a time: what a desk of an older version is told by once."""
    for name, table in TOLD.items():
        part: dict[str, str | None] = {}
        for key, digest in _all(connection, table):
            part[key] = digest
            if len(part) == _EVERY:
                yield {name: part}
                part = {}
        if part:
            yield {name: part}


def text(prints: Prints) -> str:
    """Return digests as a line of the log holds them; empty where there are none."""
    return json.dumps(prints, sort_keys=True) if prints else ""


def faults(connection: Connection, told: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for every row that was altered, added or removed; ``told`` are the digests of the log's lines."""
    last: dict[tuple[str, str], str | None] = {}
    for line in told:
        for name, rows in json.loads(line).items():
            for key, digest in rows.items():
                last[name, key] = digest
    for name, table in TOLD.items():
        for key, digest in _all(connection, table):
            wanted = last.pop((name, key), None)
            if wanted is None:
                yield f"表 {name} 的行 {key} 不见于日志 / row {key} of {name} is in no line of the log"
            elif wanted != digest:
                yield f"表 {name} 的行 {key} 被改动 / row {key} of {name} was altered"
    for (name, key), wanted in last.items():
        if wanted is not None and name not in _MAY_GO:
            yield f"表 {name} 的行 {key} 不见了 / row {key} of {name} is gone"


def _table(statement: Any) -> Table | None:  # noqa: ANN401 - any clause
    return TOLD.get(getattr(statement.table, "name", ""))


def _key(table: Table) -> Column[Any]:
    (column,) = table.primary_key.columns
    return column


def _chosen(table: Table) -> sa.Select[Any]:
    moving = _MOVING.get(table.name, set())
    return sa.select(_key(table), *(c for c in table.c if c.name not in moving and not c.primary_key))


def _digests(connection: Connection, table: Table, chosen: sa.Select[Any]) -> list[tuple[str, str]]:
    """Return key and digest of the chosen rows."""
    return [_print(row) for row in connection.execute(chosen.order_by(_key(table)))]


def _all(connection: Connection, table: Table) -> Iterator[tuple[str, str]]:
    """Yield key and digest of every row, some in memory at a time."""
    chosen = _chosen(table).order_by(_key(table)).execution_options(yield_per=_EVERY)
    with connection.execute(chosen) as rows:
        for row in rows:
            yield _print(row)


def _print(row: sa.Row[Any]) -> tuple[str, str]:
    """Return the key and the digest of a row: of its columns, the key first, in the order of the table."""
    told = [sha256(value).hexdigest() if isinstance(value, bytes | memoryview) else value for value in row]
    return str(row[0]), sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
