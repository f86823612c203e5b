"""A desk in, a copy of it in one file out, taken from one state while others write; and back into an empty place."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import journal
from zhiyin.desk.database import Database, lock_file
from zhiyin.desk.faults import Conflict
from zhiyin.desk.journal import Actor
from zhiyin.desk.place import place_of
from zhiyin.desk.schema import heads, logins, metadata, sessions
from zhiyin.errors import BadParameter

_LEFT_OUT = {sessions.name, logins.name}
"""Whoever was signed in signs in again."""
_ROWS = 200


def back_up(database: Database, path: Path, actor: Actor) -> int:
    """Write the desk to ``path``, a desk in SQLite of its own, and return how many rows it holds.

    What is sealed stays sealed: the keys are not in it. Nothing appears at ``path`` before all of it is on disk.
    """
    if path.exists():
        raise BadParameter("FILE", str(path), zh=f"{path} 已存在", en=f"{path} exists already")
    with database.write() as connection:
        journal.write(connection, actor, "desk.backed-up", path.name)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    copy = Database(place_of(str(part)))
    try:
        copy.upgrade()
        with database.read() as source, copy.write(copying=True) as target:
            count = _copy(source, target)
    finally:
        copy.close()
        lock_file(part).unlink(missing_ok=True)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return count


def restore(database: Database, path: Path, actor: Actor) -> int:
    """Fill an empty place from a backup and return how many rows there are; Conflict where a desk is there."""
    if not path.is_file():
        raise BadParameter("FILE", str(path), zh=f"没有文件 {path}", en=f"there is no file {path}")
    if database.is_made():
        raise Conflict("这里已有监管台，不会覆盖", "there is a desk here already, which is not overwritten")
    copy = Database(place_of(str(path)))
    try:
        if not copy.is_made():
            raise BadParameter("FILE", str(path), zh=f"{path} 不是监管台的备份", en=f"{path} is no backup of a desk")
        database.upgrade()
        with copy.read() as source, database.write(copying=True) as target:
            count = _copy(source, target)
        with database.write() as connection:
            journal.write(connection, actor, "desk.restored", path.name)
    finally:
        copy.close()
    return count


def _copy(source: Connection, target: Connection) -> int:
    target.execute(heads.delete())
    count = 0
    for table in metadata.sorted_tables:
        if table.name in _LEFT_OUT:
            continue
        rows = source.execution_options(yield_per=_ROWS).execute(sa.select(table)).mappings()
        for part in rows.partitions(_ROWS):
            target.execute(table.insert(), [dict(row) for row in part])
            count += len(part)
    if target.dialect.name == "postgresql":
        # Rows came with their numbers: the sequences go on after them.
        for table in metadata.sorted_tables:
            column = table.autoincrement_column
            if column is not None and table.name not in _LEFT_OUT:
                last = target.execute(sa.select(sa.func.max(column))).scalar_one()
                if last is not None:
                    sequence = sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name)
                    target.execute(sa.select(sa.func.setval(sequence, last)))
    return count
