"""Submissions received and found again: bytes are kept as they came before anybody is told so, and once each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from zhiyin.desk import blobs, jobs, journal, moments
from zhiyin.desk.desk import Desk
from zhiyin.desk.faults import absent
from zhiyin.desk.journal import Actor
from zhiyin.desk.people import Person, new_id
from zhiyin.desk.schema import firms, submissions
from zhiyin.errors import BadSubmission, TooLarge
from zhiyin.intake.submission import MAX_BYTES

WAITING, JUDGED, REFUSED, FAILED, REMOVED = "waiting", "judged", "refused", "failed", "removed"
STATE_LABELS = {
    WAITING: ("待评定", "waiting"),
    JUDGED: ("已评定", "judged"),
    REFUSED: ("退回", "refused"),
    FAILED: ("评定失败", "failed"),
    REMOVED: ("已按期限删除", "removed"),
}
DESK = "desk"
"""The scope of what the regulator sends: firms have their own."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A submission as it is listed; ``faults`` tell why it was refused."""

    id: str
    sha256: str
    size: int
    filename: str
    media: str
    received: str
    sender_name: str
    firm: str | None
    firm_name: str
    state: str
    faults: tuple[dict[str, object], ...]
    as_of: str
    bytes: str | None
    facts: str | None
    verdict: str | None
    supersedes: str | None
    superseded_by: str | None

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        return {
            "id": self.id,
            "sha256": self.sha256,
            "size": self.size,
            "filename": self.filename,
            "received": self.received,
            "sender": self.sender_name,
            "firm": self.firm,
            "firmName": self.firm_name,
            "state": self.state,
            "faults": list(self.faults),
            "asOf": self.as_of or None,
            "verdict": self.verdict,
            "supersedes": self.supersedes,
            "supersededBy": self.superseded_by,
            "href": f"/api/desk/submissions/{self.id}",
        }


def receive(
    desk: Desk, person: Person, actor: Actor, data: bytes, *, filename: str = "", media: str = ""
) -> tuple[Kept, bool]:
    """Keep the bytes of a submission and queue its judging; return it, and whether it is new.

    When this returns the bytes are durably kept. The same bytes again are the same submission.
    """
    if not data:
        raise BadSubmission("文件是空的", "the file is empty")
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"文件有 {len(data):,} 字节，上限为 {MAX_BYTES:,} 字节",
            f"the file has {len(data):,} bytes, the limit is {MAX_BYTES:,}",
        )
    name = "".join(c for c in filename.replace("\\", "/").rpartition("/")[2] if c.isprintable())[:200]
    digest = sha256(data).hexdigest()
    with desk.database.write() as connection:
        known = _same_bytes(connection, person, digest)
        if known is not None:
            return known, False
        identity, received = new_id("s"), moments.now()
        connection.execute(
            submissions.insert().values(
                id=identity,
                sha256=digest,
                scope=person.firm or DESK,
                size=len(data),
                filename=name,
                media=media[:100],
                received=received,
                sender=person.id,
                sender_name=person.display,
                firm=person.firm,
                state=WAITING,
                faults="[]",
                as_of="",
                bytes=blobs.keep(connection, desk.vault, data),
                figures="{}",
                deadlines="[]",
            )
        )
        jobs.queue(connection, jobs.JUDGING, identity, person.id)
        kept = find(connection, person, identity)
        journal.write(
            connection,
            actor,
            "submission.received",
            identity,
            after=logged(kept),
        )
        return kept, True


def logged(kept: Kept) -> dict[str, object]:
    """Return what the log says of a submission when it is received: an altered row is found by it."""
    names = {"sha256": kept.sha256, "size": kept.size, "name": kept.filename}
    return {**names, "received": kept.received, "sender": kept.sender_name}


def _same_bytes(connection: Connection, person: Person, digest: str) -> Kept | None:
    """Return the submission of these bytes that the person may know of."""
    same = sa.and_(submissions.c.sha256 == digest, submissions.c.state != REMOVED)
    if person.firm is not None:
        same = sa.and_(same, submissions.c.firm == person.firm)
    row = connection.execute(_listed().where(same).order_by(submissions.c.received)).first()
    return None if row is None else _kept(row)


def find(connection: Connection, person: Person, identity: str) -> Kept:
    """Return a submission; NotFound where it is not there or is another firm's, by one and the same query."""
    chosen = _listed().where(submissions.c.id == identity)
    row = connection.execute(_own(chosen, person)).one_or_none()
    if row is None:
        raise absent()
    return _kept(row)


def listed(
    connection: Connection,
    person: Person,
    *,
    firm: str = "",
    state: str = "",
    offset: int = 0,
    most: int = 50,
) -> tuple[int, list[Kept]]:
    """Return how many submissions there are for the person to see, and a part of them, the newest first."""
    chosen = _own(_listed(), person)
    if firm:
        chosen = chosen.where(submissions.c.firm == firm)
    if state:
        chosen = chosen.where(submissions.c.state == state)
    counted = sa.select(sa.func.count()).select_from(chosen.order_by(None).subquery())
    total = int(connection.execute(counted).scalar_one())
    rows = connection.execute(chosen.order_by(submissions.c.received.desc()).offset(offset).limit(most))
    return total, [_kept(row) for row in rows]


def history(connection: Connection, firm: str) -> list[Kept]:
    """Return every submission of a firm, that of the oldest facts first, and of the same facts' day as received."""
    order = (submissions.c.as_of, submissions.c.received)
    rows = connection.execute(_listed().where(submissions.c.firm == firm).order_by(*order))
    return [_kept(row) for row in rows]


def read_bytes(desk: Desk, connection: Connection, kept: Kept) -> bytes:
    """Return the bytes as they were received; NotFound where a retention rule removed them."""
    if kept.bytes is None:
        raise absent()
    return blobs.fetch(connection, desk.vault, kept.bytes)


def read_facts(desk: Desk, connection: Connection, kept: Kept) -> bytes:
    """Return the facts of a judged submission as N-Triples; NotFound where there are none."""
    if kept.facts is None:
        raise absent()
    return blobs.fetch(connection, desk.vault, kept.facts)


def fault_list(faults: Sequence[dict[str, object]]) -> str:
    """Return faults as they are kept."""
    return json.dumps(list(faults), ensure_ascii=False, default=str)


def _listed() -> sa.Select[tuple[object, ...]]:
    wanted = [c for c in submissions.c if c.name not in ("figures", "deadlines", "scope", "sender")]
    return sa.select(*wanted, firms.c.name.label("firm_name")).join(
        firms, firms.c.id == submissions.c.firm, isouter=True
    )


def _own(chosen: sa.Select[tuple[object, ...]], person: Person) -> sa.Select[tuple[object, ...]]:
    return chosen if person.firm is None else chosen.where(submissions.c.firm == person.firm)


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    found = dict(row._mapping)
    return Kept(**{**found, "faults": tuple(json.loads(found["faults"])), "firm_name": found["firm_name"] or ""})
