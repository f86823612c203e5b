"""The styles of a workbook in, what the number format of each says of its cells out: date, percent, currency, text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zhiyin.intake.workbook_xml import Attributes, read_elements


class Kind(StrEnum):
    """What a number format makes of a number."""

    GENERAL = "general"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    MONTH = "month"
    TIME = "time"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Format:
    """One number format: its kind, the words it shows beside the number, whether it shows another number.

    ``scaled`` formats divide by thousands before they show; ``currency`` is the sign or code, empty for none.
    """

    kind: Kind = Kind.GENERAL
    words: str = ""
    scaled: bool = False
    currency: str = ""


GENERAL = Format()
_DATES = {14, 15, 16, 17, 22, 28, 29, 30, 31, 51, 53, 54, 58}
_MONTHS = {27, 36, 50, 52, 57}
_TIMES = {18, 19, 20, 21, 45, 46, 47, 32, 33, 34, 35, 55, 56}
_PERCENTS = {9, 10}
_NUMBERS = {1, 2, 3, 4, 11, 12, 13, 37, 38, 39, 40, 41, 42, 43, 44, 48}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|!(.)|[_*].')
_BRACKET = re.compile(r"\[(\$[^\]]*|[^\]]*)\]")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
_CURRENCY = {"¥": "CNY", "￥": "CNY", "元": "CNY", "RMB": "CNY", "CNY": "CNY", "$": "USD", "US$": "USD"} | {
    "€": "EUR",
    "£": "GBP",
    "HK$": "HKD",
    "USD": "USD",
    "EUR": "EUR",
    "HKD": "HKD",
    "JPY": "JPY",
    "₩": "KRW",
}


def formats_of(styles: bytes, *, source: str) -> tuple[Format, ...]:
    """Return the format of each cell style (``cellXfs``) in order."""
    codes: dict[int, str] = {}
    ids: list[int] = []
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        inside.append(name)
        if name == "numFmt":
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "xf" and "cellXfs" in inside:
            ids.append(_number(attributes.get("numFmtId")))

    def end(_: str) -> None:
        inside.pop()

    read_elements(styles, start, end, source=source, part="xl/styles.xml")
    return tuple(format_of(each, codes) for each in ids)


def format_of(identifier: int, codes: Mapping[int, str]) -> Format:
    """Return what the number format ``identifier`` says; the built-in ones as a Chinese Excel shows them."""
    if identifier in codes:
        return parsed_format(codes[identifier])
    for kind, ids in (
        (Kind.DATE, _DATES),
        (Kind.MONTH, _MONTHS),
        (Kind.TIME, _TIMES),
        (Kind.PERCENT, _PERCENTS),
        (Kind.NUMBER, _NUMBERS),
    ):
        if identifier in ids:
            return Format(kind)
    if identifier == 49:
        return Format(Kind.TEXT)
    if 5 <= identifier <= 8:
        return Format(Kind.NUMBER, currency="CNY")
    return GENERAL


def parsed_format(code: str) -> Format:
    """Return what a written format code says, by its section for positive numbers."""
    section = _first_section(code)
    words = "".join("".join(filter(None, match.groups())) for match in _LITERAL.finditer(section))
    bare = _LITERAL.sub("", section)
    currency = ""
    for bracket in _BRACKET.findall(bare):
        if bracket.startswith("$"):
            sign = bracket[1:].partition("-")[0]
            currency = currency or _CURRENCY.get(sign.strip().upper(), sign.strip())
    elapsed = re.search(r"\[(h+|m+|s+)\]", bare, re.IGNORECASE)
    bare = _BRACKET.sub("", bare)
    for sign in ("¥", "￥", "$", "€", "£"):
        if sign in bare or sign in words:
            currency = currency or _CURRENCY[sign]
    if words.strip().upper() in _CURRENCY:
        currency = currency or _CURRENCY[words.strip().upper()]
    lowered = re.sub(r"general|常规|g/通用格式|e[+-]", "", bare.lower())
    if elapsed:
        return Format(Kind.TIME, words, currency=currency)
    if "%" in bare or "％" in bare:
        return Format(Kind.PERCENT, words, _SCALED.search(bare) is not None, currency)
    if "@" in bare and not re.search(r"[0#?]", bare):
        return Format(Kind.TEXT, words)
    letters = set(lowered)
    if letters & set("yd年月日") or re.search(r"[aeb]{1,4}", re.sub(r"am/pm|a/p", "", lowered)):
        return Format(Kind.DATE if "d" in letters or "日" in letters or "日" in words else Kind.MONTH, words)
    if letters & set("hs"):
        return Format(Kind.TIME, words)
    if "m" in letters:
        return Format(Kind.MONTH, words)
    if re.search(r"[0#?]", bare):
        return Format(Kind.NUMBER, words, _SCALED.search(bare) is not None, currency)
    return Format(Kind.GENERAL, words, currency=currency)


def _first_section(code: str) -> str:
    """Return the part of a code before the first ``;`` that is not quoted."""
    quoted = False
    for index, character in enumerate(code):
        if character == '"' and (index == 0 or code[index - 1] != "\\"):
            quoted = not quoted
        elif character == ";" and not quoted and (index == 0 or code[index - 1] != "\\"):
            return code[:index]
    return code


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 0
