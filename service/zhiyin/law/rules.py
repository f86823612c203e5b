"""The law in use as one value: what is required, what companies may state of it, and the shapes that ask it of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.errors import Message
from zhiyin.law.duties import Duties, read_duties, shipped_duties
from zhiyin.law.shapes import ShapeLibrary, load_shapes, shape_files
from zhiyin.law.vocabulary import Vocabulary, read_vocabulary
from zhiyin.model import Edition, GuidelineText, Requirement
from zhiyin.standards import LABEL
from zhiyin.turtle import statements


@dataclass(frozen=True, eq=False)
class Rules:
    """One edition of the law; composition makes it once and hands it on.

    ``sections`` are the titles of the tiers' sections by number (``4.3``), ``subsections`` those within them
    (``4.3.3``), ``readings`` the names of the reading rules by IRI; ``hashes`` name the state of text, ontology and shapes in whatever is said by these rules.
    """

    edition: Edition
    requirements: tuple[Requirement, ...]
    sections: Mapping[str, str]
    subsections: Mapping[str, str]
    vocabulary: Vocabulary
    shapes: ShapeLibrary
    readings: Mapping[str, Message]
    hashes: Mapping[str, str]
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)
    """What was made of these rules by ``once``: it lasts as long as they do."""

    @property
    def duties(self) -> Duties:
        """The families of this edition and their clauses."""
        return self.shapes.duties

    def of_tier(self, tier: int) -> tuple[Requirement, ...]:
        """Return the requirements of ``tier`` in the order of the text."""
        return tuple(r for r in self.requirements if r.tier == tier)


def load_rules(
    text: GuidelineText, ontology: Sequence[Path] = (), shapes: Sequence[Path] = (), base: Rules | None = None
) -> Rules:
    """Read vocabulary and shapes beside the parsed text; OntologyError where a file cannot be read.

    ``ontology`` and ``shapes`` are the files that another edition than the shipped one has of its own: they state the
    members of its families and take the place of the shapes that they replace. ``base`` is then the shipped law.
    """
    hashes = {
        "guideline": text.sha256,
        "ontology": _hash([*resources.turtle_files("ontology"), *ontology]),
        "shapes": _hash([*shape_files(), *shapes]),
    }
    duties = shipped_duties() if base is None else read_duties(text.edition, ontology, base.duties)
    return Rules(
        edition=text.edition,
        requirements=text.requirements,
        sections={h.number: h.title for h in text.headings if h.number.count(".") == 1},
        subsections={h.number: h.title for h in text.headings if h.number.count(".") == 2},
        vocabulary=read_vocabulary() if base is None else base.vocabulary.with_tiers(len(text.edition.tiers)),
        shapes=load_shapes([*shape_files(), *shapes], duties),
        readings=_readings() if base is None else base.readings,
        hashes=hashes,
    )


def _readings() -> dict[str, Message]:
    """Return the name of every reading rule by its IRI."""
    found: dict[str, dict[str, str]] = {}
    for quad in statements(*resources.turtle_files("ontology/reading")):
        literal = quad.object
        if quad.predicate.value == LABEL and isinstance(literal, ox.Literal):
            found.setdefault(getattr(quad.subject, "value", ""), {})[literal.language or ""] = literal.value
    return {iri: Message(by["zh"], by.get("en", "")) for iri, by in found.items() if "zh" in by}


def _hash(files: list[Path]) -> str:
    """Return the SHA-256 over the files, their names below the root (of another edition's files the bare ones) included."""
    digest = sha256()
    for file in files:
        known = file.is_relative_to(resources.root())
        digest.update((file.relative_to(resources.root()).as_posix() if known else file.name).encode())
        digest.update(b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()
