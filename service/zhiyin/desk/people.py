"""Who is at the desk: accounts with a role and, for a firm's people, the firm whose things alone they see."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from zhiyin.desk import journal, moments
from zhiyin.desk.faults import Conflict, absent
from zhiyin.desk.journal import Actor
from zhiyin.desk.schema import sessions, tokens, users
from zhiyin.errors import BadParameter


class Role(StrEnum):
    """What an account may do; which firm it sees is told by the account's firm."""

    REGULATOR = "regulator"
    FIRM = "firm"
    READER = "reader"


ROLE_LABELS = {Role.REGULATOR: "监管", Role.FIRM: "公司", Role.READER: "只读"}
ALL_ROLES = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Person:
    """One account; without a firm it sees all firms."""

    id: str
    name: str
    display: str
    role: Role
    firm: str | None

    def sees(self, firm: str | None) -> bool:
        """Return whether things of ``firm`` are theirs to see; what belongs to no firm yet is the regulator's."""
        return self.firm is None or (firm is not None and firm == self.firm)

    def actor(self, source: str) -> Actor:
        """Return the person as the log names them."""
        return Actor(self.name, source)


def new_id(kind: str) -> str:
    """Return a fresh identifier that cannot be guessed; ``kind`` is a letter or two that people can tell it by."""
    return f"{kind}{secrets.token_hex(12)}"


def add_person(
    connection: Connection,
    actor: Actor,
    *,
    name: str,
    role: Role,
    firm: str | None = None,
    display: str = "",
    password: str | None = None,
    subject: str | None = None,
) -> Person:
    """Open an account; ``password`` is its hash, ``subject`` whom OpenID Connect must tell."""
    name = name.strip()
    if not name or len(name) > 100 or any(c.isspace() or not c.isprintable() for c in name):
        raise BadParameter(
            "name", name, zh="账号名须为 1 至 100 个可见字符", en="a name has 1 to 100 visible characters"
        )
    if (role is Role.FIRM) != (firm is not None) and role is not Role.READER:
        raise BadParameter(
            "firm",
            firm or "",
            zh="公司账号须指明公司，监管账号不得",
            en="a firm's account names its firm, a regulator's none",
        )
    person = Person(new_id("u"), name, display.strip() or name, role, firm)
    try:
        connection.execute(
            users.insert().values(
                id=person.id,
                name=name,
                display=person.display,
                role=str(role),
                firm=firm,
                password=password,
                subject=subject,
                disabled=False,
                created=moments.now(),
            )
        )
    except IntegrityError as error:
        raise Conflict(f"已有账号“{name}”", f"there is an account '{name}' already") from error
    journal.write(
        connection,
        actor,
        "account.opened",
        person.id,
        after={
            "name": name,
            "role": str(role),
            "firm": firm,
            "byPassword": bool(password),
            "byProvider": bool(subject),
        },
    )
    return person


def person_by(connection: Connection, **where: str) -> tuple[Person, str | None] | None:
    """Return the account that a column picks, with the hash of its password; nobody where it is disabled."""
    row = connection.execute(
        sa.select(users).where(*(users.c[name] == value for name, value in where.items()), users.c.disabled.is_(False))
    ).one_or_none()
    if row is None:
        return None
    return Person(row.id, row.name, row.display, Role(row.role), row.firm), row.password


def all_people(connection: Connection) -> list[tuple[Person, bool]]:
    """Return every account and whether it is disabled."""
    rows = connection.execute(sa.select(users).order_by(users.c.name)).all()
    return [(Person(r.id, r.name, r.display, Role(r.role), r.firm), bool(r.disabled)) for r in rows]


def change_password(connection: Connection, actor: Actor, person: Person, password: str) -> None:
    """Keep the hash of a new password and end every session of the account."""
    connection.execute(users.update().where(users.c.id == person.id).values(password=password))
    connection.execute(sessions.delete().where(sessions.c.user == person.id))
    journal.write(connection, actor, "account.password", person.id)


def close_account(connection: Connection, actor: Actor, name: str) -> None:
    """Disable an account: its sessions end and its tokens are void."""
    found = person_by(connection, name=name)
    if found is None:
        raise absent()
    person = found[0]
    connection.execute(users.update().where(users.c.id == person.id).values(disabled=True))
    connection.execute(sessions.delete().where(sessions.c.user == person.id))
    connection.execute(
        tokens.update().where(tokens.c.user == person.id, tokens.c.revoked.is_(None)).values(revoked=moments.now())
    )
    journal.write(connection, actor, "account.closed", person.id, before={"name": person.name})
