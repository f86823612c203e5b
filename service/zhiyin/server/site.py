"""Puts the view of ``/sparql`` in front of a WSGI application, with log and metrics for both."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from zhiyin.caller import CALLER
from zhiyin.errors import BadRequest, Overloaded, Problem, TooLarge
from zhiyin.server.clients import caller
from zhiyin.server.cors import Cors, is_private, shared
from zhiyin.server.front import SparqlFront, refused_method
from zhiyin.server.identity import request_id
from zhiyin.server.logs import AccessLog
from zhiyin.server.metrics import CONTENT_TYPE, Metrics
from zhiyin.server.remainder import Remainders, is_awaited
from zhiyin.server.representation import Headers
from zhiyin.server.whole import LengthRequired, make_whole
from zhiyin.sparql.page import Renderer, plain_page
from zhiyin.sparql.service import SparqlService

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


_READ_ONLY = "GET, HEAD, OPTIONS"
_REFUSED = (BadRequest, LengthRequired, Overloaded, TooLarge)
_REFUSALS = {
    400: "400 Bad Request",
    411: "411 Length Required",
    413: "413 Content Too Large",
    429: "429 Too Many Requests",
}
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


def sparql_wsgi(service: SparqlService, render: Renderer = plain_page) -> SparqlFront:
    """Return the WSGI callable for ``/sparql``; the access log goes to standard error where the settings want it."""
    wanted = service.settings.access_log
    return SparqlFront(
        service,
        render=render,
        metrics=Metrics(service, os.environ.get("PROMETHEUS_MULTIPROC_DIR")),
        log=AccessLog(sys.stderr if wanted else None),
    )


def mount(app: WSGIApplication, front: SparqlFront) -> WSGIApplication:
    """Return the whole site: ``/sparql``, ``/.well-known/void`` and ``/metrics`` by ``front``, the rest by ``app``.

    Every request gets an id, in the environ as ``zhiyin.request_id`` and in the answer as ``X-Request-Id``, a line in
    the log and a place in the metrics.
    """
    own = {"/sparql", "/sparql/", "/.well-known/void"}
    remainders = Remainders(front.service.settings.threads // 8)

    def site(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in _WITHOUT_BODY or not is_awaited(environ):
            return inner(environ, start_response)
        stream, told = environ["wsgi.input"], []

        def start(status: str, headers: Headers, exc_info: OptExcInfo | None = None) -> Callable[[bytes], object]:
            told.append(status)
            return start_response(status, headers, exc_info)

        answer = inner(environ, start)
        if told and told[-1] >= "4":
            return remainders.after(answer, stream, environ.get("REMOTE_ADDR", ""))
        return answer

    def inner(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in own:
            return front(environ, start_response)
        if path == "/metrics":
            return exposition(environ, start_response)
        return _observed(app, front, environ, start_response)

    def exposition(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            start_response("204 No Content", [("Allow", _READ_ONLY)])
            return []
        if method not in {"GET", "HEAD"}:
            status, headers, body = refused_method(method, _READ_ONLY)
            start_response(f"{status} Method Not Allowed", [*headers, ("Content-Length", str(len(body)))])
            return [body]
        body = front.metrics.exposition()
        start_response("200 OK", [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body)))])
        return [] if method == "HEAD" else [body]

    return site


def _observed(
    app: WSGIApplication, front: SparqlFront, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    started = time.perf_counter()
    number = request_id(environ)
    environ["zhiyin.request_id"] = number
    path = environ.get("PATH_INFO", "")
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    area = first if first in {"api", "id", "data", "healthz", "readyz", "static"} else "pages"

    def start(status: str, headers: Headers, exc_info: OptExcInfo | None = None) -> Callable[[bytes], object]:
        seconds = time.perf_counter() - started
        front.metrics.latency.labels(area).observe(seconds)
        front.metrics.requests.labels(area, status[:3]).inc()
        size = next((int(value) for name, value in headers if name.lower() == "content-length"), -1)
        front.log.write(number, environ["REQUEST_METHOD"], path, int(status[:3]), seconds, size, area)
        return start_response(status, [*headers, ("X-Request-Id", number)], exc_info)

    address = front.address(environ)
    token = CALLER.set(caller(address, environ.get("REMOTE_ADDR", "")))
    try:
        if environ["REQUEST_METHOD"] in _WITHOUT_BODY:
            return app(environ, start)
        # The application has read the body and answered when it returns.
        with front.bodies.reading(address):
            make_whole(environ)
            return app(environ, start)
    except _REFUSED as error:
        body = json.dumps(Problem.of(error).as_json(), ensure_ascii=False).encode()
        headers = [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        if isinstance(error, Overloaded):
            headers.append(("Retry-After", "1"))
        if not is_private(path):
            headers += front.cors.headers(environ.get("HTTP_ORIGIN"))
        start(_REFUSALS[error.status], headers)
        return [body]
    finally:
        CALLER.reset(token)


def site(app: WSGIApplication, service: SparqlService, render: Renderer = plain_page) -> WSGIApplication:
    """Return ``app`` with ``/sparql``, ``/.well-known/void`` and ``/metrics`` in front of it."""
    return mount(shared(app, Cors(service.settings.cors_origins)), sparql_wsgi(service, render))
