"""Behind a real nginx with the configuration that the project ships: below a prefix, kept or taken off, and without one."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import requests
from tests.server.sites import sited
from tests.sparql.test_remote import free_port
from werkzeug.serving import WSGIRequestHandler, make_server

from zhiyin.services import Services
from zhiyin.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONF = Path(__file__).parents[2] / "deploy" / "nginx" / "zhiyin.conf"
PUBLIC = "https://intranet.example/zhiyin"
PAGES = (
    *("/", "/browse", "/browse?tier=3", "/clauses/4.3.3.1", "/compare?from=2&to=3", "/concepts", "/search?q=供电"),
    *(
        "/questions",
        "/questions/counts_by_tier",
        "/sparql",
        "/validate",
        "/docs",
        "/docs/api",
        "/docs/ontology",
        "/nowhere",
    ),
)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - as the base class names it
        """Write nothing."""


def _serve(site: WSGIApplication) -> tuple[int, Callable[[], None]]:
    server = make_server("127.0.0.1", 0, site, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port, server.shutdown


@pytest.fixture(scope="module")
def proxies(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Start nginx in front of two services; the values are addresses: prefix kept, prefix taken off, no prefix."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("没有 nginx：代理测试未执行 / no nginx: the proxy tests did not run")
    below = Settings(access_log=False, base_url=PUBLIC, trusted_proxies=1)
    below_port, stop_below = _serve(sited(services, below))
    plain_port, stop_plain = _serve(sited(services, Settings(access_log=False, trusted_proxies=1)))
    folder = tmp_path_factory.mktemp("nginx")
    ports = {"kept": free_port(), "taken": free_port(), "none": free_port()}
    shipped = CONF.read_text(encoding="utf-8")
    kept = shipped.replace("127.0.0.1:8000", f"127.0.0.1:{below_port}").replace(
        "listen 8080", f"listen 127.0.0.1:{ports['kept']}"
    )
    taken = kept.replace("upstream zhiyin", "upstream taken").replace(
        "proxy_pass http://zhiyin", "proxy_pass http://taken/"
    )
    taken = taken.replace(str(ports["kept"]), str(ports["taken"]))
    none = shipped.replace("127.0.0.1:8000", f"127.0.0.1:{plain_port}").replace(
        "listen 8080", f"listen 127.0.0.1:{ports['none']}"
    )
    none = none.replace("upstream zhiyin", "upstream plain").replace("http://zhiyin", "http://plain")
    none = re.sub(r"location = /zhiyin \{.*?\}", "", none, flags=re.DOTALL).replace("location /zhiyin/", "location /")
    assert taken != kept
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
        f"events {{ worker_connections 256; }}\nhttp {{ access_log off;\n{temporary}{kept}\n{taken}\n{none}\n}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([nginx, "-p", folder, "-c", conf], stderr=subprocess.DEVNULL)
    found = {name: f"http://127.0.0.1:{port}" + ("" if name == "none" else "/zhiyin") for name, port in ports.items()}
    for _ in range(100):
        try:
            requests.get(found["none"] + "/healthz", timeout=5)
            break
        except requests.ConnectionError:
            time.sleep(0.05)
    yield found
    process.terminate()
    process.wait(10)
    stop_below()
    stop_plain()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.posted: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post":
            self.posted.append(given.get("action") or "")
            return
        self.found += [value for name, value in attrs if name in {"href", "src", "action"} and value]


def links(text: str) -> tuple[list[str], list[str]]:
    """Return every address of a page that is read, and those that its forms post to."""
    parser = _Links()
    parser.feed(text)
    return parser.found, parser.posted


@pytest.mark.parametrize("way", ["kept", "taken", "none"])
def test_every_link_of_every_kind_of_page_leads_to_the_service(proxies: dict[str, str], way: str) -> None:
    root = proxies[way]
    seen: dict[str, str] = {}
    forms: set[str] = set()
    for page in PAGES:
        answer = requests.get(root + page, headers={"Accept": "text/html"}, timeout=30)
        assert answer.status_code == (404 if page == "/nowhere" else 200), page
        missing = answer.url if page == "/nowhere" else "none"
        found, posted = links(answer.text)
        posts = {urldefrag(urljoin(answer.url, link))[0] for link in posted}
        assert all(target.startswith(root + "/") for target in posts), page
        forms |= posts
        for link in found:
            target = urldefrag(urljoin(answer.url, link))[0]
            if target.startswith("http://127.0.0.1"):
                assert target == root or target.startswith(root + "/"), (page, link)
                if target.startswith(missing):
                    continue
                # One of each kind is followed.
                kind = re.sub(r"\d+|=[^&]*", "#", urlsplit(target).path + "?" + urlsplit(target).query)
                seen.setdefault(re.sub(r"(/(?:concepts|questions)/).*", r"\1#", kind), target)
    assert len(seen) > 30
    for target in forms:
        assert "POST" in requests.options(target, timeout=30).headers.get("Allow", ""), target
    for target in seen.values() if way == "kept" else list(seen.values())[:8]:
        assert requests.get(target, headers={"Accept": "text/html, */*;q=0.1"}, timeout=60).status_code == 200, target


@pytest.mark.parametrize("way", ["kept", "taken", "none"])
def test_redirects_stay_below_the_prefix(proxies: dict[str, str], way: str) -> None:
    root = proxies[way]
    prefix = urlsplit(root).path
    for path, accept in (
        ("/clauses//4.3.3.1", "text/html"),
        ("/id/clause/4.3.3.1", "text/turtle"),
        ("/id/clause/4.3.3.1", "text/html"),
        ("/browse", "application/json"),
        ("/docs/ontology", "text/turtle"),
    ):
        answer = requests.get(root + path, headers={"Accept": accept}, timeout=30, allow_redirects=False)
        if answer.status_code == 200:
            continue
        assert answer.status_code in (301, 303, 308), path
        location = answer.headers["Location"]
        assert location.startswith(f"{prefix}/"), location
        assert requests.get(urljoin(root, location), headers={"Accept": accept}, timeout=30).status_code == 200
    alternates = requests.get(root + "/id/tier/3", timeout=30, allow_redirects=False).headers["Link"]
    assert f"<{prefix}/data/id/tier/3.ttl>" in alternates


@pytest.mark.parametrize("way", ["kept", "taken"])
def test_what_the_service_says_of_itself_is_its_public_address(proxies: dict[str, str], way: str) -> None:
    root = proxies[way]
    said = {
        path: requests.get(root + path, timeout=60).text for path in ("/sitemap.xml", "/robots.txt", "/openapi.json")
    }
    assert f"<loc>{PUBLIC}/clauses/4.3.3.1</loc>" in said["/sitemap.xml"]
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in said["/robots.txt"]
    assert "Disallow: /zhiyin/api/" in said["/robots.txt"]
    assert f'"servers":[{{"url":"{PUBLIC}"}}]' in said["/openapi.json"].replace(" ", "")
    assert f'"url": "{PUBLIC}/clauses/4.3.3.1"' in requests.get(root + "/clauses/4.3.3.1", timeout=30).text
    description = requests.get(root + "/sparql", headers={"Accept": "text/turtle"}, timeout=60).text
    assert f"<{PUBLIC}/sparql>" in description
    own = requests.get(root + "/sparql", params={"query": "SELECT (STR(<>) AS ?own) {}"}, timeout=30).json()
    assert own["results"]["bindings"][0]["own"]["value"] == f"{PUBLIC}/sparql"
    for text in (*said.values(), description):
        assert "http://127.0.0.1" not in text
        assert "http://intranet" not in text


@pytest.mark.parametrize("way", ["kept", "taken"])
@pytest.mark.parametrize("page", ["/docs", "/sparql"])
def test_cookies_belong_to_the_prefix(proxies: dict[str, str], way: str, page: str) -> None:
    answer = requests.get(f"{proxies[way]}{page}?lang=en", headers={"Accept": "text/html"}, timeout=30)
    assert "Path=/zhiyin/" in answer.headers["Set-Cookie"]
    assert 'data-root="/zhiyin/"' in answer.text


def test_the_scheme_of_a_trusted_proxy_counts_without_a_base_url(proxies: dict[str, str]) -> None:
    text = requests.get(proxies["none"] + "/sitemap.xml", timeout=30).text
    assert f"<loc>{proxies['none']}/clauses/4.3.3.1</loc>" in text


def test_a_large_answer_and_a_large_body_pass_and_the_limit_is_told(proxies: dict[str, str]) -> None:
    root = proxies["kept"]
    assert len(requests.get(root + "/data/zhiyin.nq", timeout=60).content) > 5_000_000
    body = b"#" * 3_000_000 + b"\n<urn:a> <urn:b> <urn:c> ."
    judged = requests.post(root + "/api/validate", data=body, headers={"Content-Type": "text/turtle"}, timeout=60)
    assert judged.status_code == 400
    assert judged.headers["Content-Type"] == "application/problem+json"
    assert requests.post(root + "/api/validate", data=b"#" * 23_000_000, timeout=60).status_code == 413


def test_nothing_of_a_submission_touches_the_proxys_disk(
    proxies: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = next(tmp_path_factory.getbasetemp().glob("nginx*"))
    body = b"# secret\n" * 400_000
    requests.post(proxies["kept"] + "/api/validate", data=body, headers={"Content-Type": "text/turtle"}, timeout=60)
    assert not [file for file in folder.rglob("*") if file.is_file() and file.name.isdigit()]
    assert "buffered to a temporary file" not in (folder / "error.log").read_text(encoding="utf-8")
