"""Ruling on manual clauses, with a second person where that is asked for; what was ruled stays in sight."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response

from zhiyin.desk import moments, ruling_changes, rulings
from zhiyin.desk.ruling_changes import Wanted
from zhiyin.desk.rulings import Ruling
from zhiyin.errors import BadRequest
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import EVERYBODY, REGULATORS, desk_api, desk_pages, door
from zhiyin.web.desk.gate import desk, form_text, note, person, source, the_firm, the_ruling, the_submission
from zhiyin.web.desk.words import shown


def _ruled() -> Ruling:
    if the_submission().firm is None:
        raise BadRequest("这份自述还没有评定", "this submission has not been judged yet")
    wanted = Wanted(
        form_text("clause", most=20),
        form_text("outcome", most=20),
        form_text("reason"),
        form_text("day", most=10) or moments.today().isoformat(),
        form_text("insteadOf", most=40),
        form_text("second", most=10).lower() in ("1", "true", "on", "yes"),
    )
    return ruling_changes.rule(desk(), person(), source(), the_submission().id, wanted)


@door(desk_pages, "POST", "/submissions/<submission>/rulings", REGULATORS)
def ruling_make() -> Response:
    """Rule, and show the verdict that follows."""
    made = _ruled()
    return redirect(f"/desk/submissions/{made.submission}#c{made.clause}", 303)


@door(desk_api, "POST", "/submissions/<submission>/rulings", REGULATORS)
def api_ruling_make() -> Response:
    """Rule; the verdict follows before this is answered."""
    return json_answer(_ruled().as_json(), 201, cacheable=False)


@door(desk_pages, "POST", "/rulings/<ruling>/confirm", REGULATORS)
def ruling_confirm() -> Response:
    """Put a proposed ruling in force as the second person."""
    made = ruling_changes.confirm(desk(), person(), source(), the_ruling().id)
    return redirect(f"/desk/submissions/{made.submission}#c{made.clause}", 303)


@door(desk_api, "POST", "/rulings/<ruling>/confirm", REGULATORS)
def api_ruling_confirm() -> Response:
    """Put a proposed ruling in force as the second person."""
    return json_answer(ruling_changes.confirm(desk(), person(), source(), the_ruling().id).as_json(), cacheable=False)


@door(desk_pages, "POST", "/rulings/<ruling>/withdraw", REGULATORS)
def ruling_withdraw() -> Response:
    """Take a ruling back."""
    made = ruling_changes.withdraw(desk(), person(), source(), the_ruling().id)
    return redirect(f"/desk/submissions/{made.submission}#c{made.clause}", 303)


@door(desk_api, "POST", "/rulings/<ruling>/withdraw", REGULATORS)
def api_ruling_withdraw() -> Response:
    """Take a ruling back."""
    return json_answer(ruling_changes.withdraw(desk(), person(), source(), the_ruling().id).as_json(), cacheable=False)


@door(desk_api, "GET", "/rulings/<ruling>", EVERYBODY)
def api_ruling() -> Response:
    """Tell a ruling."""
    note("ruling.read", the_ruling().id)
    return json_answer(the_ruling().as_json(), cacheable=False)


@door(desk_pages, "GET", "/firms/<firm>/rulings", EVERYBODY)
def ruling_history() -> str:
    """Show every ruling on a firm."""
    firm = the_firm()
    with desk().database.read() as connection:
        found = rulings.of_firm(connection, firm.id)
    note("rulings.read", firm.id)
    return shown("rulings.html", firm=firm, found=found)


@door(desk_api, "GET", "/firms/<firm>/rulings", EVERYBODY)
def api_ruling_history() -> Response:
    """Tell every ruling on a firm, the newest first."""
    with desk().database.read() as connection:
        found = rulings.of_firm(connection, the_firm().id)
    note("rulings.read", the_firm().id)
    return json_answer({"total": len(found), "items": [r.as_json() for r in found]}, cacheable=False)
