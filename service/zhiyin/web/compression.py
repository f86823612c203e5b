"""Answers out smaller: gzip for text where the client takes it, with an entity tag of its own."""

from __future__ import annotations

import zlib
from functools import lru_cache

from flask import Response, request
from werkzeug.http import parse_accept_header

_FROM = 1024
_TEXT = frozenset(
    {
        "text/html",
        "text/css",
        "text/csv",
        "text/javascript",
        "text/plain",
        "text/turtle",
        "text/tab-separated-values",
        "application/javascript",
        "application/json",
        "application/ld+json",
        "application/n-quads",
        "application/n-triples",
        "application/problem+json",
        "application/rdf+xml",
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "application/trig",
        "application/xml",
        "image/svg+xml",
    }
)


_KEPT = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})
"""Pages and assets with a tag are compressed once; data comes in too many forms."""


def takes_gzip(header: str | None) -> bool:
    """Return whether an Accept-Encoding header allows gzip."""
    return header is not None and parse_accept_header(header)["gzip"] > 0


def gzipped(data: bytes) -> bytes:
    """Return ``data`` as gzip."""
    return zlib.compress(data, 6, 31)


@lru_cache(maxsize=128)
def _kept(_: str, data: bytes) -> bytes:
    return zlib.compress(data, 9, 31)


def compressed(response: Response) -> Response:
    """Return ``response``, compressed where that is worth while and wanted; 304 where the client has it so already."""
    if response.mimetype not in _TEXT or response.status_code in (204, 304) or "Content-Encoding" in response.headers:
        return response
    if response.is_streamed and not response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if not takes_gzip(request.headers.get("Accept-Encoding")):
        return response
    tag, weak = response.get_etag()
    if tag is not None and response.status_code == 200:
        response.set_etag(tag + "-gzip", weak=bool(weak))
        response.make_conditional(request)
        if response.status_code == 304:
            return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) >= _FROM:
        response.set_data(_kept(tag, data) if tag is not None and response.mimetype in _KEPT else gzipped(data))
        response.headers["Content-Encoding"] = "gzip"
    return response
