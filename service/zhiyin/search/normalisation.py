"""Folds text so that one meaning has one spelling: width, case, traditional and variant characters, dashes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# One character for one character, on both sides of the comparison: spellings the trade mixes freely.
_VARIANTS: Final = {
    "帐": "账", "阀": "阈", "裡": "里", "衹": "只", "牆": "墙", "峯": "峰", "溼": "湿", "証": "证", "綫": "线",
    "污": "污", "佈": "布", "慾": "欲", "摺": "折", "煉": "炼", "鍊": "链", "祕": "秘", "覈": "核", "勛": "勋",
    "托": "托", "託": "托", "週": "周", "係": "系", "繫": "系", "瞭": "了", "臺": "台", "檯": "台", "颱": "台",
    "錄": "录", "彔": "录", "復": "复", "複": "复", "覆": "复", "乾": "干", "幹": "干", "捲": "卷", "製": "制",
    "髮": "发", "發": "发", "曆": "历", "歷": "历", "鬆": "松", "鬱": "郁", "衞": "卫", "衛": "卫", "陞": "升",
    "昇": "升", "碁": "棋", "啓": "启", "啟": "启", "麪": "面", "麵": "面", "羣": "群", "佔": "占", "脣": "唇",
    "－": "-", "—": "-", "–": "-", "‐": "-", "‑": "-", "~": "-", "～": "-", "“": '"', "”": '"', "≦": "≤", "≧": "≥",
}  # fmt: skip

_HAN_RANGES: Final = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3134F))


# Fillers and selectors that are no format characters and show nothing all the same.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5")
_SELECTORS: Final = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x180B, 0x180F))


def visible(text: str) -> str:
    """Return ``text`` without the characters that show nothing: joiners, marks of direction, selectors, controls."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for character in text if not _invisible(character))


def _invisible(character: str) -> bool:
    if character.isspace():
        return False
    code = ord(character)
    return (
        unicodedata.category(character) in ("Cf", "Cc")
        or character in _BLANK
        or any(first <= code <= last for first, last in _SELECTORS)
    )


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; ``offsets[i]`` is the index in the original of the character that gave character i."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the original that ``text[start:end]`` came from."""
        return self.offsets[start], self.offsets[end - 1] + 1


class Normaliser:
    """Folds strings by a table of characters; OpenCC makes the table once, serving only reads it."""

    def __init__(self, table: dict[int, str]) -> None:
        self.table = table

    @classmethod
    def from_opencc(cls) -> Normaliser:
        """Return a normaliser whose table holds every single character that OpenCC's t2s changes."""
        from opencc import OpenCC

        # Apart by blanks: OpenCC's phrase rules would make a character's folding hang on its neighbours, and then
        # a part of a clause would no longer fold as it does inside the clause.
        characters = [chr(code) for first, last in _HAN_RANGES[:2] for code in range(first, last + 1)]
        simplified = OpenCC("t2s").convert(" ".join(characters)).split(" ")
        table = {ord(old): new for old, new in zip(characters, simplified, strict=True) if old != new and len(new) == 1}
        table.update({ord(old): new for old, new in _VARIANTS.items() if old != new})
        for code, new in list(table.items()):
            table[code] = table.get(ord(new), new)
        return cls(table)

    def fold(self, text: str) -> str:
        """Return ``text`` in its one spelling; lengths may differ from the original's."""
        return unicodedata.normalize("NFKC", text).lower().translate(self.table)

    def fold_with_offsets(self, text: str) -> Folded:
        """Return the folded text with the way back, character by character."""
        folded: list[str] = []
        offsets: list[int] = []
        for index, character in enumerate(text):
            piece = self.fold(character)
            folded.append(piece)
            offsets.extend([index] * len(piece))
        return Folded("".join(folded), tuple(offsets))

    def changes(self, text: str) -> bool:
        """Say whether ``text`` holds a traditional or variant character."""
        return any(ord(character) in self.table for character in unicodedata.normalize("NFKC", text))

    def as_strings(self) -> tuple[str, str]:
        """Return the table as two strings of equal length, for storing."""
        keys = sorted(self.table)
        return "".join(map(chr, keys)), "".join(self.table[key] for key in keys)

    @classmethod
    def from_strings(cls, old: str, new: str) -> Normaliser:
        """Return the normaliser that :meth:`as_strings` told."""
        return cls(dict(zip(map(ord, old), new, strict=True)))


def is_han(character: str) -> bool:
    """Say whether ``character`` is a Chinese ideograph."""
    if character < "\u3400" or "\u4e00" <= character <= "\u9fff":
        return character >= "\u4e00"
    code = ord(character)
    return any(first <= code <= last for first, last in _HAN_RANGES)


def regional_words(words: Iterable[str], normaliser: Normaliser) -> dict[str, str]:
    """Return what Taiwan says for ``words`` where the word itself differs (網路 for 网络), folded, to the word here."""
    from opencc import OpenCC

    ordered = sorted(words)
    if not ordered:
        return {}
    converted = OpenCC("s2twp").convert("\n".join(ordered)).split("\n")
    pairs = ((normaliser.fold(there), here) for there, here in zip(converted, ordered, strict=True))
    return {there: here for there, here in pairs if there != here}
