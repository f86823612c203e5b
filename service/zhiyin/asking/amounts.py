"""Reads amounts (300秒, 半年, 百分之八十, 十二个人) out of a question and compares them with what a clause states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "双": 2, "俩": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}

_UNITS: Final[dict[str, tuple[str, Fraction]]] = {
    **dict.fromkeys(("秒钟", "秒", "s"), ("time", Fraction(1))),
    **dict.fromkeys(("分钟", "分", "min"), ("time", Fraction(60))),
    **dict.fromkeys(("个小时", "小时", "个钟头", "钟头", "个钟", "h"), ("time", Fraction(3600))),
    **dict.fromkeys(("天", "日"), ("time", Fraction(86400))),
    **dict.fromkeys(("个星期", "星期", "个礼拜", "礼拜", "周"), ("time", Fraction(604800))),
    **dict.fromkeys(("个月", "月"), ("months", Fraction(1))),
    **dict.fromkeys(("个季度", "季度"), ("months", Fraction(3))),
    **dict.fromkeys(("年", "周年"), ("months", Fraction(12))),
    **dict.fromkeys(("%", "个百分点"), ("ratio", Fraction(1, 100))),
    **dict.fromkeys(("成",), ("ratio", Fraction(1, 10))),
    **dict.fromkeys(("倍",), ("ratio", Fraction(1))),
    **dict.fromkeys(
        ("公斤每平方米", "公斤/平方米", "kg/m2", "千克每平方米", "公斤每平米", "公斤/平米", "公斤", "kg", "千克"),
        ("load", Fraction(1)),
    ),
    **dict.fromkeys(("吨每平方米", "吨/平方米", "吨每平米", "吨/平米", "吨"), ("load", Fraction(1000))),
    **dict.fromkeys(("公里", "千米", "km"), ("length", Fraction(1000))),
    **dict.fromkeys(("个学时", "学时", "个课时", "课时"), ("class-hour", Fraction(1))),
    **dict.fromkeys(("个人", "人", "名", "位"), ("head", Fraction(1))),
    **dict.fromkeys(("家", "套", "条", "路", "台", "种", "个"), ("count", Fraction(1))),
}
_UNIT: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER: Final = r"\d{1,9}(?:\.\d{1,4})?|[零〇一二三四五六七八九十百千两双俩]{1,8}"
_AMOUNT: Final = re.compile(
    rf"百分之(?P<percent>{_NUMBER})"
    rf"|(?P<half>半)(?P<halfunit>个小时|小时|个月|年|天|个钟头|吨每平方米|吨每平米|吨/平方米|吨/平米|吨)"
    r"|每(?P<every>半年|两年|2年|三年|个季度|季度|季|个月|月|个星期|个礼拜|周|星期|礼拜|年|天|日|小时)(?=[^|，,。]{0,10}(?:一|1)?(?:次|回|遍)|做|查|评|备|送|搞|演|换|存|审|测|更)"
    rf"|(?P<and>{_NUMBER})个半(?P<andunit>小时|钟头|星期|礼拜|月|学时|课时)"
    rf"|(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})(?P<more>半)?(?![a-z])"
)
_EVERY: Final = {
    "半年": (Fraction(1, 2), "年"),
    "两年": (Fraction(2), "年"),
    "2年": (Fraction(2), "年"),
    "三年": (Fraction(3), "年"),
    "季": (Fraction(1), "季度"),
}
# What the graph's units come to, by their Chinese labels.
_LABELS: Final = {"公斤每平方米": "公斤", "个": "个"}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in ``[start, end)`` of a text: ``dimension`` and ``value`` in the dimension's base unit."""

    dimension: str
    value: Fraction
    text: str
    start: int
    end: int


def numeral(text: str) -> Fraction | None:
    """Return the value of figures or a Chinese numeral (十二, 三百), ``None`` where it is none."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Fraction(text)
    if not text or any(c not in _DIGITS and c not in _TENS for c in text):
        return None
    if not any(c in _TENS for c in text):
        return Fraction(int("".join(str(_DIGITS[c]) for c in text)))
    total = digit = 0
    for character in text:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return Fraction(total + digit)


def read_amounts(text: str) -> list[Amount]:
    """Return the amounts of ``text`` in order."""
    found = []
    for match in _AMOUNT.finditer(text):
        if match["percent"]:
            value, unit = numeral(match["percent"]), "%"
        elif match["half"]:
            value, unit = Fraction(1, 2), match["halfunit"]
        elif match["and"]:
            value, unit = numeral(match["and"]), match["andunit"]
            if value is not None:
                value += Fraction(1, 2)
        elif match["every"]:
            value, unit = _EVERY.get(match["every"], (Fraction(1), match["every"]))
        else:
            value, unit = numeral(match["number"]), match["unit"]
            if value is not None and match["more"]:
                value += Fraction(1, 2)
        if value is not None:
            dimension, factor = _UNITS[unit]
            found.append(Amount(dimension, value * factor, match[0], match.start(), match.end()))
    return found


def base(value: object, unit: str) -> tuple[str, Fraction] | None:
    """Return a stated figure's dimension and value in its base unit; ``unit`` is the unit's Chinese label."""
    known = _UNITS.get(_LABELS.get(unit, unit))
    return None if known is None else (known[0], Fraction(str(value)) * known[1])


def comparable(stated: str, asked: str) -> bool:
    """Say whether two dimensions measure the same: 15个 may be persons or things."""
    return stated == asked or {stated, asked} == {"head", "count"}


def holds(asked: Fraction, comparator: str, stated: Fraction) -> bool:
    """Say whether the amount asked about satisfies the figure that a clause states."""
    return {
        ">=": asked >= stated,
        ">": asked > stated,
        "<=": asked <= stated,
        "<": asked < stated,
        "=": asked == stated,
    }[comparator]
