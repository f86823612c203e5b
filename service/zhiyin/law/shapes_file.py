"""The shapes of one tier as a self-contained Turtle file, severities written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, SH

from zhiyin.law.outcome import Outcome
from zhiyin.law.shapes import Shape, ShapeLibrary, assembled, library
from zhiyin.model import TIER_NAMES, Obligation, Requirement
from zhiyin.namespaces import BASE, PREFIXES


def severity(shape: Shape, obligations: Mapping[str, Obligation]) -> str:
    """Return the IRI of the severity of a shape's results in a tier whose clauses have ``obligations``.

    Violated gives sh:Violation for 必须 and sh:Warning for 可选 alone; every other outcome gives sh:Info.
    """
    if shape.outcome is not Outcome.VIOLATED:
        return str(SH.Info)
    mandatory = any(obligations.get(number) is Obligation.MANDATORY for number in shape.enforces)
    return str(SH.Violation if mandatory else SH.Warning)


def severities(shapes: ShapeLibrary, tier: int, requirements: Sequence[Requirement]) -> dict[str, str]:
    """Return shape IRI to severity IRI for the shapes of ``tier``."""
    obligations = {r.number: r.obligation for r in requirements if r.tier == tier}
    return {iri: severity(shape, obligations) for iri, shape in shapes.of_tier(tier).items()}


def shapes_turtle(tier: int, requirements: Sequence[Requirement], shapes: ShapeLibrary | None = None) -> str:
    """Return the shapes of ``tier`` as Turtle for any SHACL processor; the zy:Assessment node must stand in the data."""
    shapes = shapes or library()
    triples = assembled(shapes, tier, severities(shapes, tier, requirements))
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    graph.parse(data=bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""), format="nt")
    ontology = URIRef(f"{BASE}shapes/tier-{tier}")
    graph.add((ontology, RDF.type, OWL.Ontology))
    graph.add(
        (
            ontology,
            DCTERMS.title,
            Literal(f"《期货公司信息技术管理指引》{TIER_NAMES[tier]}要求的 SHACL 形状", lang="zh"),
        )
    )
    graph.add((ontology, DCTERMS.title, Literal(f"SHACL shapes of the requirements of tier {tier}", lang="en")))
    return graph.serialize(format="turtle")
