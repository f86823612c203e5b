"""``python -m tests.desk.soak [--kills N] [--firms N] [--submissions N] [--postgresql] [--only PART …]``: a line a figure.

It ends with 1 where anything accepted was lost, anything half-done was visible, or a bound was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tests.desk.cluster import cluster, fresh_database
from tests.desk.soak.absent import absent
from tests.desk.soak.disk import full_disk
from tests.desk.soak.findings import Findings
from tests.desk.soak.ground import ground
from tests.desk.soak.kills import kills
from tests.desk.soak.load import load, of_server, what_if
from tests.desk.soak.writers import writers

PARTS = ("kills", "writers", "disk", "absent", "load")


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.desk.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--firms", type=int, default=12)
    parser.add_argument("--submissions", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--writes", type=int, default=10)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--keep", type=Path, help="a new folder in which the desks stay, to be looked at")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    asked = parser.parse_args()
    found = Findings()
    found.told("seed", asked.seed)
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="zhiyin-soak-"))
    folder.mkdir(exist_ok=True)
    with cluster() if asked.postgresql else nullcontext() as postgres:

        def place(name: str) -> str:
            return fresh_database(postgres, name) if postgres else str(folder / f"{name}.sqlite3")

        if "kills" in asked.only:
            kills(ground(place("kills")), asked.kills, found, asked.seed)
        if "writers" in asked.only:
            writers(ground(place("writers")), found, count=20, each=asked.writes)
        if "disk" in asked.only:
            full_disk(found, postgres)
        if "absent" in asked.only:
            absent(ground(place("absent")), found, turns=asked.turns)
        if "load" in asked.only:
            filled = ground(place("load"))
            load(filled, found, firms=asked.firms, each=asked.submissions, workers=asked.workers, minutes=asked.minutes)
            what_if(filled, found)
            of_server(filled, found)
            filled.desk.database.close()
    if asked.keep is None:
        shutil.rmtree(folder, ignore_errors=True)
    found.told("peak memory of the soak itself (MB)", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    found.told("result", "held" if not found.faults else json.dumps(found.faults[:20], ensure_ascii=False))
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
