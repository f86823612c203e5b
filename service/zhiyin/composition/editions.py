"""Finds the editions of the guideline: the one that ships, and those that stand in folders beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhiyin import resources
from zhiyin.edition import read_description, shipped_edition
from zhiyin.errors import BadParameter, OntologyError, Place
from zhiyin.namespaces import names_of

if TYPE_CHECKING:
    from zhiyin.model import Edition, GuidelineText

DESCRIPTION: Final = "edition.toml"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class EditionFiles:
    """An edition and where its own files stand: text and checksum in ``folder``; ``ontology/`` and ``shapes/`` below.

    The edition that ships has its ontology and shapes at the top of the project: ``own`` is ``None`` for it. Another
    edition adds to them: its clauses in the families, its figures, the shapes that take the place of others.
    """

    edition: Edition
    folder: Path
    own: Path | None

    def turtle(self, kind: str) -> list[Path]:
        """Return the edition's own Turtle files of a kind (``ontology`` or ``shapes``), in one order."""
        return [] if self.own is None else sorted((self.own / kind).rglob("*.ttl"))


@cache
def shipped() -> EditionFiles:
    """Return the edition that ships with the project."""
    return EditionFiles(shipped_edition(), resources.path("data/guideline"), None)


def editions() -> dict[str, EditionFiles]:
    """Return every edition by the IRI of its vocabulary, the shipped one first.

    Others stand in ``editions/<guideline>/<edition>/`` of the project and in the folder that ``ZHIYIN_EDITIONS`` names.
    Raises OntologyError where two editions share a vocabulary or a name: a submission could not tell them apart.
    """
    found = {shipped().edition.vocabulary: shipped()}
    names = {(shipped().edition.guideline, shipped().edition.id)}
    named = os.environ.get("ZHIYIN_EDITIONS")
    for root in (resources.path("editions"), *([Path(named)] if named else [])):
        for description in sorted(root.glob(f"*/*/{DESCRIPTION}")):
            files = EditionFiles(_described(description.parent), description.parent, description.parent)
            edition = files.edition
            if edition.vocabulary in found or (edition.guideline, edition.id) in names:
                raise OntologyError(
                    f"两个版本同名或用同一词汇表：{edition.guideline}/{edition.id}，{edition.vocabulary}",
                    f"two editions share a name or a vocabulary: {edition.guideline}/{edition.id}, {edition.vocabulary}",
                    place=Place(source=str(description)),
                )
            found[edition.vocabulary] = files
            names.add((edition.guideline, edition.id))
    return found


def name_of(edition: Edition) -> str:
    """Return the name by which an address asks for an edition: empty for the shipped one."""
    return edition.id if edition.guideline == shipped().edition.guideline else f"{edition.guideline}/{edition.id}"


def of_clauses() -> dict[str, Edition]:
    """Return every edition by the namespace of its clauses, the shipped one by the empty text as well."""
    found = {str(names_of(f.edition.guideline, f.edition.id).clause): f.edition for f in editions().values()}
    return {"": shipped().edition, **found}


def edition_named(name: str, parameter: str = "edition") -> EditionFiles:
    """Return the edition called ``name``, the shipped one where that is empty; BadParameter where there is none."""
    known = {name_of(files.edition): files for files in editions().values()}
    if name not in known:
        raise BadParameter(parameter, name, [other for other in known if other])
    return known[name]


def _described(folder: Path) -> Edition:
    return read_description((folder / DESCRIPTION).read_bytes(), name=DESCRIPTION)


def edition_text(files: EditionFiles) -> GuidelineText:
    """Return the parsed text of an edition once its checksum is found to be right; read once for each state of it."""
    return _text_of(files, _stamp(files.folder / files.edition.text), _stamp(files.folder / SUMS))


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _text_of(files: EditionFiles, _text: tuple[int, int], _sums: tuple[int, int]) -> GuidelineText:
    from zhiyin.guideline import check_sum, parse_guideline, read_text

    source = files.folder / files.edition.text
    data = source.read_bytes()
    digest = check_sum(data, (files.folder / SUMS).read_text(encoding="utf-8"), source.name)
    return parse_guideline(read_text(data, name=source.name), files.edition, name=source.name, sha256=digest)
