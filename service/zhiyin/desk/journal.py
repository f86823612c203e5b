"""The log: what anybody did or read, append-only, each line chained to the one before by its hash."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import moments
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
    previous: str
    hash: str

    def computed(self) -> str:
        """Return the hash that this line must have."""
        told = [self.number, self.made, self.who, self.source, self.what, self.thing, self.before, self.after]
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
) -> Line:
    """Append a line inside the transaction of what it tells: either both are kept or neither."""
    head = connection.execute(sa.select(heads.c.number, heads.c.hash).where(heads.c.id == _HEAD)).one()
    unsealed = Line(
        head.number + 1,
        moments.now(),
        actor.name[:200],
        actor.source[:80],
        what,
        thing[:120],
        _text(before),
        _text(after),
        head.hash,
        "",
    )
    line = Line(**{**unsealed.as_json(), "hash": unsealed.computed()})  # type: ignore[arg-type]
    connection.execute(journal.insert().values(**line.as_json()))
    connection.execute(heads.update().where(heads.c.id == _HEAD).values(number=line.number, hash=line.hash))
    return line


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
    row = connection.execute(sa.select(heads.c.number, heads.c.hash).where(heads.c.id == _HEAD)).one()
    return int(row.number), str(row.hash)


def faults(connection: Connection) -> Iterator[str]:
    """Yield a sentence for every line that was altered, removed or moved."""
    expected, previous = 1, START
    for line in lines(connection):
        if line.number != expected:
            yield f"日志第 {expected} 行至第 {line.number - 1} 行缺失 / lines {expected} to {line.number - 1} are missing"
        elif line.previous != previous:
            yield f"日志第 {line.number} 行与上一行不相接 / line {line.number} does not follow the one before"
        if line.hash != line.computed():
            yield f"日志第 {line.number} 行被改动 / line {line.number} was altered"
        expected, previous = line.number + 1, line.hash
    number, told = head(connection)
    if (number, told) != (expected - 1, previous):
        yield f"日志末尾缺失：应到第 {number} 行 / the end of the log is missing: it should reach line {number}"


def _text(state: State | None) -> str:
    return "" if state is None else json.dumps(state, ensure_ascii=False, sort_keys=True)
