"""Looks over a query's text before any engine does: its form, nesting, dataset, services and whether it repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from urllib.parse import urljoin

from zhiyin.errors import BadQuery, Place
from zhiyin.sparql.media import Kind

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|\#[^\n\r]*)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
             | "(?:[^"\\\n\r]|\\.)*+" | '(?:[^'\\\n\r]|\\.)*+')
  | (?P<unclosed>"(?:[^"\\\n\r]|\\.)*+ | '(?:[^'\\\n\r]|\\.)*+)
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
# A quote that nothing closes is taken to the end of its line, so that no text is looked at once for each quote in it.
# A backslash outside a literal belongs to a name and takes its sign with it: a:b\\' starts no string.
_LITERALS = r"""
    \#[^\n\r]*
  | \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
  | "(?:[^"\\\n\r]|\\.)*+"? | '(?:[^'\\\n\r]|\\.)*+'?
  | \\.
  | <(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>
"""
_WORDS = "SELECT ASK CONSTRUCT DESCRIBE FROM INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH"
# Only what an outline needs: brackets and a few words that are no part of a name, outside comments, strings and IRIs.
# Parsers differ in where a word may end without a blank ("1SERVICE", "SERVICESILENT<…>"): "service" anywhere leads to
# a closer look, and a function that gives another value each time is one wherever its name and bracket stand.
_MARK = re.compile(
    rf"{_LITERALS} | (?P<open>[({{\[]) | (?P<close>[)}}\]]) | (?P<service>SERVICE) "
    rf"| (?P<volatile>(?:NOW|RAND|UUID|BNODE)(?=\s*\()) "
    rf"| (?<![\w?$:@%\\])(?P<word>{'|'.join(_WORDS.split())})(?![\w:])",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
# "?a<?b#>" is a comparison and a comment to a parser, and an IRI to a reader of tokens: what follows may be hidden.
_ANGLES = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]{0,30}://)([^\x00-\x20<>\"{}|^`\\]*+)>")
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*+:)[^\x00-\x20<>\"{}|^`\\]*+>")
_LONGEST_SCHEME = 31
_COLON = re.compile(":")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
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


def has_relative(text: str) -> bool:
    """Return whether ``text`` may hold a relative IRI."""
    return _RELATIVE.search(text) is not None


def outline(text: str, max_nesting: int) -> Outline:
    """Return the outline of a query; raises BadQuery where it is empty, an update or nested too deep.

    What is wrong beyond that is left to the engine's own parser, whose message is better.
    """
    # Long texts are seldom repeated and would fill the memo.
    return _outline(text, max_nesting) if len(text) <= 16384 else _outline.__wrapped__(text, max_nesting)


@lru_cache(maxsize=1024)
def _outline(text: str, max_nesting: int) -> Outline:
    form: str | None = None
    has_dataset = has_service = False
    repeatable = True
    depth = nesting = 0
    for match in _MARK.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            if depth > nesting:
                nesting = depth
                if nesting > max_nesting:
                    raise BadQuery(
                        f"括号嵌套超过 {max_nesting} 层",
                        f"brackets are nested deeper than {max_nesting}",
                        place=place_of(text, match.start()),
                    )
        elif kind == "close":
            depth -= 1
        elif kind == "word":
            word = match.group().upper()
            if form is None:
                if word in _FORMS:
                    form = word
                elif word in _UPDATES:
                    raise BadQuery(
                        "这是更新语句，本服务只接受查询",
                        "this is an update; the service takes queries only",
                        place=place_of(text, match.start()),
                    )
            elif word == "FROM":
                has_dataset = has_dataset or depth == 0
        elif kind == "volatile":
            repeatable = False
        elif kind == "service":
            has_service = True
    if form is None:
        raise _no_form(text)
    # A blank node written in a CONSTRUCT template gets a fresh label in each run, which is no difference.
    services = _services(text) if has_service else ()
    if "service" in text.lower() and _may_hide(text):
        services = (*services, None)
    return Outline(form, _FORMS[form], has_dataset, services, repeatable and not services, nesting)


def _may_hide(text: str) -> bool:
    """Return whether something in angle brackets may be no IRI, and hold the start of a comment or of a string."""
    schemes: set[str] = set()
    for found in _ANGLES.finditer(text):
        if "#" in found[1] or "'" in found[1]:
            scheme = _SCHEME.match(found[1])
            if scheme is None:
                return True
            schemes.add(scheme.group())
    # "<urn:x#y>" can be a comparison with a name only where "urn:" is a prefix of the query.
    return bool(schemes) and any(_ends_in(schemes, text, colon.start()) for colon in _COLON.finditer(text))


def _ends_in(schemes: set[str], text: str, colon: int) -> bool:
    """Return whether a scheme ends at ``colon`` other than at the start of an IRI; one look for each length it may have."""
    for start in range(colon - 1, max(colon - _LONGEST_SCHEME, 0) - 1, -1):
        if text[start : colon + 1] in schemes and (start == 0 or text[start - 1] != "<"):
            return True
    return False


def _services(text: str) -> tuple[str | None, ...]:
    """Return the endpoints; where a parser might read SERVICE in a word that is no such word, the endpoint is unknown."""
    found: list[str | None] = []
    prefixes: dict[str, str] = {}
    expected = False
    last_word = last_prefixed = ""
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if expected and word != "SILENT":
            found.append(_endpoint(token, prefixes))
            expected = False
        if word == "SERVICE":
            expected = True
        elif "SERVICE" in word:
            found.append(None)
        if word:
            last_word = word
        elif token.kind == "prefixed":
            prefix = token.text.partition(":")[0]
            if prefix.upper().endswith("SERVICE") and prefix not in prefixes and last_word != "PREFIX":
                found.append(None)
            last_prefixed = token.text
        elif token.kind == "iri" and last_word == "PREFIX":
            prefixes[last_prefixed.rpartition(":")[0]] = unescape(token.text[1:-1])
            last_word = ""
    return tuple(found)


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


def resolve(base: str, iri: str) -> str:
    """Return ``iri``, its escapes read, resolved against ``base`` (RFC 3986, 5.2); as it is where there is no base."""
    iri = unescape(iri)
    if not base or _ABSOLUTE.match(iri):
        return iri
    try:
        found = urljoin(base, iri)
    except ValueError:
        return iri
    # The library drops an empty fragment, which a namespace may end in.
    return found + "#" if iri.endswith("#") and not found.endswith("#") else found


def _no_form(text: str) -> BadQuery:
    first = next(tokens(text), None)
    if first is None:
        return BadQuery("查询是空的", "the query is empty", place=Place(line=1, column=1))
    words = [token for token in tokens(text) if token.kind == "word" and token.text.upper() not in {"PREFIX", "BASE"}]
    close = get_close_matches(words[0].text.upper(), [*_FORMS], 1, 0.6) if words else []
    if close:
        said = words[0].text[:100]
        return BadQuery(
            f"没有关键字 {said}；是否想写 {close[0]}？",
            f"there is no keyword {said}; did you mean {close[0]}?",
            place=place_of(text, words[0].start),
        )
    return BadQuery(
        "没有找到 SELECT、ASK、CONSTRUCT 或 DESCRIBE",
        "no SELECT, ASK, CONSTRUCT or DESCRIBE was found",
        place=place_of(text, first.start),
    )
