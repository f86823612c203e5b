"""Which pages of other sites may read what the service answers (Fetch standard, 3.2): one rule for every address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
EXPOSED = "ETag, Link, Location, Retry-After, X-Request-Id, X-Zhiyin-Hint, X-Zhiyin-Truncated"
_METHODS = "GET, HEAD, POST, OPTIONS"
_PRIVATE = ("/desk", "/api/desk")
"""Where people are signed in: nothing there is for other sites."""


class Cors:
    """The rule: ``*`` lets every site read, otherwise those that ``origins`` names."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origins)
        self._any = "*" in self._origins

    def headers(self, origin: str | None) -> Headers:
        """Return the headers of an answer to a request of ``origin``."""
        if self._any:
            return [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", EXPOSED)]
        if origin in self._origins:
            allowed = [("Access-Control-Allow-Origin", str(origin)), ("Access-Control-Expose-Headers", EXPOSED)]
            return [*allowed, ("Vary", "Origin")]
        return [("Vary", "Origin")]

    def preflight(self, asked: str) -> Headers:
        """Return what the answer to a preflight adds; ``asked`` is its Access-Control-Request-Headers."""
        names = ", ".join(re.findall(r"[A-Za-z0-9-]+", asked[:2000])) or "Accept, Content-Type, If-None-Match"
        return [
            ("Access-Control-Allow-Methods", _METHODS),
            ("Access-Control-Allow-Headers", names),
            ("Access-Control-Max-Age", "86400"),
        ]


def is_private(path: str) -> bool:
    """Return whether no other site may read what stands at ``path``."""
    return path.startswith(_PRIVATE)


def shared(app: WSGIApplication, cors: Cors) -> WSGIApplication:
    """Return ``app`` with the rule on all it answers, redirects and errors too, and with preflights answered."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if is_private(environ.get("PATH_INFO", "")):
            return app(environ, start_response)
        own = cors.headers(environ.get("HTTP_ORIGIN"))
        if environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
            start_response("204 No Content", [("Allow", _METHODS), *cors.preflight(asked), *own])
            return []

        def start(status: str, headers: Headers, exc_info: OptExcInfo | None = None) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *own], exc_info)

        return app(environ, start)

    return wrapped
