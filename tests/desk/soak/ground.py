"""Where the soak happens: a fresh desk with a regulator, and the service at it in processes that can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import requests
import sqlalchemy as sa

from zhiyin.composition.desk import open_desk
from zhiyin.desk import jobs, journal, people, tokens
from zhiyin.desk.desk import Desk
from zhiyin.desk.options import Options
from zhiyin.desk.people import Person, Role
from zhiyin.desk.schema import jobs as queue

SERVE = "from zhiyin.cli import main; main(['serve', '--port', '{port}'])"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Ground:
    """A fresh desk with a regulator and their token."""

    place: str
    desk: Desk
    person: Person
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What a program of the regulator sends."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "text/turtle"}

    def waiting(self) -> int:
        """Return how much work is not done."""
        with self.desk.database.read() as connection:
            return jobs.waiting(connection)


def ground(place: str) -> Ground:
    """Make a desk."""
    desk = open_desk(place, Options(), new=True)
    with desk.database.write() as connection:
        person = people.add_person(connection, journal.THE_DESK, name="soak", role=Role.REGULATOR, password="x")
        token = tokens.make_token(connection, journal.THE_DESK, person, label="soak", days=2).secret
    return Ground(place, desk, person, token)


def expire(desk: Desk) -> None:
    """Let the leases of the dead run out: a worker's name holds the number of its process."""
    with desk.database.write() as connection:
        held = connection.execute(sa.select(queue.c.id, queue.c.worker).where(queue.c.state == jobs.RUNNING)).all()
        dead = [row.id for row in held if not Path(f"/proc/{row.worker.split(':')[1]}").exists()]
        connection.execute(queue.update().where(queue.c.id.in_(dead)).values(lease=""))


class Served:
    """The service with the desk, in a session of its own so that any of its processes can be killed."""

    def __init__(self, place: str, *, processes: int = 2, workers: int = 0) -> None:
        port = free_port()
        root = str(Path(__file__).parents[3] / "service")
        settings = {"ZHIYIN_DESK": place, "ZHIYIN_ACCESS_LOG": "0", "PYTHONPATH": root}
        settings |= {"ZHIYIN_PROCESSES": str(processes), "ZHIYIN_DESK_WORKERS": str(workers)}
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(port=port)],
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(3000):
            try:
                if requests.get(f"{self.address}/healthz", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError("the service never answered")

    def pids(self) -> list[int]:
        """Every process of it."""
        found = subprocess.run(["ps", "-eo", "pid,sid"], capture_output=True, text=True, check=True).stdout.splitlines()
        own = str(self.process.pid)
        return [int(pid) for pid, sid in (line.split() for line in found[1:]) if sid == own]

    def rss(self) -> int:
        """The memory of all its processes, in MB."""
        pids = ",".join(map(str, self.pids()))
        out = subprocess.run(["ps", "-o", "rss=", "-p", pids], capture_output=True, text=True, check=False).stdout
        return sum(int(line) for line in out.split()) // 1024

    def processor(self) -> float:
        """The processor time that all its processes have taken, in seconds."""
        ticks = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, told[11:15]))
        return ticks / _TICKS

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End all of it."""
        for pid in self.pids():
            kill(pid, how)
        self.process.wait(120)
        for pid in self.pids():
            kill(pid, signal.SIGKILL)


def kill(pid: int, how: int) -> None:
    """Send a signal to what may be gone already."""
    with contextlib.suppress(OSError):
        os.kill(pid, how)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
