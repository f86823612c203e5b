"""The Turtle and JSON-LD templates filled with what a complete sample states, slot by slot, and judged: nothing undeclared."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest
from tests.validation import samples

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.form.template import template
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import PREFIXES, ZY

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_STATEMENTS = ("attestation", "activity", "retention")
_EVIDENCE = {"title", "identifier", "issued", "responsibleRole", "sha256"}


class Facts:
    """The sample company's triples, looked up by node and local name."""

    def __init__(self, tier: int) -> None:
        sample = next(s for s in samples.SAMPLES if s.slug == f"tier-{tier}-complete")
        self.said: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for triple in samples.facts(sample):
            self.said[str(triple.subject)][local(triple.predicate.value)].append(triple.object)
        self.description = next(
            n for n, said in self.said.items() if ox.NamedNode(str(ZY.SelfDescription)) in said["type"]
        )
        self.company = str(self.said[self.description]["describes"][0])


def local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]


def undeclared(data: bytes, source: str) -> dict[str, str]:
    """The clauses that a filled template leaves undeclared, and what came out of them."""
    verdict = judge_bytes(data, rules(), Asked(CHECK_DATE), source=source).verdicts[0]
    assert len(verdict.clauses) > 170
    good = (Outcome.SATISFIED, Outcome.NOT_APPLICABLE)
    return {c.requirement.number: str(c.outcome) for c in verdict.clauses if c.outcome not in good}


# --- JSON-LD ------------------------------------------------------------------------------------------------------


def plain(value: Any) -> object:  # noqa: ANN401
    """A value as one writes it into the JSON: booleans, whole numbers and words for what the vocabulary names."""
    if not isinstance(value, ox.Literal):
        iri = value.value
        return local(iri) if iri in rules().vocabulary.terms else iri
    kind = value.datatype.value.removeprefix(_XSD)
    if kind == "boolean":
        return value.value == "true"
    return int(value.value) if kind == "integer" else value.value


def one_or_all(values: list[Any]) -> object:
    return plain(values[0]) if len(values) == 1 else [plain(v) for v in values]


def filled(slot: dict[str, Any], node: str, facts: Facts) -> dict[str, Any]:
    """The template's object with every slot filled from ``node``; nothing is added that it has no slot for."""
    said = facts.said[node]
    body: dict[str, Any] = {}
    for key, empty in slot.items():
        if key in ("@context", "type", "conformsTo", "claimedTier", "about"):
            body[key] = empty
        elif key == "id":
            body[key] = node.strip("<>")
        elif key in _STATEMENTS:
            body[key] = list(statements(empty, said[key], facts))
        elif key == "describes":
            body[key] = filled(empty, facts.company, facts)
        elif key == "evidence":
            body[key] = [filled(empty, str(e), facts) for e in said[key]]
        elif isinstance(empty, list) and empty:
            body[key] = [filled(empty[0], str(thing), facts) for thing in said[key]]
        elif said[key]:
            body[key] = one_or_all(said[key])
    return body


def statements(slots: list[dict[str, Any]], said: list[Any], facts: Facts) -> Iterator[dict[str, Any]]:
    for slot in slots:
        for statement in said:
            if plain(facts.said[str(statement)]["about"][0]) == slot["about"]:
                yield filled(slot, str(statement), facts)


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_json_template_filled_leaves_nothing_undeclared(tier: int) -> None:
    facts = Facts(tier)
    blank = json.loads(template(rules(), tier, "jsonld")[0])
    document = filled(blank, facts.description, facts)
    assert undeclared(json.dumps(document, ensure_ascii=False).encode(), "a.jsonld") == {}


# --- Turtle -------------------------------------------------------------------------------------------------------


def uncommented(tier: int) -> str:
    """The template as one has it who takes every ``# `` away that stands before a statement."""
    text = template(rules(), tier, "ttl")[0].decode()
    lines = []
    for line in text.splitlines():
        bare = re.sub(r"^(\s*)#\s(\s*)", r"\1\2", line)
        is_statement = re.match(r"\s*(<|zy:|dcterms:|a zy:|\.$)", bare)
        lines.append(bare if is_statement else line if line.lstrip().startswith(("#", "@")) or not line else bare)
    chosen = re.sub(r"(\w+:[\w-]+)(?: \| [\w:-]+)+", r"\1", "\n".join(lines))
    return chosen.replace("<…>", "<https://example.org/x>").replace("/…>", "/x>")


def asked(tier: int) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What the uncommented template has a place for: class and property, and what a statement is about and property."""
    types: dict[str, str] = {}
    triples = list(ox.parse(uncommented(tier).encode(), format=ox.RdfFormat.TURTLE))
    about = {str(q.subject): getattr(q.object, "value", "") for q in triples if q.predicate.value == str(ZY.about)}
    for quad in triples:
        if quad.predicate.value == _TYPE:
            types[str(quad.subject)] = getattr(quad.object, "value", "")
    facts, stated = set(), set()
    proofs = {str(q.object): about[str(q.subject)] for q in triples if q.predicate.value == str(ZY.evidence)}
    for quad in triples:
        node, predicate = str(quad.subject), quad.predicate.value
        if node in about or node in proofs:
            stated.add((about.get(node) or proofs[node], predicate))
        elif node in types:
            lists = f" {getattr(quad.object, 'value', '')}" if predicate == str(ZY.listsAll) else ""
            facts.add((types[node], predicate + lists))
    return facts, stated


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_turtle_template_filled_leaves_nothing_undeclared(tier: int) -> None:
    facts, stated = asked(tier)
    sample = Facts(tier)
    about: dict[str, str] = {}
    for said in sample.said.values():
        for link in _STATEMENTS:
            for node in said[link]:
                about[str(node)] = sample.said[str(node)]["about"][0].value
    proofs = {str(e): topic for node, topic in about.items() for e in sample.said[node]["evidence"]}
    triples = samples.facts(next(s for s in samples.SAMPLES if s.slug == f"tier-{tier}-complete"))
    kept = []
    for triple in triples:
        node, predicate, value = str(triple.subject), triple.predicate.value, getattr(triple.object, "value", "")
        topic = about.get(node) or proofs.get(node)
        if topic is not None:
            periods = {str(ZY[k]) for k in ("periodDays", "periodMonths", "periodYears")}
            named = predicate in periods and (topic, str(ZY.periodMonths)) in stated
            if predicate == _TYPE or (topic, predicate) in stated or named:
                kept.append(triple)
            continue
        if local(predicate) in _STATEMENTS:
            topic = about[str(triple.object)]
            if any(found == topic for found, _ in stated):
                kept.append(triple)
            continue
        cls = sample.said[node]["type"][0].value
        slot = predicate + (f" {value}" if predicate == str(ZY.listsAll) else "")
        links = predicate in rules().vocabulary.terms and rules().vocabulary.terms[predicate].kind == "object"
        if predicate == _TYPE or (cls, slot) in facts or (links and any(p == predicate for _, p in facts)):
            kept.append(triple)
    data = ox.serialize(kept, format=ox.RdfFormat.TURTLE, prefixes={"zy": PREFIXES["zy"]})
    assert undeclared(data or b"", "a.ttl") == {}
