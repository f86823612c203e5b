"""Rulings on manual clauses as they are kept: found with their history, and due for review as facts change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import journal
from zhiyin.desk.faults import absent
from zhiyin.desk.keys import keyed
from zhiyin.desk.people import Person
from zhiyin.desk.schema import rulings

PROPOSED, IN_FORCE, REPLACED, WITHDRAWN = "proposed", "in-force", "replaced", "withdrawn"
STATE_LABELS = {
    PROPOSED: ("待复核", "proposed"),
    IN_FORCE: ("有效", "in force"),
    REPLACED: ("已被替换", "replaced"),
    WITHDRAWN: ("已撤回", "withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One ruling; ``due`` names the submission whose facts differ from those that the ruling rests on."""

    id: str
    firm: str
    submission: str
    clause: str
    outcome: str
    reason: str
    day: str
    by: str
    by_name: str
    made: str
    state: str
    second_name: str
    second_made: str | None
    basis: str
    due: str
    replaced_by: str | None

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        told = keyed(self, [name for name in self.__slots__ if name not in ("basis", "by", "by_name")])
        return {**told, "due": self.due or None, "by": self.by_name}


def of_firm(connection: Connection, firm: str, *, clause: str = "") -> list[Ruling]:
    """Return the rulings on a firm, the newest first."""
    chosen = sa.select(rulings).where(rulings.c.firm == firm).order_by(rulings.c.made.desc())
    if clause:
        chosen = chosen.where(rulings.c.clause == clause)
    return [from_row(row) for row in connection.execute(chosen)]


def due_for_review(connection: Connection, person: Person) -> list[Ruling]:
    """Return the rulings in force whose facts have changed."""
    chosen = sa.select(rulings).where(rulings.c.state == IN_FORCE, rulings.c.due != "").order_by(rulings.c.made)
    if person.firm is not None:
        chosen = chosen.where(rulings.c.firm == person.firm)
    return [from_row(row) for row in connection.execute(chosen)]


def find(connection: Connection, person: Person, identity: str) -> Ruling:
    """Return a ruling that the person may see; NotFound otherwise."""
    chosen = sa.select(rulings).where(rulings.c.id == identity)
    if person.firm is not None:
        chosen = chosen.where(rulings.c.firm == person.firm)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise absent()
    return from_row(row)


def in_force(connection: Connection, firm: str) -> dict[str, Ruling]:
    """Return clause to the ruling in force."""
    return {r.clause: r for r in of_firm(connection, firm) if r.state == IN_FORCE}


def applicable(ruled: Mapping[str, Ruling], bases: Mapping[str, str]) -> list[Ruling]:
    """Return the rulings whose facts are those of a submission still: the others wait for a person."""
    return [ruling for ruling in ruled.values() if bases.get(ruling.clause) == ruling.basis]


def fall_due(connection: Connection, firm: str, bases: Mapping[str, str], submission: str) -> None:
    """Mark the rulings in force that rest on other facts than ``submission`` states, and unmark the rest."""
    for ruling in in_force(connection, firm).values():
        due = "" if bases.get(ruling.clause) == ruling.basis else submission
        if due != ruling.due:
            connection.execute(rulings.update().where(rulings.c.id == ruling.id).values(due=due))
            if due:
                journal.write(connection, journal.THE_DESK, "ruling.due", ruling.id, after={"submission": submission})


def logged(ruling: Ruling) -> dict[str, object]:
    """Return what the log says of a ruling when it is made: an altered row is found by it."""
    names = ("firm", "submission", "clause", "outcome", "reason", "day", "by", "by_name", "made")
    return {name: getattr(ruling, name) for name in names}


def from_row(row: sa.Row[tuple[object, ...]]) -> Ruling:
    """Return the ruling that a row of the table holds."""
    return Ruling(**{name: row._mapping[name] for name in Ruling.__slots__})
