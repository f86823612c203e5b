"""Takes what people wrote of the first text and the members of another edition's duties; gives the other's graph.

What is said of a duty's clause (a reading that touches it, a source) holds of the clause that states the duty now; what
is said of the first text's own headings and tiers, or of a clause that is no more, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import Graph, URIRef

from zhiyin.graph.families import read_families
from zhiyin.graph.nodes import ZY
from zhiyin.model import GuidelineText
from zhiyin.namespaces import names_of

_MEMBERS = (ZY.member, ZY.rewordedIn)


def carried_over(hand_written: Graph, added: Graph, first: GuidelineText, text: GuidelineText) -> Graph:
    """Return the graph of the edition of ``text``: ``hand_written`` as far as it holds of it, and what it ``added``."""
    before = names_of(first.edition.guideline, first.edition.id)
    own = tuple(map(str, (before.clause, before.section, before.tier, before.graph)))
    stands = _stands(hand_written, added, first, text)
    found = Graph(bind_namespaces="none")
    for subject, predicate, value in hand_written:
        if str(subject).startswith(own) or str(subject) == before.guideline:
            continue
        if isinstance(value, URIRef) and (str(value).startswith(own) or str(value) == before.guideline):
            if str(value) not in stands or predicate in _MEMBERS:
                continue
            value = URIRef(stands[str(value)])
        found.add((subject, predicate, value))
    for triple in added:
        found.add(triple)
    return found


def _stands(hand_written: Graph, added: Graph, first: GuidelineText, text: GuidelineText) -> Mapping[str, str]:
    """Return each thing of the first text that stands in the other: a duty by family and tier, the rest by its words."""
    old, new = (names_of(of.edition.guideline, of.edition.id) for of in (first, text))
    tier_old, tier_new = ({r.number: r.tier for r in of.requirements} for of in (first, text))
    now = {
        (family.id, tier_new[number]): number
        for family in read_families(hand_written + added, new)
        for number in family.members
    }
    found = {old.guideline: new.guideline}
    for family in read_families(hand_written, old):
        for number in family.members:
            there = now.get((family.id, tier_old[number]))
            if there is not None:
                found[old.clause[number]] = new.clause[there]
    items = {item.number: item.text for item in text.items}
    titles = {heading.number: heading.title for heading in text.headings}
    found |= {old.clause[i.number]: new.clause[i.number] for i in first.items if items.get(i.number) == i.text}
    found |= {old.section[h.number]: new.section[h.number] for h in first.headings if titles.get(h.number) == h.title}
    return found
