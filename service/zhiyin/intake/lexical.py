"""Literals as people and programs write them in, the forms that XSD knows out: read as meant and told, or refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.standards import XSD

DATES = frozenset({XSD + "date", XSD + "dateTime", XSD + "dateTimeStamp"})
"""The datatypes whose values name a day."""
SHANGHAI = timezone(timedelta(hours=8))
_ZONE = r"(Z|[+-]\d{2}:\d{2})"
_STRICT = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}(?:T\d{{2}}:\d{{2}}:\d{{2}}(?:\.\d+)?)?{_ZONE}?", re.ASCII)
_LOOSE = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
    r"(?:(?:T|\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def day_meant(literal: ox.Literal) -> tuple[date, bool] | None:
    """Return the day in Asia/Shanghai that a literal of DATES means, and whether XSD knows the form it is written in.

    ``None`` where it means none. A time without offset is one of Asia/Shanghai; a date keeps its day whatever its offset.
    """
    stated = literal.value.strip()
    narrow = unicodedata.normalize("NFKC", stated)
    match = _LOOSE.fullmatch(narrow)
    if match is None:
        return None
    year, month, day = match[1], match[2] or match[4] or match[6], match[3] or match[5] or match[7]
    hours, minutes, seconds, zone = match.groups()[7:]
    try:
        found = date(int(year), int(month), int(day))
        offset = _offset(zone)
        if hours is not None:
            moment = datetime(found.year, found.month, found.day, tzinfo=offset)
            whole = int(hours) == 24 and not int(minutes) and not int(seconds or 0)
            if not whole and (int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59):
                return None
            moment += timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
            found = moment.astimezone(SHANGHAI).date()
    except (ValueError, OverflowError):
        return None
    timed = literal.datatype.value != XSD + "date"
    known = _STRICT.fullmatch(stated) is not None and ("T" in stated) == timed
    if literal.datatype.value == XSD + "dateTimeStamp" and zone is None:
        known = False
    return found, known


def told_as(literal: ox.Literal, day: date) -> tuple[Message, Message]:
    """Return what is told of a day read as meant: what was found, and what was taken for it."""
    shown, kind = literal.value[:60], literal.datatype.value.rpartition("#")[2]
    return (
        Message(f"“{shown}”不是 xsd:{kind} 的写法", f"'{shown}' is not how xsd:{kind} is written"),
        Message(f"按 {day} 读", f"read as {day}"),
    )


def _offset(zone: str | None) -> timezone:
    if zone is None:
        return SHANGHAI
    if zone.upper() in ("Z", "UTC"):
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60 or int(digits[2:]) > 59:
        raise ValueError(zone)
    return timezone(timedelta(minutes=minutes if zone[0] == "+" else -minutes))
