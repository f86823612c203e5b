"""The clauses of a tier as the form shows them: number, obligation and text, read from the generated chapters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.model import Obligation, number_key
from zhiyin.namespaces import ZY
from zhiyin.standards import LABEL


@dataclass(frozen=True, slots=True)
class FormClause:
    """One clause of the tier, as the sheet 条款 prints it."""

    number: str
    obligation: Obligation
    text: str

    @property
    def section(self) -> str:
        """The section's number without its chapter, ``1`` … ``8``."""
        return self.number.split(".")[1]


@cache
def _chapter(tier: int) -> Mapping[str, Mapping[str, str]]:
    """Return what the generated chapter says of each node; of several languages the Chinese."""
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    data = resources.path(f"ontology/generated/chapter-{tier + 1}.ttl").read_bytes()
    for quad in ox.parse(data, format=ox.RdfFormat.TURTLE):
        if isinstance(quad.object, ox.Literal) and quad.object.language not in (None, "zh"):
            continue
        facts[str(quad.subject)][quad.predicate.value] = getattr(quad.object, "value", "")
    return facts


@cache
def clauses_of(tier: int) -> Mapping[str, FormClause]:
    """Return the requirement clauses of ``tier`` by number, in the order of the text."""
    found = [
        FormClause(
            said[str(ZY.number)],
            Obligation.MANDATORY if said[str(ZY.obligation)] == str(ZY.Mandatory) else Obligation.OPTIONAL,
            said[str(ZY.text)],
        )
        for said in _chapter(tier).values()
        if str(ZY.obligation) in said
    ]
    return {clause.number: clause for clause in sorted(found, key=lambda c: number_key(c.number))}


@cache
def section_titles(tier: int) -> Mapping[str, str]:
    """Return the title of each of the tier's eight sections by its number without the chapter."""
    titles = {
        said[str(ZY.number)].split(".")[1]: said[LABEL]
        for said in _chapter(tier).values()
        if str(ZY.obligation) not in said and said.get(str(ZY.number), "").count(".") == 1
    }
    return dict(sorted(titles.items()))
