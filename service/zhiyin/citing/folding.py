"""Folds a text to one spelling with the way back, and cuts it into paragraphs and sentences."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_PAIRS: Final = {"“": "”", "「": "」", "『": "』", "《": "》", "(": ")", "[": "]"}
_ENDS: Final = "。!?;\n"
_LONGEST_QUOTE: Final = 400
_LONGEST: Final = 1200
"""Where a sentence has no end within so many characters it is cut: work must not grow with its square."""
_CITED_AFTER: Final = re.compile(r"[ ”」』]*[(\[](?:[^()\[\]\n]{0,40}(?:\d\s?\.\s?\d|指引)[^()\[\]\n]{0,30})[)\]]。?")
_BETWEEN_DIGITS: Final = re.compile(r"[0-9０-９]。[0-9０-９]")
_KEPT: Final = "…℃"


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``offsets[i]`` is the place in the original of the character that gave character i."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that ``text[start:end]`` came from."""
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else (self.offsets[-1] + 1 if self.offsets else 0)
            return at, at
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as a range of the folded text; ``paragraph`` counts lines."""

    start: int
    end: int
    paragraph: int


def fold(text: str) -> Folded:
    """Return ``text`` in half width, lower case and without invisible characters."""
    folded: list[str] = []
    offsets: list[int] = []
    blank = False
    for index, character in enumerate(text):
        piece = _folded(character)
        if piece == " " and blank:
            continue
        blank = piece == " " or (blank and not piece)
        if piece == "。" and _BETWEEN_DIGITS.fullmatch(text[max(0, index - 1) : index + 2]):
            # 4。3。3。1: typed with the full stop of Chinese.
            piece = "."
        folded.append(piece)
        offsets.extend([index] * len(piece))
    return Folded("".join(folded), tuple(offsets))


def _folded(character: str) -> str:
    if character < "\x80":
        return "\n" if character == "\r" else " " if character == "\t" else character.lower()
    if character in _KEPT:
        return character
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "No" and unicodedata.normalize("NFKC", character).isdigit() and character not in "²³":
        # A circled number counts a list: glued to what follows it would become part of a clause number.
        return " "
    piece = unicodedata.normalize("NFKC", character).lower()
    return {"～": "~", "—": "-", "–": "-", "‐": "-", "−": "-", "﹣": "-", "·": ".", "．": ".", "≦": "≤", "≧": "≥"}.get(
        piece, piece
    )


def sentences(folded: str) -> list[Sentence]:
    """Return the sentences of ``folded`` in order; what stands in quotation marks or brackets is not cut."""
    found: list[Sentence] = []
    start, paragraph = 0, 0
    closing: list[tuple[str, int]] = []
    for index, character in enumerate(folded):
        if index < start:
            continue
        if character == "\n":
            closing.clear()
        elif closing and character == closing[-1][0]:
            closing.pop()
        elif character in _PAIRS:
            closing.append((_PAIRS[character], index))
        elif character == '"':
            closing.append(('"', index))
        if closing and index - closing[0][1] > _LONGEST_QUOTE:
            closing.clear()
        if (character not in _ENDS or closing) and index - start < _LONGEST:
            continue
        end = index + 1
        if character == "。" and (after := _CITED_AFTER.match(folded, end)):
            # 录像至少保存90天。（指引4.2.1.5）: the citation belongs to what it follows.
            end = after.end()
        if folded[start:end].strip():
            found.append(Sentence(start, end, paragraph))
        start = end
        if character == "\n":
            paragraph += 1
    if folded[start:].strip():
        found.append(Sentence(start, len(folded), paragraph))
    return found
