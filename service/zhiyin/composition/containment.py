"""Work on what was submitted, where it can be ended: a function and its arguments in, its value or its error out.

A process that has loaded the law forks one for each piece of work, with limits that the kernel keeps. Past its processor
time or its memory it ends (413), and where the machine is too busy to give it that time soon (503), as it does when
whoever asked has left: only that piece is lost. What passes are values, pickled, between processes of ours alone: the socket lies in a folder that no other user can enter.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import os
import pickle
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

from zhiyin.caller import CALLER, Caller
from zhiyin.errors import InternalError, Overloaded, TooLarge, Unavailable, ZhiyinError
from zhiyin.places import Places
from zhiyin.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

ADDRESS = "ZHIYIN_CONTAINED"
"""Names the socket of the forking process to those that take requests; set by the server's main process alone."""

_LOG = logging.getLogger("zhiyin.contained")
_HEAD = struct.Struct("!BQ")
_VALUE, _ERROR, _FAULT, _MEMORY, _HELLO = range(5)
_GLANCE = 1.0
_MOST_FRAMES = 12
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
                process = _started(warm, listener)
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
        started = time.monotonic()
        # The process may still be loading the law; what that takes is not taken from the work.
        deadline = started + max(self._limits.stay, self._limits.starting)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
            pid = 0
            try:
                channel.settimeout(self._limits.stay)
                channel.connect(self._address or "")
                kind, hello = _receive(channel, deadline)
                pid = int(hello)
                started = time.monotonic()
                deadline = started + self._limits.stay
                channel.sendall(_HEAD.pack(_VALUE, len(work)) + work)
                kind, body = _receive(channel, deadline, lambda: self._look(pid, caller))
            except TimeoutError as error:
                _kill(pid)
                raise self._late(time.monotonic() - started) from error
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
                    raise self._late(time.monotonic() - started) from error
                raise self._too_much() from error
        if kind == _VALUE:
            return pickle.loads(body)  # noqa: S301 - from a process of ours
        if kind == _MEMORY:
            raise self._too_much()
        if kind == _ERROR:
            raise _error_of(pickle.loads(body))  # noqa: S301 - from a process of ours
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


class ForkingProcess:
    """The process that forks one for each piece of work; for the server's main process, before it starts any thread."""

    def __init__(self, warm: str) -> None:
        self._warm = warm
        self._folder = Path(tempfile.mkdtemp(prefix="zhiyin-contained-"))
        self.address = str(self._folder / "work")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(self.address)
        self._listener.listen(256)
        self._closed = False
        self._again: subprocess.Popen[bytes] | None = None
        _named(warm)()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fork_for_ever(self._listener, parent)
        os.environ[ADDRESS] = self.address

    def watch(self) -> None:
        """Start the process again should it ever end by itself; a thread of its own calls this."""
        while not self._closed:
            time.sleep(_GLANCE)
            if self._closed or self._alive():
                continue
            _LOG.error("the process that works on submissions ended; it is started again")
            self._again = _started(self._warm, self._listener)

    def _alive(self) -> bool:
        if self._again is not None:
            return self._again.poll() is None
        try:
            return os.waitpid(self.pid, os.WNOHANG)[0] == 0
        except ChildProcessError:
            return False

    def close(self) -> None:
        """End the process; what it forked ends with its work."""
        self._closed = True
        pid = self._again.pid if self._again is not None else self.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        self._listener.close()
        os.environ.pop(ADDRESS, None)
        shutil.rmtree(self._folder, ignore_errors=True)


def _limits(settings: Settings) -> Limits:
    places = settings.judge_places or max(2, (os.cpu_count() or 1))
    return Limits(settings.judge_seconds, settings.judge_memory, places)


def _started(warm: str, listener: socket.socket) -> subprocess.Popen[bytes]:
    """Start a forking process that loads everything anew."""
    return subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-m", __name__, warm, str(listener.fileno())],
        pass_fds=[listener.fileno()],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        # Standard output may be a protocol's.
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def fork_for_ever(listener: socket.socket, parent: int) -> NoReturn:
    """Fork a process for each connection until ``parent`` is gone."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # What the collector will never free must not be copied by its marking.
    gc.collect()
    gc.freeze()
    while True:
        readable, _, _ = select.select([listener], [], [], _GLANCE)
        if os.getppid() != parent:
            os._exit(0)
        if not readable:
            continue
        channel, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _work(channel)
        channel.close()


def _work(channel: socket.socket) -> NoReturn:
    """Do one piece of work and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        _send(channel, _HELLO, str(os.getpid()).encode())
        _, body = _receive(channel, None)
        function, arguments, named, (seconds, stay, memory) = pickle.loads(body)  # noqa: S301 - from a process of ours
        _confine(seconds, stay, memory)
        kind, told = _done(function, arguments, named)
        _send(channel, kind, told)
    except (OSError, EOFError):
        pass
    finally:
        os._exit(0)


def _done(function: Callable[..., object], arguments: Any, named: Any) -> tuple[int, bytes]:  # noqa: ANN401
    try:
        return _VALUE, pickle.dumps(function(*arguments, **named), pickle.HIGHEST_PROTOCOL)
    except ZhiyinError as error:
        return _ERROR, pickle.dumps(_told(error))
    except (MemoryError, RecursionError):
        return _MEMORY, b""
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
        places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        return _FAULT, pickle.dumps([type(error).__name__, *places])


def _confine(seconds: float, stay: float, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A submission is confidential: nothing of it is written to a disk.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Ends the process should whoever waits for it be gone; that one kills it in time otherwise.
    whole = int(seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    signal.setitimer(signal.ITIMER_REAL, stay + 5)
    with Path("/proc/self/status").open(encoding="ascii") as status:
        used = next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:")), 0)
    resource.setrlimit(resource.RLIMIT_DATA, (used + memory, used + memory))


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


def _told(error: ZhiyinError) -> tuple[type[ZhiyinError], str, str, object, dict[str, object]]:
    return type(error), error.message.zh, error.message.en, error.place, error.details


def _error_of(told: tuple[type[ZhiyinError], str, str, Any, dict[str, object]]) -> ZhiyinError:
    kind, zh, en, place, details = told
    # Its own way to be made may take other arguments.
    error = kind.__new__(kind)
    ZhiyinError.__init__(error, zh, en, place=place, details=details)
    return error


def _send(channel: socket.socket, kind: int, body: bytes) -> None:
    channel.sendall(_HEAD.pack(kind, len(body)) + body)


class _AbandonedError(Exception):
    """Nobody waits for what is being worked on."""


class _SpentError(Exception):
    """The work has had all the processor time that it may have."""


def _receive(
    channel: socket.socket, deadline: float | None, look: Callable[[], None] | None = None
) -> tuple[int, bytes]:
    """Return the kind and the body of the next message.

    Raises EOFError at the end, TimeoutError past ``deadline``, and what ``look`` raises, called now and again.
    """
    kind, length = _HEAD.unpack(_exactly(channel, _HEAD.size, deadline, look))
    return kind, _exactly(channel, length, deadline)


def _exactly(
    channel: socket.socket, length: int, deadline: float | None, look: Callable[[], None] | None = None
) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            channel.settimeout(left if look is None else min(left, _GLANCE / 2))
        try:
            more = channel.recv(min(length - len(parts), 1 << 20))
        except TimeoutError:
            if look is not None:
                look()
            continue
        if not more:
            raise EOFError
        parts += more
    return bytes(parts)


def _named(name: str) -> Callable[[], object]:
    module, _, function = name.partition(":")
    found: Callable[[], object] = getattr(importlib.import_module(module), function)
    return found


def main() -> None:
    """Take the place of a process that ended: load anew and go on listening where it did."""
    warm, descriptor = sys.argv[1], int(sys.argv[2])
    listener = socket.socket(fileno=descriptor)
    parent = os.getppid()
    _named(warm)()
    fork_for_ever(listener, parent)


if __name__ == "__main__":
    main()
