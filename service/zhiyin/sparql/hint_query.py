"""One query that found nothing: its text, its structure, what the store tells of it when asked, and changes to it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from zhiyin.errors import Message, ZhiyinError
from zhiyin.sparql.hint import Hint
from zhiyin.sparql.scan import Token
from zhiyin.sparql.searching import unescaped
from zhiyin.sparql.structure import Group, Node, Select, Structure, Triple
from zhiyin.sparql.terms import Table
from zhiyin.sparql.terms_in_use import OURS, TermsInUse

ZY = OURS + "ontology#"
SEARCH = ZY + "search"
_MOST_ASKED = 40
_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Edit:
    """New text in the place of what stands from ``start`` to ``end``."""

    start: int
    end: int
    new: str


class TiredError(Exception):
    """Enough was asked, or the store is too busy to tell: no row would mean nothing."""


class Store:
    """The store, asked seldom and for a moment: whoever waits for an answer waits for the hints too."""

    def __init__(self, select: Callable[[str], Table]) -> None:
        self._select = select
        self._asked = 0
        self.gave_up = False
        self._until = time.monotonic() + _SECONDS

    def rows(self, query: str) -> list[list[str]]:
        """Return the rows of a SELECT; raises TiredError once enough was asked."""
        self._asked += 1
        self.gave_up = self._asked > _MOST_ASKED or time.monotonic() > self._until
        if self.gave_up:
            raise TiredError
        try:
            return [[term.value for term in row if term is not None] for row in self._select(query).rows]
        except ZhiyinError as error:
            self.gave_up = True
            raise TiredError from error


class Given:
    """The query, with the hints on it as they are found."""

    def __init__(self, text: str, found: Structure, terms: TermsInUse, store: Store) -> None:
        self.text = text
        self.found = found
        self.terms = terms
        self.store = store
        self.edits: dict[str, tuple[Edit, ...]] = {}
        self._prefixes = {space: prefix for prefix, space in found.prefixes.items()}
        where = found.select.where
        self.triples = list(_steps(_required(where))) if where is not None else []

    @property
    def known(self) -> list[Triple]:
        """The patterns whose property the graph uses."""
        return [t for t in self.triples if t.predicate.kind == "iri" and t.predicate.value in self.terms.kinds]

    def said(self, node: Node) -> str:
        """Return a term as the query writes it."""
        return self.text[node.start : node.end]

    def hint(self, zh: str, en: str, term: str = "", nearest: str = "", edits: Iterable[Edit] = ()) -> Hint:
        """Return a hint, whose ``edits`` correct the query."""
        self.edits[en] = tuple(edits)
        return Hint(Message(zh, en), term, nearest)

    def ask(self, query: str) -> list[str]:
        """Return the first column of a SELECT."""
        return [row[0] for row in self.rows(query)]

    def rows(self, query: str) -> list[list[str]]:
        """Return the rows of a SELECT."""
        return self.store.rows(query)

    def spelt(self, iri: str) -> str:
        """Return an IRI as this query can write it."""
        for space, prefix in sorted(self._prefixes.items(), key=lambda pair: -len(pair[0])):
            rest = iri[len(space) :]
            if space and iri.startswith(space) and re.fullmatch(r"\w[\w-]*(?:\.[\w-]+)*", rest):
                return f"{prefix}:{rest}"
        return f"<{iri}>"

    def finds(self, group: str) -> bool:
        """Return whether there is a row for ``group``, over the dataset of the query."""
        found = self.found
        dataset = [f"FROM <{node.value}>" for node in found.default_graphs]
        dataset += [f"FROM NAMED <{node.value}>" for node in found.named_graphs]
        query = f"{prologue(self.text, found)} SELECT (1 AS ?zyFound) {' '.join(dataset)} {group} LIMIT 1"
        return bool(self.rows(query))


def prologue(text: str, found: Structure) -> str:
    """Return what stands before the form of a query: base and prefixes."""
    return text[: found.select.start]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with ``edits``; of two that overlap the first counts."""
    parts, at = [], 0
    for start, end, new in sorted({(e.start, e.end, e.new) for e in edits}):
        if start < at:
            continue
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _required(group: Group) -> Iterator[Triple]:
    """Yield the patterns without which there is no row."""
    yield from group.triples
    for element in group.elements:
        if element.kind in {"graph", "union"}:
            for inner in element.groups:
                yield from _required(inner)
        elif isinstance(element.select, Select) and element.select.where is not None:
            yield from _required(element.select.where)


def _steps(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the patterns, each plain sequence of properties as the patterns that it stands for."""
    for number, triple in enumerate(triples):
        steps = triple.predicate.steps
        if not steps:
            yield triple
            continue
        at = triple.subject
        for place, step in enumerate(steps):
            last = place == len(steps) - 1
            to = triple.object if last else Node("variable", f" {number}/{place}", step.end, step.end)
            yield Triple(at, step, to, triple.start, triple.end)
            at = to


def text_of(node: Node) -> str:
    """Return the characters of a literal."""
    return unescaped(node.value) if "\\" in node.value else node.value


def written(node: Node) -> str:
    """Return a constant as it can be put into another query."""
    if node.kind == "iri":
        return f"<{node.value}>"
    if node.note in {"number", "boolean"}:
        return node.value
    return quoted(text_of(node)) + (node.note if node.note.startswith("@") else f"^^<{node.note}>" if node.note else "")


def quoted(text: str) -> str:
    """Return a text as a literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def literal_at(token: Token, offset: int) -> Node:
    """Return the literal that a token of an expression is; ``offset`` is where the expression starts."""
    start = offset + token.start
    if token.kind == "number":
        return Node("literal", token.text, start, start + len(token.text), "number")
    quotes = 3 if token.text[:3] in {'"""', "'''"} else 1
    return Node("literal", token.text[quotes:-quotes], start, start + len(token.text))
