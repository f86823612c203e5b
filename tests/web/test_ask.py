"""``/api/ask`` and the one box: answers, refusals and what stands above the hits."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

FIELDS = (
    "query", "answered", "outcome", "kind", "figures", "count", "value", "clauses", "text", "sparql", "question",
    "parameters", "reading", "alternatives", "reason",
)  # fmt: skip


def test_an_answer_has_the_agreed_form(client: FlaskClient) -> None:
    found = client.get("/api/ask", query_string={"q": "四类灾备中心离生产中心至少多少公里"}).get_json()
    assert set(FIELDS) <= set(found)
    assert found["answered"] is True
    assert found["kind"] == "figure"
    (figure,) = found["figures"]
    assert (figure["tier"], figure["clause"], figure["comparator"], figure["value"], figure["unit"]) == (
        4,
        "5.6.2.1",
        ">=",
        100,
        "公里",
    )
    assert found["clauses"] == ["5.6.2.1"]
    assert found["question"] == "figures_of_metric"
    assert found["parameters"] == {"metric": "disaster-recovery-distance", "tier": "4"}
    rows = client.get("/api/queries/figures_of_metric", query_string=found["parameters"]).get_json()
    assert rows["results"]["bindings"][0]["number"]["value"] == "5.6.2.1"


def test_the_query_of_an_answer_gives_it(client: FlaskClient) -> None:
    found = client.get("/api/ask", query_string={"q": "三类公司的可选要求一共有几条？"}).get_json()
    assert found["count"] == 6
    assert "VALUES" in found["sparql"]


@pytest.mark.parametrize(
    ("question", "outcome"),
    [("技术事故要在几小时内上报", "near"), ("明天北京天气怎么样", "none"), ("五类公司要几个人", "near")],
)
def test_a_refusal_is_200_and_says_why(client: FlaskClient, question: str, outcome: str) -> None:
    response = client.get("/api/ask", query_string={"q": question})
    found = response.get_json()
    assert response.status_code == 200
    assert (found["answered"], found["outcome"]) == (False, outcome)
    assert found["reason"]
    assert found["reasonEn"]
    assert found["question"] is None


@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/api/suggest"])
def test_bytes_that_are_no_utf_8_are_refused(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}?q=%CD%A3%B5%E7")
    assert response.status_code == 400
    assert "UTF-8" in response.get_json()["message"]["zh"]


@pytest.mark.parametrize("query", ["", "？！", "x" * 1001])
def test_what_is_no_question_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get("/api/ask", query_string={"q": query}).status_code == 400


def test_the_search_tells_its_confidence(client: FlaskClient) -> None:
    for query, confidence in (("机房承重", "exact"), ("足球世界杯冠军是谁", "none")):
        assert client.get("/api/search", query_string={"q": query}).get_json()["confidence"] == confidence


def test_an_answer_stands_above_the_hits(client: FlaskClient) -> None:
    text = client.get("/search", query_string={"q": "三类机房承重多少"}).get_data(as_text=True)
    assert text.index('class="answer answered"') < text.index('class="row hit"')
    assert "<em>达到500公斤每平方米</em>" in text
    assert "我是这样理解的" in text
    assert "/questions/figures_of_metric?metric=floor-load&amp;tier=3" in text
    assert '<option value="二类：机房承重多少？">' in text


def test_a_refusal_stands_above_the_hits(client: FlaskClient) -> None:
    text = client.get("/search", query_string={"q": "机房温度要控制在多少度"}).get_data(as_text=True)
    assert 'class="answer near"' in text
    text = client.get("/search", query_string={"q": "明天北京天气怎么样"}).get_data(as_text=True)
    assert "没有直接对应的条款" in text
    english = client.get("/search", query_string={"q": "明天北京天气怎么样", "lang": "en"}).get_data(as_text=True)
    assert "No clause answers this directly" in english


def test_a_word_to_search_for_is_not_told_off(client: FlaskClient) -> None:
    text = client.get("/search", query_string={"q": "门禁卡"}).get_data(as_text=True)
    assert 'class="answer' not in text
    assert "没有直接对应的条款" not in text


def test_two_tiers_offer_the_comparison(client: FlaskClient) -> None:
    text = client.get("/search", query_string={"q": "二类和三类的区别"}).get_data(as_text=True)
    assert "/compare?from=2&amp;to=3" in text


def test_new_requirements_offer_all_of_them(client: FlaskClient) -> None:
    found = client.get("/api/ask", query_string={"q": "新增的要求"}).get_json()
    assert len(found["clauses"]) == 223
    rows = client.get(f"/api/queries/{found['question']}", query_string=found["parameters"]).get_json()
    assert len(rows["results"]["bindings"]) == 223
