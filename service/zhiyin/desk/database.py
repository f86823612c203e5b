"""A place in, transactions out: readers see one state, writers one after another, and a full disk is told as such."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from zhiyin.desk import journal, prints
from zhiyin.desk.faults import BadSetting, Full
from zhiyin.desk.place import Place
from zhiyin.errors import Unavailable

_PATIENCE = 60
"""Seconds that a writer waits for the writers before it: a write takes milliseconds, so nobody sees it run out."""
_WRITERS = 0x7A68_6979
"""The advisory lock of PostgreSQL under which writers take turns, as SQLite has them do by itself."""
_FULL = ("database or disk is full", "No space left on device", "could not extend file", "disk full")


_NO_DATABASE = "file is not a database"


class Database:
    """Opens transactions; safe to call from several threads and processes, never carried through a fork."""

    def __init__(self, place: Place, *, most_pages: int | None = None) -> None:
        self.place = place
        if place.path is not None:
            if not place.path.parent.is_dir():
                raise BadSetting(f"没有文件夹 {place.path.parent}", f"there is no folder {place.path.parent}")
            self.engine = sa.create_engine(
                place.url,
                connect_args={"timeout": _PATIENCE, "check_same_thread": False},
                pool_size=8,
                max_overflow=64,
                hide_parameters=True,
            )
            _embed(self.engine, most_pages)
        else:
            self.engine = sa.create_engine(
                place.url, pool_size=4, max_overflow=28, pool_pre_ping=True, hide_parameters=True
            )
        prints.watch(self.engine)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database throughout."""
        with _told(), self.engine.connect() as connection:
            if not self.place.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def write(self, *, copying: bool = False) -> Iterator[Connection]:
        """Yield the only writing connection there is now; all of it is durably kept at the end, or nothing is.

        What it changes in the tables goes into the log by digest; ``copying`` rows that are told already does not.
        """
        with _told(), self._turn(), self.engine.connect() as connection:
            connection = connection.execution_options(desk_writes=True)
            with connection.begin():
                if not self.place.is_sqlite:
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})
                if copying:
                    yield connection
                    return
                turn = prints.begin(connection)
                try:
                    yield connection
                    journal.close(connection, turn)
                finally:
                    prints.end(connection)

    def upgrade(self) -> None:
        """Bring the tables to the newest migration; several processes may do so at once."""
        from alembic import command
        from alembic.config import Config

        if self.place.path is not None:
            # Its owner's alone, and so are the files that SQLite puts beside it. One that is there stays closed here:
            # to close it would end the locks that this process holds on it.
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self.place.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            journal.tell_rows(connection)

    def is_made(self) -> bool:
        """Return whether a desk was made here; an empty file would become a database by being opened."""
        path = self.place.path
        if path is not None and (not path.exists() or not path.stat().st_size):
            return False
        with self.read() as connection:
            return sa.inspect(connection).has_table("heads")

    def close(self) -> None:
        """Let go of all connections; the last of all moves the log of SQLite into its file."""
        path = self.place.path
        with self._turn() if path is not None and lock_file(path).exists() else contextlib.nullcontext():
            self.engine.dispose()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the turn to write to SQLite, which ends with the process that holds it, however that ends.

        SQLite lets writers take turns by itself, but up to 3.51.2 a checkpoint that meets a writer who begins the log
        anew can leave frames out of account (sqlite.org/wal.html, "The WAL-Reset Bug"): readers then see a malformed
        database. Here whoever writes, and thereby checkpoints, is alone.
        """
        if self.place.path is None:
            yield
            return
        descriptor = os.open(lock_file(self.place.path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            patience = time.monotonic() + _PATIENCE
            while not _locked(descriptor):
                if time.monotonic() > patience:
                    raise _busy()
                time.sleep(0.002)
            yield
        finally:
            os.close(descriptor)


def lock_file(path: Path) -> Path:
    """Return the file whose lock is the turn to write to the desk at ``path``."""
    return path.with_name(path.name + ".lock")


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy() -> Unavailable:
    return Unavailable(
        "监管台的数据库现在不可用", "the desk's database is not available now", details={"retryAfter": 2}
    )


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell a full disk and an absent database for what they are."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig)
        if any(words in said for words in _FULL) or getattr(error.orig, "sqlstate", "") == "53100":
            raise Full from error
        if _NO_DATABASE in said:
            raise BadSetting("这个文件不是监管台的数据库", "this file is not the database of a desk") from error
        if isinstance(error, OperationalError):
            raise _busy() from error
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Full from error
        raise


def _embed(engine: Engine, most_pages: int | None) -> None:
    """Make SQLite durable and patient: write-ahead log, full synchronisation, writers queueing from their first word."""

    @sa.event.listens_for(engine, "connect")
    def _open(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
        # The driver begins no transaction of its own: ours begin as readers or as writers.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")
        if most_pages is not None:
            cursor.execute(f"PRAGMA max_page_count = {int(most_pages)}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("desk_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
