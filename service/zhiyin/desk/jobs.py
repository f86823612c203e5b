"""The queue in the database: work is taken under a lease, and what a worker left when it died is taken again."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import moments
from zhiyin.desk.database import Database
from zhiyin.desk.schema import jobs

JUDGING, TRIAL = "judging", "trial"
QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
MOST_ATTEMPTS = 4
LEASE_SECONDS = {JUDGING: 120, TRIAL: 60}


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that a worker holds; ``holder`` is how it proves that it still does."""

    id: int
    kind: str
    subject: str
    person: str
    holder: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is."""

    state: str
    done: int
    total: int
    ahead: int


def queue(connection: Connection, kind: str, subject: str, person: str, *, total: int = 1) -> None:
    """Add work, in the transaction of what asks for it."""
    connection.execute(
        jobs.insert().values(
            kind=kind,
            subject=subject,
            person=person,
            state=QUEUED,
            worker="",
            lease="",
            attempts=0,
            done=0,
            total=total,
            made=moments.now(),
        )
    )


def take(database: Database, worker: str) -> Job | None:
    """Return the next piece of work, now held by ``worker``; one whose lease ran out comes first."""
    waiting = sa.or_(jobs.c.state == QUEUED, sa.and_(jobs.c.state == RUNNING, jobs.c.lease < moments.now()))
    chosen = sa.select(jobs).where(waiting).order_by(jobs.c.id).limit(1)
    with database.read() as connection:
        if connection.execute(chosen).first() is None:
            return None
    with database.write() as connection:
        row = connection.execute(chosen).one_or_none()
        if row is None:
            return None
        holder = f"{worker}#{row.attempts + 1}"
        lease = moments.later(seconds=LEASE_SECONDS[row.kind])
        connection.execute(
            jobs.update()
            .where(jobs.c.id == row.id)
            .values(state=RUNNING, worker=holder, lease=lease, attempts=row.attempts + 1)
        )
        return Job(row.id, row.kind, row.subject, row.person, holder, row.attempts + 1)


def holds(connection: Connection, job: Job) -> bool:
    """Return whether the work is still the worker's: if not, another has it, and nothing may be written."""
    row = connection.execute(sa.select(jobs.c.worker, jobs.c.state).where(jobs.c.id == job.id)).one_or_none()
    return row is not None and (row.worker, row.state) == (job.holder, RUNNING)


def renew(connection: Connection, job: Job, *, done: int, total: int) -> None:
    """Tell how far the work is and hold it longer."""
    connection.execute(
        jobs.update()
        .where(jobs.c.id == job.id, jobs.c.worker == job.holder)
        .values(done=done, total=total, lease=moments.later(seconds=LEASE_SECONDS[job.kind]))
    )


def finish(connection: Connection, job: Job, *, state: str = DONE) -> None:
    """End the work, in the transaction that keeps its result."""
    connection.execute(jobs.update().where(jobs.c.id == job.id).values(state=state, done=jobs.c.total, lease=""))


def release(connection: Connection, job: Job, *, counted: bool = True) -> None:
    """Give the work back to the queue; not ``counted`` where the attempt ended by no fault of the work."""
    attempts = job.attempts if counted else job.attempts - 1
    values = {"state": QUEUED, "worker": "", "lease": "", "attempts": attempts}
    connection.execute(jobs.update().where(jobs.c.id == job.id).values(**values))


def progress(connection: Connection, subject: str) -> Progress | None:
    """Return how far the latest work on ``subject`` is, and how many pieces wait before it."""
    row = connection.execute(sa.select(jobs).where(jobs.c.subject == subject).order_by(jobs.c.id.desc())).first()
    if row is None:
        return None
    waits = sa.select(sa.func.count()).where(jobs.c.state.in_((QUEUED, RUNNING)), jobs.c.id < row.id)
    return Progress(row.state, row.done, row.total, int(connection.execute(waits).scalar_one()))


def waiting(connection: Connection) -> int:
    """Return how much work is not done."""
    counted = sa.select(sa.func.count()).where(jobs.c.state.in_((QUEUED, RUNNING)))
    return int(connection.execute(counted).scalar_one())
