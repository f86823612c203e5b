"""What was inferred of a thing, as its page shows it: each statement with the facts and the axiom it follows from."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.composition.explanation import Conclusion, conclusions
from zhiyin.errors import Message
from zhiyin.namespaces import ID, ZY, compact
from zhiyin.standards import TYPE
from zhiyin.web.catalogue_api import services


@dataclass(frozen=True, slots=True)
class Name:
    """A term as a statement names it; ``href`` is empty where it leads nowhere here."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Inference:
    """One inferred statement: three names, three for each premise, and the kind of axiom."""

    statement: tuple[Name, Name, Name]
    premises: tuple[tuple[Name, Name, Name], ...]
    rule: Message


def inferences(kind: str, name: str) -> list[Inference]:
    """Return what was inferred of the thing ``id/kind/name``."""
    return [_shown(c) for c in conclusions(services().graph, str(services().graph.names.of(kind, name)))]


def _shown(conclusion: Conclusion) -> Inference:
    return Inference(_statement(conclusion.fact), tuple(_statement(p) for p in conclusion.premises), conclusion.rule)


def _statement(triple: ox.Triple) -> tuple[Name, Name, Name]:
    return _name(triple.subject), _name(triple.predicate), _name(triple.object)


def _name(term: object) -> Name:
    iri = str(getattr(term, "value", term))
    if isinstance(term, ox.Literal):
        return Name(f"“{iri[:24]}…”" if len(iri) > 24 else f"“{iri}”", "")
    if iri == TYPE:
        return Name("a", "")
    if iri.startswith(str(ZY)):
        return Name(compact(iri), f"/docs/ontology#{iri.removeprefix(str(ZY))}")
    return Name(compact(iri), f"/id/{iri.removeprefix(str(ID))}" if iri.startswith(str(ID)) else "")
