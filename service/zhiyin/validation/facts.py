"""A company's facts as the shapes see them: dates as instants in Asia/Shanghai, blank nodes named in document order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyoxigraph as ox

from zhiyin.intake.rows import Listed, Row, Value, once, rows_of
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import TYPE, XSD
from zhiyin.validation.assessment import MIDNIGHT, assessment_triples

_COMPANY = str(ZY.Company)
_DATE = XSD + "date"
_ATTESTATION, _ABOUT = str(ZY.attestation), str(ZY.about)
NAMED_BLANK = "urn:x-zhiyin:node:"
"""Prefix of the names that blank nodes are given: their number by first appearance, or the label that the author gave."""

Outgoing = Mapping[str, tuple[tuple[str, Value], ...]]


@dataclass(frozen=True)
class Facts:
    """The statements of one company, ready for the shapes; ``outgoing`` maps a node to its predicates and values."""

    company: str
    rows: Sequence[Row]
    outgoing: Outgoing

    @cached_property
    def triples(self) -> tuple[ox.Triple, ...]:
        """The statements, in their order."""
        return tuple(Listed(self.rows))

    @cached_property
    def by_predicate(self) -> Mapping[str, Sequence[Row]]:
        """The rows of each predicate, in their order."""
        return Listed(self.rows).by_predicate

    @cached_property
    def instances(self) -> Mapping[str, set[str]]:
        """Class IRI to the nodes stated to be of it."""
        found: dict[str, set[str]] = defaultdict(set)
        for _, node, _, _, target in self.by_predicate.get(TYPE, ()):
            if target:
                found[target].add(node)
        return dict(found)

    @cached_property
    def attested(self) -> Mapping[str, list[tuple[int, str]]]:
        """Practice to the attestations of it, each with its place in the document."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        links = dict.fromkeys(row[4] for row in self.by_predicate.get(_ATTESTATION, ()) if row[4])
        places = {node: place for place, node in enumerate(links)}
        for _, node, _, _, practice in self.by_predicate.get(_ABOUT, ()):
            if practice and node in places:
                found[practice].append((places[node], node))
        return dict(found)

    def text(
        self, check_date: date, tier: int, until: date | None = None, predicates: Container[str] | None = None
    ) -> str:
        """Return the N-Triples that an engine validates: these facts and the assessment node.

        ``until`` is the last day of which something is stated, where that is not the check date; of other predicates
        than ``predicates``, where they are given, nothing is written.
        """
        rows = self.rows if predicates is None else [row for row in self.rows if row[2] in predicates]
        return ntriples(rows) + assessment_triples(check_date, tier, until)

    def changed(self, dropped: Container[ox.Triple], added: Iterable[ox.Triple] = ()) -> Facts:
        """Return the facts without ``dropped`` and with ``added``."""
        standing = (row for row, triple in zip(self.rows, self.triples, strict=True) if triple not in dropped)
        rows = once([*standing, *rows_of(added)])
        outgoing: dict[str, list[tuple[str, Value]]] = {}
        for _, node, predicate, value, _ in rows:
            outgoing.setdefault(node, []).append((predicate, value))
        return Facts(self.company, rows, {node: tuple(pairs) for node, pairs in outgoing.items()})


def ntriples(rows: Sequence[Row]) -> str:
    """Return the rows as N-Triples."""
    lines: list[str] = []
    last: object = None
    begun = ""
    for subject, _, predicate, value, target in rows:
        if subject is not last:
            last, begun = subject, str(subject)
        written = f"<{target}>" if isinstance(value, ox.NamedNode) else str(value)
        lines.append(f"{begun} <{predicate}> {written} .\n")
    return "".join(lines)


def normalised(triples: Iterable[ox.Triple]) -> Listed:
    """Return the triples with blank nodes named and dates turned into instants at midnight of Asia/Shanghai."""
    names: dict[str, tuple[ox.NamedNode, str]] = {}
    instants: dict[str, ox.Literal] = {}
    result: list[Row] = []
    timed = False
    last: object = None
    for row in rows_of(triples):
        subject, node, predicate, value, target = row
        if isinstance(subject, ox.BlankNode):
            if subject is not last:
                last, named = subject, _named(node, names)
            row = (*named, predicate, value, target)
        if isinstance(value, ox.Literal):
            text = value.value
            if text[4:5] == "-":
                # The same characters may stand in a text or in a date.
                key = f"{text} {value.datatype.value}"
                if key not in instants:
                    instants[key] = _instant(value)
                stated = instants[key]
                timed = timed or (stated is not value and value.datatype.value != _DATE)
                row = (row[0], row[1], predicate, stated, "")
        elif target.startswith("_:"):
            row = (row[0], row[1], predicate, *_named(target, names))
        result.append(row)
    # Moments that were written apart may be one; days and names stay as many as they were.
    return Listed(once(result) if timed or not isinstance(triples, Listed) else result)


def _named(label: str, names: dict[str, tuple[ox.NamedNode, str]]) -> tuple[ox.NamedNode, str]:
    """Return the node and the name that the blank node ``label`` has in ``names`` or is given there."""
    found = names.get(label)
    if found is None:
        # By the number or the label that warnings call it by too.
        number = label.removeprefix("_:b")
        name = NAMED_BLANK + (number if number.isdecimal() else label.removeprefix("_:"))
        found = names[label] = (ox.NamedNode(name), name)
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
    stated: dict[str, list[Row]] = {}
    terms, holding = known.terms, known.holding
    for row in rows_of(triples):
        if row[2] in terms:
            said = stated.get(row[1])
            if said is None:
                stated[row[1]] = [row]
            else:
                said.append(row)
    nodes: dict[str, ox.NamedNode] = {}
    held: dict[str, dict[str, None]] = {company: {_COMPANY: None}}
    stack = [company]
    while stack:
        for _, _, predicate, value, target in reversed(stated.get(stack.pop(), ())):
            if predicate not in holding or not isinstance(value, ox.NamedNode) or target in boundary:
                continue
            if target not in held:
                held[target] = {}
                nodes[target] = value
                stack.append(target)
            held[target][terms[predicate].range] = None
    classes: dict[str, ox.NamedNode] = {}
    kept: dict[str, tuple[tuple[str, Value], ...]] = {}
    own: list[Row] = []
    for name, kinds in held.items():
        said = stated.get(name, [])
        node = said[0][0] if said else nodes.get(name) or ox.NamedNode(name)
        for kind in kinds:
            if kind not in classes:
                classes[kind] = ox.NamedNode(kind)
            own.append((node, name, TYPE, classes[kind], kind))
        kept[name] = (*[(TYPE, classes[kind]) for kind in kinds], *[(row[2], row[3]) for row in said])
        own += said
    return Facts(company, own, kept)


def _instant(literal: ox.Literal) -> ox.Literal:
    kind = literal.datatype.value
    if kind == XSD + "date":
        return ox.Literal(literal.value[:10] + MIDNIGHT, datatype=ox.NamedNode(XSD + "dateTime"))
    if kind == XSD + "dateTime" and len(literal.value) <= 19:
        return ox.Literal(literal.value + "+08:00", datatype=literal.datatype)
    return literal
