"""What a worker does: takes work from the queue, judges, and keeps the result in one transaction or not at all."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import blobs, firms, jobs, journal, remedies, rulings, submissions, trials, verdicts
from zhiyin.desk.desk import Desk
from zhiyin.desk.determinations import determinations
from zhiyin.desk.faults import Full
from zhiyin.desk.firms import Firm
from zhiyin.desk.jobs import Job
from zhiyin.desk.journal import Actor
from zhiyin.desk.judged import Case, Judged
from zhiyin.desk.people import Person, Role
from zhiyin.desk.schema import firms as firm_table
from zhiyin.desk.schema import submissions as table
from zhiyin.errors import BadSubmission, Unavailable, ZhiyinError

_LOG = logging.getLogger("zhiyin.desk")
_PAUSE = 0.5
WORKER = Person("", "desk", "desk", Role.REGULATOR, None)
"""As whom a worker reads: the desk itself, which sees all."""


def name_of_worker() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(3)}"


def work(desk: Desk, goes_on: Callable[[], bool], *, name: str | None = None) -> None:
    """Work until ``goes_on`` says no; an error of one piece of work never ends the worker."""
    worker = name or name_of_worker()
    while goes_on():
        try:
            if not work_once(desk, worker):
                time.sleep(_PAUSE)
        except Exception:
            _LOG.exception("a piece of work failed; the worker goes on")
            time.sleep(_PAUSE)


def work_once(desk: Desk, worker: str) -> bool:
    """Do the next piece of work; return whether there was one."""
    job = jobs.take(desk.database, worker)
    if job is None:
        return False
    try:
        if job.kind == jobs.TRIAL:
            trials.run(desk, job)
        else:
            _judge(desk, job)
    except (Full, Unavailable):
        # No fault of the work: it waits for room, however often it is tried.
        with contextlib.suppress(Full, Unavailable), desk.database.write() as connection:
            if jobs.holds(connection, job):
                jobs.release(connection, job, counted=False)
        raise
    except Exception:
        _give_up(desk, job)
        raise
    return True


def _judge(desk: Desk, job: Job) -> None:
    with desk.database.read() as connection:
        kept = submissions.find(connection, WORKER, job.subject)
        data = submissions.read_bytes(desk, connection, kept) if kept.state == submissions.WAITING else None
    if data is None:
        with desk.database.write() as connection:
            jobs.finish(connection, job)
        return
    case = Case(data, kept.filename, kept.media, b"", kept.id)
    try:
        plain = desk.judge(case)
        _check_own(desk, kept, plain)
    except ZhiyinError as error:
        if error.status >= 500:
            raise
        _refuse(desk, job, error)
        return
    for _ in range(10):
        # From the plain judgement each time: a ruling taken back meanwhile leaves nothing behind.
        ruled, judged, file = _with_rulings(desk, case, plain)
        with desk.database.write() as connection:
            if not jobs.holds(connection, job):
                return
            firm = firms.meet(connection, journal.THE_DESK, code=judged.code, company=judged.company, name=judged.name)
            if {r.id for r in rulings.in_force(connection, firm.id).values()} != ruled:
                # A ruling came while this was judged: it is to be heard.
                continue
            _keep(connection, desk, kept, firm, judged, file)
            jobs.finish(connection, job)
        return
    raise ZhiyinError("认定一直在变", "the rulings keep changing")


def _with_rulings(desk: Desk, case: Case, plain: Judged) -> tuple[set[str], Judged, bytes]:
    """Return the rulings in force on the firm, and the judgement with those whose facts are unchanged."""
    with desk.database.read() as connection:
        firm = firms.any_firm(connection, firms.identity_of(plain.code, plain.company))
        ruled = rulings.in_force(connection, firm.id) if firm else {}
    file = determinations(plain.company, rulings.applicable(ruled, plain.bases, plain.clauses), plain.rules)
    judged = desk.judge(Case(case.data, case.source, case.media, file, case.key)) if file else plain
    return {r.id for r in ruled.values()}, judged, file


def _check_own(desk: Desk, kept: submissions.Kept, judged: Judged) -> None:
    """Refuse what names its company beyond measure, and a firm's submission that speaks of another firm."""
    if len(judged.company) > firms.LONGEST or len(judged.code) > firms.LONGEST_CODE:
        raise BadSubmission("公司的标识过长", "the company's IRI or code is too long")
    if kept.firm is None:
        return
    with desk.database.read() as connection:
        own = firms.firm_by_id(connection, WORKER, kept.firm)
    if not own.is_described_by(judged.code, judged.company):
        raise BadSubmission(
            "这份自述说的不是贵公司：请核对统一社会信用代码",
            "this self-description speaks of another company: check the unified social credit code",
        )


def _keep(connection: Connection, desk: Desk, kept: submissions.Kept, firm: Firm, judged: Judged, file: bytes) -> None:
    connection.execute(
        table.update()
        .where(table.c.id == kept.id)
        .values(
            firm=firm.id, state=submissions.JUDGED, facts=blobs.keep(connection, desk.vault, judged.facts), faults="[]"
        )
    )
    name = verdicts.keep(connection, desk, kept.id, judged, file, "receipt")
    journal.write(
        connection,
        journal.THE_DESK,
        "verdict.made",
        kept.id,
        after=verdicts.logged(connection, name),
    )
    _supersede(connection, kept, firm, judged)
    if _newest(connection, firm.id) == kept.id:
        values = {"latest": kept.id, "name": firms.written(judged.name), "company": judged.company, "tier": judged.tier}
        connection.execute(firm_table.update().where(firm_table.c.id == firm.id).values(**values))
        rulings.fall_due(connection, firm.id, judged.bases, judged.clauses, kept.id, desk.law)
        remedies.close_satisfied(connection, firm.id, kept.id, judged, desk.law)


def _newest(connection: Connection, firm: str) -> str:
    """Return the submission that stands for a firm: that of the latest facts, and of these the last received."""
    chosen = (
        sa.select(table.c.id)
        .where(table.c.firm == firm, table.c.state == submissions.JUDGED)
        .order_by(table.c.as_of.desc(), table.c.received.desc(), table.c.id.desc())
    )
    return str(connection.execute(chosen.limit(1)).scalar_one())


def _supersede(connection: Connection, kept: submissions.Kept, firm: Firm, judged: Judged) -> None:
    """Chain a correction to what it corrects: the last submission before it of facts as of the same day."""
    same = sa.and_(
        table.c.firm == firm.id,
        table.c.state == submissions.JUDGED,
        table.c.as_of == judged.as_of,
        table.c.id != kept.id,
    )
    before = connection.execute(
        sa.select(table.c.id).where(same, table.c.received < kept.received).order_by(table.c.received.desc()).limit(1)
    ).scalar_one_or_none()
    after = connection.execute(
        sa.select(table.c.id).where(same, table.c.received > kept.received).order_by(table.c.received).limit(1)
    ).scalar_one_or_none()
    for older, newer in ((before, kept.id), (kept.id, after)):
        if older is not None and newer is not None:
            connection.execute(table.update().where(table.c.id == older).values(superseded_by=newer))
            connection.execute(table.update().where(table.c.id == newer).values(supersedes=older))
            journal.write(connection, journal.THE_DESK, "submission.superseded", older, after={"by": newer})


def _refuse(desk: Desk, job: Job, error: ZhiyinError) -> None:
    listed = error.details.get("faults")
    faults = [dict(f) for f in listed] if isinstance(listed, list) and listed else []
    if not faults:
        faults = [{"zh": error.message.zh, "en": error.message.en, **error.place.as_dict()}]
    with desk.database.write() as connection:
        if not jobs.holds(connection, job):
            return
        values = {"state": submissions.REFUSED, "faults": submissions.fault_list(faults)}
        connection.execute(table.update().where(table.c.id == job.subject).values(**values))
        journal.write(connection, journal.THE_DESK, "submission.refused", job.subject, after={"faults": len(faults)})
        jobs.finish(connection, job)


def _give_up(desk: Desk, job: Job) -> None:
    """Give the work back, or end it after several attempts: an internal fault is told as one and never as a verdict."""
    with desk.database.write() as connection:
        if not jobs.holds(connection, job):
            return
        if job.attempts < jobs.MOST_ATTEMPTS:
            jobs.release(connection, job)
            return
        jobs.finish(connection, job, state=jobs.FAILED)
        if job.kind == jobs.TRIAL:
            trials.fail(connection, job.subject)
            return
        fault: dict[str, object] = {
            "zh": "评定时发生内部错误，已记入日志",
            "en": "an internal error occurred while judging and was logged",
        }
        values = {"state": submissions.FAILED, "faults": submissions.fault_list([fault])}
        connection.execute(table.update().where(table.c.id == job.subject).values(**values))
        journal.write(connection, Actor("desk", "local"), "submission.failed", job.subject)
