"""Measures what runaway queries do to cheap ones: ``python bench/beside.py`` prints both medians and their ratio.

Every cheap query is a new one, so that none is answered from memory or outside a worker.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "service")]

from bench.peers import zhiyin
from bench.serving import queries

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }"


def main() -> None:
    """Measure and print."""
    from zhiyin.composition.services import graph_files

    peer = zhiyin(graph_files(), cached=False)
    port = urlsplit(peer.query).port
    cheap = queries(["reading_rules"])["reading_rules"]

    def ask(connection: http.client.HTTPConnection, text: str) -> int:
        connection.request("GET", f"/sparql?query={quote(text)}")
        response = connection.getresponse()
        response.read()
        return response.status

    def median(count: int, name: str) -> float:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        times = []
        for number in range(count):
            start = time.perf_counter()
            ask(connection, f"{cheap}\n# {name} {number}")
            times.append((time.perf_counter() - start) * 1000)
        connection.close()
        return statistics.median(times)

    try:
        median(50, "warm")
        idle = median(200, "idle")
        statuses: list[int] = []

        def run_away() -> None:
            statuses.append(ask(http.client.HTTPConnection("127.0.0.1", port), RUNAWAY))

        threads = [threading.Thread(target=run_away) for _ in range(2)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        beside = median(200, "beside")
        still = sum(thread.is_alive() for thread in threads)
        for thread in threads:
            thread.join()
        print(
            f"idle {idle:.2f} ms, beside {still} runaways {beside:.2f} ms, ratio {beside / idle:.2f}; they got {statuses}"
        )
    finally:
        peer.stop()


if __name__ == "__main__":
    main()
