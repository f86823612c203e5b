"""Looks over a query's text before any engine does: its form, nesting, dataset, services and whether it repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from zhiyin.errors import BadQuery, Place
from zhiyin.sparql.media import Kind

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|\#[^\n\r]*)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
             | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<variable>[?$]\w+)
  | (?P<prefixed>(?:[^\W\d_](?:[\w.-]{0,30}[\w-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])
                 (?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%]))?)?)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_FORMS = {"SELECT": Kind.TABLE, "ASK": Kind.BOOLEAN, "CONSTRUCT": Kind.GRAPH, "DESCRIBE": Kind.GRAPH}


@dataclass(frozen=True, slots=True)
class Token:
    """One lexical piece of a query: its kind, its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next piece starts."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Outline:
    """What must be known of a query before it runs.

    ``services`` holds the endpoints it names, ``None`` standing for one that a variable names. ``repeatable`` is
    false where two runs may differ although the graph does not (NOW, RAND, UUID, blank nodes, SERVICE).
    """

    form: str
    kind: Kind
    has_dataset: bool
    services: tuple[str | None, ...]
    repeatable: bool
    nesting: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of ``text`` that are neither white space nor comment."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind != "blank" and kind is not None:
            yield Token(kind, match.group(), match.start())


def place_of(text: str, offset: int) -> Place:
    """Return line and column, from 1, of ``offset`` in ``text``."""
    return Place(line=text.count("\n", 0, offset) + 1, column=offset - (text.rfind("\n", 0, offset) + 1) + 1)


def outline(text: str, max_nesting: int) -> Outline:
    """Return the outline of a query; raises BadQuery where it is empty, an update or nested too deep.

    What is wrong beyond that is left to the engine's own parser, whose message is better.
    """
    # Long texts are seldom repeated and would fill the memo.
    return _outline(text, max_nesting) if len(text) <= 16384 else _outline.__wrapped__(text, max_nesting)


@lru_cache(maxsize=1024)
def _outline(text: str, max_nesting: int) -> Outline:
    form: str | None = None
    has_dataset = False
    repeatable = True
    services: list[str | None] = []
    depth = nesting = 0
    expects_service = False
    prefixes: dict[str, str] = {}
    last_word, last_prefixed = "", ""
    for token in tokens(text):
        kind = token.kind
        if kind == "open":
            depth += 1
            if depth > nesting:
                nesting = depth
                if nesting > max_nesting:
                    raise BadQuery(
                        f"括号嵌套超过 {max_nesting} 层",
                        f"brackets are nested deeper than {max_nesting}",
                        place=place_of(text, token.start),
                    )
        elif kind == "close":
            depth -= 1
        word = token.text.upper() if kind == "word" else ""
        if form is None:
            if word in _FORMS:
                form = word
            elif word in _UPDATES:
                raise BadQuery(
                    "这是更新语句，本服务只接受查询",
                    "this is an update; the service takes queries only",
                    place=place_of(text, token.start),
                )
            elif kind == "iri" and last_word == "PREFIX":
                prefixes[last_prefixed.rpartition(":")[0]] = unescape(token.text[1:-1])
        elif word == "FROM" and depth == 0:
            has_dataset = True
        elif word in _VOLATILE:
            repeatable = False
        elif word == "SERVICE":
            expects_service, repeatable = True, False
            last_word = word
            continue
        if expects_service and word != "SILENT":
            services.append(_endpoint(token, prefixes))
            expects_service = False
        if word:
            last_word = word
        elif kind == "prefixed":
            last_prefixed = token.text
    if form is None:
        raise _no_form(text)
    # A blank node written in a CONSTRUCT template gets a fresh label in each run, which is no difference.
    return Outline(form, _FORMS[form], has_dataset, tuple(services), repeatable, nesting)


def _endpoint(token: Token, prefixes: dict[str, str]) -> str | None:
    if token.kind == "iri":
        return unescape(token.text[1:-1])
    if token.kind == "prefixed":
        prefix, _, local = token.text.partition(":")
        return prefixes[prefix] + local if prefix in prefixes else None
    return None


def unescape(text: str) -> str:
    r"""Return ``text`` with its \uXXXX and \UXXXXXXXX escapes read."""
    return _ESCAPE.sub(lambda match: chr(int(match.group(1) or match.group(2), 16)), text)


def _no_form(text: str) -> BadQuery:
    first = next(tokens(text), None)
    if first is None:
        return BadQuery("查询是空的", "the query is empty", place=Place(line=1, column=1))
    return BadQuery(
        "没有找到 SELECT、ASK、CONSTRUCT 或 DESCRIBE",
        "no SELECT, ASK, CONSTRUCT or DESCRIBE was found",
        place=place_of(text, first.start),
    )
