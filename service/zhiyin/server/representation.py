"""The HTTP side of an answer: its headers, its ETag, whether the client has it, and gzip."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator

from zhiyin.errors import ZhiyinError
from zhiyin.sparql import media
from zhiyin.sparql.media import Format
from zhiyin.sparql.results import broken_mark

_LOG = logging.getLogger("zhiyin.sparql")

Headers = list[tuple[str, str]]


def headers_of(form: Format, etag: str | None) -> Headers:
    """Return the headers of an answer in ``form``; without an ETag it is not to be kept."""
    headers = [
        ("Content-Type", form.content_type),
        ("Vary", "Accept, Accept-Encoding"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if form.download:
        headers.append(("Content-Disposition", f'attachment; filename="zhiyin.{form.extension}"'))
    if form is media.HTML:
        headers += [("X-Frame-Options", "DENY"), ("Cache-Control", "no-cache")]
        return headers
    if etag is None:
        headers.append(("Cache-Control", "no-store"))
    else:
        headers += [("ETag", etag), ("Cache-Control", "no-cache")]
    return headers


def validators(etag: str) -> Headers:
    """Return the headers of a 304."""
    return [("ETag", etag), ("Cache-Control", "no-cache"), ("Vary", "Accept, Accept-Encoding")]


def quoted(etag: str, encoding: bool) -> str:
    """Return the ETag of one representation: the compressed one has its own."""
    return f'"{etag}-gzip"' if encoding else f'"{etag}"'


def matches(header: str | None, etag: str) -> bool:
    """Return whether If-None-Match names ``etag``; it compares weakly (RFC 9110, 13.1.2)."""
    if not header:
        return False
    if header.strip() == "*":
        return True
    return etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in header.split(",")}


def takes_gzip(header: str | None) -> bool:
    """Return whether the client takes gzip."""
    if not header or ("gzip" not in header.lower() and "*" not in header):
        return False
    qualities = {}
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        try:
            qualities[name] = float(quality)
        except ValueError:
            qualities[name] = 0.0
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


def gzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Compress ``chunks`` as they come."""
    compressor = zlib.compressobj(3, zlib.DEFLATED, 31)
    try:
        for chunk in chunks:
            data = compressor.compress(chunk)
            if data:
                yield data
        yield compressor.flush()
    finally:
        close(chunks)


def marked(chunks: Iterator[bytes], form: Format) -> Iterator[bytes]:
    """Yield ``chunks``; what ends them early is said at their end, since the status is long sent."""
    try:
        yield from chunks
    except ZhiyinError as error:
        _LOG.warning("an answer was ended while it was sent: %s", error.message.en)
        yield broken_mark(form)
    finally:
        close(chunks)


def close(chunks: object) -> None:
    """Tell whoever makes ``chunks`` that no more are wanted."""
    end: Callable[[], None] | None = getattr(chunks, "close", None)
    if end is not None:
        end()
