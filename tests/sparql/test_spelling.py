"""Names with several dots, such as every clause number, are read as SPARQL says."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.sparql.spelling import escape_dots

PREFIX = "PREFIX c: <https://e.x/c/>\n"


def asked(text: str) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples:
    store = pyoxigraph.Store()
    node = pyoxigraph.NamedNode("https://e.x/c/4.3.3.1")
    store.add(pyoxigraph.Quad(node, pyoxigraph.NamedNode("https://e.x/c/p"), pyoxigraph.Literal("c:1.2.3.4")))
    return store.query(escape_dots(PREFIX + text))


@pytest.mark.parametrize(
    "text",
    [
        "ASK { c:4.3.3.1 c:p ?o }",
        "ASK { c:4.3.3.1 c:p ?o. }",
        'ASK { c:4.3.3.1 c:p "c:1.2.3.4" }',
        r"ASK { c:4\.3\.3\.1 c:p ?o }",
        "ASK { VALUES ?s { c:4.3.3.1 } ?s c:p ?o } # c:1.2.3.4",
        "ASK { <https://e.x/c/4.3.3.1> c:p ?o }",
    ],
)
def test_a_clause_number_is_a_name(text: str) -> None:
    assert bool(asked(text))


def test_the_engine_alone_still_needs_this() -> None:
    with pytest.raises(SyntaxError):
        pyoxigraph.Store().query(PREFIX + "ASK { c:4.3.3.1 c:p ?o }")


@given(st.text(alphabet="c:4.3 \\<>\"'{}#?\n", max_size=40))
def test_text_without_such_names_is_untouched_and_nothing_is_lost(text: str) -> None:
    assert escape_dots(text).replace("\\", "") == text.replace("\\", "")
