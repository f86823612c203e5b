"""Data out as HTTP answers: JSON with a strong ETag, revalidated by If-None-Match."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import quote

import orjson
from flask import Response, request


def json_answer(body: object, status: int = 200, *, cacheable: bool = True) -> Response:
    """Return ``body`` as JSON; a cacheable one carries a strong ETag and answers 304 where the client has it."""
    data = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    response = Response(data, status, content_type="application/json; charset=utf-8")
    if cacheable and status == 200:
        response.set_etag(sha256(data).hexdigest()[:32])
        response.headers["Cache-Control"] = "no-cache"
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def attached(filename: str) -> str:
    """Return the Content-Disposition of a download under ``filename``, in any script (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", filename).strip("-")
    plain = plain if re.match(r"[A-Za-z0-9]", plain) else f"zhiyin-{plain}".replace("-.", ".")
    if plain == filename:
        return f'attachment; filename="{filename}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def file_answer(data: bytes, media_type: str, filename: str) -> Response:
    """Return ``data`` as a download that is not kept on the way."""
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = attached(filename)
    response.headers["Cache-Control"] = "no-store"
    return response


def kept_file(data: bytes, media_type: str, filename: str) -> Response:
    """Return ``data``, which is public and the same each time, as a download with a strong ETag."""
    response = file_answer(data, media_type, filename)
    response.set_etag(sha256(data).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
