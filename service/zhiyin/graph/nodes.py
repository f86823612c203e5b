"""The project's namespaces with nodes of rdflib for their terms: for what builds and reads graphs with that library."""

from __future__ import annotations

from functools import lru_cache

from rdflib import Namespace as _Namespace
from rdflib import URIRef

from zhiyin import namespaces


@lru_cache(maxsize=8192)
def _node(namespace: str, name: str) -> URIRef:
    return URIRef(namespace + name)


class Namespace(_Namespace):
    """A namespace that makes the nodes in use once: rdflib's makes and checks one anew at every look."""

    def term(self, name: str) -> URIRef:
        """Return the node of ``name``."""
        return _node(self, name)

    def __getitem__(self, key: str) -> URIRef:  # type: ignore[override]
        return _node(self, key)


ZY = Namespace(namespaces.ZY)
ID = Namespace(namespaces.ID)
CLAUSE = Namespace(namespaces.CLAUSE)
TIER = Namespace(namespaces.TIER)
FAMILY = Namespace(namespaces.FAMILY)
CONCEPT = Namespace(namespaces.CONCEPT)
THRESHOLD = Namespace(namespaces.THRESHOLD)
TOPIC = Namespace(namespaces.TOPIC)
SHAPE = Namespace(namespaces.SHAPE)
ELI = Namespace(namespaces.ELI)
QUDT = Namespace(namespaces.QUDT)
UNIT = Namespace(namespaces.UNIT)
VANN = Namespace(namespaces.VANN)
GUIDELINE = URIRef(namespaces.GUIDELINE)
ASSERTED_GRAPH = URIRef(namespaces.ASSERTED_GRAPH)
INFERRED_GRAPH = URIRef(namespaces.INFERRED_GRAPH)
