"""The firms that the desk knows: each told by its credit code, or by its IRI where it states none."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import journal, moments
from zhiyin.desk.faults import absent
from zhiyin.desk.journal import Actor
from zhiyin.desk.people import Person, new_id
from zhiyin.desk.schema import firms

LONGEST, LONGEST_CODE = 400, 40


@dataclass(frozen=True, slots=True)
class Firm:
    """One firm; ``latest`` is the submission that stands for it now."""

    id: str
    identity: str
    code: str
    company: str
    name: str
    tier: int | None
    latest: str | None

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.code or self.company

    def is_described_by(self, code: str, company: str) -> bool:
        """Return whether a submission with this code and this IRI speaks of this firm."""
        return identity_of(code, company) == self.identity

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        return {
            "id": self.id,
            "name": self.name,
            "unifiedSocialCreditCode": self.code or None,
            "company": self.company or None,
            "tier": self.tier,
            "latest": self.latest,
        }


def written(name: str) -> str:
    """Return a name as the books hold it: in one line, of what can be printed, and no longer than a line is."""
    return "".join(c if c.isprintable() else " " for c in name).strip()[:LONGEST]


def identity_of(code: str, company: str) -> str:
    """Return what tells a firm from all others."""
    return code or company


def firm_by_id(connection: Connection, person: Person, identity: str) -> Firm:
    """Return a firm that the person may see; NotFound otherwise."""
    if not person.sees(identity):
        # The same query runs for what is another's as for what is not there.
        identity = ""
    row = connection.execute(sa.select(firms).where(firms.c.id == identity)).one_or_none()
    if row is None:
        raise absent()
    return _firm(row)


def any_firm(connection: Connection, identity: str) -> Firm | None:
    """Return the firm that a credit code or an IRI tells."""
    row = connection.execute(sa.select(firms).where(firms.c.identity == identity)).one_or_none()
    return None if row is None else _firm(row)


def all_firms(connection: Connection, person: Person) -> list[Firm]:
    """Return the firms that the person may see, by name."""
    chosen = sa.select(firms).order_by(firms.c.name, firms.c.identity)
    if person.firm is not None:
        chosen = chosen.where(firms.c.id == person.firm)
    return [_firm(row) for row in connection.execute(chosen)]


def meet(connection: Connection, actor: Actor, *, code: str, company: str = "", name: str = "") -> Firm:
    """Return the firm, entered into the books where it is new."""
    known = any_firm(connection, identity_of(code, company))
    if known is not None:
        return known
    name = written(name)
    firm = Firm(new_id("f"), identity_of(code, company), code, company, name, None, None)
    connection.execute(
        firms.insert().values(
            id=firm.id,
            identity=firm.identity,
            code=code,
            company=company,
            name=name,
            tier=None,
            latest=None,
            created=moments.now(),
        )
    )
    journal.write(connection, actor, "firm.entered", firm.id, after={"identity": firm.identity, "name": name})
    return firm


def _firm(row: sa.Row[tuple[object, ...]]) -> Firm:
    found = dict(row._mapping)
    found.pop("created")
    return Firm(**found)
