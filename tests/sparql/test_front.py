"""The HTTP manners of ``/sparql``: caching, compression, CORS, pages, downloads, problems."""

from __future__ import annotations

import gzip
import io
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from tests.sparql.conftest import ASSERTED, Client, Response

from zhiyin.errors import Problem, Unavailable
from zhiyin.server.front import SparqlFront
from zhiyin.server.logs import AccessLog, JsonFormatter
from zhiyin.server.site import mount
from zhiyin.settings import Settings
from zhiyin.sparql.job import Answer, Job, StoreState
from zhiyin.sparql.page import Page
from zhiyin.sparql.service import PAGE_ROWS, SparqlService

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"


class CountingEngine:
    """Answers anything with the number of the run."""

    name = "counting"

    def __init__(self, generation: str | None = "one", ready: bool = True, size: int = 100) -> None:
        self.generation = generation
        self.ready = ready
        self.size = size
        self.runs = 0
        self.jobs: list[Job] = []

    def run(self, job: Job) -> Answer:
        if not self.ready:
            raise Unavailable("没有应答", "no answer")
        self.runs += 1
        self.jobs.append(job)
        return Answer(job.format, f"{self.runs}".ljust(self.size).encode())

    def state(self) -> StoreState:
        return StoreState(self.ready, self.generation, 1, (), "" if self.ready else "gone")

    def gauges(self) -> dict[str, float]:
        return {"running": 0.0}

    def close(self) -> None:
        """Hold nothing."""


def counting(engine: CountingEngine | None = None, **changes: object) -> tuple[Client, CountingEngine]:
    engine = engine or CountingEngine()
    return Client(SparqlFront(SparqlService(engine, Settings(**changes)))), engine  # type: ignore[arg-type]


def front_of(client: Client) -> SparqlFront:
    assert isinstance(client.app, SparqlFront)
    return client.app


def test_an_answer_is_computed_once_for_one_state_of_the_graph() -> None:
    client, engine = counting()
    first, second = client.get("ASK {}"), client.get("ASK {}")
    assert (first.body, second.body, engine.runs) == (first.body, first.body, 1)
    client.get("ASK  {}")
    client.get("ASK {}", "application/sparql-results+xml")
    assert engine.runs == 3
    client.post_query(b"ASK {}")
    assert engine.runs == 3
    engine.generation = "two"
    front_of(client).service.switched()
    assert client.get("ASK {}").headers["etag"] != first.headers["etag"]
    assert engine.runs == 4


def test_without_a_cache_every_answer_is_computed_anew() -> None:
    client, engine = counting(result_cache=0)
    assert [client.get("ASK {}").body.strip() for _ in range(3)] == [b"1", b"2", b"3"]
    assert engine.runs == 3


def test_the_cache_is_bounded_in_bytes() -> None:
    client, engine = counting(CountingEngine(size=10_000), result_cache=400_000)
    for number in range(60):
        client.get(f"ASK {{ FILTER({number} > 0) }}")
    cache, ready = front_of(client).service.cache, front_of(client)._ready
    assert 0 < cache.size <= 200_000
    assert 0 < ready.size <= 200_000
    engine.size = 100_000
    size = cache.size
    client.get("ASK { FILTER('large' = '') }")
    assert cache.size == size


@pytest.mark.parametrize(
    "query", ["SELECT (NOW() AS ?n) {}", "SELECT (RAND() AS ?n) {}", "ASK { FILTER(STRUUID() = '') }"]
)
def test_what_changes_by_itself_is_never_kept(query: str) -> None:
    client, engine = counting()
    response = client.get(query)
    client.get(query)
    assert engine.runs == 2
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


def test_a_store_that_may_change_unseen_is_never_kept() -> None:
    client, engine = counting(CountingEngine(generation=None))
    client.get("ASK {}")
    assert "etag" not in client.get("ASK {}").headers
    assert engine.runs == 2


def test_a_client_that_has_the_answer_is_told_so_without_a_run() -> None:
    client, _ = counting()
    etag = client.get("ASK {}").headers["etag"]
    assert not etag.startswith("W/")
    fresh, other = counting()
    for value in (etag, f'"x", {etag}', f"W/{etag}"):
        response = fresh.send("GET", "query=ASK%20%7B%7D", {"If-None-Match": value})
        assert (response.status, response.body) == (304, b"")
        assert response.headers["etag"] == etag
    assert other.runs == 0
    assert fresh.send("GET", "query=ASK%20%7B%7D", {"If-None-Match": '"x"'}).status == 200


def test_etags_tell_query_format_dataset_and_encoding_apart(client: Client) -> None:
    responses = [
        client.get(ALL),
        client.get(ALL + " "),
        client.get(ALL, "text/csv"),
        client.get(ALL, **{"default-graph-uri": ASSERTED}),
        client.get(ALL, **{"named-graph-uri": ASSERTED}),
        client.send("GET", "query=" + ALL.replace(" ", "+").replace("?", "%3F"), {"Accept-Encoding": "gzip"}),
    ]
    assert all(response.status == 200 for response in responses)
    assert len({response.headers["etag"] for response in responses}) == len(responses)


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
    ],
)
def test_compression_is_agreed_on(client: Client, accepted: str, zipped: bool) -> None:
    query_string = "query=" + ALL.replace(" ", "+").replace("?", "%3F")
    plain = client.send("GET", query_string)
    for _ in range(2):  # computed, then from the cache
        response = client.send("GET", query_string, {"Accept-Encoding": accepted})
        assert (response.headers.get("content-encoding") == "gzip") is zipped
        assert (gzip.decompress(response.body) if zipped else response.body) == plain.body
        assert response.headers["vary"] == "Accept, Accept-Encoding"


def test_a_small_answer_and_a_workbook_are_not_compressed(client: Client) -> None:
    small = client.send("GET", "query=ASK%7B%7D", {"Accept-Encoding": "gzip"})
    book = client.send("GET", "query=SELECT*%7B%3Fs+%3Fp+%3Fo%7D&format=xlsx", {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers
    assert "content-encoding" not in book.headers
    assert openpyxl.load_workbook(io.BytesIO(book.body)).worksheets[0].max_row > 20


def test_every_response_says_which_origins_may_read_it(client: Client) -> None:
    for response in (client.get("ASK {}"), client.get("ASK {"), client.send("PUT"), client.send("GET")):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "ETag" in response.headers["access-control-expose-headers"]


def test_origins_may_be_listed() -> None:
    client, _ = counting(cors_origins=("https://a.example", "https://b.example"))
    allowed = client.send("GET", "query=ASK%7B%7D", {"Origin": "https://b.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://b.example"
    refused = client.send("GET", "query=ASK%7B%7D", {"Origin": "https://c.example"})
    assert "access-control-allow-origin" not in refused.headers
    assert "Origin" in refused.headers["vary"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("csv-excel", "text/csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("html", "text/html"),
    ],
)
@pytest.mark.parametrize("parameter", ["format", "output"])
def test_a_parameter_names_the_format(client: Client, name: str, media_type: str, parameter: str) -> None:
    response = client.get(COUNT, "text/turtle", **{parameter: name})
    assert (response.status, response.media_type) == (200, media_type)


def test_nothing_acceptable_is_406_with_what_there_is(client: Client) -> None:
    response = client.get(COUNT, "text/turtle")
    assert response.status == 406
    assert "application/sparql-results+json" in response.json()["available"]
    assert client.get("ASK {}", None, format="xlsx").status == 406


def test_downloads_carry_a_name(client: Client) -> None:
    assert client.get(COUNT, format="xlsx").headers["content-disposition"] == 'attachment; filename="zhiyin.xlsx"'
    assert "content-disposition" not in client.get(COUNT, format="csv").headers


def test_a_browser_gets_a_page_and_the_page_escapes(client: Client) -> None:
    query = 'SELECT ("<script>" AS ?x) {}'
    response = client.get(query, "text/html,application/xhtml+xml,*/*;q=0.8")
    text = response.body.decode()
    assert response.media_type == "text/html"
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    fault = client.get("SELECT * { <b>", "text/html")
    assert (fault.status, fault.media_type) == (400, "text/html")
    assert "第 1 行" in fault.body.decode()
    assert client.send("GET", "", {"Accept": "text/html"}).media_type == "text/html"


def test_the_page_is_made_by_what_was_given() -> None:
    pages: list[Page] = []

    def render(page: Page) -> bytes:
        pages.append(page)
        return b"<p>mine"

    engine = CountingEngine()
    client = Client(SparqlFront(SparqlService(engine, Settings()), render=render))
    assert client.send("GET", "", {"Accept": "text/html"}).body == b"<p>mine"
    assert client.get("NOT A QUERY", "text/html").body == b"<p>mine"
    assert pages[0] == Page()
    assert isinstance(pages[1].problem, Problem)
    assert pages[1].query == "NOT A QUERY"


def test_pages_of_tables_booleans_and_graphs(make_service: Callable[..., SparqlService]) -> None:
    pages: list[Page] = []
    front = SparqlFront(make_service(), render=lambda page: pages.append(page) or b"")  # type: ignore[func-returns-value]
    client = Client(front)
    client.get(COUNT, "text/html")
    client.get("ASK {}", "text/html")
    client.get("CONSTRUCT { <urn:a> <urn:b> ?n } { BIND(1 AS ?n) }", "text/html")
    table, boolean, graph = pages
    assert table.table is not None
    assert [str(term) for term in table.table.rows[0]] == ["52"]
    assert boolean.boolean is True
    assert graph.graph is not None
    assert "<urn:a> <urn:b> 1" in graph.graph


def test_an_absent_store_is_503_with_a_time_to_come_back() -> None:
    client, engine = counting(CountingEngine(ready=False))
    response = client.get("ASK {}")
    assert (response.status, response.headers["retry-after"]) == (503, "2")
    engine.ready = True
    assert client.get("ASK {}").status == 200


def test_truncation_is_announced(make_client: Callable[..., Client]) -> None:
    client = make_client(max_rows=3)
    response = client.get(ALL)
    assert response.headers["x-zhiyin-truncated"] == "rows; limit=3"
    assert (len(response.rows), "truncated" in response.json()) == (3, True)
    assert "x-zhiyin-truncated" not in client.get(ALL + " LIMIT 3").headers
    graph = client.get("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    assert graph.headers["x-zhiyin-truncated"] == "rows; limit=3"
    assert front_of(client).service.select(ALL).cut is True
    assert front_of(client).service.select(ALL + " LIMIT 3").cut is False


def test_a_large_answer_streams_whole(make_client: Callable[..., Client]) -> None:
    client = make_client(stream_from=4096)
    query = "SELECT * { ?s ?p ?o . ?a ?b ?c } ORDER BY ?s ?p ?o ?a ?b ?c"
    streamed = client.get(query)
    assert "content-length" not in streamed.headers
    assert len(streamed.rows) == 52 * 52
    zipped = client.send("GET", "query=" + query.replace(" ", "+").replace("?", "%3F"), {"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.body) == streamed.body


def test_a_client_that_leaves_early_leaves_nothing_behind(make_service: Callable[..., SparqlService]) -> None:
    service = make_service(stream_from=4096, query_workers=1)
    for _ in range(5):
        answer = service.answer("SELECT * { ?s ?p ?o . ?a ?b ?c }")
        chunks = answer.chunks
        assert chunks is not None
        next(chunks)
        chunks.close()  # type: ignore[attr-defined]
    assert service.ask("ASK {}")


def test_request_ids_go_through_and_are_made() -> None:
    client, _ = counting()
    given = client.send("GET", "query=ASK%7B%7D", {"X-Request-Id": "abc.1-2_3"})
    assert given.headers["x-request-id"] == "abc.1-2_3"
    made = [client.send("GET", "query=ASK%7B%7D", {"X-Request-Id": "bad id\u00ff"}) for _ in range(2)]
    assert len({response.headers["x-request-id"] for response in made}) == 2
    assert "bad" not in made[0].headers["x-request-id"]


def site(front: SparqlFront) -> Client:
    def inner(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [str(environ["zhiyin.request_id"])[:4].encode()]

    return Client(mount(inner, front))


def test_the_site_sends_each_path_where_it_belongs() -> None:
    stream = io.StringIO()
    front = SparqlFront(SparqlService(CountingEngine(), Settings()), log=AccessLog(stream))
    client = site(front)
    assert client.get("ASK {}").status == 200
    assert client.send("GET", "query=ASK%7B%7D", path="/sparql/").status == 200
    assert client.send("GET", "q=secret", path="/search").status == 404
    metrics = client.send("GET", path="/metrics").body.decode()
    assert 'zhiyin_requests_total{area="sparql",status="200"} 2.0' in metrics
    assert 'zhiyin_requests_total{area="pages",status="404"} 1.0' in metrics
    assert "zhiyin_cache_bytes" in metrics
    assert "zhiyin_pool_running 0.0" in metrics
    front.log.flush()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["path"], line["status"]) for line in lines] == [("/sparql", 200), ("/sparql/", 200), ("/search", 404)]
    assert all(line["requestId"] for line in lines)
    assert "ASK" not in stream.getvalue()
    assert "secret" not in stream.getvalue()


def test_queries_are_logged_only_when_asked(caplog: pytest.LogCaptureFixture) -> None:
    quiet, _ = counting()
    loud, _ = counting(log_queries=True)
    with caplog.at_level("INFO"):
        quiet.get("ASK { FILTER('quiet' = '') }")
        loud.get("ASK { FILTER('loud' = '') }")
    assert [record.getMessage() for record in caplog.records] == ["ASK { FILTER('loud' = '') }"]
    with caplog.at_level("DEBUG"):
        quiet.get("ASK { FILTER('debug' = '') }")
    assert "'debug'" in caplog.records[-1].getMessage()


def test_the_same_query_at_once_is_computed_once() -> None:
    engine = CountingEngine()
    started, go = threading.Event(), threading.Event()
    run = engine.run

    def slow(job: Job) -> Answer:
        started.set()
        go.wait(10)
        return run(job)

    engine.run = slow  # type: ignore[method-assign]
    client, _ = counting(engine)
    bodies: list[bytes] = []
    threads = [threading.Thread(target=lambda: bodies.append(client.get("ASK {}").body)) for _ in range(6)]
    for thread in threads:
        thread.start()
    started.wait(10)
    go.set()
    for thread in threads:
        thread.join()
    assert (len(set(bodies)), engine.runs) == (1, 1)


def test_a_refused_service_opens_no_connection(client: Client) -> None:
    import socket

    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    responses: list[Response] = [
        client.get(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"),
        client.get(f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}"),
        client.get(f"SELECT * {{ VALUES ?e {{ <{address}> }} SERVICE ?e {{ ?s ?p ?o }} }}"),
        client.get(f"SELECT * {{ SERV\\u0049CE <{address}> {{ ?s ?p ?o }} }}"),
        client.get(f"SELECT * {{ {{ SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }} }} }}"),
    ]
    assert [response.status for response in responses] == [400] * 5
    for glued in (
        f"SELECT * {{ SERVICESILENT<{address}>{{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p 1SERVICE<{address}>{{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p ?o.SERVICE<{address}>{{ ?s ?p ?o }} }}",
        f"PREFIX :<{address}>SELECT * {{ SERVICE:x{{ ?s ?p ?o }} }}",
        f"PREFIX e:<{address}>SELECT * {{ SERVICE e:x{{ ?s ?p ?o }} }}",
    ):
        assert client.get(glued).status == 400
    fetched = [
        client.get(f"ASK FROM <{address}> {{ ?s ?p ?o }}"),
        client.get(f"ASK FROM NAMED <{address}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"),
        client.get("ASK FROM <file:///etc/hostname> { ?s ?p ?o }"),
        client.get("ASK { ?s ?p ?o }", **{"default-graph-uri": address}),
        client.get("DESCRIBE <" + address + ">"),
    ]
    assert [response.status for response in fetched] == [200] * 5
    assert [response.json()["boolean"] for response in fetched[:4]] == [False] * 4
    with pytest.raises(TimeoutError):
        listener.accept()
    listener.close()


def test_a_listed_service_is_asked(make_client: Callable[..., Client]) -> None:
    import http.server
    import threading

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"far"}}]}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/sparql"
        client = make_client(service_endpoints=(address,))
        response = client.get(f"SELECT ?x {{ SERVICE <{address}> {{ ?s ?p ?x }} }}")
        assert response.status == 200, response.body
        assert [row["x"]["value"] for row in response.rows] == ["far"]
        assert client.get("SELECT * { SERVICE <http://127.0.0.1:9/other> { ?s ?p ?x } }").status == 400
    finally:
        server.shutdown()
        server.server_close()


def test_a_star_is_true_only_of_an_answer_there_is(client: Client) -> None:
    assert client.send("GET", "query=ASK%20%7B%20%7D", {"If-None-Match": "*"}).status == 304
    refused = client.send("GET", "query=ASK%20%7B", {"If-None-Match": "*"})
    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")


def test_a_body_that_ends_early_is_no_query(client: Client) -> None:
    whole = b"ASK { ?s ?p ?o } # and more"
    response = client.send(
        "POST",
        headers={"Content-Type": "application/sparql-query", "Content-Length": str(len(whole) + 100)},
        body=whole,
    )
    assert response.status == 400
    assert "incomplete" in response.json()["message"]["en"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_metrics_are_read_only(service: SparqlService, method: str) -> None:
    front = SparqlFront(service)
    app = mount(front, front)
    response = Client(app).send(method, path="/metrics")
    assert (response.status, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["status"] == 405
    assert Client(app).send("OPTIONS", path="/metrics").status == 204


def test_a_page_names_its_own_limit(service: SparqlService) -> None:
    square = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    page = Client(SparqlFront(service)).get(square, "text/html")
    assert page.headers["x-zhiyin-truncated"] == f"rows; limit={PAGE_ROWS}"


def test_a_reader_that_leaves_frees_the_worker(make_service: Callable[..., SparqlService]) -> None:
    service = make_service(query_timeout=600.0, stream_from=4096)
    answer = service.answer("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", format_name="csv")
    assert answer.chunks is not None
    next(answer.chunks)
    assert service.engine.gauges()["running"] == 1.0
    answer.chunks.close()  # type: ignore[attr-defined]
    for _ in range(1000):
        if service.engine.gauges()["running"] == 0.0:
            break
        time.sleep(0.01)
    assert service.engine.gauges()["running"] == 0.0


def test_two_processes_give_the_description_one_tag(make_client: Callable[..., Client]) -> None:
    tags = [make_client().send("GET", headers={"Accept": "text/turtle"}).headers["etag"] for _ in range(2)]
    assert tags[0] == tags[1]
    again = make_client().send("GET", headers={"Accept": "text/turtle", "If-None-Match": tags[0]})
    assert (again.status, again.body) == (304, b"")
    assert make_client().send("GET", headers={"Accept": "application/n-triples"}).headers["etag"] != tags[0]


def test_what_nobody_thought_of_is_told_counted_and_logged_without_its_words(
    make_service: Callable[..., SparqlService], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    service = make_service(result_cache=0)
    front = SparqlFront(service)

    def fail(*_: object) -> None:
        raise RuntimeError("机密内容")

    monkeypatch.setattr(service, "plan", fail)
    for path in ("query=ASK%7B%7D", "query=SELECT%20%2A%7B%7D"):
        response = Client(front).send("GET", path)
        assert response.status == 500
        assert response.media_type == "application/problem+json"
        assert response.json()["message"]["zh"] == "服务内部出错，已记入日志"
        assert "机密" not in response.body.decode()
    assert b'zhiyin_queries_total{how="failed"} 2.0' in front.metrics.exposition()
    record = next(record for record in caplog.records if "unforeseen" in record.getMessage())
    assert any("fail" in line for line in record.__dict__["fault"])
    assert "机密" not in JsonFormatter().format(record)


def test_a_library_does_not_speak_into_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("机密内容")
    except ValueError as error:
        faults = (type(error), error, error.__traceback__)
    for name, said in (("rdflib.term", False), ("zhiyin.web", True)):
        record = logging.LogRecord(name, logging.WARNING, "/x/term.py", 7, "literal %s", ("机密",), None)
        line = JsonFormatter().format(record)
        assert ("机密" in line) is said
        record = logging.LogRecord(name, logging.ERROR, "/x/term.py", 7, "failed", (), faults)
        line = JsonFormatter().format(record)
        assert "ValueError" in line
        assert "机密" not in line
