"""Where the service is seen from: address and path prefix as the world knows them, whatever stands in front.

``ZHIYIN_BASE_URL=https://intranet.example/zhiyin`` is enough: a proxy may pass the prefix on or take it off. Without it
the headers ``X-Forwarded-Proto``, ``-Host`` and ``-Prefix`` of a proxy that is trusted count, else the request's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from zhiyin.settings import Settings

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
# What a page says of addresses: attributes whose value starts at the root of this service.
_ROOTED = re.compile(rb"""(\s(?:href|src|action|formaction|poster|data-root)=["'])/(?!/)""")


def public(site: WSGIApplication, settings: Settings) -> WSGIApplication:
    """Return ``site`` as seen from where the settings or a trusted proxy say that it stands."""
    base = urlsplit(settings.base_url.rstrip("/")) if settings.base_url else None
    trusted = settings.trusted_proxies > 0

    def seen(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if base is not None:
            scheme, host, prefix = base.scheme, base.netloc, base.path
        elif trusted:
            scheme, host, prefix = _forwarded(environ)
        else:
            scheme, host, prefix = environ.get("wsgi.url_scheme", "http"), environ.get("HTTP_HOST", ""), ""
        environ["wsgi.url_scheme"] = scheme
        environ["HTTP_HOST"] = host if _HOST.fullmatch(host) else "localhost"
        if prefix:
            environ["SCRIPT_NAME"] = prefix
            path = environ.get("PATH_INFO", "")
            if path == prefix or path.startswith(prefix + "/"):
                environ["PATH_INFO"] = path[len(prefix) :] or "/"

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            return start_response(status, [_header(n, v, prefix, environ["HTTP_HOST"]) for n, v in headers], exc_info)

        return site(environ, start)

    return seen


def prefixed(page: bytes, prefix: str) -> bytes:
    """Return an HTML page whose addresses from the root start below ``prefix``."""
    return _ROOTED.sub(rb"\1" + prefix.encode() + b"/", page) if prefix else page


def _header(name: str, value: str, prefix: str, host: str) -> tuple[str, str]:
    lower = name.lower()
    if lower == "location":
        # Never an address of our own with a host in it: it would be the one that the request named. Another host is
        # meant: a provider at which one signs in to the desk.
        parts = urlsplit(value)
        if not parts.scheme and not parts.netloc and value.startswith("/") and not _below(value, prefix):
            value = prefix + value
        elif parts.scheme in {"http", "https"} and parts.netloc == host:
            rest = value[value.index(parts.netloc) + len(parts.netloc) :] or "/"
            value = rest if _below(rest, prefix) else prefix + rest
    elif lower == "link" and prefix:
        value = value.replace("</", f"<{prefix}/")
    elif lower == "set-cookie" and prefix:
        value = re.sub(r"(?i);\s*path=/(?=;|$)", f"; Path={prefix}/", value)
    return name, value


def _below(path: str, prefix: str) -> bool:
    return bool(prefix) and (path == prefix or path.startswith((prefix + "/", prefix + "?")))


def _forwarded(environ: WSGIEnvironment) -> tuple[str, str, str]:
    """Return scheme, host and prefix as the nearest proxy tells them; what is malformed counts as not told."""

    def told(name: str) -> str:
        return str(environ.get(f"HTTP_X_FORWARDED_{name}", "")).rpartition(",")[2].strip()

    scheme = told("PROTO").lower()
    host = told("HOST")
    prefix = told("PREFIX").rstrip("/")
    return (
        scheme if scheme in {"http", "https"} else environ.get("wsgi.url_scheme", "http"),
        host if _HOST.fullmatch(host) else environ.get("HTTP_HOST", ""),
        prefix if _PREFIX.fullmatch(prefix) else "",
    )
