"""``/api/search`` says how it read a question, and refuses what is no question with help."""

from __future__ import annotations

import pytest
from werkzeug.test import Client


def test_explain_says_how_the_question_was_read(client: Client) -> None:
    plain = client.get("/api/search", query_string={"q": "三类 备用中心的网络"}).get_json()
    told = client.get("/api/search", query_string={"q": "三类 备用中心的网络", "explain": "1"}).get_json()
    assert "explanation" not in plain
    explanation = told.pop("explanation")
    assert told == plain
    assert explanation["structure"]["tiers"] == [3]
    assert explanation["pieces"] == ["备用中心", "网络"]
    assert explanation["scores"][0]["number"] == told["hits"][0]["number"] == "4.6.2.5"
    assert client.get("/api/search", query_string={"q": "门禁", "explain": "yes"}).status_code == 400


@pytest.mark.parametrize("query", ["", "   ", "？！。", "门禁" * 5_000])
def test_what_is_no_question_is_refused_with_help(client: Client, query: str) -> None:
    response = client.get("/api/search", query_string={"q": query})
    assert response.status_code == 400
    assert response.content_type.startswith("application/problem+json")
    assert "门禁" in response.get_json()["message"]["en"]


def test_an_unknown_number_names_the_nearest(client: Client) -> None:
    told = client.get("/api/search", query_string={"q": "5.9.9.9"}).get_json()
    assert (told["total"], told["didYouMean"]) == (0, ["5.8.2.4"])
