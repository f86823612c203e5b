"""The search property inside queries."""

from __future__ import annotations

import pytest
from tests.sparql.conftest import CLAUSE, ZY, Client, find

from zhiyin.errors import BadQuery
from zhiyin.sparql.searching import MOST_CALLS, rewrite
from zhiyin.sparql.service import SparqlService

PREFIX = f"PREFIX zy: <{ZY}>\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('?c zy:search "2" .', ["4.3.12", "4.3.2"]),
        ('?c zy:search "2"', ["4.3.12", "4.3.2"]),
        ("?c zy:search '2'@zh ; zy:number ?n .", ["4.3.12", "4.3.2"]),
        ('?c zy:search "2" ; .', ["4.3.12", "4.3.2"]),
        ('(?c ?score) zy:search ("2" 1) . FILTER(?score > 0.4)', ["4.3.2"]),
        ('?c zy:search ("2" 1) .', ["4.3.2"]),
        (f'?c <{ZY}search> """2""" .', ["4.3.12", "4.3.2"]),
        ('?c a zy:Clause . ?c zy:search "\\u0032" . ?c zy:number ?n', ["4.3.12", "4.3.2"]),
        ('{ ?c zy:search "11" } UNION { ?c zy:search "10" }', ["4.3.10", "4.3.11"]),
        ('?c zy:search "nothing" .', []),
        ('?c zy:number ?n ; zy:search "2" .', ["4.3.12", "4.3.2"]),
        ('?c a zy:Clause . ?c zy:number ?n ; zy:search "2" ; a zy:Requirement', ["4.3.12", "4.3.2"]),
        ('?c zy:se\\u0061rch "2" .', ["4.3.12", "4.3.2"]),
        ('?c <https://w3id.org/zhiyin/ontology#se\\u0061rch> "2" .', ["4.3.12", "4.3.2"]),
    ],
)
def test_the_forms_of_the_property(service: SparqlService, body: str, expected: list[str]) -> None:
    table = service.select(f"{PREFIX}SELECT ?c {{ {body} }} ORDER BY ?c")
    assert table.column("c") == sorted(CLAUSE + number for number in expected)


@pytest.mark.parametrize(
    "body",
    [
        "?c zy:search ?words .",
        '<urn:a> zy:search "2" .',
        '<urn:a> zy:number ?n ; zy:search "2" .',
        '?c zy:search "2", "3" .',
        '?c zy:search ("2" ?n) .',
        '?c zy:search/zy:number "2" .',
    ],
)
def test_other_forms_are_explained(body: str) -> None:
    with pytest.raises(BadQuery) as caught:
        rewrite(f"{PREFIX}SELECT ?c {{ {body} }}", find)
    assert "zy:search" in caught.value.message.zh
    assert caught.value.place.line == 2


def test_text_that_only_mentions_the_property_stays_as_it_is() -> None:
    text = f'{PREFIX}SELECT * {{ ?s ?p "zy:search" }} # ?c zy:search "2"'
    assert rewrite(text, find) == text


def test_without_a_search_the_query_is_refused() -> None:
    with pytest.raises(BadQuery):
        rewrite(f'{PREFIX}SELECT * {{ ?c zy:search "2" }}', None)


def test_words_cannot_leave_their_literal() -> None:
    seen: list[str] = []

    def listen(words: str, hits: int) -> list[tuple[str, float]]:
        seen.append(words)
        return [("urn:a> } INSERT {", 1.0), ("urn:good", 1.0)]

    text = rewrite(f'{PREFIX}SELECT * {{ ?c zy:search "a\\" . }} #" }}', listen)
    assert seen == ['a" . } #']
    assert "INSERT" not in text
    assert "<urn:good>" in text


def test_it_works_over_http(client: Client) -> None:
    response = client.get(f'{PREFIX}SELECT ?c ?s {{ (?c ?s) zy:search ("2" 5) }} ORDER BY DESC(?s)')
    assert [row["c"]["value"] for row in response.rows] == [CLAUSE + "4.3.2", CLAUSE + "4.3.12"]


def test_a_query_may_search_so_many_times() -> None:
    asked = []

    def search(words: str, hits: int) -> list[tuple[str, float]]:
        asked.append(words)
        return []

    uses = [f'?s{n} zy:search "{n}" .' for n in range(MOST_CALLS + 1)]
    head = "PREFIX zy: <https://w3id.org/zhiyin/ontology#> SELECT * { "
    rewrite(head + " ".join(uses[:MOST_CALLS]) + " }", search)
    assert len(asked) == MOST_CALLS
    with pytest.raises(BadQuery, match="at most 10 times"):
        rewrite(head + " ".join(uses) + " }", search)
    assert len(asked) == MOST_CALLS


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("BASE <https://w3id.org/zhiyin/>", "<ontology#search>"),
        ("BASE <https://w3id.org/zhiyin/ontology>", "<#search>"),
        ("BASE <https://w3id.org/> BASE <zhiyin/>", "<ontology#search>"),
        ("BASE <https://w3id.org/zhiyin/> PREFIX v: <ontology#>", "v:search"),
        ("BASE <https://w3id.org/zhiyin/> PREFIX : <ontology#>", ":search"),
        ("PREFIX s: <https://w3id.org/zhiyin/ontology#sea>", "s:rch"),
        ("PREFIX s: <https://w3id.org/zhiyin/id/x> PREFIX s: <https://w3id.org/zhiyin/ontology#>", "s:search"),
        ("prefix zhiyin: <https://w3id.org/zhiyin/ontology#>", "zhiyin:search"),
    ],
)
def test_the_property_is_found_however_it_is_spelt(service: SparqlService, head: str, name: str) -> None:
    assert service.select(f'{head} SELECT ?c {{ ?c {name} "2" }} ORDER BY ?c').column("c") == [
        CLAUSE + "4.3.12",
        CLAUSE + "4.3.2",
    ]
