"""Small queries answered from the store's indexes: the engine's answers, within a bound, and nothing but lookups."""

from __future__ import annotations

import json
import random

import pyoxigraph as ox
import pytest

from zhiyin.sparql import lookup
from zhiyin.sparql.lookup import read_lookup

E = "http://e/"
STORE = ox.Store()
STORE.extend(
    ox.Quad(*quad)
    for quad in (
        (ox.NamedNode(E + "a"), ox.NamedNode(E + "p"), ox.NamedNode(E + "b"), ox.NamedNode(E + "g1")),
        (ox.NamedNode(E + "a"), ox.NamedNode(E + "p"), ox.NamedNode(E + "a"), ox.NamedNode(E + "g1")),
        (ox.NamedNode(E + "a"), ox.NamedNode(E + "p"), ox.NamedNode(E + "b"), ox.NamedNode(E + "g2")),
        (ox.NamedNode(E + "b"), ox.NamedNode(E + "q"), ox.Literal('两"行\n\\', language="zh"), ox.NamedNode(E + "g2")),
        (ox.NamedNode(E + "b"), ox.NamedNode(E + "q"), ox.Literal("two"), ox.DefaultGraph()),
        (ox.NamedNode(E + "b"), ox.NamedNode(E + "r"), ox.Literal(7), ox.NamedNode(E + "g1")),
        (ox.NamedNode(E + "c"), ox.NamedNode(E + "r"), ox.Literal(7), ox.NamedNode(E + "g1")),
        (ox.BlankNode("x"), ox.NamedNode(E + "p"), ox.NamedNode(E + "c"), ox.NamedNode(E + "g1")),
        (
            ox.NamedNode(E + "c"),
            ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
            ox.NamedNode(E + "K"),
            ox.NamedNode(E + "g1"),
        ),
    )
)
LOOKUPS = (
    "SELECT ?o { <http://e/a> <http://e/p> ?o }",
    "select * where { ?s ?p ?o }",
    "PREFIX e: <http://e/> SELECT ?s ?n WHERE { ?s e:r 7 ; e:q ?n . }",
    "PREFIX e: <http://e/> SELECT ?x ?z { ?x e:p ?y . ?y e:p ?z }",
    "PREFIX e: <http://e/> SELECT ?x { ?x e:p ?x }",
    "PREFIX e: <http://e/> SELECT ?x ?none { ?x a e:K }",
    'PREFIX e: <http://e/>\nPREFIX f: <http://f/>\nSELECT $x { $x e:q "two" }',
    'PREFIX e: <http://e/> SELECT ?x { ?x e:q "two"@zh }',
    "PREFIX : <http://e/> SELECT ?o ?x { :b :q ?o , ?x }",
    "PREFIX : <http://e/> SELECT ?o { :b :q ?o . ?o :p ?x }",
    "PREFIX : <http://e/> SELECT ?o { :a ?o ?y . :b ?y ?o }",
    "PREFIX : <http://e/> SELECT ?o { :a :p ?o } LIMIT 0",
    "ASK { ?s a <http://e/K> }",
    "ASK { <http://e/K> ?p ?o }",
    "PREFIX : <http://e/> ASK WHERE { :a :p :b . :b :r 07 }",
)
OTHERS = (
    "SELECT DISTINCT ?o { ?s ?p ?o }",
    "SELECT ?o { ?s ?p ?o FILTER(?o > 1) }",
    "SELECT ?o { ?s ?p ?o } ORDER BY ?o",
    "SELECT ?o { ?s <http://e/p>+ ?o }",
    "SELECT ?o ?o { ?s ?p ?o }",
    "SELECT ?o FROM <http://e/g1> { ?s ?p ?o }",
    "SELECT ?o { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?o { ?s ?p ?o OPTIONAL { ?o ?q ?r } }",
    "SELECT ?o { _:b ?p ?o }",
    "SELECT ?o { ?s x:p ?o }",
    "SELECT ?o { ?s <p> ?o }",
    'SELECT ?s { ?s ?p "a\\nb" }',
    'SELECT ?s { "a" ?p ?s }',
    "SELECT ?s { ?s ?p 1.5 }",
    "SELECT ?s { ?s ?p ?o . # a remark\n }",
    "SELECT ?s { ?s ?p }",
    "SELECT ?s { ?s ?p ?o ?q }",
    "SELECT ?s { ?s ?p ?o . . }",
    "SELECT ?s { }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "ASK { ?s ?p ?o } LIMIT 1",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT ?s { ?s ?p ?o } LIMIT 1 OFFSET 1",
)


def _by_engine(text: str) -> tuple[object, list[str]]:
    results = STORE.query(text, use_default_graph_as_union=True)
    assert not isinstance(results, ox.QueryTriples)
    body = results.serialize(format=ox.QueryResultsFormat.JSON)
    assert body is not None
    return _told(body)


def _told(body: bytes) -> tuple[object, list[str]]:
    answer = json.loads(body)
    rows = answer.get("results", {}).get("bindings", [])
    return (answer["head"], answer.get("boolean")), sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("text", LOOKUPS)
def test_a_lookup_gets_the_engines_answer(text: str) -> None:
    found = read_lookup(text)
    assert found is not None
    body = found.answer(STORE, 100, 10_000)
    assert body is not None
    assert _told(body) == _by_engine(text)


@pytest.mark.parametrize("text", OTHERS)
def test_anything_else_is_the_engines(text: str) -> None:
    assert read_lookup(text) is None


def test_patterns_put_together_at_random_get_the_engines_answer() -> None:
    chance = random.Random(13)  # noqa: S311 - the same cases each time
    slots = ["?x", "?y", "?z", "?x", "?y", "e:a", "e:b", "e:c", "e:p", "e:q", "e:r"]
    ends = [*slots, '"two"', "7", "e:K"]
    rows = 0
    for _ in range(1000):
        patterns = " . ".join(
            f"{chance.choice(slots)} {chance.choice([*slots, 'a'])} {chance.choice(ends)}"
            for _ in range(chance.choice([1, 1, 2, 3]))
        )
        text = f"PREFIX e: <http://e/> SELECT ?x ?y ?z {{ {patterns} }}"
        found = read_lookup(text)
        assert found is not None
        body = found.answer(STORE, 10_000, 10_000_000)
        if body is None:
            continue
        told = _told(body)
        assert told == _by_engine(text), text
        rows += len(told[1])
    assert rows > 100


def test_what_would_read_too_much_or_say_too_much_is_left_to_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    every = read_lookup("SELECT * { ?s ?p ?o }")
    assert every is not None
    assert every.answer(STORE, len(STORE), 10_000) is not None
    assert every.answer(STORE, len(STORE) - 1, 10_000) is None
    assert every.answer(STORE, len(STORE), 50) is None
    monkeypatch.setattr(lookup, "MOST_READ", len(STORE) - 1)
    assert every.answer(STORE, len(STORE), 10_000) is None
    # A product of patterns without rows reads, too.
    crossed = read_lookup("PREFIX e: <http://e/> SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?f ?e ?d . e:none e:p ?a }")
    assert crossed is not None
    assert crossed.answer(STORE, 10, 10_000) is not None


def test_reading_takes_no_longer_than_the_text_is_long() -> None:
    for text in (
        "SELECT " + "?a " * 600,
        "ASK {" + " ?a ?b ?c ;" * 160,
        "PREFIX a: <http://e/> " * 90,
        "SELECT ?a{" + "a" * 2000,
    ):
        assert read_lookup(text) is None
