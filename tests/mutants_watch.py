"""A pytest plugin for ``tests/mutants.py``: tells the first test that fails, and ends the run when its time is spent.

In: the environment's ``ZHIYIN_MUTANT_TOLD`` (the file to write), ``…_SECONDS`` (processor time for all) and ``…_LONGEST``
(seconds for one test, by the clock: a change may make a test hang).
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import FrameType

import pytest

_TOLD = Path(os.environ.get("ZHIYIN_MUTANT_TOLD", os.devnull))
_SECONDS = float(os.environ.get("ZHIYIN_MUTANT_SECONDS", "inf"))
_LONGEST = int(os.environ.get("ZHIYIN_MUTANT_LONGEST", "0"))


class TooLong(Exception):
    """One test took longer than a test may."""


def _ring(signum: int, frame: FrameType | None) -> None:
    raise TooLong


def _spent() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _tell(name: str) -> None:
    if not _TOLD.exists():
        _TOLD.write_text(name, encoding="utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    if _spent() > _SECONDS:
        item.session.shouldstop = "the time for this change is spent"
        _tell("")
    signal.signal(signal.SIGALRM, _ring)
    signal.alarm(_LONGEST)
    try:
        return (yield)
    finally:
        signal.alarm(0)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _tell(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _tell(report.nodeid)
