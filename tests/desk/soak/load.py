"""Firms by the hundred, each with submissions of many years: judging, pages, memory, what-if, and a backup under load."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import requests
from tests.desk.generator import submission
from tests.desk.soak.findings import Findings
from tests.desk.soak.ground import Ground, Served

from zhiyin.composition.desk import open_desk
from zhiyin.desk import journal, submissions, work
from zhiyin.desk.audit import verify
from zhiyin.desk.backup import back_up, restore
from zhiyin.desk.database import Database
from zhiyin.desk.options import Options
from zhiyin.desk.place import place_of

PAGES = (
    "/desk",
    "/desk/submissions",
    "/desk/submissions/{submission}",
    "/desk/firms",
    "/desk/firms/{firm}",
    "/desk/firms/{firm}/report",
    "/desk/items",
    "/desk/calendar",
    "/desk/calendar?firm={firm}",
    "/desk/sector",
    "/desk/sector/clauses",
    "/desk/sector/figures",
    "/desk/sector/report",
    "/desk/what-if",
    "/desk/sparql",
    "/desk/questions",
    "/desk/log",
    "/desk/account",
)
TURNS = 20
_JUDGED_AGAIN = 200
"""So many submissions of a restored desk are judged again; of more, bytes, rows and log are held against each other."""


def load(at: Ground, found: Findings, *, firms: int, each: int, workers: int, minutes: float) -> None:
    """Fill the desk with so many firms of so many submissions; time the judging and the pages, watch the memory.

    Once ``minutes`` are over no further round of a submission of each firm begins: what was sent until then counts.
    The rate is told for cores of the desk's own, from the processor time of all its processes.
    """
    cores = os.cpu_count() or 1
    began, count = time.time(), 0
    served = Served(at.place, processes=2, workers=workers)
    start, memory = served.processor(), []
    for number in reversed(range(each)):
        if time.time() - began > minutes * 60:
            break
        count += firms
        for firm in range(firms):
            _post(served, at, submission(firm, number).data, f"{firm:03}-{number}.ttl")
        while at.waiting() > firms:
            time.sleep(0.5)
        memory.append(served.rss())
        found.told("received", f"{count} in {time.time() - began:.0f} s, {memory[-1]} MB")
    while at.waiting():
        time.sleep(0.5)
    seconds, processor = time.time() - began, served.processor() - start
    found.told("received and judged", f"{count} in {seconds:.0f} s: {count / seconds:.2f} a second")
    rate = count * cores / processor
    found.told("processor time", f"{processor / count:.3f} s each: {rate:.2f} a second on {cores} cores of their own")
    found.must(rate >= 3, "fewer than 3 submissions judged a second")
    third = memory[len(memory) // 3]
    found.told("memory of all processes (MB)", f"first {memory[0]}, a third in {third}, last {memory[-1]}")
    found.must(memory[-1] <= third * 1.1 + 30, "memory grows with what is kept")
    backed_up(at, served, found, judging=count <= _JUDGED_AGAIN)
    over_http(at, served, found)
    served.stop()


def _post(served: Served, at: Ground, data: bytes, name: str) -> None:
    address = f"{served.address}/api/desk/submissions?filename={name}"
    requests.post(address, data=data, headers=at.headers, timeout=300).raise_for_status()


def some(at: Ground) -> list[submissions.Kept]:
    """Return submissions whose pages are looked at."""
    with at.desk.database.read() as connection:
        return submissions.listed(connection, at.person, state=submissions.JUDGED, most=50)[1]


def over_http(at: Ground, served: Served, found: Findings) -> None:
    """Read every page through HTTP: each is answered, and how long a client waits on this machine as it is."""
    headers = {"Authorization": f"Bearer {at.token}", "Accept": "text/html"}

    def read(path: str) -> int:
        return requests.get(served.address + path, headers=headers, timeout=120).status_code

    p95 = _timed(at, found, read, time.perf_counter, turns=3, of="waited for")
    found.told("pages p95, waited for by HTTP beside whatever else runs", f"{p95:.0f} ms")


def of_server(at: Ground, found: Findings) -> None:
    """Read every page in this process by the processor time of its thread: the time that the server itself takes."""
    from dataclasses import replace

    from werkzeug.test import Client

    from zhiyin.composition.services import open_services
    from zhiyin.settings import Settings
    from zhiyin.web import create_app
    from zhiyin.web.desk import attach

    services = open_services(Settings(access_log=False))
    app = create_app(replace(services, settings=replace(services.settings, desk="")))
    attach(app, services, at.desk)
    client = Client(app, use_cookies=False)
    headers = {"Authorization": f"Bearer {at.token}", "Accept": "text/html"}

    def read(path: str) -> int:
        return client.get(path, headers=headers, buffered=True).status_code

    p95 = _timed(at, found, read, time.thread_time, turns=TURNS, of="server's")
    found.told("pages p95, processor time of the server", f"{p95:.0f} ms")
    found.must(p95 < 200, "pages take 200 ms or more")
    app.extensions["zhiyin.desk.asking"].close()
    services.sparql.close()


def _timed(
    at: Ground, found: Findings, read: Callable[[str], int], clock: Callable[[], float], *, turns: int, of: str
) -> float:
    chosen, every = some(at), []
    for page in PAGES:
        times = []
        for turn in range(turns):
            one = chosen[turn % len(chosen)]
            begun = clock()
            status = read(page.format(submission=one.id, firm=one.firm))
            times.append((clock() - begun) * 1000)
            found.must(status == 200, f"{page} was answered {status}")
        every += times
        found.told(f"{of} {page}", f"median {median(times):.0f} ms, most {max(times):.0f} ms")
    return quantiles(every, n=20)[18]


def backed_up(at: Ground, served: Served, found: Findings, *, judging: bool) -> None:
    """Back the desk up while submissions come in; the backup restores to a desk that verifies."""
    folder = Path(tempfile.mkdtemp(prefix="zhiyin-backup-"))
    going = threading.Event()
    going.set()
    sent: list[int] = []

    def send() -> None:
        while going.is_set():
            _post(served, at, f"# {len(sent)}".encode(), "x.ttl")
            sent.append(1)

    busy = threading.Thread(target=send)
    busy.start()
    begun = time.process_time()
    back_up(at.desk.database, folder / "backup.sqlite3", journal.THE_DESK)
    took = time.process_time() - begun
    going.clear()
    busy.join()
    restored = Database(place_of(str(folder / "restored.sqlite3")))
    restore(restored, folder / "backup.sqlite3", journal.THE_DESK)
    restored.close()
    other = open_desk(str(folder / "restored.sqlite3"), Options())
    audit = verify(other, judging=judging)
    found.must(audit.faults == [], f"the backup does not verify: {audit.faults[:3]}")
    size = (folder / "backup.sqlite3").stat().st_size // 1_000_000
    found.told(
        "backup under load",
        f"{took:.1f} s, {size} MB, {len(sent)} sent meanwhile; restored: {audit.submissions} submissions, "
        f"{audit.verdicts} verdicts, {audit.lines} lines, {len(audit.faults)} faults{', judged again' if judging else ''}",
    )
    other.database.close()
    shutil.rmtree(folder, ignore_errors=True)


def what_if(at: Ground, found: Findings) -> None:
    """Judge all latest submissions under a draft, in a process a core."""
    import resource

    from zhiyin.composition.judging import rules
    from zhiyin.desk import trials
    from zhiyin.desk.overlay import as_turtle
    from zhiyin.desk.rule_figures import changed_figures, figures

    law = rules()
    figure = next(f for f in figures(law.shapes) if "5.2.2.2" in f.clauses)
    overlay = as_turtle(changed_figures(law.shapes, [(figure.shape, figure.index, "9")]))
    name = trials.begin(at.desk, at.person, "soak", "soak", overlay)

    def processor() -> float:
        told = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in told)

    began, start = time.time(), processor()
    while work.work_once(at.desk, "soak"):
        pass
    with at.desk.database.read() as connection:
        result = trials.find(at.desk, connection, name).result or {}
    seconds, taken, cores = time.time() - began, processor() - start, os.cpu_count() or 1
    found.told(
        "what if",
        f"{result.get('firms')} firms in {seconds:.0f} s, {taken:.0f} s of processor time: {taken / cores:.0f} s on "
        f"{cores} cores of their own; {result.get('moving')} move",
    )
    found.must(taken / cores < 60, "a what-if takes a minute or more")
