"""Reads the requirement families that people wrote down in ``ontology/families``."""

from __future__ import annotations

from rdflib import RDF, Graph, URIRef

from zhiyin.graph.nodes import FAMILY, ZY
from zhiyin.model import Family, number_key
from zhiyin.namespaces import NAMES, Names, local_name


def read_families(graph: Graph, names: Names = NAMES) -> list[Family]:
    """Return the families of ``graph`` that have a clause in the edition of ``names``, by id, members in tier order."""
    nodes = sorted(node for node in graph.subjects(RDF.type, ZY.RequirementFamily) if isinstance(node, URIRef))
    found = [
        Family(
            local_name(node, str(FAMILY)),
            tuple(sorted(_numbers(graph, node, ZY.member, names), key=number_key)),
            frozenset(_numbers(graph, node, ZY.rewordedIn, names)),
        )
        for node in nodes
    ]
    return [family for family in found if family.members]


def _numbers(graph: Graph, node: URIRef, predicate: URIRef, names: Names) -> list[str]:
    clauses = [str(clause) for clause in graph.objects(node, predicate) if str(clause).startswith(names.clause)]
    return [local_name(clause, str(names.clause)) for clause in clauses]
