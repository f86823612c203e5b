"""When each firm's periodic facts run out, from its latest submission and its items: as rows and as a calendar file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import moments, remedies
from zhiyin.desk.duties import edition_name
from zhiyin.desk.people import Person
from zhiyin.desk.schema import firms, submissions, verdicts
from zhiyin.desk.tables import Table, column
from zhiyin.desk.verdicts import clauses_of
from zhiyin.errors import Message


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due on a day: a periodic fact that runs out, or an item's date."""

    day: str
    firm: str
    firm_name: str
    kind: str
    label: Message
    thing: str
    clauses: tuple[str, ...]
    done: str
    late: str | None
    of: str = ""
    """The namespace of the clauses, empty for those of the shipped edition."""

    @property
    def is_past(self) -> bool:
        """Whether the day is before today."""
        return self.day < moments.today().isoformat()

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        return {
            "day": self.day,
            "firm": self.firm,
            "firmName": self.firm_name,
            "kind": self.kind,
            "label": {"zh": self.label.zh, "en": self.label.en},
            "thing": self.thing or None,
            "clauses": list(self.clauses),
            "done": self.done or None,
            "late": self.late,
            **({"clauseIris": [f"{self.of}{number}" for number in self.clauses]} if self.of else {}),
        }


def calendar(
    connection: Connection, person: Person, *, firm: str = "", since: str = "", until: str = "9999"
) -> list[Due]:
    """Return what falls due for the firms that the person may see, or for one of them, by day.

    ``since`` and ``until`` are the first and the last day wanted.
    """
    wanted = (firms.c.id, firms.c.name, firms.c.identity, submissions.c.deadlines, verdicts.c.rules)
    chosen = (
        sa.select(*wanted)
        .join(submissions, firms.c.latest == submissions.c.id)
        .join(verdicts, verdicts.c.id == submissions.c.verdict, isouter=True)
    )
    own = person.firm or firm
    if own:
        chosen = chosen.where(firms.c.id == own)
    found = []
    for row in connection.execute(chosen):
        of = clauses_of(row.rules)
        for fact in orjson.loads(row.deadlines):
            if not since <= fact["runsOut"] <= until:
                continue
            label = Message(fact["label"]["zh"], fact["label"]["en"])
            found.append(
                Due(
                    fact["runsOut"],
                    row.id,
                    row.name or row.identity,
                    "fact",
                    label,
                    fact["thing"],
                    tuple(fact["clauses"]),
                    fact["done"],
                    fact["late"],
                    of,
                )
            )
    for item in remedies.listed(connection, person, firm=firm, alive=True):
        if not since <= item.due <= until:
            continue
        label = Message(f"整改期限：{item.owner}", f"remedy due: {item.owner}")
        about = ((item.clause,), item.opened[:10], None, item.clauses)
        found.append(Due(item.due, item.firm, item.firm_name, "item", label, item.id, *about))
    return sorted(found, key=lambda d: (d.day, d.firm_name, d.clauses, d.thing, d.label.zh))


def calendar_table(found: Sequence[Due]) -> Table:
    """Return the calendar as a table."""
    columns = (
        column("day", "到期日", "runs out"),
        column("firmName", "公司", "firm"),
        column("kind", "类型", "kind"),
        column("label", "事项", "what"),
        column("thing", "对象", "thing"),
        column("clauses", "条款", "clauses"),
        column("done", "上次", "last done"),
        column("late", "逾期日", "late from"),
    )
    kinds = {"fact": "定期工作", "item": "整改"}
    rows = [
        [d.day, d.firm_name, kinds[d.kind], d.label.zh, d.thing, "、".join(d.clauses), d.done, d.late] for d in found
    ]
    table = Table("calendar", Message("到期日历", "calendar"), columns, rows)
    return table.of_editions([edition_name(d.of) for d in found])


def ics(found: Sequence[Due], language: str = "zh") -> bytes:
    """Return the calendar as iCalendar (RFC 5545): an all-day event for each day on which something falls due."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//zhiyin//desk//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped('监管台到期日历' if language == 'zh' else 'Desk calendar')}",
    ]
    stamp = moments.now().replace("-", "").replace(":", "")[:15] + "Z"
    for due in found:
        identity = sha256("\0".join((due.firm, due.kind, due.thing, due.label.zh, *due.clauses)).encode()).hexdigest()
        thing = f" {due.thing}" if due.thing and due.kind == "fact" else ""
        summary = f"{due.firm_name}：{due.label.in_language(language)}{thing}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{identity[:40]}@zhiyin.desk",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{due.day.replace('-', '')}",
            f"SUMMARY:{_escaped(summary)}",
            f"DESCRIPTION:{_escaped('、'.join(due.clauses))}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines).encode()


def _escaped(text: str) -> str:
    """Return text as a property's value (3.3.11)."""
    plain = "".join(c for c in text if c >= " " or c == "\n")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a content line folded at 75 octets, never inside a character (3.1)."""
    parts: list[str] = []
    current, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > (75 if not parts else 74):
            parts.append(current)
            current, size = "", 0
        current += character
        size += width
    parts.append(current)
    return "\r\n ".join(parts) + "\r\n"
