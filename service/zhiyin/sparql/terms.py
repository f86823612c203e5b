"""Answers as Python values: terms, rows and the table that holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from zhiyin.standards import XSD


@dataclass(frozen=True, slots=True)
class Term:
    """An RDF term: ``kind`` is ``uri``, ``literal``, ``bnode`` or ``triple``; ``value`` its text."""

    kind: str
    value: str
    language: str | None = None
    datatype: str | None = None

    def plain(self) -> str | int | float | bool | Decimal:
        """Return a number or boolean where the datatype says so, else the text."""
        try:
            match self.datatype.removeprefix(XSD) if self.datatype and self.datatype.startswith(XSD) else None:
                case "integer":
                    return int(self.value)
                case "decimal":
                    return Decimal(self.value)
                case "double" | "float":
                    return float(self.value)
                case "boolean":
                    return self.value in {"true", "1"}
        except (ValueError, InvalidOperation):
            return self.value
        return self.value

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a SELECT, in order; an unbound variable is ``None``. ``cut`` says that rows are missing."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    cut: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def records(self) -> Iterator[dict[str, Term]]:
        """Yield each row as variable to term, without those unbound."""
        for row in self.rows:
            yield {name: term for name, term in zip(self.variables, row, strict=True) if term is not None}

    def values(self) -> Iterator[dict[str, str | int | float | bool | Decimal | None]]:
        """Yield each row as variable to plain value; an unbound variable is ``None``."""
        for row in self.rows:
            yield {name: None if term is None else term.plain() for name, term in zip(self.variables, row, strict=True)}

    def column(self, name: str) -> list[str]:
        """Return the texts of one variable, row by row, without those unbound."""
        index = self.variables.index(name)
        return [row[index].value for row in self.rows if row[index] is not None]  # type: ignore[union-attr]


def parse_table(body: bytes, *, cut: bool = False, order: tuple[str, ...] | None = None) -> Table:
    """Return the table that SPARQL 1.1 JSON results hold; ``order`` names the variables in the order wanted."""
    document: dict[str, Any] = json.loads(body)
    variables: tuple[str, ...] = tuple(document["head"].get("vars", ()))
    if order is not None and set(order) == set(variables):
        variables = order
    rows = tuple(tuple(_term(binding.get(name)) for name in variables) for binding in document["results"]["bindings"])
    return Table(variables, rows, cut or "truncated" in document)


def parse_boolean(body: bytes) -> bool:
    """Return what SPARQL 1.1 JSON results say of an ASK."""
    return bool(json.loads(body)["boolean"])


def _term(binding: dict[str, Any] | None) -> Term | None:
    if binding is None:
        return None
    kind = binding["type"]
    if kind == "typed-literal":
        kind = "literal"
    value = binding["value"]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Term(kind, text, binding.get("xml:lang"), binding.get("datatype"))
