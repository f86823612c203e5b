"""A body that breaks off is refused, as the server runs: shorter than announced, in chunks, over HTTP/2."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sparql.test_remote import free_port

from zhiyin import resources

SAMPLE = resources.path("data/companies/no-generator.ttl").read_bytes()
MARK = "机密标记"


class Site:
    """The command ``zhiyin serve`` with its log and its folders."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "log"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.stream = self.log.open("wb")
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("zhiyin"), "serve", "--port", str(self.port)],
            env={**os.environ, "TMPDIR": str(self.temporary), "ZHIYIN_PROCESSES": "1", "ZHIYIN_LANG": "zh"},
            stdout=subprocess.PIPE,
            stderr=self.stream,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().decode()

    def send(self, head: str, body: bytes, *, ends: bool = True) -> tuple[int, bytes]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(head.encode() + body)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            while block := connection.recv(1 << 16):
                answer += block
        status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1") else 0
        return status, answer.partition(b"\r\n\r\n")[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    started = Site(tmp_path_factory.mktemp("site"))
    yield started
    started.process.terminate()
    started.process.wait(60)
    if started.process.stdout is not None:
        started.process.stdout.close()
    started.stream.close()


def head(path: str, media: str, *more: str) -> str:
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {media}", "Connection: close", *more]
    return "\r\n".join(lines) + "\r\n\r\n"


def test_the_address_is_printed_once_it_answers(site: Site) -> None:
    assert f"http://127.0.0.1:{site.port}" in site.said
    with socket.create_connection(("127.0.0.1", site.port), timeout=5):
        pass


@pytest.mark.parametrize(
    ("path", "status"), [("/api/validate", 413), ("/sparql", 413), ("/nothing", 404), ("/api/search", 405)]
)
def test_a_client_refused_while_it_sends_reads_why(site: Site, path: str, status: int) -> None:
    size = 40 << 20
    lines = head(path, "application/sparql-query", f"Content-Length: {size}")
    # All of it is taken: a client that reads only when it has sent everything meets no broken pipe.
    assert site.send(lines, bytes(size))[0] == status


@pytest.mark.parametrize(
    ("path", "media", "body"),
    [
        ("/api/validate?date=2026-06-30", "text/turtle", SAMPLE),
        ("/sparql", "application/sparql-query", b"SELECT * { ?s ?p ?o } LIMIT 1 #"),
        ("/api/facts", "text/turtle", SAMPLE),
    ],
)
def test_a_body_shorter_than_announced_is_refused(site: Site, path: str, media: str, body: bytes) -> None:
    status, said = site.send(head(path, media, f"Content-Length: {len(body) + 10}"), body)
    assert status == 400
    assert "不完整" in json.loads(said)["message"]["zh"]


CHUNK = b"%x\r\n%b\r\n" % (len(SAMPLE), SAMPLE)
BROKEN = {
    "without its last chunk": CHUNK,
    "within a chunk": CHUNK[:-1000],
    "within the last chunk": CHUNK + b"0\r\n",
    "malformed": CHUNK + b"zz\r\n",
    "of another length": CHUNK[:-2] + b"more\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=list(BROKEN))
@pytest.mark.parametrize("path", ["/api/validate", "/validate", "/sparql", "/api/facts"])
def test_a_body_in_chunks_that_breaks_off_is_refused(site: Site, path: str, body: bytes) -> None:
    status, said = site.send(head(path, "text/turtle", "Transfer-Encoding: chunked"), body)
    assert status == 400
    assert "不完整" in json.loads(said)["message"]["zh"]


def test_a_whole_body_in_chunks_is_judged(site: Site) -> None:
    halves = [SAMPLE[:5000], SAMPLE[5000:], b""]
    body = b"".join(b"%x\r\n%b\r\n" % (len(half), half) for half in halves)
    sent = head("/api/validate?date=2026-06-30", "text/turtle", "Transfer-Encoding: chunked")
    status, said = site.send(sent, body, ends=False)
    assert status == 200
    assert json.loads(said)["verdicts"][0]["status"] == "not met"
    query = b"ASK { ?s ?p ?o }"
    sent = head("/sparql", "application/sparql-query", "Transfer-Encoding: chunked")
    assert site.send(sent, b"%x\r\n%b\r\n0\r\n\r\n" % (len(query), query), ends=False)[0] == 200


def test_chunks_without_end_are_ended(site: Site) -> None:
    """What is read at once must not fill the memory."""
    block = b"%x\r\n%b\r\n" % (1 << 20, b"#" * (1 << 20))
    sent = 0
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection:
        connection.sendall(head("/api/validate", "text/turtle", "Transfer-Encoding: chunked").encode())
        with contextlib.suppress(ConnectionError):
            while sent < 1 << 30:
                connection.sendall(block)
                sent += len(block)
                time.sleep(0.005)
    assert 20 << 20 <= sent <= 200 << 20


def test_a_judgement_whose_client_has_left_ends(site: Site) -> None:
    """The slow engine takes seconds for the fullest sample; nobody waits for it any more."""
    body = resources.path("data/companies/tier-4-complete.ttl").read_bytes()
    sent = head("/api/validate?date=2026-06-30&engine=pyshacl", "text/turtle", f"Content-Length: {len(body)}")
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection:
        connection.sendall(sent.encode() + body)
        time.sleep(0.7)
    until = time.monotonic() + 5
    while b"nobody waits" not in site.log.read_bytes() and time.monotonic() < until:
        time.sleep(0.05)
    assert b"nobody waits" in site.log.read_bytes()


def test_a_whole_body_is_judged(site: Site) -> None:
    sent = head("/api/validate?date=2026-06-30", "text/turtle", f"Content-Length: {len(SAMPLE)}")
    status, said = site.send(sent, SAMPLE, ends=False)
    assert status == 200
    assert json.loads(said)["verdicts"][0]["status"] == "not met"


def test_http_2_is_not_begun(site: Site) -> None:
    status, _ = site.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\0\0\0\4\0\0\0\0\0")
    assert status in (0, 400, 505)


def failing() -> list[tuple[str, str, bytes]]:
    """Forty ways in which marked content fails: as RDF in every syntax, as workbooks, as forms, as queries."""
    mark = MARK.encode()
    ways: list[tuple[str, str, bytes]] = []
    syntaxes = (
        "text/turtle",
        "application/rdf+xml",
        "application/ld+json",
        "application/n-triples",
        "application/trig",
    )
    for media in syntaxes:
        ways += [
            ("/api/validate", media, mark),
            ("/api/validate", media, b"<" + mark + b'> <urn:p> "' + mark),
            ("/api/validate", media, mark + b"\xff\xfe"),
            ("/api/facts", media, b"{" + mark),
        ]
    described = SAMPLE.replace("示例".encode(), mark)
    literal = (
        f"@prefix zy: <https://w3id.org/zhiyin/ontology#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        f'<urn:{MARK}> a zy:SelfDescription ; zy:asOf "{MARK}"^^xsd:date ; zy:claimedTier "{MARK}"^^xsd:integer .'
    ).encode()
    for engine in ("shacl", "pyshacl"):
        ways += [
            (f"/api/validate?engine={engine}", "text/turtle", literal),
            (f"/api/validate?engine={engine}&date=1999-01-01", "text/turtle", described),
        ]
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ways += [
        ("/api/validate", xlsx, mark),
        ("/api/validate", xlsx, b"PK\3\4" + mark * 100),
        ("/api/validate", "application/x-" + "unknown", mark),
        ("/api/validate?tier=9", "text/turtle", mark),
        ("/api/validate?format=exe", "text/turtle", mark),
        ("/api/validate", "multipart/form-data; boundary=b", b"--b\r\n" + mark),
        ("/validate", "application/x-www-form-urlencoded", b"text=" + mark),
        ("/validate", "application/x-www-form-urlencoded", b"again=" + mark),
        ("/validate", "multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"file\"; "
         b"filename=\"x.ttl\"\r\n\r\n" + mark + b"\r\n--b--\r\n"),
        ("/api/validate", "text/turtle", b"<a" * 20_000 + mark),
        ("/api/validate", "application/n-triples", b"<<( " * 20_000 + mark),
        ("/api/validate", "application/ld+json", b"[" * 20_000 + mark),
        ("/api/cite-check", "text/plain", b"\xff" + mark),
        ("/api/cite-check", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", mark),
        ("/sparql", "application/sparql-query", b"SELECT " + mark),
        ("/sparql", "application/sparql-query", b"ASK { ?s ?p \"" + mark),
    ]  # fmt: skip
    return ways


def test_nothing_submitted_is_left_anywhere(site: Site) -> None:
    ways = failing()
    assert len(ways) >= 40
    for path, media, body in ways:
        status, _ = site.send(head(path, media, f"Content-Length: {len(body)}"), body, ends=False)
        assert 200 <= status < 600, (path, media)
    status, said = site.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"", ends=False)
    assert status == 200
    assert MARK.encode() not in said
    time.sleep(0.6)
    mark = MARK.encode()
    escaped = json.dumps(MARK)[1:-1].encode()
    log = site.log.read_bytes()
    assert mark not in log
    assert escaped not in log
    for folder in (site.temporary, resources.cache_folder()):
        for file in folder.rglob("*"):
            if file.is_file():
                assert mark not in file.read_bytes(), file
    for path in ("/", "/validate", "/api/clauses?limit=1000", "/healthz", "/readyz"):
        _, body = site.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"", ends=False)
        assert mark not in body


BOOK = resources.path("data/companies/half-filled-form.xlsx").read_bytes()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("path", "body", "media"),
    [
        *((f"/api/validate?format={form}", BOOK, XLSX) for form in ("json", "xlsx", "docx", "returned")),
        ("/api/validate?format=xlsx", SAMPLE, "text/turtle"),
        ("/api/template?format=xlsx", BOOK, XLSX),
        ("/api/template?format=xlsx&tier=2", SAMPLE, "text/turtle"),
    ],
)
def test_workbooks_are_read_and_written_where_the_service_keeps_them(
    site: Site, path: str, body: bytes, media: str
) -> None:
    """As installed and over HTTP: judged within a test's own process they were all right while every one was a 500."""
    status, said = site.send(head(path, media, f"Content-Length: {len(body)}"), body, ends=False)
    assert status == 200, said[:500]
    assert said.startswith(b"{" if path.endswith("json") else b"PK\x03\x04")


def test_a_form_sent_by_the_page_is_judged_and_comes_back(site: Site) -> None:
    """One and several files at the page, as a browser sends them."""
    for count, form in ((1, ""), (1, "returned"), (2, "batch-xlsx")):
        parts = [("file", f'; filename="{number}.xlsx"', BOOK) for number in range(count)]
        parts.append(("format", "", form.encode()))
        body = b"".join(
            f'--boundary\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"
            for name, file, data in parts
        )
        body += b"--boundary--\r\n"
        sent = head("/validate", "multipart/form-data; boundary=boundary", f"Content-Length: {len(body)}")
        status, said = site.send(sent, body, ends=False)
        assert status == 200, said[:500]
        assert said.startswith(b"PK\x03\x04") == bool(form)
