"""A ruling made, confirmed or withdrawn, and in the same transaction the verdicts that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from zhiyin.desk import firms, journal, moments, remedies, submissions, verdicts
from zhiyin.desk.desk import Desk, LawOf
from zhiyin.desk.determinations import RULED, determinations
from zhiyin.desk.duties import same_duty
from zhiyin.desk.faults import Conflict
from zhiyin.desk.judged import Case, Judged
from zhiyin.desk.people import Person, new_id
from zhiyin.desk.rulings import IN_FORCE, PROPOSED, REPLACED, WITHDRAWN, Ruling, applicable, find, in_force, logged
from zhiyin.desk.schema import rulings
from zhiyin.desk.submissions import Kept
from zhiyin.desk.verdicts import KeptVerdict
from zhiyin.errors import BadParameter
from zhiyin.namespaces import CLAUSE

_MOST_TRIES = 40


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


def rule(desk: Desk, person: Person, source: str, submission: str, wanted: Wanted) -> Ruling:
    """Keep a ruling; where no second person is asked for, the verdict follows before this returns.

    Raises Conflict where the clause is not one to rule on, or where another ruling is in force than the one seen.
    """
    _check(wanted)

    def propose(seen: _Seen) -> Ruling:
        current = seen.ruled.get(f"{seen.verdict.clauses or CLAUSE}{wanted.clause}")
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
            seen.verdict.clauses,
        )

    def keep(connection: Connection, ruling: Ruling) -> None:
        # Both names of a replacement are known only when the new row stands.
        connection.execute(rulings.insert().values(**_columns(ruling)))
        if ruling.state == IN_FORCE:
            _replace(connection, ruling, desk.law)
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
        return replace(now, state=IN_FORCE, second_name=person.display, second_made=moments.now())

    def keep(connection: Connection, ruling: Ruling) -> None:
        connection.execute(
            rulings.update()
            .where(rulings.c.id == ruling.id)
            .values(state=IN_FORCE, second=person.id, second_name=person.display, second_made=ruling.second_made)
        )
        _replace(connection, ruling, desk.law)
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
        return replace(now, state=WITHDRAWN)

    def keep(connection: Connection, ruling: Ruling) -> None:
        connection.execute(rulings.update().where(rulings.c.id == ruling.id).values(state=WITHDRAWN))
        journal.write(connection, person.actor(source), "ruling.withdrawn", ruling.id, after={"state": WITHDRAWN})

    return _change(desk, person, source, first.submission, propose, keep)


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
            after = {about: r for about, r in ruled.items() if r.id != ruling.id}
            if ruling.state == IN_FORCE:
                after[ruling.about] = ruling
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
        determinations(company, applicable(ruled, verdict.bases, verdict.clauses), verdict.rules),
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
        remedies.close_satisfied(connection, firm.id, one.kept.id, judged, desk.law)


def _check(wanted: Wanted) -> None:
    if wanted.outcome not in {str(o) for o in RULED}:
        raise BadParameter("outcome", wanted.outcome, [str(o) for o in RULED])
    if not 1 <= len(wanted.reason.strip()) <= 4000:
        raise BadParameter(
            "reason", "", zh="请写明理由（至多 4000 字）", en="state the reason (4,000 characters at most)"
        )
    if moments.day_named(wanted.day, "day") > moments.today():
        raise BadParameter("day", wanted.day, zh="认定日期不得晚于今天", en="the day of a ruling is not after today")


def _replace(connection: Connection, ruling: Ruling, law: LawOf) -> None:
    """Have a ruling that comes into force take the place of the one on its clause.

    One on the same duty in another edition stays in force for what was judged by that edition; it waits for nobody now.
    """
    for other in in_force(connection, ruling.firm).values():
        if other.id == ruling.id:
            continue
        if other.about == ruling.about:
            values = {"state": REPLACED, "replaced_by": ruling.id, "due": ""}
        elif other.due and same_duty(law, other.clauses, other.clause, ruling.clauses) == ruling.about:
            values = {"due": ""}
        else:
            continue
        connection.execute(rulings.update().where(rulings.c.id == other.id).values(**values))


def _columns(ruling: Ruling) -> dict[str, object]:
    return {name: getattr(ruling, name) for name in ruling.__slots__ if name != "clauses"}
