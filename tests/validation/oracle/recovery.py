"""Clauses on the disaster-recovery centre: where it stands, what it carries, how soon it is there."""

from __future__ import annotations

from collections.abc import Callable

from tests.validation.oracle.network import at_most
from tests.validation.oracle.reading import Reading
from tests.validation.oracle.values import Abstained, U, V, at_least, every, just, met


def _centre(r: Reading, judge: Callable[[str], str]) -> str:
    """One centre is enough; of several the text does not say which must reach the figure."""
    centres, complete = r.listed(r.company, "disasterRecoveryCentre")
    if not centres:
        return V if complete else U
    if len(centres) > 1 or not complete:
        raise Abstained
    return judge(centres[0])


def recovery_centre(r: Reading) -> str:
    def judge(centre: str) -> str:
        parts = [met(r.truth(centre, "takesOverAllCoreBusiness"))]
        if r.tier == 4:
            parts.append(met(at_least(r.range(centre, "straightLineKilometres"), just(100))))
            parts.append(met(r.truth(centre, "isInOtherCity")))
        return every(parts)

    return _centre(r, judge)


def centre_recovery(r: Reading) -> str:
    return _centre(
        r, lambda c: every((at_most(r, c, "recoveryTimeHours", 12), at_most(r, c, "recoveryPointMinutes", 5)))
    )


def centre_capacity(r: Reading) -> str:
    def judge(centre: str) -> str:
        own = r.range(centre, "processingCapacityPerSecond")
        return met(at_least(own.times(2), r.range(centre, "mainProcessingCapacityPerSecond", least=1)))

    return _centre(r, judge)


def drill(r: Reading) -> str:
    centres, _ = r.listed(r.company, "disasterRecoveryCentre")
    if not centres:
        raise Abstained
    return every(
        (
            r.attested(r.company, "disaster-recovery-plan"),
            r.attested(r.company, "disaster-recovery-procedure"),
            r.performed(r.company, "disaster-recovery-drill", "year"),
        )
    )
