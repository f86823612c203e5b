"""The law in use as one value: what is required, what companies may state of it, and the shapes that ask it of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from zhiyin import resources
from zhiyin.edition import shipped_edition
from zhiyin.law.duties import read_duties, shipped_duties
from zhiyin.law.shapes import ShapeLibrary, library, load_shapes, shape_files
from zhiyin.law.vocabulary import Vocabulary, vocabulary
from zhiyin.model import Edition, GuidelineText, Requirement


@dataclass(frozen=True, eq=False)
class Rules:
    """One edition of the law; composition makes it once and hands it on.

    ``hashes`` name the state of text, ontology and shapes in whatever is said by these rules.
    """

    edition: Edition
    requirements: tuple[Requirement, ...]
    vocabulary: Vocabulary
    shapes: ShapeLibrary
    hashes: Mapping[str, str]

    def of_tier(self, tier: int) -> tuple[Requirement, ...]:
        """Return the requirements of ``tier`` in the order of the text."""
        return tuple(r for r in self.requirements if r.tier == tier)


def load_rules(text: GuidelineText, ontology: Sequence[Path] = (), shapes: Sequence[Path] = ()) -> Rules:
    """Read vocabulary and shapes beside the parsed text; OntologyError where a file cannot be read.

    ``ontology`` and ``shapes`` are the files that another edition than the shipped one has of its own: they state the
    members of its families and take the place of the shapes that they replace.
    """
    hashes = {
        "guideline": text.sha256,
        "ontology": _hash([*resources.turtle_files("ontology"), *ontology]),
        "shapes": _hash([*shape_files(), *shapes]),
    }
    library_of = library()
    if text.edition != shipped_edition():
        duties = read_duties(text.edition, ontology, shipped_duties())
        library_of = load_shapes([*shape_files(), *shapes], duties)
    return Rules(text.edition, text.requirements, vocabulary(), library_of, hashes)


def _hash(files: list[Path]) -> str:
    """Return the SHA-256 over the files, their names below the root (of another edition's files the bare ones) included."""
    digest = sha256()
    for file in files:
        known = file.is_relative_to(resources.root())
        digest.update((file.relative_to(resources.root()).as_posix() if known else file.name).encode())
        digest.update(b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()
