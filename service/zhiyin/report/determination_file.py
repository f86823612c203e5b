"""Rulings in, the determinations file out: Turtle that ``--determinations`` and the page take."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from zhiyin.intake.determinations import Determination
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import CLAUSE, ZY
from zhiyin.standards import TYPE, XSD

_TYPE = ox.NamedNode(TYPE)
_XSD_DATE = ox.NamedNode(XSD + "date")
_RULED = {Outcome.SATISFIED: ZY.Satisfied, Outcome.VIOLATED: ZY.Violated, Outcome.NOT_APPLICABLE: ZY.NotApplicable}


def determinations_turtle(rulings: Sequence[Determination]) -> bytes:
    """Return the file; the same rulings give the same bytes."""
    triples: list[ox.Triple] = []
    for count, ruling in enumerate(rulings, 1):
        node = ox.NamedNode(f"{ruling.company}/determination/{ruling.clause}/{count}")
        said: tuple[tuple[object, ox.NamedNode | ox.Literal], ...] = (
            (ZY.ofCompany, ox.NamedNode(ruling.company)),
            (ZY.ofClause, ox.NamedNode((ruling.clauses or str(CLAUSE)) + ruling.clause)),
            (ZY.ruling, ox.NamedNode(str(_RULED[ruling.outcome]))),
            (ZY.determinedBy, ox.Literal(ruling.by)),
            (ZY.determinedOn, ox.Literal(ruling.on, datatype=_XSD_DATE)),
            (ZY.reason, ox.Literal(ruling.reason)),
        )
        triples.append(ox.Triple(node, _TYPE, ox.NamedNode(str(ZY.Determination))))
        triples += [ox.Triple(node, ox.NamedNode(str(predicate)), value) for predicate, value in said]
    prefixes = {"zy": str(ZY), "clause": str(CLAUSE), "xsd": XSD}
    return bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"")
