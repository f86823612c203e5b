"""The plainly invented second edition as a person leaves it: what was decided of it, and submissions that follow it."""

from __future__ import annotations

from zhiyin import resources
from zhiyin.composition import BuiltGraph
from zhiyin.composition.revising import Revision, described, revise
from zhiyin.guideline.revision import Decision, Kind

NEXT = "https://w3id.org/zhiyin/ontology/company/next"
DECISIONS = (
    Decision("5.1.2.4", "5.1.2.4", Kind.STRENGTHENED),
    Decision("5.3.2.10", "5.3.2.9", Kind.STRENGTHENED),
    Decision("5.2.1.7", "5.2.1.8", Kind.REWORDED),
    Decision("5.2.2.3", "5.2.2.3", Kind.REWORDED),
    Decision("5.3.2.5", None, Kind.NEW),
    Decision("4.7.4.4", None, Kind.NEW),
    Decision("5.7.4.4", None, Kind.NEW),
)


def revised(text: str, built: BuiltGraph, decisions: tuple[Decision, ...] = ()) -> Revision:
    """Return the revision of ``text`` against the shipped edition."""
    edition = described(b"", edition="next", vocabulary=NEXT, text="next.txt")
    return revise(text.encode(), built.catalogue, name="next.txt", edition=edition, decisions=decisions)


def sample(name: str, **changes: str) -> bytes:
    """Return a sample company with other words in place of some."""
    text = (resources.path("data/companies") / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def following(data: bytes, vocabulary: str) -> bytes:
    """Return a submission that follows another vocabulary than that of the shipped edition."""
    return data.replace(b"https://w3id.org/zhiyin/ontology/company/1.0", vocabulary.encode())
