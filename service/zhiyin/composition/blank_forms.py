"""The blank workbook of a tier and where it asks for what: made by one for all processes, and kept for the next start."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

import orjson

from zhiyin import kept_files, resources
from zhiyin.errors import Message
from zhiyin.form.template import template
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules

_MOST: Final = 24
"""Files of a kind that are kept: those of every tier for a few states of the law."""
_PACKAGES: Final = ("form", "law")
"""Whose code makes them, beside the modules that lie in the package itself."""


@once
def blank_form(rules: Rules, tier: int, syntax: str) -> tuple[bytes, str]:
    """Return the blank form of ``tier`` in ``syntax`` and its media type, as ``template`` makes it."""
    if syntax != "xlsx":
        return template(rules, tier, syntax)
    return _kept(rules, f"form-{tier}", ".xlsx", lambda: template(rules, tier, syntax)[0]), XLSX_MEDIA_TYPE


@once
def form_cells(rules: Rules, tier: int) -> Mapping[str, tuple[Message, ...]]:
    """Return by the IRI of each term where the blank workbook of ``tier`` asks for it, in words."""

    def made() -> bytes:
        from zhiyin.form.workbook_cells import cells_in_words
        from zhiyin.form.workbook_writer import form_map

        cells = cells_in_words(form_map(rules, tier))
        return orjson.dumps({iri: [(place.zh, place.en) for place in places] for iri, places in cells.items()})

    told = orjson.loads(_kept(rules, f"cells-{tier}", ".json", made))
    return {iri: tuple(Message(zh, en) for zh, en in places) for iri, places in told.items()}


def make_all(rules: Rules) -> None:
    """Make what is not kept yet, for whoever starts a service next."""
    for tier in rules.edition.tiers:
        blank_form(rules, tier, "xlsx")
        form_cells(rules, tier)


def _kept(rules: Rules, name: str, suffix: str, make: Callable[[], bytes]) -> bytes:
    folder, key = resources.cache_folder() / "forms", f"{name}-{_state(rules)}"
    found = kept_files.fetch(folder, key, suffix)
    if found is None:
        with _alone(folder):
            # Another process may have made it while this one waited.
            found = kept_files.fetch(folder, key, suffix) or kept_files.keep(folder, key, make(), suffix, _MOST)
    return found.read_bytes()


@once
def _state(rules: Rules) -> str:
    """Return the hash of the law and of the code that writes its forms."""
    digest = hashlib.sha256(f"{rules.edition.vocabulary}\0{version('openpyxl')}\0".encode())
    digest.update(repr(sorted(rules.hashes.items())).encode())
    package = Path(resources.__file__).parent
    for file in sorted(
        [*package.glob("*.py"), *(file for name in _PACKAGES for file in (package / name).glob("*.py"))]
    ):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:32]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time make something for ``folder``; the lock goes with the process that holds it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "making.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
