"""Takes the asserted graph and gives what OWL 2 RL adds to it: valid triples in our vocabulary and ELI, nothing asserted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, URIRef

from zhiyin.errors import OntologyError
from zhiyin.graph.nodes import ELI, ID, ZY

ResourceTriple = tuple[URIRef, URIRef, URIRef]

_AXIOMS: Final = frozenset(
    {
        OWL.disjointWith,
        OWL.equivalentClass,
        OWL.hasValue,
        OWL.inverseOf,
        OWL.onProperty,
        OWL.propertyChainAxiom,
        RDF.first,
        RDF.rest,
        RDFS.domain,
        RDFS.range,
        RDFS.subClassOf,
        RDFS.subPropertyOf,
    }
)
_KINDS: Final = frozenset(
    {OWL.ObjectProperty, OWL.FunctionalProperty, OWL.TransitiveProperty, OWL.Class, OWL.Restriction}
)
# Figures are not reasoned over: a threshold's metric and unit stand apart from the guideline's objects.
_LEFT_OUT: Final = frozenset({ZY.checkKind, ZY.hasThreshold, ZY.metric, ZY.thresholdFamily, ZY.unit})
_ABOX_CLASSES: Final = frozenset(
    {
        ZY.Concept,
        ZY.Definition,
        ZY.GeneralProvision,
        ZY.Guideline,
        ZY.ReadingRule,
        ZY.Requirement,
        ZY.RequirementFamily,
        ZY.Section,
        ZY.SectionTopic,
        ZY.Tier,
    }
)


def close_graph(
    asserted: Graph, vocabulary: Graph, progress: Callable[[int], None] | None = None
) -> list[ResourceTriple]:
    """Return the sorted triples that follow from the guideline's object triples under ``vocabulary``'s axioms.

    ``asserted`` is the whole graph, ``vocabulary`` the files whose classes and properties are reasoned over;
    ``progress`` is told the number of triples known at the start of each cycle. Labels, thresholds and the company
    vocabulary are not looked at. Raises OntologyError where the graph contradicts the axioms.
    """
    graph = Graph(bind_namespaces="none")
    for triple in object_triples(asserted, vocabulary):
        graph.add(triple)
    errors = _expand(graph, progress)
    if errors:
        raise OntologyError(
            f"图谱与公理矛盾：{errors[0]}", f"the graph contradicts its axioms: {errors[0]}", details={"errors": errors}
        )
    return sorted(triple for triple in _ours(graph) if triple not in asserted)


def input_digest(asserted: Graph, vocabulary: Graph, vocabulary_bytes: bytes) -> str:
    """Return the hash of all that the closure depends on: what it looks at, the axioms, this code and the reasoner."""
    digest = hashlib.sha256(vocabulary_bytes)
    digest.update(Path(__file__).read_bytes())
    digest.update(version("owlrl").encode())
    named = [triple for triple in object_triples(asserted, vocabulary) if not any(isinstance(t, BNode) for t in triple)]
    # A type asserted outside what the reasoner looks at still keeps that type from counting as inferred.
    types = [(s, RDF.type, o) for s, o in asserted.subject_objects(RDF.type) if str(o).startswith(ZY)]
    for line in sorted({" ".join(map(str, triple)) for triple in (*named, *types)}):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()[:32]


def object_triples(asserted: Graph, vocabulary: Graph) -> Iterator[tuple[URIRef | BNode, URIRef, URIRef | BNode]]:
    """Give what the reasoner looks at: the axioms of ``vocabulary`` and the guideline's links between things."""
    properties: set[URIRef] = {SKOS.broader}
    for s, p, o in vocabulary:
        if not isinstance(s, URIRef | BNode) or not isinstance(o, URIRef | BNode) or not isinstance(p, URIRef):
            continue
        if p in _AXIOMS or (p == RDF.type and o in _KINDS):
            yield s, p, o
        if p == RDF.type and o == OWL.ObjectProperty and isinstance(s, URIRef) and s not in _LEFT_OUT:
            properties.add(s)
    for predicate in sorted(properties):
        for s, o in asserted.subject_objects(predicate):
            if isinstance(s, URIRef) and isinstance(o, URIRef) and s.startswith(ID):
                yield s, predicate, o
    for kind in sorted(_ABOX_CLASSES):
        for s in asserted.subjects(RDF.type, kind):
            if isinstance(s, URIRef):
                yield s, RDF.type, kind


def _expand(graph: Graph, progress: Callable[[int], None] | None) -> list[str]:
    """Add to ``graph`` all that OWL 2 RL entails; return the contradictions found."""
    # This is owlrl's one home. Its import takes a noticeable time, hence inside the function.
    from owlrl import OWLRL_Semantics

    class Semantics(OWLRL_Semantics):  # type: ignore[misc]
        def empty_stored_triples(self) -> None:
            # Called once a cycle, and a few times before the first, when nothing has been added yet.
            super().empty_stored_triples()
            if progress is not None and len(self.graph) != getattr(self, "known", 0):
                self.known = len(self.graph)
                progress(self.known)

        def one_time_rules(self) -> None:
            """Apply none: they declare owl:Thing, datatypes and annotation properties, which say nothing of ours."""

        def _equality(self, triple: tuple[Any, Any, Any], cycle_num: int) -> None:
            # Rule eq-ref makes everything the same as itself: true, and most of the reasoner's work.
            if triple[1] == OWL.sameAs and triple[0] != triple[2]:
                self.add_error(f"{triple[0]} and {triple[2]} would be one and the same")

    semantics = Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    return list(semantics.error_messages)


def _ours(graph: Graph) -> Iterator[ResourceTriple]:
    for s, p, o in graph:
        if not (isinstance(s, URIRef) and isinstance(p, URIRef) and isinstance(o, URIRef)):
            continue
        if s != o and s.startswith(ID) and (_kept(p) or (p == RDF.type and _kept(o))):
            yield s, p, o


def _kept(term: URIRef) -> bool:
    """Return whether conclusions in ``term`` are kept: it is ours, or of the legal vocabulary that ours specialises."""
    return term.startswith(ZY) or term.startswith(ELI)  # noqa: PIE810 - rdflib's startswith takes no tuple
