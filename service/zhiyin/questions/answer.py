"""Takes SPARQL results in JSON and gives a table: plain cells for people, or RDF of the result set."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from zhiyin.namespaces import compact
from zhiyin.standards import RESULT_SET, XSD

Cell = str | int | float | bool | None
_NUMERIC: Final = ("integer", "decimal", "double", "int", "long", "nonNegativeInteger")


@dataclass(frozen=True, slots=True)
class Term:
    """A bound value: ``kind`` is uri, literal or bnode as in SPARQL's JSON results."""

    kind: str
    value: str
    datatype: str = ""
    language: str = ""

    def as_cell(self) -> Cell:
        """Return the value as a person reads it: a number, a truth value, or text with IRIs shortened."""
        if self.kind == "uri":
            return compact(self.value)
        local = self.datatype.rpartition("#")[2]
        if local in _NUMERIC:
            try:
                number = Decimal(self.value)
            except InvalidOperation:
                return self.value
            return int(number) if number == number.to_integral_value() else float(number)
        if local == "boolean":
            return self.value in ("true", "1")
        return self.value


@dataclass(frozen=True, slots=True)
class Answer:
    """A table: variables in order, a row of terms each, ``None`` where a variable is unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def cells(self) -> list[list[Cell]]:
        """Return the rows as a person reads them."""
        return [[value.as_cell() if value else None for value in row] for row in self.rows]


def read_answer(results: bytes) -> Answer:
    """Read SPARQL 1.1 results in JSON; an ASK result becomes one cell named ``answer``."""
    body = json.loads(results)
    if "boolean" in body:
        truth = Term("literal", str(body["boolean"]).lower(), XSD + "boolean")
        return Answer(("answer",), ((truth,),))
    variables = tuple(body["head"]["vars"])
    rows = []
    for binding in body["results"]["bindings"]:
        row: list[Term | None] = []
        for variable in variables:
            found = binding.get(variable)
            row.append(
                Term(found["type"], found["value"], found.get("datatype", ""), found.get("xml:lang", ""))
                if found
                else None
            )
        rows.append(tuple(row))
    return Answer(variables, tuple(rows))


def write_turtle(answer: Answer) -> str:
    """Return the table as RDF in the W3C's result-set vocabulary, one solution a node."""
    lines = [f"@prefix rs: <{RESULT_SET}> .", "", "[]", "    a rs:ResultSet ;"]
    lines += [f"    rs:resultVariable {_literal(variable)} ;" for variable in answer.variables]
    for index, row in enumerate(answer.rows, start=1):
        bound = [
            f"rs:binding [ rs:variable {_literal(variable)} ; rs:value {_turtle(value)} ]"
            for variable, value in zip(answer.variables, row, strict=True)
            if value is not None
        ]
        lines.append(f"    rs:solution [ {' ; '.join([f'rs:index {index}', *bound])} ] ;")
    return "\n".join([*lines, "."]) + "\n"


def _turtle(value: Term) -> str:
    if value.kind == "uri":
        return f"<{value.value}>"
    if value.kind == "bnode":
        return f"_:{value.value}"
    suffix = f"@{value.language}" if value.language else f"^^<{value.datatype}>" if value.datatype else ""
    return _literal(value.value) + suffix


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
