"""The rows of practices and records that a submission fills: nothing that is stated gets lost on the way to its cells."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS
from tests.validation import samples

from zhiyin.composition.judging import rules
from zhiyin.form import workbook_layout as layout
from zhiyin.form.filled import Filled, StatementRow
from zhiyin.form.form import Form, form
from zhiyin.namespaces import ZY

EVIDENCE = ox.NamedNode(str(ZY.evidence))
IDENTIFIER = ox.NamedNode(str(DCTERMS.identifier))


@cache
def asked() -> Form:
    return form(rules(), 2)


@cache
def facts() -> tuple[ox.Triple, ...]:
    return tuple(samples.facts(next(s for s in samples.SAMPLES if s.slug == "tier-2-complete")))


def practice(triples: list[ox.Triple]) -> StatementRow:
    rows = Filled(asked(), triples).practices(asked().practices)
    return next(row for row in rows if row.term.local == "post-descriptions" and row.cells)


@pytest.mark.parametrize("more", [0, 1, 2])
def test_every_document_of_a_practice_has_its_number(more: int) -> None:
    about = ox.NamedNode("https://w3id.org/zhiyin/id/practice/post-descriptions")
    node = next(t.subject for t in facts() if t.object == about)
    (first,) = (t.object for t in facts() if t.subject == node and t.predicate == EVIDENCE)
    known: dict[object, str] = {t.subject: str(t.object) for t in facts() if t.predicate == IDENTIFIER}
    apart = {known[t.object]: t.object for t in facts() if t.predicate == EVIDENCE and t.object in known}
    others = [document for name, document in apart.items() if name != known[first]][:more]
    cells = practice([*facts(), *(ox.Triple(node, EVIDENCE, other) for other in others)]).cells
    numbers = [str(cells["number"]), *str(cells.get("other", "")).split(layout.SEPARATOR)]
    assert len({number for number in numbers if number}) == 1 + more


@pytest.mark.parametrize(
    ("key", "count", "cells"),
    [
        ("periodYears", 20, {"period": 20, "unit": "年"}),
        ("periodYears", layout.FOREVER_YEARS, {"unit": layout.FOREVER}),
        ("periodMonths", layout.FOREVER_YEARS, {"period": layout.FOREVER_YEARS, "unit": "月"}),
        ("periodDays", 90, {"period": 90, "unit": "天"}),
    ],
)
def test_a_period_stands_with_its_unit(key: str, count: int, cells: dict[str, object]) -> None:
    record = asked().records[0]
    node = next(t.subject for t in facts() if t.object == ox.NamedNode(record.iri))
    rest = [t for t in facts() if t.subject != node or not t.predicate.value.startswith(str(ZY.period))]
    stated = ox.Triple(node, ox.NamedNode(str(ZY[key])), ox.Literal(count))
    rows = Filled(asked(), [*rest, stated]).records([record])
    assert [row.cells for row in rows if row.cells] == [cells]
