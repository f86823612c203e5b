"""A shape and a company's facts in; the date, period, means or count that a shared component found out.

SHACL lets an engine keep the variables of a constraint component to itself, and pyshacl does; read from the facts,
a finding says the same whichever engine ran.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from zhiyin.errors import Message
from zhiyin.law.constraints import Constraint
from zhiyin.law.shapes import Shape
from zhiyin.namespaces import ZY
from zhiyin.validation.facts import Facts

_TASKS = (Constraint.ACTIVITY_TIMELY, Constraint.ACTIVITY_UNDISPUTED, Constraint.INTERVAL_KEPT)
_RECORDS = (Constraint.RETENTION_SUFFICIENT, Constraint.RETENTION_CERTAIN)
_EXCEPTIONS = (Constraint.PRACTICE_WITHOUT_EXCEPTION,)
_UNITS = {
    str(ZY.periodDays): (Message("天", "days"), 1),
    str(ZY.periodMonths): (Message("个月", "months"), 30),
    str(ZY.periodYears): (Message("年", "years"), 365),
}


@dataclass(frozen=True, slots=True)
class Particulars:
    """The value a component found, the property it stands under, and more for the texts of the finding."""

    found: str = ""
    path: str = ""
    more: Mapping[str, str | Message] | None = None


def particulars(shape: Shape, node: str, facts: Facts, check_date: date) -> Particulars:
    """Return what the component of ``shape`` looked at on ``node``; empty where it is no shared component.

    ``more`` may hold ``held`` (a period with its unit), ``elapsed``, ``interval`` and ``overrun`` (days).
    """

    def about(names: tuple[str, ...]) -> str:
        return next((shape.parameters[name] for name in names if name in shape.parameters), "")

    if task := about(_TASKS):
        return _latest(task, node, facts, check_date)
    if record := about(_RECORDS):
        return _shortest(record, node, facts)
    if practice := about(_EXCEPTIONS):
        texts = [
            v for a in _related(ZY.attestation, practice, node, facts) for v in _values(a, str(ZY.exception), facts)
        ]
        return Particulars(min(texts, default=""), str(ZY.attestation))
    for name, predicate in (
        (Constraint.ISOLATION_EFFECTIVE_FROM, ZY.isolationMeans),
        (Constraint.ISOLATION_ARGUED_FROM, ZY.isolationMeans),
        (Constraint.ISOLATION_UNDOUBTED_FROM, ZY.isolationArgument),
        (Constraint.HEADCOUNT_UNDOUBTED, ZY.headquartersTechnicianCount),
        (Constraint.HEADCOUNT_DECIDABLE, ZY.headquartersTechnicianCount),
    ):
        if name in shape.parameters:
            return Particulars(min(_values(node, str(predicate), facts), default=""), str(predicate))
    return Particulars()


def _latest(task: str, node: str, facts: Facts, check_date: date) -> Particulars:
    performed: list[tuple[date, str, str]] = []
    for activity in _related(ZY.activity, task, node, facts):
        interval = min(_values(activity, str(ZY.statedIntervalDays), facts), default="")
        for value in _values(activity, str(ZY.lastConductedOn), facts):
            day = date.fromisoformat(value[:10])
            if day <= check_date:
                performed.append((day, value, interval))
    if not performed:
        return Particulars(path=str(ZY.activity))
    day, value, interval = max(performed)
    elapsed = (check_date - day) // timedelta(days=1)
    more: dict[str, str | Message] = {"elapsed": str(elapsed)}
    if interval:
        more |= {"interval": interval, "overrun": str(elapsed - int(interval))}
    return Particulars(value, str(ZY.activity), more)


def _shortest(record: str, node: str, facts: Facts) -> Particulars:
    kept = [
        (int(value) * days, value, unit)
        for retention in _related(ZY.retention, record, node, facts)
        for predicate, (unit, days) in _UNITS.items()
        for value in _values(retention, predicate, facts)
    ]
    if not kept:
        return Particulars(path=str(ZY.retention))
    _, value, unit = min(kept, key=lambda each: each[:2])
    held = Message(f"{value} {unit.zh}", f"{value} {unit.en}")
    return Particulars(value, str(ZY.retention), {"held": held})


def _related(predicate: object, about: str, node: str, facts: Facts) -> list[str]:
    """Return what ``node`` holds by ``predicate`` and says of the practice, task or record ``about``."""
    return [thing for thing in _values(node, str(predicate), facts) if about in _values(thing, str(ZY.about), facts)]


def _values(node: str, predicate: str, facts: Facts) -> list[str]:
    return [getattr(o, "value", "") for p, o in facts.outgoing.get(node, ()) if p == predicate]
