"""Signing in and out, by password or by the provider."""

from __future__ import annotations

import hmac
import secrets

from flask import make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from zhiyin.desk import oidc, sessions
from zhiyin.desk.faults import Forbidden, absent
from zhiyin.desk.options import Provider
from zhiyin.errors import ZhiyinError
from zhiyin.web.desk.doors import EVERYBODY, desk_pages, door
from zhiyin.web.desk.gate import by_tls, desk, drop_cookie, form_text, session, set_cookie, source

_FORM_COOKIE, _STATE_COOKIE = "zhiyin-desk-form", "zhiyin-desk-state"


@door(desk_pages, "GET", "/sign-in", None)
def sign_in_page() -> Response:
    """Show the form."""
    return _form(None, 200)


def _path() -> str:
    """Return where the entrance's own cookies belong, also below a path of a proxy."""
    return request.script_root + "/desk"


def _form(problem: ZhiyinError | None, status: int) -> Response:
    secret = request.cookies.get(_FORM_COOKIE) or secrets.token_urlsafe(24)
    page = render_template(
        "desk/sign-in.html",
        problem=problem,
        secret=secret,
        provider=desk().options.provider,
        name=request.form.get("name", "")[:200],
    )
    response = make_response(page, status)
    if problem is not None and "retryAfter" in problem.details:
        response.headers["Retry-After"] = str(problem.details["retryAfter"])
    response.set_cookie(_FORM_COOKIE, secret, secure=by_tls(), httponly=True, samesite="Strict", path=_path())
    return response


@door(desk_pages, "POST", "/sign-in", None)
def sign_in() -> Response:
    """Begin a session by password."""
    held, given = request.cookies.get(_FORM_COOKIE, ""), request.form.get("csrf", "")
    if not held or not hmac.compare_digest(held.encode(), given.encode()):
        raise Forbidden("表单已过期，请刷新后重试", "the form is out of date: reload it and try again")
    try:
        begun = sessions.sign_in(
            desk().database,
            desk().passwords,
            form_text("name", most=1000),
            request.form.get("password", ""),
            source(),
        )
    except ZhiyinError as error:
        return _form(error, error.status)
    return _begun(begun, "/desk")


def _begun(begun: sessions.Session, target: str) -> Response:
    response = redirect(target, 303)
    set_cookie(response, begun.secret)
    response.delete_cookie(_FORM_COOKIE, path=_path())
    return response


@door(desk_pages, "POST", "/sign-out", EVERYBODY)
def sign_out() -> Response:
    """End the session."""
    held = session()
    if held is not None:
        sessions.sign_out(desk().database, held, source())
    response = redirect("/desk/sign-in", 303)
    drop_cookie(response)
    return response


def _provider() -> tuple[Provider, str]:
    provider = desk().options.provider
    if provider is None:
        raise absent()
    return provider, provider.redirect or request.url_root.rstrip("/") + "/desk/provider/back"


@door(desk_pages, "GET", "/provider", None)
def provider_go() -> Response:
    """Send the browser to the provider."""
    provider, back = _provider()
    departure = oidc.depart(desk().database, provider, back, "/desk")
    response = redirect(departure.address, 303)
    response.set_cookie(
        _STATE_COOKIE, departure.state, secure=by_tls(), httponly=True, samesite="Lax", path=_path(), max_age=600
    )
    return response


@door(desk_pages, "GET", "/provider/back", None)
def provider_back() -> Response:
    """Begin a session of whom the provider vouches for."""
    provider, back = _provider()
    try:
        subject, target = oidc.arrive(
            desk().database, provider, back, request.cookies.get(_STATE_COOKIE, ""), request.args
        )
        begun = sessions.sign_in_as(desk().database, subject, source())
    except ZhiyinError as error:
        return _form(error, error.status)
    response = _begun(begun, target)
    response.delete_cookie(_STATE_COOKIE, path=_path())
    return response
