"""The whole desk in, what does not hold out: log, rows against the log, bytes, and every verdict judged again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import jobs, journal, rulings, submissions, verdicts
from zhiyin.desk.desk import Desk
from zhiyin.desk.faults import Damaged
from zhiyin.desk.judged import Case, Judged
from zhiyin.desk.people import Person, Role
from zhiyin.desk.schema import VERSION
from zhiyin.desk.schema import jobs as queue
from zhiyin.desk.schema import submissions as table
from zhiyin.desk.schema import trials as trial_table
from zhiyin.desk.submissions import Kept
from zhiyin.desk.verdicts import KeptVerdict
from zhiyin.errors import ZhiyinError

_TRIGGERS, _TRIGGER = {"journal_no_update", "journal_no_delete"}, {"journal_guard"}
_SHOWN = 5
_READER = Person("", "desk", "desk", Role.REGULATOR, None)


@dataclass
class Audit:
    """What was looked at and what was found; ``changed`` are verdicts that other rules now make otherwise."""

    submissions: int = 0
    verdicts: int = 0
    same: int = 0
    lines: int = 0
    head: str = ""
    faults: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def verify(desk: Desk, *, judging: bool = True, tell: Callable[[int], None] = lambda _: None) -> Audit:
    """Return the audit of a desk; without ``judging`` the verdicts' bytes are compared with their hashes only."""
    audit = Audit()
    with desk.database.read() as connection:
        audit.faults += [*guards(connection), *rows(connection)]
        number, digest = journal.head(connection)
        audit.lines, audit.head = number, f"{number}:{digest}"
        told = _told(connection)
        names = connection.execute(sa.select(table.c.id).order_by(table.c.received)).scalars().all()
        audit.faults += _rulings(connection, told)
    for done, name in enumerate(names, 1):
        audit.submissions += 1
        try:
            with desk.database.read() as connection:
                kept = submissions.find(connection, _READER, name)
                made = verdicts.of_submission(connection, name)
            _submission(desk, kept, made, told, audit, judging)
        except (ZhiyinError, ValueError, TypeError, KeyError) as error:
            # What was altered may be nothing that can be read any more.
            audit.faults.append(f"自述 {name} 已读不出 / submission {name} cannot be read: {error}")
        tell(done)
    return audit


def rows(connection: Connection) -> Iterator[str]:
    """Yield what does not hold of the log and of the rows of all tables."""
    yield from journal.faults(connection)
    yield from _queue(connection)


def guards(connection: Connection) -> Iterator[str]:
    """Yield what was taken away of the tables' making: their version, and the guard that keeps the log append-only."""
    version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    if version != [VERSION]:
        yield f"表的版本是 {version}，应为 {VERSION} / the tables are of version {version}, not {VERSION}"
    if connection.dialect.name == "sqlite":
        asked, wanted = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'", _TRIGGERS
    else:
        asked, wanted = "SELECT tgname FROM pg_trigger WHERE tgname = 'journal_guard' AND tgenabled = 'O'", _TRIGGER
    if set(connection.execute(sa.text(asked)).scalars()) != wanted:
        yield "日志的只追加保护被拿掉了 / the guard that keeps the log append-only is gone"


def _queue(connection: Connection) -> Iterator[str]:
    """Yield where work and what it is for are at odds: what waits has work that waits, and nothing else has."""
    waits = sa.union_all(
        sa.select(table.c.id, table.c.state), sa.select(trial_table.c.id, trial_table.c.state)
    ).subquery()
    found = connection.execute(
        sa.select(waits.c.id, waits.c.state, queue.c.state.label("work"))
        .join(queue, queue.c.subject == waits.c.id, isouter=True)
        .order_by(waits.c.id)
    )
    fitting = {submissions.WAITING: {jobs.QUEUED, jobs.RUNNING}, submissions.FAILED: {jobs.FAILED}}
    for row in found:
        ended = {jobs.DONE} | ({jobs.FAILED} if row.state == submissions.REMOVED else set())
        if row.work not in fitting.get(row.state, ended):
            yield f"{row.id} 的状态 {row.state} 与其任务 {row.work} 不合 / {row.id} is {row.state}, its work {row.work}"


def _told(connection: Connection) -> dict[tuple[str, str], list[dict[str, object]]]:
    """Return what and thing to the states after that the log tells, for what rows are compared with."""
    wanted = ("submission.received", "verdict.made", "ruling.made", "submission.removed")
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    for line in journal.lines(connection):
        # What an altered line says is told by nobody.
        if line.what in wanted and line.hash == line.computed():
            found.setdefault((line.what, line.thing), []).append(json.loads(line.after or "{}"))
    return found


def _rulings(connection: Connection, told: dict[tuple[str, str], list[dict[str, object]]]) -> list[str]:
    faults = []
    rows = connection.execute(rulings.chosen_rulings()).all()
    for row in rows:
        ruling = rulings.from_row(row)
        if [rulings.logged(ruling)] != told.get(("ruling.made", ruling.id)):
            faults.append(f"认定 {ruling.id} 与日志不符 / ruling {ruling.id} is not what the log tells")
    logged = {thing for what, thing in told if what == "ruling.made"}
    faults += [f"认定 {thing} 不见了 / ruling {thing} is gone" for thing in sorted(logged - {r.id for r in rows})]
    return faults


def _submission(
    desk: Desk,
    kept: Kept,
    made: list[KeptVerdict],
    told: dict[tuple[str, str], list[dict[str, object]]],
    audit: Audit,
    judging: bool,
) -> None:
    received = told.get(("submission.received", kept.id), [{}])[0]
    # A line of an older version tells less.
    if not received or {**submissions.logged(kept), **received} != submissions.logged(kept):
        audit.faults.append(f"自述 {kept.id} 与日志不符 / submission {kept.id} is not what the log tells")
    data = None
    if kept.state != submissions.REMOVED:
        try:
            with desk.database.read() as connection:
                data = submissions.read_bytes(desk, connection, kept)
        except (Damaged, ZhiyinError) as error:
            audit.faults.append(f"自述 {kept.id}：{error.message}")
        if data is not None and sha256(data).hexdigest() != kept.sha256:
            audit.faults.append(f"自述 {kept.id} 的字节已被改动 / the bytes of {kept.id} were altered")
    elif ("submission.removed", kept.id) not in told:
        audit.faults.append(f"自述 {kept.id} 无据删除 / {kept.id} was removed without a line in the log")
    logged = told.get(("verdict.made", kept.id), [])
    if len(logged) != len(made) or (made and kept.verdict not in {v.id for v in made}):
        audit.faults.append(f"自述 {kept.id} 的结论与日志不符 / the verdicts of {kept.id} are not what the log tells")
    for verdict, state in zip(made, logged, strict=False):
        audit.verdicts += 1
        try:
            same = verdicts.told(verdict) == state and _again(desk, kept, verdict, data if judging else None, audit)
        except ZhiyinError as error:
            audit.faults.append(f"结论 {verdict.id}：{error.message}")
            continue
        if verdicts.told(verdict) != state:
            audit.faults.append(f"结论 {verdict.id} 与日志不符 / verdict {verdict.id} is not what the log tells")
        audit.same += same


def _again(desk: Desk, kept: Kept, verdict: KeptVerdict, data: bytes | None, audit: Audit) -> bool:
    """Return whether judging again gives the same bytes; tell what changed since where it does not."""
    if kept.state == submissions.REMOVED:
        # Its outcomes stand in the row; its document went with the bytes.
        return True
    with desk.database.read() as connection:
        document = verdicts.document_of(desk, connection, verdict)
        file = verdicts.determinations_of(desk, connection, verdict)
    if sha256(document).hexdigest() != verdict.document_sha256:
        audit.faults.append(f"结论 {verdict.id} 的字节已被改动 / the bytes of verdict {verdict.id} were altered")
        return False
    if data is None:
        return True
    judged = desk.judge(Case(data, kept.filename, kept.media, file, kept.id))
    if judged.document == document:
        return True
    since = _since(verdict, judged)
    if since:
        audit.changed.append(f"{verdict.id}: {since}")
    else:
        where = "、".join(places_apart(json.loads(document), json.loads(judged.document))[:_SHOWN])
        audit.faults.append(
            f"结论 {verdict.id} 重新评定后不同（{where}）/ verdict {verdict.id} comes out differently now, at {where}"
        )
    return False


def places_apart(before: object, after: object, at: str = "$") -> list[str]:
    """Return the places (JSONPath) at which two JSON values differ; a clause is named by its number."""
    if type(before) is not type(after):
        return [at]
    if isinstance(before, dict) and isinstance(after, dict):
        named = str(before.get("number") or "")
        here = f"{at}({named})" if named else at
        found = [f"{here}.{name}" for name in sorted(before.keys() ^ after.keys())]
        for name in before.keys() & after.keys():
            found += places_apart(before[name], after[name], f"{here}.{name}")
        return sorted(found)
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [p for n, pair in enumerate(zip(before, after, strict=True)) for p in places_apart(*pair, f"{at}[{n}]")]
    return [] if before == after else [at]


def _since(verdict: KeptVerdict, judged: Judged) -> str:
    """Return which of the rules changed since a verdict was made."""
    before, after = _flat(verdict.rules), _flat(judged.rules)
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return "、".join(f"{name}: {str(before.get(name))[:12]} → {str(after.get(name))[:12]}" for name in names)


def _flat(rules: object, prefix: str = "") -> dict[str, object]:
    if not isinstance(rules, dict):
        return {prefix.rstrip("."): rules}
    found: dict[str, object] = {}
    for name, value in rules.items():
        found.update(_flat(value, f"{prefix}{name}."))
    return found
