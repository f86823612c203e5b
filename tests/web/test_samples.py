"""The samples on the clause pages do what they say: the engine that judges companies passes the one and fails the other."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox
import pytest

from zhiyin.composition.judging import rules
from zhiyin.law.shapes import ShapeLibrary, working_copy
from zhiyin.namespaces import PREFIXES
from zhiyin.validation.assessment import assessment_triples
from zhiyin.validation.engine import Engine, PreparedShapes
from zhiyin.validation.facts import normalised
from zhiyin.web.samples import facts_read, sample_for
from zhiyin.web.snippets import CHECK_DATE

_BATCH = 40


@pytest.mark.parametrize("start", range(0, len(rules().shapes.shapes), _BATCH))
def test_every_sample_passes_and_fails_its_shape(start: int) -> None:
    """In batches of shapes: each is run over the samples of its batch and not over those of all the others."""
    shapes = dict(list(rules().shapes.shapes.items())[start : start + _BATCH])
    triples: list[ox.Triple] = []
    wanted: dict[str, str] = {}
    for index, iri in enumerate(shapes):
        sample = sample_for(rules(), iri)
        if sample is None:
            continue
        wanted[iri] = str(index)
        for kind, text in (("pass", sample.passing), ("fail", sample.failing)):
            named = text.replace("\n[] ", f"\n<https://example.org/{kind}/{index}> ")
            assert named != text
            triples += [q.triple for q in ox.parse(named.encode(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)]
    text = bytes(ox.serialize(normalised(triples), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    text += assessment_triples(date.fromisoformat(CHECK_DATE), 4)
    ready = PreparedShapes(working_copy(ShapeLibrary(rules().shapes.statements, shapes, rules().duties)))
    found = {(r.shape, r.focus) for r in ready.run(text, Engine.COMPILED)}
    failed = [iri for iri, n in wanted.items() if (iri, f"https://example.org/fail/{n}") not in found]
    passed = [iri for iri, n in wanted.items() if (iri, f"https://example.org/pass/{n}") in found]
    assert not failed, "the failing sample passes"
    assert not passed, "the passing sample fails"


def test_most_shapes_have_a_sample() -> None:
    with_sample = [iri for iri in rules().shapes.shapes if sample_for(rules(), iri) is not None]
    assert len(with_sample) > 0.8 * len(rules().shapes.shapes)


def test_a_shape_without_a_sample_names_the_facts_it_reads() -> None:
    assert not [
        iri for iri in rules().shapes.shapes if sample_for(rules(), iri) is None and not facts_read(rules(), iri)
    ]


def test_samples_bind_only_known_prefixes() -> None:
    for iri in rules().shapes.shapes:
        sample = sample_for(rules(), iri)
        for line in (sample.passing + sample.failing).splitlines() if sample else ():
            if line.startswith("@prefix"):
                assert line.split()[1].rstrip(":") in PREFIXES
