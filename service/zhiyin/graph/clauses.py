"""Takes the parsed text, the steps and the wording and gives the clauses' triples, a block per node, by chapter."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from rdflib import DCTERMS, RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Identifier

from zhiyin.errors import OntologyError, Place
from zhiyin.graph.blocks import Block
from zhiyin.graph.nodes import ELI, FAMILY, TOPIC, ZY
from zhiyin.graph.wording import Wording
from zhiyin.model import (
    Change,
    GuidelineText,
    Heading,
    Item,
    Mark,
    Obligation,
    Requirement,
    Step,
    number_key,
)
from zhiyin.namespaces import Names, names_of

OBLIGATIONS: Final = {Obligation.MANDATORY: ZY.Mandatory, Obligation.OPTIONAL: ZY.Optional}
MARKS: Final = {Mark.NEW: ZY.New, Mark.CONTINUED: ZY.Continued}
CHANGES: Final = {
    Change.SAME: ZY.Same,
    Change.REWORDED: ZY.Reworded,
    Change.PROMOTED: ZY.Promoted,
    Change.STRENGTHENED: ZY.Strengthened,
    Change.INTRODUCED: ZY.Introduced,
}
ANCESTRY: Final = {
    Change.SAME: ZY.continues,
    Change.REWORDED: ZY.rewords,
    Change.PROMOTED: ZY.promotes,
    Change.STRENGTHENED: ZY.strengthens,
}


def clause_blocks(
    text: GuidelineText, steps: list[Step], wording: Wording, hand_written: Graph
) -> dict[int, tuple[Block, ...]]:
    """Return, for each chapter, the blocks of its headings, items and requirements in document order.

    Raises OntologyError where a heading has no topic, or a topic's label is not the heading's title.
    """
    names = names_of(text.edition.guideline, text.edition.id)
    by_number: dict[str, Heading | Item | Requirement] = {
        part.number: part for parts in (text.headings, text.items, text.requirements) for part in parts
    }
    first_tier = _first_tiers(steps)
    known = {step.number: step for step in steps}
    blocks: defaultdict[int, list[Block]] = defaultdict(list)
    for order, number in enumerate(sorted(by_number, key=number_key), start=1):
        part = by_number[number]
        place = Literal(order)
        if isinstance(part, Heading):
            block = _section(part, place, hand_written, names, text.edition.tier_of(number_key(number)[0]))
        elif isinstance(part, Item):
            block = _item(part, place, wording, names)
        else:
            step = known[number]
            block = _requirement(part, place, step, first_tier[step.family], wording, names)
        blocks[number_key(number)[0]].append(block)
    return {chapter: tuple(found) for chapter, found in blocks.items()}


def _first_tiers(steps: list[Step]) -> dict[str, int]:
    first: dict[str, int] = {}
    for step in steps:
        first[step.family] = min(step.tier, first.get(step.family, step.tier))
    return first


def _labels(number: str) -> list[tuple[URIRef, Identifier]]:
    """Name a clause, which has no heading, by its number."""
    return [
        (RDFS.label, Literal(f"条款 {number}", lang="zh")),
        (RDFS.label, Literal(f"Clause {number}", lang="en")),
    ]


def _numbered(number: str) -> list[tuple[URIRef, Identifier]]:
    """Give the number by our property and by the one of ELI that it specialises: the reasoner looks at no literals."""
    return [(ZY.number, Literal(number)), (ELI.number, Literal(number))]


def _section(heading: Heading, order: Literal, hand_written: Graph, names: Names, tier: int | None) -> Block:
    local = heading.number.partition(".")[2]
    statements: list[tuple[URIRef, Identifier]] = [
        (RDF.type, ZY.Section),
        (RDFS.label, Literal(heading.title, lang="zh")),
    ]
    if local:
        topic = TOPIC[local]
        labels = {
            label.language: label for label in hand_written.objects(topic, RDFS.label) if isinstance(label, Literal)
        }
        if str(labels.get("zh")) != heading.title or "en" not in labels:
            raise OntologyError(
                f"章节主题 {local} 与标题“{heading.title}”不符",
                f"the topic {local} does not fit the heading '{heading.title}'",
                place=Place(node=str(topic)),
            )
        statements += [
            (RDFS.label, labels["en"]),
            *_numbered(heading.number),
            (ZY.order, order),
            (ZY.parent, URIRef(names.section[heading.number.rpartition(".")[0]])),
            (ZY.topic, topic),
        ]
    else:
        # The English title of a chapter stands in ontology/guideline.ttl: the four chapters share no topic.
        statements += [(DCTERMS.isPartOf, URIRef(names.guideline)), *_numbered(heading.number), (ZY.order, order)]
    if tier is not None:
        statements.append((ZY.tier, URIRef(names.tier[str(tier)])))
    return Block(URIRef(names.section[heading.number]), tuple(statements))


def _item(item: Item, order: Literal, wording: Wording, names: Names) -> Block:
    parent = item.number.rpartition(".")[0]
    statements: list[tuple[URIRef, Identifier]] = [
        (RDF.type, ZY.Definition if "." in parent else ZY.GeneralProvision),
        *_labels(item.number),
        *_numbered(item.number),
        (ZY.order, order),
        (ZY.text, Literal(item.text, lang="zh")),
        (ZY.section, URIRef(names.section[parent[0]])),
    ]
    if "." in parent:
        statements.append((ZY.parent, URIRef(names.clause[parent])))
    statements += [(ZY.mentions, concept) for concept in wording.mentions(item.text)]
    return Block(URIRef(names.clause[item.number]), tuple(statements))


def _requirement(
    clause: Requirement, order: Literal, step: Step, first_tier: int, wording: Wording, names: Names
) -> Block:
    family = FAMILY[step.family]
    statements: list[tuple[URIRef, Identifier]] = [
        (RDF.type, ZY.Requirement),
        *_labels(clause.number),
        *_numbered(clause.number),
        (ZY.order, order),
        (ZY.text, Literal(clause.text, lang="zh")),
        (ZY.tier, URIRef(names.tier[str(clause.tier)])),
        (ZY.section, URIRef(names.section[clause.subsection])),
        (ZY.obligation, OBLIGATIONS[clause.obligation]),
        (ZY.mark, MARKS[clause.mark]),
        (ZY.family, family),
        (ZY.introducedIn, URIRef(names.tier[str(first_tier)])),
    ]
    if step.change is not None:
        statements.append((ZY.change, CHANGES[step.change]))
        if step.ancestor is not None:
            statements.append((ANCESTRY[step.change], URIRef(names.clause[step.ancestor])))
    statements += [(ZY.mentions, concept) for concept in wording.mentions(clause.text)]
    statements += [(ZY.hasThreshold, threshold) for threshold in wording.thresholds(clause.text, family)]
    return Block(URIRef(names.clause[clause.number]), tuple(statements))
