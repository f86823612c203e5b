"""Each shape of ``shapes/audit`` is silent on the real graph and speaks of the node in which its fault is planted.

All faults are planted in one copy of the graph, each in a node of its own, and the shapes run over it once.
"""

from __future__ import annotations

import pyoxigraph
import pytest
from rdflib import RDF, RDFS, SH, Graph

from zhiyin import resources
from zhiyin.graph.handwritten import read_turtle
from zhiyin.graph.nodes import SHAPE
from zhiyin.namespaces import PREFIXES
from zhiyin.validation.engine import Engine, PreparedShapes, Result

ID = "https://w3id.org/zhiyin/id/"

# Shape → focus node (below /id/), and what is deleted from it or inserted into it.
FAULTS: dict[str, tuple[str, str, str]] = {
    "requirement-number": ("clause/2.1.1.1", "zy:number", '"2.1.1"'),
    "requirement-order": ("clause/2.1.1.2", "zy:order", ""),
    "requirement-text": ("clause/2.1.1.4", "zy:text", '"No translation."@en'),
    "requirement-tier": ("clause/2.1.1.5", "zy:tier", ""),
    "requirement-section": ("clause/2.1.1.6", "zy:section", "tier:1"),
    "requirement-obligation": ("clause/2.1.1.8", "zy:obligation", "zy:New"),
    "requirement-mark": ("clause/2.1.2.1", "zy:mark", ""),
    "requirement-family": ("clause/2.1.2.3", "zy:family", ""),
    "requirement-change": ("clause/3.1.2.3", "zy:change", "zy:Changed"),
    "requirement-introduced": ("clause/2.1.2.4", "zy:introducedIn", ""),
    "requirement-ancestor": ("clause/3.1.2.4", "+zy:derivedFrom", "<https://w3id.org/zhiyin/id/clause/2.2.1.1>"),
    "requirement-concept": ("clause/2.1.2.5", "+zy:mentions", "tier:1"),
    "requirement-threshold": ("clause/2.1.4.1", "+zy:hasThreshold", "tier:1"),
    "continued": ("clause/3.1.4.1", "zy:derivedFrom", ""),
    "optional": ("clause/3.7.1.8", "zy:leadsTo", ""),
    "changed": ("clause/4.1.4.1", "zy:change", ""),
    "introduced": ("clause/4.1.4.2", "zy:change", "zy:Introduced"),
    "section-label": ("section/2.1.1", "rdfs:label", '"组织"@zh'),
    "section-number": ("section/2.1.2", "zy:number", '"2.1.2.x"'),
    "section-order": ("section/2.1.3", "zy:order", '"7"'),
    "section-parent": ("section/2.1.4", "+zy:parent", "section:3"),
    "section-topic": ("section/2.1.5", "zy:topic", "tier:1"),
    "topic-label": ("topic/1.1", "+rdfs:label", '"组织"@zh'),
    "topic-number": ("topic/1.2", "zy:localNumber", '"9.9"'),
    "topic-sections": ("topic/1.5", "", ""),
    "tier-label": ("tier/1", "rdfs:label", ""),
    "tier-level": ("tier/2", "zy:level", "5"),
    "tier-chapter": ("tier/3", "zy:chapter", ""),
    "provision-number": ("clause/1.1", "zy:number", '"2.1"'),
    "provision-text": ("clause/1.2", "zy:text", ""),
    "provision-mark": ("clause/1.3", "+zy:mark", "zy:New"),
    "definition-defines": ("clause/1.4.1", "zy:defines", ""),
    "family-label": ("family/f001", "rdfs:label", '"甲"@zh'),
    "family-member": ("family/f002", "zy:member", ""),
    "family-highest": ("family/f003", "zy:member", "<https://w3id.org/zhiyin/id/clause/2.1.1.3>"),
    "family-check": ("family/f004", "zy:checkKind", ""),
    "threshold-family": ("threshold/f003-1", "zy:thresholdFamily", ""),
    "threshold-phrase": ("threshold/f003-2", "zy:phrase", '"five people"@en'),
    "threshold-metric": ("threshold/f003-3", "zy:metric", "tier:1"),
    "threshold-comparator": ("threshold/f003-4", "zy:comparator", '"≥"'),
    "threshold-value": ("threshold/f003-5", "zy:value", '"8"'),
    "threshold-unit": ("threshold/f003-6", "zy:unit", "tier:1"),
    "threshold-implied": ("threshold/f003-7", "zy:implied", ""),
    "threshold-condition": ("threshold/f003-8", "+zy:condition", '"a"@en, "b"@en'),
    "threshold-clause": ("threshold/lonely", "+a", "zy:Threshold"),
    "metric-label": ("metric/floor-load", "rdfs:label", ""),
    "metric-quantity": ("metric/network-administrators", "zy:quantity", ""),
    "metric-used": ("metric/lonely", "+a", "zy:Metric"),
    "unit-label": ("unit/lonely", "+a", "qudt:Unit"),
    "concept-label": ("concept/core-system", "skos:prefLabel", '"核心系统"@zh'),
    "concept-scheme": ("concept/machine-room", "skos:inScheme", ""),
    "concept-broader": ("concept/effective-isolation", "+skos:broader", "tier:1"),
    "concept-related": ("concept/production-environment", "+skos:related", "tier:1"),
    "concept-definition": ("concept/on-site-trading", "+skos:definition", '"甲"@zh, "乙"@zh'),
    "concept-source": (
        "concept/trading-system-components",
        "zy:definedBy",
        "<https://w3id.org/zhiyin/id/clause/2.1.1.1>",
    ),
    "placed": ("concept/unplaced", "+a", "zy:Concept"),
    "reading-label": ("reading/inclusive-bounds", "rdfs:label", ""),
    "reading-text": ("reading/unwritten", "+a", "zy:ReadingRule"),
    "reading-other": ("reading/twofold", "+zy:otherReading", '"a"@en, "b"@en'),
    "reading-touches": ("reading/unwritten", "", ""),
    "reading-source": ("reading/unwritten", "", ""),
}


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return read_turtle(resources.turtle_files("shapes/audit"))


@pytest.fixture(scope="module")
def prepared(shapes: Graph) -> PreparedShapes:
    triples = pyoxigraph.parse(shapes.serialize(format="nt").encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return PreparedShapes([quad.triple for quad in triples])


def flat(store: pyoxigraph.Store) -> pyoxigraph.Store:
    """Both named graphs as one default graph, which is what a query without a dataset clause sees."""
    copy = pyoxigraph.Store()
    copy.bulk_extend(pyoxigraph.Quad(quad.subject, quad.predicate, quad.object) for quad in store)
    return copy


def ntriples(store: pyoxigraph.Store) -> str:
    return "".join(f"{quad.triple} .\n" for quad in store)


def plant(store: pyoxigraph.Store, focus: str, predicate: str, value: str) -> None:
    node = f"<{ID}{focus}>"
    name = predicate.removeprefix("+")
    if predicate and not predicate.startswith("+"):
        store.update(f"DELETE {{ {node} {name} ?old }} WHERE {{ {node} {name} ?old }}", prefixes=PREFIXES)
    if value:
        store.update(f"INSERT DATA {{ {node} {name} {value} }}", prefixes=PREFIXES)


@pytest.fixture(scope="module")
def caught(store: pyoxigraph.Store, prepared: PreparedShapes) -> set[tuple[str, str]]:
    faulty = flat(store)
    for focus, predicate, value in FAULTS.values():
        plant(faulty, focus, predicate, value)
    faulty.update(f"INSERT DATA {{ <{ID}reading/twofold> a zy:ReadingRule }}", prefixes=PREFIXES)
    faulty.update(f"DELETE WHERE {{ <{ID}section/5.1.5> zy:topic ?topic }}", prefixes=PREFIXES)
    return {(result.shape, result.focus) for result in prepared.run(ntriples(faulty), Engine.COMPILED)}


def test_the_graph_conforms(store: pyoxigraph.Store, prepared: PreparedShapes) -> None:
    assert prepared.run(ntriples(flat(store)), Engine.COMPILED) == list[Result]()


def test_every_shape_has_its_fault(shapes: Graph) -> None:
    prefix = str(SHAPE) + "audit-"
    speaking = [*shapes.subjects(RDF.type, SH.PropertyShape), *shapes.subjects(SH["or"])]
    names = {str(node).removeprefix(prefix) for node in speaking if str(node).startswith(prefix)}
    assert names == set(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(caught: set[tuple[str, str]], name: str) -> None:
    assert (f"{SHAPE}audit-{name}", ID + FAULTS[name][0]) in caught


def test_no_shape_waits_for_a_class_that_has_no_node(shapes: Graph, store: pyoxigraph.Store) -> None:
    kinds = set(shapes.objects(None, SH.targetClass))
    assert kinds
    for kind in kinds:
        found = store.quads_for_pattern(
            None, pyoxigraph.NamedNode(str(RDF.type)), pyoxigraph.NamedNode(str(kind)), None
        )
        assert next(iter(found), None) is not None, kind


def test_every_shape_says_its_duty_in_both_languages(shapes: Graph) -> None:
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in shapes.subjects(RDF.type, kind):
            said = SH.name if kind == SH.PropertyShape else RDFS.label
            assert {name.language for name in shapes.objects(shape, said)} == {"zh", "en"}  # type: ignore[attr-defined]
    for shape in shapes.subjects(RDF.type, SH.PropertyShape):
        assert {text.language for text in shapes.objects(shape, SH.message)} == {"zh", "en"}  # type: ignore[attr-defined]
