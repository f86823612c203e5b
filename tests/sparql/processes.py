"""What the kernel tells of processes: children, processor time, priority."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """One process as it was when looked at; ``cpu`` is in seconds."""

    pid: int
    parent: int
    cpu: float
    nice: int
    command: str


def look(pid: int) -> Process | None:
    """Return what is known of ``pid``; ``None`` where it is gone or only waits to be reaped."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    if fields[0] == "Z":
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    return Process(pid, int(fields[1]), (int(fields[11]) + int(fields[12])) / ticks, int(fields[16]), command)


def children(pid: int) -> list[Process]:
    """Return the processes whose parent is ``pid``."""
    found = (look(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [process for process in found if process is not None and process.parent == pid]


def family(pid: int) -> list[Process]:
    """Return the children of ``pid``, their children and so on."""
    result = children(pid)
    for child in list(result):
        result += family(child.pid)
    return result


def still_there(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Return those of ``processes`` that have not ended within ``seconds``."""
    until = time.monotonic() + seconds
    left = list(processes)
    while left and time.monotonic() < until:
        left = [process for process in left if look(process.pid) is not None]
        time.sleep(0.05)
    return left
