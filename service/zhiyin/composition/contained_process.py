"""The process that has loaded the law and forks one for each piece of work: a listening socket in, work done by children."""

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
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from zhiyin.composition.contained_messages import (
    ERROR,
    FAULT,
    GLANCE,
    HELLO,
    MEMORY,
    VALUE,
    receive,
    send,
    told,
)
from zhiyin.errors import ZhiyinError

ADDRESS = "ZHIYIN_CONTAINED"
"""Names the socket of the forking process to those that take requests; set by the server's main process alone."""

_LOG = logging.getLogger("zhiyin.contained")
_MOST_FRAMES = 12


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
            time.sleep(GLANCE)
            if self._closed or self._alive():
                continue
            _LOG.error("the process that works on submissions ended; it is started again")
            self._again = started(self._warm, self._listener)

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


def started(warm: str, listener: socket.socket) -> subprocess.Popen[bytes]:
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
        readable, _, _ = select.select([listener], [], [], GLANCE)
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
        send(channel, HELLO, str(os.getpid()).encode())
        _, body = receive(channel, None)
        function, arguments, named, (seconds, stay, memory) = pickle.loads(body)  # noqa: S301 - from a process of ours
        _confine(seconds, stay, memory)
        kind, body = _done(function, arguments, named)
        send(channel, kind, body)
    except (OSError, EOFError):
        pass
    finally:
        os._exit(0)


def _done(function: Callable[..., object], arguments: Any, named: Any) -> tuple[int, bytes]:  # noqa: ANN401
    try:
        return VALUE, pickle.dumps(function(*arguments, **named), pickle.HIGHEST_PROTOCOL)
    except ZhiyinError as error:
        return ERROR, pickle.dumps(told(error))
    except (MemoryError, RecursionError):
        return MEMORY, b""
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
        places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        return FAULT, pickle.dumps([type(error).__name__, *places])


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
