"""Pieces of work that the containment has to bear."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from zhiyin.errors import BadParameter, BadSubmission, Place


def warm() -> None:
    """Load nothing."""


def add(first: int, second: int) -> int:
    return first + second


def whoami() -> int:
    return os.getpid()


def run_for_ever() -> None:
    while True:
        time.sleep(0.01)


def wait(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def burn() -> None:
    while True:
        pass


def take(size: int) -> int:
    return len(bytearray(size))


def nest() -> None:
    nest()


def crash() -> None:
    ctypes.string_at(0)


def write(folder: str) -> None:
    Path(folder, "submission").write_bytes(b"secret" * 1000)


def refuse() -> None:
    raise BadSubmission("自述有误", "bad", place=Place(sheet="机房", cell="B3"), details={"faults": [{"zh": "误"}]})


def refuse_parameter() -> None:
    raise BadParameter("tier", "9", ["1", "2"])


def fail() -> None:
    raise RuntimeError("机密内容")
