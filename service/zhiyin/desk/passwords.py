"""Passwords in, argon2 hashes out and checked; the lock that failures close, for an account and for an address."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from zhiyin.desk import moments
from zhiyin.desk.faults import LockedOut
from zhiyin.desk.schema import attempts
from zhiyin.errors import BadParameter

SHORTEST, LONGEST = 10, 1000
FREE_FAILURES = {"name": 5, "from": 50}
"""How many failures an account and an address may have before they wait; an address may stand for a whole firm."""
_FIRST_WAIT, _LONGEST_WAIT = 60, 3600


class Passwords:
    """Hashes and checks; a check takes as long for an account that does not exist."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hashed(self, password: str) -> str:
        """Return the hash of a new password; BadParameter where it is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise BadParameter(
                "password",
                "…",
                zh=f"口令须有 {SHORTEST} 至 {LONGEST} 个字符",
                en=f"a password has {SHORTEST} to {LONGEST} characters",
            )
        return self._hasher.hash(password)

    def fits(self, password: str, kept: str | None) -> bool:
        """Return whether ``password`` is the one whose hash is kept."""
        try:
            return self._hasher.verify(kept or self._nobody, password[: LONGEST + 1]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def check_lock(connection: Connection, *keys: str) -> None:
    """Raise LockedOut where one of ``keys`` has to wait still."""
    for row in connection.execute(sa.select(attempts).where(attempts.c.key.in_(keys))):
        if row.until > moments.now():
            left = (moments.instant(row.until) - datetime.now(UTC)).total_seconds()
            raise LockedOut(max(1, int(left) + 1))


def note_failure(connection: Connection, *keys: str) -> bool:
    """Count a failure against each of ``keys``; return whether one is locked by it."""
    locked = False
    for key in keys:
        row = connection.execute(sa.select(attempts).where(attempts.c.key == key)).one_or_none()
        failures = 1 + (0 if row is None or row.until < moments.later(hours=-24) else row.failures)
        beyond = failures - FREE_FAILURES[key.partition(":")[0]]
        wait = min(_FIRST_WAIT * 2 ** min(beyond, 10), _LONGEST_WAIT) if beyond >= 0 else 0
        locked = locked or wait > 0
        values = {"failures": failures, "until": moments.later(seconds=wait)}
        if row is None:
            connection.execute(attempts.insert().values(key=key, **values))
        else:
            connection.execute(attempts.update().where(attempts.c.key == key).values(**values))
    return locked


def forget_failures(connection: Connection, *keys: str) -> None:
    """Clear the count after a success."""
    connection.execute(attempts.delete().where(attempts.c.key.in_(keys)))
