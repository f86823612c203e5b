"""A command that reads somebody's file, run where it can be ended: its work in, its exit code or one sentence out."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec

from zhiyin.errors import TooLarge

P = ParamSpec("P")
_LAW: Final = 1 << 30
"""Bytes that the law, the engines and the output of a folder may take beside one submission."""
_TOO_MUCH: Final = 71
"""Told to the parent alone; no command exits with it."""


def bounded(function: Callable[P, int | None]) -> Callable[P, int | None]:
    """Run a command in a process of its own with a bound on its memory; what ends that process is told as an error.

    A file that takes too much, or makes a library crash, must not look like a fault of ours or like a verdict. Where
    a caller in this program has put its own streams in place of the console's, or runs threads, it runs here.
    """

    @wraps(function)
    def run(*arguments: P.args, **named: P.kwargs) -> int | None:
        console = sys.stdout
        if not hasattr(os, "fork") or console is not sys.__stdout__ or threading.active_count() > 1:
            return function(*arguments, **named)
        if console is not None:
            console.flush()
        pid = os.fork()
        if pid == 0:
            os._exit(_within_bounds(lambda: function(*arguments, **named)))
        code = _code_of(pid)
        if code < 0 or code == _TOO_MUCH:
            raise _too_much()
        return code

    return run


def _within_bounds(work: Callable[[], int | None]) -> int:
    """Do the work with the bound set and return the exit code, as the command line has it."""
    import resource

    from zhiyin.cli import exit_code
    from zhiyin.settings import Settings

    def judged() -> int | None:
        most = Settings.from_environment().judge_memory + _LAW
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, hard))
        # A crash is told in a sentence; a copy of the submission's memory is left nowhere.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            return work()
        except (MemoryError, RecursionError):
            return _TOO_MUCH

    return exit_code(judged)


def _code_of(pid: int) -> int:
    """Return how the process ended: its exit code, or the negative number of the signal; both get a Ctrl-C."""
    interrupted = False
    while True:
        try:
            _, status = os.waitpid(pid, 0)
        except KeyboardInterrupt:
            interrupted = True
            continue
        if interrupted:
            raise KeyboardInterrupt
        return os.waitstatus_to_exitcode(status)


def _too_much() -> TooLarge:
    return TooLarge(
        "处理这份文件需要的内存超过上限（ZHIYIN_JUDGE_MEMORY），或结构嵌套过深，已停止：请拆成几个文件",
        "work on this file needs more memory than its limit (ZHIYIN_JUDGE_MEMORY), or is nested too deep, and was ended: "
        "split it into several files",
    )
