"""What every page of the site carries, also those that ``/sparql`` answers in front of Flask: headers, language, gzip."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from zhiyin.server.public import prefixed
from zhiyin.web.compression import gzipped, takes_gzip
from zhiyin.web.language import COOKIE, FRONT_LANGUAGE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src {style}; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CONTENT_SECURITY_POLICY = _POLICY.format(style="'self'")
EDITOR_POLICY = _POLICY.format(style="'self' 'unsafe-inline'")
"""The query editor sets widths and positions as inline styles; scripts stay ours alone."""
_FRONT = ("/sparql", "/sparql/")


def enveloped(site: WSGIApplication) -> WSGIApplication:
    """Return ``site`` whose pages at ``/sparql`` speak the visitor's language and carry the headers of all pages."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in _FRONT or "text/html" not in environ.get("HTTP_ACCEPT", ""):
            return site(environ, start_response)
        named, language = _language(environ)
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> object:
            started.append((status, headers))
            return started.append

        token = FRONT_LANGUAGE.set(language)
        try:
            body = site(environ, start)  # type: ignore[arg-type]
        finally:
            FRONT_LANGUAGE.reset(token)
        status, headers = started[-1]
        if not any(name.lower() == "content-type" and value.startswith("text/html") for name, value in headers):
            start_response(status, headers)
            return body
        data = prefixed(b"".join(body), environ.get("SCRIPT_NAME", ""))
        kept = [(n, v) for n, v in headers if n.lower() not in ("content-length", "vary")]
        if data and takes_gzip(environ.get("HTTP_ACCEPT_ENCODING")):
            data = gzipped(data)
            kept.append(("Content-Encoding", "gzip"))
        if named:
            kept.append(("Set-Cookie", f"{COOKIE}={language}; Max-Age=31536000; HttpOnly; Path=/; SameSite=Lax"))
        kept += [
            ("Vary", "Accept, Accept-Encoding, Cookie"),
            ("Content-Security-Policy", EDITOR_POLICY),
            ("Referrer-Policy", "same-origin"),
            ("Content-Length", str(len(data))),
        ]
        start_response(status, kept)
        return [data]

    return wrapped


def _language(environ: WSGIEnvironment) -> tuple[bool, str]:
    """Return whether the address names a language, and the language of the page."""
    named = parse_qs(environ.get("QUERY_STRING", "")).get("lang", [""])[-1]
    if named in ("zh", "en"):
        return True, named
    try:
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    except CookieError:
        cookie = None
    return False, "en" if cookie is not None and cookie.value == "en" else "zh"
