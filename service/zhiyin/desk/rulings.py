"""Rulings on manual clauses as they are kept: found with their history, and due for review as facts change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import journal
from zhiyin.desk.desk import LawOf
from zhiyin.desk.duties import same_duty
from zhiyin.desk.faults import absent
from zhiyin.desk.keys import keyed
from zhiyin.desk.people import Person
from zhiyin.desk.schema import rulings, submissions, verdicts
from zhiyin.desk.verdicts import clauses_of
from zhiyin.namespaces import CLAUSE

PROPOSED, IN_FORCE, REPLACED, WITHDRAWN = "proposed", "in-force", "replaced", "withdrawn"
STATE_LABELS = {
    PROPOSED: ("待复核", "proposed"),
    IN_FORCE: ("有效", "in force"),
    REPLACED: ("已被替换", "replaced"),
    WITHDRAWN: ("已撤回", "withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One ruling; ``due`` names the submission whose facts differ from those that the ruling rests on.

    ``clauses`` is the namespace of the edition that the clause is of, the one by which ``submission`` was judged; it is
    empty for the shipped edition.
    """

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
    clauses: str = ""

    @property
    def about(self) -> str:
        """The IRI of the clause: a number alone means another duty in another edition."""
        return f"{self.clauses or CLAUSE}{self.clause}"

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        told = keyed(self, [name for name in _COLUMNS if name not in ("basis", "by", "by_name")])
        if self.clauses:
            told["clauseIri"] = self.about
        return {**told, "due": self.due or None, "by": self.by_name}


_COLUMNS = tuple(name for name in Ruling.__slots__ if name != "clauses")


def of_firm(connection: Connection, firm: str, *, clause: str = "") -> list[Ruling]:
    """Return the rulings on a firm, the newest first."""
    chosen = chosen_rulings().where(rulings.c.firm == firm).order_by(rulings.c.made.desc())
    if clause:
        chosen = chosen.where(rulings.c.clause == clause)
    return [from_row(row) for row in connection.execute(chosen)]


def due_for_review(connection: Connection, person: Person) -> list[Ruling]:
    """Return the rulings in force whose facts have changed."""
    chosen = chosen_rulings().where(rulings.c.state == IN_FORCE, rulings.c.due != "").order_by(rulings.c.made)
    if person.firm is not None:
        chosen = chosen.where(rulings.c.firm == person.firm)
    return [from_row(row) for row in connection.execute(chosen)]


def where_due(connection: Connection, law: LawOf, due: Sequence[Ruling]) -> list[tuple[Ruling, str]]:
    """Return each ruling with the clause that states its duty in the submission asking for its review; empty for none."""
    chosen = sa.select(submissions.c.id, verdicts.c.rules, verdicts.c.tier)
    chosen = chosen.join(verdicts, submissions.c.verdict == verdicts.c.id)
    asking = chosen.where(submissions.c.id.in_({ruling.due for ruling in due}))
    judged = {row.id: (clauses_of(row.rules), row.tier) for row in connection.execute(asking)}
    found = []
    for ruling in due:
        clauses, tier = judged.get(ruling.due, ("", None))
        if clauses == ruling.clauses:
            found.append((ruling, ruling.clause))
        else:
            there = same_duty(law, ruling.clauses, ruling.clause, clauses, tier)
            found.append((ruling, (there or "").rpartition("/")[2]))
    return found


def find(connection: Connection, person: Person, identity: str) -> Ruling:
    """Return a ruling that the person may see; NotFound otherwise."""
    chosen = chosen_rulings().where(rulings.c.id == identity)
    if person.firm is not None:
        chosen = chosen.where(rulings.c.firm == person.firm)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise absent()
    return from_row(row)


def in_force(connection: Connection, firm: str) -> dict[str, Ruling]:
    """Return the IRI of a clause to the ruling in force."""
    return {r.about: r for r in of_firm(connection, firm) if r.state == IN_FORCE}


def applicable(ruled: Mapping[str, Ruling], bases: Mapping[str, str], clauses: str) -> list[Ruling]:
    """Return the rulings on clauses of the edition judged by whose facts are those of a submission still.

    The others wait for a person, those on clauses of another edition too: the same number may be another duty there,
    and the same duty may say other words.
    """
    return [r for r in ruled.values() if r.clauses == clauses and bases.get(r.clause) == r.basis]


def fall_due(
    connection: Connection, firm: str, bases: Mapping[str, str], clauses: str, submission: str, law: LawOf
) -> None:
    """Mark the rulings in force that rest on other facts than ``submission`` states, and unmark the rest.

    One on a clause of another edition than the submission follows is due too, until the same duty is ruled on there;
    where that edition states the duty no more, there is nothing to rule on.
    """
    ruled = in_force(connection, firm)
    stand = {r.about for r in applicable(ruled, bases, clauses)}
    for ruling in ruled.values():
        there = ruling.about if ruling.clauses == clauses else same_duty(law, ruling.clauses, ruling.clause, clauses)
        due = "" if there == "" or there in stand else submission
        if due != ruling.due:
            connection.execute(rulings.update().where(rulings.c.id == ruling.id).values(due=due))
            if due:
                journal.write(connection, journal.THE_DESK, "ruling.due", ruling.id, after={"submission": submission})


def logged(ruling: Ruling) -> dict[str, object]:
    """Return what the log says of a ruling when it is made: an altered row is found by it."""
    names = ("firm", "submission", "clause", "outcome", "reason", "day", "by", "by_name", "made")
    return {name: getattr(ruling, name) for name in names}


def chosen_rulings() -> sa.Select[tuple[object, ...]]:
    """Return the choice of all rulings, each with what the verdict that it was made on rests on."""
    return (
        sa.select(rulings, verdicts.c.rules.label("rules"))
        .join(submissions, submissions.c.id == rulings.c.submission, isouter=True)
        .join(verdicts, verdicts.c.id == submissions.c.verdict, isouter=True)
    )


def from_row(row: sa.Row[tuple[object, ...]]) -> Ruling:
    """Return the ruling that a row of ``chosen_rulings`` holds."""
    return Ruling(**{name: row._mapping[name] for name in _COLUMNS}, clauses=clauses_of(row.rules))
