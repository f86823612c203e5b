"""Keeps built graphs by the hash of what they were built from; a damaged file is as good as none."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

_KEPT: Final = 6


def fetch(folder: Path, key: str) -> Path | None:
    """Return the file that ``folder`` keeps for ``key``, if it is there and whole."""
    file, seal = folder / f"{key}.nq", folder / f"{key}.sha256"
    try:
        expected = seal.read_text(encoding="ascii").strip()
        found = hashlib.sha256(file.read_bytes()).hexdigest()
    except (OSError, UnicodeDecodeError):
        return None
    return file if found == expected else None


def keep(folder: Path, key: str, data: bytes) -> Path:
    """Write ``data`` for ``key`` so that a reader sees all of it or nothing; drop all but the newest few."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{key}.nq"
    _replace(file, data)
    # The seal comes last: a file without one does not count.
    _replace(folder / f"{key}.sha256", hashlib.sha256(data).hexdigest().encode("ascii"))
    for old in sorted(folder.glob("*.nq"), key=_written, reverse=True)[_KEPT:]:
        old.unlink(missing_ok=True)
        old.with_suffix(".sha256").unlink(missing_ok=True)
    return file


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
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
