"""Answers the smallest queries from the store's indexes: a few triple patterns, no more than a bounded number of triples read.

The engine takes 25 µs to make itself ready for a query, ten times what it takes to find one triple. What a query of
this kind costs is bounded before it starts, so that also one never seen may run where nothing could end it; whatever
is of another kind, or would read more, is the engine's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, TypeAlias

import orjson
import pyoxigraph as ox

from zhiyin.standards import RDF, XSD

MOST_READ: Final = 1000
"""Triples that one query may read: about a millisecond."""
_LONGEST = 2048
_MOST_PATTERNS = 6

_IRI = r"<[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*>"
_NAME = r"(?:[A-Za-z][A-Za-z0-9_-]*)?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_VARIABLE = r"[?$][A-Za-z_][A-Za-z0-9_]*"
_LITERAL = r"\"[^\"\\\n\r]*+\"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*)?"
_NUMBER = r"\d+"
_TERM = re.compile(
    rf"\s*(?:({_IRI})|({_VARIABLE})|({_NAME})|(a)(?=[\s<?$])|({_LITERAL})|({_NUMBER})(?=[\s;,.}}])|([.;,]))"
)
_PREFIX = re.compile(rf"\s*PREFIX\s+((?:[A-Za-z][A-Za-z0-9_-]*)?):\s*({_IRI})", re.IGNORECASE)
_HEAD = re.compile(
    rf"\s*(?:(ASK)|SELECT\s+(\*|{_VARIABLE}(?:\s+{_VARIABLE})*))\s*(?:WHERE\s*)?\{{([^{{}}]*)\}}\s*(?:LIMIT\s+(\d{{1,9}})\s*)?",
    re.IGNORECASE,
)

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Slot: TypeAlias = str | ox.NamedNode | ox.Literal
Pattern: TypeAlias = tuple[Slot, Slot, Slot]
Bound: TypeAlias = tuple[ox.NamedNode | None, ox.NamedNode | None, ox.NamedNode | ox.Literal | None]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query of a few triple patterns; a variable is its name, ``shown`` is ``None`` for an ASK.

    ``only`` are the terms of the one pattern there is, where no variable stands in it twice.
    """

    shown: tuple[str, ...] | None
    patterns: tuple[Pattern, ...]
    limit: int | None
    only: Bound | None = None

    def answer(self, store: ox.Store, max_rows: int, max_bytes: int) -> bytes | None:
        """Return the answer as SPARQL 1.1 JSON over the union of all graphs; ``None`` where the engine is to give it."""
        if self.only is not None:
            if self.shown is None:
                return _said(next(store.quads_for_pattern(*self.only, None), None) is not None)
            if self.shown == (self.patterns[0][2],) and self.limit is None:
                return self._values(store, self.only, self.shown[0], max_rows, max_bytes)
        budget = [MOST_READ]
        try:
            found = _solutions(store, self.patterns, {}, budget)
            if self.shown is None:
                return _said(next(found, None) is not None)
            rows = []
            most = max_rows if self.limit is None else min(self.limit, max_rows + 1)
            for solution in found if most else ():
                rows.append({name: _json(solution[name]) for name in self.shown if name in solution})
                if len(rows) > max_rows:
                    return None
                if len(rows) == self.limit:
                    break
        except _TooMuchError:
            return None
        return self._body(rows, max_bytes)

    def _values(self, store: ox.Store, only: Bound, name: str, max_rows: int, max_bytes: int) -> bytes | None:
        """Return the answer where nothing but the objects of the one pattern is asked for."""
        most = min(max_rows, MOST_READ)
        try:
            rows = [{name: _json(quad.object)} for quad in islice(store.quads_for_pattern(*only, None), most + 1)]
        except _TooMuchError:
            return None
        return self._body(rows, max_bytes) if len(rows) <= most else None

    def _body(self, rows: list[dict[str, dict[str, str]]], max_bytes: int) -> bytes | None:
        body: bytes = orjson.dumps({"head": {"vars": self.shown}, "results": {"bindings": rows}})
        return body if len(body) <= max_bytes else None


def _said(there: bool) -> bytes:
    return b'{"head":{},"boolean":true}' if there else b'{"head":{},"boolean":false}'


class _TooMuchError(Exception):
    """More would have to be read than a lookup may, or something that only the engine writes."""


@lru_cache(maxsize=1024)
def read_lookup(text: str) -> Lookup | None:
    """Return the lookup that ``text`` is, ``None`` where it is anything else or anything about it is doubtful."""
    if len(text) > _LONGEST:
        return None
    prefixes: dict[str, str] = {}
    at = 0
    while (declared := _PREFIX.match(text, at)) is not None:
        prefixes[declared[1]] = declared[2][1:-1]
        at = declared.end()
    head = _HEAD.fullmatch(text, at)
    if head is None:
        return None
    patterns = _patterns(head[3], prefixes)
    if not patterns or len(patterns) > _MOST_PATTERNS:
        return None
    limit = None if head[4] is None else int(head[4])
    if head[1]:
        return Lookup(None, patterns, None, _only(patterns)) if limit is None else None
    if head[2] == "*":
        # The order in which the engine names them.
        shown = tuple(sorted({slot for pattern in patterns for slot in pattern if isinstance(slot, str)}))
    else:
        shown = tuple(name[1:] for name in head[2].split())
    return Lookup(shown, patterns, limit, _only(patterns)) if shown and len(set(shown)) == len(shown) else None


def _only(patterns: tuple[Pattern, ...]) -> Bound | None:
    """Return the terms of the only pattern, where each of its variables stands in it once."""
    names = [slot for slot in patterns[0] if isinstance(slot, str)]
    if len(patterns) > 1 or len(set(names)) < len(names):
        return None
    subject, predicate, value = (None if isinstance(slot, str) else slot for slot in patterns[0])
    if isinstance(subject, ox.Literal) or isinstance(predicate, ox.Literal):
        return None
    return subject, predicate, value


def _patterns(body: str, prefixes: dict[str, str]) -> tuple[Pattern, ...] | None:
    """Return the triple patterns of a group without anything else in it."""
    patterns: list[Pattern] = []
    waiting: list[Slot] = []
    at, end = 0, len(body.rstrip())
    while at < end:
        found = _TERM.match(body, at)
        if found is None:
            return None
        at = found.end()
        sign = found[7]
        if sign is None:
            slot = _slot(found, prefixes)
            if slot is None or len(waiting) == 3:
                return None
            waiting.append(slot)
            continue
        if len(waiting) != 3:
            return None
        patterns.append((waiting[0], waiting[1], waiting[2]))
        waiting = waiting[: {".": 0, ";": 1, ",": 2}[sign]]
    if len(waiting) == 3:
        patterns.append((waiting[0], waiting[1], waiting[2]))
    elif waiting:
        return None
    for subject, predicate, _ in patterns:
        if isinstance(subject, ox.Literal) or isinstance(predicate, ox.Literal):
            return None
    return tuple(patterns)


def _slot(found: re.Match[str], prefixes: dict[str, str]) -> Slot | None:
    iri, variable, name, kind, literal, number, _ = found.groups()
    try:
        if variable:
            return str(variable[1:])
        if iri:
            return ox.NamedNode(iri[1:-1])
        if name:
            prefix, _, local = name.partition(":")
            return ox.NamedNode(prefixes[prefix] + local)
        if kind:
            return ox.NamedNode(RDF + "type")
        if number:
            return ox.Literal(number, datatype=ox.NamedNode(XSD + "integer"))
        value, _, language = literal[1:].rpartition('"')
        return ox.Literal(value, language=language[1:]) if language else ox.Literal(value)
    except (KeyError, ValueError):
        return None


def _solutions(
    store: ox.Store, patterns: tuple[Pattern, ...], bound: dict[str, Term], budget: list[int]
) -> Iterator[dict[str, Term]]:
    """Yield every way in which ``patterns`` match, the most bound first; raises _TooMuchError past the budget."""
    best = max(range(len(patterns)), key=lambda number: _weight(patterns[number], bound)) if len(patterns) > 1 else 0
    pattern = patterns[best]
    rest = patterns[:best] + patterns[best + 1 :]
    subject, predicate, value = (bound.get(slot) if isinstance(slot, str) else slot for slot in pattern)
    if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode | None):
        return
    for quad in store.quads_for_pattern(subject, predicate, value, None):
        budget[0] -= 1
        if budget[0] < 0:
            raise _TooMuchError
        now = bound
        for slot, term in zip(pattern, (quad.subject, quad.predicate, quad.object), strict=True):
            if isinstance(slot, str):
                known = now.get(slot)
                if known is None:
                    now = {**now, slot: term}
                elif known != term:
                    break
        else:
            if rest:
                yield from _solutions(store, rest, now, budget)
            else:
                yield now
    budget[0] -= 1


def _weight(pattern: Pattern, bound: dict[str, Term]) -> int:
    """Return how narrow a pattern is: a subject has few triples, an object more, a property most."""
    known = [not isinstance(slot, str) or slot in bound for slot in pattern]
    return 4 * known[0] + 2 * known[2] + known[1]


def _json(term: Term) -> dict[str, str]:
    if isinstance(term, ox.Literal):
        if term.language:
            if term.direction is not None:
                raise _TooMuchError
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        kind = term.datatype.value
        if kind == _STRING:
            return {"type": "literal", "value": term.value}
        return {"type": "literal", "value": term.value, "datatype": kind}
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    raise _TooMuchError


_STRING = XSD + "string"
