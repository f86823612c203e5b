"""The table of an answer as its readers take it: terms, plain values, one column."""

from __future__ import annotations

from zhiyin.sparql.terms import Table, Term
from zhiyin.standards import XSD

TABLE = Table(
    ("number", "tier", "note"),
    (
        (Term("literal", "4.3.3.1"), Term("literal", "3", datatype=XSD + "integer"), None),
        (Term("literal", "5.3.3.1"), None, Term("literal", "注", language="zh")),
    ),
)


def test_a_variable_without_value_is_none_among_values_and_missing_among_terms() -> None:
    assert list(TABLE.values()) == [
        {"number": "4.3.3.1", "tier": 3, "note": None},
        {"number": "5.3.3.1", "tier": None, "note": "注"},
    ]
    assert [sorted(record) for record in TABLE.records()] == [["number", "tier"], ["note", "number"]]
    assert TABLE.column("tier") == ["3"]
    assert len(TABLE) == 2
