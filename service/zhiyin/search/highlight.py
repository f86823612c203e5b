"""Marks what was met in a clause's own text: ranges merged, HTML escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from zhiyin.search.normalisation import Folded

Span = tuple[int, int]


def fragments(topic: str, text: str) -> list[str]:
    """Return the longest parts of a Han run ``topic``, two characters or more, that stand in folded ``text``, in order."""
    found: list[str] = []
    start = 0
    while start < len(topic) - 1:
        end = start + 2
        if topic[start:end] not in text:
            start += 1
            continue
        while end < len(topic) and topic[start : end + 1] in text:
            end += 1
        fragment = topic[start:end]
        if fragment not in found:
            found.append(fragment)
        # The next part may share a character with this one, but not lie within it.
        start = end - 1
    return found


def occurrences(part: str, text: str) -> list[Span]:
    """Return every range of ``text`` that reads ``part``."""
    spans = []
    start = text.find(part) if part else -1
    while start >= 0:
        spans.append((start, start + len(part)))
        start = text.find(part, start + 1)
    return spans


def on_original(folded: Folded, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return ``spans`` of the folded text as ranges of the original, merged where they touch, in order."""
    ranges = sorted(folded.span(start, end) for start, end in spans if start < end)
    merged: list[Span] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def as_html(text: str, spans: Iterable[Span]) -> str:
    """Return ``text`` escaped for HTML with each range in a ``<mark>``."""
    pieces = []
    position = 0
    for start, end in spans:
        pieces += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    pieces.append(escape(text[position:]))
    return "".join(pieces)
