"""A company's facts as the shapes see them: dates as instants in Asia/Shanghai, blank nodes named in document order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeGuard

import pyoxigraph as ox

from zhiyin.intake.rows import Listed, Row, rows_of
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import TYPE, XSD
from zhiyin.validation.assessment import MIDNIGHT, assessment_triples

_TYPE_NODE = ox.NamedNode(TYPE)
_COMPANY = str(ZY.Company)
_DATE = XSD + "date"
_ATTESTATION, _ABOUT = str(ZY.attestation), str(ZY.about)
NAMED_BLANK = "urn:x-zhiyin:node:"
"""Prefix of the names that blank nodes are given, numbered by their first appearance."""

Outgoing = Mapping[str, tuple[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple], ...]]


@dataclass(frozen=True)
class Facts:
    """The triples of one company, ready for the shapes; ``outgoing`` maps a node to its predicates and values."""

    company: str
    triples: tuple[ox.Triple, ...]
    outgoing: Outgoing

    def instances(self) -> Mapping[str, set[str]]:
        """Return class IRI to the nodes stated to be of it."""
        return self._instances

    @cached_property
    def _instances(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for _, node, predicate, value, _ in self.rows:
            if predicate == TYPE and isinstance(value, ox.NamedNode):
                found[value.value].add(node)
        return dict(found)

    @cached_property
    def rows(self) -> Sequence[Row]:
        """The triples taken apart, in their order."""
        return rows_of(self.triples)

    @cached_property
    def attested(self) -> Mapping[str, list[tuple[int, str]]]:
        """Practice to the attestations of it, each with its place in the document."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        links = [o.value for said in self.outgoing.values() for p, o in said if p == _ATTESTATION and _is_node(o)]
        for place, node in enumerate(dict.fromkeys(links)):
            for predicate, about in self.outgoing.get(node, ()):
                if predicate == _ABOUT and _is_node(about):
                    found[about.value].append((place, node))
        return dict(found)

    def text(self, check_date: date, tier: int, until: date | None = None) -> str:
        """Return the N-Triples that an engine validates: these facts and the assessment node.

        ``until`` is the last day of which something is stated, where that is not the check date.
        """
        lines = bytes(ox.serialize(self.triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        return lines + assessment_triples(check_date, tier, until)

    def changed(self, dropped: Container[ox.Triple], added: Iterable[ox.Triple] = ()) -> Facts:
        """Return the facts without ``dropped`` and with ``added``."""
        triples = list(dict.fromkeys([*(t for t in self.triples if t not in dropped), *added]))
        outgoing: dict[str, list[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]] = {}
        for triple in triples:
            outgoing.setdefault(node_name(triple.subject), []).append((triple.predicate.value, triple.object))
        return Facts(self.company, tuple(triples), {node: tuple(pairs) for node, pairs in outgoing.items()})


def _is_node(term: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(term, ox.NamedNode)


def node_name(node: object) -> str:
    """Return the IRI of a node (facts hold no blank nodes once named)."""
    if isinstance(node, ox.NamedNode):
        return node.value
    return str(node)


def normalised(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples with blank nodes named and dates turned into instants at midnight of Asia/Shanghai."""
    names: dict[str, ox.NamedNode] = {}
    instants: dict[ox.Literal, ox.Literal] = {}
    result: list[Row] = []
    timed = False
    last: object = None
    named = _UNNAMED
    for row in rows_of(triples):
        subject, node, predicate, value, triple = row
        if subject is not last:
            last, named = subject, _named(subject, names)
        stated: ox.NamedNode | ox.Literal
        if isinstance(value, ox.Literal):
            stated = value
            if value.value[4:5] == "-":
                if value not in instants:
                    instants[value] = _instant(value)
                stated = instants[value]
                timed = timed or (stated != value and value.datatype.value != _DATE)
        else:
            stated = value if isinstance(value, ox.NamedNode) else _named(value, names)
        if named is not subject:
            row = (named, named.value, predicate, stated, ox.Triple(named, triple.predicate, stated))
        elif stated is not value and stated != value:
            row = (subject, node, predicate, stated, ox.Triple(named, triple.predicate, stated))
        result.append(row)
    found = Listed.of(result)
    # Moments that were written apart may be one; days and names stay as many as they were.
    return Listed(dict.fromkeys(found)) if timed or not isinstance(triples, Listed) else found


_UNNAMED = ox.NamedNode(NAMED_BLANK)


def _named(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, names: dict[str, ox.NamedNode]) -> ox.NamedNode:
    """Return an IRI as it is, a blank node by the name that it has in ``names`` or is given there."""
    if isinstance(node, ox.NamedNode):
        return node
    if not isinstance(node, ox.BlankNode):
        raise TypeError("quoted triples have no place in a self-description")
    found = names.get(node.value)
    if found is None:
        found = names[node.value] = ox.NamedNode(f"{NAMED_BLANK}{len(names) + 1}")
    return found


def facts_of(
    company: str,
    triples: Iterable[ox.Triple],
    known: Vocabulary,
    *,
    boundary: frozenset[str] = frozenset(),
) -> Facts:
    """Return what ``company`` holds: what the vocabulary's properties lead to, not passing through ``boundary``.

    What other properties say has no effect on a verdict and is left out. Each node is of every class as which a node
    of the company holds it, whatever it says of itself, so that no shape passes it by.
    """
    outgoing: dict[str, list[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]] = defaultdict(list)
    stated: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(triples):
        predicate = row[2]
        if predicate in known.terms:
            outgoing[row[1]].append((predicate, row[3]))
            stated[row[1]].append(row)
    held: dict[str, dict[str, None]] = {company: {_COMPANY: None}}
    stack = [company]
    while stack:
        for predicate, value in reversed(outgoing.get(stack.pop(), ())):
            if predicate not in known.holding or not isinstance(value, ox.NamedNode) or value.value in boundary:
                continue
            term = known.terms[predicate]
            name = value.value
            if name not in held:
                held[name] = {}
                stack.append(name)
            held[name][term.range] = None
    kept: dict[str, tuple[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple], ...]] = {}
    own: list[Row] = []
    for name, classes in held.items():
        types = [ox.NamedNode(cls) for cls in classes]
        kept[name] = (*((TYPE, cls) for cls in types), *outgoing.get(name, ()))
        node = ox.NamedNode(name)
        own += ((node, name, TYPE, cls, ox.Triple(node, _TYPE_NODE, cls)) for cls in types)
        own += stated.get(name, ())
    facts = Facts(company, tuple(row[4] for row in own), kept)
    facts.__dict__["rows"] = own
    return facts


def _instant(literal: ox.Literal) -> ox.Literal:
    kind = literal.datatype.value
    if kind == XSD + "date":
        return ox.Literal(literal.value[:10] + MIDNIGHT, datatype=ox.NamedNode(XSD + "dateTime"))
    if kind == XSD + "dateTime" and len(literal.value) <= 19:
        return ox.Literal(literal.value + "+08:00", datatype=literal.datatype)
    return literal
