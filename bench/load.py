"""Sends one GET again and again over several connections and says how fast the answers came."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Measured:
    """Requests a second, median and 99th percentile in milliseconds, and requests that failed."""

    rate: float
    median: float
    p99: float
    failed: int
    requests: int


def measure(url: str, accept: str, seconds: float, clients: int = 8) -> Measured:
    """Load ``url`` with wrk where it is installed, else with threads of our own."""
    if shutil.which("wrk"):
        return _wrk(url, accept, seconds, clients)
    return _threads(url, accept, seconds, clients)


def _wrk(url: str, accept: str, seconds: float, clients: int) -> Measured:
    done = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{clients}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "30s",
            "--latency",
            "-H",
            f"Accept: {accept}",
            url,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # The server takes no more connections.
        return Measured(0.0, float("nan"), float("nan"), 1, 0)
    output = done.stdout

    def time_of(name: str) -> float:
        match = re.search(rf"{name}\s+([\d.]+)(us|ms|s|m)\b", output)
        return float(match[1]) * _UNITS[match[2]] if match else float("nan")

    requests = re.search(r"(\d+) requests in", output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    failed = sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", output))
    failed += sum(int(number) for number in re.findall(r"(?:connect|read|write|timeout) (\d+)", output))
    return Measured(
        float(rate[1]) if rate else 0.0,
        time_of("50%"),
        time_of("99%"),
        failed,
        int(requests[1]) if requests else 0,
    )


def _threads(url: str, accept: str, seconds: float, clients: int) -> Measured:
    parts = urlsplit(url)
    request = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n\r\n".encode(
        "ascii"
    )
    times: list[float] = []
    failed = [0]
    until = time.perf_counter() + seconds

    def run() -> None:
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as connection:
            stream = connection.makefile("rb")
            while (start := time.perf_counter()) < until:
                connection.sendall(request)
                status = stream.readline()
                length = 0
                while (line := stream.readline()) not in {b"\r\n", b""}:
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                stream.read(length)
                times.append((time.perf_counter() - start) * 1000)
                failed[0] += b" 200 " not in status

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    count = len(times)
    if not count:
        return Measured(0.0, float("nan"), float("nan"), failed[0], 0)
    return Measured(count / seconds, times[count // 2], times[int(count * 0.99)], failed[0], count)
