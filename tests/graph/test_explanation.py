"""Every inferred statement is explained by facts and an axiom that stand in the graph."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from zhiyin.composition import BuiltGraph, load_graph
from zhiyin.composition.explanation import CHAIN, INVERSE, SUBCLASS, TRANSITIVE, VALUE, conclusions
from zhiyin.composition.resource import loaded
from zhiyin.namespaces import ASSERTED_GRAPH, CLAUSE, CONCEPT, INFERRED_GRAPH, TIER, ZY


@pytest.fixture(scope="module")
def graph() -> BuiltGraph:
    return load_graph()


def inferred(store: ox.Store, iri: str) -> set[ox.Triple]:
    """What stands in the inferred graph alone, between named things."""
    node = ox.NamedNode(iri)
    asserted, derived = ox.NamedNode(str(ASSERTED_GRAPH)), ox.NamedNode(str(INFERRED_GRAPH))
    return {
        quad.triple
        for quad in store.quads_for_pattern(node, None, None, derived)
        if isinstance(quad.object, ox.NamedNode)
        and not any(store.quads_for_pattern(node, quad.predicate, quad.object, asserted))
    }


def test_every_inference_about_clauses_concepts_and_tiers_is_explained(graph: BuiltGraph) -> None:
    store = loaded(graph)
    things = [str(CLAUSE[n]) for n in list(graph.catalogue.clauses)[::7]]
    things += [str(CONCEPT[c]) for c in list(graph.catalogue.concepts)[::7]] + [str(TIER[n]) for n in "1234"]
    seen = 0
    for iri in things:
        found = conclusions(graph, iri)
        assert {c.fact for c in found} == inferred(store, iri)
        for conclusion in found:
            assert conclusion.premises
            for premise in conclusion.premises:
                assert premise != conclusion.fact
                assert any(store.quads_for_pattern(premise.subject, premise.predicate, premise.object, None))
        seen += len(found)
    assert seen > 1000


def test_rules_are_named(graph: BuiltGraph) -> None:
    found = {c.fact: c for c in conclusions(graph, str(CLAUSE["4.3.3.1"]))}
    here = ox.NamedNode(str(CLAUSE["4.3.3.1"]))
    a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    mandatory = found[ox.Triple(here, a, ox.NamedNode(str(ZY.MandatoryRequirement)))]
    assert mandatory.rule is VALUE
    assert [(p.predicate.value, getattr(p.object, "value", "")) for p in mandatory.premises] == [
        (str(ZY.obligation), str(ZY.Mandatory))
    ]
    assert found[ox.Triple(here, a, ox.NamedNode(str(ZY.Clause)))].rule is SUBCLASS
    rules = {c.rule for n in ("5.3.3.1", "3.3.3.1") for c in conclusions(graph, str(CLAUSE[n]))}
    assert {INVERSE, TRANSITIVE} <= rules
    concepts = list(graph.catalogue.concepts)[:40]
    assert CHAIN in {c.rule for concept in concepts for c in conclusions(graph, str(CONCEPT[concept]))}


def test_nothing_is_concluded_of_what_is_not_there(graph: BuiltGraph) -> None:
    assert conclusions(graph, str(CLAUSE["9.9.9.9"])) == []
