"""Writes blocks of triples as Turtle whose bytes depend on the triples alone: sorted prefixes, one statement a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rdflib import RDF, Literal, URIRef
from rdflib.term import Identifier

from zhiyin.graph.blocks import Block
from zhiyin.namespaces import PREFIXES, compact

_PLAIN = re.compile(r"[a-z]+:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write_turtle(blocks: Iterable[Block], first_line: str) -> str:
    """Return the Turtle of ``blocks`` in their order; ``first_line`` is written as its opening comment."""
    body: list[str] = []
    used: set[str] = set()
    for block in blocks:
        lines = [_term(block.subject, used)]
        for predicate, value in block.statements:
            name = "a" if predicate == RDF.type else _term(predicate, used)
            lines.append(f"    {name} {_term(value, used)} ;")
        body.append("\n".join([*lines, "."]))
    head = [f"# {first_line}", *(f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in sorted(used))]
    return "\n".join(head) + "\n\n" + "\n\n".join(body) + "\n"


def _term(term: Identifier, used: set[str]) -> str:
    if isinstance(term, Literal):
        if term.language is None and isinstance(term.value, int) and not isinstance(term.value, bool):
            return str(term.value)
        return _quoted(str(term)) + (f"@{term.language}" if term.language else "")
    if not isinstance(term, URIRef):
        raise TypeError(f"a generated file holds no {type(term).__name__}")
    short = compact(str(term))
    if _PLAIN.fullmatch(short):
        used.add(short.partition(":")[0])
        return short
    return f"<{term}>"


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'
