"""The SPARQL of constraint components in, plain SELECT queries that any engine with sh:sparql answers alike out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhiyin.errors import OntologyError

_ASK = re.compile(r"ASK\s*(?:WHERE\s*)?\{(.*)\}\s*", re.DOTALL)
_NEVER = re.compile(r"\s*FILTER NOT EXISTS \{(.*)\}\s*", re.DOTALL)
_ONLY = re.compile(r"\s*FILTER \((.*)\)\s*", re.DOTALL)
_GROUPED = re.compile(r"\s*SELECT\s+\$this\s+(.*?)\s*(?=\bWHERE\s*\{)", re.DOTALL)
_NESTED = r"(?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*"
_AGGREGATE = re.compile(rf"\({_NESTED}\sAS\s+\?(\w+)\)")
_NAMES = re.compile(r"[?](\w+)")


def filled(query: str, values: Mapping[str, str]) -> str:
    """Return ``query`` with the variable of each parameter (named after its IRI's end) replaced by its term."""
    for iri, term in values.items():
        name = iri.replace("#", "/").rpartition("/")[2]
        query = re.sub(rf"[$?]{name}\b", lambda _, term=term: term, query)  # type: ignore[misc]
    return query


def breaking(ask: str) -> str:
    """Return the SELECT that finds the focus nodes for which ``ask`` is false.

    What a query only denies is asked for itself, and what is a single FILTER is denied in place: no group stays empty
    around a pre-bound ``$this``, on which engines differ.
    """
    body = _body(ask)
    never = _NEVER.fullmatch(body)
    if never is not None and _balanced(never[1]):
        return f"SELECT DISTINCT $this WHERE {{{never[1]}}}"
    return select_of(f"!({condition(ask)})")


def condition(ask: str) -> str:
    """Return the expression over EXISTS that is true where ``ask`` is."""
    body = _body(ask)
    never, only = _NEVER.fullmatch(body), _ONLY.fullmatch(body)
    if never is not None and _balanced(never[1]):
        return f"NOT EXISTS {{{never[1]}}}"
    if only is not None and _balanced(only[1]):
        return only[1].strip()
    return f"EXISTS {{{body}}}"


def select_of(expression: str) -> str:
    """Return the SELECT that finds the focus nodes for which ``expression`` is true; each has a class."""
    return (
        f"SELECT DISTINCT $this WHERE {{\n            $this a ?class .\n            FILTER ({expression})\n        }}"
    )


def ungrouped(query: str) -> str:
    """Return ``query`` with its groups made for every focus node in a subquery, those of ``$this`` then chosen.

    Comunica, on which the engines in JavaScript rest, refuses a pre-bound variable in GROUP BY.
    """
    match = _GROUPED.match(query)
    if match is None:
        raise OntologyError(
            f"分组查询的写法不可改写：{query[:80]}", f"a grouping query of an unknown form: {query[:80]}"
        )
    projected = " ".join(f"?{name}" for name in dict.fromkeys(_NAMES.findall(_AGGREGATE.sub(r"?\1", match[1]))))
    aggregates = " ".join(one[0] for one in _AGGREGATE.finditer(match[1]))
    plain = " ".join(dict.fromkeys(["?focus", *(f"?{n}" for n in _NAMES.findall(_AGGREGATE.sub(" ", match[1])))]))
    # The aggregates come first: pyshacl takes a leading list of variables for one that lacks $this.
    inner = re.sub(r"[$?]this\b", "?focus", f"SELECT {aggregates} {plain} {query[match.end(1) :].strip()}")
    return (
        f"SELECT $this {projected} WHERE {{\n            $this a ?class .\n            {{ {inner} }}\n"
        "            FILTER (?focus = $this)\n        }"
    )


def _body(ask: str) -> str:
    match = _ASK.fullmatch(ask.strip())
    if match is None:
        raise OntologyError(f"不是 ASK 查询：{ask[:80]}", f"not an ASK query: {ask[:80]}")
    return match[1]


def _balanced(text: str) -> bool:
    """Return whether every bracket of ``text`` closes within it: what a greedy pattern cut out is one group."""
    depth = 0
    for character in text:
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0
