"""Signing in and out: a password or a provider's word in, a session of limited life out; only its hash is kept."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

import sqlalchemy as sa

from zhiyin.desk import journal, moments
from zhiyin.desk.database import Database
from zhiyin.desk.faults import NotSignedIn
from zhiyin.desk.journal import Actor
from zhiyin.desk.passwords import Passwords, check_lock, forget_failures, note_failure
from zhiyin.desk.people import Person, Role
from zhiyin.desk.schema import sessions, users
from zhiyin.errors import BadRequest

LIFE_HOURS, IDLE_MINUTES = 12, 60
_SEEN_EVERY = 60
"""Seconds after which a session's last use is written again: not every page writes."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in; ``secret`` is what the cookie holds, known only when the session begins."""

    person: Person
    csrf: str
    hash: str
    secret: str = field(default="", repr=False)

    def takes(self, csrf: str) -> bool:
        """Return whether a form comes from a page of this session."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())


def digest(secret: str) -> str:
    """Return what is kept of a secret that has entropy enough of its own."""
    return sha256(secret.encode()).hexdigest()


def sign_in(database: Database, passwords: Passwords, name: str, password: str, source: str) -> Session:
    """Begin a session by password; BadRequest where name or password is wrong, LockedOut after too many failures."""
    keys = (f"name:{name[:200]}", f"from:{source}")
    with database.read() as connection:
        check_lock(connection, *keys)
        row = connection.execute(
            sa.select(users).where(users.c.name == name, users.c.disabled.is_(False))
        ).one_or_none()
    fits = passwords.fits(password, None if row is None else row.password)
    with database.write() as connection:
        # Failures that were counted while the password was hashed count here too.
        check_lock(connection, *keys)
        if fits and row is not None:
            forget_failures(connection, keys[0])
            return _begin(connection, Person(row.id, row.name, row.display, Role(row.role), row.firm), source)
        locked = note_failure(connection, *keys)
        known = row.name if row is not None else "?"
        journal.write(connection, Actor(known, source), "session.refused", "", after={"locked": locked})
    raise BadRequest("账号或口令不对", "name or password is wrong")


def knows_password(database: Database, passwords: Passwords, person: Person, password: str, source: str) -> bool:
    """Return whether a person who is signed in knows the password; LockedOut after too many failures, as at the door."""
    key = f"name:{person.name}"
    with database.read() as connection:
        check_lock(connection, key)
        kept = connection.execute(sa.select(users.c.password).where(users.c.id == person.id)).scalar_one_or_none()
    if passwords.fits(password, kept):
        return True
    with database.write() as connection:
        check_lock(connection, key)
        locked = note_failure(connection, key)
        journal.write(connection, person.actor(source), "password.refused", person.id, after={"locked": locked})
    return False


def sign_in_as(database: Database, subject: str, source: str) -> Session:
    """Begin a session of the account that a provider vouched for; BadRequest where no account has that subject."""
    with database.write() as connection:
        row = connection.execute(
            sa.select(users).where(users.c.subject == subject, users.c.disabled.is_(False))
        ).one_or_none()
        if row is not None:
            return _begin(connection, Person(row.id, row.name, row.display, Role(row.role), row.firm), source)
        journal.write(connection, Actor("?", source), "session.refused", "", after={"byProvider": True})
    raise BadRequest("这个身份在监管台没有账号", "this identity has no account at the desk")


def _begin(connection: sa.Connection, person: Person, source: str) -> Session:
    secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    session = Session(person, csrf, digest(secret), secret)
    connection.execute(sessions.delete().where(sessions.c.expires < moments.now()))
    connection.execute(
        sessions.insert().values(
            hash=session.hash,
            user=person.id,
            csrf=csrf,
            created=moments.now(),
            seen=moments.now(),
            expires=moments.later(hours=LIFE_HOURS),
            source=source[:80],
        )
    )
    journal.write(connection, person.actor(source), "session.begun", person.id)
    return session


def session_of(database: Database, secret: str) -> Session:
    """Return the session that a cookie names; NotSignedIn where it ended, by the clock or by hand."""
    if not secret:
        raise NotSignedIn
    wanted = digest(secret)
    with database.read() as connection:
        row = connection.execute(
            sa.select(sessions.c.hash, sessions.c.csrf, sessions.c.seen, users)
            .join(users, users.c.id == sessions.c.user)
            .where(
                sessions.c.hash == wanted,
                sessions.c.expires > moments.now(),
                sessions.c.seen > moments.later(minutes=-IDLE_MINUTES),
                users.c.disabled.is_(False),
            )
        ).one_or_none()
    if row is None:
        raise NotSignedIn
    if row.seen < moments.later(seconds=-_SEEN_EVERY):
        with database.write() as connection:
            connection.execute(sessions.update().where(sessions.c.hash == wanted).values(seen=moments.now()))
    return Session(Person(row.id, row.name, row.display, Role(row.role), row.firm), row.csrf, row.hash)


def sign_out(database: Database, session: Session, source: str) -> None:
    """End a session: its cookie is void from now on."""
    with database.write() as connection:
        connection.execute(sessions.delete().where(sessions.c.hash == session.hash))
        journal.write(connection, session.person.actor(source), "session.ended", session.person.id)
