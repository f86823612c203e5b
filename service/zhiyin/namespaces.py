"""Every IRI of the project: the prefixes and the functions that build identifiers; no other module does."""

from __future__ import annotations

from rdflib import Namespace
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, XSD

BASE = "https://w3id.org/zhiyin/"
ZY = Namespace(BASE + "ontology#")
ID = Namespace(BASE + "id/")
CLAUSE = Namespace(BASE + "id/clause/")
TIER = Namespace(BASE + "id/tier/")
SECTION = Namespace(BASE + "id/section/")
FAMILY = Namespace(BASE + "id/family/")
CONCEPT = Namespace(BASE + "id/concept/")
THRESHOLD = Namespace(BASE + "id/threshold/")
TOPIC = Namespace(BASE + "id/topic/")
METRIC = Namespace(BASE + "id/metric/")
READING = Namespace(BASE + "id/reading/")
PRACTICE = Namespace(BASE + "id/practice/")
SHAPE = Namespace(BASE + "id/shape/")
GRAPH = Namespace(BASE + "id/graph/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
UNIT = Namespace("http://qudt.org/vocab/unit/")
SCHEMA = Namespace("https://schema.org/")
ORG = Namespace("http://www.w3.org/ns/org#")
VOID = Namespace("http://rdfs.org/ns/void#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

GUIDELINE = ID["guideline/futures-it"]
SCHEME = ID["scheme/guideline-concepts"]
ONTOLOGY = BASE + "ontology"
ASSERTED_GRAPH = GRAPH.asserted
INFERRED_GRAPH = GRAPH.inferred

PREFIXES: dict[str, str] = {
    "clause": str(CLAUSE),
    "concept": str(CONCEPT),
    "dcterms": str(DCTERMS),
    "eli": str(ELI),
    "family": str(FAMILY),
    "graph": str(GRAPH),
    "metric": str(METRIC),
    "org": str(ORG),
    "owl": str(OWL),
    "practice": str(PRACTICE),
    "prov": str(PROV),
    "qudt": str(QUDT),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "reading": str(READING),
    "schema": str(SCHEMA),
    "section": str(SECTION),
    "sh": str(SH),
    "shape": str(SHAPE),
    "skos": str(SKOS),
    "threshold": str(THRESHOLD),
    "tier": str(TIER),
    "topic": str(TOPIC),
    "unit": str(UNIT),
    "void": str(VOID),
    "xsd": str(XSD),
    "zy": str(ZY),
}
"""Prefix to namespace, sorted; what the query library, the editor and the serialisers bind."""


def local_name(iri: str, namespace: str) -> str:
    """Return what follows ``namespace`` in ``iri``; ValueError if it does not start with it."""
    if not iri.startswith(namespace):
        raise ValueError(f"{iri} is not in {namespace}")
    return iri[len(namespace) :]


def compact(iri: str) -> str:
    """Return ``prefix:local`` for the longest prefix that fits, else the IRI itself."""
    best = max(
        ((prefix, ns) for prefix, ns in PREFIXES.items() if iri.startswith(ns) and "/" not in iri[len(ns) :]),
        key=lambda pair: len(pair[1]),
        default=None,
    )
    return iri if best is None else f"{best[0]}:{iri[len(best[1]) :]}"
