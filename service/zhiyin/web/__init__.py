"""The web edge: the Flask app over the services; ``/sparql`` stands in front of it as a WSGI view of its own."""

from __future__ import annotations

import io
from typing import IO

from flask import Flask, Request, Response, request

from zhiyin.services import Services
from zhiyin.validation.submission import MAX_BYTES

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class InMemoryRequest(Request):
    """A request whose uploads stay in memory: a submission is confidential and never touches the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


class ZhiyinApp(Flask):
    """The Flask app with in-memory uploads."""

    request_class = InMemoryRequest


def create_app(services: Services) -> Flask:
    """Return the app over ``services``; routes as ``/openapi.json`` lists them."""
    from zhiyin.web.catalogue_api import catalogue_api
    from zhiyin.web.health import health
    from zhiyin.web.problems import register
    from zhiyin.web.search_api import search_api
    from zhiyin.web.validation_api import validation_api

    app = ZhiyinApp(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BYTES + 1_000_000, MAX_FORM_MEMORY_SIZE=MAX_BYTES, MAX_FORM_PARTS=20)
    app.extensions["zhiyin"] = services
    app.url_map.strict_slashes = False
    for blueprint in (catalogue_api, search_api, validation_api, health):
        app.register_blueprint(blueprint)
    register(app)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if request.path.startswith("/api/"):
            response.headers.setdefault("Access-Control-Allow-Origin", "*")
        return response

    return app
