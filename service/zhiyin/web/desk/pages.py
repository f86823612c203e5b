"""The desk's first page: what waits, what is due, what came last."""

from __future__ import annotations

from datetime import timedelta

from zhiyin.desk import deadlines, firms, jobs, moments, remedies, rulings, sector, submissions, verdicts
from zhiyin.web.desk.doors import EVERYBODY, desk_pages, door
from zhiyin.web.desk.gate import desk, note, person
from zhiyin.web.desk.words import shown

_NEXT, _AHEAD = 12, 60


@door(desk_pages, "GET", "/", EVERYBODY)
def home() -> str:
    """Show what there is to do."""
    who = person()
    with desk().database.read() as connection:
        known = firms.all_firms(connection, who)
        latest = verdicts.latest_of_firms(connection, who.firm)
        _, recent = submissions.listed(connection, who, most=8)
        refused, _ = submissions.listed(connection, who, state=submissions.REFUSED, most=1)
        alive = remedies.listed(connection, who, alive=True)
        due = rulings.where_due(connection, desk().law, rulings.due_for_review(connection, who))
        waiting = jobs.waiting(connection) if who.firm is None else 0
        today = moments.today()
        days = {"since": today.isoformat(), "until": (today + timedelta(days=_AHEAD)).isoformat()}
        soon = deadlines.calendar(connection, who, **days)[:_NEXT]
        line = sector.line_of_firm(connection, who.firm) if who.firm else []
    note("home.read", who.firm or "all")
    statuses = {s: sum(1 for v in latest.values() if v.status == s) for s in ("met", "not met", "undetermined")}
    return shown(
        "home.html",
        firms=known,
        latest=latest,
        recent=recent,
        refused=refused,
        items=alive,
        due=due,
        names={firm.id: firm.title for firm in known},
        waiting=waiting,
        soon=soon,
        statuses=statuses,
        line=line,
    )
