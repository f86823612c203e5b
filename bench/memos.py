"""Shows what each memo on the way of a query is worth: ``python bench/memos.py`` prints how often it is hit, what a miss costs.

The questions of the library, each asked three times in each of five ways that a service is asked in; processor
microseconds, so that a busy machine changes them little.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from urllib.parse import quote

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "service")]

from bench.layers import cost
from bench.serving import HEAVY, queries

from zhiyin.composition.services import graph_files
from zhiyin.server.front import SparqlFront
from zhiyin.settings import Settings
from zhiyin.sparql import lookup, media, protocol, scan
from zhiyin.sparql.embedded import EmbeddedEngine
from zhiyin.sparql.service import Request, SparqlService
from zhiyin.sparql.structure import structure

ROUNDS = 3
JSON = "application/sparql-results+json, application/ld+json, */*;q=0.1"
FORMATS = (
    JSON,
    "text/csv, text/turtle",
    "application/sparql-results+xml, application/rdf+xml",
    "text/tab-separated-values, application/n-triples",
)
WAYS = {
    "GET, JSON": ("GET", (JSON,), {}),
    "GET, JSON, cache off": ("GET", (JSON,), {"result_cache": 0}),
    "POST, JSON": ("POST", (JSON,), {}),
    "GET, four formats": ("GET", FORMATS, {}),
    "GET, page": ("GET", ("text/html",), {}),
}
MEMOS = {"protocol": protocol._read_get, "scan": scan._outline, "lookup": lookup.read_lookup}


def asking(method: str, text: str, accept: str) -> dict[str, object]:
    """Return the WSGI environ of a request."""
    body = text.encode() if method == "POST" else b""
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/sparql",
        "QUERY_STRING": "" if body else "query=" + quote(text, safe=""),
        "HTTP_ACCEPT": accept,
        "HTTP_HOST": "data.example",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/sparql-query",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }


def hits(way: str, asked: dict[str, str], files: list[Path]) -> dict[str, float]:
    """Return the hits of each memo a request, and the processor time of this process a request in microseconds."""
    method, accepts, changes = WAYS[way]
    for memo in MEMOS.values():
        memo.cache_clear()
    settings = Settings(client_rate=0, **changes)  # type: ignore[arg-type]
    engine = EmbeddedEngine.open(files, settings, {})
    front = SparqlFront(SparqlService(engine, settings))
    count, started = 0, time.process_time()
    for _ in range(ROUNDS):
        for accept in accepts:
            for text in asked.values():
                for _ in front(asking(method, text, accept), lambda *_: len):
                    pass
                count += 1
    spent = (time.process_time() - started) / count * 1e6
    engine.close()
    return {**{name: memo.cache_info().hits / count for name, memo in MEMOS.items()}, "µs a request": spent}


def misses(asked: dict[str, str]) -> dict[str, float]:
    """Return what each costs that is not remembered, the mean over the queries in microseconds."""
    service = SparqlService(_Nothing(), Settings())  # type: ignore[arg-type]

    def over(call: Callable[[str], object]) -> float:
        return mean(cost(lambda text=text: call(text), 0.05) for text in asked.values())  # type: ignore[misc]

    return {
        "protocol": over(lambda text: protocol._read_get.__wrapped__("query=" + quote(text, safe=""))),
        "scan": over(lambda text: scan._outline.__wrapped__(text, 200)),
        "media": over(lambda text: media.choose(scan.outline(text, 200).kind, JSON)),
        "structure": over(structure),
        "lookup": over(lookup.read_lookup.__wrapped__),
        "plan, the outline known": over(lambda text: service._make_plan(Request(text), JSON, None)),
    }


class _Nothing:
    generation = "fixed"


def main() -> None:
    """Measure and print."""
    asked = {name: text for name, text in queries(()).items() if name not in HEAVY}
    print(f"{len(asked)} questions\n")
    print("a miss costs (µs):", "; ".join(f"{name} {value:.0f}" for name, value in misses(asked).items()), "\n")
    files = graph_files()
    for way in WAYS:
        print(f"{way}:", "; ".join(f"{name} {value:.2f}" for name, value in hits(way, asked, files).items()))


if __name__ == "__main__":
    main()
