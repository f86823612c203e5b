"""Another engine beneath: the same service over the oxigraph server, its absence and return, and publishing to it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.sparql.conftest import ASSERTED, INFERRED, PREFIXES, ZY, Client, find

from zhiyin.errors import BadQuery, QueryTimeout, Unavailable
from zhiyin.server.front import SparqlFront
from zhiyin.settings import Settings
from zhiyin.sparql.publish import Published, publish
from zhiyin.sparql.remote import RemoteEngine, expected_of
from zhiyin.sparql.service import SparqlService


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Oxigraph:
    """The oxigraph server in memory, on a port of its own."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [str(Path(sys.executable).with_name("oxigraph")), "serve", "--bind", f"127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the oxigraph server did not start")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def store(data_file: Path) -> Iterator[Oxigraph]:
    server = Oxigraph()
    publish([data_file], f"{server.url}/store", f"{server.url}/query")
    yield server
    server.close()


def over(server: Oxigraph, **changes: object) -> SparqlService:
    settings = Settings(**{"sparql_endpoint": f"{server.url}/query", "query_timeout": 10.0, **changes})  # type: ignore[arg-type]
    return SparqlService(RemoteEngine(settings, PREFIXES, (ASSERTED, INFERRED)), settings, search=find)


def test_publishing_puts_each_graph_there_and_again_changes_nothing(data_file: Path) -> None:
    server = Oxigraph()
    try:
        first = publish([data_file], f"{server.url}/store", f"{server.url}/query")
        assert Published(ASSERTED, 37) in first
        assert Published(INFERRED, 12) in first
        assert publish([data_file], f"{server.url}/store", f"{server.url}/query") == first
        total = over(server).select("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
        # A query without a dataset sees our two graphs; the other three are there too.
        assert total.column("n") == ["49"]
        assert len(first) == 5
    finally:
        server.close()


def test_publishing_to_nobody_is_told(data_file: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(Unavailable):
        publish([data_file], f"{nowhere}/store", f"{nowhere}/query")


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?s ?n {{ ?s <{ZY}number> ?n }} ORDER BY ?n",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . FILTER(!CONTAINS(STR(?s), 'kasei')) }",
        f"SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s a <{ZY}Clause> }} }} GROUP BY ?g",
        f"SELECT ?s {{ ?s <{ZY}text> ?t FILTER(CONTAINS(?t, '核心系统') && LANG(?t) = 'zh') }} ORDER BY ?s LIMIT 5",
        f"ASK {{ ?s a <{ZY}Clause> ; <{ZY}number> '4.3.7' }}",
        "ASK { ?s a <urn:nothing> }",
        f"SELECT ?c ?score {{ (?c ?score) <{ZY}search> ('2' 5) }} ORDER BY DESC(?score)",
        "SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) ('a'@en <urn:b>) } }",
    ],
)
@pytest.mark.parametrize("format_name", ["json", "xml", "csv", "tsv"])
def test_answers_are_those_of_the_embedded_store(
    store: Oxigraph, service: SparqlService, query: str, format_name: str
) -> None:
    here = service.answer(query, format_name=format_name).read()
    there = over(store).answer(query, format_name=format_name).read()
    assert there == here


def test_an_answer_from_afar_says_how_long_it_took(store: Oxigraph) -> None:
    assert 0 < over(store).answer("ASK {}", format_name="json").seconds < 60


def test_graphs_come_from_afar_too(store: Oxigraph, service: SparqlService) -> None:
    query = f"CONSTRUCT {{ ?s <{ZY}number> ?n }} WHERE {{ ?s <{ZY}number> ?n }}"
    here, there = (sorted(one.construct(query, format_name="ntriples").splitlines()) for one in (service, over(store)))
    assert there == here


def test_the_caps_hold_for_what_comes_from_afar(store: Oxigraph) -> None:
    client = Client(SparqlFront(over(store, max_rows=4)))
    response = client.get(f"SELECT * {{ ?s <{ZY}number> ?n }}")
    assert len(response.rows) == 4
    assert response.headers["x-zhiyin-truncated"] == "rows; limit=4"


def test_the_protocol_dataset_reaches_the_store(store: Oxigraph) -> None:
    client = Client(SparqlFront(over(store)))
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert client.get(count).rows[0]["n"]["value"] == "49"
    assert client.get(count, **{"default-graph-uri": INFERRED}).rows[0]["n"]["value"] == "12"
    assert client.get(count.replace("{", f"FROM <{INFERRED}> {{", 1)).rows[0]["n"]["value"] == "12"


def test_a_bad_query_is_told_from_an_absent_store(store: Oxigraph) -> None:
    service = over(store)
    with pytest.raises(BadQuery):
        service.select("SELECT * { ?s ?p }")
    client = Client(SparqlFront(service))
    assert client.get("SELECT * { ?s ?p }").status == 400


def test_a_slow_query_is_given_up(store: Oxigraph) -> None:
    service = over(store, query_timeout=0.4)
    with pytest.raises(QueryTimeout) as caught:
        service.select(
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o FILTER(?a != ?o) }"
        )
    assert caught.value.details["limit"] == 0.4


def test_an_absent_store_is_told_and_comes_back_without_a_restart(data_file: Path) -> None:
    port = free_port()
    settings = Settings(sparql_endpoint=f"http://127.0.0.1:{port}/query")
    service = SparqlService(RemoteEngine(settings, PREFIXES, (ASSERTED, INFERRED)), settings)
    client = Client(SparqlFront(service))
    assert client.get("ASK {}").status == 503
    with pytest.raises(Unavailable):
        service.check_ready()
    server = Oxigraph(port)
    try:
        assert client.get("ASK {}").status == 200
        until = time.monotonic() + 10
        while not service.state().ready and time.monotonic() < until:
            time.sleep(0.1)
        service.check_ready()
    finally:
        server.close()
    refused = client.get("ASK { FILTER(1 = 1) }")
    assert refused.status == 503
    assert str(port) in refused.json()["detail"]


def test_nothing_from_afar_is_kept(store: Oxigraph) -> None:
    response = Client(SparqlFront(over(store))).get("SELECT * { ?s ?p ?o } LIMIT 1")
    assert response.headers["cache-control"] == "no-store"


@pytest.fixture
def garbling() -> Iterator[Callable[[int, str, bytes], str]]:
    """A store that answers as it is told to."""
    import http.server
    import threading

    servers: list[http.server.ThreadingHTTPServer] = []

    def start(status: int, media_type: str, body: bytes) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                self.do_POST()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, b"no such function", BadQuery),
        (401, b"", Unavailable),
        (404, b"", Unavailable),
        (500, b"internal", Unavailable),
        (503, b"busy", Unavailable),
        (200, b"<html>a proxy's page", Unavailable),
        (200, b'{"head":{"vars":["x"]},"results":{"bindings":[{"x"', Unavailable),
    ],
)
def test_what_a_store_may_answer(
    garbling: Callable[[int, str, bytes], str], status: int, body: bytes, expected: type[Exception]
) -> None:
    settings = Settings(sparql_endpoint=garbling(status, "application/sparql-results+json", body))
    service = SparqlService(RemoteEngine(settings), settings)
    with pytest.raises(expected):
        service.select("SELECT ?x { ?x ?y ?z }")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Two graphs of ours, with a blank node that stands in several statements."""
    lines = [f'<urn:s{n}> <urn:p> "{n}" <{ASSERTED}> .' for n in range(4100)]
    lines += [f"_:b <urn:p{n}> <urn:o> <{ASSERTED}> ." for n in range(3)]
    lines += [f"<urn:s{n}> <urn:q> <urn:o> <{INFERRED}> ." for n in range(5)]
    path = tmp_path / "graph.nq"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def ready(server: Oxigraph, path: Path) -> str:
    """Return what the store lacks, as ``/readyz`` tells it."""
    settings = Settings(sparql_endpoint=f"{server.url}/query")
    engine = RemoteEngine(settings, PREFIXES, (ASSERTED, INFERRED), lambda: expected_of([path]))
    state = engine.state()
    assert state.ready is not bool(state.detail)
    return state.detail


@pytest.mark.parametrize("update", [False, True], ids=["graph-store", "update"])
def test_a_store_is_ready_only_with_what_was_published(published: Path, update: bool) -> None:
    server = Oxigraph()
    address = f"{server.url}/update" if update else f"{server.url}/store"
    try:
        assert "zhiyin publish" in ready(server, published)
        for _ in range(2):
            done = publish([published], address, f"{server.url}/query", update=update)
            assert [row.triples for row in done] == [4103, 5]
        assert ready(server, published) == ""
        blank = over(server).select("SELECT DISTINCT ?b { ?b ?p <urn:o> FILTER(isBlank(?b)) }", timeout=20)
        assert len(blank) == 1
        # As many statements, others in words: the hash tells.
        published.write_text(published.read_text(encoding="utf-8").replace('"7"', '"x"'), encoding="utf-8")
        assert "another version" in ready(server, published)
        with published.open("a", encoding="utf-8") as file:
            file.write(f"<urn:new> <urn:p> <urn:o> <{INFERRED}> .\n")
        assert "should hold 6" in ready(server, published)
    finally:
        server.close()


def test_the_stores_own_words_are_shown(published: Path, garbling: Callable[..., str]) -> None:
    address = garbling(403, "text/html", b"<html><style>p{}</style><h1>No</h1><p>write access is off</p></html>")
    with pytest.raises(Unavailable, match=r"\(403\): No write access is off"):
        publish([published], address, address, update=True)


def test_a_store_without_the_protocol_is_told_of_the_other_way(published: Path, garbling: Callable[..., str]) -> None:
    with pytest.raises(Unavailable, match="--update"):
        publish([published], garbling(405, "text/plain", b"no"), "http://127.0.0.1:9/query")
