"""The files of ``zhiyin shapes`` and ``zhiyin facts`` in engines other than ours: the same results, company by company.

The samples and invented companies of every kind go to every engine; invented ones by the thousand to Apache Jena,
``ZHIYIN_COMPANIES`` of them (ten thousand unless it says otherwise), each at its own tier and day.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.engines.invented import Own, Tally, exported, tallies
from tests.engines.outside_engines import RECIPES, CannotBeHad, Running, fetched, fetched_many
from tests.validation import samples
from tests.validation.random_companies import random_company

from zhiyin.composition.facts import Normalised, normalised_company, normalised_facts
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import BadSubmission
from zhiyin.intake.submission import read_submission
from zhiyin.law.outside import Form
from zhiyin.validation.companies import companies_of
from zhiyin.validation.engine import Engine

COMPANIES = int(os.environ.get("ZHIYIN_COMPANIES", "10000"))
WHOLE = 200
"""So many invented companies are judged whole by both Python engines; pyshacl takes seconds for each."""
AT_LEAST = 20
"""So many inputs each engine is given."""
SLOW = {"shacl-engine", "rdf-validate-shacl"}
"""Engines that take a minute for a whole company: one sample, and else companies drawn from the vocabulary alone."""


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Form, Mapping[int, Path]]:
    folder = tmp_path_factory.mktemp("shapes")
    return {form: exported(folder, form) for form in Form}


@pytest.fixture(scope="session")
def own(shapes: Mapping[Form, Mapping[int, Path]]) -> Own:
    return Own(shapes[Form.COMPONENTS])


@pytest.fixture(scope="session", params=sorted(RECIPES))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    key: str = request.param
    try:
        return key, fetched(key, tmp_path_factory.mktemp(key))
    except CannotBeHad as reason:
        pytest.skip(f"{RECIPES[key].tried.name} is not tested: {reason}")


@dataclass(frozen=True, slots=True)
class Input:
    """What ``zhiyin facts`` writes of one company, and whether it is soon judged."""

    name: str
    facts: Normalised
    small: bool


@pytest.fixture(scope="session")
def inputs() -> list[Input]:
    """The samples, two companies of each invented kind, and small ones enough for the engines that are slow."""
    found = []
    for sample in samples.SAMPLES:
        data = (samples.folder() / sample.file).read_bytes()
        facts = normalised_facts(data, rules(), Asked(CHECK_DATE), source=sample.file)
        found.append(Input(sample.slug, facts, sample.slug == "half-filled-form"))
    kinds: Counter[str] = Counter()
    for company in map(random_company, range(7 * AT_LEAST)):
        kinds[company.kind] += 1
        if kinds[company.kind] > (AT_LEAST if company.kind == "nothing" else 2):
            continue
        submission = read_submission(company.turtle(), rules().vocabulary, source="company.ttl")
        companies = companies_of(submission, rules(), company.tier, company.day)
        for iri in companies.described:
            facts = normalised_company(companies, iri, company.tier)
            found.append(Input(f"seed-{company.seed}-{facts.tier}", facts, company.kind == "nothing"))
    return found


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Running]]:
    running: list[Running] = []
    yield running
    for one in running:
        one.close()


@pytest.mark.parametrize("form", list(Form))
def test_companies_come_out_alike(
    engine: tuple[str, list[str]],
    form: Form,
    own: Own,
    shapes: Mapping[Form, Mapping[int, Path]],
    started: list[Running],
    inputs: list[Input],
    tmp_path: Path,
) -> None:
    key, command = engine
    tried = RECIPES[key].tried
    differing = []
    opened: dict[int, Running] = {}
    given = [one for one in inputs if one.small or key not in SLOW]
    assert len(given) >= AT_LEAST
    for one in given:
        found = one.facts
        if found.tier not in opened:
            opened[found.tier] = Running(command, shapes[form][found.tier], tmp_path / "log")
            started.append(opened[found.tier])
        file = tmp_path / f"{one.name}.nt"
        file.write_text(found.text, encoding="utf-8")
        try:
            there = opened[found.tier].results(file)
        except RuntimeError:
            if form in tried.equal:
                raise
            return  # the limit that the file's head names
        if there != own.results(found.tier, found.text):
            differing.append(one.name)
    if form in tried.equal:
        assert differing == []
    else:
        assert differing, f"{tried.name} agrees now on the form with {form}: say so in law/outside.py"


def test_jena_agrees_on_invented_companies(shapes: Mapping[Form, Mapping[int, Path]], tmp_path: Path) -> None:
    try:
        command = fetched_many(tmp_path)
    except CannotBeHad as reason:
        pytest.skip(f"Apache Jena SHACL is not tested: {reason}")
    whole = sum(tallies(command, shapes[Form.COMPONENTS], range(COMPANIES), tmp_path), Tally())
    assert whole.differing == ()
    assert whole.firms > 0.9 * COMPANIES
    assert whole.results > 50 * whole.firms


def test_both_python_engines_give_the_same_verdict_on_invented_companies() -> None:
    for seed in range(WHOLE):
        company = random_company(seed)
        verdicts = []
        try:
            for engine in Engine:
                asked = Asked(company.day, company.tier, engine=engine)
                verdicts.append(judge_bytes(company.turtle(), rules(), asked, source="company.ttl").verdicts)
        except BadSubmission:
            continue
        assert verdicts[0] == verdicts[1], (seed, company.kind)
