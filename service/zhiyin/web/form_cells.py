"""A term and a tier in, the cells of that tier's Excel form in which it is stated out, in words."""

from __future__ import annotations

from zhiyin.composition.blank_forms import form_cells
from zhiyin.errors import Message
from zhiyin.law.rules import Rules
from zhiyin.model import tier_name


def cells_of(rules: Rules, iri: str, tier: int) -> tuple[Message, ...]:
    """Return where the form of ``tier`` asks for the term; where it does not, where the highest tier's that does."""
    found = form_cells(rules, tier).get(iri, ())
    if found:
        return found
    for other in reversed(rules.edition.tiers):
        if other != tier and (found := form_cells(rules, other).get(iri, ())):
            return tuple(
                Message(f"{tier_name(other)}的表：{place.zh}", f"tier {other}’s form: {place.en}") for place in found
            )
    return ()
