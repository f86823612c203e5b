"""kill -9 of any process at random instants of receiving, judging and ruling: nothing is lost, nothing half done."""

from __future__ import annotations

import random
import signal
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256

import requests
import sqlalchemy as sa
from tests.desk.generator import submission
from tests.desk.soak.findings import Findings
from tests.desk.soak.ground import Ground, Served, expire, kill

from zhiyin.desk import rulings, submissions, verdicts, work
from zhiyin.desk.audit import verify
from zhiyin.desk.schema import journal as log


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
    holder = [Served(at.place, processes=2, workers=2)]
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
        if done and done % 20 == 0:
            found.told("killed", f"{done} of {count}, {len(seen.accepted)} accepted, {len(seen.ruled)} ruled")
        killed += 1
        served, phase, before = holder[0], PHASES[done % 3], progress(at)
        patience = time.time() + 60
        while progress(at)[phase] == before[phase] and time.time() < patience:
            time.sleep(0.05)
        hit[phase] += time.time() < patience
        time.sleep(dice.uniform(0, 1.2))
        pids = served.pids()
        # All of it at once every tenth time; else one of the others, which the service itself starts anew.
        others = [pid for pid in pids if pid != served.process.pid]
        victim = served.process.pid if done % 10 == 9 or not others else dice.choice(others)
        whole = victim == served.process.pid
        for pid in pids if whole else [victim]:
            kill(pid, signal.SIGKILL)
        if whole:
            served.process.wait()
            served.stop(signal.SIGKILL)
            holder[0] = Served(at.place, processes=2, workers=2)
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
        if at.waiting() > _MOST_WAITING:
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
    """Rule on what the latest verdicts leave to a person; what leaves nothing is not read again."""
    settled: set[str] = set()
    while going.is_set():
        names = [name for name in list(seen.accepted) if name not in settled]
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
                    settled.add(name)
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
