"""The form in which generated statements travel: a node and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Identifier


@dataclass(frozen=True, slots=True)
class Block:
    """One node and what is said of it, in the order in which it is written."""

    subject: URIRef
    statements: tuple[tuple[URIRef, Identifier], ...]
