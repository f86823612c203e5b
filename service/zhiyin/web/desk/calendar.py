"""The calendar: as a page, CSV, workbook and JSON, and as a file to subscribe to with a token of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, request

from zhiyin.desk import deadlines, journal, moments, tokens
from zhiyin.desk.people import Person
from zhiyin.desk.tokens import Purpose
from zhiyin.errors import BadParameter
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import EVERYBODY, desk_api, desk_pages, door
from zhiyin.web.desk.files import table_answer, wanted_format
from zhiyin.web.desk.gate import desk, held_secret, note, person, source
from zhiyin.web.desk.words import shown
from zhiyin.web.language import current

_UNFOLDED = 30
"""Up to so many things that fall due, none are folded away."""


@door(desk_pages, "GET", "/calendar", EVERYBODY)
def calendar_page() -> str | Response:
    """Show what falls due, month by month."""
    form = wanted_format()
    firm = request.args.get("firm", "")
    whole = bool(form or firm or person().firm)
    first, last = _window() if not whole else ("", "9999")
    with desk().database.read() as connection:
        found = deadlines.calendar(connection, person(), firm=firm, since=first, until=last)
    note("calendar.read", firm or "all")
    if form:
        return table_answer(deadlines.calendar_table(found), form)
    return shown(
        "calendar.html",
        groups=groups(found, 7 if whole else 10),
        firm=firm,
        count=len(found),
        month="" if whole else first[:7],
        before=month_from(first, -1),
        after=month_from(first, 1),
    )


@dataclass(frozen=True, slots=True)
class Group:
    """What falls due in a month, or on a day of one: folded where the page would be long and it is not the next."""

    title: str
    found: Sequence[deadlines.Due]
    is_open: bool

    @property
    def firms(self) -> int:
        """How many firms it is of."""
        return len({d.firm for d in self.found})

    @property
    def past(self) -> int:
        """How much of it is past."""
        return sum(d.is_past for d in self.found)


def groups(found: Sequence[deadlines.Due], length: int) -> list[Group]:
    """Return what falls due by the first characters of its day: a firm's by month, of all firms a month's by day."""
    by: dict[str, list[deadlines.Due]] = {}
    for due in found:
        by.setdefault(due.day[:length], []).append(due)
    today = moments.today().isoformat()[:length]
    coming = next((title for title in by if title >= today), "")
    return [Group(title, own, len(found) <= _UNFOLDED or title == coming) for title, own in by.items()]


def month_from(day: str, months: int) -> str:
    """Return the month so many months from that of a day; empty where there is no day."""
    if not day:
        return ""
    count = int(day[:4]) * 12 + int(day[5:7]) - 1 + months
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _window() -> tuple[str, str]:
    """Return the first and the last day of the month that is asked for: over all firms a page shows one."""
    named = request.args.get("month", "") or moments.today().isoformat()[:7]
    try:
        first = date.fromisoformat(f"{named}-01")
    except ValueError:
        raise BadParameter("month", named, ["YYYY-MM"]) from None
    return first.isoformat(), f"{named}-31"


@door(desk_api, "GET", "/calendar", EVERYBODY)
def api_calendar() -> Response:
    """Tell what falls due, by day."""
    with desk().database.read() as connection:
        found = deadlines.calendar(connection, person(), firm=request.args.get("firm", ""))
    note("calendar.read", request.args.get("firm", "") or "all")
    return json_answer({"total": len(found), "items": [d.as_json() for d in found]}, cacheable=False)


@door(desk_pages, "GET", "/calendar.ics", None)
def calendar_file() -> Response:
    """Give the calendar as iCalendar to a session, or to a calendar program by a token that opens nothing else."""
    who = _subscriber()
    with desk().database.read() as connection:
        found = deadlines.calendar(connection, who, firm=request.args.get("firm", ""))
    with desk().database.write() as connection:
        journal.write(connection, who.actor(source()), "calendar.read", "ics")
    response = Response(deadlines.ics(found, current()), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="desk.ics"'
    return response


def _subscriber() -> Person:
    from zhiyin.desk.sessions import session_of

    key = request.args.get("key", "")
    if key:
        return tokens.person_of(desk().database, key, Purpose.CALENDAR)
    header = request.headers.get("Authorization", "")
    if header.lower().startswith("bearer "):
        return tokens.person_of(desk().database, header[7:].strip(), Purpose.API)
    return session_of(desk().database, held_secret()).person
