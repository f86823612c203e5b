"""Query text in, its structure out: groups, triple patterns and selections, each with the place where it stands.

For what must be known beyond an outline: rewriting, sentences for what is meant but not allowed, hints on empty answers.
"""

from __future__ import annotations

from zhiyin.sparql.structure.expressions import AGGREGATES
from zhiyin.sparql.structure.groups import QueryReader
from zhiyin.sparql.structure.parts import (
    Element,
    Expression,
    Group,
    Node,
    RowError,
    Select,
    Structure,
    StructureError,
    Triple,
    Use,
    bound,
    projected,
    within,
)

__all__ = [
    "AGGREGATES",
    "Element",
    "Expression",
    "Group",
    "Node",
    "RowError",
    "Select",
    "Structure",
    "StructureError",
    "Triple",
    "Use",
    "bound",
    "iris_of",
    "projected",
    "structure",
    "within",
]


def structure(text: str, base: str = "") -> Structure:
    """Return the structure of a query; raises StructureError where the text leaves the grammar of SPARQL 1.1."""
    return QueryReader(text, base).query()


def iris_of(text: str, base: str = "") -> list[Node]:
    """Return every IRI of a query with its place, functions included; none where its structure cannot be read."""
    try:
        return [node for node, _ in structure(text, base).iris]
    except StructureError:
        return []
