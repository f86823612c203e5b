"""What if: the latest submission of every firm judged again under a draft of other rules, as work for a worker."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import blobs, firms, jobs, journal, moments, submissions, verdicts
from zhiyin.desk.changes import changes
from zhiyin.desk.desk import Desk
from zhiyin.desk.duties import clauses_of, edition_name
from zhiyin.desk.faults import absent
from zhiyin.desk.jobs import Job
from zhiyin.desk.judged import Case, rules_text
from zhiyin.desk.overlay import base_of, laid_over
from zhiyin.desk.people import Person, Role, new_id
from zhiyin.desk.schema import trials

WAITING, DONE, FAILED = "waiting", "done", "failed"
_RENEW_EVERY = 5
_READER = Person("", "desk", "desk", Role.REGULATOR, None)


@dataclass(frozen=True, slots=True)
class Trial:
    """One what-if; ``result`` is there once it is done."""

    id: str
    made: str
    by_name: str
    title: str
    state: str
    result: dict[str, object] | None = None


def begin(desk: Desk, person: Person, source: str, title: str, overlay: bytes) -> str:
    """Queue a trial of an overlay that was checked, and return its name."""
    with desk.database.write() as connection:
        name = new_id("w")
        connection.execute(
            trials.insert().values(
                id=name,
                made=moments.now(),
                by=person.id,
                by_name=person.display,
                title=title.strip()[:200] or moments.local(moments.now()),
                state=WAITING,
                overlay=blobs.keep(connection, desk.vault, overlay),
            )
        )
        jobs.queue(connection, jobs.TRIAL, name, person.id)
        journal.write(connection, person.actor(source), "trial.begun", name, after={"title": title.strip()[:200]})
    return name


def listed(connection: Connection) -> list[Trial]:
    """Return the trials, the newest first."""
    rows = connection.execute(sa.select(trials).order_by(trials.c.made.desc()).limit(200))
    return [Trial(r.id, r.made, r.by_name, r.title, r.state) for r in rows]


def find(desk: Desk, connection: Connection, name: str) -> Trial:
    """Return a trial with its result; NotFound where there is none."""
    row = connection.execute(sa.select(trials).where(trials.c.id == name)).one_or_none()
    if row is None:
        raise absent()
    result = None if row.result is None else json.loads(blobs.fetch(connection, desk.vault, row.result))
    return Trial(row.id, row.made, row.by_name, row.title, row.state, result)


def overlay_of(desk: Desk, connection: Connection, name: str) -> bytes:
    """Return the overlay of a trial."""
    row = connection.execute(sa.select(trials.c.overlay).where(trials.c.id == name)).one_or_none()
    if row is None:
        raise absent()
    return blobs.fetch(connection, desk.vault, row.overlay)


def run(desk: Desk, job: Job) -> None:
    """Judge the latest submission of every firm under the overlay and keep who moves, on which clause, by how much.

    An overlay is of one edition: firms that follow another are counted, not judged.
    """
    with desk.database.read() as connection:
        overlay = overlay_of(desk, connection, job.subject)
        names = {f.latest: f for f in firms.all_firms(connection, _READER) if f.latest}
        of = {name: v.clauses for name, v in verdicts.latest_of_firms(connection).items()}
    law = base_of(desk.law, overlay)
    clauses = clauses_of(law)
    elsewhere = Counter(edition_name(of[f.id]) for f in names.values() if of.get(f.id, clauses) != clauses)
    names = {name: f for name, f in names.items() if of.get(f.id, clauses) == clauses}
    rows: list[dict[str, object]] = []
    for done, retried in enumerate(desk.try_cases(overlay, _cases(desk, list(names))), 1):
        firm = names[retried.key]
        moved = [m.as_json() for m in retried.moved]
        rows.append(
            {
                "firm": firm.id,
                "name": firm.title,
                "submission": retried.key,
                "tier": retried.tier,
                "before": retried.before,
                "after": retried.after,
                "moved": moved,
            }
        )
        if done % _RENEW_EVERY == 0:
            with desk.database.write() as connection:
                jobs.renew(connection, job, done=done, total=len(names))
    rows.sort(key=lambda row: (row["before"] == row["after"], -len(row["moved"]), row["name"]))  # type: ignore[arg-type]
    result = {
        "firms": len(rows),
        "moving": sum(1 for row in rows if row["moved"]),
        "changes": [c.as_json() for c in changes(law, laid_over(law, overlay))],
        "clauses": clauses,
        "elsewhere": dict(sorted(elsewhere.items())),
        "statusChanges": sum(1 for row in rows if row["before"] != row["after"]),
        "rows": rows,
    }
    with desk.database.write() as connection:
        if not jobs.holds(connection, job):
            return
        kept = blobs.keep(connection, desk.vault, json.dumps(result, ensure_ascii=False).encode())
        connection.execute(trials.update().where(trials.c.id == job.subject).values(state=DONE, result=kept))
        journal.write(
            connection,
            journal.THE_DESK,
            "trial.done",
            job.subject,
            after={"firms": len(rows), "moving": result["moving"]},
        )
        jobs.finish(connection, job)


def fail(connection: Connection, name: str) -> None:
    """Tell that a trial came to no end."""
    connection.execute(trials.update().where(trials.c.id == name).values(state=FAILED))
    journal.write(connection, journal.THE_DESK, "trial.failed", name)


def _cases(desk: Desk, names: list[str]) -> Iterator[Case]:
    """Yield the submissions as their verdicts in force were made; one is in memory at a time."""
    for name in names:
        with desk.database.read() as connection:
            kept = submissions.find(connection, _READER, name)
            verdict = verdicts.find(connection, kept.verdict)
            if verdict is None or kept.bytes is None:
                continue
            data = submissions.read_bytes(desk, connection, kept)
            file = verdicts.determinations_of(desk, connection, verdict)
            known = verdicts.document_of(desk, connection, verdict)
        rested = rules_text(verdict.rules)
        yield Case(data, kept.filename, kept.media, file, name, known=known, known_rules=rested)
