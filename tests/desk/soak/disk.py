"""A disk that is full: what finds no room is refused with 507, what was accepted is there, and with room it goes on."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import requests
from tests.desk.cluster import fresh_database
from tests.desk.soak.findings import Findings
from tests.desk.soak.ground import Served, ground

from zhiyin.desk import submissions, work
from zhiyin.desk.audit import verify


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path | None]:
    """A file system of its own that is soon full; None where that may not be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="zhiyin-full-", dir="/tmp"))
    size = f"size={megabytes}m"
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], capture_output=True, check=False
    )
    mounted = mounting.returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def full_disk(found: Findings, postgres: Path | None) -> None:
    """Send until the disk is full: 507, nothing lost, and on it goes once there is room."""
    with small_disk(6 if postgres is None else 24) as folder:
        if folder is None:
            found.told("full disk", "not run: no file system may be mounted here")
            return
        place = str(folder / "desk.sqlite3") if postgres is None else _on_small_disk(postgres, folder)
        at = ground(place)
        served = Served(at.place, processes=1)
        ballast = folder / "ballast"
        ballast.write_bytes(b"x" * 2_000_000)
        kept: dict[str, str] = {}
        statuses: list[int] = []
        address = f"{served.address}/api/desk/submissions"
        for _ in range(200):
            data = os.urandom(120_000)
            answer = requests.post(address, data=data, headers=at.headers, timeout=60)
            statuses.append(answer.status_code)
            if answer.status_code == 201:
                kept[answer.json()["id"]] = sha256(data).hexdigest()
            elif statuses[-3:] == [507] * 3:
                break
        found.must(set(statuses) == {201, 507}, f"a full disk was answered {set(statuses)}")
        # Full as it is, what is there is read on.
        for name in list(kept)[:3]:
            seen = requests.get(f"{address}/{name}", headers=at.headers, timeout=60)
            found.must(seen.status_code in (200, 507), f"reading on a full disk was answered {seen.status_code}")
        ballast.unlink()
        again = requests.post(address, data=b"room again", headers=at.headers, timeout=60)
        found.must(again.status_code == 201, f"with room again: {again.status_code}")
        served.stop()
        subprocess.run(["mount", "-o", "remount,size=80m", str(folder)], check=True)
        while work.work_once(at.desk, "disk"):
            pass
        with at.desk.database.read() as connection:
            for name, digest in kept.items():
                one = submissions.find(connection, at.person, name)
                held = sha256(submissions.read_bytes(at.desk, connection, one)).hexdigest()
                found.must(held == digest, f"{name} was lost")
        for fault in verify(at.desk, judging=False).faults:
            found.must(False, fault)
        at.desk.database.close()
        if postgres is not None:
            _dropped(postgres)
        found.told("full disk", f"{statuses.count(201)} kept, {statuses.count(507)} refused with 507, nothing lost")


def _on_small_disk(postgres: Path, folder: Path) -> str:
    """Make a database whose tables are on the small disk; the log of PostgreSQL itself is elsewhere."""
    import psycopg

    space = folder / "tables"
    space.mkdir()
    folder.chmod(0o755)
    with contextlib.suppress(PermissionError):
        nobody = pwd.getpwnam("nobody")
        os.chown(space, nobody.pw_uid, nobody.pw_gid)
    with psycopg.connect(host=str(postgres), user="zhiyin", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{space}'".encode())
    place = fresh_database(postgres, "full")
    with psycopg.connect(host=str(postgres), user="zhiyin", dbname="postgres", autocommit=True) as connection:
        connection.execute(b'ALTER DATABASE "full" SET TABLESPACE small')
    return place


def _dropped(postgres: Path) -> None:
    import psycopg

    with psycopg.connect(host=str(postgres), user="zhiyin", dbname="postgres", autocommit=True) as connection:
        connection.execute(b'DROP DATABASE "full" WITH (FORCE)')
        connection.execute(b"DROP TABLESPACE small")
