"""The files of ``zhiyin shapes`` and ``zhiyin facts`` in engines other than ours: the same results, company by company.

The samples go to every engine and tier; invented companies by the thousand to Apache Jena, ``ZHIYIN_COMPANIES`` of them
(ten thousand unless it says otherwise), each at its own tier and day.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import shacl
from tests.engines.outside_engines import RECIPES, CannotBeHad, Running, Said, fetched
from tests.validation import samples
from tests.validation.random_companies import random_company

from zhiyin.composition.facts import normalised_facts
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.errors import BadSubmission
from zhiyin.intake.submission import read_submission
from zhiyin.law.outside import Form
from zhiyin.law.shapes_file import shapes_turtle
from zhiyin.validation.companies import companies_of
from zhiyin.validation.engine import Engine
from zhiyin.validation.trial import CHECK_DATE

COMPANIES = int(os.environ.get("ZHIYIN_COMPANIES", "10000"))
WHOLE = 20
"""So many invented companies are judged whole by both Python engines; pyshacl takes seconds for each."""
SLOW = {"shacl-engine"}
"""Engines that take a minute for a company: one sample alone."""


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, Form], Path]:
    folder = tmp_path_factory.mktemp("shapes")
    found = {}
    for tier in (1, 2, 3, 4):
        for form in Form:
            file = folder / f"tier-{tier}-{form}.ttl"
            text = shapes_turtle(tier, rules().requirements, portable=form is Form.PORTABLE)
            file.write_text(text, encoding="utf-8")
            found[tier, form] = file
    return found


class Own:
    """The compiled engine on the exported files, as any other engine gets them."""

    def __init__(self, shapes: dict[tuple[int, Form], Path]) -> None:
        self._shapes = {
            tier: shacl.Shapes.from_text(shapes[tier, Form.COMPONENTS].read_text(encoding="utf-8"), "turtle")
            for tier in (1, 2, 3, 4)
        }

    def results(self, tier: int, facts: str) -> Said:
        def plain(term: str | None) -> str:
            return (term or "").removeprefix("<").removesuffix(">")

        report = self._shapes[tier].validate_text(facts, "ntriples")
        return frozenset((plain(r.source_shape), plain(r.focus_node), plain(r.severity)) for r in report.results)


@pytest.fixture(scope="session")
def own(shapes: dict[tuple[int, Form], Path]) -> Own:
    return Own(shapes)


@pytest.fixture(scope="session", params=sorted(RECIPES))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    key: str = request.param
    try:
        return key, fetched(key, tmp_path_factory.mktemp(key))
    except CannotBeHad as reason:
        pytest.skip(f"{RECIPES[key].tried.name} is not tested: {reason}")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Running]]:
    running: list[Running] = []
    yield running
    for one in running:
        one.close()


@pytest.mark.parametrize("form", list(Form))
def test_the_samples_come_out_alike(
    engine: tuple[str, list[str]],
    form: Form,
    own: Own,
    shapes: dict[tuple[int, Form], Path],
    started: list[Running],
    tmp_path: Path,
) -> None:
    key, command = engine
    tried = RECIPES[key].tried
    differing = []
    opened: dict[int, Running] = {}
    for sample in samples.SAMPLES[: 1 if key in SLOW else None]:
        data = (samples.folder() / sample.file).read_bytes()
        found = normalised_facts(data, rules(), Asked(CHECK_DATE), source=sample.file)
        if found.tier not in opened:
            opened[found.tier] = Running(command, shapes[found.tier, form], tmp_path / "log")
            started.append(opened[found.tier])
        file = tmp_path / f"{sample.slug}.nt"
        file.write_text(found.text, encoding="utf-8")
        try:
            there = opened[found.tier].results(file)
        except RuntimeError:
            if form in tried.equal:
                raise
            return  # the limit that the file's head names
        if there != own.results(found.tier, found.text):
            differing.append(sample.slug)
    if form in tried.equal:
        assert differing == []
    else:
        assert differing, f"{tried.name} agrees now on the form with {form}: say so in law/outside.py"


def test_jena_agrees_on_invented_companies(
    own: Own, shapes: dict[tuple[int, Form], Path], started: list[Running], tmp_path: Path
) -> None:
    try:
        (tmp_path / "jena").mkdir()
        command = fetched("jena", tmp_path / "jena")
    except CannotBeHad as reason:
        pytest.skip(f"Apache Jena SHACL is not tested: {reason}")
    running = {t: Running(command, shapes[t, Form.COMPONENTS], tmp_path / f"log-{t}") for t in (1, 2, 3, 4)}
    started += running.values()
    file = tmp_path / "company.nt"
    tried = 0
    for seed in range(COMPANIES):
        company = random_company(seed)
        try:
            submission = read_submission(company.turtle(), source=f"seed-{seed}.ttl")
            companies = companies_of(submission, rules().vocabulary, company.tier)
        except BadSubmission:
            continue
        for iri in companies.described:
            text = companies.facts(iri).text(company.day, company.tier)
            file.write_text(text, encoding="utf-8")
            here, there = own.results(company.tier, text), running[company.tier].results(file)
            assert here == there, (seed, company.kind, sorted(here ^ there)[:5])
            tried += 1
    assert tried > 0.9 * COMPANIES


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
