"""Reads English sentences as Chinese: each word that the guideline has a word for in that word, the rest blank.

Folded text goes in and comes out, with the way back to the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from zhiyin.citing.folding import Folded

_LINE: Final = re.compile(r"[^\n]+")
_HAN: Final = re.compile(r"[一-鿿]")
_WORD: Final = re.compile(r"[a-z]{2,}")
_TIER: Final = re.compile(
    r"\b(?:tier|class|category|level|type|grade)s?[\s-]*(?P<one>[1-9]|i{1,3}|iv|one|two|three|four|five)\b"
    r"(?P<also>(?:\s*(?:,|and|to|or|-)\s*(?:[1-9]|one|two|three|four)\b)*)(?P<up>\s*(?:and|or)\s*above)?(?P<who>\s*(?:futures\s+)?(?:companies|company|firms?)\b)?"
)
_TO_TWELVE: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS: Final = {
    **{word: n for n, word in enumerate(_TO_TWELVE, 1)},
    "fifteen": 15, "sixteen": 16, "twenty": 20, "thirty": 30, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100,
    "i": 1, "ii": 2, "iii": 3, "iv": 4,
}  # fmt: skip
_HEADS: Final = re.compile(
    r"\b(?P<n>\d{1,4}|" + "|".join(n for n in _NUMBERS if len(n) > 2) + r")\s+(?P<who>(?:[a-z-]+\s+){0,3}?(?P<last>"
    r"staff|people|persons|employees|technicians|engineers|members|administrators?|officers?|contacts?|professionals|personnel))\b"
)
_COUNTED: Final = re.compile(r"\b(?P<n>\d{1,4}|" + "|".join(n for n in _NUMBERS if len(n) > 2) + r")(?=[\s-]+[a-z%])")
_SHARE: Final = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*(?:%|per ?cent)\s+of\s+")
_NUMERALS: Final = "零一二三四五六七八九"


@dataclass(frozen=True)
class Glossary:
    """English phrases, folded, and what the guideline calls them."""

    phrases: dict[str, str]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What finds a phrase, the longest first."""
        longest = sorted(self.phrases, key=len, reverse=True)
        return re.compile(r"(?<![a-z])(?:" + "|".join(map(re.escape, longest)) + r")(?![a-z])")


def read_glossary(text: str) -> Glossary:
    """Return the glossary of lines ``english = 中文``, ``#`` a comment."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return Glossary({english.strip().lower(): chinese.strip().lower() for english, chinese in pairs})


def is_english(text: str) -> bool:
    """Say whether folded ``text`` is a sentence in English."""
    words = len(_WORD.findall(text))
    return words >= 3 and words * 2 > len(_HAN.findall(text))


def in_chinese(folded: Folded, glossary: Glossary) -> tuple[Folded, tuple[tuple[int, int], ...]]:
    """Return the text with its English lines read as Chinese, and the ranges of it that were so read."""
    pieces: list[str] = []
    offsets: list[int] = []
    ranges: list[tuple[int, int]] = []
    at = 0
    for line in _LINE.finditer(folded.text):
        if not is_english(line[0]):
            continue
        _copy(folded, at, line.start(), pieces, offsets)
        start = len(offsets)
        _gloss(folded, line.start(), line.end(), glossary, pieces, offsets)
        ranges.append((start, len(offsets)))
        at = line.end()
    if not ranges:
        return folded, ()
    _copy(folded, at, len(folded.text), pieces, offsets)
    return Folded("".join(pieces), tuple(offsets)), tuple(ranges)


def _copy(folded: Folded, start: int, end: int, pieces: list[str], offsets: list[int]) -> None:
    pieces.append(folded.text[start:end])
    offsets.extend(folded.offsets[start:end])


def _gloss(folded: Folded, start: int, end: int, glossary: Glossary, pieces: list[str], offsets: list[int]) -> None:
    text = folded.text
    at = start
    while at < end:
        put, stop = _at(text, at, end, glossary)
        if put is None:
            # A full stop ends a sentence in Chinese only as 。.
            character = text[at]
            ends = character == "." and re.match(r"\.(?:\s|$)", text[at:end]) is not None
            letter = character.isascii() and character.isalpha()
            put = "。" if ends else " " if letter else character
            if put != " " or not pieces or not pieces[-1].endswith(" "):
                pieces.append(put)
                offsets.append(folded.offsets[at])
            at += 1
            continue
        pieces.append(put)
        # The last character of a word gives the end of the original, the others its beginning.
        offsets.extend([folded.offsets[at]] * (len(put) - 1) + [folded.offsets[stop - 1]])
        at = stop


def _at(text: str, at: int, end: int, glossary: Glossary) -> tuple[str | None, int]:
    """Return what stands for the words at ``at`` and where they end; ``None`` where no word is known there."""
    if at and re.match(r"[a-z0-9]", text[at - 1]):
        return None, at
    tier = _TIER.match(text, at, end)
    if tier is not None:
        levels = [tier["one"], *re.findall(r"[1-9]|one|two|three|four", tier["also"])]
        numerals = [_NUMERALS[_number(level)] for level in levels]
        to = re.search(r"to|-", tier["also"]) is not None
        joined = f"{numerals[0]}至{numerals[-1]}" if to else "、".join(numerals)
        return f"{joined}类{'以上' if tier['up'] else ''}{'公司' if tier['who'] else ''}", tier.end()
    heads = _HEADS.match(text, at, end)
    if heads is not None:
        who = glossary.pattern.sub(lambda m: f"的{glossary.phrases[m[0]]}的", heads["who"])
        return f"{_number(heads['n'])}名的{re.sub(r'[a-z-]+', ' ', who)}的", heads.end()
    share = _SHARE.match(text, at, end)
    if share is not None:
        # 6% of net profit is 净利润的6%.
        of = glossary.pattern.search(text, share.end(), min(end, share.end() + 40))
        if of is not None:
            return f"{glossary.phrases[of[0]]}的{share['n']}%", of.end()
    phrase = glossary.pattern.match(text, at, end)
    if phrase is not None:
        put = glossary.phrases[phrase[0]]
        # 的 says nothing and keeps words apart that stand apart in English.
        return put + ("" if _is_joint(put) else "的"), phrase.end()
    counted = _COUNTED.match(text, at, end)
    if counted is not None:
        return str(_number(counted["n"])), counted.end()
    return None, at


def _is_joint(put: str) -> bool:
    """Say whether ``put`` must stand beside what follows: a comparison, a verb of duty."""
    return bool(
        re.fullmatch(
            r"至少|不少于|不超过|超过|大于|少于|以上|以下|每.*|为|或|我司|公里|小时|分钟|秒|天|周|个月|年|公斤|吨|学时|家银行|应|必须|不得|不应|禁止|允许|无需|不要求|[\da-z%]+.*",
            put,
        )
    )


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]
