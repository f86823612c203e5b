"""A cell in, the value that its sender meant out: number, date, yes or no, text; what could mean two things is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from zhiyin.errors import Message
from zhiyin.intake.cell_formats import Format, Kind
from zhiyin.intake.empty_words import points_elsewhere
from zhiyin.intake.workbook_cells import Cell

YES = {"是", "有", "对", "true", "yes", "y", "1", "√", "✓", "✔", "☑"}
NO = {"否", "无", "没有", "不是", "false", "no", "n", "0", "×", "✗", "✘", "☒"}
_EPOCH = date(1899, 12, 30)
_DAYS_TO_1904 = 1462
_LAST_SERIAL = 2_958_465
_SERIALS = range(36_526, 73_051)
"""Bare numbers that read as days from 2000 to 2099."""
_DIGITS = 15
"""Excel keeps this many digits: what follows is the tail of a binary fraction."""
_DATE = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))"
    r"(?:[T ]*(?:上午|下午)?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?)?"
)
_MONTH = re.compile(r"\d{4}(?:[-/.年])\d{1,2}月?")
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(e[+-]?\d{1,3})?(.*)", re.IGNORECASE)
_MONEY = re.compile(r"^(人民币|rmb|cny|¥)|(人民币|rmb|cny)$", re.IGNORECASE)
_TIMES_OF_YUAN = {"": 1, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 10**8}
_COUNTED = frozenset("个套路条台人名位笔种项次块间家份辆层门只对")
_SAME_UNIT: Mapping[str, frozenset[str]] = {
    "分钟": frozenset({"分钟", "分", "min", "mins", "minutes"}),
    "小时": frozenset({"小时", "个小时", "时", "h", "hr", "hrs", "hours"}),
    "秒": frozenset({"秒", "秒钟", "s", "sec", "seconds"}),
    "天": frozenset({"天", "日", "个工作日", "days", "d"}) - {"个工作日"},
    "公里": frozenset({"公里", "千米", "km"}),
    "千瓦": frozenset({"千瓦", "kw"}),
    "公斤每平方米": frozenset({"公斤每平方米", "公斤/平方米", "kg/m2", "公斤/m2", "kg/㎡", "千克/平方米"}),
    "学时": frozenset({"学时", "课时"}),
    "笔/秒": frozenset({"笔/秒", "笔每秒"}),
    "元": frozenset({"元", "元整", "圆"}),
    "%": frozenset({"%"}),
}


class Misread(Exception):
    """The cell cannot be read as what is asked for; ``message`` completes a sentence that begins with its label."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Message(zh, en)
        super().__init__(zh)


@dataclass(frozen=True, slots=True)
class Read:
    """A value as an XSD lexical form, and what was taken for granted in reading it, where something was."""

    lexical: str
    meant: Message | None = None


_BLANKS = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Return text for comparing: full-width forms made narrow, blanks and case gone."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def read_number(cell: Cell, unit: str) -> Read:
    """Return the number in ``unit`` (empty for a bare number) as a decimal; Misread where it may mean another."""
    if cell.kind == "n":
        value = _stored(cell)
        signed = _check_format(cell, value, unit)
        if cell.format.kind is Kind.PERCENT:
            value *= 100
        meant = None
    elif cell.kind == "s":
        value, signed, meant = _written(cell.text, unit)
    else:
        raise _not(cell, "数字", "a number")
    if unit == "%" and not signed and 0 < value <= 1:
        shown = _shortest(value)
        raise Misread(
            f"填的是 {shown}，没有百分号：若是 {_shortest(value * 100)}%，请填 {_shortest(value * 100)}；"
            f"若确为 {shown}%，请带百分号填 {shown}%",
            f"holds {shown} without a percent sign: for {_shortest(value * 100)} % type {_shortest(value * 100)}, "
            f"for {shown} % type it with the sign",
        )
    return Read(_shortest(value), meant)


def read_integer(cell: Cell, unit: str) -> Read:
    """Return a whole number that is not negative."""
    read = read_number(cell, unit)
    if not read.lexical.isdigit() or len(read.lexical) > 9:
        raise Misread(f"须是整数，现为“{cell.text[:40]}”", f"must be a whole number, found '{cell.text[:40]}'")
    return read


def read_day(cell: Cell, *, from_1904: bool = False) -> Read:
    """Return the day as YYYY-MM-DD; a time of day is dropped, a bare day number told."""
    if cell.kind == "d" or cell.kind == "s":
        return Read(_written_day(cell.text))
    if cell.kind != "n":
        raise _not(cell, "日期，如 2026-06-30", "a date such as 2026-06-30")
    value = _stored(cell)
    kind = cell.format.kind
    if kind in (Kind.DATE, Kind.MONTH, Kind.TIME):
        day = _of_serial(value, from_1904)
        if day is None:
            raise _not(cell, "日期，如 2026-06-30", "a date such as 2026-06-30")
        if kind is Kind.MONTH and day.day == 1:
            # Whoever types 2026年3月 gets the first of the month, which nobody meant.
            raise Misread(
                f"只显示年月（{day:%Y-%m}），须写到日，如 {day:%Y-%m}-28；确是 1 日的，请把格式改为年月日",
                f"shows a month only ({day:%Y-%m}); give the day, or format it as a date if it is the first",
            )
        return Read(day.isoformat())
    if kind is not Kind.PERCENT and not cell.format.words and value == value.to_integral_value():
        whole = int(value)
        if 19_000_101 <= whole <= 22_001_231:
            return Read(_written_day(str(whole)))
        if whole in _SERIALS and (day := _of_serial(value, from_1904)) is not None:
            return Read(
                day.isoformat(),
                Message(f"存为数字 {whole}，按日期 {day} 读", f"holds the number {whole}, read as the date {day}"),
            )
    raise _not(cell, "日期，如 2026-06-30", "a date such as 2026-06-30")


def read_boolean(cell: Cell) -> Read:
    """Return ``true`` or ``false``."""
    text = plain(_shortest(_stored(cell)) if cell.kind == "n" else cell.text)
    if text in YES and cell.kind in ("n", "s", "b"):
        return Read("true")
    if text in NO and cell.kind in ("n", "s", "b"):
        return Read("false")
    raise Misread(
        f"须填“是”或“否”，现为“{cell.text[:40]}”；不知道的请留空",
        f"must be 是 or 否, found '{cell.text[:40]}'; leave it empty where you do not know",
    )


def read_text(cell: Cell, *, from_1904: bool = False) -> Read:
    """Return the text that the cell shows; a number with its digits, never in powers of ten."""
    if cell.kind == "e":
        raise _not(cell, "文字", "text")
    if cell.kind != "n":
        if points_elsewhere(cell.text):
            raise Misread(
                f"填的是“{cell.text[:40]}”，读不出指的是什么；请写出内容",
                f"holds '{cell.text[:40]}', which does not tell what it is; write it out",
            )
        return Read(cell.text)
    value = _stored(cell)
    if cell.format.kind in (Kind.DATE, Kind.MONTH) and (day := _of_serial(value, from_1904)) is not None:
        return Read(day.isoformat())
    if abs(value) >= 10**_DIGITS:
        raise Misread(
            "以数字存储，15 位以后的数字已丢失；请先把单元格格式设为“文本”，再重新输入",
            "is stored as a number and has lost its digits after the 15th; format the cell as text and type it again",
        )
    return Read(_shortest(value))


def _stored(cell: Cell) -> Decimal:
    """Return the number that Excel shows for what it stores: 15 digits of it."""
    try:
        number = Decimal(cell.raw.strip())
        if not number.is_finite() or abs(number.adjusted()) > 300:
            raise InvalidOperation
        return Decimal(f"{number:.{_DIGITS}g}") if len(number.as_tuple().digits) > _DIGITS else number
    except InvalidOperation:
        raise Misread(
            f"的单元格按数字存了“{cell.text[:40]}”，它不是数字；请清除后重新输入",
            f"is stored as a number but holds '{cell.text[:40]}'; clear the cell and type it again",
        ) from None


def _check_format(cell: Cell, value: Decimal, unit: str) -> bool:
    """Return whether the cell shows a percent sign; Misread where it shows another number than it stores."""
    shown: Format = cell.format
    if shown.kind in (Kind.DATE, Kind.MONTH, Kind.TIME):
        day = _of_serial(value, False)
        raise Misread(
            f"须是数字，单元格却是日期或时间格式（{day or _shortest(value)}）；请把格式改为“常规”，再重新输入",
            f"must be a number, but the cell is formatted as a date or time ({day or _shortest(value)}); "
            "set the format to General and type it again",
        )
    if shown.kind is Kind.PERCENT:
        if unit != "%":
            raise Misread(
                f"单元格是百分比格式（显示 {_shortest(value * 100)}%），本栏{_of_unit(unit).zh}；请把格式改为“常规”，再重新输入",
                f"is formatted as a percentage ({_shortest(value * 100)} %), {_of_unit(unit).en}; "
                "set the format to General and type it again",
            )
        return True
    words = plain(shown.words)
    if words == "%" and unit == "%":
        return True
    if shown.scaled or (shown.currency and (unit != "元" or shown.currency != "CNY")):
        beside = shown.currency or "缩小的数"
        raise Misread(
            f"单元格的格式（{beside}）显示的不是本栏的单位（{unit or '无单位的数'}）；请把格式改为“常规”，按单位重新输入",
            f"is shown by its format as another amount ({shown.currency or 'scaled'}) than the unit asked for; "
            "set the format to General and type it again",
        )
    beside = re.sub(r"[¥$人民币rmbcny\W_]", "", words) if shown.currency else re.sub(r"[\W_]", "", words)
    if beside and not _is_unit(words, unit):
        raise Misread(
            f"单元格的格式在数字旁显示“{shown.words.strip()}”，本栏{_of_unit(unit).zh}；请把格式改为“常规”，按单位重新输入",
            f"shows '{shown.words.strip()}' beside the number, {_of_unit(unit).en}; set the format to General and type it again",
        )
    return False


def _written(text: str, unit: str) -> tuple[Decimal, bool, Message | None]:
    narrow = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("−", "-").replace("㎡", "m2")
    if unit == "元":
        narrow = _MONEY.sub("", narrow)
    accounting = re.fullmatch(r"\((.+)\)", narrow)
    match = _NUMBER.fullmatch(f"-{accounting[1]}" if accounting and unit == "元" else narrow)
    if match is None:
        raise Misread(
            f"须是数字{f'（{unit}）' if unit else ''}，现为“{text[:40]}”；只填数字，不知道的请留空",
            f"must be a number, found '{text[:40]}'; type the number alone, leave it empty where you do not know",
        )
    sign, whole, fraction, power, rest = match.groups()
    value = Decimal(f"{sign}{whole.replace(',', '')}{fraction or ''}{power or ''}")
    rest = rest.casefold()
    if not rest or _is_unit(rest, unit):
        return value, rest == "%", None
    times = _TIMES_OF_YUAN.get(rest.removesuffix("元")) if unit == "元" else None
    if times:
        value *= times
        return (
            value,
            False,
            Message(f"“{text[:40]}”按 {_shortest(value)} 元读", f"'{text[:40]}' read as {_shortest(value)} yuan"),
        )
    raise Misread(
        f"须是数字，本栏{_of_unit(unit).zh}，现为“{text[:40]}”；请换算后只填数字",
        f"must be a number, {_of_unit(unit).en}, found '{text[:40]}'; convert it and type the number alone",
    )


def _is_unit(word: str, unit: str) -> bool:
    if word == unit or word in _SAME_UNIT.get(unit, ()):
        return True
    return word in _COUNTED and (not unit or unit in _COUNTED)


def _of_unit(unit: str) -> Message:
    return (
        Message(f"单位是{unit}", f"while the unit is {unit}")
        if unit
        else Message("是数目", "while a count is asked for")
    )


def _written_day(text: str) -> str:
    narrow = re.sub(r"\s*([-/.年月日号])\s*", r"\1", unicodedata.normalize("NFKC", text).strip())
    match = _DATE.fullmatch(narrow)
    if match is not None:
        year, *rest = match.groups()
        month, day = (part for part in rest if part is not None)
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            pass
    if _MONTH.fullmatch(narrow):
        raise Misread(
            f"只有年月“{text[:40]}”，须写到日，如 2026-06-30",
            f"has a month only, '{text[:40]}'; give the day, such as 2026-06-30",
        )
    raise Misread(
        f"须是日期，如 2026-06-30，现为“{text[:40]}”", f"must be a date such as 2026-06-30, found '{text[:40]}'"
    )


def _of_serial(value: Decimal, from_1904: bool) -> date | None:
    days = int(value.to_integral_value(rounding="ROUND_FLOOR")) + (_DAYS_TO_1904 if from_1904 else 0)
    return _EPOCH + timedelta(days=days) if 61 <= days <= _LAST_SERIAL else None


def _shortest(value: Decimal) -> str:
    """Return the number in plain digits, without zeros at its end."""
    if value == value.to_integral_value():
        return format(value.to_integral_value(), "f") if value else "0"
    return format(value.normalize(), "f")


def _not(cell: Cell, zh: str, en: str) -> Misread:
    if cell.kind == "e":
        return Misread(
            f"的单元格是错误值 {cell.text[:20]}；请改为值", f"holds the error value {cell.text[:20]}; replace it"
        )
    return Misread(f"须是{zh}，现为“{cell.text[:40]}”", f"must be {en}, found '{cell.text[:40]}'")
