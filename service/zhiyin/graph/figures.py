"""Names the thresholds, which people write as figures alone, and states them in QUDT's own terms."""

from __future__ import annotations

from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.term import Identifier

from zhiyin.errors import OntologyError, Place
from zhiyin.graph.blocks import Block
from zhiyin.graph.nodes import QUDT, UNIT, ZY


def threshold_blocks(hand_written: Graph) -> tuple[Block, ...]:
    """Return labels in both languages, unit and value of each threshold.

    The reasoner leaves figures out, so what follows from zy:unit and zy:value is written. Raises OntologyError where a
    threshold has no metric with a name, no phrase or no value.
    """
    nodes = {node for node in hand_written.subjects(RDF.type, ZY.Threshold) if isinstance(node, URIRef)}
    return tuple(Block(node, tuple(_statements(node, hand_written))) for node in sorted(nodes))


def _statements(node: URIRef, graph: Graph) -> list[tuple[URIRef, Identifier]]:
    phrase, comparator, value = (_one(node, p, graph) for p in (ZY.phrase, ZY.comparator, ZY.value))
    metric = _named(_one(node, ZY.metric, graph), node, graph)
    found: list[tuple[URIRef, Identifier]] = []
    unit = graph.value(node, ZY.unit)
    measure = ""
    if isinstance(unit, URIRef):
        # QUDT counts heads and things alike in NUM, which a reader does not say.
        measure = "" if unit == UNIT.NUM else f" {_named(unit, node, graph)['en']}"
        found.append((QUDT.hasUnit, unit))
    return [
        (RDFS.label, Literal(f"{metric['zh']}：{phrase}", lang="zh")),
        (RDFS.label, Literal(f"{metric['en']}: {comparator} {value}{measure}", lang="en")),
        *found,
        (QUDT.numericValue, value),
    ]


def _one(node: URIRef, predicate: URIRef, graph: Graph) -> Identifier:
    value = graph.value(node, predicate)
    if not isinstance(value, Identifier):
        raise OntologyError(
            f"指标要求缺少 {predicate}",
            f"a threshold lacks {predicate}",
            place=Place(node=str(node), path=str(predicate)),
        )
    return value


def _named(thing: Identifier, node: URIRef, graph: Graph) -> dict[str, str]:
    labels = {
        label.language: str(label)
        for label in graph.objects(thing, RDFS.label)
        if isinstance(label, Literal) and label.language in {"zh", "en"}
    }
    if len(labels) < 2:
        raise OntologyError(
            f"{thing} 缺少中文或英文名称", f"{thing} lacks a label in zh or en", place=Place(node=str(node))
        )
    return {str(language): text for language, text in labels.items()}
