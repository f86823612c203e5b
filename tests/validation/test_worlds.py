"""Several contradictions of one clause: judged in every way together, or, where these are too many, left to a person."""

from __future__ import annotations

import pytest

from zhiyin.law.outcome import Outcome
from zhiyin.validation.contradiction import Contradiction, Way
from zhiyin.validation.readings import _composed
from zhiyin.validation.verdict import ClauseVerdict
from zhiyin.validation.worlds import Seen, Worlds

SEEN = Seen((0, 1), ())


def contradictions(ways: int) -> list[Contradiction]:
    said = tuple(Way(str(way), frozenset()) for way in range(ways))
    return [Contradiction(f"urn:room/{place}", "urn:p", "", said) for place in range(2)]


@pytest.mark.parametrize(
    ("ways", "outcome", "comes_to"),
    [
        (4, Outcome.SATISFIED, Outcome.SATISFIED),
        (5, Outcome.SATISFIED, Outcome.MANUAL),
        (5, Outcome.NOT_APPLICABLE, Outcome.MANUAL),
        (5, Outcome.UNDECLARED, Outcome.UNDECLARED),
    ],
)
def test_one_outcome_stands_unless_the_joint_ways_were_too_many(ways: int, outcome: Outcome, comes_to: Outcome) -> None:
    found = contradictions(ways)
    worlds = Worlds(found, [SEEN])
    verdict = ClauseVerdict("4.2.1.1", outcome, (), ())
    composed = _composed(dict.fromkeys(worlds.of(SEEN), verdict), SEEN, worlds)
    assert composed.outcome is comes_to
    assert composed.contradictions == (tuple(found) if comes_to is Outcome.MANUAL else ())
