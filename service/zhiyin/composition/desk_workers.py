"""Workers beside the service: whichever process takes requests and holds the lock keeps them running.

No process is needed for ever: where the one that holds the lock dies, its workers end by themselves, what they held is
taken again, and the next process takes the lock.
"""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

from zhiyin import resources
from zhiyin.desk.options import Options

_LOG = logging.getLogger("zhiyin.desk")
_LOOK_EVERY = 1.0
_COMMAND = "from zhiyin.cli import main; main(['desk', 'work', '--parent', '{}'])"


def watch_over(named: str) -> None:
    """Start the thread that keeps the workers of the desk at a place running, if this process is the one to do so."""
    count = Options.from_environment().workers
    if count:
        threading.Thread(target=_watch, args=(named, count), name="zhiyin-desk-workers", daemon=True).start()


def _watch(named: str, count: int) -> None:
    path = resources.cache_folder() / f"desk-{sha256(named.encode()).hexdigest()[:16]}.lock"
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_LOOK_EVERY)
        workers: list[subprocess.Popen[bytes]] = []
        while True:
            alive = [worker for worker in workers if worker.poll() is None]
            if len(alive) < len(workers):
                _LOG.warning("a worker of the desk ended; another takes its place")
            workers = alive + [_start(named) for _ in range(count - len(alive))]
            time.sleep(_LOOK_EVERY)


def _start(named: str) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    # By the environment, not by the command line: the place may hold a password.
    environment["ZHIYIN_DESK"] = named
    root = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join([root, environment.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", _COMMAND.format(os.getpid())]
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
