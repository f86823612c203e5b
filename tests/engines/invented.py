"""Seeds in, what the compiled engine and an outside one say differently of the invented companies out; a process a core.

``python -m tests.engines.invented FIRST LAST FOLDER`` does so for Apache Jena by hand and prints as it goes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import shacl
from tests.engines.outside_engines import Running, Said, fetched
from tests.validation.random_companies import random_company

from zhiyin.composition.judging import rules
from zhiyin.errors import BadSubmission
from zhiyin.intake.submission import read_submission
from zhiyin.law.outside import Form
from zhiyin.law.shapes_file import shapes_turtle
from zhiyin.validation.companies import companies_of

TIERS = (1, 2, 3, 4)
TOGETHER = 100
"""So many seeds make one job."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of some seeds: firms asked of both engines, submissions refused before, results compared."""

    firms: int = 0
    refused: int = 0
    results: int = 0
    differing: tuple[tuple[int, str, tuple[tuple[str, str, str], ...]], ...] = ()
    """Seed, kind and the results that one engine alone gave."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.firms + other.firms,
            self.refused + other.refused,
            self.results + other.results,
            self.differing + other.differing,
        )


class Own:
    """The compiled engine on the exported files, as any other engine gets them."""

    def __init__(self, shapes: Mapping[int, Path]) -> None:
        self._shapes = {
            tier: shacl.Shapes.from_text(file.read_text(encoding="utf-8"), "turtle") for tier, file in shapes.items()
        }

    def results(self, tier: int, facts: str) -> Said:
        def plain(term: str | None) -> str:
            return (term or "").removeprefix("<").removesuffix(">")

        report = self._shapes[tier].validate_text(facts, "ntriples")
        return frozenset((plain(r.source_shape), plain(r.focus_node), plain(r.severity)) for r in report.results)


class Pair:
    """Both engines in one process, the outside one started for a tier when the first firm of it comes."""

    def __init__(self, command: Sequence[str], shapes: Mapping[int, Path], folder: Path) -> None:
        self._command, self._shapes = list(command), shapes
        self._folder = folder / str(os.getpid())
        self._folder.mkdir()
        self._own = Own(shapes)
        self._running: dict[int, Running] = {}

    def compared(self, seeds: Sequence[int]) -> Tally:
        """Return what came of ``seeds``, each judged at its own tier and day."""
        tally = Tally()
        for seed in seeds:
            tally += self._company(seed)
        return tally

    def _company(self, seed: int) -> Tally:
        company = random_company(seed)
        try:
            submission = read_submission(company.turtle(), source=f"seed-{seed}.ttl")
            companies = companies_of(submission, rules().vocabulary, company.tier)
        except BadSubmission:
            return Tally(refused=1)
        tally = Tally()
        for iri in companies.described:
            facts = companies.facts(iri).text(company.day, company.tier)
            file = self._folder / "facts.nt"
            file.write_text(facts, encoding="utf-8")
            here, there = self._own.results(company.tier, facts), self._outside(company.tier).results(file)
            differing = () if here == there else ((seed, company.kind, tuple(sorted(here ^ there)[:10])),)
            tally += Tally(1, 0, len(here), differing)
        return tally

    def _outside(self, tier: int) -> Running:
        if tier not in self._running:
            self._running[tier] = Running(self._command, self._shapes[tier], self._folder / f"log-{tier}")
        return self._running[tier]


_pairs: list[Pair] = []
"""The pair of this process; engines end with it, for their input ends."""


def _start(command: Sequence[str], shapes: Mapping[int, Path], folder: Path) -> None:
    _pairs.append(Pair(command, shapes, folder))


def _job(seeds: Sequence[int]) -> Tally:
    return _pairs[0].compared(seeds)


def tallies(command: Sequence[str], shapes: Mapping[int, Path], seeds: range, folder: Path) -> Iterator[Tally]:
    """Yield what came of each hundred of ``seeds``, as they are done, by a process for each core."""
    jobs = [seeds[at : at + TOGETHER] for at in range(0, len(seeds), TOGETHER)]
    with ProcessPoolExecutor(
        max_workers=min(os.cpu_count() or 1, len(jobs)),
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(command, shapes, folder),
    ) as pool:
        for done in as_completed([pool.submit(_job, job) for job in jobs]):
            yield done.result()


def exported(folder: Path, form: Form) -> dict[int, Path]:
    """Write the shapes of each tier into ``folder`` as ``zhiyin shapes`` does."""
    found = {}
    for tier in TIERS:
        found[tier] = folder / f"tier-{tier}-{form}.ttl"
        text = shapes_turtle(tier, rules().requirements, portable=form is Form.PORTABLE)
        found[tier].write_text(text, encoding="utf-8")
    return found


def main(first: int, last: int, folder: Path) -> None:
    """Compare the seeds from ``first`` to before ``last``, saying after each hundred how it stands."""
    folder.mkdir(parents=True, exist_ok=True)
    command = fetched("jena", folder)
    whole, began = Tally(), time.monotonic()
    for one in tallies(command, exported(folder, Form.COMPONENTS), range(first, last), folder):
        whole += one
        sys.stdout.write(f"{time.monotonic() - began:.0f} s: {whole}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
