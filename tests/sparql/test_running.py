"""The server as it runs: granian, its processes, reload, shutdown, logs and metrics."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.sparql.conftest import dataset
from tests.sparql.processes import children, family, still_there
from tests.sparql.test_remote import free_port

ROOT = Path(__file__).parents[2]
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . FILTER(?a != ?o) }"


class Server:
    """The site in processes of its own."""

    def __init__(self, data: Path, log: Path, **environment: str) -> None:
        self.port = free_port()
        self.log = log
        self._stream = log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.sparql.site_for_tests"],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT / 'service'}{os.pathsep}{ROOT}",
                "TEST_DATA": str(data),
                "ZHIYIN_PORT": str(self.port),
                "ZHIYIN_QUERY_TIMEOUT": "5",
                **environment,
            },
            stdout=self._stream,
            stderr=self._stream,
        )
        for _ in range(300):
            try:
                self.get("/")
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(log.read_text(encoding="utf-8"))

    def get(self, path: str, timeout: float = 30) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def ask(self, query: str) -> tuple[int, bytes]:
        return self.get(f"/sparql?query={quote(query)}")

    def count(self) -> int:
        status, body = self.ask(COUNT)
        assert status == 200, body
        return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])

    def gauge(self, name: str) -> float:
        """Return a figure of the pool; the server has one process that takes requests."""
        lines = self.get("/metrics")[1].decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"zhiyin_pool_{name} "))

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(120)

    def close(self) -> None:
        if self.process.poll() is None:
            self.stop()
        self._stream.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.nq"
    path.write_text(dataset(), encoding="utf-8")
    return path


@pytest.fixture
def start(data: Path, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def make(**environment: str) -> Server:
        servers.append(Server(data, tmp_path / f"log{len(servers)}", **environment))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


def test_it_serves_logs_and_counts_without_telling_queries(start: Callable[..., Server]) -> None:
    server = start()
    hidden = "SELECT ('Geheimnis' AS ?x) {}"
    assert server.count() == 52
    assert server.ask(hidden)[0] == 200
    assert server.ask("SELECT Geheimnis")[0] == 400
    assert server.get("/other") == (200, b"plain")
    metrics = server.get("/metrics")[1].decode()
    assert 'zhiyin_requests_total{area="sparql",status="200"} 2.0' in metrics
    assert "zhiyin_store_triples 52.0" in metrics
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.read_text(encoding="utf-8").splitlines()]
    assert sum(line.get("path") == "/sparql" for line in lines) == 3
    assert all("time" in line and "level" in line for line in lines)
    assert "Geheimnis" not in server.log.read_text(encoding="utf-8")


def test_hangup_loads_a_new_graph_without_a_failed_request(start: Callable[..., Server], data: Path) -> None:
    server = start(ZHIYIN_RESULT_CACHE="100000")
    seen: list[int] = []
    failures: list[object] = []
    done = threading.Event()

    def load() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        number = 0
        while not done.is_set():
            number += 1
            # Half of the queries are new each time, half come from the cache.
            query = COUNT if number % 2 else f"{COUNT} # {threading.get_ident()} {number}"
            try:
                connection.request("GET", f"/sparql?query={quote(query)}")
                response = connection.getresponse()
                body = response.read()
                if response.status != 200:
                    failures.append((response.status, body))
                else:
                    seen.append(int(json.loads(body)["results"]["bindings"][0]["n"]["value"]))
            except OSError as error:
                failures.append(error)
        connection.close()

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for extra in (1, 2):
        data.write_text(
            dataset() + "".join(f"<urn:new{n}> <urn:p> <urn:o> .\n" for n in range(extra)), encoding="utf-8"
        )
        os.kill(server.process.pid, signal.SIGHUP)
        until = time.monotonic() + 20
        while server.count() != 52 + extra and time.monotonic() < until:
            time.sleep(0.05)
    time.sleep(2.0)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(seen) == {52, 53, 54}
    assert seen[-1] == 54
    assert server.stop() == 0


def test_a_graph_that_cannot_be_read_leaves_the_old_one(start: Callable[..., Server], data: Path) -> None:
    server = start()
    assert server.count() == 52
    data.write_text("this is no RDF", encoding="utf-8")
    os.kill(server.process.pid, signal.SIGHUP)
    until = time.monotonic() + 20
    while "not loaded anew" not in server.log.read_text(encoding="utf-8") and time.monotonic() < until:
        time.sleep(0.05)
    assert "not loaded anew" in server.log.read_text(encoding="utf-8")
    assert server.count() == 52


def test_a_lost_store_process_comes_back(start: Callable[..., Server]) -> None:
    server = start(ZHIYIN_DIRECT_SECONDS="0", ZHIYIN_RESULT_CACHE="0")
    assert server.count() == 52
    # The process of the store is forked before those that take requests.
    zygote = min(children(server.process.pid), key=lambda child: child.pid)
    os.kill(zygote.pid, signal.SIGKILL)
    until = time.monotonic() + 20
    status = 0
    while time.monotonic() < until:
        # A runaway uses up its worker, so that the next query needs a new one.
        server.get(f"/sparql?timeout=0.2&query={quote(RUNAWAY)}")
        status, _ = server.ask(COUNT)
        if status == 200 and "started again" in server.log.read_text(encoding="utf-8"):
            break
        time.sleep(0.2)
    assert status == 200


def test_a_shutdown_finishes_what_runs(start: Callable[..., Server]) -> None:
    server = start()
    answers: list[tuple[int, bytes]] = []
    thread = threading.Thread(target=lambda: answers.append(server.get("/slow?1.5")))
    thread.start()
    time.sleep(0.5)
    assert server.stop() == 0
    thread.join()
    assert answers == [(200, b"plain")]


def test_nothing_stays_behind(start: Callable[..., Server]) -> None:
    server = start(ZHIYIN_PROCESSES="2")
    assert [server.count() for _ in range(8)] == [52] * 8
    members = family(server.process.pid)
    assert len(members) >= 4
    metrics = server.get("/metrics")[1].decode()
    assert 'zhiyin_requests_total{area="sparql",status="200"} 8.0' in metrics
    assert server.stop() == 0
    assert still_there(members, 10) == []


def test_clients_that_send_nothing_keep_nobody_waiting(start: Callable[..., Server]) -> None:
    server = start(ZHIYIN_PROCESSES="1", ZHIYIN_THREADS="8")
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"
    )
    other = head.replace(b"/sparql", b"/slow")
    idle = [b"", b"GET /sparql HTTP/1.1\r\nHost: a\r\nX-Never: "] * 150 + [head, other] * 20
    with contextlib.ExitStack() as held:
        for data in idle:
            connection = held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            connection.sendall(data)
        time.sleep(0.3)
        assert server.count() == 52
        assert server.get("/slow")[0] == 200
    assert server.count() == 52


def test_clients_that_hold_places_are_ended(start: Callable[..., Server]) -> None:
    """A body a byte at a time, one that stops halfway, a reader that does not read: none of them stays for good."""
    server = start(
        ZHIYIN_PROCESSES="1",
        ZHIYIN_CLIENT_SECONDS="1",
        ZHIYIN_QUERY_TIMEOUT="0.3",
        ZHIYIN_QUEUE_TIMEOUT="0.2",
        ZHIYIN_JUDGE_TIMEOUT="0.3",
        ZHIYIN_STREAM_FROM="4096",
    )
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"
    )
    wide = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    reader = f"GET /sparql?query={wide} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    with contextlib.ExitStack() as held:
        bytewise, halfway, unread, idle = (
            held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=0.5)) for _ in range(4)
        )
        unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        bytewise.sendall(head)
        halfway.sendall(head)
        unread.sendall(reader)
        idle.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n\r\n")
        assert idle.recv(1000).startswith(b"HTTP/1.1 200")
        started = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - started < 20:
                bytewise.sendall(b" ")
                time.sleep(0.2)
        assert time.monotonic() - started < 15
        assert halfway.recv(1) in {b"", b"H"}
        told = re.findall(r"ended whose[^:]*: (\d+)", server.log.read_text(encoding="utf-8"))
        assert sum(map(int, told)) == 3
        # One who waits for its answer has it, however late.
        assert server.get("/?5") == (200, b"plain")
        # One who has had its answer is left in peace.
        idle.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\n\r\n")
        assert idle.recv(1000).startswith(b"HTTP/1.1 200")


def test_cheap_queries_of_others_go_before_the_runaways_of_one(start: Callable[..., Server]) -> None:
    server = start(
        ZHIYIN_PROCESSES="1",
        ZHIYIN_DIRECT_SECONDS="0",
        ZHIYIN_TRUSTED_PROXIES="1",
        ZHIYIN_QUERY_TIMEOUT="4",
        ZHIYIN_QUEUE_TIMEOUT="2",
    )
    statuses: list[int] = []

    def ask(query: str, client: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        try:
            connection.request("GET", f"/sparql?query={quote(query)}", headers={"X-Forwarded-For": client})
            return connection.getresponse().status
        finally:
            connection.close()

    threads = [
        threading.Thread(target=lambda n=n: statuses.append(ask(f"{RUNAWAY} # {n}", "203.0.113.1"))) for n in range(24)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    answered: list[int] = []
    until = time.monotonic() + 3
    while time.monotonic() < until:
        answered.append(ask(f"{COUNT} # {len(answered)}", "203.0.113.2"))
    for thread in threads:
        thread.join()
    assert set(answered) == {200}
    assert len(answered) >= 2
    # Four run as long ones until their time is over, the rest waits for its turn and is told to come back.
    assert set(statuses) <= {429, 503}
    assert statuses.count(429) >= 16
    assert server.gauge("running") == server.gauge("running_long") == 0


def test_a_long_query_whose_client_has_left_ends(start: Callable[..., Server]) -> None:
    server = start(ZHIYIN_PROCESSES="1", ZHIYIN_QUERY_TIMEOUT="60")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(f"GET /sparql?query={quote(RUNAWAY)} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(1.5)
        assert (server.gauge("running"), server.gauge("abandoned")) == (1, 0)
    until = time.monotonic() + 10
    while server.gauge("abandoned") < 1 and time.monotonic() < until:
        time.sleep(0.2)
    assert (server.gauge("running"), server.gauge("abandoned"), server.gauge("timeouts")) == (0, 1, 0)


def test_a_body_too_many_is_told_to_come_back(start: Callable[..., Server]) -> None:
    server = start(ZHIYIN_PROCESSES="1", ZHIYIN_THREADS="4")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as held:
        held.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\n"
        )
        time.sleep(0.3)
        for path in ("/sparql", "/other"):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.request("POST", path, b"ASK {}", {"Content-Type": "application/sparql-query"})
            response = connection.getresponse()
            problem = json.loads(response.read())
            connection.close()
            assert (response.status, problem["status"], response.headers["Retry-After"]) == (429, 429, "1")
        held.sendall(b"ASK {}   ")
        assert held.recv(100).startswith(b"HTTP/1.1 200")


def test_what_was_started_ends_with_its_parent(start: Callable[..., Server]) -> None:
    """A main process that is killed leaves nobody at the port."""
    server = start()
    before = family(server.process.pid)
    assert len(before) >= 2
    os.kill(server.process.pid, signal.SIGKILL)
    assert still_there(before, 10.0) == []


def test_a_child_of_a_process_that_died_while_it_forked_ends() -> None:
    code = """
import os, time
from zhiyin.server import running

def late():
    while os.getppid() == running._forking:
        time.sleep(0.01)
    running._as_child()

os.register_at_fork(before=running._as_parent, after_in_child=late)
if os.fork():
    os._exit(0)
time.sleep(60)
"""
    # The pipe is closed once nobody holds it any more: when the child has ended too.
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=20, check=True)


def test_a_child_whose_interpreter_stands_still_at_the_signal_ends() -> None:
    """The server's own handler, met by the signal while it starts, waits and lets no other thread run."""
    code = """
import ctypes, os, signal, time
from zhiyin.server.lifeline import end_with_parent

# PyDLL keeps the interpreter while it sleeps, as the handler did.
signal.signal(signal.SIGTERM, lambda *_: ctypes.PyDLL(None).sleep(60))
parent = os.getpid()
if os.fork():
    time.sleep(1)
    os._exit(0)
end_with_parent(parent)
while True:
    time.sleep(1)
"""
    subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=30, check=True)


@pytest.mark.parametrize("factory", ["broken", "uneven"])
def test_processes_that_cannot_start_are_not_started_for_ever(data: Path, factory: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.sparql.site_for_tests"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'service'}{os.pathsep}{ROOT}",
            "TEST_DATA": str(data),
            "TEST_FACTORY": f"tests.sparql.site_for_tests:{factory}",
            "ZHIYIN_PORT": str(free_port()),
            "ZHIYIN_PROCESSES": "2",
        },
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    assert b"Unavailable" in done.stderr
    assert 2 <= done.stderr.count(b"a process cannot start") <= 6
    assert b"\xe6\x9c\xba\xe5\xaf\x86" not in done.stderr


def test_a_full_temporary_disk_is_one_sentence(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhiyin.errors import Unavailable
    from zhiyin.server import running

    monkeypatch.setattr(running, "_LEAST_ROOM", 1 << 60)
    with pytest.raises(Unavailable, match="TMPDIR"):
        running._run_folder()


def test_what_the_server_beneath_advises_is_not_shown(start: Callable[..., Server]) -> None:
    server = start()
    server.stop()
    assert "_granian" not in server.log.read_text(encoding="utf-8")
