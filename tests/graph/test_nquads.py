from __future__ import annotations

import pyoxigraph
from rdflib import RDF, BNode, Graph, Literal

from zhiyin.composition import BuiltGraph
from zhiyin.graph.nodes import ASSERTED_GRAPH, CLAUSE, INFERRED_GRAPH, ZY
from zhiyin.graph.nquads import read_resources, write_nquads, write_resources


def small(first: str, second: str) -> Graph:
    graph = Graph()
    head, tail = BNode(first), BNode(second)
    graph.add((ZY.reachesTier, ZY.chain, head))
    graph.add((head, RDF.first, ZY.mentionedIn))
    graph.add((head, RDF.rest, tail))
    graph.add((tail, RDF.first, ZY.tier))
    graph.add((tail, RDF.rest, RDF.nil))
    graph.add((CLAUSE["1.1"], ZY.text, Literal("一\n二", lang="zh")))
    return graph


def test_bytes_do_not_depend_on_the_names_of_blank_nodes() -> None:
    assert write_nquads(small("a", "b"), []) == write_nquads(small("y", "x"), [])


def test_each_triple_stands_in_its_graph_on_a_line_of_its_own() -> None:
    text = write_nquads(small("a", "b"), [(CLAUSE["3.1.1.1"], ZY.ancestor, CLAUSE["2.1.1.1"])])
    lines = text.splitlines()
    assert lines == sorted(lines)
    assert [line for line in lines if str(INFERRED_GRAPH) in line] == [
        f"<{CLAUSE['3.1.1.1']}> <{ZY.ancestor}> <{CLAUSE['2.1.1.1']}> <{INFERRED_GRAPH}> ."
    ]
    assert sum(f"<{ASSERTED_GRAPH}> ." in line for line in lines) == 6
    assert '"一\\n二"@zh' in text


def test_a_store_reads_the_built_file_whole(built: BuiltGraph, store: pyoxigraph.Store) -> None:
    assert len(store) == built.asserted + built.inferred
    assert {graph.value for graph in store.named_graphs() if isinstance(graph, pyoxigraph.NamedNode)} == {
        str(ASSERTED_GRAPH),
        str(INFERRED_GRAPH),
    }


def test_triples_of_iris_are_read_back_as_written() -> None:
    triples = [(CLAUSE["3.1.1.1"], ZY.ancestor, CLAUSE["2.1.1.1"]), (CLAUSE["2.1.1.1"], RDF.type, ZY.Clause)]
    assert read_resources(write_resources(triples)) == triples
    assert read_resources("") == []
