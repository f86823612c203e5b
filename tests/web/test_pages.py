"""Every page without a browser: status, language, headers, size, links that lead somewhere, and text that stays text."""

from __future__ import annotations

import importlib
import pkgutil
import re
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

import pytest
from flask import Blueprint
from tests.web.site_pages import HTML, NOT_IN_OPENAPI, PAGES
from werkzeug.test import Client

from zhiyin import web
from zhiyin.composition import blank_forms
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.services import Services
from zhiyin.web import create_app
from zhiyin.web.kept import MadeOnce

HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


class Markup(HTMLParser):
    """What a page is made of: its elements with their attributes, its ids and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(client: Client, address: str, language: str = "zh") -> str:
    mark = "&" if "?" in address else "?"
    response = client.get(f"{address}{mark}lang={language}", headers={"Accept": HTML})
    assert response.status_code == 200, address
    assert response.mimetype == "text/html"
    return response.get_data(as_text=True)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_page_stands_in_both_languages(client: Client, address: str, language: str) -> None:
    text = page(client, address, language)
    markup = Markup(text)
    assert markup.all("html")[0]["lang"] == ("en" if language == "en" else "zh-CN")
    assert len(markup.all("h1")) == 1
    assert len(markup.all("main")) == 1
    assert re.search(r"<title>\S.*</title>", text)
    ids = [a["id"] for _, a in markup.elements if a.get("id")]
    assert len(ids) == len(set(ids)), "an id stands twice"


def said(text: str) -> str:
    """What a page says between its header and its footer, its title aside."""
    main = re.search(r"<main\b.*?</main>", text, re.DOTALL)
    assert main is not None
    return re.sub(r"\s+", "", re.sub(r"<h1\b.*?</h1>|<script\b.*?</script>|<[^>]*>", "", main[0], flags=re.DOTALL))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_no_page_renders_empty(client: Client, address: str, language: str) -> None:
    assert len(said(page(client, address, language))) > 20


def test_a_page_that_renders_empty_is_noticed() -> None:
    assert said('<main id="main"><div class="wrap">\n<h1>标题很长很长</h1>\n<p></p> </div></main>') == ""


DATA = {"/robots.txt", "/sitemap.xml", "/static/{filename}", "/data/id/{file}", "/ontology"}
SENT_ON = {"/clauses", "/families/{family_id}"}
VISITED = [route for route in NOT_IN_OPENAPI if route not in DATA | SENT_ON and "{suffix}" not in route]
"""The routes of pages: no data, and no other address for a page."""


def test_every_page_is_visited() -> None:
    """A route of a page is among those whose page is looked at."""
    paths = {urlsplit(address).path for address in (*PAGES, "/cite-check")}
    assert [r for r in VISITED if not any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", r), path) for path in paths)] == []


def test_every_view_is_served(services: Services) -> None:
    """A module with views that the site does not register would be noticed by nobody."""
    served = create_app(services).blueprints
    names = [module.name for module in pkgutil.iter_modules(web.__path__, f"{web.__name__}.") if not module.ispkg]
    held = [value for name in names for value in vars(importlib.import_module(name)).values()]
    views = {value.name for value in held if isinstance(value, Blueprint)}
    # Pages of editions stand where there are two.
    assert views - set(served) == {"edition_pages"}


@pytest.mark.parametrize("address", PAGES)
def test_page_is_safe_by_its_headers(client: Client, address: str) -> None:
    response = client.get(address, headers={"Accept": HTML})
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "'unsafe-eval'" not in policy
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", policy)[0]  # type: ignore[index]
    assert "'unsafe-inline'" not in policy or address.startswith("/sparql")
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("address", PAGES)
def test_page_needs_no_inline_script_and_no_other_host(client: Client, address: str) -> None:
    markup = Markup(page(client, address))
    for script in markup.all("script"):
        assert script.get("src", "").startswith("/static/") or script.get("type") == "application/ld+json"  # type: ignore[union-attr]
    assert not markup.all("style")
    for tag, attributes in markup.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        if tag in ("link", "img", "script", "iframe", "source"):
            assert not urlsplit(attributes.get("src") or attributes.get("href") or "").netloc


@pytest.mark.parametrize("address", PAGES)
def test_page_is_small_when_compressed(client: Client, address: str) -> None:
    response = client.get(address, headers={"Accept": HTML, "Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    data = response.get_data()
    assert len(data) < 100_000
    assert zlib.decompress(data, 31).decode().lstrip().startswith("<!DOCTYPE html>")


def test_small_and_unwanted_answers_are_not_compressed(client: Client) -> None:
    assert "Content-Encoding" not in client.get("/docs", headers={"Accept": HTML}).headers
    assert "Content-Encoding" not in client.get("/docs", headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers


def test_compressed_answer_is_revalidated(client: Client) -> None:
    first = client.get("/api/clauses", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    plain = client.get("/api/clauses")
    assert first.headers["ETag"] != plain.headers["ETag"]
    again = client.get("/api/clauses", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_style_sheets_and_scripts_come_compressed_and_whole(client: Client) -> None:
    named = re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js)[^"]*)"', page(client, "/"))
    assert named
    for address in named:
        plain = client.get(address, buffered=True).get_data()
        packed = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert zlib.decompress(packed.get_data(), 31) == plain


def test_every_link_of_every_page_leads_somewhere(client: Client) -> None:
    found: dict[str, str] = {}
    for address in PAGES:
        markup = Markup(page(client, address))
        for tag, attributes in markup.elements:
            link = attributes.get("href") or attributes.get("src") or attributes.get("action")
            if tag == "form" and attributes.get("method") == "post":
                allowed = client.open(str(link), method="OPTIONS").headers.get("Allow", "")
                assert "POST" in allowed, f"{link} on {address}"
                continue
            if tag in ("a", "link", "script", "form", "img") and link and link.startswith("/"):
                found.setdefault(link.partition("#")[0], address)
    # A sample of each form of address: a thousand clauses need not all be asked for.
    seen: dict[str, int] = {}
    for link, origin in found.items():
        form = re.sub(r"\d+", "0", re.sub(r"(/concepts/|/questions/|concept=)[\w.-]+", r"\1x", link))
        seen[form] = seen.get(form, 0) + 1
        if seen[form] <= 3:
            with client.get(link, headers={"Accept": "*/*"}) as response:
                assert response.status_code in (200, 303), f"{link} on {origin}"
    assert len(found) > 500
    # And every page is led to by another: its own link to its other language is none.
    led_to = {urlsplit(link).path for link, origin in found.items() if urlsplit(link).path != urlsplit(origin).path}
    assert {path for path in VISITED if "{" not in path} - led_to == {"/"}


def test_fragments_lead_somewhere(client: Client) -> None:
    pages: dict[str, Markup] = {}
    for address in ("/compare?from=2&to=3", "/browse?tier=4", "/clauses/4.3.3.1"):
        markup = Markup(page(client, address))
        for anchor in markup.all("a"):
            path, mark, fragment = (anchor.get("href") or "").partition("#")
            if not mark or path.startswith("http"):
                continue
            if path and path not in pages:
                pages[path] = Markup(page(client, path))
            target = pages[path] if path else markup
            assert fragment in {a.get("id") for _, a in target.elements}, anchor["href"]


def test_language_is_remembered(site: object) -> None:
    for choosing in ("/docs", "/sparql"):
        browser = Client(site)  # type: ignore[arg-type]
        for address in ("/docs", "/sparql"):
            assert 'lang="zh-CN"' in browser.get(address, headers={"Accept": HTML}).get_data(as_text=True)[:200]
        browser.get(f"{choosing}?lang=en", headers={"Accept": HTML})
        for address in ("/docs", "/sparql"):
            assert 'lang="en"' in browser.get(address, headers={"Accept": HTML}).get_data(as_text=True)[:200]


def test_clause_text_stays_chinese_in_english(client: Client) -> None:
    text = page(client, "/clauses/4.3.3.1", "en")
    assert 'lang="zh-CN"' in text
    assert "热备份" in text


@pytest.mark.parametrize(
    "address",
    [
        "/search?q={}",
        "/search?q=门禁&tier={}",
        "/browse?tier={}",
        "/browse?section={}",
        "/compare?from={}",
        "/questions/tier_additions?tier={}",
        "/questions/{}",
        "/clauses/{}",
        "/concepts/{}",
        "/id/{}",
        "/sparql?query={}",
        "/validate?tier={}",
        "/{}",
    ],
)
def test_hostile_address_stays_text(client: Client, address: str) -> None:
    response = client.get(address.format(quote(HOSTILE, safe="")), headers={"Accept": HTML})
    text = response.get_data(as_text=True)
    assert response.mimetype == "text/html"
    assert "<img src=x" not in text
    assert "<script>alert" not in text
    assert not [a for _, a in Markup(text).elements if "onerror" in a]


def test_missing_page_helps(client: Client) -> None:
    response = client.get("/clauses/4.3.3.99", headers={"Accept": HTML})
    assert response.status_code == 404
    markup = Markup(response.get_data(as_text=True))
    assert any(form.get("action") == "/search" for form in markup.all("form"))
    assert "4.3.3.99" in response.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/browse?tier=9", "/compare?from=3&to=2", "/questions/tier_additions?tier=9"])
def test_bad_parameter_is_a_page_for_a_browser(client: Client, address: str) -> None:
    response = client.get(address, headers={"Accept": HTML})
    assert response.status_code == 400
    assert response.mimetype == "text/html"


def test_robots_may_read_pages_but_not_ask(client: Client) -> None:
    said = client.get("/robots.txt").get_data(as_text=True)
    assert "sitemap.xml" in said
    assert "Disallow: /api/" in said


def test_kept_page_is_revalidated_and_stays_its_language(client: Client) -> None:
    for accept in ({}, {"Accept-Encoding": "gzip"}):
        first = client.get("/docs/reading?lang=zh", headers={"Accept": HTML, **accept})
        tag = first.headers["ETag"]
        again = client.get("/docs/reading?lang=zh", headers={"Accept": HTML, "If-None-Match": tag, **accept})
        assert again.status_code == 304
        other = client.get("/docs/reading?lang=en", headers={"Accept": HTML, "If-None-Match": tag, **accept})
        assert other.status_code == 200
        assert other.headers["ETag"] != tag


def test_kept_pages_are_few() -> None:
    kept: MadeOnce[int, str] = MadeOnce()
    made = []

    def making(number: int) -> str:
        made.append(number)
        return str(number)

    for number in [*range(200), 199, 0]:
        assert kept.get(number, partial(making, number)) == str(number)
    # The newest stands, the oldest was made again.
    assert made == [*range(200), 0]


def test_what_many_ask_for_at_once_is_made_once() -> None:
    """Sixty first visitors right after a start must not make the same page sixty times; what failed is tried again."""
    kept: MadeOnce[str, str] = MadeOnce()
    begun, go, made = threading.Event(), threading.Event(), []

    def making() -> str:
        made.append("")
        begun.set()
        go.wait(10)
        if len(made) == 1:
            raise ValueError
        return "page"

    with ThreadPoolExecutor(30) as pool:
        first = pool.submit(kept.get, "/", making)
        assert begun.wait(10)
        others = [pool.submit(kept.get, "/", making) for _ in range(29)]
        # Another page waits for none of them.
        assert kept.get("/browse", lambda: "other") == "other"
        go.set()
        with pytest.raises(ValueError, match=r"^$"):
            first.result(10)
        assert {other.result(10) for other in others} == {"page"}
    assert len(made) == 2


def test_what_many_ask_of_the_law_at_once_is_made_once(services: Services) -> None:
    made = []

    @once
    def making(rules: Rules, tier: int) -> int:
        made.append(tier)
        time.sleep(0.05)
        return tier

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda n: making(services.rules, n % 2), range(40)))
    assert found == [n % 2 for n in range(40)]
    assert sorted(made) == [0, 1]


def test_a_blank_form_is_written_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/api/template?tier=1&format=xlsx").data
    monkeypatch.setattr(blank_forms, "template", None)
    assert client.get("/api/template?tier=1&format=xlsx").data == first


def test_verdict_later_than_the_facts_offers_the_day_of_the_facts(client: Client, sample: bytes) -> None:
    late = client.post("/validate", data={"text": sample.decode(), "date": "2026-11-23"}).get_data(as_text=True)
    assert "核查日晚于事实截止日" in late
    days = [a["value"] for a in Markup(late).all("input") if a.get("name") == "date"]
    # The last form asks for the day of the facts, which is what a submission is judged on where no day is given.
    assert set(days) == {"2026-11-23", ""}
    assert days[-1] == ""
    sent = {str(a["name"]): str(a.get("value") or "") for a in Markup(late).all("input") if a.get("type") == "hidden"}
    again = client.post("/validate", data=sent)
    assert again.status_code == 200
    assert "核查日晚于事实截止日" not in again.get_data(as_text=True)
    assert "核查日 2026-06-30" in again.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/clauses/4.2.2.2", "/compare?from=2&to=3"])
def test_rewritten_clause_stands_before_and_after(client: Client, services: Services, address: str) -> None:
    text = page(client, address)
    before, after = (services.catalogue.clauses[number].text for number in ("3.2.2.2", "4.2.2.2"))
    assert f"<del>{before}</del>" in text
    assert f"<ins>{after}</ins>" in text
    # What only gained words keeps them marked in place.
    assert "与生产中心直线距离至少达到100公里且位于不同城市的</ins>灾难备份中心" in page(client, "/clauses/5.6.2.1")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_home_leads_from_the_form_to_its_verdict(client: Client, language: str) -> None:
    text = page(client, "/", language)
    steps = text[text.index('<ol class="path">') :].partition("</ol>")[0]
    wanted = [*(f"/api/template?tier={tier}" for tier in (1, 2, 3, 4)), "/declare", "/validate"]
    places = [steps.index(f'href="{address}') for address in wanted if address != "/validate"]
    assert [*places, steps.index('href="/validate"')] == sorted([*places, steps.index('href="/validate"')])
    assert 'href="/cite-check"' in text
    assert 'name="q"' in text


class Tongues(HTMLParser):
    """The Chinese texts of a page that stand under no element that calls them Chinese; code has tags of its own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.unmarked: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "input", "br", "hr", "img", "rect", "path", "line", "circle"):
            self.open.append((tag, dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        code = {"pre", "code", "script", "textarea", "title"} & {tag for tag, _ in self.open}
        if re.search(r"[\u3400-\u9fff]", data) and not code and not self.open[-1][1].startswith("zh"):
            self.unmarked.append(data.strip())


@pytest.mark.parametrize("address", [*PAGES, "/cite-check", "/search?q=四类灾备中心要离多远", "/clauses/4.2.2.2"])
def test_english_page_marks_chinese_as_such(client: Client, address: str) -> None:
    assert not Tongues(page(client, address, "en")).unmarked


def test_a_clause_leads_to_its_neighbours_in_the_text(client: Client) -> None:
    found = page(client, "/clauses/4.3.3.2")
    leads = dict(re.findall(r'<a href="/clauses/([\d.]+)" rel="(prev|next)"', found))
    assert {rel: number for number, rel in leads.items()} == {"prev": "4.3.3.1", "next": "4.3.3.3"}
