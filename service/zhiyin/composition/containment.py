"""Work on what was submitted, where it can be ended: a function and its arguments in, its value or its error out.

A process that has loaded the law forks one for each piece of work, with limits that the kernel keeps. Past its processor
time or its memory it ends (413), and where the machine is too busy to give it that time soon (503), as it does when
whoever asked has left: only that piece is lost. What passes are values, pickled, between processes of ours alone: the socket lies in a folder that no other user can enter.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from zhiyin.caller import CALLER, Caller
from zhiyin.composition.contained_messages import ERROR, MEMORY, VALUE, error_of, receive, send
from zhiyin.composition.contained_process import ADDRESS, started
from zhiyin.errors import InternalError, Overloaded, TooLarge, Unavailable
from zhiyin.places import Places
from zhiyin.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

_LOG = logging.getLogger("zhiyin.contained")
_BUSY = 4
"""How many times its processor time a piece of work may stay: the rest it waits for a core."""
_LOADING = 60.0
"""Seconds in which a process that was only just started may load the law."""
_MOST_WAITING = 1 << 20
"""The threads of the server bound how many wait."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may take: processor seconds, bytes beyond what the law itself takes, and pieces at once.

    ``starting`` is how long the forking process may take to be there, where it has only just been started.
    """

    seconds: float
    memory: int
    places: int
    starting: float = 0.0

    @property
    def stay(self) -> float:
        """Seconds by the clock after which a piece of work is ended, whatever it has had of the processor."""
        return _BUSY * self.seconds


class Containment:
    """Runs functions in processes of their own; without an ``address`` it runs them where it is, without limits."""

    def __init__(self, limits: Limits, address: str | None) -> None:
        self._limits = limits
        self._address = address
        self._places = Places(limits.places, limits.places, _MOST_WAITING)

    @classmethod
    def of(cls, settings: Settings) -> Containment:
        """Return the containment that the server's main process announced, if one did."""
        return cls(_limits(settings), os.environ.get(ADDRESS))

    @classmethod
    @contextlib.contextmanager
    def beside(cls, settings: Settings, warm: str) -> Iterator[Containment]:
        """Give a containment whose forking process is started beside this one and ends with it; it may have threads."""
        with tempfile.TemporaryDirectory(prefix="zhiyin-contained-", ignore_cleanup_errors=True) as folder:
            address = str(Path(folder) / "work")
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
                listener.bind(address)
                listener.listen(256)
                process = started(warm, listener)
                try:
                    yield cls(replace(_limits(settings), starting=_LOADING), address)
                finally:
                    process.terminate()
                    process.wait()

    def run(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Return what a function of a module returns; raises its ZhiyinError, TooLarge, Unavailable or Overloaded."""
        if self._address is None:
            return function(*arguments, **named)
        limits = self._limits
        work = pickle.dumps((function, arguments, named, (limits.seconds, limits.stay, limits.memory)))
        caller = CALLER.get()
        # Asked now, while the caller surely waits: the first look tells which connections to look at later.
        caller.gone()
        if not self._places.enter(caller.address, self._limits.seconds / 2):
            raise Overloaded(
                "同时处理的提交过多，请稍后再试",
                "too many submissions are being worked on, please try again later",
                details={"retryAfter": 2},
            )
        try:
            value: T = self._run(work, caller)
            return value
        finally:
            self._places.leave(caller.address)

    def _run(self, work: bytes, caller: Caller) -> Any:  # noqa: ANN401 - what the function returns
        began = time.monotonic()
        # The process may still be loading the law; what that takes is not taken from the work.
        deadline = began + max(self._limits.stay, self._limits.starting)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
            pid = 0
            try:
                channel.settimeout(self._limits.stay)
                channel.connect(self._address or "")
                kind, hello = receive(channel, deadline)
                pid = int(hello)
                began = time.monotonic()
                deadline = began + self._limits.stay
                send(channel, VALUE, work)
                kind, body = receive(channel, deadline, lambda: self._look(pid, caller))
            except TimeoutError as error:
                _kill(pid)
                raise self._late(time.monotonic() - began) from error
            except _SpentError:
                _kill(pid)
                raise self._too_long() from None
            except _AbandonedError:
                _kill(pid)
                _LOG.info("work was ended since nobody waits for it any more")
                raise Unavailable("提交的客户端已离开", "the client that submitted this has left") from None
            except (OSError, EOFError) as error:
                if not pid:
                    raise Unavailable(
                        "处理提交的进程没有应答，请稍后再试",
                        "the process that works on submissions does not answer, please try again",
                        details={"retryAfter": 2},
                    ) from error
                if time.monotonic() >= deadline:
                    raise self._late(time.monotonic() - began) from error
                raise self._too_much() from error
        if kind == VALUE:
            return pickle.loads(body)  # noqa: S301 - from a process of ours
        if kind == MEMORY:
            raise self._too_much()
        if kind == ERROR:
            raise error_of(pickle.loads(body))  # noqa: S301 - from a process of ours
        _LOG.error("unforeseen error in contained work", extra={"fault": pickle.loads(body)})  # noqa: S301
        raise InternalError

    def _look(self, pid: int, caller: Caller) -> None:
        """Raise what ends the work on the way: nobody waits for it, or its processor time is spent."""
        if _processor_time(pid) >= self._limits.seconds:
            raise _SpentError
        if caller.gone():
            raise _AbandonedError

    def _late(self, seconds: float) -> Unavailable:
        """Return the error of work that did not come to its end for want of a core: not the fault of what was sent."""
        return Unavailable(
            f"服务器繁忙：处理这份提交 {seconds:.0f} 秒仍未完成，已停止；文件不必改动，请稍后再试",
            f"the server is busy: work on this submission was not done within {seconds:.0f} s and was ended; the file "
            "need not change, please try again later",
            details={"seconds": round(seconds, 3), "limit": self._limits.stay, "retryAfter": 10},
        )

    def _too_long(self) -> TooLarge:
        limit = self._limits.seconds
        return TooLarge(
            f"处理这份提交需要的处理器时间超过上限（{limit:g} 秒），已停止：请拆成几个文件，或减少列出的事物",
            f"work on this submission needs more processor time than its limit ({limit:g} s) and was ended: split it into "
            "several files, or list fewer things",
            details={"limit": limit},
        )

    def _too_much(self) -> TooLarge:
        return TooLarge(
            f"处理这份提交需要的内存超过上限（{self._limits.memory >> 20} MiB），或结构嵌套过深：请拆成几个文件",
            f"work on this submission needs more memory than its limit ({self._limits.memory >> 20} MiB), or is nested "
            "too deep: split it into several files",
            details={"limit": self._limits.memory},
        )


def _limits(settings: Settings) -> Limits:
    places = settings.judge_places or max(2, (os.cpu_count() or 1))
    return Limits(settings.judge_seconds, settings.judge_memory, places)


def _processor_time(pid: int) -> float:
    """Return the processor seconds that a process has used; none where it is no more."""
    try:
        # The clock of another process, as clock_getcpuclockid(3) makes its id.
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _kill(pid: int) -> None:
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class _AbandonedError(Exception):
    """Nobody waits for what is being worked on."""


class _SpentError(Exception):
    """The work has had all the processor time that it may have."""
