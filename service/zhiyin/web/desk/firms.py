"""The firms: all of them, and each with its submissions, its line over time, its items and its rulings."""

from __future__ import annotations

from werkzeug.wrappers import Response

from zhiyin.desk import firms, remedies, rulings, sector, submissions, verdicts
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import EVERYBODY, desk_api, desk_pages, door
from zhiyin.web.desk.files import table_answer, wanted_format
from zhiyin.web.desk.gate import desk, note, person, the_firm
from zhiyin.web.desk.words import shown


@door(desk_pages, "GET", "/firms", EVERYBODY)
def firm_list() -> str | Response:
    """List the firms with where they stand."""
    form = wanted_format()
    with desk().database.read() as connection:
        found = firms.all_firms(connection, person())
        latest = verdicts.latest_of_firms(connection, person().firm)
    note("firms.listed", person().firm or "all")
    if form:
        return table_answer(sector.firm_table(found, latest), form)
    return shown("firms.html", found=found, latest=latest)


@door(desk_api, "GET", "/firms", EVERYBODY)
def api_firm_list() -> Response:
    """List the firms with where they stand."""
    with desk().database.read() as connection:
        found = firms.all_firms(connection, person())
        latest = verdicts.latest_of_firms(connection, person().firm)
    note("firms.listed", person().firm or "all")
    items = [{**f.as_json(), "verdict": latest[f.id].as_json() if f.id in latest else None} for f in found]
    return json_answer({"total": len(items), "items": items}, cacheable=False)


@door(desk_pages, "GET", "/firms/<firm>", EVERYBODY)
def firm_page() -> str | Response:
    """Show a firm over the years."""
    firm, form = the_firm(), wanted_format()
    with desk().database.read() as connection:
        line = sector.line_of_firm(connection, firm.id)
        kept = submissions.history(connection, firm.id)
        items = remedies.listed(connection, person(), firm=firm.id)
        ruled = rulings.of_firm(connection, firm.id)
    note("firm.read", firm.id)
    if form:
        return table_answer(sector.line_table(line), form)
    judged = [k for k in kept if k.state == submissions.JUDGED]
    return shown("firm.html", firm=firm, line=line, kept=kept[::-1], judged=judged[::-1], items=items, rulings=ruled)


@door(desk_api, "GET", "/firms/<firm>", EVERYBODY)
def api_firm() -> Response:
    """Tell a firm with its line over time."""
    firm = the_firm()
    with desk().database.read() as connection:
        line = sector.line_of_firm(connection, firm.id)
    note("firm.read", firm.id)
    points = [{**p.verdict.as_json(), "submission": p.verdict.submission, "shares": dict(p.shares)} for p in line]
    return json_answer({**firm.as_json(), "overTime": points}, cacheable=False)
