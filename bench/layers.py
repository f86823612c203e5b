"""Shows where the time of one SPARQL request goes, layer by layer: ``python bench/layers.py`` prints Markdown.

Processor microseconds a request in one thread, so that a busy machine changes them little; the last two rows are the
whole way over HTTP, with eight clients, as processor time of all processes of the service.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "service")]

import pyoxigraph as ox
from bench.load import measure
from bench.peers import Peer, oxigraph, zhiyin
from bench.serving import JSON, queries, settle

from zhiyin.server.front import SparqlFront
from zhiyin.settings import Settings
from zhiyin.sparql import media, protocol
from zhiyin.sparql.embedded import EmbeddedEngine
from zhiyin.sparql.job import Answer, Job, StoreState
from zhiyin.sparql.scan import outline
from zhiyin.sparql.service import Request, SparqlService
from zhiyin.sparql.worker import evaluate, prepare
from zhiyin.sparql.zygote import load

NAMES = ("ask", "one triple", "reading_rules", "definitions", "concept_demands")


class Fixed:
    """An engine that has its answer ready: what is left is what the service adds."""

    name = "fixed"
    generation = "fixed"

    def __init__(self, body: bytes) -> None:
        self._body = body

    def run(self, job: Job) -> Answer:
        """Return the answer."""
        return Answer(job.format, self._body)

    def state(self) -> StoreState:
        """Be ready."""
        return StoreState(True, "fixed", 0, ())

    def gauges(self) -> dict[str, float]:
        """Have no figures."""
        return {}

    def close(self) -> None:
        """Hold nothing."""


def _start(*_: object) -> Callable[[bytes], object]:
    return len


def cost(call: Callable[[], object], seconds: float = 0.5) -> float:
    """Return processor microseconds of one call."""
    call()
    start, until, count = time.process_time(), time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        call()
        count += 1
    return (time.process_time() - start) / count * 1e6


def layers(text: str, store: ox.Store) -> dict[str, float]:
    """Return the cost of each layer for one query."""
    seen = outline(text, 200)
    job = Job(text, seen, media.JSON, 10.0, 10**6, 1 << 29)
    message = job.message()
    body = prepare(store, message).whole(store, {})
    query_string = "query=" + quote(text, safe="")

    def front(**changes: int) -> Callable[[], object]:
        view = SparqlFront(SparqlService(Fixed(body), Settings(**changes)))  # type: ignore[arg-type]
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/sparql",
            "QUERY_STRING": query_string,
            "HTTP_ACCEPT": JSON,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(),
        }
        return lambda: view(dict(environ), _start)

    def written() -> None:
        parts: list[bytes] = []
        evaluate(store, message, parts.append, {})

    service = SparqlService(Fixed(body), Settings(result_cache=0))
    return {
        "engine alone: parse, evaluate, serialise": cost(lambda: prepare(store, message).whole(store, {})),
        "the same with caps counted in the text (worker)": cost(written),
        "reading the request, first time": cost(lambda: protocol._read_get.__wrapped__(query_string)),
        "looking the query over, first time": cost(lambda: outline.__globals__["_outline"].__wrapped__(text, 200)),
        "plan: format, ETag, first time": cost(lambda: service._make_plan(Request(text), JSON, None)),
        "query and answer as JSON frames": cost(lambda: json.loads(json.dumps(message))),
        "whole view without engine, cache off": cost(front(result_cache=0)),
        "whole view, answer in the cache": cost(front()),
    }


def over_http(peer: Peer, text: str) -> float:
    """Return processor microseconds a request of all processes of ``peer``."""
    url = f"{peer.query}query={quote(text, safe='')}"
    measure(url, JSON, 1)
    settle(peer)
    before = peer.processor_time()
    measured = measure(url, JSON, 2)
    return (peer.processor_time() - before) / max(measured.requests, 1) * 1e6


def round_trip(engine: EmbeddedEngine, text: str) -> float:
    """Return microseconds, by the clock, of a query sent to a worker beyond what the worker computed."""
    job = Job(text, outline(text, 200), media.JSON, 10.0, 10**6, 1 << 29)
    rest = []
    for _ in range(300):
        answer = engine._pool.run(job)
        rest.append((answer.seconds - (answer.cost or 0.0)) * 1e6)
    return sorted(rest)[len(rest) // 4]


def main() -> None:
    """Measure and print."""
    from zhiyin.composition.services import graph_files

    files = graph_files()
    store, _ = load([str(file) for file in files])
    asked = queries(NAMES)
    table: dict[str, dict[str, float]] = {}
    engine = EmbeddedEngine.open(files, Settings(), {})
    for name in NAMES:
        for layer, value in layers(asked[name], store).items():
            table.setdefault(layer, {})[name] = value
        table.setdefault("way to a worker and back (clock, lower quartile)", {})[name] = round_trip(engine, asked[name])
    engine.close()
    for title, peer in (
        ("over HTTP: oxigraph server", oxigraph(files)),
        ("over HTTP: zhiyin, cache off", zhiyin(files, cached=False)),
        ("over HTTP: zhiyin, cache off, workers only", zhiyin(files, cached=False, ZHIYIN_DIRECT_SECONDS="0")),
        ("over HTTP: zhiyin, cache on", zhiyin(files, cached=True)),
    ):
        try:
            for name in NAMES:
                table.setdefault(title, {})[name] = over_http(peer, asked[name])
        finally:
            peer.stop()
    print("| microseconds | " + " | ".join(NAMES) + " |\n|---|" + "---:|" * len(NAMES))
    for layer, row in table.items():
        print(f"| {layer} | " + " | ".join(f"{row[name]:,.0f}" for name in NAMES) + " |")


if __name__ == "__main__":
    main()
