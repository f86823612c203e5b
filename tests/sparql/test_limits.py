"""Limits that stop: time, memory, depth, places, clients; and what stays unharmed meanwhile."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sparql.conftest import Client
from tests.sparql.processes import Process, children, look, still_there

from zhiyin.errors import BadQuery, Overloaded, QueryTimeout, Unavailable, ZhiyinError
from zhiyin.settings import Settings
from zhiyin.sparql.embedded import EmbeddedEngine, Zygote
from zhiyin.sparql.job import Job
from zhiyin.sparql.limits import ClientLimits
from zhiyin.sparql.media import Kind, choose
from zhiyin.sparql.scan import outline
from zhiyin.sparql.service import SparqlService
from zhiyin.sparql.worker import evaluate, prepare
from zhiyin.sparql.zygote import load

CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . FILTER(?a != ?o) }"
PATH = "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>|^!<urn:x>)* ?d . ?e (!<urn:x>|^!<urn:x>)* ?f }"
ORDER = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?i ?a ?l"
REGEX = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . "
    'FILTER REGEX(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j)), "(a|b|ab)*(x+x+)+y", "i") }'
)
RUNAWAYS = {"cartesian": CARTESIAN, "path": PATH, "order": ORDER, "regex": REGEX}


def workers_of(engine: EmbeddedEngine) -> list[Process]:
    assert engine._owned is not None
    return children(engine._owned.pid)


@pytest.fixture(scope="module")
def hasty(make_service: Callable[..., SparqlService]) -> SparqlService:
    return make_service(query_timeout=0.4, result_cache=0, long_queries=4)


@pytest.mark.parametrize("query", RUNAWAYS.values(), ids=list(RUNAWAYS))
def test_a_runaway_is_ended_and_says_how_long_it_ran(hasty: SparqlService, query: str) -> None:
    with pytest.raises((QueryTimeout, Unavailable)) as caught:
        hasty.answer(query).read()
    assert caught.value.status == 503
    assert float(str(caught.value.details["seconds"])) > 0
    assert hasty.ask("ASK {}")


def test_the_processor_time_of_a_runaway_is_freed(make_service: Callable[..., SparqlService]) -> None:
    service = make_service(query_timeout=1.5, patience=1.5, result_cache=0)
    engine = service.engine
    assert isinstance(engine, EmbeddedEngine)
    busy: set[int] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            for process in workers_of(engine):
                if process.cpu >= 0.05:
                    busy.add(process.pid)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with pytest.raises(QueryTimeout):
        service.answer(CARTESIAN)
    done.set()
    watcher.join()
    assert busy
    time.sleep(1.0)
    before = {process.pid: process.cpu for process in workers_of(engine)}
    assert not busy & set(before)
    time.sleep(0.3)
    assert {process.pid: process.cpu for process in workers_of(engine)} == before


def test_cheap_queries_go_on_beside_runaways(make_service: Callable[..., SparqlService]) -> None:
    service = make_service(query_timeout=2.0, result_cache=0, query_workers=1, patience=0.05, direct_seconds=0.0)
    ended: list[ZhiyinError] = []

    def run_away() -> None:
        try:
            service.answer(CARTESIAN)
        except ZhiyinError as error:
            ended.append(error)

    runaways = [threading.Thread(target=run_away) for _ in range(2)]
    for thread in runaways:
        thread.start()
    answered = 0
    while any(thread.is_alive() for thread in runaways):
        assert service.ask(f"ASK {{ FILTER({answered} >= 0) }}")
        answered += 1
    for thread in runaways:
        thread.join()
    # With one place for short queries, each of these waited for the runaways to leave it, not to end.
    assert answered > 10
    assert [type(error) for error in ended] == [QueryTimeout, QueryTimeout]


def test_a_long_query_is_lowered_in_priority_and_its_worker_not_used_again(
    make_service: Callable[..., SparqlService],
) -> None:
    service = make_service(query_timeout=1.0, patience=0.02, result_cache=0)
    engine = service.engine
    assert isinstance(engine, EmbeddedEngine)
    seen: list[int] = []

    def watch() -> None:
        time.sleep(0.5)
        seen.extend(process.nice for process in workers_of(engine))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with pytest.raises(QueryTimeout):
        service.answer(CARTESIAN)
    watcher.join()
    assert 10 in seen
    service.ask("ASK {}")
    until = time.monotonic() + 10
    # The kernel takes a moment to end what was killed.
    while any(process.nice >= 10 for process in workers_of(engine)) and time.monotonic() < until:
        time.sleep(0.05)
    assert workers_of(engine)
    assert all(process.nice < 10 for process in workers_of(engine))


def test_a_query_that_takes_too_much_memory_ends_alone(make_service: Callable[..., SparqlService]) -> None:
    service = make_service(query_timeout=30.0, query_memory=1 << 26, result_cache=0)
    with pytest.raises(Unavailable) as caught:
        service.answer(ORDER)
    assert not isinstance(caught.value, QueryTimeout)
    assert "内存" in caught.value.message.zh
    assert service.ask("ASK {}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 20_000 + "}" * 20_000,
        "SELECT * { FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ") }",
        "SELECT * " + "{" * 20_000,
    ],
    ids=["groups", "brackets", "open"],
)
def test_deep_nesting_is_refused_before_it_is_parsed(hasty: SparqlService, query: str) -> None:
    with pytest.raises(BadQuery) as caught:
        hasty.answer(query)
    assert "200" in caught.value.message.en


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {" + "{} UNION " * 40_000 + "{}}",
        "SELECT * { ?s " + "^" * 100_000 + "<urn:p> ?o }",
        "SELECT * { FILTER(" + "!" * 100_000 + "true) }",
    ],
    ids=["unions", "inverses", "negations"],
)
def test_depth_without_brackets_costs_a_worker_at_most(make_service: Callable[..., SparqlService], query: str) -> None:
    service = make_service(query_timeout=5.0, result_cache=0)
    with contextlib.suppress(BadQuery, Unavailable):
        service.answer(query)
    assert service.ask("ASK {}")


def test_places_run_out_and_come_back(make_service: Callable[..., SparqlService]) -> None:
    service = make_service(
        query_timeout=1.0, query_workers=1, long_queries=0, queue=1, queue_timeout=0.2, result_cache=0
    )
    errors: list[ZhiyinError] = []

    def run() -> None:
        try:
            service.answer(CARTESIAN)
        except ZhiyinError as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    refused = [error for error in errors if isinstance(error, Overloaded)]
    assert len(refused) == 5
    assert all(int(str(error.details["retryAfter"])) >= 1 for error in refused)
    assert service.ask("ASK {}")
    assert service.engine.gauges()["running"] == 0


def test_a_client_has_a_rate_and_gets_it_back() -> None:
    now = [0.0]
    limits = ClientLimits(2.0, 3.0, 10, clock=lambda: now[0])
    for _ in range(3):
        limits.leave(limits.enter("a"))
    with pytest.raises(Overloaded) as caught:
        limits.enter("a")
    assert caught.value.details["retryAfter"] == 1
    limits.leave(limits.enter("b"))
    now[0] = 0.5
    limits.leave(limits.enter("a"))
    with pytest.raises(Overloaded):
        limits.enter("a")


def test_a_client_has_so_many_queries_at_once() -> None:
    limits = ClientLimits(0.0, 1.0, 2)
    first = limits.enter("a")
    limits.enter("a")
    with pytest.raises(Overloaded):
        limits.enter("a")
    limits.enter("b")
    limits.leave(first)
    limits.enter("a")


def test_idle_clients_are_forgotten() -> None:
    now = [0.0]
    limits = ClientLimits(1.0, 2.0, 2, clock=lambda: now[0])
    busy = limits.enter("busy")
    for number in range(5000):
        now[0] += 10.0
        limits.leave(limits.enter(f"client {number}"))
    assert len(limits._clients) < 4200
    assert "busy" in limits._clients
    limits.leave(busy)


def test_the_limits_are_answered_as_429(make_client: Callable[..., Client]) -> None:
    client = make_client(client_rate=0.001, client_burst=2.0)
    statuses = [client.get(f"ASK {{ FILTER({number} > 0) }}").status for number in range(3)]
    assert statuses == [200, 200, 429]
    refused = client.get("ASK { FILTER(9 > 0) }")
    assert int(refused.headers["retry-after"]) > 100
    assert client.get("ASK { FILTER(0 > 0) }").status == 200  # from the cache, which costs nothing


def test_the_client_is_who_the_trusted_proxy_says(make_client: Callable[..., Client]) -> None:
    client = make_client(client_rate=0.001, client_burst=1.0, trusted_proxies=1)

    def ask(number: int, forwarded: str) -> int:
        query = f"query=ASK%7BFILTER({number}%3E0)%7D"
        return client.send("GET", query, {"X-Forwarded-For": forwarded}).status

    assert [ask(1, "9.9.9.9, 1.1.1.1"), ask(2, "8.8.8.8, 1.1.1.1"), ask(3, "1.1.1.1, 2.2.2.2")] == [200, 429, 200]


def test_a_client_may_shorten_the_time_but_not_lengthen_it(make_client: Callable[..., Client]) -> None:
    client = make_client(query_timeout=0.5, result_cache=0)
    short = client.get(CARTESIAN, timeout="0.1").json()
    long = client.get(CARTESIAN, timeout="100").json()
    assert (short["limit"], long["limit"]) == (0.1, 0.5)


def test_a_known_cheap_query_needs_no_worker_and_a_dear_one_does(data_file: Path) -> None:
    settings = Settings(result_cache=0, direct_seconds=10.0, query_workers=1)
    service = SparqlService(EmbeddedEngine.open([data_file], settings, {}), settings)
    try:
        engine = service.engine
        assert isinstance(engine, EmbeddedEngine)
        until = time.monotonic() + 20
        while engine._direct._copy is None and time.monotonic() < until:
            time.sleep(0.01)
        cheap, chance = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "SELECT * { ?s ?p ?o FILTER(RAND() < 2) }"
        first = service.answer(cheap)
        second = service.answer(cheap)
        assert (first.cost is None, second.cost is None) == (False, True)
        assert first.read() == second.read()
        service.answer(chance)
        assert service.answer(chance).cost is not None
        deep = "SELECT * " + "{" * 20 + "}" * 20
        service.answer(deep)
        assert service.answer(deep).cost is not None
    finally:
        service.close()


def test_the_direct_way_never_answers_from_a_store_left_behind(tmp_path: Path) -> None:
    small, large = tmp_path / "small.nq", tmp_path / "large.nq"
    small.write_text("<urn:a> <urn:p> <urn:o> .\n", encoding="utf-8")
    large.write_text("".join(f"<urn:a{n}> <urn:p> <urn:o> .\n" for n in range(30)), encoding="utf-8")
    settings = Settings(result_cache=0, direct_seconds=10.0, direct_triples=10)
    engine = EmbeddedEngine.open([small], settings, {})
    service = SparqlService(engine, settings)
    try:
        until = time.monotonic() + 20
        while engine._direct._copy is None and time.monotonic() < until:
            time.sleep(0.01)
        query = "SELECT ?s { ?s <urn:p> ?o } ORDER BY ?s"
        assert [len(service.select(query)) for _ in range(3)] == [1, 1, 1]
        other = Zygote([large], settings, {})
        engine.switch(other.loaded, other)
        assert [len(service.select(query)) for _ in range(3)] == [30, 30, 30]
    finally:
        service.close()


def test_a_worker_can_open_neither_file_nor_connection(service: SparqlService) -> None:
    service.ask("ASK {}")
    engine = service.engine
    assert isinstance(engine, EmbeddedEngine)
    worker = workers_of(engine)[0]
    limits = Path(f"/proc/{worker.pid}/limits").read_text(encoding="ascii")
    most = next(int(line.split()[3]) for line in limits.splitlines() if line.startswith("Max open files"))
    held = [int(path.name) for path in Path(f"/proc/{worker.pid}/fd").iterdir()]
    assert most <= max(held) + 1


def test_workers_end_when_their_user_does(data_file: Path) -> None:
    settings = Settings(query_workers=1)
    engine = EmbeddedEngine.open([data_file], settings, {})
    service = SparqlService(engine, settings)
    service.ask("ASK {}")
    workers = workers_of(engine)
    assert workers
    assert engine._owned is not None
    zygote = look(engine._owned.pid)
    assert zygote is not None
    service.close()
    assert still_there([*workers, zygote], 10) == []
    assert engine.state().ready is False


def test_a_graph_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<a> <b>", encoding="utf-8")
    for file in (bad, tmp_path / "absent.nq", tmp_path / "what.docx"):
        with pytest.raises(Unavailable) as caught:
            EmbeddedEngine.open([file], Settings(), {})
        assert file.name in caught.value.message.en


def test_further_files_stand_beside_the_graph(data_file: Path, tmp_path: Path) -> None:
    (tmp_path / "more.ttl").write_text("<urn:plain> <urn:p> <relative> .", encoding="utf-8")
    (tmp_path / "more.trig").write_text("<urn:g> { <urn:quad> <urn:p> 1 }", encoding="utf-8")
    (tmp_path / "更多.nq").write_text("<urn:nq> <urn:p> <urn:o> <urn:h> .\n", encoding="utf-8")
    names = ("more.ttl", "more.trig", "更多.nq")
    engine = EmbeddedEngine.open([data_file, *(tmp_path / name for name in names)], Settings(), {})
    service = SparqlService(engine, Settings())
    try:
        assert service.state().triples == 55
        assert {"urn:g", "urn:h"} <= set(service.state().graphs)
        assert service.ask("ASK { <urn:plain> <urn:p> ?o . <urn:quad> <urn:p> 1 . <urn:nq> <urn:p> ?x }")
        assert not service.ask("ASK { GRAPH ?g { <urn:plain> ?p ?o } }")
        assert service.ask("ASK { GRAPH <urn:g> { <urn:quad> ?p ?o } GRAPH <urn:h> { <urn:nq> ?q ?r } }")
        assert str(tmp_path) not in str(service.select("SELECT ?o { <urn:plain> ?p ?o }"))
    finally:
        service.close()


@pytest.mark.parametrize(
    "name", ["json", "xml", "csv", "tsv", "csv-excel", "turtle", "ntriples", "rdfxml", "jsonld", "trig"]
)
def test_the_direct_way_gives_the_same_bytes(data_file: Path, name: str) -> None:
    store, _ = load([str(data_file)])
    graph = name in {"turtle", "ntriples", "rdfxml", "jsonld", "trig"}
    for query in ("CONSTRUCT WHERE { ?s ?p ?o }",) if graph else ("SELECT * { ?s ?p ?o }", "ASK {}"):
        seen = outline(query, 10)
        if name == "csv-excel" and seen.kind is not Kind.TABLE:
            continue
        form = choose(seen.kind, None, name)
        job = Job(query, seen, form, 1.0, 1000, 1 << 20).message()
        parts: list[bytes] = []
        evaluate(store, job, parts.append, {"zy": "https://w3id.org/zhiyin/ontology#"})
        assert prepare(store, job).whole(store, {"zy": "https://w3id.org/zhiyin/ontology#"}) == b"".join(parts)
