"""Reads figures out of folded text: value, unit, comparator, and intervals such as 每季度, with conversion of units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

_DIGITS: Final = dict(
    zip("零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖", [0, 0, 1, 2, 2, *range(3, 10), *range(1, 10)], strict=True)
)
_TENS: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
_CHINESE: Final = "".join([*_DIGITS, *_TENS, *_MYRIADS])
_NUMBER: Final = rf"\d{{1,12}}(?:,\d{{3}})*(?:\.\d{{1,6}})?|[{_CHINESE}]{{1,9}}"

# As written → dimension and factor. Months and days are two dimensions: 3 个月 are not 90 天.
_UNITS: Final[dict[str, tuple[str, Decimal]]] = {
    **dict.fromkeys(("个会计年度", "会计年度", "周年", "年度", "年", "years", "year"), ("mo", Decimal(12))),
    **dict.fromkeys(("个季度", "季度"), ("mo", Decimal(3))),
    **dict.fromkeys(("个自然月", "个月", "months", "month"), ("mo", Decimal(1))),
    **dict.fromkeys(("个星期", "星期", "周", "weeks", "week"), ("s", Decimal(604800))),
    **dict.fromkeys(("个自然日", "自然日", "天", "日", "days", "day"), ("s", Decimal(86400))),
    **dict.fromkeys(("个交易日", "交易日", "个工作日", "工作日"), ("td", Decimal(1))),
    **dict.fromkeys(("个小时", "小时", "个钟头", "hours", "hour", "hrs", "h"), ("s", Decimal(3600))),
    **dict.fromkeys(("分钟", "分", "minutes", "minute", "mins", "min"), ("s", Decimal(60))),
    **dict.fromkeys(("秒钟", "秒", "seconds", "second", "sec", "s"), ("s", Decimal(1))),
    **dict.fromkeys(("毫秒", "ms"), ("s", Decimal("0.001"))),
    **dict.fromkeys(("学时", "课时"), ("ch", Decimal(1))),
    **dict.fromkeys(("公里", "千米", "km"), ("km", Decimal(1))),
    **dict.fromkeys(("米", "m"), ("km", Decimal("0.001"))),
    **dict.fromkeys(("海里",), ("km", Decimal("1.852"))),
    **dict.fromkeys(("里", "华里"), ("km", Decimal("0.5"))),
    **dict.fromkeys(("公斤", "千克", "kg"), ("kg", Decimal(1))),
    **dict.fromkeys(("吨", "t"), ("kg", Decimal(1000))),
    **dict.fromkeys(("克", "g"), ("kg", Decimal("0.001"))),
    **dict.fromkeys(("斤", "市斤"), ("kg", Decimal("0.5"))),
    **dict.fromkeys(("磅",), ("kg", Decimal("0.4536"))),
    **dict.fromkeys(("千帕", "kpa", "kn/m2", "千牛每平方米"), ("kpa", Decimal(1))),
    **dict.fromkeys(("名", "位", "个人", "人"), ("p", Decimal(1))),
    **dict.fromkeys(("倍",), ("x", Decimal(1))),
    **dict.fromkeys(("家", "套", "条", "台", "路", "种"), ("n", Decimal(1))),
    **dict.fromkeys(("次", "回", "遍"), ("times", Decimal(1))),
    **dict.fromkeys(("%", "个百分点"), ("%", Decimal(1))),
    **dict.fromkeys(("‰",), ("%", Decimal("0.1"))),
    **dict.fromkeys(("成",), ("%", Decimal(10))),
    **dict.fromkeys(("亿元",), ("cny", Decimal(10**8))),
    **dict.fromkeys(("万元",), ("cny", Decimal(10**4))),
    **dict.fromkeys(("元",), ("cny", Decimal(1))),
}
_AREAS: Final = {
    "平方米": Decimal(1), "平米": Decimal(1), "m2": Decimal(1), "平方厘米": Decimal(10_000), "cm2": Decimal(10_000),
    "平方公里": Decimal("0.000001"), "平方千米": Decimal("0.000001"), "平方分米": Decimal(100),
}  # fmt: skip
_NO_FIGURE_BEFORE: Final = {
    unit: re.compile(pattern)
    for unit, pattern in {
        "人": "士|一|为", "个人": "信|隐|资|数|身|账|电|的(?:信|隐|资|数)", "里": r"(?![,。;、以之]|$)", "成": r"(?!以上|[,。;])", "分": r"(?![钟,。;以之内]|$)",
        "位": "于|置", "名": "称|单", "条": "件|款|例", "日": "常|期|志|边", "周": "期|边", "次": "性|要", "倍": "增",
    }.items()
}  # fmt: skip
"""What makes a number with such a unit no figure: 一人为, 两位于, 三条件."""
_UNIT: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_AREA: Final = "|".join(sorted(_AREAS, key=len, reverse=True))
_WEIGHT: Final = "公斤|千克|kg|吨|t|克|g|斤|磅"
_QUANTITY: Final = re.compile(
    rf"(?P<always>(?:7|七)\s*[x×*乘]\s*24(?:\s*个?小时)?|24\s*[x×*]\s*7(?:\s*小时)?)"
    rf"|(?P<percent>百分之(?P<of>{_NUMBER}))"
    rf"|(?P<permille>千分之(?P<ofm>{_NUMBER}))"
    rf"|每(?:一)?(?P<pa>{_AREA})[^,。;]{{0,8}}?(?P<pn>{_NUMBER})\s*(?P<pw>{_WEIGHT})(?![a-z])"
    rf"|(?P<wn>{_NUMBER})\s*(?P<weight>{_WEIGHT})\s*(?:/|每)\s*(?:一)?(?P<area>{_AREA})"
    rf"|(?P<half>半)(?P<halfunit>个月|个小时|小时|年|天|日|分钟|个学时)"
    rf"|(?P<halves>(?:一|过|大)?半(?:数)?)(?=以上|[,。;)的]|及以上|\s|$|处理|能力|或|有|具|应|人)"
    rf"|(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})(?P<andhalf>半)?(?![a-z0-9])"
)
_IN_ROW: Final = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})?(?![a-z0-9])")
_EVERY: Final = re.compile(
    rf"(?:每(?:隔)?(?P<en>{_NUMBER}|半)?(?:个)?(?P<eu>年度|年|季度|季|自然月|月份|月|星期|周|交易日|工作日|日|天|小时|分钟)"
    rf"|(?<![一-鿿])?(?P<yn>一年|半年|一季度|一个季度|一个月|一周|一天|一日)(?=[^,。;\d一二两三四五]{{0,4}}?(?P<yt>{_NUMBER})次)"
    rf"|按(?P<au>年|季度|季|月|周|日)(?=度?(?:统计|开|进|对|评|检|备|演|报|组|实))"
    rf"|逐(?P<zu>日|月|年|周)"
    rf"|(?P<pu>年度|季度|月度|半年度)(?=(?:安全)?(?:检查|评估|演练|巡检|备份|培训|审计|评价|复核)|培训计划))"
)
_EVERY_UNITS: Final = {
    "年度": ("every-mo", Decimal(12)), "年": ("every-mo", Decimal(12)), "半年度": ("every-mo", Decimal(6)),
    "季度": ("every-mo", Decimal(3)), "季": ("every-mo", Decimal(3)), "月份": ("every-mo", Decimal(1)),
    "自然月": ("every-mo", Decimal(1)), "月": ("every-mo", Decimal(1)), "月度": ("every-mo", Decimal(1)),
    "星期": ("every-s", Decimal(604800)), "周": ("every-s", Decimal(604800)), "日": ("every-s", Decimal(86400)),
    "天": ("every-s", Decimal(86400)), "小时": ("every-s", Decimal(3600)), "分钟": ("every-s", Decimal(60)),
    "交易日": ("every-td", Decimal(1)), "工作日": ("every-td", Decimal(1)),
}  # fmt: skip
_TIMES: Final = re.compile(rf"[^,。;\d]{{0,30}}?(?<!第)(?P<n>{_NUMBER})\s*(?:次|回|遍)")
_NO: Final = r"(?:不(?:得|应|能|可|宜|许|会|允许|准)?|未|禁止|无法|不应当|不可以)"
_BEFORE: Final = re.compile(
    rf"(?P<ge>{_NO}\s*(?:少于|低于|小于|短于|少过|足|到)(?:其|该)?|大于(?:或|或者)?等于|高于或等于|至少|起码|最少|最低|下限|不少|≥|>=|满)"
    rf"|(?P<le>{_NO}\s*(?:超过|高于|大于|多于|长于|超出|超|多过|晚于|迟于)|小于(?:或|或者)?等于|低于或等于|至多|最多|最长|最高|上限|≤|<=|=<|控制在|限于|限制在)"
    rf"|(?P<lt>少于|低于|小于|短于|不足|不到|不满|<)"
    rf"|(?P<gt>超过|高于|大于|多于|长于|超出|逾|>)"
    rf"|(?P<eq>等于|恰为)"
)
_BETWEEN: Final = re.compile(
    r"[\s为在达到至于约的:=“”\"「」『』是应能须需可有保存留其了个一定)]*(?:主系统处理能力的|主系统的|主系统性能的|主中心的)?[\s“”\"]*$"
)
_AFTER: Final = re.compile(
    r"[\s”」』]*(?P<up>(?:及|或|及其|\(含\)|含)?以上|或更多|或更长|起步|(?:及|或)更长)"
    r"|[\s”」』]*(?P<down>(?:及|或|\(含\)|含)?以下|以内|之内|内(?![部容网外存])|之前完成)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure at ``[start, end)``; ``comparator`` is one of ge gt le lt eq up down or empty, ``value`` is in base units.

    Base units: months (mo), seconds (s), kilometres, kilograms (kg, kg/m2), class hours (ch), heads (p), things (n);
    ``every-mo`` and ``every-s`` are intervals, ``7x24`` is round the clock.
    """

    dimension: str
    value: Decimal
    comparator: str
    start: int
    end: int
    written: str


def chinese_number(text: str) -> int | None:
    """Return the value of a Chinese numeral (二十四, 一〇〇, 三百), ``None`` where it is none."""
    if not text or any(c not in _CHINESE for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = number = 0
    for character in text:
        if character in _DIGITS:
            number = _DIGITS[character]
        elif character in _TENS:
            section += (number or 1) * _TENS[character]
            number = 0
        else:
            total = (total + section + number) * _MYRIADS[character]
            section = number = 0
    return total + section + number


def number_value(text: str) -> Decimal | None:
    """Return the value of an Arabic or Chinese number."""
    chinese = chinese_number(text)
    if chinese is not None:
        return Decimal(chinese)
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def read_quantities(text: str) -> list[Quantity]:
    """Return the figures and intervals of folded ``text`` in order."""
    every = _intervals(text)
    taken = [(quantity.start, last) for quantity, last in every]
    found = [quantity for quantity, _ in every]
    previous = 0
    for match in _QUANTITY.finditer(text):
        start, end = match.span()
        if any(a < end and start < b for a, b in taken) or _is_no_figure(text, match):
            continue
        read = _measured(match)
        if read is None:
            continue
        comparator, start = _comparator(text, previous, start, end)
        found.append(Quantity(*read, comparator, start, _end_with_word(text, end), text[match.start() : end]))
        previous = end
    return sorted(found, key=lambda q: q.start)


def read_row(text: str) -> list[Quantity]:
    """Return numbers that stand in a row, 5、8、11、15人: those without a unit have that of the last."""
    found = [(m, m["unit"]) for m in _IN_ROW.finditer(text)]
    last = next((unit for _, unit in reversed(found) if unit), None)
    row = []
    for match, unit in found:
        value = number_value(match["number"])
        if value is None or (unit or last) is None:
            return []
        dimension, factor = _UNITS[unit or last or ""]
        row.append(Quantity(dimension, value * factor, "", match.start(), match.end(), match[0]))
    return row


def without_figures(text: str) -> str:
    """Return folded ``text`` with its figures and intervals blanked, place for place."""
    out = list(text)
    for figure in read_quantities(text):
        out[figure.start : figure.end] = " " * (figure.end - figure.start)
    return re.sub(
        r"\((?:rto|rpo|rto/rpo)\)|rto\s*[<=≤]*|rpo\s*[<=≤]*|(?:进行)?一次", lambda m: " " * len(m[0]), "".join(out)
    )


def _measured(match: re.Match[str]) -> tuple[str, Decimal] | None:
    if match["always"]:
        return "7x24", Decimal(1)
    if match["percent"] or match["permille"]:
        value = number_value(match["of"] or match["ofm"])
        return None if value is None else ("%", value if match["percent"] else value / 10)
    if match["pn"] or match["wn"]:
        value = number_value(match["pn"] or match["wn"])
        if value is None:
            return None
        factor = _UNITS[match["pw"] or match["weight"]][1] * _AREAS[match["pa"] or match["area"]]
        return "kg/m2", value * factor
    if match["half"]:
        unit = "学时" if match["halfunit"] == "个学时" else match["halfunit"]
        dimension, factor = _UNITS[unit]
        return dimension, factor / 2
    if match["halves"]:
        return "%", Decimal(50)
    value = number_value(match["number"])
    if value is None:
        return None
    dimension, factor = _UNITS[match["unit"]]
    if match["andhalf"]:
        value += Decimal("0.5")
    return dimension, value * factor


def _is_no_figure(text: str, match: re.Match[str]) -> bool:
    """Say whether this is a date, an ordinal, a heading or a word that only looks like a figure."""
    before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
    if match["halves"]:
        return match["halves"] == "半" or (match["halves"] == "一半" and before.endswith("另"))
    number, unit = match["number"], match["unit"]
    if number is None:
        return False
    if before.endswith(("第", ".", "-", "/")) or re.search(r"\d$", before):
        return True
    if unit == "年" and re.fullmatch(r"(19|20)\d\d", number):
        return True
    if unit in ("日", "天") and before.endswith("月") and number.isdigit():
        return True
    if number in ("一", "1") and re.search(r"(?:同|任何?|每|另|某|这|该|唯|靠|依赖于?|集中[于在])$", before):
        # 不能只靠一家, 同一台: one in particular, no count.
        return True
    if unit == "人" and number not in ("一", "两", "二"):
        return False
    following = _NO_FIGURE_BEFORE.get(unit)
    return following is not None and following.match(after) is not None


def _intervals(text: str) -> list[tuple[Quantity, int]]:
    """Return the intervals, each with where its 次 ends."""
    found = []
    for match in _EVERY.finditer(text):
        end = match.end()
        if match["yn"]:
            count, unit = ("半", "年") if match["yn"] == "半年" else (None, match["yn"].lstrip("一").lstrip("个"))
        else:
            count = match["en"]
            unit = match["eu"] or match["au"] or match["zu"] or match["pu"]
        if match["eu"] and unit in ("日", "天") and text[end : end + 1] in "常志期":
            continue
        dimension, size = _EVERY_UNITS[unit]
        if count == "半":
            size /= 2
        elif count:
            size *= number_value(count) or 1
        times = _TIMES.match(text, end)
        if times is not None and not re.search(r"每|逐", times[0]):
            value = number_value(times["n"])
            if value:
                size, end = size / value, times.end()
        found.append((Quantity(dimension, size, "", match.start(), match.end(), text[match.start() : end]), end))
    return found


def _comparator(text: str, previous: int, start: int, end: int) -> tuple[str, int]:
    left = max(previous, start - 24, *(text.rfind(mark, 0, start) + 1 for mark in ",。;、"))
    window = text[left:start]
    best = None
    for match in _BEFORE.finditer(window):
        if _BETWEEN.match(window, match.end()):
            best = match
    after = _AFTER.match(text, end)
    if best is not None and not (
        after is not None and {best.lastgroup, after.lastgroup} in ({"ge", "down"}, {"le", "up"})
    ):
        return str(best.lastgroup), left + best.start()
    if after is not None:
        return str(after.lastgroup), start
    return "", start


def _end_with_word(text: str, end: int) -> int:
    after = _AFTER.match(text, end)
    return after.end() if after is not None else end
