"""Completes the concepts' relations: people write ``skos:broader`` and one side of ``skos:related``, readers want all."""

from __future__ import annotations

from collections import defaultdict

from rdflib import SKOS, Graph, URIRef

from zhiyin.graph.blocks import Block


def relation_blocks(hand_written: Graph) -> tuple[Block, ...]:
    """Return the converse of every broader, related and top-concept statement that is not written, by node."""
    missing: defaultdict[URIRef, set[tuple[URIRef, URIRef]]] = defaultdict(set)
    for forward, backward in (
        (SKOS.broader, SKOS.narrower),
        (SKOS.narrower, SKOS.broader),
        (SKOS.related, SKOS.related),
        (SKOS.topConceptOf, SKOS.hasTopConcept),
        (SKOS.hasTopConcept, SKOS.topConceptOf),
    ):
        for subject, value in hand_written.subject_objects(forward):
            known = (value, backward, subject) in hand_written
            if isinstance(subject, URIRef) and isinstance(value, URIRef) and not known:
                missing[value].add((backward, subject))
    return tuple(Block(node, tuple(sorted(missing[node]))) for node in sorted(missing))
