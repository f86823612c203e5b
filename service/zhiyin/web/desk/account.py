"""One's own account: password, tokens for programs and for the calendar."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from zhiyin.desk import people, sessions, tokens
from zhiyin.desk.tokens import Purpose
from zhiyin.errors import BadParameter, BadRequest
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import EVERYBODY, desk_api, desk_pages, door
from zhiyin.web.desk.gate import desk, drop_cookie, form_number, form_text, person, source
from zhiyin.web.desk.words import shown


@door(desk_pages, "GET", "/account", EVERYBODY)
def account() -> str:
    """Show the account."""
    return _page(None)


def _page(made: tokens.Token | None) -> str:
    with desk().database.read() as connection:
        own = tokens.tokens_of(connection, person())
    address = request.url_root.rstrip("/") + "/desk/calendar.ics"
    return shown("account.html", tokens=own, made=made, calendar_address=address)


@door(desk_pages, "POST", "/account/tokens", EVERYBODY, in_person=True)
def token_add() -> str:
    """Issue a token and show it, this once."""
    purpose = request.form.get("purpose", "api")
    if purpose not in [str(p) for p in Purpose]:
        raise BadParameter("purpose", purpose, [str(p) for p in Purpose])
    with desk().database.write() as connection:
        made = tokens.make_token(
            connection,
            person().actor(source()),
            person(),
            purpose=Purpose(purpose),
            label=form_text("label", most=200),
            days=form_number("days", "90"),
        )
    return _page(made)


@door(desk_pages, "POST", "/account/tokens/<token>/revoke", EVERYBODY, in_person=True)
def token_revoke(token: str) -> Response:
    """Make one of one's own tokens void."""
    with desk().database.write() as connection:
        tokens.revoke(connection, person().actor(source()), person(), token)
    return redirect("/desk/account", 303)


@door(desk_pages, "POST", "/account/password", EVERYBODY, in_person=True)
def password_change() -> Response:
    """Change one's password: every session ends, this one too."""
    old = request.form.get("old", "")
    if not sessions.knows_password(desk().database, desk().passwords, person(), old, source()):
        raise BadRequest("原口令不对", "the old password is wrong")
    hashed = desk().passwords.hashed(request.form.get("new", ""))
    with desk().database.write() as connection:
        people.change_password(connection, person().actor(source()), person(), hashed)
    response = redirect("/desk/sign-in", 303)
    drop_cookie(response)
    return response


@door(desk_api, "GET", "/me", EVERYBODY)
def me() -> Response:
    """Tell who the token speaks for."""
    who = person()
    return json_answer(
        {"name": who.name, "display": who.display, "role": str(who.role), "firm": who.firm}, cacheable=False
    )
