"""Measures the pages: server time of the first request and of warm ones, processor time, and compressed size.

``python bench/web.py [--rounds 40]`` prints Markdown. The whole site answers in this process, headers and compression
included, without a network. Where a page has many addresses (clauses, concepts, searches) each round asks another, so
that nothing kept from the round before helps; the verdict is judged anew in each round.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "service")]

from werkzeug.test import Client, TestResponse

from zhiyin.composition.questions import question_library
from zhiyin.composition.services import open_services
from zhiyin.settings import Settings
from zhiyin.web.site import site_of

ROOT = Path(__file__).resolve().parents[1]
HEADERS = {"Accept": "text/html,*/*;q=0.8", "Accept-Encoding": "gzip"}
COMPANY = ROOT / "data" / "companies" / "tier-4-complete.ttl"
WORDS = ("停电", "门禁卡", "备份", "口令", "演练", "网站", "日志", "机房温度", "谁来值班", "离职", "RTO", "漏洞扫描")
BUDGET_MS, BUDGET_KB = 50.0, 100.0


@dataclass(frozen=True)
class Row:
    """What was measured of one sort of page, in milliseconds and kilobytes."""

    name: str
    first: float
    median: float
    p95: float
    processor: float
    size: float


def measured(name: str, ask: Callable[[str], TestResponse], addresses: Iterator[str], rounds: int) -> Row:
    """Ask once to see the first time, then ``rounds`` times; the size is the greatest seen."""
    walls: list[float] = []
    processor: list[float] = []
    size = 0
    for _ in range(rounds + 1):
        address = next(addresses)
        wall, own = time.perf_counter(), time.process_time()
        response = ask(address)
        data = response.get_data()
        walls.append(1000 * (time.perf_counter() - wall))
        processor.append(1000 * (time.process_time() - own))
        if response.status_code != 200 or response.headers.get("Content-Encoding") != "gzip":
            raise SystemExit(f"{address}: {response.status}, {response.headers.get('Content-Encoding')}")
        size = max(size, len(data))
    warm = walls[1:]
    return Row(
        name,
        walls[0],
        statistics.median(warm),
        quantile(warm, 0.95),
        quantile(processor[1:], 0.95),
        size / 1000,
    )


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    """Print the table; the exit code is 1 where a page is over its budget of processor time or size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    services = open_services(Settings(access_log=False))
    client = Client(site_of(services), use_cookies=False)
    catalogue = services.catalogue
    company = COMPANY.read_bytes()

    def get(address: str) -> TestResponse:
        return client.get(address, headers=HEADERS)

    def judge(address: str) -> TestResponse:
        boundary = "edge"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.ttl"\r\n\r\n'.encode()
        body = head + company + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return client.post(address, data=body, content_type=kind, headers=HEADERS)

    def spread(addresses: Sequence[str]) -> Iterator[str]:
        step = max(1, len(addresses) // (rounds + 1))
        return itertools.cycle(addresses[::step])

    questions = [f"/questions/{name}" for name in question_library()]
    kept: tuple[str, ...] = ("/", "/browse?tier=4", "/compare?from=1&to=4", "/concepts", "/questions", "/validate")
    kept += ("/docs/vocabulary", "/docs/reading", "/docs/ontology", "/docs/api", "/sparql")
    pages: list[tuple[str, Callable[[str], TestResponse], Iterator[str]]] = [
        *((address, get, itertools.repeat(address)) for address in kept),
        ("/clauses/… (another each time)", get, spread([f"/clauses/{n}" for n in catalogue.clauses])),
        ("/concepts/… (another each time)", get, spread([f"/concepts/{c}" for c in catalogue.concepts])),
        ("/search?q=… (another each time)", get, itertools.cycle([f"/search?q={quote(w)}" for w in WORDS])),
        ("/questions/… (each for the first time)", get, spread(questions)),
        ("/questions/… (each asked before)", get, spread(questions)),
        ("/validate (a tier-4 company judged)", judge, itertools.repeat("/validate")),
    ]
    print("| page | first ms | median ms | p95 ms | p95 processor ms | compressed KB |")
    print("|---|---:|---:|---:|---:|---:|")
    over = []
    for name, ask, addresses in pages:
        row = measured(name, ask, addresses, rounds)
        print(
            f"| `{row.name}` | {row.first:.0f} | {row.median:.1f} | {row.p95:.1f} | {row.processor:.1f} | {row.size:.1f} |",
            flush=True,
        )
        if ask is get and (row.processor > BUDGET_MS or row.size > BUDGET_KB):
            over.append(row.name)
    services.sparql.close()
    if over:
        sys.exit(f"over {BUDGET_MS:g} ms of processor time or {BUDGET_KB:g} KB: {', '.join(over)}")


if __name__ == "__main__":
    main()
