"""A PostgreSQL of our own: a cluster in a temporary folder, run as one without rights, listening on a socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs: Debian's newest, or the one on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


@contextmanager
def cluster() -> Iterator[Path]:
    """Run a cluster and yield the folder of its socket; root starts it as nobody, since PostgreSQL refuses root."""
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="zhiyin-pg-", dir="/tmp"))
    user: str | None = None
    if os.geteuid() == 0:
        user = "nobody"
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    data = folder / "data"

    def run(*arguments: str) -> None:
        subprocess.run(arguments, check=True, user=user, cwd=folder, capture_output=True, env={"LC_ALL": "C.UTF-8"})

    run(str(programs / "initdb"), "-D", str(data), "-U", "zhiyin", "-A", "trust", "-E", "UTF8", "--no-sync")
    # Durability is PostgreSQL's own matter; these tests ask whether what is ours is right.
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=200"
    run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield folder
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(folder: Path, name: str, template: str = "template0") -> str:
    """Make a database, empty or the copy of another that nobody is connected to, and return its address."""
    import psycopg

    with psycopg.connect(host=str(folder), user="zhiyin", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    return f"postgresql://zhiyin@/{name}?host={folder}"
