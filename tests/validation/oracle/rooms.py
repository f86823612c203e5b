"""Clauses on machine rooms: floor, recordings, power that lasts."""

from __future__ import annotations

from tests.validation.oracle.reading import Reading, ninety_days
from tests.validation.oracle.things import of_rooms
from tests.validation.oracle.values import Abstained, Range, V, any_completion, at_least, either, every, just, met


def floor_load(r: Reading) -> str:
    need = just({1: 300, 2: 300, 3: 500, 4: 500}[r.tier])
    return of_rooms(r, lambda room: met(at_least(r.range(room, "floorLoadKgPerM2"), need)))


def room_video(r: Reading) -> str:
    def judge(room: str) -> str:
        return every(
            (
                met(r.truth(room, "hasEntranceVideo")),
                met(r.truth(room, "hasInteriorVideo")),
                met(at_least(r.range(room, "videoDaysPerWeek"), just(7))),
                met(at_least(r.range(room, "videoHoursPerDay"), just(24))),
                r.kept(room, "room-video-recording", ninety_days),
            )
        )

    return of_rooms(r, judge)


def _ups_minutes(r: Reading, room: str, name: str) -> Range:
    if r.figure(room, "upsCount") == 0 or r.truth(room, "hasOnlineUps") is False:
        raise Abstained
    return r.range(room, name)


def _generator(r: Reading, room: str) -> bool | None:
    """Whether there is a generator; a denial beside what it does is a contradiction."""
    stated = r.truth(room, "hasGenerator")
    particulars = ("generatorStartMinutes", "generatorContinuousHours", "generatorSupplyMinutes")
    if stated is not True and any(r.values(room, p) for p in (*particulars, "coolingHasGenerator")):
        raise Abstained
    return stated


def ups(r: Reading) -> str:
    """2.2.2.2: more than twice the start of the generator or the arrival agreed; else four hours."""

    def judge(room: str) -> str:
        minutes = _ups_minutes(r, room, "upsMinutes")
        agreed = r.truth(room, "hasEmergencySupplyAgreement")
        if agreed is not True and r.values(room, "emergencyArrivalMinutes"):
            raise Abstained
        generator = _generator(r, room)
        by_generator = met(at_least(minutes, r.range(room, "generatorStartMinutes").times(2), more=True))
        by_agreement = met(at_least(minutes, r.range(room, "emergencyArrivalMinutes").times(2), more=True))
        alone = met(at_least(minutes, just(240)))
        outcomes = []
        for has in (True, False) if generator is None else (generator,):
            for may in (True, False) if agreed is None else (agreed,):
                ways = [*([by_generator] if has else []), *([by_agreement] if may else [])]
                outcomes.append(either(ways) if ways else alone)
        return any_completion(outcomes)

    return of_rooms(r, judge)


def two_feeds(r: Reading, room: str) -> str:
    return every(
        (met(at_least(r.range(room, "mainsFeedCount"), just(2))), met(r.truth(room, "mainsSwitchesAutomatically")))
    )


def feeds_or_backup(r: Reading) -> str:
    """3.2.2.2."""
    return of_rooms(
        r,
        lambda room: either(
            (two_feeds(r, room), met(at_least(r.range(room, "backupSupplyHours"), just(4), more=True)))
        ),
    )


def feeds_and_generator(r: Reading) -> str:
    """4.2.2.2, 5.2.2.2."""
    return of_rooms(
        r,
        lambda room: every(
            (two_feeds(r, room), met(at_least(r.range(room, "upsCount"), just(2))), met(_generator(r, room)))
        ),
    )


def generator_hours(r: Reading) -> str:
    """4.2.2.4, 5.2.2.4."""
    need = just({3: 6, 4: 12}[r.tier])

    def judge(room: str) -> str:
        if _generator(r, room) is False:
            return V
        bridged = at_least(
            _ups_minutes(r, room, "upsFullLoadMinutes"), r.range(room, "generatorSupplyMinutes"), more=True
        )
        return every((met(at_least(r.range(room, "generatorContinuousHours"), need)), met(bridged)))

    return of_rooms(r, judge)
