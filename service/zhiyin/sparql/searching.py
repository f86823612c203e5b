"""Full-text search inside a query: ``?clause zy:search "门禁卡"`` becomes the rows that the search answers.

The forms, where ``?score`` and the number of hits may be left out::

    ?clause zy:search "门禁卡" .
    (?clause ?score) zy:search ("门禁卡" 20) .

Rewriting the text before any engine sees it makes the property work the same on every engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhiyin.errors import BadQuery
from zhiyin.sparql.scan import Token, place_of, resolve, tokens, unescape

SearchFunction = Callable[[str, int], Sequence[tuple[str, float]]]
"""Takes the words and the greatest number of hits; returns pairs of clause IRI and score, the best first."""

PROPERTY = "https://w3id.org/zhiyin/ontology#search"
DEFAULT_HITS = 100
MOST_HITS = 1000
MOST_CALLS = 10
"""Most uses of the property in one query: they are answered before the query runs, where no time limit would end them."""
# A namespace may be cut anywhere: "PREFIX s: <…ontology#sea>" makes s:rch the property.
_CUT = re.compile(r"#s[a-z]{0,5}>|[/#]?ontology>|<[^\s<>]*w3id\.org[^\s<>#]*>")
_IRI = re.compile(r'[^\x00-\x20<>"{}|^`\\]+')
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_CODEPOINT = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Call:
    start: int
    end: int
    subject: str
    score: str | None
    words: str
    hits: int
    goes_on: bool
    continues: bool = False


def uses_search(text: str) -> bool:
    """Return whether ``text`` may use the property: a cheap look before the exact one."""
    if "\\u" in text or "\\U" in text:
        return True
    return "w3id.org" in text and ("search" in text or _CUT.search(text) is not None)


def rewrite(text: str, search: SearchFunction | None) -> str:
    """Return ``text`` with each use of the property replaced by the rows found.

    Raises BadQuery where the property is used in another form, or where no search is at hand.
    """
    if not uses_search(text):
        return text
    text = _plain_names(text)
    parts, position = [], 0
    for call in _calls(text):
        if search is None:
            raise BadQuery(
                "本服务没有接入全文检索，zy:search 不可用",
                "no full-text search is connected to this service, zy:search cannot be used",
                place=place_of(text, call.start),
            )
        parts += [text[position : call.start], _values(call, search(call.words, call.hits))]
        position = call.end
    return "".join([*parts, text[position:]])


def _values(call: _Call, hits: Sequence[tuple[str, float]]) -> str:
    found = [(iri, score) for iri, score in hits[: call.hits] if _IRI.fullmatch(iri)]
    if call.score is None:
        rows = f"VALUES {call.subject} {{ {' '.join(f'<{iri}>' for iri, _ in found)} }}"
    else:
        pairs = " ".join(f"(<{iri}> {score:.6e})" for iri, score in found)
        rows = f"VALUES ({call.subject} {call.score}) {{ {pairs} }}"
    if call.continues:
        rows = f" . {rows}"
    # After a semicolon the subject goes on with its next property.
    return f"{rows} {call.subject} " if call.goes_on else f"{rows} "


def _plain_names(text: str) -> str:
    """Return ``text`` with the escapes in its names read, which the engine takes in IRIs and strings alone (19.2)."""
    if "\\u" not in text and "\\U" not in text:
        return text
    parts, at = [], 0
    for token in tokens(text):
        if token.kind == "other" and token.text == "\\" and (escape := _CODEPOINT.match(text, token.start)):
            parts += [text[at : token.start], unescape(escape.group())]
            at = escape.end()
    return "".join([*parts, text[at:]])


def _calls(text: str) -> list[_Call]:
    items = list(tokens(text))
    named = _Names()
    calls: list[_Call] = []
    for index, token in enumerate(items):
        if token.kind not in {"iri", "prefixed"} or named.declares(items, index) or not named.is_property(token):
            continue
        if len(calls) == MOST_CALLS:
            raise BadQuery(
                f"一条查询中 zy:search 至多出现 {MOST_CALLS} 次",
                f"one query may use zy:search at most {MOST_CALLS} times",
                place=place_of(text, token.start),
            )
        calls.append(_call(text, items, index))
    return calls


class _Names:
    """What names mean at a place of the query: its prefixes and its base so far."""

    def __init__(self) -> None:
        self._base = ""
        self._prefixes: dict[str, str] = {}

    def declares(self, items: Sequence[Token], index: int) -> bool:
        """Return whether a name is part of a declaration, and take that in."""
        token, before = items[index], items[index - 1] if index else None
        if before is None:
            return False
        if before.kind == "word" and before.text.upper() == "BASE":
            self._base = resolve(self._base, token.text[1:-1])
            return True
        if before.kind == "word" and before.text.upper() == "PREFIX":
            return True
        first = items[index - 2] if index > 1 else None
        if first is not None and first.kind == "word" and first.text.upper() == "PREFIX" and token.kind == "iri":
            self._prefixes[before.text[:-1]] = resolve(self._base, token.text[1:-1])
            return True
        return False

    def is_property(self, token: Token) -> bool:
        """Return whether a name is that of the property."""
        if token.kind == "iri":
            return resolve(self._base, token.text[1:-1]) == PROPERTY
        prefix, _, local = token.text.partition(":")
        return prefix in self._prefixes and self._prefixes[prefix] + local.replace("\\", "") == PROPERTY


def _call(text: str, items: Sequence[Token], index: int) -> _Call:
    fault = BadQuery(
        '检索属性的写法是：?clause zy:search "词" 或 (?clause ?score) zy:search ("词" 20)',
        'the search property is written ?clause zy:search "words" or (?clause ?score) zy:search ("words" 20)',
        place=place_of(text, items[index].start),
    )
    before = list(items[max(0, index - 4) : index])
    if before and before[-1].kind == "variable":
        start, subject, score = before[-1].start, before[-1].text, None
        preceding = before[-2].text if len(before) > 1 else ""
    elif [item.kind for item in before] == ["open", "variable", "variable", "close"]:
        start, subject, score = before[0].start, before[1].text, before[2].text
        preceding = items[index - 5].text if index >= 5 else ""
    elif before and before[-1].text == ";":
        owner = _subject(items, index - 1)
        if owner is None:
            raise fault
        start, subject, score, preceding = before[-1].start, owner, None, ";"
    else:
        raise fault
    if preceding not in {"{", ".", "}", ";"} and not preceding.endswith("}"):
        raise fault
    after = items[index + 1 :]
    hits = DEFAULT_HITS
    if after and after[0].kind == "string":
        words, rest = after[0], 1
        if len(after) > 1 and after[1].kind == "language":
            rest = 2
    elif len(after) > 2 and after[0].text == "(" and after[1].kind == "string":
        words, rest = after[1], 2
        if after[rest].kind == "number" and after[rest].text.isdigit():
            hits, rest = min(max(int(after[rest].text), 1), MOST_HITS), rest + 1
        if rest >= len(after) or after[rest].text != ")":
            raise fault
        rest += 1
    else:
        raise fault
    end = after[rest - 1].end
    following = after[rest] if rest < len(after) else None
    goes_on = following is not None and following.text == ";"
    if following is not None and following.text == ",":
        raise fault
    if following is not None and following.text in {".", ";"}:
        end = following.end
        # "; ." and ";}" end the subject although a semicolon stands there.
        later = after[rest + 1].text if rest + 1 < len(after) else "}"
        goes_on = goes_on and later not in {".", "}", ";"}
    return _Call(start, end, subject, score, _unquote(words.text), hits, goes_on, before[-1].text == ";")


def _subject(items: Sequence[Token], semicolon: int) -> str | None:
    """Return the variable that the statement going on after ``semicolon`` is about, if it is one."""
    depth = 0
    for place in range(semicolon - 1, -1, -1):
        token = items[place]
        if token.kind == "close":
            if token.text == "}" and depth == 0:
                return None
            depth += 1
        elif token.kind == "open":
            if depth == 0:
                following = items[place + 1]
                return following.text if token.text == "{" and following.kind == "variable" else None
            depth -= 1
        elif token.text == "." and token.kind == "other" and depth == 0:
            following = items[place + 1]
            return following.text if following.kind == "variable" else None
    return None


def unescaped(text: str) -> str:
    """Return the text of a literal with its escapes read."""
    return _ESCAPE.sub(
        lambda match: (
            chr(int(match.group(1) or match.group(2), 16))
            if match.group(1) or match.group(2)
            else _ESCAPES.get(match.group(3), match.group(3))
        ),
        text,
    )


def _unquote(literal: str) -> str:
    quotes = 3 if literal[:3] in {'"""', "'''"} else 1
    return unescaped(literal[quotes:-quotes])
