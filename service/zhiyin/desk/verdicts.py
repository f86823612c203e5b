"""Verdicts kept and found again: each with everything it rests on, none ever overwritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection, Row

from zhiyin.desk import blobs, moments
from zhiyin.desk.desk import Desk
from zhiyin.desk.faults import absent
from zhiyin.desk.judged import Judged
from zhiyin.desk.people import new_id
from zhiyin.desk.schema import firms, submissions, verdicts


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """A verdict as it is listed; ``cause`` says why it was made: receipt, ruling, review or rules."""

    id: str
    submission: str
    number: int
    made: str
    cause: str
    check_date: str
    tier: int
    declared: int | None
    status: str
    achieved: int | None
    outcomes: Mapping[str, str]
    bases: Mapping[str, str]
    rules: Mapping[str, object]
    document_sha256: str
    document: str
    report: str
    determinations: str | None

    @property
    def clauses(self) -> str:
        """The namespace of the clauses that it judges; empty for those of the shipped edition."""
        return clauses_in(self.rules)

    def counts(self) -> dict[str, int]:
        """Return outcome to number of clauses."""
        found: dict[str, int] = {}
        for outcome in self.outcomes.values():
            found[outcome] = found.get(outcome, 0) + 1
        return found

    def as_json(self) -> dict[str, object]:
        """Return what the API lists of it."""
        return {
            "id": self.id,
            "number": self.number,
            "made": self.made,
            "cause": self.cause,
            "checkDate": self.check_date,
            "assessedTier": self.tier,
            "declaredTier": self.declared,
            "status": self.status,
            "achievedTier": self.achieved,
            "summary": self.counts(),
            "sha256": self.document_sha256,
        }


def keep(connection: Connection, desk: Desk, submission: str, judged: Judged, rulings: bytes, cause: str) -> str:
    """Keep a verdict as the one in force for ``submission`` and return its name."""
    name = new_id("v")
    last = connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(verdicts.c.number), 0)).where(verdicts.c.submission == submission)
    ).scalar_one()
    connection.execute(
        verdicts.insert().values(
            id=name,
            submission=submission,
            number=int(last) + 1,
            made=moments.now(),
            cause=cause,
            check_date=judged.check_date,
            tier=judged.tier,
            declared=judged.declared,
            status=judged.status,
            achieved=judged.achieved,
            outcomes=json.dumps(dict(judged.outcomes)),
            bases=json.dumps(dict(judged.bases)),
            rules=json.dumps(dict(judged.rules), sort_keys=True),
            document_sha256=sha256(judged.document).hexdigest(),
            document=blobs.keep(connection, desk.vault, judged.document),
            report=blobs.keep(connection, desk.vault, judged.report),
            determinations=blobs.keep(connection, desk.vault, rulings) if rulings else None,
        )
    )
    figures = {name: asdict(figure) for name, figure in judged.figures.items()}
    deadlines = [deadline.as_json() for deadline in judged.deadlines]
    connection.execute(
        submissions.update()
        .where(submissions.c.id == submission)
        .values(
            verdict=name,
            as_of=judged.as_of,
            figures=json.dumps(figures),
            deadlines=json.dumps(deadlines, ensure_ascii=False),
        )
    )
    return name


def logged(connection: Connection, name: str) -> dict[str, object]:
    """Return what the log says of a verdict when it is made: an altered row is found by it."""
    verdict = find(connection, name)
    return {} if verdict is None else told(verdict)


def told(verdict: KeptVerdict) -> dict[str, object]:
    """Return what the log says of this verdict."""
    names = ("id", "number", "cause", "check_date", "tier", "status", "achieved")
    digest = sha256(json.dumps([dict(verdict.outcomes), dict(verdict.bases), dict(verdict.rules)]).encode()).hexdigest()
    return {**{n: getattr(verdict, n) for n in names}, "document": verdict.document_sha256, "columns": digest}


def find(connection: Connection, name: str | None) -> KeptVerdict | None:
    """Return the verdict of that name."""
    if name is None:
        return None
    row = connection.execute(sa.select(verdicts).where(verdicts.c.id == name)).one_or_none()
    return None if row is None else _kept(row)


def of_submission(connection: Connection, submission: str) -> list[KeptVerdict]:
    """Return every verdict ever made on a submission, the oldest first."""
    chosen = sa.select(verdicts).where(verdicts.c.submission == submission).order_by(verdicts.c.number)
    return [_kept(row) for row in connection.execute(chosen)]


def latest_of_firms(connection: Connection, firm: str | None = None) -> dict[str, KeptVerdict]:
    """Return firm to the verdict that now stands for it, for all firms or for one."""
    chosen = (
        sa.select(verdicts, firms.c.id.label("of_firm"))
        .join(submissions, submissions.c.verdict == verdicts.c.id)
        .join(firms, firms.c.latest == submissions.c.id)
    )
    if firm is not None:
        chosen = chosen.where(firms.c.id == firm)
    return {row.of_firm: _kept(row) for row in connection.execute(chosen)}


def history_of_firm(connection: Connection, firm: str) -> list[KeptVerdict]:
    """Return the verdict in force of each submission of a firm, by the day of its facts."""
    chosen = (
        sa.select(verdicts)
        .join(submissions, submissions.c.verdict == verdicts.c.id)
        .where(submissions.c.firm == firm)
        .order_by(submissions.c.as_of, submissions.c.received)
    )
    return [_kept(row) for row in connection.execute(chosen)]


def document_of(desk: Desk, connection: Connection, verdict: KeptVerdict) -> bytes:
    """Return the verdict's JSON as it was made, byte for byte; NotFound where the retention rule removed it."""
    document = blobs.fetch(connection, desk.vault, verdict.document)
    if not document:
        raise absent()
    return document


def determinations_of(desk: Desk, connection: Connection, verdict: KeptVerdict) -> bytes:
    """Return the rulings that the verdict rests on, in RDF; empty where there are none."""
    return b"" if verdict.determinations is None else blobs.fetch(connection, desk.vault, verdict.determinations)


def _kept(row: Row[tuple[object, ...]]) -> KeptVerdict:
    found = {name: row._mapping[name] for name in KeptVerdict.__slots__}
    for name in ("outcomes", "bases", "rules"):
        found[name] = orjson.loads(found[name])
    return KeptVerdict(**found)


def clauses_in(rules: Mapping[str, object]) -> str:
    """Return the namespace of the clauses that a verdict judges, from what it rests on; empty for the shipped edition."""
    return str(rules.get("clauses") or "")


def clauses_of(rules: str | None) -> str:
    """Return the same from the column ``rules`` of a verdict; empty too where a submission has no verdict."""
    return clauses_in(orjson.loads(rules)) if rules else ""


def company_in(document: bytes) -> str:
    """Return the IRI of the company that a verdict document judges."""
    return str(json.loads(document)["verdicts"][0]["company"])
