"""Every case: the complete company with one change comes out as the case says, the rest as before.

That the rest stays as before is tried on every twentieth case, and on all with ``ZHIYIN_EVERY_CASE=1``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from zhiyin import resources
from zhiyin.composition.trial import CHECK_DATE, clauses_of, faults, read_cases, run
from zhiyin.law.outcome import Outcome
from zhiyin.validation.engine import Engine

CASES = read_cases([resources.path("tests/cases")])
BY_ID = {f"{index:04d} {case.name} (tier {case.tier})": case for index, case in enumerate(CASES)}
EVERY = bool(os.environ.get("ZHIYIN_EVERY_CASE"))
WHOLE = set(BY_ID if EVERY else list(BY_ID)[::20])
_CHUNK = 20


def faults_of(name: str) -> list[str]:
    return faults(BY_ID[name], Engine.COMPILED, whole=name in WHOLE)


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Iterator[dict[str, list[str]]]:
    """The faults of the selected cases by id, judged by as many processes as there are processors."""
    chosen = [name for item in request.session.items if (name := _case_of(item))]
    if len(chosen) <= _CHUNK:
        yield dict(zip(chosen, map(faults_of, chosen), strict=True))
        return
    with ProcessPoolExecutor(min(os.cpu_count() or 1, 8), mp_context=get_context("spawn")) as pool:
        yield dict(zip(chosen, pool.map(faults_of, chosen, chunksize=_CHUNK), strict=True))


def _case_of(item: Any) -> str:  # noqa: ANN401 - pytest's items are of several classes
    return str(item.callspec.params["name"]) if getattr(item, "originalname", "") == "test_case" else ""


def test_there_are_cases() -> None:
    assert len(CASES) > 1000


@pytest.mark.parametrize("name", BY_ID)
def test_case(name: str, outcomes: dict[str, list[str]]) -> None:
    assert outcomes[name] == []


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_base_satisfies_every_clause_of_every_tier(tier: int) -> None:
    verdicts, _ = run("", tier, CHECK_DATE, Engine.COMPILED)
    assert len(verdicts) == len(clauses_of(tier)) == {1: 177, 2: 183, 3: 202, 4: 209}[tier]
    assert [(v.number, str(v.outcome)) for v in verdicts if v.outcome is not Outcome.SATISFIED] == []


def test_names_of_cases_are_unique() -> None:
    names = [(case.name, case.tier) for case in CASES]
    assert sorted({name for name in names if names.count(name) > 1}) == []
