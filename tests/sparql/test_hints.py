"""A query that finds nothing says why: on a small graph of the shape of ours, through the whole service."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from tests.sparql.conftest import PREFIXES, ZY, Client

from zhiyin.errors import Overloaded
from zhiyin.server.front import SparqlFront
from zhiyin.settings import Settings
from zhiyin.sparql.embedded import EmbeddedEngine
from zhiyin.sparql.media import CSV, JSON, JSON_LD, RDF_XML, TSV, TURTLE, XML, Kind
from zhiyin.sparql.results import is_empty
from zhiyin.sparql.service import Request, SparqlService

HEAD = (
    f"PREFIX zy: <{ZY}>\nPREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    "PREFIX tier: <https://w3id.org/zhiyin/id/tier/>\nPREFIX clause: <https://w3id.org/zhiyin/id/clause/>\n"
    "PREFIX section: <https://w3id.org/zhiyin/id/section/>\n"
)
GRAPH = f"""
@prefix zy: <{ZY}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix id: <https://w3id.org/zhiyin/id/> .
<https://w3id.org/zhiyin/id/tier/3> a zy:Tier ; zy:level 3 ; rdfs:label "三类"@zh , "Tier 3"@en .
<https://w3id.org/zhiyin/id/tier/4> a zy:Tier ; zy:level 4 ; rdfs:label "四类"@zh , "Tier 4"@en .
zy:Mandatory a zy:Obligation ; rdfs:label "必须"@zh , "Mandatory"@en .
zy:Optional a zy:Obligation ; rdfs:label "可选"@zh , "Optional"@en .
<https://w3id.org/zhiyin/id/section/4.3> a zy:Section ; zy:number "4.3" ; rdfs:label "交易系统"@zh .
<https://w3id.org/zhiyin/id/section/4.3.3> a zy:Section ; zy:number "4.3.3" ; rdfs:label "系统冗余"@zh .
zy:roomCount rdfs:label "机房数"@zh .
<https://w3id.org/zhiyin/id/clause/4.3.3.1> a zy:Requirement ; zy:number "4.3.3.1" ; zy:order 1 ;
  zy:text "核心系统应有热备份"@zh ; zy:tier <https://w3id.org/zhiyin/id/tier/3> ; zy:obligation zy:Mandatory ;
  zy:section <https://w3id.org/zhiyin/id/section/4.3.3> ;
  zy:partOf <https://w3id.org/zhiyin/id/section/4.3> , <https://w3id.org/zhiyin/id/section/4.3.3> .
<https://w3id.org/zhiyin/id/clause/5.3.3.1> a zy:Requirement ; zy:number "5.3.3.1" ; zy:order 2 ;
  zy:text "核心系统应有备份"@zh ; zy:tier <https://w3id.org/zhiyin/id/tier/4> ; zy:obligation zy:Optional ;
  zy:section <https://w3id.org/zhiyin/id/section/4.3.3> ; zy:partOf <https://w3id.org/zhiyin/id/section/4.3.3> .
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    file = tmp_path_factory.mktemp("hints") / "graph.ttl"
    file.write_text(GRAPH, encoding="utf-8")
    settings = Settings(query_workers=2)
    engine = EmbeddedEngine.open([file], settings, PREFIXES)
    yield Client(SparqlFront(SparqlService(engine, settings)))
    engine.close()


@pytest.mark.parametrize(
    ("pattern", "corrected"),
    [
        ("?c zy:numbr ?n", "?c zy:number ?n"),
        ("?c zy:Number ?n", "?c zy:number ?n"),
        ("?c a zy:Requirement ; zy:title ?t", "?c a zy:Requirement ; zy:text ?t"),
        ("?c a zy:Requirement ; rdfs:label ?t", "?c a zy:Requirement ; zy:text ?t"),
        ("?c zy:order ?o ; rdfs:label ?t", "?c zy:order ?o ; zy:text ?t"),
        ("?c zy:tier zy:Tier3", "?c zy:tier tier:3"),
        ("?c zy:tier 3", "?c zy:tier tier:3"),
        ("?c zy:tier '三类'", "?c zy:tier tier:3"),
        ("?c zy:tier ?t FILTER(?t = 3)", "?c zy:tier ?t FILTER(?t = tier:3)"),
        ("?c zy:tier/zy:levl 3", "?c zy:tier/zy:level 3"),
        ('?c zy:obligation "必须"', "?c zy:obligation zy:Mandatory"),
        ('?c zy:obligation "mandatory"@en', "?c zy:obligation zy:Mandatory"),
        ('FILTER("可选" = ?o) ?c zy:obligation ?o', "FILTER(zy:Optional = ?o) ?c zy:obligation ?o"),
        ('?c zy:section "4.3.3"', "?c zy:section section:4.3.3"),
        ('?c zy:section "4.3"', "?c zy:partOf section:4.3"),
        ("?c zy:section section:4.3", "?c zy:partOf section:4.3"),
        ("?c zy:number 4.3", '?c zy:number "4.3"'),
        ("?s rdfs:label '交易系统'", "?s rdfs:label \"交易系统\"@zh"),
        ("?t zy:level '3'", "?t zy:level 3"),
        ("?t zy:level ?l FILTER(?l = '3')", "?t zy:level ?l FILTER(?l = 3)"),
        ("?c a zy:requirement", "?c a zy:Requirement"),
        ("clause:4.3.3.1 rdfs:label ?l", "clause:4.3.3.1 zy:text ?l"),
        ("?c zy:text ?t FILTER(?t = '热备份')", "?c zy:text ?t FILTER(CONTAINS(STR(?t), '热备份'))"),
        ("?c zy:text '热备份'@zh", "?c zy:text ?value . FILTER(CONTAINS(STR(?value), '热备份'))"),
        ("?c zy:tier 3 ; zy:obligation '必须'", "?c zy:tier tier:3 ; zy:obligation zy:Mandatory"),
        # Values where a condition or a table gives them.
        ('?c zy:obligation ?o FILTER(?o IN ("必须"))', "?c zy:obligation ?o FILTER(?o IN (zy:Mandatory))"),
        ('?c zy:obligation ?o FILTER(STR(?o) = "必须")', "?c zy:obligation ?o FILTER(?o = zy:Mandatory)"),
        ("VALUES ?t { 3 } ?c zy:tier ?t", "VALUES ?t { tier:3 } ?c zy:tier ?t"),
        ('VALUES (?t ?n) { (3 "4.3.3.1") } ?c zy:tier ?t ; zy:number ?n', 'VALUES (?t ?n) { (tier:3 "4.3.3.1") } ?c zy:tier ?t ; zy:number ?n'),
        ('BIND("必须" AS ?o) ?c zy:obligation ?o', "BIND(zy:Mandatory AS ?o) ?c zy:obligation ?o"),
        ('?c zy:obligation ?o FILTER(CONTAINS(?o, "Mandatory"))', '?c zy:obligation ?o FILTER(CONTAINS(STR(?o), "Mandatory"))'),
        ("?c zy:tier ?t FILTER(?t >= 3)", "?c zy:tier/zy:level ?t FILTER(?t >= 3)"),
        ("?c zy:tier ?t FILTER(2 < ?t)", "?c zy:tier/zy:level ?t FILTER(2 < ?t)"),
        # A fault behind another.
        ("?c a zy:Requirement ; zy:level 3", "?c a zy:Requirement ; zy:tier/zy:level 3"),
        ("?c zy:category 3", "?c zy:tier tier:3"),
        ("?c zy:isMandatory '必须'", "?c zy:obligation zy:Mandatory"),
        ("?s a zy:Section ; zy:title '交易系统'", "?s a zy:Section ; rdfs:label \"交易系统\"@zh"),
        # Names of things, as people say them.
        ("?c zy:obligation zy:Must", "?c zy:obligation zy:Mandatory"),
        ("?c zy:obligation zy:必须", "?c zy:obligation zy:Mandatory"),
        ("?c zy:tier zy:三类", "?c zy:tier tier:3"),
        ("<http://w3id.org/zhiyin/id/clause/4.3.3.1> zy:text ?t", "clause:4.3.3.1 zy:text ?t"),
        ("<https://w3id.org/zhiyin/clause/4.3.3.1> zy:text ?t", "clause:4.3.3.1 zy:text ?t"),
        ("clause:4.3.3.99 zy:text ?t", "clause:4.3.3.1 zy:text ?t"),
        ("?c <http://w3id.org/zhiyin/ontology#tier> ?t", "?c zy:tier ?t"),
        # Numbers as they are typed.
        ("?c zy:number ' 4.3.3.1'", '?c zy:number "4.3.3.1"'),
        ("?c zy:number '４.3.3.1'", '?c zy:number "4.3.3.1"'),
        ("?c zy:number '第4.3.3.1条'", '?c zy:number "4.3.3.1"'),
        ("{ ?c zy:numbr ?n } UNION { GRAPH ?g { ?c zy:txt ?n } }", "{ ?c zy:number ?n } UNION { GRAPH ?g { ?c zy:text ?n } }"),
    ],
)  # fmt: skip
def test_the_corrected_query_stands_in_the_answer_and_finds_something(
    asked: Client, pattern: str, corrected: str
) -> None:
    response = asked.get(f"{HEAD}SELECT * WHERE {{ {pattern} }}")
    body = response.json()
    assert body["results"]["bindings"] == []
    assert response.headers["x-zhiyin-hint"]
    hint = next(hint for hint in body["hints"] if "query" in hint)
    assert hint["query"] == f"{HEAD}SELECT * WHERE {{ {corrected} }}"
    assert hint["zh"] != hint["en"]
    if "GRAPH" not in pattern:
        assert asked.get(hint["query"]).rows


@pytest.mark.parametrize(
    "pattern",
    [
        # Flags, subjects and directions as people guess them.
        "?c zy:isMandatory true",
        "?c zy:isMandatory false",
        "?c zy:obligation true",
        "3 ?p ?o",
        '"4.3.3.1" ?p ?o',
        "clause:4.3.3.1 ^zy:section ?s",
        "section:4.3.3 zy:section ?c",
        # Case, signs and likeness.
        "?s rdfs:label 'TIER 3'@en",
        "?c zy:number 4331",
        "?c zy:number '4-3-3-1'",
        '?c zy:number "4.3.3.1"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        "?s a zy:Section ; rdfs:label '交易系统部件'",
        "?c zy:section '系统冗余度'@zh",
        "?c zy:section '机房'",
        "?c zy:number '无'",
        "<https://w3id.org/zhiyin/id/Clause/4.3.3.1> ?p ?o",
        "<https://w3id.org/zhiyin/id/clauses/4.3.3.1> ?p ?o",
        "<https://w3id.org/zhiyin/id/clause/4-3-3-1> ?p ?o",
        # Languages, datatypes, sizes, dates and words of other vocabularies.
        '?c zy:text ?t FILTER(LANG(?t) = "en")',
        '?c zy:text ?t FILTER(LANGMATCHES(LANG(?t), "en"))',
        "?c zy:text ?t FILTER(DATATYPE(?t) = <http://www.w3.org/2001/XMLSchema#string>)",
        "?c zy:order ?n FILTER(DATATYPE(?n) = <http://www.w3.org/2001/XMLSchema#int>)",
        "?c zy:number ?n FILTER(?n > 4)",
        "?c zy:number ?n FILTER(4 <= ?n)",
        '?c <http://purl.org/dc/terms/created> ?d FILTER(?d > "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>)',
        "?c <http://xmlns.com/foaf/0.1/knows> ?n",
        "?c a <https://schema.org/Legislation>",
        "?t a zy:Tier ; zy:text ?x",
        "?c a zy:Requirement FILTER NOT EXISTS { ?c zy:text ?t }",
    ],
)
def test_a_guess_is_answered_with_a_query_that_finds_something(asked: Client, pattern: str) -> None:
    response = asked.get(f"{HEAD}SELECT * WHERE {{ {pattern} }}")
    body = response.json()
    assert body["results"]["bindings"] == []
    hint = next(hint for hint in body["hints"] if "query" in hint)
    again = asked.get(hint["query"])
    assert again.rows, hint
    assert "x-zhiyin-hint" not in again.headers


def test_what_the_text_names_no_date_of_is_said(asked: Client) -> None:
    response = asked.get(f"{HEAD}SELECT * WHERE {{ ?c <http://purl.org/dc/terms/issued> ?d }}")
    assert "the graph has no dates" in response.headers["x-zhiyin-hint"]


def test_an_unknown_thing_to_describe_has_its_nearest(asked: Client) -> None:
    response = asked.get(f"{HEAD}DESCRIBE <https://w3id.org/zhiyin/id/clauses/4.3.3.1>", "text/turtle")
    assert "clause:4.3.3.1" in response.headers["x-zhiyin-hint"]


def test_hints_are_found_once_for_a_query_unless_the_store_was_busy(
    asked: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = asked.app
    assert isinstance(front, SparqlFront)
    service, calls = front.service, []
    ask = service._ask_briefly

    def counted(text: str) -> object:
        calls.append(text)
        if busy:
            raise Overloaded("忙", "busy")
        return ask(text)

    monkeypatch.setattr(service, "_ask_briefly", counted)
    request = Request(f"{HEAD}SELECT * {{ ?c zy:tier 3 ; zy:numbr ?n }}")
    busy = True
    first = service.hints(request)
    # What needs no question is told all the same, and nothing is remembered.
    assert [hint.nearest for hint in first] == [f"{ZY}number"]
    busy = False
    second = service.hints(request)
    assert len(second) > len(first)
    asked_so_far = len(calls)
    assert service.hints(request) == second
    assert len(calls) == asked_so_far


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("?c zy:number clause:4.3.3.1", "text or numbers"),
        ("?c zy:number '9.9.9'", "nothing in the graph has '9.9.9'"),
        ("clause:9.9.9 zy:text ?t", "no such term"),
        ("?c zy:tier tier:7", "no such term"),
        ("?c zy:roomCount ?n", "companies"),
        ("GRAPH <https://w3id.org/zhiyin/id/graph/assert> { ?c zy:number ?n }", "there is no such graph"),
        ("?c zy:tier 5", "there are tier:3, tier:4"),
        ("?c zy:obligation true", "there are zy:Mandatory, zy:Optional"),
        ("?c zy:tier zy:Tier9", "zy:tier takes tier:3, tier:4"),
        ("?c <http://xmlns.com/foaf/0.1/name> ?n", "no statement"),
    ],
)
def test_where_nothing_can_be_corrected_the_reason_is_said(asked: Client, pattern: str, word: str) -> None:
    response = asked.get(f"{HEAD}SELECT * WHERE {{ {pattern} }}")
    assert word in response.headers["x-zhiyin-hint"]
    assert any(word in hint["en"] for hint in response.json()["hints"])


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?c zy:numbr ?n }",
        "CONSTRUCT { ?c zy:numbr ?n } WHERE { ?c zy:numbr ?n }",
        "SELECT (COUNT(*) AS ?n) { ?c zy:numbr ?x }",
        "SELECT ?n { ?c zy:number ?n } GROUP BY ?n HAVING(?c = 1)",
    ],
)
def test_every_form_that_says_nothing_has_a_hint(asked: Client, query: str) -> None:
    assert "x-zhiyin-hint" in asked.get(HEAD + query).headers


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values", "application/sparql-results+xml"])
def test_the_header_comes_with_every_format(asked: Client, accept: str) -> None:
    response = asked.get(HEAD + "SELECT * { ?c zy:tier '三类' }", accept)
    said = response.headers["x-zhiyin-hint"]
    assert said.isascii()
    assert "tier:3" in said


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?c zy:number ?n }",
        "SELECT * { ?c zy:number ?n OPTIONAL { ?c zy:numbr ?m } }",
        "SELECT (COUNT(*) AS ?n) { ?c zy:number ?x }",
        "ASK { ?c zy:number ?n }",
    ],
)
def test_an_answer_that_says_something_has_none(asked: Client, query: str) -> None:
    assert "x-zhiyin-hint" not in asked.get(HEAD + query).headers


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("?c zy:number ?n FILTER(?n = '4.3.3.1' && ?n = '5.3.3.1')", "no row satisfies FILTER(?n = '4.3.3.1' && "),
        (
            "?c zy:number ?n ; zy:order ?o FILTER(?o > 0) FILTER(STRSTARTS(?n, '9.'))",
            "no row satisfies FILTER(STRSTARTS",
        ),
        ("?c zy:number ?n FILTER(?n = '9') FILTER(?n = '8')", "none satisfies them together"),
        ("?c zy:section/zy:number '4.3'", "with '?c zy:section/zy:number '4.3'' there is nothing"),
        (
            "?c zy:tier tier:3 . ?c zy:number ?n . ?c zy:order 2 . ?c zy:text ?t",
            "with '?c zy:order 2' there is nothing",
        ),
    ],
)
def test_what_empties_an_answer_is_named(asked: Client, pattern: str, word: str) -> None:
    response = asked.get(f"{HEAD}SELECT * WHERE {{ {pattern} }}")
    assert response.rows == []
    assert word in response.headers["x-zhiyin-hint"]
    hint = next(hint for hint in response.json()["hints"] if "query" in hint)
    assert asked.get(hint["query"]).rows


def test_the_page_shows_it_with_the_corrected_query_one_click_away(asked: Client) -> None:
    page = asked.get(HEAD + "SELECT * { ?c zy:numbr ?n }", "text/html").body.decode()
    assert "是否指 zy:number" in page
    assert re.search(r'href="\?query=[^"]*zy%3Anumber\+', page)


def test_many_unknown_terms_cost_no_more_than_few(asked: Client) -> None:
    query = HEAD + "SELECT * { " + " ".join(f"?c zy:unknown{n} ?v{n} ." for n in range(60)) + " }"
    asked.get(HEAD + "SELECT * { ?c zy:numbr ?n }")
    started = time.process_time()
    assert len(asked.get(query).json()["hints"]) == 5
    assert time.process_time() - started < 2


def test_what_counts_as_saying_nothing() -> None:
    assert is_empty(b'{"head":{"vars":["a"]},"results":{"bindings":[]}}', JSON, Kind.TABLE)
    assert not is_empty(b'{"head":{"vars":["a"]},"results":{"bindings":[{}]}}', JSON, Kind.TABLE)
    assert is_empty(b"a,b\r\n", CSV, Kind.TABLE)
    assert not is_empty(b"a,b\r\n1,2\r\n", CSV, Kind.TABLE)
    assert is_empty(b"?a\n", TSV, Kind.TABLE)
    assert is_empty(b"<sparql><head/><results></results></sparql>", XML, Kind.TABLE)
    assert is_empty(b'{"head":{},"boolean":false}', JSON, Kind.BOOLEAN)
    assert not is_empty(b'{"head":{},"boolean":true}', JSON, Kind.BOOLEAN)
    assert is_empty(b"@prefix zy: <urn:> .\n", TURTLE, Kind.GRAPH)
    assert not is_empty(b"<urn:a> <urn:b> <urn:c> .\n", TURTLE, Kind.GRAPH)
    assert is_empty(b"[]", JSON_LD, Kind.GRAPH)
    assert is_empty(b"<rdf:RDF></rdf:RDF>", RDF_XML, Kind.GRAPH)
