"""Seeds in, what the compiled engine and Apache Jena say differently of the invented companies out.

``python -m tests.engines.invented FIRST LAST FOLDER`` does so by hand and says each minute how it stands.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import shacl
from tests.engines.outside_engines import Many, Said, fetched_many
from tests.validation.random_companies import random_company

from zhiyin.composition.facts import normalised_company
from zhiyin.composition.judging import rules
from zhiyin.errors import BadSubmission
from zhiyin.intake.submission import read_submission
from zhiyin.law.outside import Form
from zhiyin.law.shapes_file import shapes_turtle
from zhiyin.validation.companies import companies_of

TIERS = (1, 2, 3, 4)
TOGETHER = 10
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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A firm of which our own engine has spoken and the outside one is to speak: its facts lie in ``file``."""

    seed: int
    kind: str
    tier: int
    file: str
    said: Said


_own: list[tuple[Own, Path]] = []
"""The engine of a process that makes firms, and where it writes their facts."""


def _start(shapes: Mapping[int, Path], folder: Path) -> None:
    _own.append((Own(shapes), folder))


def _made(seeds: Sequence[int]) -> tuple[Tally, list[Waiting]]:
    """Return how many of ``seeds`` were refused, and the firms of the others, as ``zhiyin facts`` writes them."""
    own, folder = _own[0]
    refused, firms = 0, []
    for seed in seeds:
        company = random_company(seed)
        try:
            submission = read_submission(company.turtle(), rules().vocabulary, source=f"seed-{seed}.ttl")
            companies = companies_of(submission, rules(), company.tier, company.day)
        except BadSubmission:
            refused += 1
            continue
        for number, iri in enumerate(companies.described):
            facts = normalised_company(companies, iri, company.tier).text
            file = folder / f"{seed}-{number}.nt"
            file.write_text(facts, encoding="utf-8")
            firms.append(Waiting(seed, company.kind, company.tier, str(file), own.results(company.tier, facts)))
    return Tally(refused=refused), firms


def compared(firm: Waiting, there: Said) -> Tally:
    """Return what came of one firm."""
    differing = () if firm.said == there else ((firm.seed, firm.kind, tuple(sorted(firm.said ^ there)[:10])),)
    return Tally(1, 0, len(firm.said), differing)


def tallies(jena: Sequence[str], shapes: Mapping[int, Path], seeds: range, folder: Path) -> Iterator[Tally]:
    """Yield what came of ``seeds``, some at a time, by a process for each core and one machine of Java beside them.

    ``jena`` is the command that starts it (``fetched_many``); ``folder`` holds what has not been compared yet.
    """
    jobs = [seeds[at : at + TOGETHER] for at in range(0, len(seeds), TOGETHER)]
    cores = os.cpu_count() or 1
    many = Many([*jena, str(cores)], folder / "jena.log")
    pool = ProcessPoolExecutor(cores, get_context("spawn"), initializer=_start, initargs=(shapes, folder))
    waiting: dict[str, Waiting] = {}
    try:
        with pool:
            begun: set[Future[tuple[Tally, list[Waiting]]]] = set()
            while jobs or begun or waiting:
                while jobs and len(begun) < cores + 1 and len(waiting) < 4 * TOGETHER * cores:
                    begun.add(pool.submit(_made, jobs.pop(0)))
                tally = Tally()
                done, begun = wait(begun, timeout=0.5, return_when=FIRST_COMPLETED) if begun else (set(), begun)
                for one in done:
                    refused, firms = one.result()
                    tally += refused
                    for firm in firms:
                        waiting[firm.file] = firm
                        many.ask(shapes[firm.tier], firm.file)
                for file, said in many.answers(0.5 if waiting and not done else 0):
                    tally += compared(waiting.pop(file), said)
                    Path(file).unlink()
                if tally != Tally():
                    yield tally
    finally:
        many.close()


def exported(folder: Path, form: Form) -> dict[int, Path]:
    """Write the shapes of each tier into ``folder`` as ``zhiyin shapes`` does."""
    found = {}
    for tier in TIERS:
        found[tier] = folder / f"tier-{tier}-{form}.ttl"
        text = shapes_turtle(tier, rules().requirements, rules().shapes, portable=form is Form.PORTABLE)
        found[tier].write_text(text, encoding="utf-8")
    return found


def main(first: int, last: int, folder: Path) -> None:
    """Compare the seeds from ``first`` to before ``last``, saying each minute how it stands."""
    folder.mkdir(parents=True, exist_ok=True)
    command = fetched_many(folder)
    whole, began, said = Tally(), time.monotonic(), 0.0
    for one in tallies(command, exported(folder, Form.COMPONENTS), range(first, last), folder):
        whole += one
        if one.differing or time.monotonic() - said > 60:
            said = time.monotonic()
            sys.stdout.write(f"{said - began:.0f} s: {whole}\n")
            sys.stdout.flush()
    sys.stdout.write(f"done in {time.monotonic() - began:.0f} s: {whole}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
