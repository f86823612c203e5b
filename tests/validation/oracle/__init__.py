"""The law's figures in plain Python: a company's triples, a tier and a day in, what each measured clause comes to out.

Written from the text of the guideline and the reading rules alone, by someone who did not look at the shapes, so that
both can be held against each other. Where two statements contradict each other in a way that only the reading rule of
contradictions composes, or where the text leaves the matter open, the oracle abstains: the clause is not in its answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import date

import pyoxigraph as ox
from tests.validation.oracle.network import (
    core_recovery,
    exchange_bandwidth,
    network_recovery,
    online_bandwidth,
    tamper_detection,
    tampered_content,
    website_check,
    website_recovery,
)
from tests.validation.oracle.people import (
    PARTS_OF_PEOPLE,
    class_hours,
    degrees,
    experience,
    head_count,
    managers,
    share,
    spend,
)
from tests.validation.oracle.reading import Reading
from tests.validation.oracle.records import (
    business_audit,
    capacity,
    compliance_assessment,
    log_evaluation,
    media,
    of_branches,
    operation_logs,
    operations_audit,
    provider_quality,
    system_logs,
    two_of,
)
from tests.validation.oracle.recovery import centre_capacity, centre_recovery, drill, recovery_centre
from tests.validation.oracle.rooms import (
    feeds_and_generator,
    feeds_or_backup,
    floor_load,
    generator_hours,
    room_video,
    ups,
)
from tests.validation.oracle.values import DCTERMS, ZY, Abstained, M, N, Range, S, Said, U, V

Judge = Callable[[Reading], str]
_ALL: Mapping[str, Judge] = {
    "1.1.2": share,
    "1.1.3": head_count,
    "1.1.7": compliance_assessment,
    "1.1.10": managers("securityAdministratorCount", {1: 1, 2: 1, 3: 1, 4: 1}),
    "1.1.11": of_branches("technicianCount", 1),
    "1.1.12": managers("networkAdministratorCount", {1: 1, 2: 1, 3: 2, 4: 2}),
    "1.2.2": class_hours,
    "1.3.1": degrees,
    "1.3.2": experience,
    "1.4.5": provider_quality,
    "1.5.1": spend,
    "2.1.2": floor_load,
    "2.1.5": room_video,
    "3.3.1": core_recovery,
    "3.3.3": network_recovery,
    "3.4.1": two_of("quoteService", "isMutualBackup"),
    "3.5.1": two_of("transferBank", "nationwideTransfer"),
    "4.3.2": website_check,
    "4.3.3": tampered_content,
    "4.7.1": business_audit,
    "5.2.4": system_logs,
    "5.2.5": operation_logs,
    "6.1.6": media,
    "6.2.1": recovery_centre,
    "6.2.8": drill,
    "6.2.9": centre_recovery,
    "6.2.10": centre_capacity,
    "7.3.1": capacity,
    "8.2.1": of_branches("tradingLinkCount", 2),
}
_SOME: Mapping[int, Mapping[str, Judge]] = {
    1: {"2.2.2": ups, "4.3.7": website_recovery, "5.2.8": log_evaluation},
    2: {
        "2.2.2": feeds_or_backup,
        "3.2.6": exchange_bandwidth,
        "3.2.8": online_bandwidth,
        "4.3.7": website_recovery,
        "5.2.8": log_evaluation,
    },
    3: {
        "2.2.2": feeds_and_generator,
        "2.2.4": generator_hours,
        "3.2.6": exchange_bandwidth,
        "3.2.8": online_bandwidth,
        "4.3.6": tamper_detection,
        "4.3.8": website_recovery,
        "4.7.3": operations_audit,
        "5.2.9": log_evaluation,
    },
    4: {
        "2.2.2": feeds_and_generator,
        "2.2.4": generator_hours,
        "3.2.6": exchange_bandwidth,
        "3.2.8": online_bandwidth,
        "4.3.6": tamper_detection,
        "4.3.8": website_recovery,
        "4.7.3": operations_audit,
        "5.2.10": log_evaluation,
    },
}
_EVERY_WAY = 64


def duties(tier: int) -> Mapping[str, Judge]:
    """Clause number to the function that judges it."""
    return {f"{tier + 1}.{local}": judge for local, judge in {**_ALL, **_SOME[tier]}.items()}


def judged(
    triples: Iterable[ox.Triple], company: str, tier: int, day: date, until: date, only: Container[str] | None = None
) -> dict[str, str]:
    """Return the outcome of each measured clause of ``tier`` of which the oracle has a word, or of ``only`` these.

    ``until`` is the last day of which something is stated.
    """
    said = _said(triples)
    found = {}
    for number, judge in duties(tier).items():
        if only is not None and number not in only:
            continue
        try:
            outcomes = set(_readings(judge, lambda: Reading(said, company, tier, day, until)))
        except Abstained:
            continue
        # Of facts that contradict each other either may be true: a person must tell where that decides, unless all
        # that one of them does is to leave something unsaid of a clause that applies whichever is true.
        found[number] = outcomes.pop() if len(outcomes) == 1 else U if U in outcomes and not outcomes & {V, N} else M
    return found


def asked(triples: Iterable[ox.Triple], company: str, tier: int, day: date) -> dict[str, set[tuple[str, str]]]:
    """Return of which properties of which nodes each clause asks."""
    said = _said(triples)
    found = {}
    for number, judge in duties(tier).items():
        reading = Reading(said, company, tier, day, day)
        judge(reading)
        found[number] = reading.asked
    return found


def _readings(judge: Judge, fresh: Callable[[], Reading]) -> Iterator[str]:
    """What ``judge`` says in each reading: of every property that it asked for, each of the values stated."""
    waiting: list[dict[str, int]] = [{}]
    seen: set[tuple[tuple[str, int], ...]] = set()
    while waiting:
        reading = fresh()
        reading.taken = waiting.pop()
        yield judge(reading)
        for key, count in reading.offered.items():
            for index in range(1, count):
                if key not in reading.taken:
                    taken = {**reading.taken, key: index}
                    if (mark := tuple(sorted(taken.items()))) not in seen:
                        seen.add(mark)
                        waiting.append(taken)
        if len(seen) > _EVERY_WAY:
            raise Abstained


def _said(triples: Iterable[ox.Triple]) -> Said:
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        said[_name(triple.subject)][triple.predicate.value].append(_name(triple.object))
    return said


def _name(term: object) -> str:
    return str(getattr(term, "value", term))


__all__ = ["DCTERMS", "PARTS_OF_PEOPLE", "ZY", "M", "Range", "S", "U", "V", "asked", "duties", "judged"]
