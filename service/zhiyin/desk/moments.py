"""Moments and days as the desk keeps them: UTC instants as text that sorts, days in Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from zhiyin.errors import BadParameter

_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> str:
    """Return this instant, to the microsecond."""
    return text(datetime.now(UTC))


def later(**parts: float) -> str:
    """Return the instant that lies ``parts`` (as timedelta takes them) after now; before it where they are negative."""
    return text(datetime.now(UTC) + timedelta(**parts))


def text(instant: datetime) -> str:
    """Return an instant as it is kept; always of one length, so that it sorts as text."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant(kept: str) -> datetime:
    """Return the instant that ``text`` wrote."""
    return datetime.fromisoformat(kept)


def day_named(text: str, parameter: str) -> date:
    """Return the day that ``text`` writes as YYYY-MM-DD, so that days sort as text; BadParameter for anything else."""
    try:
        day: date | None = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise BadParameter(parameter, text, ["YYYY-MM-DD"])
    return day


def today() -> date:
    """Return today's date in Asia/Shanghai."""
    return datetime.now(_ZONE).date()


def day_of(kept: str) -> date:
    """Return the day in Asia/Shanghai on which a kept instant lies."""
    return instant(kept).astimezone(_ZONE).date()


def local(kept: str | None) -> str:
    """Return a kept instant as people read it, in Asia/Shanghai to the minute; empty where there is none."""
    return "" if not kept else instant(kept).astimezone(_ZONE).strftime("%Y-%m-%d %H:%M")
