"""The log: what anybody did or read, append-only, each line chained to the one before by its hash.

Lines are written at the end of their transaction; the last of them holds the digests of the rows that it changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import moments, prints
from zhiyin.desk.schema import heads, journal

START = "0" * 64
_HEAD = 1
_PART = 500


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts and from where: a person's name and network address, or the desk itself."""

    name: str
    source: str


THE_DESK = Actor("desk", "local")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    number: int
    made: str
    who: str
    source: str
    what: str
    thing: str
    before: str
    after: str
    rows: str
    previous: str
    hash: str

    def computed(self) -> str:
        """Return the hash that this line must have."""
        told = [self.number, self.made, self.who, self.source, self.what, self.thing, self.before, self.after]
        # A line without rows has the hash that it had before lines told of rows.
        told += [self.rows] if self.rows else []
        return sha256((self.previous + json.dumps(told, ensure_ascii=False)).encode()).hexdigest()

    def as_json(self) -> dict[str, object]:
        """Return the line as it is exported."""
        return {name: getattr(self, name) for name in self.__slots__}


State = Mapping[str, object]


def write(
    connection: Connection,
    actor: Actor,
    what: str,
    thing: str,
    *,
    before: State | None = None,
    after: State | None = None,
    rows: str = "",
) -> None:
    """Append a line in the transaction of what it tells: either both are kept or neither."""
    turn = prints.turn_of(connection)
    if turn is None:
        raise RuntimeError("the log is written in a writing transaction only")
    line = Line(
        0,
        moments.now(),
        actor.name[:200],
        actor.source[:80],
        what,
        thing[:120],
        _text(before),
        _text(after),
        rows,
        "",
        "",
    )
    turn.lines.append(line)


def close(connection: Connection, turn: prints.Turn) -> None:
    """Write the lines of a transaction that is about to end, the last one with the digests of the rows it changed."""
    rows = prints.text(prints.changed(connection, turn))
    if rows and (not turn.lines or turn.lines[-1].rows):
        write(connection, THE_DESK, "rows.changed", "desk")
    if rows:
        turn.lines[-1] = replace(turn.lines[-1], rows=rows)
    if not turn.lines:
        return
    number, previous = head(connection)
    chained = []
    for line in turn.lines:
        number += 1
        unsealed = replace(line, number=number, previous=previous)
        previous = unsealed.computed()
        chained.append(replace(unsealed, hash=previous).as_json())
    connection.execute(journal.insert(), chained)
    connection.execute(heads.update().where(heads.c.id == _HEAD).values(number=number, hash=previous))


def tell_rows(connection: Connection) -> None:
    """Tell every row there is, once, where an older version kept them without: from here on a change of them shows."""
    number, _ = head(connection)
    told = connection.execute(sa.select(journal.c.number).where(journal.c.rows != "").limit(1)).first()
    if number > 0 and told is None:
        for part in prints.of_all(connection):
            write(connection, THE_DESK, "rows.told", "desk", rows=prints.text(part))


def lines(
    connection: Connection,
    *,
    after: int = 0,
    before: int | None = None,
    most: int | None = None,
    thing: str = "",
    newest_first: bool = False,
) -> Iterator[Line]:
    """Yield lines of the log in their order, or the newest first; a part is in memory at a time."""
    left, last = most, after
    bound = before
    while left is None or left > 0:
        chosen = sa.select(journal).where(journal.c.number > last)
        if bound is not None:
            chosen = chosen.where(journal.c.number < bound)
        if thing:
            chosen = chosen.where(journal.c.thing == thing)
        chosen = chosen.order_by(journal.c.number.desc() if newest_first else journal.c.number)
        size = _PART if left is None else min(_PART, left)
        rows = connection.execute(chosen.limit(size)).mappings().all()
        for row in rows:
            yield Line(**row)
        if len(rows) < size:
            return
        left = None if left is None else left - size
        if newest_first:
            bound = rows[-1]["number"]
        else:
            last = rows[-1]["number"]


def head(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the last line: noted elsewhere, they prove that nothing before was altered."""
    row = connection.execute(sa.select(heads.c.number, heads.c.hash).where(heads.c.id == _HEAD)).one_or_none()
    return (-1, "") if row is None else (int(row.number), str(row.hash))


def faults(connection: Connection) -> Iterator[str]:
    """Yield a sentence for every line that was altered, removed or moved, and for every row that is not as they tell."""
    expected, previous = 1, START
    told = []
    for line in lines(connection):
        if line.rows and line.hash == line.computed():
            told.append(line.rows)
        if line.number != expected:
            yield f"日志第 {expected} 行至第 {line.number - 1} 行缺失 / lines {expected} to {line.number - 1} are missing"
        elif line.previous != previous:
            yield f"日志第 {line.number} 行与上一行不相接 / line {line.number} does not follow the one before"
        if line.hash != line.computed():
            yield f"日志第 {line.number} 行被改动 / line {line.number} was altered"
        expected, previous = line.number + 1, line.hash
    if head(connection) != (expected - 1, previous) or _heads(connection) != 1:
        yield f"日志末尾缺失：应到第 {head(connection)[0]} 行 / the end of the log is missing: it should reach line {head(connection)[0]}"
    yield from prints.faults(connection, told)


def _heads(connection: Connection) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(heads)).scalar_one())


def _text(state: State | None) -> str:
    return "" if state is None else json.dumps(state, ensure_ascii=False, sort_keys=True)
