"""What is fuzzed: each takes any bytes and may raise nothing but an error that a user is told."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from zhiyin.composition.judging import rules
from zhiyin.errors import ZhiyinError
from zhiyin.intake.reading import read_any
from zhiyin.server.front import SparqlFront
from zhiyin.settings import Settings
from zhiyin.sparql.corrections import corrected
from zhiyin.sparql.embedded import EmbeddedEngine
from zhiyin.sparql.meaning import fault_of
from zhiyin.sparql.scan import has_relative, outline, tokens
from zhiyin.sparql.searching import rewrite
from zhiyin.sparql.service import SparqlService
from zhiyin.sparql.spelling import escape_dots

SYNTAXES = (
    "text/turtle",
    "application/rdf+xml",
    "application/ld+json",
    "application/n-triples",
    "application/trig",
    "",
)


def workbook(data: bytes) -> None:
    """Read bytes as a workbook."""
    _told(lambda: read_any(data, rules(), source="form.xlsx"))


def rdf(data: bytes) -> None:
    """Read bytes in the syntax that their first byte chooses, or in none."""
    media = SYNTAXES[data[0] % len(SYNTAXES)] if data else ""
    _told(lambda: read_any(data[1:], rules(), media_type=media))


def query(data: bytes) -> None:
    """Look bytes over as a query in every way in which that is done before an engine sees it."""
    text = data.decode("utf-8", "replace")
    ends = [token.end for token in tokens(text)]
    assert ends == sorted(ends)
    has_relative(text)
    escape_dots(text)
    fault_of(text)
    store = _store()
    for step in (
        lambda: outline(text, 100),
        lambda: rewrite(text, _find),
        lambda: corrected(text, store, None, None),
    ):
        _told(step)


def front(data: bytes) -> None:
    """Send bytes to the front: a line for each header, an empty one, then the body."""
    head, _, body = data.partition(b"\n\n")
    lines = head.decode("latin-1").splitlines()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": (lines or ["GET"])[0][:20],
        "PATH_INFO": "/sparql",
        "QUERY_STRING": lines[1] if len(lines) > 1 else "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    for line in lines[2:]:
        name, _, value = line.partition(":")
        key = name.strip().upper().replace("-", "_")
        if key and key not in environ:
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value.strip()
    seen: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
        seen.append(status)
        assert all("\n" not in value and "\r" not in value for _, value in headers)
        return len

    chunks = _front()(environ, start)
    b"".join(chunks)
    getattr(chunks, "close", lambda: None)()
    assert seen
    assert not seen[0].startswith("500")


def _told(step: Callable[[], object]) -> None:
    try:
        step()
    except ZhiyinError as error:
        if error.status == 500 or not error.message.zh or not error.message.en:
            raise AssertionError(f"not an error for a user: {type(error).__name__}") from error


def _find(words: str, most: int) -> list[tuple[str, float]]:
    return [(f"urn:{len(words)}", 1.0)][:most]


@cache
def _store() -> ox.Store:
    store = ox.Store()
    for name in ("urn:a", "urn:b"):
        node = ox.NamedNode(name)
        store.add(ox.Quad(node, node, node, node))
    return store


@cache
def _front() -> SparqlFront:
    file = Path(tempfile.mkdtemp(prefix="zhiyin-fuzz-")) / "data.nq"
    file.write_text('<urn:a> <urn:p> "1" <urn:g> .\n', encoding="utf-8")
    settings = Settings(query_timeout=2.0, query_workers=2)
    return SparqlFront(SparqlService(EmbeddedEngine.open([file], settings, {}), settings))


TARGETS: dict[str, Callable[[bytes], None]] = {"workbook": workbook, "rdf": rdf, "query": query, "front": front}
CORPUS = Path(__file__).with_name("corpus")
