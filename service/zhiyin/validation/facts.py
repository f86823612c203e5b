"""A company's facts as the shapes see them: dates as instants in Asia/Shanghai, blank nodes named in document order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from zhiyin.namespaces import ZY
from zhiyin.validation.assessment import MIDNIGHT, assessment_triples

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD = "http://www.w3.org/2001/XMLSchema#"
NAMED_BLANK = "urn:x-zhiyin:node:"
"""Prefix of the names that blank nodes are given, numbered by their first appearance."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The triples of one company, ready for the shapes; ``outgoing`` maps a node to its predicates and values."""

    company: str
    triples: tuple[ox.Triple, ...]
    outgoing: Mapping[str, tuple[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple], ...]]

    def instances(self) -> dict[str, set[str]]:
        """Return class IRI to the nodes stated to be of it."""
        found: dict[str, set[str]] = defaultdict(set)
        for triple in self.triples:
            if triple.predicate.value == _RDF_TYPE and isinstance(triple.object, ox.NamedNode):
                found[triple.object.value].add(node_name(triple.subject))
        return dict(found)

    def text(self, check_date: date, tier: int) -> str:
        """Return the N-Triples that an engine validates: these facts and the assessment node."""
        lines = bytes(ox.serialize(self.triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        return lines + assessment_triples(check_date, tier)


def node_name(node: object) -> str:
    """Return the IRI of a node (facts hold no blank nodes once named)."""
    if isinstance(node, ox.NamedNode):
        return node.value
    return str(node)


def normalised(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples with blank nodes named and dates turned into instants at midnight of Asia/Shanghai."""
    names: dict[str, ox.NamedNode] = {}

    def named(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.NamedNode | ox.Literal:
        if isinstance(node, ox.BlankNode):
            if node.value not in names:
                names[node.value] = ox.NamedNode(f"{NAMED_BLANK}{len(names) + 1}")
            return names[node.value]
        if isinstance(node, ox.Literal):
            return _instant(node)
        if isinstance(node, ox.NamedNode):
            return node
        raise TypeError("quoted triples have no place in a self-description")

    result: list[ox.Triple] = []
    for triple in triples:
        stated_subject, stated_value = triple.subject, triple.object
        subject, value = named(stated_subject), named(stated_value)
        if isinstance(subject, ox.Literal):
            continue
        same = subject is stated_subject and value is stated_value
        result.append(triple if same else ox.Triple(subject, triple.predicate, value))
    return list(dict.fromkeys(result))


def facts_of(company: str, triples: Iterable[ox.Triple], *, boundary: frozenset[str] = frozenset()) -> Facts:
    """Return what is reachable from ``company``, not passing through the nodes of ``boundary`` (other companies)."""
    outgoing: dict[str, list[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]] = defaultdict(list)
    stating: dict[str, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        subject = node_name(triple.subject)
        outgoing[subject].append((triple.predicate.value, triple.object))
        stating[subject].append(triple)
    reached: dict[str, None] = {}
    stack = [company]
    while stack:
        node = stack.pop()
        if node in reached or node in boundary:
            continue
        reached[node] = None
        stack += [
            o.value for _, o in reversed(outgoing.get(node, ())) if isinstance(o, ox.NamedNode) and o.value in outgoing
        ]
    kept = {node: tuple(outgoing[node]) for node in reached if node in outgoing}
    return Facts(
        company,
        tuple(triple for node in kept for triple in stating[node]),
        kept,
    )


def _instant(literal: ox.Literal) -> ox.Literal:
    kind = literal.datatype.value
    if kind == _XSD + "date":
        return ox.Literal(literal.value[:10] + MIDNIGHT, datatype=ox.NamedNode(_XSD + "dateTime"))
    if kind == _XSD + "dateTime" and len(literal.value) <= 19:
        return ox.Literal(literal.value + "+08:00", datatype=literal.datatype)
    return literal


ASSESSMENT_CLASS = str(ZY.Assessment)
