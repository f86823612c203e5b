"""整改 items: opened on a violated clause, answered by the firm, followed until a later submission closes them."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from zhiyin.desk import remedies, verdicts
from zhiyin.desk.duties import edition_name
from zhiyin.desk.remedies import Evidence, Item
from zhiyin.desk.tables import Table, column
from zhiyin.errors import BadRequest, Message
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import EVERYBODY, REGULATORS, SENDERS, desk_api, desk_pages, door
from zhiyin.web.desk.files import table_answer, wanted_format
from zhiyin.web.desk.gate import desk, form_number, form_text, note, person, source, the_item, the_submission
from zhiyin.web.desk.words import shown

_COLUMNS = (
    column("id", "编号", "id"),
    column("firmName", "公司", "firm"),
    column("clause", "条款", "clause"),
    column("owner", "责任人", "owner"),
    column("due", "期限", "due"),
    column("state", "状态", "state"),
    column("closedBy", "由哪份自述销项", "closed by"),
)


@door(desk_pages, "GET", "/items", EVERYBODY)
def item_list() -> str | Response:
    """List the items, those due first."""
    form = wanted_format()
    with desk().database.read() as connection:
        found = remedies.listed(
            connection, person(), firm=request.args.get("firm", ""), alive=request.args.get("all") is None and not form
        )
    note("items.listed", request.args.get("firm", "") or person().firm or "all")
    if form:
        rows = [
            [i.id, i.firm_name, i.clause, i.owner, i.due, remedies.STATE_LABELS[i.state][0], i.closed_by] for i in found
        ]
        table = Table("items", Message("整改项", "items"), _COLUMNS, rows)
        return table_answer(table.of_editions([edition_name(i.clauses) for i in found]), form)
    return shown("items.html", found=found, every=request.args.get("all") is not None)


@door(desk_api, "GET", "/items", EVERYBODY)
def api_item_list() -> Response:
    """List the items, those due first."""
    with desk().database.read() as connection:
        found = remedies.listed(connection, person(), firm=request.args.get("firm", ""))
    note("items.listed", request.args.get("firm", "") or person().firm or "all")
    return json_answer({"total": len(found), "items": [i.as_json() for i in found]}, cacheable=False)


def _opened() -> Item:
    kept = the_submission()
    clause = form_text("clause", most=20)
    with desk().database.write() as connection:
        verdict = verdicts.find(connection, kept.verdict)
        if verdict is None or kept.firm is None:
            raise BadRequest("这份自述还没有评定", "this submission has not been judged yet")
        return remedies.begin(
            connection,
            person(),
            source(),
            firm=kept.firm,
            submission=kept.id,
            clause=clause,
            clauses=verdict.clauses,
            outcome=verdict.outcomes.get(clause, ""),
            owner=form_text("owner", most=200),
            due=form_text("due", most=10),
        )


@door(desk_pages, "POST", "/submissions/<submission>/items", REGULATORS)
def item_open() -> Response:
    """Open an item on a violated clause."""
    return redirect(f"/desk/items/{_opened().id}", 303)


@door(desk_api, "POST", "/submissions/<submission>/items", REGULATORS)
def api_item_open() -> Response:
    """Open an item on a violated clause."""
    return json_answer(_opened().as_json(), 201, cacheable=False)


@door(desk_pages, "GET", "/items/<item>", EVERYBODY)
def item_page() -> str:
    """Show an item with everything said on it."""
    item = the_item()
    with desk().database.read() as connection:
        said = remedies.said(connection, item.id)
    note("item.read", item.id)
    return shown("item.html", item=item, said=said, movable=(remedies.OPEN, remedies.RETURNED, remedies.CANCELLED))


@door(desk_api, "GET", "/items/<item>", EVERYBODY)
def api_item() -> Response:
    """Tell an item with everything said on it."""
    with desk().database.read() as connection:
        said = remedies.said(connection, the_item().id)
    note("item.read", the_item().id)
    return json_answer({**the_item().as_json(), "entries": [e.as_json() for e in said]}, cacheable=False)


def _answered() -> Item:
    parts = [form_text(f"evidence-{name}", most=500) for name in ("title", "identifier", "date", "sha256", "role")]
    evidence = [Evidence(*parts)] if any(part.strip() for part in parts) else []
    with desk().database.write() as connection:
        return remedies.answer(
            connection, person(), source(), the_item(), form_number("version"), form_text("words"), evidence
        )


@door(desk_pages, "POST", "/items/<item>/answers", SENDERS)
def item_answer() -> Response:
    """Add the firm's answer or the regulator's note."""
    return redirect(f"/desk/items/{_answered().id}", 303)


@door(desk_api, "POST", "/items/<item>/answers", SENDERS)
def api_item_answer() -> Response:
    """Add the firm's answer or the regulator's note."""
    return json_answer(_answered().as_json(), 201, cacheable=False)


def _changed() -> Item:
    with desk().database.write() as connection:
        return remedies.change(
            connection,
            person(),
            source(),
            the_item(),
            form_number("version"),
            owner=form_text("owner", most=200),
            due=form_text("due", most=10),
            state=form_text("state", most=20),
        )


@door(desk_pages, "POST", "/items/<item>", REGULATORS)
def item_change() -> Response:
    """Change owner, due date or state."""
    return redirect(f"/desk/items/{_changed().id}", 303)


@door(desk_api, "POST", "/items/<item>", REGULATORS)
def api_item_change() -> Response:
    """Change owner, due date or state."""
    return json_answer(_changed().as_json(), cacheable=False)
