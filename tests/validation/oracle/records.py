"""Clauses on what is kept, reviewed and assessed, and on branches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import product

from tests.validation.oracle.reading import Reading, months
from tests.validation.oracle.things import of_each
from tests.validation.oracle.values import M, N, Range, U, V, any_completion, at_least, every, just, met


def business_audit(r: Reading) -> str:
    return every(
        (
            met(r.truth(r.company, "recordsBusinessOperations")),
            r.kept(r.company, "business-audit-records", months(24)),
        )
    )


def operations_audit(r: Reading) -> str:
    return every(
        (
            r.attested(r.company, "operations-authentication"),
            met(r.truth(r.company, "recordsOperationsWork")),
            r.kept(r.company, "operations-audit-records", months(24)),
        )
    )


def operation_logs(r: Reading) -> str:
    return r.kept(r.company, "application-operation-logs", months(24))


def system_logs(r: Reading) -> str:
    monitored = ("monitorsCoreSystems", "monitorsNetworkSystems", "monitorsSecurityEvents")
    practices = ("real-time-monitoring", "monitoring-records", "monitoring-alarms")
    return every(
        (
            *(met(r.truth(r.company, name)) for name in monitored),
            *(r.attested(r.company, practice) for practice in practices),
            r.kept(r.company, "system-logs", months(6)),
        )
    )


def compliance_assessment(r: Reading) -> str:
    return every(
        (
            r.performed(r.company, "compliance-risk-assessment", "year"),
            r.kept(r.company, "compliance-risk-assessment-records", months(60)),
        )
    )


def provider_quality(r: Reading) -> str:
    return of_each(
        r,
        r.company,
        "serviceProvider",
        lambda provider: r.performed(provider, "provider-quality-evaluation", "year"),
        none=N,
    )


def capacity(r: Reading) -> str:
    def judge(system: str) -> str:
        return every(r.performed(system, f"{what}-assessment", "year") for what in ("performance", "capacity"))

    return of_each(r, r.company, "coreSystem", judge, none=V)


def log_evaluation(r: Reading) -> str:
    return every(
        (
            r.performed(r.company, "log-evaluation", "quarter"),
            r.attested(r.company, "anomaly-analysis"),
            r.attested(r.company, "log-evaluation-report"),
        )
    )


def media(r: Reading) -> str:
    """Copies of what is never backed up are not stored: where both are stated and storing them would do, a person tells."""
    tasks = [f"{where}-media-storage" for where in ("same-city", "off-site")]
    stored = every(r.performed(r.company, task, "week") for task in tasks)
    backups = r.about(r.company, "activity", "settlement-data-backup")
    never = any("false" in r.values(s, "holds") for s in backups)
    of_storing = [s for task in tasks for s in r.about(r.company, "activity", task)]
    dates = [v for s in of_storing for v in r.values(s, "lastConductedOn")]
    done = any(date.fromisoformat(v[:10]) <= r.until for v in dates)
    if never and (done or any("true" in r.values(s, "holds") for s in of_storing)):
        return V if stored == V else M
    return stored


def of_branches(name: str, need: int) -> Callable[[Reading], str]:
    """Branches with 现场交易 alone; where that is not stated of one, it is bound or it is not."""

    def judge(r: Reading) -> str:
        things, complete = r.listed(r.company, "branch")
        ways: list[set[str]] = []
        for branch in things:
            on_site, outcome = r.truth(branch, "offersOnSiteTrading"), met(at_least(r.range(branch, name), just(need)))
            ways.append({N, outcome} if on_site is None else {outcome if on_site else N})
        return any_completion(every([*way, N if complete else U]) for way in product(*ways))

    return judge


def two_of(name: str, property_: str) -> Callable[[Reading], str]:
    """至少2套, 至少2家: those that have the property count."""

    def judge(r: Reading) -> str:
        things, complete = r.listed(r.company, name)
        stated = [r.truth(thing, property_) for thing in things]
        high = Decimal(sum(s is not False for s in stated)) if complete else None
        return met(at_least(Range(Decimal(stated.count(True)), high), just(2)))

    return judge
