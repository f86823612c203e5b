"""整改 items: a violated clause with an owner and a due date, the firm's answers, and the submission that closed it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import journal, moments
from zhiyin.desk.desk import LawOf
from zhiyin.desk.duties import same_duty
from zhiyin.desk.faults import Conflict, absent
from zhiyin.desk.judged import Judged
from zhiyin.desk.keys import keyed
from zhiyin.desk.people import Person, Role, new_id
from zhiyin.desk.schema import entries, firms, items, submissions, verdicts
from zhiyin.desk.verdicts import clauses_of
from zhiyin.errors import BadParameter
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import CLAUSE

OPEN, ANSWERED, RETURNED, CLOSED, CANCELLED = "open", "answered", "returned", "closed", "cancelled"
STATE_LABELS = {
    OPEN: ("待整改", "open"),
    ANSWERED: ("已答复", "answered"),
    RETURNED: ("退回补充", "returned"),
    CLOSED: ("已整改", "closed"),
    CANCELLED: ("已取消", "cancelled"),
}
ALIVE = (OPEN, ANSWERED, RETURNED)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that an answer points to, never the document itself."""

    title: str
    identifier: str
    date: str
    sha256: str
    role: str

    def as_json(self) -> dict[str, str]:
        """Return what is kept of it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something said on an item."""

    made: str
    by: str
    kind: str
    words: str
    evidence: tuple[Evidence, ...]

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        told = {name: getattr(self, name) for name in ("made", "by", "kind", "words")}
        return {**told, "evidence": [e.as_json() for e in self.evidence]}


@dataclass(frozen=True, slots=True)
class Item:
    """One duty to put right; ``version`` counts its changes, so that nobody overwrites what they have not seen.

    ``clauses`` is the namespace of the edition that the clause is of, the one by which ``submission`` was judged; it is
    empty for the shipped edition.
    """

    id: str
    firm: str
    firm_name: str
    clause: str
    submission: str
    owner: str
    due: str
    state: str
    opened: str
    opened_by: str
    closed: str | None
    closed_by: str | None
    version: int
    clauses: str = ""

    @property
    def about(self) -> str:
        """The IRI of the clause."""
        return f"{self.clauses or CLAUSE}{self.clause}"

    @property
    def is_late(self) -> bool:
        """Whether its due date has passed while it is not closed."""
        return self.state in ALIVE and self.due < moments.today().isoformat()

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        told = keyed(self, [name for name in self.__slots__ if name != "clauses"])
        if self.clauses:
            told["clauseIri"] = self.about
        return {**told, "late": self.is_late, "href": f"/api/desk/items/{self.id}"}


def listed(connection: Connection, person: Person, *, firm: str = "", alive: bool = False) -> list[Item]:
    """Return the items that the person may see, those due first."""
    chosen = _listed().order_by(items.c.due, items.c.clause)
    if person.firm is not None:
        chosen = chosen.where(items.c.firm == person.firm)
    if firm:
        chosen = chosen.where(items.c.firm == firm)
    if alive:
        chosen = chosen.where(items.c.state.in_(ALIVE))
    return [_item(row) for row in connection.execute(chosen)]


def find(connection: Connection, person: Person, identity: str) -> Item:
    """Return an item that the person may see; NotFound otherwise."""
    chosen = _listed().where(items.c.id == identity)
    if person.firm is not None:
        chosen = chosen.where(items.c.firm == person.firm)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise absent()
    return _item(row)


def said(connection: Connection, item: str) -> list[Entry]:
    """Return what was said on an item, in order."""
    rows = connection.execute(sa.select(entries).where(entries.c.item == item).order_by(entries.c.id))
    return [Entry(r.made, r.by, r.kind, r.words, tuple(Evidence(**e) for e in json.loads(r.evidence))) for r in rows]


def begin(
    connection: Connection,
    person: Person,
    source: str,
    *,
    firm: str,
    submission: str,
    clause: str,
    clauses: str = "",
    outcome: str,
    owner: str,
    due: str,
) -> Item:
    """Open an item on a clause that ``submission`` violates; Conflict where it does not, or where one is open."""
    if outcome != Outcome.VIOLATED:
        raise Conflict("只有不符合的条款可以列为整改项", "only a violated clause can become an item")
    _check_due(due)
    if not 1 <= len(owner.strip()) <= 200:
        raise BadParameter("owner", owner, zh="请写明责任人", en="name the owner")
    asked = sa.and_(items.c.firm == firm, items.c.clause == clause, items.c.state.in_(ALIVE))
    alive = [_item(row) for row in connection.execute(_listed().where(asked))]
    if any(item.clauses == clauses for item in alive):
        raise Conflict("这一条已有未完成的整改项", "there is an open item on this clause already")
    identity = new_id("i")
    connection.execute(
        items.insert().values(
            id=identity,
            firm=firm,
            clause=clause,
            submission=submission,
            owner=owner.strip(),
            due=due,
            state=OPEN,
            opened=moments.now(),
            opened_by=person.display,
            version=1,
        )
    )
    journal.write(
        connection,
        person.actor(source),
        "item.opened",
        identity,
        after={"clause": clause, "submission": submission, "owner": owner.strip(), "due": due},
    )
    return find(connection, person, identity)


def answer(
    connection: Connection,
    person: Person,
    source: str,
    item: Item,
    version: int,
    words: str,
    evidence: Sequence[Evidence],
) -> Item:
    """Add the firm's answer, or the regulator's note; the former moves the item to answered."""
    if item.state not in ALIVE:
        raise Conflict("整改项已结束", "the item is over")
    if not 1 <= len(words.strip()) <= 8000:
        raise BadParameter("words", "", zh="请写明内容（至多 8000 字）", en="say something (8,000 characters at most)")
    for document in evidence:
        _check_evidence(document)
    mine = person.role is Role.FIRM
    _say(connection, item.id, person.display, "answer" if mine else "note", words.strip(), evidence)
    return _move(connection, person, source, item, version, {"state": ANSWERED} if mine else {}, "item.answered")


_WORDS = {"owner": "责任人 owner", "due": "期限 due", "state": "状态 state"}


def change(
    connection: Connection,
    person: Person,
    source: str,
    item: Item,
    version: int,
    *,
    owner: str = "",
    due: str = "",
    state: str = "",
) -> Item:
    """Change owner, due date or state as the regulator; what it was stays in the item's history."""
    if item.state not in ALIVE:
        raise Conflict("整改项已结束", "the item is over")
    wanted: dict[str, object] = {}
    if owner.strip() and owner.strip() != item.owner:
        wanted["owner"] = owner.strip()[:200]
    if due and due != item.due:
        _check_due(due)
        wanted["due"] = due
    if state and state != item.state:
        if state not in (OPEN, RETURNED, CANCELLED):
            raise BadParameter("state", state, [OPEN, RETURNED, CANCELLED])
        wanted["state"] = state
    if not wanted:
        return item
    words = "；".join(f"{_WORDS[name]}：{getattr(item, name)} → {value}" for name, value in wanted.items())
    _say(connection, item.id, person.display, "change", words, ())
    return _move(connection, person, source, item, version, wanted, "item.changed")


def close_satisfied(connection: Connection, firm: str, submission: str, judged: Judged, law: LawOf) -> list[str]:
    """Close the items whose clause a later submission satisfies.

    In another tier or another edition the clause of the same duty counts, whatever its number is there.
    """
    closed = []
    open_ones = sa.and_(items.c.firm == firm, items.c.state.in_(ALIVE), items.c.submission != submission)
    judged_ones = {f"{judged.clauses or CLAUSE}{number}": outcome for number, outcome in judged.outcomes.items()}
    for row in [_item(row) for row in connection.execute(_listed().where(open_ones)).all()]:
        there = same_duty(law, row.clauses, row.clause, judged.clauses, judged.tier)
        if not there or judged_ones.get(there) != Outcome.SATISFIED:
            continue
        number = there.rpartition("/")[2]
        connection.execute(
            items.update()
            .where(items.c.id == row.id)
            .values(state=CLOSED, closed=moments.now(), closed_by=submission, version=row.version + 1)
        )
        _say(connection, row.id, "desk", "closed", f"{number}: {submission}", ())
        journal.write(
            connection,
            journal.THE_DESK,
            "item.closed",
            row.id,
            before={"state": row.state},
            after={"state": CLOSED, "submission": submission},
        )
        closed.append(str(row.id))
    return closed


def _move(
    connection: Connection,
    person: Person,
    source: str,
    item: Item,
    version: int,
    wanted: Mapping[str, object],
    what: str,
) -> Item:
    done = connection.execute(
        items.update()
        .where(items.c.id == item.id, items.c.version == version, items.c.state.in_(ALIVE))
        .values(**wanted, version=version + 1)
    )
    if done.rowcount != 1:
        raise Conflict("整改项刚被他人改动，请刷新后再试", "somebody else changed the item meanwhile: look again")
    journal.write(
        connection,
        person.actor(source),
        what,
        item.id,
        before={name: getattr(item, name) for name in wanted},
        after=dict(wanted),
    )
    return find(connection, person, item.id)


def _say(connection: Connection, item: str, by: str, kind: str, words: str, evidence: Sequence[Evidence]) -> None:
    told = json.dumps([e.as_json() for e in evidence], ensure_ascii=False)
    connection.execute(
        entries.insert().values(item=item, made=moments.now(), by=by, kind=kind, words=words, evidence=told)
    )


def _check_due(due: str) -> None:
    moments.day_named(due, "due")


def _check_evidence(document: Evidence) -> None:
    moments.day_named(document.date, "date")
    if not document.title.strip() or not document.role.strip() or max(map(len, document.as_json().values())) > 500:
        raise BadParameter(
            "evidence", document.title, zh="证据须有名称和责任岗位", en="evidence has a title and a role"
        )
    if document.sha256 and not _SHA256.fullmatch(document.sha256):
        raise BadParameter(
            "sha256", document.sha256, zh="SHA-256 须是 64 位小写十六进制", en="SHA-256 has 64 hex digits"
        )


def _listed() -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(items, firms.c.name.label("firm_name"), verdicts.c.rules.label("rules"))
        .join(firms, firms.c.id == items.c.firm)
        .join(submissions, submissions.c.id == items.c.submission)
        .join(verdicts, verdicts.c.id == submissions.c.verdict, isouter=True)
    )


def _item(row: sa.Row[tuple[object, ...]]) -> Item:
    stated = {name: row._mapping[name] for name in Item.__slots__ if name != "clauses"}
    return Item(**stated, clauses=clauses_of(row.rules))
