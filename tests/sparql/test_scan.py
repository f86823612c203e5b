"""What is known of a query before it runs."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import BadQuery
from zhiyin.sparql.faults import syntax_error
from zhiyin.sparql.media import Kind
from zhiyin.sparql.scan import outline, tokens
from zhiyin.sparql.spelling import escape_dots


@pytest.mark.parametrize(
    ("text", "form", "kind"),
    [
        ("SELECT * {}", "SELECT", Kind.TABLE),
        ("select ?x where { ?x ?y 'ASK' }", "SELECT", Kind.TABLE),
        ("# SELECT\nASK {}", "ASK", Kind.BOOLEAN),
        ("PREFIX ask: <http://a.example/#select> CONSTRUCT WHERE { ?s ask:select ?o }", "CONSTRUCT", Kind.GRAPH),
        ("BASE <http://select.example/> DESCRIBE <x>", "DESCRIBE", Kind.GRAPH),
    ],
)
def test_the_form_is_found_where_it_stands(text: str, form: str, kind: Kind) -> None:
    seen = outline(text, 100)
    assert (seen.form, seen.kind) == (form, kind)


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }", ("http://a.example/",)),
        ("SELECT * { service silent <http://a.example/> {} }", ("http://a.example/",)),
        (
            "PREFIX e: <http://a.example/> SELECT * { SERVICE e:sparql {} SERVICE ?where {} }",
            ("http://a.example/sparql", None),
        ),
        ("SELECT * { SERVICE nope:sparql {} }", (None,)),
        ("SELECT * { SERVICE <http://a.example/\\u0041> {} }", ("http://a.example/A",)),
        ("SELECT * { ?s ?p 1SERVICE <http://a.example/> {} }", ("http://a.example/",)),
        ("SELECT * { ?s ?p ?o.SERVICE<http://a.example/>{} }", ("http://a.example/",)),
        ("SELECT * { ?s a <urn:a>.SERVICE ?x {} }", (None,)),
        ("SELECT * { SERVICESILENT<http://a.example/> {} }", (None,)),
        ("PREFIX : <http://a.example/> SELECT * { SERVICE:x {} }", (None,)),
        ("PREFIX service: <http://a.example/> SELECT * { service:x ?service ?my_service }", ()),
        ("SELECT * { ?s ?p 'SERVICE <http://a.example/>' } # SERVICE <http://b.example/>", ()),
        ("SELECT * { ?s <http://a.example/SERVICE> ?service }", ()),
    ],
)
def test_services_are_found(text: str, services: tuple[str | None, ...]) -> None:
    assert outline(text, 100).services == services


@pytest.mark.parametrize(
    ("text", "repeatable"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT (NOW() AS ?now) {}", False),
        ("SELECT * { BIND(rand() AS ?x) }", False),
        ("SELECT (struuid() AS ?x) {}", False),
        ("SELECT (1-NOW ()AS ?x) {}", False),
        ("SELECT (COUNT(DISTINCTRAND()) AS ?x) {}", False),
        ("SELECT ?now { ?now ?rand 'RAND()' }", True),
        ("SELECT * { SERVICE <http://a.example/> {} }", False),
    ],
)
def test_what_may_differ_between_runs_is_told(text: str, repeatable: bool) -> None:
    assert outline(text, 100).repeatable is repeatable


def test_a_dataset_counts_only_outside_the_braces() -> None:
    assert outline("SELECT * FROM <http://a.example/> {}", 100).has_dataset
    assert not outline("SELECT * { ?from ?p 'FROM' }", 100).has_dataset


@pytest.mark.parametrize(
    "text", ["", "  \n ", "# nothing", "LOAD <http://a.example/>", "DROP ALL", "WITH <urn:a> DELETE {}"]
)
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(BadQuery) as caught:
        outline(text, 100)
    assert caught.value.place.line == 1


@pytest.mark.parametrize(("open_", "close"), ["{}", "()", "[]"])
def test_nesting_is_counted_and_bounded(open_: str, close: str) -> None:
    text = "SELECT * " + open_ * 50 + close * 50
    assert outline(text, 50).nesting == 50
    with pytest.raises(BadQuery) as caught:
        outline(text, 49)
    assert caught.value.place.column == len("SELECT * ") + 50


def test_brackets_in_strings_do_not_nest() -> None:
    assert outline("SELECT * { ?s ?p '" + "{" * 500 + "' }", 10).nesting == 1


@given(st.text(max_size=200))
def test_tokens_cover_the_text_in_order_without_overlap(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert token.start >= end
        assert text[token.start : token.end] == token.text
        end = token.end


@pytest.mark.parametrize(
    "text",
    [
        r"""PREFIX a: <urn:a> ASK { ?s a:b\' ?o . SERVICE <http://a.example/> {} FILTER("'" = 'x') }""",
        "ASK { ?a ?b ?c FILTER(?a<?b)SERVICE#>\n<http://a.example/>{} }",
        "ASK { ?a ?b ?c FILTER(?a<?b)#>'''\nSERVICE <http://a.example/> {} #'''\n }",
        "ASK { ?a ?b ?c FILTER(?a<?b&&'x>'=?c) SERVICE <http://a.example/> {} FILTER('y'=?c) }",
        "PREFIX urn: <urn:> ASK { ?a ?b ?c FILTER(?a<urn:x)#>'''\nSERVICE <http://a.example/> {} #'''\n }",
    ],
)
def test_no_service_hides_behind_what_looks_like_a_literal(text: str) -> None:
    ox.Store().query(text)  # the engine takes it and would ask the endpoint
    assert outline(text, 100).services


def test_a_name_with_a_fragment_is_no_service() -> None:
    assert outline("ASK { ?service a <urn:x#y>, <http://a.example/service#y> }", 100).services == ()


@pytest.mark.parametrize("unit", ["'\\", '"\\', "'a\\", "\\'''", "a:", "a.", ":a.", ":a%", "<a", "SERVICEx:y "])
def test_a_long_text_is_looked_over_in_one_go(unit: str) -> None:
    """Each of these took the square of its length, hours for this one, when a search began anew at every quote."""
    text = "ASK { " + unit * (1_000_000 // len(unit))
    outline(text, 1_000_000)
    escape_dots(text)
    syntax_error(text, "Prefix not found", 1, len(text))


def test_odd_schemes_take_no_more_time_than_the_text_is_long() -> None:
    """71 kB of these took 43 s when each scheme was looked for in the whole text."""
    text = "ASK { " + " ".join(f"<s{n}:x#y>" for n in range(8_000)) + " SERVICE <http://a.example/> {} }"
    started = time.process_time()
    assert outline(text, 100).services == ("http://a.example/",)
    assert time.process_time() - started < 3


def test_a_scheme_that_is_a_prefix_too_is_found_among_many() -> None:
    odd = " ".join(f"<s{n}:x#y>" for n in range(50))
    text = f"PREFIX s7: <urn:> ASK {{ {odd} . ?a ?b ?c FILTER(?a<s7:x#>'''\nSERVICE <http://a.example/> {{}} #'''\n }}"
    assert None in outline(text, 100).services


def test_a_wrong_first_word_is_put_right() -> None:
    with pytest.raises(BadQuery, match="did you mean CONSTRUCT") as caught:
        outline("PREFIX a: <urn:a>\n CONSTRCT { ?s ?p ?o } WHERE { ?s ?p ?o }", 100)
    assert (caught.value.place.line, caught.value.place.column) == (2, 2)
