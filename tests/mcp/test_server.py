"""The MCP edge, asked by the official client over standard input and output and over streamable HTTP."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import anyio
import pytest
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from werkzeug.serving import make_server as make_http_server
from werkzeug.test import Client as Browser

from mcp import Client
from zhiyin import resources
from zhiyin.composition.services import open_services
from zhiyin.mcp.budget import MOST_TOKENS, tokens, within
from zhiyin.mcp.http import MAX_BYTES
from zhiyin.mcp.server import make_server
from zhiyin.mcp.tools import TOOLS
from zhiyin.services import Services
from zhiyin.settings import Settings
from zhiyin.web.site import site_of

STDIO = StdioServerParameters(command=sys.executable, args=["-c", "from zhiyin.cli import main; main(['mcp'])"])
T = TypeVar("T")
ASK = "四类公司灾备中心要离生产中心多远"


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    opened = open_services(Settings(access_log=False, mcp=True, query_workers=1))
    yield opened
    opened.sparql.close()


@pytest.fixture(scope="module")
def address(services: Services) -> Iterator[str]:
    server = make_http_server("127.0.0.1", 0, site_of(services), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/mcp"
    server.shutdown()
    thread.join(10)
    server.server_close()


def run(target: object, work: Callable[[Client], Awaitable[T]]) -> T:
    async def session() -> T:
        async with Client(target, read_timeout_seconds=120) as client:  # type: ignore[arg-type]
            return await work(client)

    return anyio.run(session)


def call(services: Services, name: str, arguments: dict[str, Any]) -> tuple[str, bool]:
    """Call a tool through the official client, in this process."""

    async def work(client: Client) -> tuple[str, bool]:
        result = await client.call_tool(name, arguments)
        return result.content[0].text, bool(result.is_error)  # type: ignore[union-attr]

    return run(make_server(lambda: services), work)


async def _everything(client: Client) -> dict[str, Any]:
    tools = await client.list_tools()
    asked = await client.call_tool("ask", {"question": ASK})
    wrong = await client.call_tool("clause", {"number": "4.3.3.9"})
    templates = await client.list_resource_templates()
    read = await client.read_resource("clause://4.3.3.1")
    try:
        await client.read_resource("clause://9.9.9.9")
        refused = ""
    except MCPError as error:
        refused = str(error)
    return {
        "tools": tools,
        "ask": asked.content[0].text,  # type: ignore[union-attr]
        "wrong": (wrong.is_error, wrong.content[0].text),  # type: ignore[union-attr]
        "templates": [template.uri_template for template in templates.resource_templates],
        "read": read.contents[0].text,  # type: ignore[union-attr]
        "refused": refused,
    }


@pytest.mark.parametrize("over", ["stdio", "http"])
def test_the_official_client_over_both_transports(over: str, built: object, request: pytest.FixtureRequest) -> None:
    target = STDIO if over == "stdio" else request.getfixturevalue("address")
    found = run(target, _everything)
    assert [tool.name for tool in found["tools"].tools] == list(TOOLS)
    assert "100" in found["ask"]
    assert "5.6.2.1" in found["ask"]
    assert found["wrong"][0] is True
    assert "4.3.3.1 至 4.3.3.4" in found["wrong"][1]
    assert "clause://{number}" in found["templates"]
    assert "热备份" in found["read"]
    assert "clause://{number}" in found["refused"]


def test_what_is_judged_over_stdio_is_bounded_as_over_http(built: object) -> None:
    """A piece of work that takes too much is ended alone, and told; the next is done."""
    narrow = StdioServerParameters(
        command=STDIO.command, args=STDIO.args, env={**os.environ, "ZHIYIN_JUDGE_MEMORY": str(1 << 24)}
    )
    sample = resources.path("data/companies/tier-1-complete.ttl").read_text(encoding="utf-8")
    rooms = "".join(f"<urn:c> zy:machineRoom <urn:r:{i}> . <urn:r:{i}> a zy:MachineRoom .\n" for i in range(30_000))

    async def work(client: Client) -> list[tuple[bool, str]]:
        found = []
        for content in (sample + rooms, "no turtle at all"):
            answer = await client.call_tool("validate", {"content": content})
            found.append((bool(answer.is_error), answer.content[0].text))  # type: ignore[union-attr]
        return found

    (much, told), (bad, said) = run(narrow, work)
    assert (much, bad) == (True, True)
    assert "16 MiB" in told
    assert "16 MiB" not in said


def test_at_most_eight_tools_in_under_five_kilobytes(address: str) -> None:
    listed = run(address, lambda client: client.list_tools())
    assert len(listed.tools) <= 8
    body = json.dumps(listed.model_dump(by_alias=True, exclude_none=True, mode="json"), ensure_ascii=False)
    assert len(body.encode()) < 5000


LARGE: list[tuple[str, dict[str, Any]]] = [
    ("ask", {"question": "二类和三类在机房建设方面有什么不同"}),
    ("search", {"query": "备份", "limit": 20}),
    ("clause", {"number": "2.4.4.3"}),
    ("clause", {"number": "5.4"}),
    ("clause", {"number": "5"}),
    ("compare", {"from": 1, "to": 4}),
    ("figures", {}),
    ("query", {}),
    ("query", {"sparql": "SELECT * { ?s ?p ?o } LIMIT 400"}),
    ("query", {"name": "duty_ladder"}),
    ("cite_check", {"text": "指引4.2.1.5条要求录像保存60天。" * 200}),
]


@pytest.mark.parametrize(("name", "arguments"), LARGE, ids=lambda value: str(value)[:40])
def test_answers_stay_within_what_a_model_is_given(services: Services, name: str, arguments: dict[str, Any]) -> None:
    text, failed = call(services, name, arguments)
    assert not failed, text
    assert 0 < tokens(text) <= 2000


def test_each_tool_answers_with_clause_numbers(services: Services) -> None:
    asked: list[tuple[str, dict[str, Any], str]] = [
        ("search", {"query": "门禁卡", "tier": 3}, "4.2.1.1"),
        ("clause", {"number": "4.3.3.1"}, "RTO"),
        ("clause", {"number": "1.4.4"}, "有效隔离"),
        ("compare", {"from": 2, "to": 3, "section": "3.3"}, "4.3.3.1"),
        ("figures", {"topic": "录像", "tier": 3}, "4.2.1.5"),
        ("query", {"name": "recovery_objectives"}, "5.3.3.1"),
        ("query", {"sparql": "SELECT ?n { ?c zy:number ?n . ?c a zy:Requirement ; zy:tier tier:4 } LIMIT 1"}, "5."),
        ("query", {"sparql": "ASK { ?c a zy:Requirement }"}, "true"),
        ("cite_check", {"text": "指引4.2.1.5条要求录像保存60天。"}, "数字不符"),
    ]
    for name, arguments, wanted in asked:
        text, failed = call(services, name, arguments)
        assert not failed, text
        assert wanted in text


def test_a_self_description_is_judged(services: Services) -> None:
    content = resources.path("data/companies/tier-1-complete.ttl").read_text(encoding="utf-8")
    as_of = re.search(r'asOf "(\d{4}-\d\d-\d\d)', content)
    assert as_of is not None
    text, failed = call(services, "validate", {"content": content, "date": as_of[1]})
    assert not failed, text
    assert "一类" in text


@pytest.mark.parametrize(
    ("name", "arguments", "wanted"),
    [
        ("nothing", {}, "cite_check"),
        ("ask", {}, "question"),
        ("search", {"query": "备份", "tier": 9}, "1…4"),
        ("search", {"query": "备份", "tiers": 3}, "tier"),
        ("search", {"query": "！？"}, "clause number"),
        ("clause", {"number": "quantum"}, "search"),
        ("compare", {"from": 3, "to": 2}, "1"),
        ("compare", {"from": 2, "to": 3, "section": "77"}, "8"),
        ("query", {"sparql": "SELECT * {"}, "line"),
        ("query", {"name": "nothing_of_the_kind"}, "tier_additions"),
        ("query", {"sparql": "DELETE WHERE { ?s ?p ?o }"}, ""),
        ("validate", {"content": "no turtle at all"}, ""),
        ("validate", {"content": "", "tier": 1}, "content"),
        ("cite_check", {"text": " \n "}, "text"),
    ],
)
def test_an_error_says_what_to_do(services: Services, name: str, arguments: dict[str, Any], wanted: str) -> None:
    text, failed = call(services, name, arguments)
    assert failed, text
    assert wanted in text
    assert "Traceback" not in text


def test_http_keeps_no_session_and_offers_no_stream(services: Services) -> None:
    browser = Browser(site_of(services), use_cookies=False)
    assert browser.get("/mcp").status_code == 405
    assert browser.delete("/mcp").status_code == 405
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"Accept": "application/json, text/event-stream"}
    answer = browser.post("/mcp", json=body, headers=headers)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert "Mcp-Session-Id" not in answer.headers
    assert browser.post("/mcp", data=b"{", content_type="application/json", headers=headers).status_code == 400
    assert browser.post("/mcp", data=b" " * (MAX_BYTES + 1), content_type="application/json").status_code == 413


def test_only_named_origins_may_ask(services: Services) -> None:
    ours = replace(services, settings=replace(services.settings, cors_origins=("https://ours.example",)))
    browser = Browser(site_of(ours), use_cookies=False)
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for origin, status in (
        ("https://evil.example", 403),
        ("https://ours.example", 200),
        ("http://localhost:5173", 200),
    ):
        headers = {"Origin": origin, "Accept": "application/json, text/event-stream"}
        assert browser.post("/mcp", json=body, headers=headers).status_code == status
    preflight = browser.options("/mcp", headers={"Origin": "https://ours.example"})
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://ours.example"


def test_it_is_off_unless_asked_for(services: Services) -> None:
    assert Settings().mcp is False
    without = replace(services, settings=replace(services.settings, mcp=False))
    assert Browser(site_of(without), use_cookies=False).post("/mcp", json={}).status_code == 404


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch, services: Services) -> None:
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    with pytest.raises(Exception, match=r"zhiyin\[mcp\]"):
        make_server(lambda: services)


def test_lines_are_left_out_whole_and_counted() -> None:
    text = within("题", ["一" * 200] * 20, "更多")
    assert tokens(text) <= MOST_TOKENS
    kept = text.count("一" * 200)
    assert f"另有 {20 - kept} 项" in text


def test_numbers_written_as_text_and_in_full_width_are_taken(services: Services) -> None:
    assert call(services, "search", {"query": "热备份", "tier": "3"}) == call(
        services, "search", {"query": "热备份", "tier": 3}
    )
    assert call(services, "clause", {"number": "４．３．３．１"}) == call(services, "clause", {"number": "4.3.3.1"})
    text, failed = call(services, "search", {"query": "热备份", "tier": "三"})
    assert failed
    assert "integer" in text


def test_an_item_of_chapter_1_comes_with_what_stands_below_it(services: Services) -> None:
    text, failed = call(services, "clause", {"number": "1.4"})
    assert not failed
    assert all(f"1.4.{n}" in text for n in range(1, 7))
    assert "1.1 " in call(services, "clause", {"number": "1"})[0]
