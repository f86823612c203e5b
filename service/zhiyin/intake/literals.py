"""One literal of a submission in, the same value in the datatype and the one spelling that the shapes compare out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.intake.empty_words import names_something, visible
from zhiyin.law.vocabulary import Term
from zhiyin.standards import RDF, XSD

_INTEGERS = {
    XSD + name
    for name in [
        "integer",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "nonPositiveInteger",
        "negativeInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "unsignedByte",
    ]
}
_NUMBERS = _INTEGERS | {XSD + "decimal", XSD + "double", XSD + "float"}
_STRING, _BOOLEAN = XSD + "string", XSD + "boolean"
_STRINGS = {_STRING, RDF + "langString"}
_TRUTHS: Mapping[str, str] = {"true": "true", "1": "true", "false": "false", "0": "false"}
_KINDS: Mapping[str, Message] = {
    XSD + "integer": Message("整数", "an integer"),
    XSD + "decimal": Message("数字", "a number"),
    XSD + "boolean": Message("true 或 false", "true or false"),
    XSD + "date": Message("日期（YYYY-MM-DD）", "a date (YYYY-MM-DD)"),
    XSD + "string": Message("文字", "text"),
}
_MAX_DIGITS = 24
_MAX_DECIMALS = 16
"""The compiled engine holds 18 places behind the point and errs beyond: in a comparison, and in a hundredth of what it reckons."""
_PLAIN_NUMBER = re.compile(r"[+-]?\d+", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\+08:00)?", re.ASCII)
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_NEARLY_XSD = re.compile(r"https?://(?:www\.)?w3\.org/2001/XMLSchema[#/]*([a-zA-Z]+)", re.IGNORECASE | re.ASCII)
_SHANGHAI = timezone(timedelta(hours=8))


def _as_written(literal: ox.Literal, wanted: str) -> Message:
    """Return what a literal is written as, where that and not its characters may be what is wrong with it."""
    if literal.language:
        return Message(f"（带语言标记 @{literal.language}）", f" (with the language tag @{literal.language})")
    kind = literal.datatype.value
    numbers = (XSD + "integer", XSD + "decimal")
    if kind == wanted or (kind in numbers and wanted in numbers):
        return Message("", "")
    name = kind.rpartition("#")[2][:40]
    near = None if kind.startswith(XSD) else _NEARLY_XSD.fullmatch(kind)
    if near is not None:
        right = XSD + near[1]
        return Message(
            f"（类型写成了 <{kind[:80]}>，应是 <{right}>；请改 xsd: 前缀）",
            f" (its type is <{kind[:80]}> and should be <{right}>: mend the prefix xsd:)",
        )
    return Message("（写成了文字）" if name == "string" else f"（类型写成了 {name}）", f" (written as {name})")


def in_range_of(term: Term, literal: ox.Literal) -> ox.Literal | Message | None:
    """Return ``literal`` as the shapes compare it, what is wrong with it, or ``None`` where it says nothing.

    A date-time becomes its day in Asia/Shanghai, a text loses its language, the blanks around it and characters that
    no reader sees, so that two spellings of one value are one; an empty text is no statement.
    """
    text, kind = literal.value, literal.datatype.value
    if term.range == _STRING:
        if kind not in _STRINGS:
            return _unfit(term, literal)
        seen = visible(text)
        if not names_something(seen):
            return None
        return literal if seen == text and kind == _STRING else ox.Literal(seen)
    found = _compared(term, text.strip(), literal, kind)
    return _unfit(term, literal) if found is None else found


def _compared(term: Term, lexical: str, literal: ox.Literal, kind: str) -> ox.Literal | Message | None:
    """Return a literal that is no text as the shapes compare it; ``None`` where it is no value of the property's kind."""
    wanted = term.range
    if wanted == _BOOLEAN:
        if kind != _BOOLEAN or lexical not in _TRUTHS:
            return None
        truth = _TRUTHS[lexical]
        return literal if literal.value == truth else ox.Literal(truth, datatype=literal.datatype)
    if wanted in (XSD + "integer", XSD + "decimal"):
        return _number(lexical, kind, term)
    if wanted == XSD + "date":
        day = _day(lexical, kind)
        return None if day is None else ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date"))
    return literal


def _unfit(term: Term, literal: ox.Literal) -> Message:
    lexical, wanted, written = literal.value.strip(), kind_of(term.range), _as_written(literal, term.range)
    return Message(
        f"“{term.label.zh}”须是{wanted.zh}，现为“{lexical[:60]}”{written.zh}",
        f"'{term.label.en}' must be {wanted.en}, found '{lexical[:60]}'{written.en}",
    )


def kind_of(datatype: str) -> Message:
    """Return what people call a value of ``datatype``."""
    return _KINDS.get(datatype, Message("值", "a value"))


def _number(lexical: str, kind: str, term: Term) -> ox.Literal | Message | None:
    if (
        kind not in _NUMBERS
        or len(lexical) > _MAX_DIGITS
        or (kind in _INTEGERS and not _PLAIN_NUMBER.fullmatch(lexical))
    ):
        return None
    try:
        number = Decimal(lexical)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS or not lexical.isascii():
        return None
    if term.range == XSD + "integer" and number != number.to_integral_value():
        return None
    if (term.minimum is not None and number < term.minimum) or (term.maximum is not None and number > term.maximum):
        low = "" if term.minimum is None else f"{term.minimum}"
        high = "" if term.maximum is None else f"{term.maximum}"
        return Message(
            f"“{term.label.zh}”的值 {lexical} 不合理，应在 {low} 至 {high} 之间",
            f"'{term.label.en}' has the implausible value {lexical}; it must lie between {low} and {high}",
        )
    if term.range == XSD + "integer":
        return ox.Literal(str(int(number)), datatype=ox.NamedNode(XSD + "integer"))
    text = format(number.normalize(), "f")
    if len(text.partition(".")[2]) > _MAX_DECIMALS:
        return Message(
            f"“{term.label.zh}”的值 {lexical} 小数过长，至多 {_MAX_DECIMALS} 位",
            f"'{term.label.en}' has {lexical}, with too many decimals: at most {_MAX_DECIMALS}",
        )
    return ox.Literal(text if "." in text else text + ".0", datatype=ox.NamedNode(XSD + "decimal"))


def _day(lexical: str, kind: str) -> date | None:
    """Return the day that an xsd:date or xsd:dateTime names in Asia/Shanghai; ``None`` where it is none."""
    try:
        if kind == XSD + "date" and (match := _DATE.fullmatch(lexical)):
            return date.fromisoformat(match[1])
        if kind == XSD + "dateTime" and (match := _INSTANT.fullmatch(lexical)):
            moment = datetime.fromisoformat(match[1] + (match[2] or "+08:00").replace("Z", "+00:00"))
            return moment.astimezone(_SHANGHAI).date()
    except (ValueError, OverflowError):
        return None
    return None
