"""The language of the interface: Chinese, or English at a click; clause text stays Chinese."""

from __future__ import annotations

from contextvars import ContextVar

from flask import Flask, Response, g, request

from zhiyin.catalogue import Label
from zhiyin.errors import Message

COOKIE = "zhiyin-lang"
FRONT_LANGUAGE: ContextVar[str] = ContextVar("zhiyin-language", default="zh")
"""The language of a page that is rendered outside a request of Flask."""


def current() -> str:
    """Return ``zh`` or ``en`` for the request: ``lang=`` first, then the choice made before, else Chinese."""
    if "language" not in g:
        named = request.args.get("lang") or request.cookies.get(COOKIE)
        g.language = "en" if named == "en" else "zh"
    return str(g.language)


def say(zh: str, en: str) -> str:
    """Return the text in the language of the request."""
    return en if current() == "en" else zh


def told(text: Label | Message | None) -> str:
    """Return a two-language value in the language of the request."""
    return "" if text is None else text.in_language(current())


def register(app: Flask) -> None:
    """Give templates ``t`` and ``told`` and remember a choice of language."""
    app.jinja_env.globals.update(t=say, told=told, language=current)

    @app.after_request
    def _remember(response: Response) -> Response:
        named = request.args.get("lang")
        if named in ("zh", "en"):
            response.set_cookie(COOKIE, named, max_age=31_536_000, samesite="Lax", httponly=True)
        return response
