"""Rulings on manual clauses: kept with their history, out as the determinations file, due for review as facts change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import firms, journal, moments, remedies, submissions, verdicts
from zhiyin.desk.desk import Desk
from zhiyin.desk.faults import Conflict, absent
from zhiyin.desk.judged import Case, Judged
from zhiyin.desk.keys import keyed
from zhiyin.desk.people import Person, new_id
from zhiyin.desk.schema import rulings
from zhiyin.desk.submissions import Kept
from zhiyin.desk.verdicts import KeptVerdict
from zhiyin.errors import BadParameter
from zhiyin.law.outcome import Outcome
from zhiyin.model import number_key
from zhiyin.namespaces import CLAUSE, PREFIXES, ZY
from zhiyin.standards import TYPE, XSD

PROPOSED, IN_FORCE, REPLACED, WITHDRAWN = "proposed", "in-force", "replaced", "withdrawn"
STATE_LABELS = {
    PROPOSED: ("待复核", "proposed"),
    IN_FORCE: ("有效", "in force"),
    REPLACED: ("已被替换", "replaced"),
    WITHDRAWN: ("已撤回", "withdrawn"),
}
RULED = {Outcome.SATISFIED: ZY.Satisfied, Outcome.VIOLATED: ZY.Violated, Outcome.NOT_APPLICABLE: ZY.NotApplicable}
"""What a person may rule, and how the determinations file says it."""
_MOST_TRIES = 40


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ruling as the regulator writes it; ``instead_of`` is the ruling that they saw in force, empty where none was."""

    clause: str
    outcome: str
    reason: str
    day: str
    instead_of: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a change of rulings starts from."""

    connection: Connection
    ruled: Mapping[str, Ruling]
    verdict: KeptVerdict
    firm: str


_Propose = Callable[[_Seen], Ruling]
_Keep = Callable[[Connection, Ruling], None]


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


def determinations(company: str, ruled: Iterable[Ruling]) -> bytes:
    """Return the rulings as the determinations file; empty where there are none."""
    kind = ox.NamedNode(TYPE)
    day = ox.NamedNode(XSD + "date")
    triples = []
    for ruling in sorted(ruled, key=lambda r: number_key(r.clause)):
        node = ox.NamedNode(f"urn:x-zhiyin:ruling:{ruling.id}")
        said: tuple[tuple[str, ox.NamedNode | ox.Literal], ...] = (
            ("ofCompany", ox.NamedNode(company)),
            ("ofClause", ox.NamedNode(str(CLAUSE[ruling.clause]))),
            ("ruling", ox.NamedNode(str(RULED[Outcome(ruling.outcome)]))),
            ("determinedBy", ox.Literal(ruling.by_name)),
            ("determinedOn", ox.Literal(ruling.day, datatype=day)),
            ("reason", ox.Literal(ruling.reason)),
        )
        triples.append(ox.Triple(node, kind, ox.NamedNode(str(ZY.Determination))))
        triples += [ox.Triple(node, ox.NamedNode(str(ZY[name])), value) for name, value in said]
    if not triples:
        return b""
    prefixes = {name: PREFIXES[name] for name in ("clause", "xsd", "zy")}
    return bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"")


def applicable(ruled: Mapping[str, Ruling], bases: Mapping[str, str]) -> list[Ruling]:
    """Return the rulings whose facts are those of a submission still: the others wait for a person."""
    return [ruling for ruling in ruled.values() if bases.get(ruling.clause) == ruling.basis]


def rule(desk: Desk, person: Person, source: str, submission: str, wanted: Wanted) -> Ruling:
    """Keep a ruling; where no second person is asked for, the verdict follows before this returns.

    Raises Conflict where the clause is not one to rule on, or where another ruling is in force than the one seen.
    """
    _check(wanted)

    def propose(seen: _Seen) -> Ruling:
        current = seen.ruled.get(wanted.clause)
        if (current.id if current else "") != wanted.instead_of:
            raise Conflict(
                "这一条刚由他人认定，请刷新后再看", "somebody else ruled on this clause meanwhile: look again"
            )
        if wanted.clause not in seen.verdict.bases:
            raise Conflict("这一条不需人工认定", "this clause does not need a person's ruling")
        return Ruling(
            new_id("r"),
            seen.firm,
            submission,
            wanted.clause,
            wanted.outcome,
            wanted.reason.strip(),
            wanted.day,
            person.id,
            person.display,
            moments.now(),
            PROPOSED if wanted.second else IN_FORCE,
            "",
            None,
            seen.verdict.bases[wanted.clause],
            "",
            None,
        )

    def keep(connection: Connection, ruling: Ruling) -> None:
        # Both names of a replacement are known only when the new row stands.
        connection.execute(rulings.insert().values(**_columns(ruling)))
        if ruling.state == IN_FORCE:
            _replace(connection, ruling)
        journal.write(
            connection,
            person.actor(source),
            "ruling.made",
            ruling.id,
            after=logged(ruling),
        )

    return _change(desk, person, source, submission, propose, keep)


def confirm(desk: Desk, person: Person, source: str, identity: str) -> Ruling:
    """Put a proposed ruling in force as the second person; the verdict follows before this returns."""
    with desk.database.read() as connection:
        first = find(connection, person, identity)
    if first.by == person.id:
        raise Conflict("复核须由另一人进行", "another person than the first has to confirm")

    def propose(seen: _Seen) -> Ruling:
        now = find(seen.connection, person, identity)
        if now.state != PROPOSED:
            raise Conflict("这一认定不在待复核状态", "this ruling does not wait for a second person")
        return _with(now, state=IN_FORCE, second_name=person.display, second_made=moments.now())

    def keep(connection: Connection, ruling: Ruling) -> None:
        connection.execute(
            rulings.update()
            .where(rulings.c.id == ruling.id)
            .values(state=IN_FORCE, second=person.id, second_name=person.display, second_made=ruling.second_made)
        )
        _replace(connection, ruling)
        journal.write(
            connection,
            person.actor(source),
            "ruling.confirmed",
            ruling.id,
            before={"state": PROPOSED},
            after={"state": IN_FORCE},
        )

    return _change(desk, person, source, first.submission, propose, keep)


def withdraw(desk: Desk, person: Person, source: str, identity: str) -> Ruling:
    """Take a ruling back: it stays in the history, and the verdict follows before this returns."""
    with desk.database.read() as connection:
        first = find(connection, person, identity)

    def propose(seen: _Seen) -> Ruling:
        now = find(seen.connection, person, identity)
        if now.state not in (PROPOSED, IN_FORCE):
            raise Conflict("这一认定已不在生效状态", "this ruling is no longer in force")
        return _with(now, state=WITHDRAWN)

    def keep(connection: Connection, ruling: Ruling) -> None:
        connection.execute(rulings.update().where(rulings.c.id == ruling.id).values(state=WITHDRAWN))
        journal.write(connection, person.actor(source), "ruling.withdrawn", ruling.id, after={"state": WITHDRAWN})

    return _change(desk, person, source, first.submission, propose, keep)


def fall_due(connection: Connection, firm: str, bases: Mapping[str, str], submission: str) -> None:
    """Mark the rulings in force that rest on other facts than ``submission`` states, and unmark the rest."""
    for ruling in in_force(connection, firm).values():
        due = "" if bases.get(ruling.clause) == ruling.basis else submission
        if due != ruling.due:
            connection.execute(rulings.update().where(rulings.c.id == ruling.id).values(due=due))
            if due:
                journal.write(connection, journal.THE_DESK, "ruling.due", ruling.id, after={"submission": submission})


def _change(desk: Desk, person: Person, source: str, submission: str, propose: _Propose, keep: _Keep) -> Ruling:
    """Make a change of rulings and the verdicts that follow in one transaction, over again where another came between.

    What follows is the verdict on the submission that was ruled on, and that on the one that stands for the firm now.
    """
    for _ in range(_MOST_TRIES):
        with desk.database.read() as connection:
            kept = submissions.find(connection, person, submission)
            verdict = verdicts.find(connection, kept.verdict)
            if verdict is None or kept.firm is None:
                raise Conflict("这份自述还没有评定", "this submission has not been judged yet")
            firm = firms.firm_by_id(connection, person, kept.firm)
            ruled = in_force(connection, firm.id)
            ruling = propose(_Seen(connection, ruled, verdict, firm.id))
            after = {clause: r for clause, r in ruled.items() if r.id != ruling.id}
            if ruling.state == IN_FORCE:
                after[ruling.clause] = ruling
            names = dict.fromkeys((submission, firm.latest or submission))
            following = [f for name in names if (f := _following(desk, connection, person, name, after)) is not None]
        for one in following:
            if one.file != one.rested_on:
                one.judged = desk.judge(Case(one.data, one.kept.filename, one.kept.media, one.file, one.kept.id))
        with desk.database.write() as connection:
            stands = [submissions.find(connection, person, one.kept.id).verdict == one.verdict.id for one in following]
            same = {r.id for r in in_force(connection, firm.id).values()} == {r.id for r in ruled.values()}
            if not (all(stands) and same and firms.firm_by_id(connection, person, firm.id).latest == firm.latest):
                continue
            # What the proposal looked at may have changed beside the rulings in force.
            propose(_Seen(connection, ruled, verdict, firm.id))
            keep(connection, ruling)
            for one in following:
                if one.judged is not None:
                    _follow(desk, connection, person.actor(source), firm, one, one.judged)
            return ruling
    raise Conflict("同时改动太多，请重试", "too many changes at once, try again")


@dataclass(slots=True)
class _Following:
    """A submission whose verdict a change of rulings may change: the rulings it rested on, and those that now apply."""

    kept: Kept
    verdict: KeptVerdict
    data: bytes
    rested_on: bytes
    file: bytes
    judged: Judged | None = None


def _following(
    desk: Desk, connection: Connection, person: Person, name: str, ruled: Mapping[str, Ruling]
) -> _Following | None:
    """Return what follows for a submission; None where its bytes were removed by the retention rule."""
    kept = submissions.find(connection, person, name)
    verdict = verdicts.find(connection, kept.verdict)
    if verdict is None or kept.bytes is None:
        return None
    company = verdicts.company_in(verdicts.document_of(desk, connection, verdict))
    return _Following(
        kept,
        verdict,
        submissions.read_bytes(desk, connection, kept),
        verdicts.determinations_of(desk, connection, verdict),
        determinations(company, applicable(ruled, verdict.bases)),
    )


def _follow(
    desk: Desk, connection: Connection, actor: journal.Actor, firm: firms.Firm, one: _Following, judged: Judged
) -> None:
    """Keep the verdict that follows as the one in force."""
    name = verdicts.keep(connection, desk, one.kept.id, judged, one.file, "ruling")
    journal.write(
        connection,
        actor,
        "verdict.made",
        one.kept.id,
        before={"verdict": one.verdict.id, "status": one.verdict.status},
        after=verdicts.logged(connection, name),
    )
    if firm.latest == one.kept.id:
        remedies.close_satisfied(connection, firm.id, one.kept.id, judged.tier, judged.outcomes, desk.law().duties)


def logged(ruling: Ruling) -> dict[str, object]:
    """Return what the log says of a ruling when it is made: an altered row is found by it."""
    names = ("firm", "submission", "clause", "outcome", "reason", "day", "by", "by_name", "made")
    return {name: getattr(ruling, name) for name in names}


def _check(wanted: Wanted) -> None:
    if wanted.outcome not in {str(o) for o in RULED}:
        raise BadParameter("outcome", wanted.outcome, [str(o) for o in RULED])
    if not 1 <= len(wanted.reason.strip()) <= 4000:
        raise BadParameter(
            "reason", "", zh="请写明理由（至多 4000 字）", en="state the reason (4,000 characters at most)"
        )
    if moments.day_named(wanted.day, "day") > moments.today():
        raise BadParameter("day", wanted.day, zh="认定日期不得晚于今天", en="the day of a ruling is not after today")


def _replace(connection: Connection, ruling: Ruling) -> None:
    connection.execute(
        rulings.update()
        .where(
            rulings.c.firm == ruling.firm,
            rulings.c.clause == ruling.clause,
            rulings.c.state == IN_FORCE,
            rulings.c.id != ruling.id,
        )
        .values(state=REPLACED, replaced_by=ruling.id, due="")
    )


def _with(ruling: Ruling, **changes: object) -> Ruling:
    return Ruling(**{**{name: getattr(ruling, name) for name in ruling.__slots__}, **changes})


def _columns(ruling: Ruling) -> dict[str, object]:
    return {name: getattr(ruling, name) for name in ruling.__slots__}


def from_row(row: sa.Row[tuple[object, ...]]) -> Ruling:
    """Return the ruling that a row of the table holds."""
    return Ruling(**{name: row._mapping[name] for name in Ruling.__slots__})
