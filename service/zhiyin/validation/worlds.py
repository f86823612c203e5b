"""A company's contradictions and what each clause sees of them in, the readings to judge out: as few as will do.

A reading, or world, takes one way of each contradiction. A clause is judged by every joint way of those that it sees;
clauses that see different ones share a reading. Where few contradictions stand, every reading of all of them is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from zhiyin.errors import BadSubmission
from zhiyin.law.outcome import Outcome
from zhiyin.validation.contradiction import Contradiction

World = tuple[int, ...]
"""Which way of each contradiction a reading takes."""
_EVERY_WAY = 16
"""So many joint ways of what one clause sees are judged; of more, each contradiction is varied by itself."""
_MOST = 40


@dataclass(frozen=True, slots=True)
class Seen:
    """The contradictions of one clause, by place: ``both`` it sees and is judged by, ``denied`` only by their first way."""

    both: tuple[int, ...]
    denied: tuple[int, ...]


class Worlds:
    """The readings of ``found`` that clauses with ``seen`` are judged by; the first takes the first way of each.

    Raises BadSubmission where the facts contradict each other in more places than can be told apart.
    """

    def __init__(self, found: Sequence[Contradiction], seen: Iterable[Seen]) -> None:
        self.found = found
        self._ways = [len(contradiction.ways) for contradiction in found]
        self.in_full = prod(self._ways) <= _EVERY_WAY
        if self.in_full:
            self.all: Sequence[World] = list(product(*map(range, self._ways)))
            return
        if len(found) > _MOST:
            first = found[0]
            raise BadSubmission(
                f"自述有 {len(found)} 处互相矛盾，请先更正；第一处在 {first.node}",
                f"the self-description contradicts itself in {len(found)} places; put them right first: {first.node}",
            )
        singly = [{place: way} for place, ways in enumerate(self._ways) for way in range(1, ways)]
        jointly = [each for clause in dict.fromkeys(seen) for each in self._joint(clause)]
        self.all = self._merged([*jointly, *singly])

    def unsure(self, seen: Seen) -> tuple[Contradiction, ...]:
        """Return the contradictions of one clause whose joint ways are too many to judge."""
        many = not self.in_full and len(seen.both) > 1 and self._count(seen) > _EVERY_WAY
        return tuple(self.found[place] for place in seen.both) if many else ()

    def of(self, seen: Seen) -> list[int]:
        """Return the places of the readings that one clause is judged by."""
        return [at for at, world in enumerate(self.all) if not any(world[place] for place in seen.denied)]

    def deciding(self, seen: Seen, outcomes: Mapping[int, Outcome]) -> tuple[Contradiction, ...]:
        """Return the contradictions on which it depends what a clause comes to; ``outcomes`` are by place of reading.

        Of two readings that are one for what the clause sees, and yet differ, whatever tells them apart decides.
        """
        watched = range(len(self.found)) if self.in_full else seen.both
        by: dict[World, tuple[World, Outcome]] = {}
        found: set[int] = set()
        for at, outcome in outcomes.items():
            world = self.all[at]
            before, known = by.setdefault(tuple(world[place] for place in watched), (world, outcome))
            if known is not outcome:
                found |= {place for place, (a, b) in enumerate(zip(world, before, strict=True)) if a != b}
        for index, place in enumerate(watched):
            alike: dict[World, Outcome] = {}
            for ways, (_, outcome) in by.items():
                if alike.setdefault((*ways[:index], *ways[index + 1 :]), outcome) is not outcome:
                    found.add(place)
        return tuple(self.found[place] for place in sorted(found))

    def _count(self, seen: Seen) -> int:
        return prod(self._ways[place] for place in seen.both)

    def _joint(self, seen: Seen) -> Iterator[dict[int, int]]:
        """Yield every joint way of what a clause sees, with the first way of what is denied to it."""
        if self._count(seen) <= _EVERY_WAY:
            denied = dict.fromkeys(seen.denied, 0)
            for ways in product(*(range(self._ways[place]) for place in seen.both)):
                yield dict(zip(seen.both, ways, strict=True)) | denied

    def _merged(self, wanted: Sequence[Mapping[int, int]]) -> list[World]:
        """Return readings in which each of ``wanted``, ways by place, is taken; the first one takes all first ways."""
        made: list[dict[int, int]] = []
        for ways in wanted:
            if not any(ways.values()):
                continue
            fitting = (one for one in made if all(one.get(place, way) == way for place, way in ways.items()))
            one = next(fitting, None)
            if one is None:
                made.append(dict(ways))
            else:
                one.update(ways)
        places = range(len(self.found))
        return [(0,) * len(places), *(tuple(one.get(place, 0) for place in places) for one in made)]
