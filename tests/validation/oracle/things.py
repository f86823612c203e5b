"""What every chapter asks of each thing that is listed."""

from __future__ import annotations

from collections.abc import Callable

from tests.validation.oracle.reading import Reading
from tests.validation.oracle.values import Abstained, S, U, every

# What every chapter asks of each thing listed.


def of_each(r: Reading, node: str, name: str, judge: Callable[[str], str], *, none: str | None) -> str:
    """Each of the things listed; ``none`` is what a complete list without any comes to, None where nothing is said of it."""
    things, complete = r.listed(node, name)
    if not things and complete:
        if none is None:
            raise Abstained
        return none
    return every([*(judge(thing) for thing in things), S if complete else U])


def of_rooms(r: Reading, judge: Callable[[str], str]) -> str:
    rooms, complete = r.listed(r.company, "machineRoom")
    production = [room for room in rooms if r.truth(room, "runsProduction") is not False]
    if not production and (rooms or complete):
        raise Abstained
    return every([*(judge(room) for room in production), S if complete else U])
