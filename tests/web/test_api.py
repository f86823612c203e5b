"""The API as its document describes it: every route, every kind of answer, every kind of mistake."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask
from openapi_spec_validator import validate
from tests.web.site_pages import NOT_IN_OPENAPI
from werkzeug.test import Client, TestResponse

from zhiyin.services import Services
from zhiyin.web import create_app
from zhiyin.web.openapi import openapi

EXAMPLES = {
    "/api/clauses/{number}": "/api/clauses/4.3.3.1",
    "/api/tiers/{level}": "/api/tiers/3",
    "/api/tiers/diff": "/api/tiers/diff?from=2&to=3",
    "/api/sections/{number}": "/api/sections/4.3",
    "/api/families/{id}": "/api/families/f081",
    "/api/concepts/{id}": "/api/concepts/core-system",
    "/api/search": "/api/search?q=门禁卡",
    "/api/ask": "/api/ask?q=四类机房承重多少",
    "/api/suggest": "/api/suggest?q=机",
    "/api/queries/{name}": "/api/queries/counts_by_tier",
    "/api/shapes": "/api/shapes?tier=1",
    "/api/template": "/api/template?tier=1&format=ttl",
    "/api/form": "/api/form?tier=2",
    "/sparql": "/sparql?query=ASK%20%7B%7D",
    "/data/zhiyin.{suffix}": "/data/zhiyin.nq",
    "/id/{path}": "/id/clause/4.3.3.1",
}
FIELDS: dict[str, tuple[type, ...]] = {
    "number": (str,),
    "tier": (int,),
    "section": (str,),
    "sectionTitle": (str,),
    "obligation": (str,),
    "mark": (str,),
    "text": (str,),
    "family": (str,),
    "change": (str, type(None)),
    "ancestor": (str, type(None)),
    "descendant": (str, type(None)),
    "introducedIn": (int,),
    "concepts": (list,),
    "thresholds": (list,),
}
CHANGES = {
    (1, 2): (171, 2, 0, 4, 6),
    (2, 3): (172, 0, 4, 7, 19),
    (3, 4): (192, 0, 6, 4, 7),
    (1, 3): (168, 2, 0, 7, 25),
    (1, 4): (167, 2, 0, 8, 32),
    (2, 4): (171, 0, 4, 8, 26),
}


def body(response: TestResponse) -> Any:  # noqa: ANN401 - JSON may be anything
    return json.loads(response.get_data())


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    """Return the problem document of an answer, which must be whole and in both languages."""
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    found: dict[str, Any] = body(response)
    assert found["status"] == status
    assert {"title", "detail", "message"} <= set(found)
    assert re.search("[\u4e00-\u9fff]", found["message"]["zh"])
    assert re.search("[a-z]", found["message"]["en"])
    return found


def test_a_form_of_countless_fields_is_refused(client: Client) -> None:
    """Each field becomes an object, in the process that takes requests."""
    for path in ("/validate", "/validate?lang=en"):
        response = client.post(path, data=b"a=1&" * 200_000, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 413, path
        assert "20,000" in response.get_data(as_text=True)


@pytest.mark.parametrize(("length", "status"), [(16_000, 400), (17_000, 413)])
def test_the_head_of_a_part_is_bounded(client: Client, length: int, status: int) -> None:
    head = b'--mark\r\nContent-Disposition: form-data; name="file"; filename="' + b"a" * length + b'.ttl"'
    body = head + b"\r\nContent-Type: text/turtle\r\n\r\n<a:a> <a:b\r\n--mark--\r\n"
    answer = client.post("/api/validate?tier=3", data=body, content_type="multipart/form-data; boundary=mark")
    assert answer.status_code == status
    inner = head[:60] + b'x.ttl"\r\n\r\n--mark ' + b"a" * 40_000 + b"\r\n--mark--\r\n"
    assert (
        client.post("/api/validate", data=inner, content_type="multipart/form-data; boundary=mark").status_code == 400
    )


def test_a_long_form_comes_as_multipart(client: Client) -> None:
    """Fifteen megabytes of escapes took 700 MB in the process that takes requests."""
    body = b"text=" + b"%41" * 1_400_000
    response = client.post("/validate", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "multipart" in response.get_data(as_text=True)
    short = client.post("/validate", data=b"text=%41", content_type="application/x-www-form-urlencoded")
    assert short.status_code == 415  # read, and of no format that is known


def test_document_is_valid() -> None:
    validate(openapi())


def test_every_route_is_documented_or_a_page(services: Services) -> None:
    app: Flask = create_app(services)
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule)) for rule in app.url_map.iter_rules()}
    documented = {re.sub(r"\{\w+\}", "{}", path) for path in openapi()["paths"]}
    pages = {re.sub(r"\{\w+\}", "{}", path) for path in NOT_IN_OPENAPI}
    served = {re.sub(r"\{\w+\}", "{}", rule) for rule in rules}
    in_front = {"/sparql", "/.well-known/void", "/metrics"}
    assert served - documented == pages
    assert documented - served == in_front


def test_a_list_may_begin_at_its_first_item() -> None:
    parameters = {p["name"]: p["schema"] for p in openapi()["paths"]["/api/clauses"]["get"]["parameters"]}
    assert parameters["offset"] == {"type": "integer", "minimum": 0, "default": 0}
    assert (parameters["limit"]["minimum"], parameters["limit"]["maximum"]) == (1, 1000)


@pytest.mark.parametrize("path", [p for p in openapi()["paths"] if "get" in openapi()["paths"][p]])
def test_documented_route_answers_as_documented(client: Client, path: str) -> None:
    operation = openapi()["paths"][path]["get"]
    response = client.get(EXAMPLES.get(path, path))
    assert str(response.status_code) in operation["responses"]
    assert response.status_code in (200, 303)
    content = operation["responses"].get("200", {}).get("content", {})
    assert response.status_code == 303 or not content or response.mimetype in content


@pytest.mark.parametrize(
    ("path", "names"),
    [("/api/tiers/diff", "from"), ("/api/search", "q"), ("/api/shapes", "tier"), ("/api/template", "tier")],
)
def test_required_parameter_is_required(client: Client, path: str, names: str) -> None:
    needed = [p["name"] for p in openapi()["paths"][path]["get"]["parameters"] if p["required"]]
    assert names in needed
    problem(client.get(path), 400)


def test_clauses_are_771_in_the_shape_of_the_api(client: Client) -> None:
    found = body(client.get("/api/clauses?limit=1000"))
    assert found["total"] == len(found["items"]) == 771
    assert len({item["number"] for item in found["items"]}) == 771
    for item in found["items"]:
        assert list(item) == list(FIELDS)
        assert all(isinstance(item[name], kind) for name, kind in FIELDS.items())
        assert all(set(c) == {"id", "label"} for c in item["concepts"])
        wanted = {"metric", "comparator", "value", "unit", "condition", "implied"}
        assert all(wanted <= set(t) for t in item["thresholds"])
        assert all(t["comparator"] in (">=", "<=", "=", ">", "<") for t in item["thresholds"])
        assert item["obligation"] in ("必须", "可选")
        assert item["mark"] in ("新增", "延续")


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("tier=1", 177),
        ("tier=2", 183),
        ("tier=3", 202),
        ("tier=4", 209),
        ("obligation=可选", 11),
        ("obligation=optional&tier=3", 6),
        ("mark=new", 223),
        ("mark=延续", 548),
        ("change=introduced&tier=3", 19),
        ("change=promoted", 10),
        ("section=4.3.3", 4),
        ("tier=4&obligation=mandatory&mark=continued", 198),
    ],
)
def test_clauses_are_filtered(client: Client, query: str, total: int) -> None:
    found = body(client.get(f"/api/clauses?{query}&limit=1000"))
    assert found["total"] == len(found["items"])
    assert found["total"] == total or query == "section=4.3.3"
    if query == "section=4.3.3":
        assert {item["section"] for item in found["items"]} == {"4.3.3"}


def test_section_is_a_prefix_of_whole_parts(client: Client) -> None:
    inside = body(client.get("/api/clauses?section=4.3&limit=1000"))["items"]
    assert inside
    assert all(item["section"].startswith("4.3.") for item in inside)


def test_pages_of_the_list_make_the_list(client: Client) -> None:
    whole = [item["number"] for item in body(client.get("/api/clauses?limit=1000"))["items"]]
    parts = [
        item["number"]
        for offset in range(0, 900, 100)
        for item in body(client.get(f"/api/clauses?offset={offset}&limit=100"))["items"]
    ]
    assert parts == whole


@pytest.mark.parametrize("pair", CHANGES, ids=str)
def test_difference_counts_as_the_text_does(client: Client, pair: tuple[int, int]) -> None:
    found = body(client.get(f"/api/tiers/diff?from={pair[0]}&to={pair[1]}"))
    same, reworded, promoted, strengthened, introduced = CHANGES[pair]
    assert found["summary"] == {
        "same": same,
        "reworded": reworded,
        "promoted": promoted,
        "strengthened": strengthened,
        "introduced": introduced,
    }
    assert len(found["changes"]) == reworded + promoted + strengthened + introduced
    for change in found["changes"]:
        assert (change["before"] is None) is (change["change"] == "introduced")
        assert change["after"]["tier"] == pair[1]


@pytest.mark.parametrize("query", ["from=3&to=3", "from=4&to=2", "from=0&to=2", "from=1&to=5", "from=a&to=2", "to=2"])
def test_difference_needs_a_lower_and_a_higher_tier(client: Client, query: str) -> None:
    problem(client.get(f"/api/tiers/diff?{query}"), 400)


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/api/clauses?tier=9", "1"),
        ("/api/clauses?obligation=maybe", "mandatory"),
        ("/api/clauses?mark=x", "新增"),
        ("/api/clauses?change=x", "strengthened"),
        ("/api/clauses?limit=0", "1000"),
        ("/api/clauses?limit=1001", "1000"),
        ("/api/clauses?offset=-1", "0"),
        ("/api/clauses?limit=１０", "1000"),
        ("/api/clauses?teir=1", "tier"),
        ("/api/clauses?section=99", "4.3"),
        ("/api/clauses?concept=nothing", "/api/concepts"),
        ("/api/search?q=x&tier=7", "1"),
        ("/api/search?q=x&mark=x", "新增"),
        ("/api/search?q=x&collapse=x", "family"),
        ("/api/queries/tier_additions?tier=9", "4"),
        ("/api/queries/counts_by_tier?format=doc", "csv"),
        ("/api/template?tier=2&format=doc", "xlsx"),
        ("/api/shapes?tier=5", "4"),
    ],
)
def test_bad_parameter_names_what_is_allowed(client: Client, address: str, named: str) -> None:
    found = problem(client.get(address), 400)
    assert named in found["message"]["zh"]
    assert named in found["message"]["en"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/clauses/9.9.9.9",
        "/api/tiers/5",
        "/api/sections/9",
        "/api/families/f999",
        "/api/concepts/nothing",
        "/api/queries/nothing",
        "/api/nothing",
        "/data/zhiyin.xyz",
        "/data/id/clause/9.9.9.9.ttl",
        "/id/clause/9.9.9.9",
        "/nothing",
    ],
)
def test_unknown_is_404(client: Client, address: str) -> None:
    problem(client.get(address, headers={"Accept": "application/json"}), 404)


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("POST", "/api/clauses", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/api/validate", {"POST", "OPTIONS"}),
        ("DELETE", "/api/clauses/4.3.3.1", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/validate", {"GET", "HEAD", "OPTIONS", "POST"}),
    ],
)
def test_other_method_is_405_with_allow(client: Client, method: str, address: str, allowed: set[str]) -> None:
    response = client.open(address, method=method, headers={"Accept": "application/json"})
    problem(response, 405)
    assert {part.strip() for part in response.headers["Allow"].split(",")} == allowed


@pytest.mark.parametrize(
    "address",
    ["/api/clauses", "/api/tiers", "/api/concepts/core-system", "/api/tiers/diff?from=1&to=2", "/api/queries"],
)
def test_etag_revalidates(client: Client, address: str) -> None:
    first = client.get(address)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.get_data() == b""
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_api_is_open_to_scripts_of_other_hosts(client: Client) -> None:
    assert client.get("/api/tiers").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("format_name", "media", "start"),
    [
        ("json", "application/sparql-results+json", b"{"),
        ("xml", "application/sparql-results+xml", b"<?xml"),
        ("csv", "text/csv", b""),
        ("tsv", "text/tab-separated-values", b"?"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ],
)
def test_question_in_every_format(client: Client, format_name: str, media: str, start: bytes) -> None:
    response = client.get(f"/api/queries/counts_by_tier?format={format_name}")
    assert response.status_code == 200
    assert response.mimetype == media
    assert response.get_data().startswith(start)
    assert client.get("/api/queries/counts_by_tier", headers={"Accept": media}).mimetype == media


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
@pytest.mark.parametrize("format_name", ["ttl", "jsonld", "xlsx"])
def test_every_tier_has_its_form(client: Client, tier: int, format_name: str) -> None:
    response = client.get(f"/api/template?tier={tier}&format={format_name}")
    assert response.status_code == 200
    assert f'filename="zhiyin-template-tier-{tier}.{format_name}"' in response.headers["Content-Disposition"]


def test_health(client: Client) -> None:
    assert body(client.get("/healthz"))["status"] == "ok"
    assert body(client.get("/readyz"))["status"] == "ready"
    assert b"zhiyin" in client.get("/metrics").get_data()


def test_a_number_that_heads_no_section_is_refused_by_search_too(client: Client) -> None:
    response = client.get("/api/search?q=备份&section=9.99")
    assert response.status_code == 400
    assert "section" in response.get_json()["detail"]
    assert client.get("/api/search?q=备份&section=4.6").get_json()["total"] > 0
    assert client.get("/api/search?q=供电&section=供电").get_json()["total"] > 0


def test_a_compressed_submission_is_refused(client: Client, sample: bytes) -> None:
    headers = {"Content-Type": "text/turtle", "Content-Encoding": "gzip"}
    assert client.post("/api/validate", data=sample, headers=headers).status_code == 415


def test_the_whole_graph_has_a_weak_tag(client: Client) -> None:
    # Two processes name blank nodes otherwise: their bytes differ though the graph does not.
    assert client.get("/data/zhiyin.ttl").headers["ETag"].startswith('W/"')


def test_the_workbook_of_an_answer_has_the_pages_column_names(client: Client) -> None:
    answer = client.get("/api/queries/counts_by_section?format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("节", "小节", "小节标题", "条款数", "必须", "可选", "新增", "延续")
    assert rows[1][3] == 12


def test_the_terms_are_labelled_in_both_languages(client: Client) -> None:
    items = {item["name"]: item["label"] for item in client.get("/api/terms").get_json()["items"]}
    assert items["zy:Requirement"]["zh"]
    assert items["zy:Requirement"]["en"].isascii()
