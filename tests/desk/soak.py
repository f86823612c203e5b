"""The desk under load and faults: kill -9 at random instants, a full disk, two HTTP processes and twenty writers.

``python -m tests.desk.soak [--kills N] [--firms N] [--submissions N] [--postgresql] [--only PART …]`` prints a line a figure and ends
with 1 where anything accepted was lost, anything half-done was visible, or a bound was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from statistics import quantiles

import requests
import sqlalchemy as sa
from tests.desk.cluster import cluster, fresh_database
from tests.desk.generator import submission

from zhiyin.composition.desk import open_desk
from zhiyin.desk import jobs, journal, people, rulings, submissions, tokens, verdicts, work
from zhiyin.desk.audit import verify
from zhiyin.desk.backup import back_up, restore
from zhiyin.desk.database import Database
from zhiyin.desk.desk import Desk
from zhiyin.desk.options import Options
from zhiyin.desk.people import Person, Role
from zhiyin.desk.place import place_of
from zhiyin.desk.schema import jobs as queue
from zhiyin.desk.schema import journal as log

PARTS = ("kills", "writers", "disk", "load")
SERVE = "from zhiyin.cli import main; main(['serve', '--port', '{port}'])"
WORK = "from zhiyin.cli import main; main(['desk', 'work'])"


@dataclass
class Findings:
    """What was measured, and what does not hold."""

    faults: list[str] = field(default_factory=list)

    def told(self, what: str, value: object) -> None:
        """Print a figure."""
        print(f"{what}: {value}", flush=True)  # noqa: T201 - this is what the soak is for

    def must(self, holds: bool, what: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.faults.append(what)
            self.told("FAULT", what)


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


def ground(place: str) -> Ground:
    """Make a desk."""
    desk = open_desk(place, Options(), new=True)
    with desk.database.write() as connection:
        person = people.add_person(connection, journal.THE_DESK, name="soak", role=Role.REGULATOR, password="x")
        token = tokens.make_token(connection, journal.THE_DESK, person, label="soak", days=2).secret
    return Ground(place, desk, person, token)


def environment(place: str, **more: str) -> dict[str, str]:
    """The environment of a process at the desk."""
    root = str(Path(__file__).parents[2] / "service")
    return {**os.environ, "ZHIYIN_DESK": place, "ZHIYIN_ACCESS_LOG": "0", "PYTHONPATH": root, **more}


class Served:
    """The service with the desk, in a session of its own so that any of its processes can be killed."""

    def __init__(self, place: str, port: int, **settings: str) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(port=port)],
            env=environment(place, **settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
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

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End all of it."""
        for pid in self.pids():
            with_suppressed(lambda pid=pid: os.kill(pid, how))  # type: ignore[misc]
        self.process.wait(60)
        for pid in self.pids():
            with_suppressed(lambda pid=pid: os.kill(pid, signal.SIGKILL))  # type: ignore[misc]


def with_suppressed(act: Callable[[], object]) -> None:
    """Do what may be too late."""
    try:
        act()
    except OSError:
        return


def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Seen:
    """What the desk accepted while processes died: submissions with their hashes, and rulings."""

    accepted: dict[str, str] = field(default_factory=dict)
    ruled: dict[str, str] = field(default_factory=dict)


PHASES = ("receiving", "judging", "ruling")
_MOST_WAITING = 10


def progress(at: Ground) -> dict[str, int]:
    """How often each phase has come to an end at this desk."""
    with at.desk.database.read() as connection:
        counted = connection.execute(
            sa.select(log.c.what, sa.func.count()).group_by(log.c.what).where(log.c.what.in_(list(_ENDS)))
        )
        return dict.fromkeys(PHASES, 0) | {_ENDS[row[0]]: int(row[1]) for row in counted}


_ENDS = {"submission.received": "receiving", "verdict.made": "judging", "ruling.made": "ruling"}


def kills(at: Ground, count: int, found: Findings, seed: int) -> None:
    """Kill a random process at random instants while submissions are sent, judged and ruled on; lose nothing.

    Each kill comes at a random instant after one of the three phases was seen to go on since the last one, in turn, so
    that a slow machine is not killed before it does anything.
    """
    dice = random.Random(seed)  # noqa: S311 - instants, no secrets
    seen, hit = Seen(), dict.fromkeys(PHASES, 0)
    going = threading.Event()
    going.set()
    holder = [Served(at.place, free_port(), ZHIYIN_PROCESSES="2", ZHIYIN_DESK_WORKERS="2")]
    threads = [threading.Thread(target=_send, args=(at, holder, going, seen, found, n)) for n in range(3)]
    threads += [threading.Thread(target=_rule, args=(at, holder, going, seen, found)) for _ in range(2)]
    for thread in threads:
        thread.start()
    # An interrupt ends the killing early; what was accepted until then is looked at all the same.
    enough = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: enough.set())
    killed = 0
    for done in range(count):
        if enough.is_set():
            break
        killed += 1
        served, phase, before = holder[0], PHASES[done % 3], progress(at)
        patience = time.time() + 60
        while progress(at)[phase] == before[phase] and time.time() < patience:
            time.sleep(0.05)
        hit[phase] += time.time() < patience
        time.sleep(dice.uniform(0, 1.2))
        pids = served.pids()
        victim = served.process.pid if done % 10 == 9 or not pids else dice.choice(pids)
        whole = victim == served.process.pid
        for pid in pids if whole else [victim]:
            with_suppressed(lambda pid=pid: os.kill(pid, signal.SIGKILL))  # type: ignore[misc]
        if whole:
            served.process.wait()
            served.stop(signal.SIGKILL)
            holder[0] = Served(at.place, free_port(), ZHIYIN_PROCESSES="2", ZHIYIN_DESK_WORKERS="2")
        # What a dead worker held is free again at once here; a lease takes two minutes.
        expire(at.desk)
    going.clear()
    for thread in threads:
        thread.join()
    holder[0].stop()
    expire(at.desk)
    while work.work_once(at.desk, "last"):
        pass
    _check(at, seen, found)
    found.must(min(hit.values()) * 6 >= killed, f"phases were hardly seen: {hit}")
    audit = verify(at.desk, judging=True)
    for fault in audit.faults:
        found.must(False, fault)
    held = f"{len(seen.accepted)} accepted, {len(seen.ruled)} ruled, {audit.verdicts} verdicts, nothing lost"
    found.told(f"{killed} kills {hit}", held if not found.faults else "see above")


def _send(at: Ground, holder: list[Served], going: threading.Event, seen: Seen, found: Findings, number: int) -> None:
    """Send one submission after the other, as long as not too many wait."""
    while going.is_set():
        with at.desk.database.read() as connection:
            waiting = jobs.waiting(connection)
        if waiting > _MOST_WAITING:
            time.sleep(0.3)
            continue
        # Every second one has a clause that a person rules on.
        data = sample(number) + f"\n# {number}\n".encode()
        number += 3
        address = f"{holder[0].address}/api/desk/submissions?filename={number}.ttl"
        try:
            answer = requests.post(address, data=data, headers=at.headers, timeout=20)
        except requests.RequestException:
            time.sleep(0.05)
            continue
        if answer.status_code in (200, 201):
            seen.accepted[answer.json()["id"]] = sha256(data).hexdigest()
        elif answer.status_code < 500 and answer.status_code != 429:
            found.must(False, f"sending was answered {answer.status_code}: {answer.text[:200]}")
        time.sleep(0.1)


def sample(number: int) -> bytes:
    """A submission of some firm; of every second firm the rooms are hosted in part, which a person rules on."""
    return submission(number % 300 * 7 + (6 if number % 2 else number % 6), 0).data


def _rule(at: Ground, holder: list[Served], going: threading.Event, seen: Seen, found: Findings) -> None:
    """Rule on what the latest verdicts leave to a person."""
    while going.is_set():
        names = list(seen.accepted)
        for name in random.sample(names, min(8, len(names))):
            if not going.is_set():
                return
            address = f"{holder[0].address}/api/desk/submissions/{name}"
            try:
                document = requests.get(f"{address}/verdict", headers=at.headers, timeout=20)
                if document.status_code != 200:
                    continue
                clauses = document.json()["verdicts"][0]["clauses"]
                manual = next((c["number"] for c in clauses if c["outcome"] == "manual"), None)
                if manual is None:
                    continue
                body = {"clause": manual, "outcome": "satisfied", "reason": "soak", "day": "2026-07-01"}
                speaks = {"Authorization": at.headers["Authorization"]}
                answer = requests.post(f"{address}/rulings", json=body, headers=speaks, timeout=60)
                if answer.status_code == 201:
                    seen.ruled[answer.json()["id"]] = manual
                elif answer.status_code not in (409, 429) and answer.status_code < 500:
                    found.must(False, f"ruling was answered {answer.status_code}: {answer.text[:200]}")
            except (requests.RequestException, ValueError):
                time.sleep(0.05)
        time.sleep(0.1)


def _check(at: Ground, seen: Seen, found: Findings) -> None:
    """See that what was accepted is there, whole, and judged."""
    with at.desk.database.read() as connection:
        for name, digest in seen.accepted.items():
            kept = submissions.find(connection, at.person, name)
            data = submissions.read_bytes(at.desk, connection, kept)
            found.must(sha256(data).hexdigest() == digest, f"{name} was lost")
            found.must(kept.state == submissions.JUDGED, f"{name} is {kept.state}")
            made = verdicts.of_submission(connection, name)
            found.must([v.number for v in made] == list(range(1, len(made) + 1)), f"{name} has half a verdict")
            found.must(kept.verdict == (made[-1].id if made else None), f"{name} is not at its last verdict")
        for name in seen.ruled:
            found.must(rulings.find(connection, at.person, name).id == name, f"ruling {name} was lost")


def expire(desk: Desk) -> None:
    """Let the leases of the dead run out: a worker's name holds the number of its process."""
    with desk.database.write() as connection:
        held = connection.execute(sa.select(queue.c.id, queue.c.worker).where(queue.c.state == jobs.RUNNING)).all()
        dead = [row.id for row in held if not Path(f"/proc/{row.worker.split(':')[1]}").exists()]
        connection.execute(queue.update().where(queue.c.id.in_(dead)).values(lease=""))


def writers(at: Ground, found: Findings, *, count: int, each: int) -> None:
    """Let so many writers send at once to two HTTP processes; everybody is answered and nothing is lost."""
    served = Served(at.place, free_port(), ZHIYIN_PROCESSES="2", ZHIYIN_DESK_WORKERS="0")
    wrong: list[str] = []
    waited: list[str] = []
    kept: set[str] = set()

    def write(writer: int) -> None:
        with requests.Session() as session:
            for number in range(each):
                data = f"# {writer} {number}\n".encode() * 50
                address = f"{served.address}/api/desk/submissions"
                answer = session.post(address, data=data, headers=at.headers, timeout=60)
                while answer.status_code == 429:
                    # The service bounds how many bodies one address sends at once, and says when to come again.
                    waited.append(answer.headers["Retry-After"])
                    time.sleep(float(answer.headers["Retry-After"]))
                    answer = session.post(address, data=data, headers=at.headers, timeout=60)
                if answer.status_code != 201:
                    wrong.append(f"{answer.status_code} {answer.text[:120]}")
                else:
                    kept.add(answer.json()["id"])

    began = time.time()
    threads = [threading.Thread(target=write, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.time() - began
    served.stop()
    found.must(not wrong, f"writers were answered {wrong[:3]}")
    with at.desk.database.read() as connection:
        total, _ = submissions.listed(connection, at.person, most=1)
        found.must(list(journal.faults(connection)) == [], "the log broke under writers")
    found.must(total >= len(kept) == count * each, f"{len(kept)} of {count * each} were kept")
    found.told(
        f"{count} writers, two processes", f"{count * each / seconds:.0f} received a second, {len(waited)} told to wait"
    )


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path | None]:
    """A file system of its own that is soon full; None where that may not be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="zhiyin-full-"))
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
        == 0
    )
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def full_disk(found: Findings) -> None:
    """Send until the disk is full: 507, nothing lost, and on it goes once there is room."""
    with small_disk(6) as folder:
        if folder is None:
            found.told("full disk", "not run: no file system may be mounted here")
            return
        at = ground(str(folder / "desk.sqlite3"))
        served = Served(at.place, free_port(), ZHIYIN_PROCESSES="1", ZHIYIN_DESK_WORKERS="0")
        ballast = folder / "ballast"
        ballast.write_bytes(b"x" * 2_000_000)
        kept, statuses = {}, []
        for _number in range(60):
            data = os.urandom(120_000)
            answer = requests.post(f"{served.address}/api/desk/submissions", data=data, headers=at.headers, timeout=30)
            statuses.append(answer.status_code)
            if answer.status_code == 201:
                kept[answer.json()["id"]] = sha256(data).hexdigest()
            elif len(statuses) > 3 and statuses[-3:] == [507] * 3:
                break
        found.must(set(statuses) == {201, 507}, f"a full disk was answered {set(statuses)}")
        ballast.unlink()
        again = requests.post(
            f"{served.address}/api/desk/submissions", data=b"room again", headers=at.headers, timeout=30
        )
        found.must(again.status_code == 201, f"with room again: {again.status_code}")
        served.stop()
        with at.desk.database.read() as connection:
            for name, digest in kept.items():
                one = submissions.find(connection, at.person, name)
                found.must(
                    sha256(submissions.read_bytes(at.desk, connection, one)).hexdigest() == digest, f"{name} lost"
                )
            found.must(list(journal.faults(connection)) == [], "the log broke on a full disk")
        at.desk.database.close()
        found.told("full disk", f"{statuses.count(201)} kept, {statuses.count(507)} refused with 507, nothing lost")


PAGES = (
    "/desk",
    "/desk/submissions",
    "/desk/submissions/{submission}",
    "/desk/firms",
    "/desk/firms/{firm}",
    "/desk/items",
    "/desk/calendar?firm={firm}",
    "/desk/sector",
    "/desk/sector/clauses",
    "/desk/sector/figures",
    "/desk/log",
)


def load(at: Ground, found: Findings, *, firms: int, each: int) -> None:
    """Fill the desk with so many firms of so many submissions; time the judging and the pages, watch the memory."""
    began = time.time()
    served = Served(at.place, free_port(), ZHIYIN_PROCESSES="2", ZHIYIN_DESK_WORKERS=str(os.cpu_count() or 1))
    memory: list[int] = []
    for number in reversed(range(each)):
        for firm in range(firms):
            made = submission(firm, number)
            requests.post(
                f"{served.address}/api/desk/submissions?filename={made.filename}",
                data=made.data,
                headers=at.headers,
                timeout=60,
            ).raise_for_status()
        memory.append(served.rss())
    while True:
        with at.desk.database.read() as connection:
            left = jobs.waiting(connection)
        if not left:
            break
        time.sleep(1)
    memory.append(served.rss())
    seconds = time.time() - began
    found.told("judged", f"{firms * each} in {seconds:.0f} s: {firms * each / seconds:.2f} a second")
    found.must(firms * each / seconds >= 3, "fewer than 3 submissions judged a second")
    found.told("memory while filling (MB)", f"{memory[0]} … {max(memory)} … {memory[-1]}")
    found.must(memory[-1] <= memory[0] * 1.5 + 200, "memory grows with what is kept")
    with at.desk.database.read() as connection:
        _, some = submissions.listed(connection, at.person, state=submissions.JUDGED, most=50)
    headers = {"Authorization": f"Bearer {at.token}", "Accept": "text/html"}
    every: list[float] = []
    for page in PAGES:
        times = []
        for turn in range(20):
            path = page.format(submission=some[turn % len(some)].id, firm=some[turn % len(some)].firm)
            start = time.time()
            answer = requests.get(served.address + path, headers=headers, timeout=60)
            times.append((time.time() - start) * 1000)
            found.must(answer.status_code == 200, f"{path} was answered {answer.status_code}")
        every += times
        found.told(f"p95 of {page}", f"{quantiles(times, n=20)[18]:.0f} ms")
    p95 = quantiles(every, n=20)[18]
    found.told("pages p95", f"{p95:.0f} ms")
    found.must(p95 < 200, "pages take 200 ms or more")
    copy = Path(tempfile.mkdtemp(prefix="zhiyin-backup-"))
    busy = threading.Thread(
        target=lambda: [
            requests.post(
                f"{served.address}/api/desk/submissions", data=f"# {n}".encode(), headers=at.headers, timeout=60
            )
            for n in range(100)
        ]
    )
    busy.start()
    back_up(at.desk.database, copy / "backup.sqlite3", journal.THE_DESK)
    busy.join()
    served.stop()
    restored = Database(place_of(str(copy / "restored.sqlite3")))
    restore(restored, copy / "backup.sqlite3", journal.THE_DESK)
    restored.close()
    other = open_desk(str(copy / "restored.sqlite3"), Options())
    audit = verify(other, judging=False)
    found.must(audit.faults == [], f"the backup does not verify: {audit.faults[:3]}")
    found.told("backup under load", f"{audit.submissions} submissions, {audit.verdicts} verdicts verify")
    other.database.close()
    shutil.rmtree(copy, ignore_errors=True)


def what_if(at: Ground, found: Findings) -> None:
    """Judge all latest submissions under a draft."""
    from zhiyin.composition.judging import rules
    from zhiyin.desk import trials
    from zhiyin.desk.overlay import as_turtle, changed_figure, figures

    law = rules()
    figure = next(f for f in figures(law.shapes) if "5.2.2.2" in f.clauses)
    overlay = as_turtle(changed_figure(law.shapes, figure.shape, figure.index, "9"))
    name = trials.begin(at.desk, at.person, "soak", "soak", overlay)
    began = time.time()
    while work.work_once(at.desk, "soak"):
        pass
    with at.desk.database.read() as connection:
        result = trials.find(at.desk, connection, name).result or {}
    seconds = time.time() - began
    found.told("what if", f"{result.get('firms')} firms in {seconds:.0f} s, {result.get('moving')} move")
    found.must(seconds < 60, "a what-if takes a minute or more")


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--firms", type=int, default=12)
    parser.add_argument("--submissions", type=int, default=2)
    parser.add_argument("--writes", type=int, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    asked = parser.parse_args()
    found = Findings()
    found.told("seed", asked.seed)
    folder = Path(tempfile.mkdtemp(prefix="zhiyin-soak-"))
    with cluster() if asked.postgresql else _nothing() as postgres:

        def place(name: str) -> str:
            return fresh_database(postgres, name) if postgres else str(folder / f"{name}.sqlite3")

        if "kills" in asked.only:
            kills(ground(place("kills")), asked.kills, found, asked.seed)
        if "writers" in asked.only:
            writers(ground(place("writers")), found, count=20, each=asked.writes)
        if "disk" in asked.only and postgres is None:
            full_disk(found)
        if "load" in asked.only:
            filled = ground(place("load"))
            load(filled, found, firms=asked.firms, each=asked.submissions)
            what_if(filled, found)
            filled.desk.database.close()
    shutil.rmtree(folder, ignore_errors=True)
    found.told("peak memory of the soak itself (MB)", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    found.told("result", "held" if not found.faults else json.dumps(found.faults[:20], ensure_ascii=False))
    return 1 if found.faults else 0


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


if __name__ == "__main__":
    sys.exit(main())
