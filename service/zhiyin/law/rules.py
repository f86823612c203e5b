"""The law in use as one value: what is required, what companies may state of it, and the shapes that ask it of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from zhiyin import resources
from zhiyin.law.shapes import ShapeLibrary, library, shape_files
from zhiyin.law.vocabulary import Vocabulary, vocabulary
from zhiyin.model import GuidelineText, Requirement


@dataclass(frozen=True, eq=False)
class Rules:
    """One edition of the law; composition makes it once and hands it on.

    ``hashes`` name the state of text, ontology and shapes in whatever is said by these rules.
    """

    requirements: tuple[Requirement, ...]
    vocabulary: Vocabulary
    shapes: ShapeLibrary
    hashes: Mapping[str, str]

    def of_tier(self, tier: int) -> tuple[Requirement, ...]:
        """Return the requirements of ``tier`` in the order of the text."""
        return tuple(r for r in self.requirements if r.tier == tier)


def load_rules(text: GuidelineText) -> Rules:
    """Read vocabulary and shapes beside the parsed text; OntologyError where a file cannot be read."""
    hashes = {
        "guideline": text.sha256,
        "ontology": _hash(resources.turtle_files("ontology")),
        "shapes": _hash(shape_files()),
    }
    return Rules(text.requirements, vocabulary(), library(), hashes)


def _hash(files: list[Path]) -> str:
    """Return the SHA-256 over the files, their names below the root included."""
    digest = sha256()
    for file in files:
        digest.update(file.relative_to(resources.root()).as_posix().encode())
        digest.update(b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()
