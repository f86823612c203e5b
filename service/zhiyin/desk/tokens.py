"""Tokens for programs: shown once, kept as a hash, expiring and revocable; one kind opens nothing but a calendar."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import journal, moments
from zhiyin.desk.database import Database
from zhiyin.desk.faults import NotSignedIn, absent
from zhiyin.desk.journal import Actor
from zhiyin.desk.people import Person, Role, new_id
from zhiyin.desk.schema import tokens, users
from zhiyin.desk.sessions import digest
from zhiyin.errors import BadParameter

MOST_DAYS = 730


class Purpose(StrEnum):
    """What a token opens."""

    API = "api"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it in the list; ``secret`` is there only when it is made."""

    id: str
    purpose: Purpose
    label: str
    created: str
    expires: str
    revoked: str | None
    secret: str = field(default="", repr=False)

    @property
    def is_valid(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked is None and self.expires > moments.now()


def make_token(
    connection: Connection, actor: Actor, person: Person, *, purpose: Purpose = Purpose.API, label: str, days: int
) -> Token:
    """Return a new token with its secret, for this once."""
    if not 1 <= days <= MOST_DAYS:
        raise BadParameter("days", days, [f"1 … {MOST_DAYS}"])
    secret = f"zyd-{purpose}-{secrets.token_urlsafe(32)}"
    token = Token(new_id("t"), purpose, label.strip()[:200], moments.now(), moments.later(days=days), None, secret)
    connection.execute(
        tokens.insert().values(
            id=token.id,
            hash=digest(secret),
            user=person.id,
            purpose=str(purpose),
            label=token.label,
            created=token.created,
            expires=token.expires,
            revoked=None,
        )
    )
    journal.write(
        connection, actor, "token.made", token.id, after={"for": person.id, "purpose": str(purpose), "days": days}
    )
    return token


def person_of(database: Database, secret: str, purpose: Purpose) -> Person:
    """Return whose token it is; NotSignedIn where it is unknown, over, revoked or for another purpose."""
    with database.read() as connection:
        row = connection.execute(
            sa.select(users)
            .join(tokens, tokens.c.user == users.c.id)
            .where(
                tokens.c.hash == digest(secret),
                tokens.c.purpose == str(purpose),
                tokens.c.revoked.is_(None),
                tokens.c.expires > moments.now(),
                users.c.disabled.is_(False),
            )
        ).one_or_none()
    if row is None:
        raise NotSignedIn
    return Person(row.id, row.name, row.display, Role(row.role), row.firm)


def tokens_of(connection: Connection, person: Person) -> list[Token]:
    """Return the tokens of an account, the newest first; secrets are not known any more."""
    rows = connection.execute(sa.select(tokens).where(tokens.c.user == person.id).order_by(tokens.c.created.desc()))
    return [Token(r.id, Purpose(r.purpose), r.label, r.created, r.expires, r.revoked) for r in rows]


def revoke(connection: Connection, actor: Actor, person: Person | None, token: str) -> None:
    """Make a token void; NotFound where ``person``, if given, has no such token."""
    chosen = sa.and_(tokens.c.id == token, tokens.c.revoked.is_(None))
    if person is not None:
        chosen = sa.and_(chosen, tokens.c.user == person.id)
    if connection.execute(tokens.update().where(chosen).values(revoked=moments.now())).rowcount != 1:
        raise absent()
    journal.write(connection, actor, "token.revoked", token)
