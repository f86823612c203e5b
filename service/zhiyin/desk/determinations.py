"""Rulings in, the determinations file that the validator reads out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from zhiyin.desk.rulings import Ruling
from zhiyin.law.outcome import Outcome
from zhiyin.model import number_key
from zhiyin.namespaces import CLAUSE, PREFIXES, ZY
from zhiyin.standards import TYPE, XSD

RULED = {Outcome.SATISFIED: ZY.Satisfied, Outcome.VIOLATED: ZY.Violated, Outcome.NOT_APPLICABLE: ZY.NotApplicable}
"""What a person may rule, and how the determinations file says it."""


def determinations(company: str, ruled: Iterable[Ruling], rules: Mapping[str, object]) -> bytes:
    """Return the rulings as the determinations file; empty where there are none.

    ``rules`` are those that the company was judged by: their clauses are the ones ruled on.
    """
    clauses = str(rules.get("clauses") or CLAUSE)
    kind = ox.NamedNode(TYPE)
    day = ox.NamedNode(XSD + "date")
    triples = []
    for ruling in sorted(ruled, key=lambda r: number_key(r.clause)):
        node = ox.NamedNode(f"urn:x-zhiyin:ruling:{ruling.id}")
        said: tuple[tuple[str, ox.NamedNode | ox.Literal], ...] = (
            ("ofCompany", ox.NamedNode(company)),
            ("ofClause", ox.NamedNode(clauses + ruling.clause)),
            ("ruling", ox.NamedNode(str(RULED[Outcome(ruling.outcome)]))),
            ("determinedBy", ox.Literal(ruling.by_name)),
            ("determinedOn", ox.Literal(ruling.day, datatype=day)),
            ("reason", ox.Literal(ruling.reason)),
        )
        triples.append(ox.Triple(node, kind, ox.NamedNode(str(ZY.Determination))))
        triples += [ox.Triple(node, ox.NamedNode(str(ZY[name])), value) for name, value in said]
    if not triples:
        return b""
    prefixes = {name: PREFIXES[name] for name in ("clause", "xsd", "zy")}
    return bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"")
