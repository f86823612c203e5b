"""Reads quantities (两年, 24个月, 百分之八, ≥8人) out of folded text into one canonical token each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

_DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_DIGITS_FORMAL: Final = {"壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_MULTIPLIERS: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_MYRIAD: Final = {"万": 10**4, "亿": 10**8}
_CHINESE: Final = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"

# Unit as written → dimension and factor to its base unit (months, days, seconds, kilograms, kilometres …).
_UNITS: Final[dict[str, tuple[str, Decimal]]] = {
    **dict.fromkeys(("周年", "年度", "年", "years", "year"), ("mo", Decimal(12))),
    **dict.fromkeys(("个月", "月", "months", "month"), ("mo", Decimal(1))),
    **dict.fromkeys(("个星期", "星期", "个礼拜", "礼拜", "周"), ("d", Decimal(7))),
    **dict.fromkeys(("天", "日", "days", "day"), ("d", Decimal(1))),
    **dict.fromkeys(("个小时", "小时", "个钟头", "钟头", "hours", "hour", "h"), ("s", Decimal(3600))),
    **dict.fromkeys(("分钟", "分", "minutes", "minute", "mins", "min"), ("s", Decimal(60))),
    **dict.fromkeys(("秒钟", "秒", "seconds", "second"), ("s", Decimal(1))),
    **dict.fromkeys(("公斤", "千克", "kg"), ("kg", Decimal(1))),
    **dict.fromkeys(("公里", "千米", "km"), ("km", Decimal(1))),
    **dict.fromkeys(("学时", "课时"), ("ch", Decimal(1))),
    **dict.fromkeys(("个人", "人", "名", "位"), ("p", Decimal(1))),
    **dict.fromkeys(("倍",), ("x", Decimal(1))),
    **{unit: (unit, Decimal(1)) for unit in ("家", "套", "条", "台", "路", "次")},
    **dict.fromkeys(("%", "％", "个百分点"), ("%", Decimal(1))),
}
_UNIT_PATTERN: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER_PATTERN: Final = rf"\d{{1,12}}(?:\.\d{{1,6}})?|[{_CHINESE}]{{1,12}}"
_QUANTITY: Final = re.compile(
    rf"(?P<percent>百分之(?P<of>{_NUMBER_PATTERN}))"
    rf"|(?P<half>半)(?P<halfunit>个月|个小时|小时|年|天)"
    rf"|(?P<number>{_NUMBER_PATTERN})\s*(?P<unit>{_UNIT_PATTERN})(?![a-z])"
    rf"|(?P<bare>[{_CHINESE}]{{2,12}})"
)

COMPARATORS: Final[tuple[tuple[str, str], ...]] = (
    (r"不少于|不低于|至少|以上|不小于|不短于|起码|最少|>=|≥|=>", "ge"),
    (r"不超过|不高于|不大于|不多于|以内|之内|至多|最多|<=|≤|=<", "le"),
)
_COMPARATOR: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for pattern, name in COMPARATORS))


_SPELT_PERCENT: Final = re.compile(rf"百分之(?:{_NUMBER_PATTERN})")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity read from ``[start, end)`` of the folded text; ``token`` is the same for equal quantities."""

    token: str
    start: int
    end: int


def chinese_number(text: str) -> int | None:
    """Return the value of a Chinese numeral (二十四, 一〇〇, 三百), ``None`` where it is none."""
    digits = _DIGITS | _DIGITS_FORMAL
    if not text or any(c not in digits and c not in _MULTIPLIERS and c not in _MYRIAD for c in text):
        return None
    if all(c in digits for c in text):
        return int("".join(str(digits[c]) for c in text))
    total = section = number = 0
    for character in text:
        if character in digits:
            number = digits[character]
        elif character in _MULTIPLIERS:
            section += (number or 1) * _MULTIPLIERS[character]
            number = 0
        else:
            total = (total + section + number) * _MYRIAD[character]
            section = number = 0
    return total + section + number


def read_quantities(folded: str) -> list[Quantity]:
    """Return the quantities of ``folded`` in order; 两年, 2年 and 24个月 give the same token."""
    found = []
    for match in _QUANTITY.finditer(folded):
        if match["percent"]:
            token = _token(match["of"], "%", Decimal(1))
        elif match["half"]:
            dimension, factor = _UNITS[match["halfunit"]]
            token = f"{_plain(factor / 2)}{dimension}"
        elif match["unit"]:
            token = _token(match["number"], *_UNITS[match["unit"]])
        else:
            value = chinese_number(match["bare"])
            token = None if value is None else str(value)
        if token is not None:
            found.append(Quantity(token, match.start(), match.end()))
    return found


def without_numerals(folded: str) -> str:
    """Return ``folded`` with percentages spelt in Chinese blanked: their characters mean nothing one by one."""
    return _SPELT_PERCENT.sub(lambda match: " " * len(match[0]), folded)


def read_comparators(folded: str) -> list[Quantity]:
    """Return the comparators of ``folded``: ``ge`` for 不少于, 至少, ≥, >= …, ``le`` for their opposites."""
    return [Quantity(str(match.lastgroup), match.start(), match.end()) for match in _COMPARATOR.finditer(folded)]


def _token(number: str, dimension: str, factor: Decimal) -> str | None:
    value = _value(number)
    return None if value is None else f"{_plain(value * factor)}{dimension}"


def _value(number: str) -> Decimal | None:
    chinese = chinese_number(number)
    if chinese is not None:
        return Decimal(chinese)
    try:
        return Decimal(number)
    except InvalidOperation:
        return None


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
