"""A command that reads somebody's file can be ended by what the file takes; that is told, and is no verdict."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_RUN = """
import ctypes, sys, time
from zhiyin.cli import exit_code
from zhiyin.cli.bounded import bounded
from zhiyin.errors import BadParameter, InternalError
def nest(): return nest()
def refuse(): raise BadParameter("tier", "9", ["1"])
def work(): {}
sys.exit(exit_code(bounded(work)))
"""


def ran(work: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _RUN.format(work)]
    env = {**os.environ, "ZHIYIN_LANG": "zh", **environment}
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=env, timeout=120, check=False)


@pytest.mark.parametrize(
    "work",
    ["return len(bytearray(4 << 30))", "nest()", "ctypes.string_at(0)"],
    ids=["memory", "depth", "crash"],
)
def test_what_takes_too_much_is_told_in_a_sentence(work: str) -> None:
    done = ran(work)
    assert done.returncode == 2
    assert "ZHIYIN_JUDGE_MEMORY" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_bound_follows_the_setting() -> None:
    take = "print(len(bytearray(1200 << 20)))"
    assert ran(take, ZHIYIN_JUDGE_MEMORY=str(1 << 24)).returncode == 2
    assert ran(take, ZHIYIN_JUDGE_MEMORY=str(1 << 29)).stdout.strip() == str(1200 << 20)


@pytest.mark.parametrize(
    ("work", "code", "said"),
    [
        ("print('达到'); return 3", 3, "达到"),
        ("print('达到')", 0, "达到"),
        ("refuse()", 2, "tier"),
        ("raise InternalError", 70, ""),
        ("raise KeyError('x')", 70, ""),
        ("raise KeyboardInterrupt", 130, ""),
    ],
)
def test_what_a_command_says_and_how_it_ends_stay_the_same(work: str, code: int, said: str) -> None:
    done = ran(work)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
