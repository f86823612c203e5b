"""Every IRI of the project: the prefixes and the functions that build identifiers; no other module does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from zhiyin.standards import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, XSD


@lru_cache(maxsize=8192)
def _iri(namespace: str, name: str) -> str:
    return namespace + name


class Namespace(str):
    """A namespace whose terms are IRIs as plain text, each made once: ``ZY.about``, ``ZY["about"]``.

    No RDF library is loaded for it; those who build graphs wrap a term in the node of theirs.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return _iri(self, name)

    def __getitem__(self, name: str) -> str:  # type: ignore[override]
        return _iri(self, name)


BASE = "https://w3id.org/zhiyin/"
ZY = Namespace(BASE + "ontology#")
ID = Namespace(BASE + "id/")
_OF_AN_EDITION = ("clause", "section", "tier", "graph")


@dataclass(frozen=True, slots=True)
class Names:
    """The namespaces of what one edition alone has: its clauses, sections, tiers and graphs.

    Duties (families), concepts, metrics, topics and shapes are not an edition's: they live on from one to the next.
    """

    base: str
    guideline: str
    clause: Namespace
    section: Namespace
    tier: Namespace
    graph: Namespace

    def of(self, kind: str, name: str) -> str:
        """Return the IRI of a thing: the edition's own for its clauses, sections, tiers and graphs, else that of all."""
        return f"{self.base if kind in _OF_AN_EDITION else ID}{kind}/{name}"

    def written(self, query: str) -> str:
        """Return a query that names things of the first text by their short IRIs, asking of this edition's things."""
        if self.base == str(ID):
            return query
        for kind in _OF_AN_EDITION:
            query = query.replace(f"{ID}{kind}/", f"{self.base}{kind}/")
        return query.replace(f"<{GUIDELINE}>", f"<{self.guideline}>")


def names_of(guideline: str, edition: str) -> Names:
    """Return the namespaces of an edition; the one that names no edition has the short IRIs of the first text."""
    base = f"{ID}{guideline}/{edition}/" if edition else str(ID)
    kinds = (Namespace(f"{base}{kind}/") for kind in _OF_AN_EDITION)
    return Names(base, f"{ID}guideline/{guideline}" + (f"/{edition}" if edition else ""), *kinds)


NAMES = names_of("futures-it", "")
CLAUSE, SECTION, TIER, GRAPH = NAMES.clause, NAMES.section, NAMES.tier, NAMES.graph
GUIDELINE = NAMES.guideline
FAMILY = Namespace(BASE + "id/family/")
CONCEPT = Namespace(BASE + "id/concept/")
THRESHOLD = Namespace(BASE + "id/threshold/")
TOPIC = Namespace(BASE + "id/topic/")
METRIC = Namespace(BASE + "id/metric/")
READING = Namespace(BASE + "id/reading/")
PRACTICE = Namespace(BASE + "id/practice/")
SHAPE = Namespace(BASE + "id/shape/")
SUBMISSION = Namespace(BASE + "id/desk/submission/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
UNIT = Namespace("http://qudt.org/vocab/unit/")
SCHEMA = Namespace("https://schema.org/")
ORG = Namespace("http://www.w3.org/ns/org#")
VANN = Namespace("http://purl.org/vocab/vann/")
VOID = Namespace("http://rdfs.org/ns/void#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

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
    "vann": str(VANN),
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
