"""What ``--desk`` names in, the address of a database out: a path is SQLite, ``postgresql://…`` is PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from zhiyin.desk.faults import BadSetting


@dataclass(frozen=True, slots=True)
class Place:
    """Where a desk is kept; ``path`` is the file of SQLite and None for PostgreSQL."""

    url: URL
    path: Path | None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of our own."""
        return self.path is not None

    def __str__(self) -> str:
        return str(self.path) if self.path is not None else self.url.render_as_string(hide_password=True)


def place_of(named: str) -> Place:
    """Return the place that ``named`` means; BadSetting where it is neither a path nor a PostgreSQL address."""
    if "://" not in named:
        path = Path(named).expanduser()
        if path.is_dir():
            path /= "desk.sqlite3"
        path = path.resolve()
        return Place(URL.create("sqlite+pysqlite", database=str(path)), path)
    try:
        url = make_url(named)
    except ArgumentError as error:
        raise _unknown() from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise _unknown()
    return Place(url.set(drivername="postgresql+psycopg"), None)


def _unknown() -> BadSetting:
    # The address may hold a password: it is not repeated.
    return BadSetting(
        "监管台的位置须是文件路径（SQLite）或 postgresql:// 地址",
        "a desk's place is a path (SQLite) or a postgresql:// address",
    )
