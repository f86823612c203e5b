"""Finds the project's top-level data (text, ontology, shapes, queries) in a checkout and in an installed wheel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent
_BUNDLED = _PACKAGE / "_bundled"

GUIDELINE_TEXT = "data/guideline/期货公司信息技术管理指引.txt"
GUIDELINE_SUMS = "data/guideline/SHA256SUMS"


@cache
def root() -> Path:
    """Return the folder that holds ``data/``, ``ontology/``, ``shapes/`` and ``queries/``.

    A wheel carries them inside the package; a checkout has them beside ``service/``.
    """
    if (_BUNDLED / "ontology").is_dir():
        return _BUNDLED
    if (_CHECKOUT / "ontology").is_dir() and (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT
    raise FileNotFoundError(f"no ontology folder in {_BUNDLED} or {_CHECKOUT}: the installation is incomplete")


def path(name: str) -> Path:
    """Return the path of the resource ``name``, written with forward slashes from the root."""
    return root() / name


def turtle_files(*folders: str) -> list[Path]:
    """Return the ``.ttl`` files below ``folders`` in one order on every machine."""
    return sorted(_walk(folders, ".ttl"), key=lambda p: p.relative_to(root()).as_posix())


def query_files(folder: str = "queries") -> list[Path]:
    """Return the ``.rq`` files directly in ``folder``, sorted by name."""
    return sorted((root() / folder).glob("*.rq"), key=lambda p: p.name)


def _walk(folders: tuple[str, ...], suffix: str) -> Iterator[Path]:
    for folder in folders:
        yield from (root() / folder).rglob(f"*{suffix}")


def cache_folder() -> Path:
    """Return our own cache folder, made if absent and readable by its owner alone (``ZHIYIN_CACHE`` names another)."""
    named = os.environ.get("ZHIYIN_CACHE")
    base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhiyin"
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    return base
