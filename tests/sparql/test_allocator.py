"""The heap of the server: set once, by starting the program again, and never against what the operator set."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[2] / "service"
PROGRAM = """
import os, sys
print("started", *sys.argv[1:], flush=True)
from zhiyin.server.allocator import tune
tune()
print(os.environ.get("GLIBC_TUNABLES", "none"))
"""


def run(**environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "an argument"],
        env={"PYTHONPATH": str(SERVICE), **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the tunables are glibc's")
def test_the_program_starts_again_once_with_its_arguments() -> None:
    first, second, tunables = run()
    assert first == second == "started an argument"
    assert "glibc.malloc.tcache_count=" in tunables


def test_what_the_operator_set_is_left_alone() -> None:
    assert run(GLIBC_TUNABLES="glibc.malloc.arena_max=4") == ["started an argument", "glibc.malloc.arena_max=4"]
