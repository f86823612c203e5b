"""The zy:Assessment node that the validator adds: check date, tier and the cut-off dates that follow, as N-Triples."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from zhiyin.namespaces import ID, ZY
from zhiyin.standards import TYPE, XSD

ASSESSMENT = str(ID["assessment"])
MIDNIGHT = "T00:00:00+08:00"
"""Dates are in Asia/Shanghai: a day begins at this offset."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """From when a performance is still within a period, by the rolling and by the calendar reading."""

    period: str
    rolling: date
    calendar: date


def months_before(day: date, months: int) -> date:
    """Return the same day ``months`` calendar months earlier, the last of the month where it has no such day."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def cut_offs(check_date: date) -> tuple[CutOff, ...]:
    """Return the cut-offs of every period at ``check_date``.

    Rolling: one period before the check date. Calendar: the first day of the calendar period before the one that
    holds the check date, since the current period has not ended and its performance may still come.
    """
    day = check_date
    monday = day - timedelta(days=day.weekday())
    month = day.replace(day=1)
    quarter = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return (
        CutOff("Daily", day - timedelta(days=1), day - timedelta(days=1)),
        CutOff("Weekly", day - timedelta(days=7), monday - timedelta(days=7)),
        CutOff("Monthly", months_before(day, 1), months_before(month, 1)),
        CutOff("Quarterly", months_before(day, 3), months_before(quarter, 3)),
        CutOff("Yearly", months_before(day, 12), date(day.year - 1, 1, 1)),
        CutOff("TwoYearly", months_before(day, 24), date(day.year - 2, 1, 1)),
    )


def assessment_triples(check_date: date, tier: int, until: date | None = None) -> str:
    """Return the node as N-Triples lines; the latest closed fiscal year is the calendar year before the check date's.

    ``until`` is the last day of which facts are stated, the check date where it is not given.
    """
    lines = [
        _line(ASSESSMENT, TYPE, f"<{ZY.Assessment}>"),
        _line(ASSESSMENT, ZY.checkDate, _instant(check_date)),
        _line(ASSESSMENT, ZY.factsUntil, _instant(until or check_date)),
        _line(ASSESSMENT, ZY.assessedTier, f'"{tier}"^^<{XSD}integer>'),
        _line(ASSESSMENT, ZY.latestClosedFiscalYear, f'"{check_date.year - 1}"^^<{XSD}integer>'),
        _line(ASSESSMENT, ZY.twoYearsBefore, _instant(months_before(check_date, 24))),
    ]
    for cut_off in cut_offs(check_date):
        node = f"{ASSESSMENT}/{cut_off.period.lower()}"
        lines += [
            _line(ASSESSMENT, ZY.cutOff, f"<{node}>"),
            _line(node, TYPE, f"<{ZY.CutOff}>"),
            _line(node, ZY.period, f"<{ZY[cut_off.period]}>"),
            _line(node, ZY.rollingFrom, _instant(cut_off.rolling)),
            _line(node, ZY.calendarFrom, _instant(cut_off.calendar)),
        ]
    return "".join(lines)


def _instant(day: date) -> str:
    return f'"{day.isoformat()}{MIDNIGHT}"^^<{XSD}dateTime>'


def _line(subject: str, predicate: object, rendered: str) -> str:
    return f"<{subject}> <{predicate}> {rendered} .\n"
