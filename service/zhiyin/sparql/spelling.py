"""Spells a query as the engine reads it: pyoxigraph 0.5 takes a name such as ``clause:4.3.3.1`` only with its dots escaped.

SPARQL 1.1 allows dots within a local name (rule PN_LOCAL [169]) and their escapes (PLX [173]), so the meaning is kept.
"""

from __future__ import annotations

import re

from zhiyin.sparql.scan import tokens

# A run without two dots is taken whole: a search that began anew at each colon would take the square of a long text.
_DOTTED = re.compile(r":(?:[^\s<>\"{}.]*+\.[^\s<>\"{}.]*+(?P<second>\.)|[^\s<>\"{}]*+)")


def escape_dots(text: str) -> str:
    """Return ``text`` with the dots within the local names of prefixed names escaped."""
    if not any(match["second"] for match in _DOTTED.finditer(text)):
        return text
    parts: list[str] = []
    at = 0
    for token in tokens(text):
        if token.kind != "prefixed":
            continue
        prefix, _, local = token.text.partition(":")
        if local.count(".") < 2:
            continue
        parts += [text[at : token.start], prefix, ":", re.sub(r"(?<!\\)\.", r"\\.", local)]
        at = token.end
    return "".join([*parts, text[at:]])
