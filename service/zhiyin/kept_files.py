"""Keeps what was made by the hash of what it was made from; a damaged file is as good as none, an unused one makes room."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import Final

_KEPT: Final = 6
_IN_USE: Final = 3600.0
"""Seconds since its last use for which a file may still be wanted: by a service that starts, or one that is being tried."""


def fetch(folder: Path, key: str, suffix: str = ".nq") -> Path | None:
    """Return the file that ``folder`` keeps for ``key``, if it is there and whole."""
    file, seal = folder / f"{key}{suffix}", folder / f"{key}.sha256"
    try:
        expected = seal.read_text(encoding="ascii").strip()
        found = hashlib.sha256(file.read_bytes()).hexdigest()
    except (OSError, UnicodeDecodeError):
        return None
    if found != expected:
        return None
    used(file)
    return file


def keep(folder: Path, key: str, data: bytes, suffix: str = ".nq", most: int = _KEPT) -> Path:
    """Write ``data`` for ``key`` so that a reader sees all of it or nothing; drop what was not used lately."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{key}{suffix}"
    _replace(file, data)
    # The seal comes last: a file without one does not count.
    _replace(folder / f"{key}.sha256", hashlib.sha256(data).hexdigest().encode("ascii"))
    prune(folder, f"*{suffix}", most)
    return file


def used(file: Path) -> None:
    """Note that ``file`` is in use, so that ``prune`` leaves it; where it may not be noted, nothing prunes there."""
    with contextlib.suppress(OSError):
        # The time of its last change stays: whoever verified the file knows it again by that.
        os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns))


def prune(folder: Path, pattern: str, most: int = _KEPT) -> None:
    """Remove from ``folder`` the files of ``pattern`` beyond the ``most`` used last, but none used within the hour.

    What was left half written by a process that was killed goes too.
    """
    now = time.time()
    for old in sorted(folder.glob(pattern), key=_last_used, reverse=True)[most:]:
        # A file of the future: its clock was wrong, its use is not known.
        if not 0 <= now - _last_used(old) < _IN_USE:
            old.unlink(missing_ok=True)
            old.with_suffix(".sha256").unlink(missing_ok=True)
    for part in (*folder.glob(".*"), *folder.glob("*.part")):
        if now - _last_used(part) >= _IN_USE:
            part.unlink(missing_ok=True)


def _last_used(path: Path) -> float:
    try:
        found = path.stat()
        return max(found.st_atime, found.st_mtime)
    except FileNotFoundError:
        # Another process has dropped it in the meantime.
        return 0.0


def _replace(file: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
