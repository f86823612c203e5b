"""A right form, mangled in every way that people and office programs know, never comes to another verdict."""

from __future__ import annotations

import os

import pytest
from tests.intake.mangled import FOREIGN_WORDS, all_ways, fits, result_of, right_form, verdict_of
from tests.intake.mangler_ways import TOLD, Way

EVERY = os.environ.get("ZHIYIN_MANGLER") == "all"
CHOSEN = [way for way in all_ways() if EVERY or way.quick]


def test_there_are_ways_enough() -> None:
    assert len({way.name for way in all_ways()}) == len(all_ways()) >= 200
    assert len(CHOSEN) >= 100


def test_the_right_form_is_met() -> None:
    assert verdict_of(right_form())["status"] == "met"


@pytest.mark.parametrize("way", CHOSEN, ids=lambda way: way.name)
def test_way(way: Way) -> None:
    result = result_of(way.mangled(right_form()))
    assert fits(way, result), result
    if result.outcome == TOLD and not way.name.startswith("file:"):
        sheet = way.name.partition(":")[0].rpartition(" in ")[2].partition(" ")[0]
        assert sheet in result.detail, result
        assert not FOREIGN_WORDS.search(result.detail), result
