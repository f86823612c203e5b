"""One test per entailment relied on: what must follow is derived here in plain Python and compared with the reasoner's.

Each expected triple is absent from the asserted graph, so that every test fails without the reasoner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyoxigraph
import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef

from zhiyin import composition, resources
from zhiyin.composition import Assembly
from zhiyin.errors import OntologyError
from zhiyin.graph.closure import close_graph, input_digest
from zhiyin.graph.handwritten import read_turtle
from zhiyin.graph.nodes import ASSERTED_GRAPH, CLAUSE, ELI, GUIDELINE, ID, INFERRED_GRAPH, TIER, ZY

Pairs = set[tuple[str, str]]


def pairs(graph: Graph, *predicates: URIRef) -> Pairs:
    return {(str(s), str(o)) for predicate in predicates for s, o in graph.subject_objects(predicate)}


def inverse(found: Iterable[tuple[str, str]]) -> Pairs:
    return {(o, s) for s, o in found}


def chain(first: Pairs, second: Pairs) -> Pairs:
    following: dict[str, list[str]] = {}
    for s, o in second:
        following.setdefault(s, []).append(o)
    return {(s, end) for s, middle in first for end in following.get(middle, [])}


def transitive(found: Pairs) -> Pairs:
    closure = set(found)
    while True:
        longer = closure | chain(closure, found)
        if longer == closure:
            return closure
        closure = longer


def steps(graph: Graph) -> Pairs:
    return pairs(graph, ZY.continues, ZY.rewords, ZY.promotes, ZY.strengthens)


def parts(graph: Graph) -> Pairs:
    return transitive(pairs(graph, ZY.section, ZY.parent))


def tiers() -> Pairs:
    return {(str(TIER[str(low)]), str(TIER[str(high)])) for low in range(1, 5) for high in range(low + 1, 5)}


def mentions(graph: Graph) -> Pairs:
    return pairs(graph, ZY.mentions)


EXPECTED: dict[str, Callable[[Graph], Pairs]] = {
    "derivedFrom": steps,
    "leadsTo": lambda g: inverse(steps(g)),
    "ancestor": lambda g: transitive(steps(g)),
    "descendant": lambda g: inverse(transitive(steps(g))),
    "partOf": parts,
    "hasPart": lambda g: inverse(parts(g)),
    "lowerThan": lambda _: tiers(),
    "higherThan": lambda _: inverse(tiers()),
    "mentionedIn": lambda g: inverse(mentions(g)),
    "reachesTier": lambda g: chain(inverse(mentions(g)), pairs(g, ZY.tier)),
    "discusses": lambda g: chain(inverse(parts(g)), mentions(g)),
    "concerns": lambda g: chain(pairs(g, ZY.member), mentions(g)),
    "demandedIn": lambda g: chain(pairs(g, ZY.member), pairs(g, ZY.tier)),
    "defines": lambda g: inverse(pairs(g, ZY.definedBy)),
    "kindOf": lambda g: transitive(pairs(g, SKOS.broader)),
    "hasKind": lambda g: inverse(transitive(pairs(g, SKOS.broader))),
    "touchedBy": lambda g: inverse(pairs(g, ZY.touches)),
}


def inferred_pairs(store: pyoxigraph.Store, predicate: URIRef) -> Pairs:
    graph = pyoxigraph.NamedNode(str(INFERRED_GRAPH))
    quads = store.quads_for_pattern(None, pyoxigraph.NamedNode(str(predicate)), None, graph)
    return {(quad.subject.value, quad.object.value) for quad in quads}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_follows_is_inferred_and_nothing_else(store: pyoxigraph.Store, assembly: Assembly, name: str) -> None:
    expected = EXPECTED[name](assembly.asserted)
    assert expected
    assert inferred_pairs(store, ZY[name]) == expected
    assert not pairs(assembly.asserted, ZY[name])


@pytest.mark.parametrize(
    ("kind", "count"),
    [("Clause", 781), ("GeneralProvision", 6), ("MandatoryRequirement", 760), ("OptionalRequirement", 11)],
)
def test_classes_that_follow(store: pyoxigraph.Store, assembly: Assembly, kind: str, count: int) -> None:
    found = [subject for subject, value in inferred_pairs(store, RDF.type) if value == str(ZY[kind])]
    assert len(found) == count
    asserted = set(map(str, assembly.asserted.subjects(RDF.type, ZY[kind])))
    assert not asserted & set(found)


def test_parts_are_parts_in_the_legal_vocabulary_too(store: pyoxigraph.Store, assembly: Assembly) -> None:
    expected = parts(assembly.asserted)
    assert inferred_pairs(store, ELI.is_part_of) == expected
    assert inferred_pairs(store, ELI.has_part) == inverse(expected)


def test_clauses_and_sections_are_subdivisions_of_a_legal_resource(store: pyoxigraph.Store) -> None:
    found = {s for s, kind in inferred_pairs(store, RDF.type) if kind == str(ELI.LegalResourceSubdivision)}
    assert len([s for s in found if s.startswith(str(CLAUSE))]) == 781
    assert len(found) == 781 + 173
    assert {s for s, kind in inferred_pairs(store, RDF.type) if kind == str(ELI.LegalResource)} >= {str(GUIDELINE)}


def test_every_inferred_predicate_has_a_test(store: pyoxigraph.Store) -> None:
    graph = pyoxigraph.NamedNode(str(INFERRED_GRAPH))
    found = {quad.predicate.value for quad in store.quads_for_pattern(None, None, None, graph)}
    assert found == {str(ZY[name]) for name in EXPECTED} | {str(RDF.type), str(ELI.is_part_of), str(ELI.has_part)}


def test_inferred_triples_are_valid_rdf_in_our_own_vocabulary(store: pyoxigraph.Store) -> None:
    graph = pyoxigraph.NamedNode(str(INFERRED_GRAPH))
    for quad in store.quads_for_pattern(None, None, None, graph):
        assert isinstance(quad.subject, pyoxigraph.NamedNode)
        assert isinstance(quad.object, pyoxigraph.NamedNode)
        assert quad.subject.value.startswith(str(ID))
        assert quad.subject != quad.object
        term = quad.object if quad.predicate.value == str(RDF.type) else quad.predicate
        assert term.value.startswith((str(ZY), str(ELI)))


def test_no_triple_is_both_asserted_and_inferred(store: pyoxigraph.Store) -> None:
    asserted, inferred = (pyoxigraph.NamedNode(str(name)) for name in (ASSERTED_GRAPH, INFERRED_GRAPH))
    both = [
        quad
        for quad in store.quads_for_pattern(None, None, None, inferred)
        if pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, asserted) in store
    ]
    assert not both


# --- on a graph of a few triples ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return read_turtle(resources.path(f"ontology/{name}.ttl") for name in composition.VOCABULARY)


def test_closure_is_the_same_each_time(vocabulary: Graph) -> None:
    graph = Graph()
    for lower, higher in (("2.1.1.1", "3.1.1.1"), ("3.1.1.1", "4.1.1.1")):
        graph.add((CLAUSE[higher], ZY.continues, CLAUSE[lower]))
    once = close_graph(graph, vocabulary)
    assert once == close_graph(graph, vocabulary) == sorted(once)
    assert (CLAUSE["4.1.1.1"], ZY.ancestor, CLAUSE["2.1.1.1"]) in once
    assert (CLAUSE["4.1.1.1"], ZY.derivedFrom, CLAUSE["2.1.1.1"]) not in once


def test_a_clause_both_mandatory_and_optional_is_a_contradiction(vocabulary: Graph) -> None:
    graph = Graph()
    graph.add((CLAUSE["2.1.1.1"], ZY.obligation, ZY.Mandatory))
    graph.add((CLAUSE["2.1.1.1"], ZY.obligation, ZY.Optional))
    with pytest.raises(OntologyError, match="contradicts its axioms"):
        close_graph(graph, vocabulary)


def test_two_ancestors_in_the_tier_below_are_a_contradiction(vocabulary: Graph) -> None:
    graph = Graph()
    graph.add((CLAUSE["3.1.1.1"], ZY.continues, CLAUSE["2.1.1.1"]))
    graph.add((CLAUSE["3.1.1.1"], ZY.continues, CLAUSE["2.1.1.2"]))
    with pytest.raises(OntologyError, match="one and the same"):
        close_graph(graph, vocabulary)


def test_progress_is_told_while_the_graph_grows(vocabulary: Graph) -> None:
    graph = Graph()
    graph.add((CLAUSE["3.1.1.1"], ZY.continues, CLAUSE["2.1.1.1"]))
    told: list[int] = []
    close_graph(graph, vocabulary, told.append)
    assert told == sorted(set(told))
    assert len(told) > 1


def test_digest_changes_with_what_the_reasoner_looks_at_alone(vocabulary: Graph) -> None:
    graph = Graph()
    graph.add((CLAUSE["3.1.1.1"], ZY.continues, CLAUSE["2.1.1.1"]))
    first = input_digest(graph, vocabulary, b"axioms")
    graph.add((CLAUSE["3.1.1.1"], RDFS.label, Literal("a label")))
    assert input_digest(graph, vocabulary, b"axioms") == first
    assert input_digest(graph, vocabulary, b"other axioms") != first
    graph.add((CLAUSE["4.1.1.1"], ZY.continues, CLAUSE["3.1.1.1"]))
    assert input_digest(graph, vocabulary, b"axioms") != first


def test_company_vocabulary_and_figures_are_not_reasoned_over(assembly: Assembly, vocabulary: Graph) -> None:
    from zhiyin.graph.closure import object_triples

    seen = {(s, p, o) for s, p, o in object_triples(assembly.asserted, vocabulary)}
    assert not any(p in (ZY.hasThreshold, ZY.metric, ZY.unit) for _, p, _ in seen)
    company = read_turtle(resources.turtle_files("ontology/company"))
    terms = {s for s in company.subjects(RDF.type) if isinstance(s, URIRef) and s.startswith(ZY)}
    own = set(vocabulary.subjects(RDF.type))
    assert not {s for s, _, _ in seen} & (terms - own)
