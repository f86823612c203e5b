"""What every request to the desk passes: who asks, by session or token, whether they may, and whose thing it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.desk import firms, journal, remedies, rulings, submissions, tokens, trials
from zhiyin.desk.desk import Desk
from zhiyin.desk.faults import Forbidden, NotSignedIn, absent
from zhiyin.desk.firms import Firm
from zhiyin.desk.people import Person
from zhiyin.desk.remedies import Item
from zhiyin.desk.rulings import Ruling
from zhiyin.desk.sessions import Session, session_of
from zhiyin.desk.submissions import Kept
from zhiyin.desk.tokens import Purpose
from zhiyin.desk.trials import Trial
from zhiyin.errors import BadParameter, BadRequest
from zhiyin.web.desk.doors import RIGHTS
from zhiyin.web.problems import wants_page

if TYPE_CHECKING:
    from zhiyin.composition.desk_asking import Asking

COOKIES = ("__Host-zhiyin-desk", "__Secure-zhiyin-desk", "zhiyin-desk")
"""The cookie's name by TLS at the root of a host, by TLS below a path, and without TLS, which only loopback may do."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_MOST_PARTS = 400
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass
class Things:
    """What the address of a request names, looked up for the asker."""

    submission: Kept | None = None
    other: Kept | None = None
    firm: Firm | None = None
    item: Item | None = None
    ruling: Ruling | None = None
    trial: Trial | None = None


def desk() -> Desk:
    """Return the desk of the app."""
    found: Desk = current_app.extensions["zhiyin.desk"]
    return found


def asking() -> Asking:
    """Return the stores of the app."""
    found: Asking = current_app.extensions["zhiyin.desk.asking"]
    return found


def person() -> Person:
    """Return who asks."""
    found: Person = g.desk_person
    return found


def session() -> Session | None:
    """Return the session of who asks; None where a token speaks."""
    found: Session | None = g.get("desk_session")
    return found


def the_submission() -> Kept:
    """Return the submission that the address names."""
    found = g.desk_things.submission
    if not isinstance(found, Kept):
        raise absent()
    return found


def the_other() -> Kept:
    """Return the second submission that the address names."""
    found = g.desk_things.other
    if not isinstance(found, Kept):
        raise absent()
    return found


def the_firm() -> Firm:
    """Return the firm that the address names."""
    found = g.desk_things.firm
    if not isinstance(found, Firm):
        raise absent()
    return found


def the_item() -> Item:
    """Return the item that the address names."""
    found = g.desk_things.item
    if not isinstance(found, Item):
        raise absent()
    return found


def the_ruling() -> Ruling:
    """Return the ruling that the address names."""
    found = g.desk_things.ruling
    if not isinstance(found, Ruling):
        raise absent()
    return found


def the_trial() -> Trial:
    """Return the trial that the address names."""
    found = g.desk_things.trial
    if not isinstance(found, Trial):
        raise absent()
    return found


def source() -> str:
    """Return the network address of who asks, as the trusted proxies tell it."""
    proxies = current_app.extensions["zhiyin"].settings.trusted_proxies
    if proxies:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= proxies:
            return str(hops[-proxies])[:80]
    return (request.remote_addr or "")[:80]


def note(what: str, thing: str) -> None:
    """Write into the log that something confidential was read."""
    with desk().database.write() as connection:
        journal.write(connection, person().actor(source()), what, thing)


def by_tls() -> bool:
    """Return whether the cookie may travel by TLS only: always, but on loopback without it."""
    return request.is_secure or (request.host.rpartition(":")[0] not in _LOOPBACK and request.host not in _LOOPBACK)


def set_cookie(response: BaseResponse, secret: str) -> None:
    """Give the browser its session."""
    name = COOKIES[2] if not by_tls() else COOKIES[1 if request.script_root else 0]
    response.set_cookie(name, secret, secure=by_tls(), httponly=True, samesite="Lax", path="/")


def drop_cookie(response: BaseResponse) -> None:
    """Take the session from the browser."""
    for name in COOKIES:
        if name in request.cookies:
            response.delete_cookie(name, secure=name != COOKIES[2], httponly=True, samesite="Lax", path="/")


def held_secret() -> str:
    """Return the secret of the session that the browser holds, empty where it holds none."""
    return next((request.cookies[name] for name in COOKIES if name in request.cookies), "")


def is_desk(path: str) -> bool:
    """Return whether an address is the desk's."""
    return path in ("/desk", "/api/desk") or path.startswith(("/desk/", "/api/desk/"))


def register(app: Flask) -> None:
    """Put the gate before every view of the desk."""
    app.before_request(_enter)
    app.after_request(_leave)
    app.register_error_handler(NotSignedIn, _sign_in_first)


def _enter() -> BaseResponse | None:
    if not is_desk(request.path):
        return None
    if request.routing_exception is not None:
        # What is no address at all looks as what is another's.
        if isinstance(request.routing_exception, NotFound):
            raise absent()
        if isinstance(request.routing_exception, HTTPException):
            raise request.routing_exception
    request.max_form_parts = _MOST_PARTS
    _check_text(*(request.view_args or {}).values(), *request.args.keys(), *request.args.values())
    right = RIGHTS.get(request.endpoint or "")
    if right is None:
        raise Forbidden("这个地址没有声明权限", "this address declares no rights")
    if request.method not in _SAFE and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Forbidden("请求来自其他网站", "the request comes from another site")
    if right.roles is None:
        return None
    _identify()
    who = person()
    if right.in_person and session() is None:
        raise Forbidden("须登录后亲自操作，令牌不能", "sign in to do this: a token may not")
    if request.method not in _SAFE and session() is not None and not right.asks_only:
        _check_csrf()
    if who.role not in right.roles or (right.whole and who.firm is not None):
        raise Forbidden("您的角色不能这样做", "your role does not allow this")
    _look_up(who)
    return None


def _identify() -> None:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        g.desk_person = tokens.person_of(desk().database, secret.strip(), Purpose.API)
        return
    found = session_of(desk().database, held_secret())
    g.desk_session, g.desk_person = found, found.person


def _check_csrf() -> None:
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    held = session()
    if held is None or not held.takes(given):
        raise Forbidden("表单已过期，请刷新后重试", "the form is out of date: reload it and try again")


def _check_text(*given: str) -> None:
    """Refuse text that is none: what a database or a document could not hold is not looked up or kept."""
    if any(_NO_TEXT.search(text) for text in given):
        raise BadRequest("文字里有不能留存的字符", "the text holds characters that cannot be kept")


def _look_up(who: Person) -> None:
    """Look up what the address names; what is not there and what is another's come to the same answer."""
    named: dict[str, Any] = request.view_args or {}
    things = g.desk_things = Things()
    if not named:
        return
    with desk().database.read() as connection:
        if "submission" in named:
            things.submission = submissions.find(connection, who, named["submission"])
        if "other" in named:
            things.other = submissions.find(connection, who, named["other"])
        if "firm" in named:
            things.firm = firms.firm_by_id(connection, who, named["firm"])
        if "item" in named:
            things.item = remedies.find(connection, who, named["item"])
        if "ruling" in named:
            things.ruling = rulings.find(connection, who, named["ruling"])
        if "trial" in named:
            things.trial = trials.find(desk(), connection, named["trial"])


def _leave(response: Response) -> Response:
    if is_desk(request.path) and not request.path.startswith("/desk/static/"):
        response.headers["Cache-Control"] = "no-store"
        response.headers.pop("Access-Control-Allow-Origin", None)
    return response


def _sign_in_first(error: NotSignedIn) -> BaseResponse:
    from zhiyin.errors import Problem
    from zhiyin.web.problems import problem_response

    if is_desk(request.path) and request.method == "GET" and wants_page():
        return redirect("/desk/sign-in", 303)
    response = problem_response(Problem.of(error))
    response.headers["WWW-Authenticate"] = 'Bearer realm="desk"'
    return response


def form_text(name: str, *, most: int = 10_000) -> str:
    """Return a field of the form or of the JSON body, as text."""
    if request.is_json:
        body = request.get_json(silent=True)
        value = body.get(name, "") if isinstance(body, dict) else ""
    else:
        value = request.form.get(name, "")
    text = value if isinstance(value, str) else str(value)
    if len(text) > most:
        raise BadRequest(f"字段 {name} 过长", f"the field {name} is too long")
    _check_text(text)
    return text


def form_number(name: str, otherwise: str = "") -> int:
    """Return a field that is a whole number of at most nine digits; BadParameter for anything else."""
    given = form_text(name) or otherwise
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise BadParameter(name, given[:40], zh=f"{name} 须是一个整数", en=f"{name} is a whole number")
    return int(given)
