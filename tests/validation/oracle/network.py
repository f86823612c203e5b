"""Clauses on links, systems and websites: bandwidth, backup, what is checked of them."""

from __future__ import annotations

from decimal import Decimal

from tests.validation.oracle.reading import Reading
from tests.validation.oracle.things import of_each
from tests.validation.oracle.values import ZY, Abstained, N, S, U, V, any_completion, every, met


def _use(r: Reading, link: str) -> str:
    values = r.values(link, "monthlyAveragePeakUsePercent")
    return every(met(Decimal(v) <= 80) for v in values) if values else U


def exchange_bandwidth(r: Reading) -> str:
    return of_each(r, r.company, "exchangeLink", lambda link: _use(r, link), none=None)


def online_bandwidth(r: Reading) -> str:
    links, _ = r.listed(r.company, "onlineTradingLink")
    offered = r.truth(r.company, "offersOnlineTrading")
    if offered is False:
        if links or any(r.truth(site, "hasTradingFunction") for site in r.values(r.company, "website")):
            raise Abstained  # no online trading beside what it is done by
        return N
    return of_each(r, r.company, "onlineTradingLink", lambda link: _use(r, link), none=None)


def _recovery(r: Reading, node: str, *, hot: bool, point: bool) -> str:
    kinds = r.values(node, "backupKind")
    kind = r.one_of(f"{node} backupKind", kinds)
    enough = {ZY + "HotBackup"} if hot else {ZY + k for k in ("HotBackup", "WarmBackup", "ColdBackup")}
    parts = [met(None if kind is None else kind in enough), at_most(r, node, "rtoMinutes", 5)]
    return every([*parts, *([at_most(r, node, "rpoSeconds", 30)] if point else [])])


def at_most(r: Reading, node: str, name: str, bound: int) -> str:
    value = r.figure(node, name)
    return U if value is None else met(value <= bound)


def core_recovery(r: Reading) -> str:
    hot = r.tier >= 3

    def judge(system: str) -> str:
        return every(
            (
                _recovery(r, system, hot=hot, point=True),
                of_each(r, system, "component", lambda part: _recovery(r, part, hot=hot, point=True), none=None),
            )
        )

    return of_each(r, r.company, "coreSystem", judge, none=V)


def network_recovery(r: Reading) -> str:
    return of_each(
        r,
        r.company,
        "productionNetworkDevice",
        lambda device: _recovery(r, device, hot=True, point=False),
        none=None,
    )


def website_recovery(r: Reading) -> str:
    def judge(site: str) -> str:
        trading = r.truth(site, "hasTradingFunction")
        point = at_most(r, site, "rpoMinutes", 5)
        return every(
            (
                met(r.truth(site, "hasBackupSystem")),
                at_most(r, site, "rtoMinutes", 60),
                any_completion([S, point]) if trading is None else point if trading else S,
            )
        )

    return of_each(r, r.company, "website", judge, none=N)


def tampered_content(r: Reading) -> str:
    return of_each(r, r.company, "website", lambda s: at_most(r, s, "tamperedContentRemovalMinutes", 5), none=N)


def tamper_detection(r: Reading) -> str:
    def judge(site: str) -> str:
        return every((met(r.truth(site, "hasHomepageMonitoring")), at_most(r, site, "tamperDetectionMinutes", 5)))

    return of_each(r, r.company, "website", judge, none=N)


def website_check(r: Reading) -> str:
    def judge(site: str) -> str:
        return every((r.performed(site, "website-security-check", "year"), r.attested(site, "website-hazard-handling")))

    return of_each(r, r.company, "website", judge, none=N)
