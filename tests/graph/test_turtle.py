from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, BNode, Graph, Literal, URIRef

from zhiyin.graph.blocks import Block
from zhiyin.graph.nodes import CLAUSE, ZY
from zhiyin.graph.turtle import write_turtle


def test_form_is_one_statement_a_line_with_the_prefixes_it_uses() -> None:
    block = Block(
        CLAUSE["4.3.3.1"], ((RDF.type, ZY.Requirement), (ZY.order, Literal(7)), (ZY.text, Literal('甲"乙', lang="zh")))
    )
    assert write_turtle([block], "Generated.") == (
        "# Generated.\n"
        "@prefix clause: <https://w3id.org/zhiyin/id/clause/> .\n"
        "@prefix zy: <https://w3id.org/zhiyin/ontology#> .\n"
        "\n"
        "clause:4.3.3.1\n"
        "    a zy:Requirement ;\n"
        "    zy:order 7 ;\n"
        '    zy:text "甲\\"乙"@zh ;\n'
        ".\n"
    )


def test_iri_that_no_prefix_fits_is_written_in_full() -> None:
    text = write_turtle(
        [Block(URIRef("https://example.org/a"), ((ZY.tier, URIRef("https://w3id.org/zhiyin/id/clause/a/b")),))], "x"
    )
    assert "<https://example.org/a>" in text
    assert "<https://w3id.org/zhiyin/id/clause/a/b>" in text


def test_blank_node_is_refused() -> None:
    with pytest.raises(TypeError, match="BNode"):
        write_turtle([Block(CLAUSE["1.1"], ((ZY.tier, BNode()),))], "x")


LITERALS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: Literal(text, lang="zh")),
    st.text(st.characters(exclude_categories=["Cs"])).map(Literal),
    st.integers(-(10**9), 10**9).map(Literal),
)
NODES = st.sampled_from([CLAUSE["2.1.1.1"], ZY.Requirement, URIRef("https://example.org/%E7%94%B2")])


@given(
    st.lists(
        st.tuples(NODES, st.lists(st.tuples(st.just(ZY.text), LITERALS | NODES), min_size=1, max_size=4)), max_size=3
    )
)
def test_a_parser_reads_back_what_was_written(rows: list[tuple[URIRef, list[tuple[URIRef, Literal]]]]) -> None:
    blocks = [Block(subject, tuple(statements)) for subject, statements in rows]
    expected = {(block.subject, predicate, value) for block in blocks for predicate, value in block.statements}
    graph = Graph().parse(data=write_turtle(blocks, "x"), format="turtle")
    assert {(s, str(p), str(o)) for s, p, o in graph} == {(s, str(p), str(o)) for s, p, o in expected}
