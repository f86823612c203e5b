"""Runs the service at full load for a while and shows that memory stays flat and nothing fails.

``python bench/soak.py [--minutes 10]``: eight clients ask the library's queries, new ones and repeated ones, heavy ones,
runaways, broken ones and large answers; every half minute the graph is loaded anew. It ends with 1 if any answer was
not the one expected (only runaways are ended) or if memory grew after the first third.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import random
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "service")]

from bench.peers import Peer, zhiyin
from bench.serving import queries

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }"
LARGE = "SELECT * { ?s ?p ?o }"
_GROWTH = 1.15


class Soak:
    """What goes on at once, and what is counted."""

    def __init__(self, peer: Peer, asked: list[str]) -> None:
        self.peer = peer
        self.asked = asked
        self.until = 0.0
        self.statuses: Counter[str] = Counter()
        self.failures: list[str] = []
        self.memory: list[tuple[float, float]] = []
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def run(self, minutes: float) -> None:
        """Load the service for ``minutes``."""
        started = time.monotonic()
        self.until = started + minutes * 60
        threads = [threading.Thread(target=self._client, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        reload_at = started + 30
        while time.monotonic() < self.until:
            time.sleep(2)
            self.memory.append((time.monotonic() - started, self.peer.memory()))
            if time.monotonic() >= reload_at:
                os.kill(self.peer.process.pid, signal.SIGHUP)
                reload_at += 30
        for thread in threads:
            thread.join()

    def _client(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - the load is to be the same each time
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        while time.monotonic() < self.until:
            kind, text, expected = self._choose(chance)
            timeout = "&timeout=1" if kind == "runaway" else ""
            try:
                address = f"/sparql?query={quote(text)}{timeout}"
                connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
                response = connection.getresponse()
                size = 0
                while block := response.read(1 << 18):
                    size += len(block)
                outcome = f"{kind} {response.status}"
                failed = response.status != expected or size == 0
            except OSError as error:
                outcome, failed = f"{kind} {type(error).__name__}", True
                connection.close()
            with self._lock:
                self.statuses[outcome] += 1
                if failed:
                    self.failures.append(outcome)
        connection.close()

    @property
    def _port(self) -> int:
        return int(self.peer.query.split(":")[2].split("/")[0])

    def _choose(self, chance: random.Random) -> tuple[str, str, int]:
        """Return a kind of query, its text and the status that its answer must have."""
        text = chance.choice(self.asked)
        drawn = chance.random()
        if drawn < 0.6:
            return "repeated", text, 200
        if drawn < 0.96:
            return "new", f"{text}\n# {next(self._numbers)}", 200
        if drawn < 0.97:
            return "large", f"{LARGE} # {next(self._numbers)}", 200
        if drawn < 0.99:
            return "broken", text + " {", 400
        return "runaway", f"{RUNAWAY} # {next(self._numbers)}", 503


def main() -> None:
    """Run, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args().minutes
    from zhiyin.composition.services import graph_files

    # A small cache is full early, so that what grows later is no cache.
    peer = zhiyin(graph_files(), cached=True, ZHIYIN_RESULT_CACHE=str(16 << 20))
    try:
        soak = Soak(peer, list(queries([]).values()))
        soak.run(minutes)
    finally:
        peer.stop()
    settled = [memory for moment, memory in soak.memory if moment > minutes * 20]
    third = max(1, len(settled) // 3)
    first, last = statistics.median(settled[:third]), statistics.median(settled[-third:])
    total = sum(soak.statuses.values())
    print(f"{minutes:g} minutes, {total:,} requests ({total / minutes / 60:,.0f} a second), reloaded every 30 s")
    for outcome, count in sorted(soak.statuses.items()):
        print(f"  {outcome}: {count:,}")
    print(f"memory (PSS of all processes): {first:.0f} MB early, {last:.0f} MB late, {max(settled):.0f} MB at most")
    print(f"unexpected: {len(soak.failures)} {Counter(soak.failures).most_common(5)}")
    if soak.failures or last > first * _GROWTH:
        sys.exit(1)


if __name__ == "__main__":
    main()
