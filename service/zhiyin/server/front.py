"""The WSGI view of ``/sparql``: protocol in, negotiated answer out, with caching, limits, CORS and problem documents.

It stands in front of Flask because routing there costs several times what a cached answer costs here.
"""

from __future__ import annotations

import json
import logging
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zhiyin import __version__
from zhiyin.caller import CALLER
from zhiyin.errors import (
    InternalError,
    Message,
    NotAcceptable,
    Overloaded,
    Problem,
    QueryTimeout,
    Unavailable,
    ZhiyinError,
)
from zhiyin.server.bodies import Bodies
from zhiyin.server.clients import caller
from zhiyin.server.cors import Cors
from zhiyin.server.identity import request_id
from zhiyin.server.logs import AccessLog, trace_of
from zhiyin.server.metrics import Metrics
from zhiyin.server.representation import (
    Headers,
    close,
    gzipped,
    headers_of,
    marked,
    matches,
    quoted,
    takes_gzip,
    validators,
)
from zhiyin.server.whole import make_whole
from zhiyin.sparql import media, protocol
from zhiyin.sparql.cache import ResultCache
from zhiyin.sparql.description import Description
from zhiyin.sparql.hint import Hint, header
from zhiyin.sparql.job import Answer, Cut
from zhiyin.sparql.limits import ClientLimits
from zhiyin.sparql.media import Kind
from zhiyin.sparql.page import Page, Renderer, page_of, plain_page
from zhiyin.sparql.results import is_empty, with_hints
from zhiyin.sparql.service import Plan, Request, SparqlService, computed_as

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LOG = logging.getLogger("zhiyin.sparql.query")
_FAULTS = logging.getLogger("zhiyin.server")
_ALLOWED = "GET, HEAD, POST, OPTIONS"
_REASONS = {
    200: "200 OK",
    204: "204 No Content",
    304: "304 Not Modified",
    400: "400 Bad Request",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    406: "406 Not Acceptable",
    411: "411 Length Required",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class _Ready:
    """A finished response; ``body`` is as sent, compressed where the key says so."""

    headers: Headers
    body: bytes
    etag: str | None


class SparqlFront:
    """Serves ``/sparql`` and ``/.well-known/void`` as a WSGI callable."""

    def __init__(
        self,
        service: SparqlService,
        *,
        render: Renderer = plain_page,
        metrics: Metrics | None = None,
        log: AccessLog | None = None,
    ) -> None:
        self.service = service
        self.render = render
        self.metrics = metrics or Metrics(service)
        self.log = log or AccessLog()
        self.description = Description(service)
        settings = service.settings
        self._ready: ResultCache[_Ready] = ResultCache(settings.result_cache // 2)
        self._limits = ClientLimits(settings.client_rate, settings.client_burst, settings.client_queries)
        self.bodies = Bodies(settings.threads // 2)
        self.cors = Cors(settings.cors_origins)
        service.on_switch(self._ready.clear)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        number = environ["zhiyin.request_id"] = request_id(environ)
        method = environ["REQUEST_METHOD"]
        how = "computed"
        body: bytes | Iterator[bytes]
        try:
            if method in {"GET", "HEAD"}:
                keeps = self._ready.limit > 0
                key = keeps and (
                    # The name of the data: an answer that comes late is not taken for one of the next graph.
                    self.service.engine.generation,
                    environ.get("PATH_INFO"),
                    environ.get("QUERY_STRING", ""),
                    environ.get("HTTP_ACCEPT"),
                    environ.get("HTTP_ACCEPT_ENCODING"),
                    environ.get("HTTP_HOST"),
                    environ.get("SCRIPT_NAME"),
                    environ.get("wsgi.url_scheme"),
                )
                ready = self._ready.get(key) if keeps else None
                if ready is not None:
                    how = "cached"
                    self.metrics.cached.inc()
                    status, headers, body = self._conditional(environ, ready)
                else:
                    status, headers, body = self._get(environ, key)
            elif method == "POST":
                status, headers, body = self._post(environ)
            elif method == "OPTIONS":
                status, headers, body = (
                    204,
                    [
                        ("Allow", _ALLOWED),
                        *self.cors.preflight(environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")),
                    ],
                    b"",
                )
            else:
                status, headers, body = self._problem_of_method(method)
        except ZhiyinError as error:
            status, headers, body = self._problem(environ, error)
        except Exception as error:
            status, headers, body = self._unforeseen(environ, error)
        headers = [*headers, ("X-Request-Id", number), *self.cors.headers(environ.get("HTTP_ORIGIN"))]
        if isinstance(body, bytes):
            if status not in {204, 304}:
                headers.append(("Content-Length", str(len(body))))
            size = len(body)
            chunks: Iterable[bytes] = [] if method == "HEAD" else [body]
        else:
            size = -1
            chunks = body
            if method == "HEAD":
                close(body)
                chunks = []
        seconds = time.perf_counter() - started
        self.metrics.sparql_answered(status, seconds)
        self.log.write(number, method, environ.get("PATH_INFO", ""), status, seconds, size, how)
        start_response(_REASONS.get(status, f"{status} Status"), headers)
        return chunks

    def _get(self, environ: WSGIEnvironment, key: object) -> tuple[int, Headers, bytes | Iterator[bytes]]:
        incoming = protocol.read_get(environ.get("QUERY_STRING", ""))
        if incoming.request is None or environ.get("PATH_INFO", "").endswith("/void"):
            return self._self_description(environ, incoming.format_name, key)
        self._note_query(environ, incoming.request.text)
        request = self._based(environ, incoming.request, incoming.relative)
        plan = self.service.plan(request, environ.get("HTTP_ACCEPT"), incoming.format_name)
        return self._answer(environ, plan, key)

    def _post(self, environ: WSGIEnvironment) -> tuple[int, Headers, bytes | Iterator[bytes]]:
        with self.bodies.reading(self.address(environ)):
            incoming = protocol.read_post(
                environ.get("QUERY_STRING", ""),
                environ.get("CONTENT_TYPE"),
                environ.get("HTTP_CONTENT_ENCODING"),
                _body_reader(environ, self.service.settings.max_query_bytes),
                self.service.settings.max_query_bytes,
            )
        if incoming.request is None:
            raise protocol.missing_query()
        self._note_query(environ, incoming.request.text)
        request = self._based(environ, incoming.request, incoming.relative)
        plan = self.service.plan(request, environ.get("HTTP_ACCEPT"), incoming.format_name)
        return self._answer(environ, plan, None)

    def _based(self, environ: WSGIEnvironment, request: Request, relative: bool) -> Request:
        """Return the request with the endpoint's address where its text has relative IRIs (SPARQL 1.1 Protocol, 2.1)."""
        return replace(request, base=self._endpoint(environ)) if relative else request

    def _note_query(self, environ: WSGIEnvironment, text: str) -> None:
        """Write the query to the log at the level of debugging, or at that of information where the operator asked."""
        level = logging.INFO if self.service.settings.log_queries else logging.DEBUG
        if _LOG.isEnabledFor(level):
            _LOG.log(level, "%s", text, extra={"request_id": environ.get("zhiyin.request_id")})

    def _answer(
        self, environ: WSGIEnvironment, plan: Plan, key: object | None
    ) -> tuple[int, Headers, bytes | Iterator[bytes]]:
        encoding = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        etag = None if plan.etag is None else quoted(plan.etag, encoding)
        known = environ.get("HTTP_IF_NONE_MATCH")
        # Who names the tag had the answer once; a star is true only if there is one, which the run has to tell.
        if etag is not None and known and known.strip() != "*" and matches(known, etag):
            self.metrics.not_modified.inc()
            return 304, validators(etag), b""
        address = self.address(environ)
        client = self._limits.enter(address)
        token = CALLER.set(caller(address, environ.get("REMOTE_ADDR", "")))
        try:
            answer = self.service.run(plan)
        except QueryTimeout:
            self.metrics.timed_out.inc()
            raise
        finally:
            CALLER.reset(token)
            self._limits.leave(client)
        self.metrics.computed.inc()
        if etag is not None and matches(known, etag):
            close(answer.chunks)
            return 304, validators(etag), b""
        headers = headers_of(plan.format, etag)
        is_page = plan.format is media.HTML
        if is_page:
            # Only once the whole is there is it known whether it was cut.
            answer.read()
        if answer.cut is not Cut.NOT:
            limit = {Cut.ROWS: plan.job.max_rows, Cut.BYTES: plan.job.max_bytes, Cut.TIME: plan.job.timeout}[answer.cut]
            headers.append(("X-Zhiyin-Truncated", f"{answer.cut}; limit={limit}"))
        hints = self._hints(plan, answer)
        if is_page:
            return 200, headers, self.render(page_of(plan, answer, hints))
        if hints:
            headers.append(("X-Zhiyin-Hint", header(hints)))
            if plan.format is media.JSON and answer.body is not None:
                answer = replace(answer, body=with_hints(answer.body, hints))
        compressible = encoding and plan.format is not media.XLSX and self.service.settings.compress_from >= 0
        if answer.body is None:
            if compressible:
                headers.append(("Content-Encoding", "gzip"))
            chunks = marked(answer.chunks or iter(()), plan.format)
            return 200, headers, gzipped(chunks) if compressible else chunks
        body = answer.body
        if compressible and len(body) >= self.service.settings.compress_from:
            body = zlib.compress(body, 5, 31)
            headers.append(("Content-Encoding", "gzip"))
        if key is not None and etag is not None and self._ready.limit:
            self._ready.put(key, _Ready(headers, body, etag), len(body) + len(str(key)) + 512)
        return 200, headers, body

    def _hints(self, plan: Plan, answer: Answer) -> tuple[Hint, ...]:
        """Return why the answer says nothing, where it does."""
        if answer.body is None or answer.cut is not Cut.NOT:
            return ()
        return self.service.hints(plan.request) if is_empty(answer.body, computed_as(plan), plan.outline.kind) else ()

    def _self_description(self, environ: WSGIEnvironment, name: str | None, key: object) -> tuple[int, Headers, bytes]:
        form = media.choose(Kind.GRAPH, environ.get("HTTP_ACCEPT"), name)
        is_void = environ.get("PATH_INFO", "").endswith("/void")
        if form is media.HTML:
            if not is_void:
                return 200, headers_of(form, None), self.render(Page())
            form = media.TURTLE
        endpoint = self._endpoint(environ)
        make = self.description.void if is_void else self.description.service_description
        body = make(endpoint, form)
        generation = self.service.engine.generation
        # Each process labels blank nodes by itself: what they say is the same, the bytes are not, hence a weak tag.
        said = body if generation is None else f"{generation} {form.name} {endpoint} {is_void} {__version__}".encode()
        etag = f'W/"{zlib.crc32(said):08x}-{form.name}"'
        ready = _Ready(headers_of(form, etag), body, etag)
        if self.service.engine.generation is not None and self._ready.limit:
            self._ready.put(key, ready, len(body) + 1024)
        status, headers, sent = self._conditional(environ, ready)
        return status, headers, sent

    def _conditional(self, environ: WSGIEnvironment, ready: _Ready) -> tuple[int, Headers, bytes]:
        if ready.etag is not None and matches(environ.get("HTTP_IF_NONE_MATCH"), ready.etag):
            self.metrics.not_modified.inc()
            return 304, validators(ready.etag), b""
        return 200, ready.headers, ready.body

    def _problem(self, environ: WSGIEnvironment, error: ZhiyinError) -> tuple[int, Headers, bytes]:
        if isinstance(error, InternalError):
            self.metrics.failed.inc()
        elif isinstance(error, Overloaded):
            self.metrics.limited.inc()
        elif error.status < 500:
            self.metrics.refused.inc()
        elif not isinstance(error, QueryTimeout):
            self.metrics.unavailable.inc()
        problem = Problem.of(error)
        headers: Headers = [("Cache-Control", "no-store"), ("Vary", "Accept"), ("X-Content-Type-Options", "nosniff")]
        retry = error.details.get("retryAfter")
        if retry is not None or (isinstance(error, Unavailable) and not isinstance(error, QueryTimeout)):
            headers.append(("Retry-After", str(retry or 2)))
        if not isinstance(error, NotAcceptable) and _prefers_page(environ.get("HTTP_ACCEPT")):
            body = self.render(Page(query=_query_text(environ), problem=problem))
            return error.status, [("Content-Type", media.HTML.content_type), *headers], body
        told = {**problem.as_json(), "requestId": environ.get("zhiyin.request_id")}
        body = json.dumps(told, ensure_ascii=False, default=str).encode()
        return error.status, [("Content-Type", "application/problem+json"), *headers], body

    def _unforeseen(self, environ: WSGIEnvironment, error: Exception) -> tuple[int, Headers, bytes]:
        """Answer what nobody thought of; the log gets where it happened, never what was sent."""
        _FAULTS.error("unforeseen error at %s", environ.get("PATH_INFO", ""), extra={"fault": trace_of(error)})
        return self._problem(environ, InternalError())

    def _problem_of_method(self, method: str) -> tuple[int, Headers, bytes]:
        self.metrics.refused.inc()
        return refused_method(method, _ALLOWED)

    def address(self, environ: WSGIEnvironment) -> str:
        """Return who asks, as the trusted proxies tell."""
        proxies = self.service.settings.trusted_proxies
        if proxies:
            hops = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
            if len(hops) >= proxies:
                return str(hops[-proxies])
        return str(environ.get("REMOTE_ADDR", ""))

    def _endpoint(self, environ: WSGIEnvironment) -> str:
        base = self.service.settings.base_url
        if not base:
            scheme = environ.get("wsgi.url_scheme", "http")
            host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
            if not re.fullmatch(r"[A-Za-z0-9.:\[\]_-]+", host):
                host = "localhost"
            base = f"{scheme}://{host}{environ.get('SCRIPT_NAME', '')}"
        return base.rstrip("/") + "/sparql"


def refused_method(method: str, allowed: str) -> tuple[int, Headers, bytes]:
    """Return the 405 that names the methods ``allowed``."""
    message = Message(f"此地址只支持 {allowed}，不支持 {method}", f"this address takes {allowed}, not {method}")
    problem = Problem(405, Message("不支持的方法", "Method not allowed"), message)
    body = json.dumps(problem.as_json(), ensure_ascii=False).encode()
    return 405, [("Allow", allowed), ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")], body


def _body_reader(environ: WSGIEnvironment, limit: int) -> Callable[[int], bytes]:
    """Return a reader of at most n bytes of the body, and not past its Content-Length; what is broken off is refused."""
    make_whole(environ, protocol.most_bytes(limit))
    stream = environ["wsgi.input"]
    try:
        announced = max(int(environ.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        announced = 0
    # What came may well be a query of another meaning.
    return lambda most: bytes(stream.read(min(most, announced)))


def _prefers_page(accept: str | None) -> bool:
    try:
        return accept is not None and "html" in accept and media.choose(Kind.TABLE, accept) is media.HTML
    except ZhiyinError:
        return False


def _query_text(environ: WSGIEnvironment) -> str:
    if environ["REQUEST_METHOD"] != "GET":
        return ""
    try:
        request = protocol.read_get(environ.get("QUERY_STRING", "")).request
    except ZhiyinError:
        return ""
    return "" if request is None else request.text
