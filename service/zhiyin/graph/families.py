"""Reads the requirement families that people wrote down in ``ontology/families``."""

from __future__ import annotations

from rdflib import RDF, Graph, URIRef

from zhiyin.model import Family, number_key
from zhiyin.namespaces import CLAUSE, FAMILY, ZY, local_name


def read_families(graph: Graph) -> list[Family]:
    """Return the families of ``graph`` sorted by id, their members in tier order."""
    nodes = sorted(node for node in graph.subjects(RDF.type, ZY.RequirementFamily) if isinstance(node, URIRef))
    return [
        Family(
            local_name(node, str(FAMILY)),
            tuple(sorted(_numbers(graph, node, ZY.member), key=number_key)),
            frozenset(_numbers(graph, node, ZY.rewordedIn)),
        )
        for node in nodes
    ]


def _numbers(graph: Graph, node: URIRef, predicate: URIRef) -> list[str]:
    return [local_name(str(clause), str(CLAUSE)) for clause in graph.objects(node, predicate)]
