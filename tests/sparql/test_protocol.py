"""The SPARQL 1.1 Protocol, query part: the requests of the W3C's suite and the sentences of the recommendation."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from tests.sparql.conftest import ASSERTED, ZY, Client

FOAF_ASK = "ASK { <http://kasei.us/2009/09/sparql/data/data%d.rdf> a ?type }"


def iri(number: int) -> str:
    return quote(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf", safe="")


DEFAULT = "default-graph-uri="
NAMED = "named-graph-uri="
BOTH = (
    "ASK { <http://kasei.us/2009/09/sparql/data/data1.rdf> a ?type . "
    "<http://kasei.us/2009/09/sparql/data/data2.rdf> a ?type . }"
)
IN_GRAPHS = (
    "ASK { GRAPH ?g1 { <http://kasei.us/2009/09/sparql/data/data1.rdf> a ?type } "
    "GRAPH ?g2 { <http://kasei.us/2009/09/sparql/data/data2.rdf> a ?type } }"
)
FULL = "ASK { <http://kasei.us/2009/09/sparql/data/data3.rdf> a ?type " + IN_GRAPHS.removeprefix("ASK {")
DIRECT = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("method", "query_string", "headers", "body"),
    [
        pytest.param("POST", DEFAULT + iri(0), FORM, "query=ASK%20%7B%7D", id="query_post_form"),
        pytest.param(
            "GET",
            f"query={quote(BOTH)}&{DEFAULT}{iri(1)}&{DEFAULT}{iri(2)}",
            {},
            "",
            id="query_dataset_default_graphs_get",
        ),
        pytest.param(
            "POST", f"{DEFAULT}{iri(1)}&{DEFAULT}{iri(2)}", DIRECT, BOTH, id="query_dataset_default_graphs_post"
        ),
        pytest.param(
            "POST", f"{NAMED}{iri(1)}&{NAMED}{iri(2)}", DIRECT, IN_GRAPHS, id="query_dataset_named_graphs_post"
        ),
        pytest.param(
            "GET",
            f"query={quote(IN_GRAPHS)}&{NAMED}{iri(1)}&{NAMED}{iri(2)}",
            {},
            "",
            id="query_dataset_named_graphs_get",
        ),
        pytest.param(
            "POST", f"{DEFAULT}{iri(3)}&{NAMED}{iri(1)}&{NAMED}{iri(2)}", DIRECT, FULL, id="query_dataset_full"
        ),
        pytest.param(
            "POST",
            f"{NAMED}{iri(1)}&{NAMED}{iri(2)}",
            DIRECT,
            IN_GRAPHS.replace("ASK", "ASK FROM <http://kasei.us/2009/09/sparql/data/data3.rdf>"),
            id="query_multiple_dataset",
        ),
        pytest.param("GET", f"query=ASK%20%7B%7D&{DEFAULT}{iri(0)}", {}, "", id="query_get"),
        pytest.param("POST", "", DIRECT, "ASK {}", id="query_post_direct"),
        pytest.param(
            "POST", "", {"Content-Type": "Application/SPARQL-Query; Charset=UTF-8"}, "ASK {}", id="letter case"
        ),
        pytest.param(
            "POST",
            "",
            {"Content-Type": 'APPLICATION/x-www-form-urlencoded;charset="utf-8"'},
            "query=ASK+%7B%7D",
            id="plus",
        ),
        pytest.param(
            "POST", "", FORM, f"query={quote(BOTH)}&{DEFAULT}{iri(1)}&{DEFAULT}{iri(2)}", id="dataset in the form"
        ),
    ],
)
def test_asks_that_the_suite_expects_to_be_true(
    client: Client, method: str, query_string: str, headers: dict[str, str], body: str
) -> None:
    response = client.send(method, query_string, headers, body.encode())
    assert response.status == 200, response.body
    assert response.json()["boolean"] is True


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT (1 AS ?value) {}", {"application/sparql-results+xml", "application/sparql-results+json", "text/csv"}),
        ("ASK {}", {"application/sparql-results+xml", "application/sparql-results+json"}),
        ("DESCRIBE <http://example.org/>", {"text/turtle", "application/n-triples", "application/rdf+xml"}),
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", {"text/turtle", "application/n-triples", "application/rdf+xml"}),
    ],
)
def test_each_form_comes_in_a_format_of_its_kind(client: Client, query: str, expected: set[str]) -> None:
    if "<s>" in query:
        query = "BASE <http://example.org/> " + query
    response = client.post_query(query.encode(), query_string=DEFAULT + iri(0))
    assert response.status == 200, response.body
    assert response.media_type in expected


@pytest.mark.parametrize(
    ("method", "query_string", "headers", "body", "status"),
    [
        pytest.param("PUT", "query=ASK%20%7B%7D", FORM, b"", 405, id="bad_query_method"),
        pytest.param("DELETE", "query=ASK%20%7B%7D", {}, b"", 405, id="delete"),
        pytest.param("GET", "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", {}, b"", 400, id="bad_multiple_queries"),
        pytest.param("POST", "", FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400, id="two queries in a form"),
        pytest.param("POST", "query=ASK%7B%7D", FORM, b"query=ASK%7B%7D", 400, id="queries in URL and form"),
        pytest.param("POST", "query=ASK%7B%7D", DIRECT, b"ASK{}", 400, id="queries in URL and body"),
        pytest.param("POST", "", {"Content-Type": "text/plain"}, b"ASK {}", 415, id="bad_query_wrong_media_type"),
        pytest.param("POST", "", {}, b"query=ASK%20%7B%7D", 415, id="bad_query_missing_form_type"),
        pytest.param("POST", "", {}, b"ASK {}", 415, id="bad_query_missing_direct_type"),
        pytest.param(
            "POST",
            "",
            {"Content-Type": "application/sparql-query; charset=UTF-16"},
            "ASK {}".encode("utf-16"),
            415,
            id="bad_query_non_utf8",
        ),
        pytest.param("POST", "", DIRECT, b'ASK { ?s ?p "\xff\xfe" }', 400, id="bytes that are not UTF-8"),
        pytest.param("POST", "", FORM, b"query=ASK\xff", 400, id="form bytes that are not UTF-8"),
        pytest.param("GET", "query=ASK%20%7B", {}, b"", 400, id="bad_query_syntax"),
        pytest.param("GET", "update=CLEAR%20ALL", {}, b"", 400, id="bad_update_get"),
        pytest.param("GET", "query=ASK%7B%7D&update=CLEAR%20ALL", {}, b"", 400, id="query with update"),
        pytest.param("POST", "", FORM, b"query=ASK%7B%7D&update=CLEAR+ALL", 400, id="query with update in a form"),
        pytest.param("POST", "", FORM, b"update=CLEAR+ALL", 400, id="update form"),
        pytest.param("POST", "", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 415, id="update direct"),
        pytest.param("POST", "", DIRECT, b"INSERT DATA { <urn:a> <urn:b> <urn:c> }", 400, id="update as a query"),
        pytest.param("GET", "query=", {}, b"", 400, id="empty query"),
        pytest.param("GET", "query=%20%0A", {}, b"", 400, id="blank query"),
        pytest.param("GET", "query=%23%20only%20a%20comment", {}, b"", 400, id="comment only"),
        pytest.param("POST", "", FORM, b"query=", 400, id="empty query in a form"),
        pytest.param("POST", "", DIRECT, b"", 400, id="empty body"),
        pytest.param("POST", "", FORM, b"", 400, id="form without query"),
        pytest.param("GET", "query=ASK%7B%7D%FF", {}, b"", 400, id="escape that is no UTF-8"),
        pytest.param("POST", "", FORM, b"query=ASK%7B%7D%C3%28", 400, id="escape in a form that is no UTF-8"),
        pytest.param("GET", "query=ASK%7B%7D%2", {}, b"", 400, id="broken escape"),
        pytest.param(
            "GET", "query=ASK%7B%7D&default-graph-uri=not%20an%20iri", {}, b"", 400, id="graph that is no IRI"
        ),
        pytest.param("GET", "query=ASK%7B%7D&named-graph-uri=relative", {}, b"", 400, id="relative graph"),
        pytest.param("GET", "query=ASK%7B%7D&timeout=soon", {}, b"", 400, id="timeout that is no number"),
        pytest.param("GET", "query=ASK%7B%7D&format=docx", {}, b"", 400, id="unknown format"),
        pytest.param("POST", "", {**DIRECT, "Content-Encoding": "gzip"}, b"x", 415, id="compressed body"),
    ],
)
def test_what_is_malformed_is_refused(
    client: Client, method: str, query_string: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    response = client.send(method, query_string, headers, body)
    assert response.status == status, response.body
    assert response.media_type == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"]
    if status == 405:
        assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_chinese_names_mean_the_same_by_every_way(client: Client) -> None:
    query = f'ASK {{ <{ZY}核心系统> ?p "核心系统"@zh }}'
    encoded = query.replace("核心系统>", quote("核心系统") + ">")
    forms = [
        client.get(query),
        client.post_form(b"query=" + quote(query).encode()),
        client.post_query(query.encode()),
    ]
    assert [answer.json()["boolean"] for answer in forms] == [True, True, True]
    # Decoded once: an IRI that is itself percent-encoded stays so and is another IRI.
    once = [
        client.get(encoded),
        client.post_form(b"query=" + quote(encoded).encode()),
        client.post_query(encoded.encode()),
    ]
    assert [answer.json()["boolean"] for answer in once] == [False, False, False]


def test_a_post_form_is_decoded_once(client: Client) -> None:
    query = 'SELECT ("100%25 a%2Bb" AS ?text) {}'
    for answer in (client.get(query), client.post_form(b"query=" + quote(query, safe="").encode())):
        assert answer.rows[0]["text"]["value"] == "100%25 a%2Bb"


def test_a_request_without_dataset_sees_the_union_and_from_restricts_it(client: Client) -> None:
    count = "SELECT (COUNT(*) AS ?n) %s WHERE { ?s a ?c }"
    union = int(client.get(count % "").rows[0]["n"]["value"])
    one = int(client.get(count % f"FROM <{'https://w3id.org/zhiyin/id/graph/inferred'}>").rows[0]["n"]["value"])
    assert (union, one) == (27, 12)
    assert client.get(count % "FROM <http://nowhere.example/>").rows[0]["n"]["value"] == "0"
    named_only = client.get(count % "FROM NAMED <https://w3id.org/zhiyin/id/graph/inferred>")
    assert named_only.rows[0]["n"]["value"] == "0"


def test_the_protocol_dataset_wins_over_the_one_in_the_query(client: Client) -> None:
    query = (
        "ASK FROM <https://w3id.org/zhiyin/id/graph/asserted> { <http://kasei.us/2009/09/sparql/data/data1.rdf> a ?t }"
    )
    assert client.get(query).json()["boolean"] is False
    assert client.send("GET", f"query={quote(query)}&{DEFAULT}{iri(1)}").json()["boolean"] is True


def test_a_default_graph_alone_leaves_no_named_graphs(client: Client) -> None:
    query = quote("ASK { GRAPH ?g { ?s ?p ?o } }")
    assert client.send("GET", f"query={query}&{DEFAULT}{iri(1)}").json()["boolean"] is False
    assert client.send("GET", f"query={query}&{NAMED}{iri(1)}").json()["boolean"] is True


def test_head_says_what_get_says_without_a_body(client: Client) -> None:
    get = client.send("GET", "query=ASK%7B%7D")
    head = client.send("HEAD", "query=ASK%7B%7D")
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == get.headers[name]


def test_options_answers_with_what_is_allowed(client: Client) -> None:
    response = client.send(
        "OPTIONS",
        headers={
            "Origin": "https://notebook.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, x-my",
        },
    )
    assert response.status == 204
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert response.headers["access-control-allow-origin"] == "*"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "content-type" in response.headers["access-control-allow-headers"]


def test_a_syntax_error_names_line_and_column_in_both_languages(client: Client) -> None:
    response = client.get("SELECT ?s WHERE {\n  ?s ?p\n}")
    assert response.status == 400
    problem = response.json()
    assert problem["place"] == {"line": 3, "column": 1}
    assert "第 3 行第 1 列" in problem["message"]["zh"]
    assert "line 3, column 1" in problem["message"]["en"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT *\nWHERE {\n  ?s ?p ?o .\n  FILTER(?o > ⟦)\n}",
        "SELECT * {\r\n ?s ?p ?o ; ; ⟦]\r\n}",
        "SELECT ?中文 { ?中文 a '𠀀文' ⟦] }",
        "SELECT * ⟦WHRE { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } ⟦ORDR BY ?s",
        "SELECT * { ?s ?p ?o ⟦OPTINAL { ?s ?x ?y } }",
        "SELECT * {} LIMIT ⟦x",
        "SELECT * {} ⟦}",
        "SELECT (COUNT(?x) ⟦?n) {}",
        "SELECT * { ?s ?p ?o FILTER(?o > 3 && ⟦) ?a ?b ?c }",
        "SELECT * WHERE { ?s ?p ?o⟦",
        "SELECT * {\n ?s ?p ?o .\n ?s ?p ⟦.\n ?x ?y ?z }",
    ],
)
def test_a_syntax_error_stands_where_it_is(client: Client, query: str) -> None:
    before = query[: query.index("⟦")]
    place = client.get(query.replace("⟦", "")).json()["place"]
    assert place == {"line": before.count("\n") + 1, "column": len(before) - (before.rfind("\n") + 1) + 1}


def test_an_undeclared_prefix_is_named(client: Client) -> None:
    said = client.get("SELECT * { ?s nope:x ?y }").json()["message"]["zh"]
    assert "nope:" in said
    assert "PREFIX" not in said
    said = client.get("SELECT * { ?s skos:prefLabel ?y }").json()["message"]["zh"]
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in said


def test_a_large_query_is_refused_by_its_size(client: Client) -> None:
    query = b"SELECT * { FILTER(" + b"1 = 1 || " * 550_000 + b"true) }"
    assert len(query) > 4_900_000
    assert client.post_query(query).status == 413
    assert client.post_form(b"query=" + query.replace(b" ", b"+").replace(b"=", b"%3D")).status == 413


def test_many_parameters_are_refused_before_each_is_read(client: Client) -> None:
    response = client.post_form(b"a=1&" * 600_000)
    assert response.status == 413
    assert "10000" in response.json()["message"]["zh"]


def test_escapes_are_read_in_runs(client: Client) -> None:
    query = "ASK { FILTER('核心系统' = \"核心系统\") } #" + "备" * 1000
    escaped = "".join(f"%{byte:02X}" for byte in query.encode())
    assert client.send("GET", f"query={escaped}").json()["boolean"] is True
    assert client.send("GET", "query=ASK+%7B%7D%E5%A4").status == 400


def test_a_graph_named_twice_counts_once(client: Client) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    once = client.send("GET", urlencode([("query", count), ("default-graph-uri", ASSERTED)]))
    twice = client.send("GET", urlencode([("query", count), *[("default-graph-uri", ASSERTED)] * 2]))
    assert once.json() == twice.json()


def test_relative_names_are_resolved_against_the_endpoint(client: Client) -> None:
    """SPARQL 1.1 Protocol, 2.1: the base is that of RFC 3986, 5.1.3, the address of the request."""
    row = client.get("SELECT (STR(<>) AS ?own) (STR(<name>) AS ?sibling) (STR(<#here>) AS ?part) {}").rows[0]
    assert {name: term["value"] for name, term in row.items()} == {
        "own": "http://data.example/sparql",
        "sibling": "http://data.example/name",
        "part": "http://data.example/sparql#here",
    }
    with_base = client.get("BASE <urn:x:> SELECT (STR(<urn:y>) AS ?y) {}").rows[0]
    assert with_base["y"]["value"] == "urn:y"
    posted = client.post_query(b"ASK { FILTER(STR(<a>) = 'http://data.example/a') }")
    assert posted.json()["boolean"] is True


def test_the_answer_of_one_address_is_not_that_of_another(client: Client) -> None:
    query = urlencode({"query": "SELECT (STR(<>) AS ?own) {}"})
    first = client.send("GET", query, {"Host": "one.example"})
    second = client.send("GET", query, {"Host": "two.example"})
    assert first.rows[0]["own"]["value"] == "http://one.example/sparql"
    assert second.rows[0]["own"]["value"] == "http://two.example/sparql"
    assert first.headers["etag"] != second.headers["etag"]


def test_an_empty_dataset_parameter_counts_as_none(client: Client) -> None:
    query = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
    assert client.send("GET", query + "&default-graph-uri=&named-graph-uri=").json() == client.send("GET", query).json()


@pytest.mark.parametrize("how", ["format", "accept"])
def test_n3_is_answered_in_turtle(client: Client, how: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"
    response = client.get(query, format="n3") if how == "format" else client.get(query, "text/n3")
    assert response.status == 200
    assert response.media_type == "text/turtle"
