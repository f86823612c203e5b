"""Two engines, one verdict: pyshacl is the reference, the compiled engine serves bulk work.

Every sample in full; of the cases, the first failing one of every eighth shape, run with the shapes that enforce the
clauses it names. ``ZHIYIN_EVERY_CASE=1`` takes the first failing case of every shape.
"""

from __future__ import annotations

import os

import pytest
from tests.validation import samples

from zhiyin import resources
from zhiyin.composition.judging import rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, Case, changed_base, clauses_of, read_cases
from zhiyin.intake.reading import read_any
from zhiyin.law.shapes import ShapeLibrary, working_copy
from zhiyin.standards import SH
from zhiyin.validation.engine import Engine, PreparedShapes, Result
from zhiyin.validation.facts import facts_of, normalised
from zhiyin.validation.judgement import judge
from zhiyin.validation.verdict import clause_verdicts

EVERY = bool(os.environ.get("ZHIYIN_EVERY_CASE"))
CASES = read_cases([resources.path("tests/cases")])
FIRST: dict[str, Case] = {}
for _case in CASES:
    if _case.shape:
        FIRST.setdefault(_case.shape, _case)
CHOSEN = sorted(FIRST)[:: 1 if EVERY else 8]


def test_there_are_cases() -> None:
    assert len(CHOSEN) > 100


def variables(result: Result) -> tuple[tuple[str, str], ...]:
    """The variables of a result; of a shared component pyshacl hands over none, since SHACL asks for none."""
    return result.bindings if result.component.startswith(SH) else ()


@pytest.mark.parametrize("name", CHOSEN)
def test_both_engines_say_the_same_of_a_case(name: str) -> None:
    case = FIRST[name]
    iri = next(i for i in rules().shapes.shapes if i.endswith(f"/{name}"))
    clauses = {n for n in rules().shapes.shapes[iri].enforces if n.startswith(f"{case.tier + 1}.")}
    shapes = {i: s for i, s in rules().shapes.of_tier(case.tier).items() if s.enforces & clauses}
    prepared = PreparedShapes(working_copy(ShapeLibrary(rules().shapes.statements, shapes, rules().duties)))
    facts = facts_of(COMPANY, normalised(changed_base(case.patch)), rules().vocabulary)
    text = facts.text(case.date, case.tier, case.as_of)
    found = {engine: prepared.run(text, engine) for engine in Engine}
    said = {engine: {(r.shape, r.focus, r.path, variables(r)) for r in results} for engine, results in found.items()}
    assert said[Engine.PYSHACL] == said[Engine.COMPILED]
    assert any(r.shape == iri for r in found[Engine.COMPILED])
    numbers = [n for n in clauses_of(case.tier) if n in clauses]
    verdicts = {
        e: [(v.number, v.outcome) for v in clause_verdicts(numbers, shapes, results, facts)]
        for e, results in found.items()
    }
    assert verdicts[Engine.PYSHACL] == verdicts[Engine.COMPILED]


@pytest.mark.parametrize("sample", samples.SAMPLES, ids=lambda s: s.slug)
def test_both_engines_give_the_verdict_of_a_sample(sample: samples.Sample) -> None:
    submission = read_any((samples.folder() / sample.file).read_bytes(), rules(), source=sample.file)
    by_engine = {engine: judge(submission, rules(), check_date=CHECK_DATE, engine=engine).verdicts for engine in Engine}
    assert by_engine[Engine.PYSHACL] == by_engine[Engine.COMPILED]
