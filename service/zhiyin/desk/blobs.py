"""Confidential bytes in and out of the database, through the vault."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk.faults import Damaged
from zhiyin.desk.people import new_id
from zhiyin.desk.schema import blobs
from zhiyin.desk.vault import Vault


def keep(connection: Connection, vault: Vault, data: bytes) -> str:
    """Keep ``data`` and return its name."""
    name = new_id("b")
    connection.execute(blobs.insert().values(id=name, key=vault.key_name, body=vault.seal(data, name)))
    return name


def fetch(connection: Connection, vault: Vault, name: str) -> bytes:
    """Return what is kept as ``name``; Damaged where it is gone or altered."""
    body = connection.execute(sa.select(blobs.c.body).where(blobs.c.id == name)).scalar_one_or_none()
    if body is None:
        raise Damaged(f"留存的内容 {name} 不见了", f"what was kept as {name} is gone")
    return vault.open(bytes(body), name)


def reseal(connection: Connection, vault: Vault, *, most: int) -> int:
    """Seal at most ``most`` of the bytes under the current key that another key sealed; return how many there were."""
    rows = connection.execute(sa.select(blobs).where(blobs.c.key != vault.key_name).limit(most)).all()
    for row in rows:
        body = vault.seal(vault.open(bytes(row.body), row.id), row.id)
        connection.execute(blobs.update().where(blobs.c.id == row.id).values(body=body, key=vault.key_name))
    return len(rows)


def empty(connection: Connection, vault: Vault, name: str) -> None:
    """Remove what is kept as ``name`` for good; its name stays, since a row rests on it."""
    connection.execute(blobs.update().where(blobs.c.id == name).values(body=vault.seal(b"", name), key=vault.key_name))


def discard(connection: Connection, name: str) -> None:
    """Remove the bytes for good."""
    connection.execute(blobs.delete().where(blobs.c.id == name))
