"""What the first judgement makes of the shapes is whole for all who come meanwhile: no thread sees it half made."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from zhiyin.composition.judging import rules
from zhiyin.law.shapes import ShapeLibrary

THREADS = 8
SEEN: dict[str, Callable[[ShapeLibrary], object]] = {
    "of_tier": lambda shapes: shapes.of_tier(4),
    "enforcing": ShapeLibrary.enforcing,
    "looks": ShapeLibrary.looks,
}


@pytest.fixture
def hasty() -> object:
    """Threads that are interrupted as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("what", SEEN)
def test_nobody_sees_a_part_of_what_the_shapes_of_a_tier_are(what: str) -> None:
    begun = time.perf_counter()
    whole = SEEN[what](replace(rules().shapes))
    lasts = time.perf_counter() - begun
    for _ in range(10):
        fresh, start = replace(rules().shapes), Barrier(THREADS)

        def look(number: int, fresh: ShapeLibrary = fresh, start: Barrier = start) -> bool:
            # They come one after the other while the first still makes it.
            start.wait()
            time.sleep(lasts * number / THREADS)
            return SEEN[what](fresh) == whole

        with ThreadPoolExecutor(THREADS) as pool:
            assert all(pool.map(look, range(THREADS)))
