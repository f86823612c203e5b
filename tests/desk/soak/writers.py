"""Twenty writers at two HTTP processes: everybody is answered, nothing is lost, nobody sees a locked database."""

from __future__ import annotations

import threading
import time

import requests
from tests.desk.soak.findings import Findings
from tests.desk.soak.ground import Ground, Served

from zhiyin.desk import submissions
from zhiyin.desk.audit import verify


def writers(at: Ground, found: Findings, *, count: int, each: int) -> None:
    """Let so many writers send at once to two HTTP processes; everybody is answered and nothing is lost."""
    served = Served(at.place, processes=2)
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
    for fault in verify(at.desk, judging=False).faults:
        found.must(False, fault)
    found.must(total >= len(kept) == count * each, f"{len(kept)} of {count * each} were kept")
    found.told(
        f"{count} writers, two processes", f"{count * each / seconds:.0f} received a second, {len(waited)} told to wait"
    )
