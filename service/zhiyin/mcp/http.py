"""``/mcp`` in a WSGI site: each POST goes to the official stateless session manager, which lives in one event loop.

The service is WSGI and the package ASGI. One thread a process runs the loop; a request's body and headers are handed
in and the answer, always one JSON document, is handed back. No session is kept, so any process may answer.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from zhiyin.errors import Problem, TooLarge, Unavailable, ZhiyinError
from zhiyin.mcp.server import make_server, missing_package

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from anyio.from_thread import BlockingPortal

    from zhiyin.services import Services

PATH = "/mcp"
MAX_BYTES = 4 << 20
_LOCAL = ("http://localhost", "http://127.0.0.1", "http://[::1]", "https://localhost", "https://127.0.0.1")
_SECONDS = 60.0


class McpEndpoint:
    """Answers ``/mcp`` as a WSGI callable; the loop starts at the first request, in the process that takes it."""

    def __init__(self, services: Callable[[], Services], origins: tuple[str, ...]) -> None:
        self._server = make_server(services)
        self._origins = origins
        self._lock = threading.Lock()
        self._portal: BlockingPortal | None = None
        self._manager: Any = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        origin = environ.get("HTTP_ORIGIN", "")
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return self._plain(start_response, 204, [("Allow", "POST, OPTIONS"), *self._cors(origin, preflight=True)])
        if origin and not self._allowed(origin):
            return self._plain(start_response, 403, [], b'{"error": "origin not allowed"}')
        if environ["REQUEST_METHOD"] != "POST":
            # No stream is offered and no session kept: the protocol's way to say so is 405.
            return self._plain(start_response, 405, [("Allow", "POST, OPTIONS")], b"")
        try:
            body = _body(environ)
            status, headers, data = self._asked(environ, body)
        except ZhiyinError as error:
            problem = json.dumps(Problem.of(error).as_json(), ensure_ascii=False).encode()
            return self._plain(start_response, error.status, [], problem, "application/problem+json")
        kept = [(n, v) for n, v in headers if n not in ("content-length", "connection", "transfer-encoding")]
        return self._plain(start_response, status, [*kept, *self._cors(origin)], data, None)

    def _asked(self, environ: WSGIEnvironment, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        portal = self._running()
        scope = _scope(environ, len(body))
        return portal.call(self._exchange, scope, body)  # type: ignore[no-any-return]

    async def _exchange(self, scope: dict[str, Any], body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        import anyio

        sent: list[dict[str, Any]] = []
        given = False

        async def receive() -> dict[str, Any]:
            nonlocal given
            if given:
                await anyio.sleep_forever()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        with anyio.move_on_after(_SECONDS) as limit:
            await self._manager.handle_request(scope, receive, send)
        if limit.cancelled_caught or not sent:
            raise Unavailable("超过时间上限", "the time limit was passed", details={"seconds": _SECONDS})
        start = next(message for message in sent if message["type"] == "http.response.start")
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        data = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
        return int(start["status"]), headers, data

    def _running(self) -> BlockingPortal:
        """Return the way into the loop, started by whoever comes first."""
        with self._lock:
            if self._portal is None:
                self._portal = self._start()
            return self._portal

    def _start(self) -> BlockingPortal:
        try:
            from anyio.from_thread import start_blocking_portal
            from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        except ImportError as error:
            raise missing_package() from error
        self._manager = StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=MAX_BYTES
        )
        context = start_blocking_portal()
        portal = context.__enter__()
        # The loop ends with its process: its thread is a daemon's, and no request outlives the server's shutdown.
        portal.wrap_async_context_manager(self._manager.run()).__enter__()
        self._context = context
        return portal

    def _allowed(self, origin: str) -> bool:
        local = any(origin == own or origin.startswith(own + ":") for own in _LOCAL)
        return local or "*" in self._origins or origin in self._origins

    def _cors(self, origin: str, *, preflight: bool = False) -> list[tuple[str, str]]:
        if not origin or not self._allowed(origin):
            return []
        headers = [("Access-Control-Allow-Origin", "*" if "*" in self._origins else origin), ("Vary", "Origin")]
        if preflight:
            names = "Content-Type, Accept, Mcp-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name"
            headers += [("Access-Control-Allow-Methods", "POST"), ("Access-Control-Allow-Headers", names)]
        return headers

    @staticmethod
    def _plain(
        start_response: StartResponse,
        status: int,
        headers: list[tuple[str, str]],
        body: bytes = b"",
        media: str | None = "application/json",
    ) -> Iterable[bytes]:
        own = [("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        if media and body:
            own.append(("Content-Type", media))
        start_response(f"{status} {HTTPStatus(status).phrase}", [*headers, *own])
        return [body]


def mounted(site: WSGIApplication, services: Callable[[], Services], origins: tuple[str, ...]) -> WSGIApplication:
    """Return ``site`` with ``/mcp`` in front of it."""
    endpoint = McpEndpoint(services, origins)

    def both(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").rstrip("/") == PATH:
            return endpoint(environ, start_response)
        return site(environ, start_response)

    return both


def _body(environ: WSGIEnvironment) -> bytes:
    size = environ.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or int(size) > MAX_BYTES:
        raise TooLarge(f"请求正文超过 {MAX_BYTES:,} 字节", f"the request body exceeds {MAX_BYTES:,} bytes")
    length = int(size)
    if not length and environ.get("HTTP_TRANSFER_ENCODING"):
        length = MAX_BYTES + 1
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    if len(body) > MAX_BYTES:
        raise TooLarge(f"请求正文超过 {MAX_BYTES:,} 字节", f"the request body exceeds {MAX_BYTES:,} bytes")
    return body


def _scope(environ: WSGIEnvironment, length: int) -> dict[str, Any]:
    headers = [
        (name[5:].replace("_", "-").lower().encode("latin-1"), str(value).encode("latin-1", "replace"))
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in ("HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING")
    ]
    headers += [
        (b"content-type", str(environ.get("CONTENT_TYPE", "")).encode("latin-1", "replace")),
        (b"content-length", str(length).encode()),
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": environ["REQUEST_METHOD"],
        "scheme": environ.get("wsgi.url_scheme", "http"),
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": str(environ.get("QUERY_STRING", "")).encode("latin-1", "replace"),
        "root_path": "",
        "headers": headers,
        "server": (environ.get("SERVER_NAME", "localhost"), int(environ.get("SERVER_PORT", 80) or 80)),
        "client": (environ.get("REMOTE_ADDR", ""), 0),
    }
