"""Runs the shapes' cases: a base company, a patch and the outcomes expected; used by authors and by the tests.

``python -m zhiyin.composition.trial [--engine pyshacl] [--base] tests/cases/2-machine-room …``
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.composition.judging import rules
from zhiyin.law.shapes import ShapeLibrary
from zhiyin.namespaces import PREFIXES
from zhiyin.turtle import statements
from zhiyin.validation.day import Day, DayFrom
from zhiyin.validation.engine import Engine, Result, prepared
from zhiyin.validation.facts import facts_of, normalised
from zhiyin.validation.readings import outcomes
from zhiyin.validation.verdict import ClauseVerdict

_Day = date
COMPANY = "https://example.org/futures/demo"
CHECK_DATE = date(2026, 6, 30)
_PREFIXES = "".join(f"PREFIX {p}: <{ns}>\n" for p, ns in {**PREFIXES, "demo": COMPANY + "/"}.items())
_CLAUSE = re.compile(r"^\s*(\d(?:\.\d+){3})\s*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the base with one change, judged at a tier, and what must come of it."""

    name: str
    tier: int
    shape: str
    passes: str
    patch: str
    date: date
    expect: Mapping[str, str]
    as_of: _Day | None = None
    """As of when the facts are stated, where that is not the check date."""


def read_cases(paths: Iterable[Path]) -> list[Case]:
    """Return the cases of the ``.toml`` files at or below ``paths``."""
    files = sorted(f for p in paths for f in ([p] if p.is_file() else p.rglob("*.toml")))
    return [
        Case(
            f"{file.stem}: {raw['name']}",
            int(raw["tier"]),
            raw.get("shape", ""),
            raw.get("passes", ""),
            raw.get("patch", ""),
            date.fromisoformat(str(raw.get("date", CHECK_DATE))),
            raw.get("expect", {}),
            date.fromisoformat(str(raw["as-of"])) if "as-of" in raw else None,
        )
        for file in files
        for raw in tomllib.loads(file.read_text(encoding="utf-8")).get("case", [])
    ]


@cache
def base_triples(folder: str = "tests/cases/base") -> tuple[ox.Quad, ...]:
    """Return the complete company of the cases."""
    return tuple(statements(*resources.turtle_files(folder)))


@cache
def clauses_of(tier: int) -> tuple[str, ...]:
    """Return the clause numbers of ``tier`` in the order of the text."""
    text = resources.path(resources.GUIDELINE_TEXT).read_text(encoding="utf-8")
    return tuple(n for n in _CLAUSE.findall(text) if n.startswith(f"{tier + 1}."))


@cache
def _kept() -> tuple[ox.Store, Mapping[ox.Triple, None]]:
    """Return the complete company in a store, and its triples in order."""
    store = ox.Store()
    store.extend(base_triples())
    return store, dict.fromkeys(sorted((quad.triple for quad in store), key=str))


def changed_base(patch: str) -> list[ox.Triple]:
    """Return the triples of the complete company after the SPARQL update ``patch``: those that stay in order, then the new."""
    store, base = _kept()
    if not patch.strip():
        return list(base)
    try:
        store.update(_PREFIXES + patch)
    finally:
        now = {quad.triple for quad in store}
        for triple in now - base.keys():
            store.remove(ox.Quad(triple.subject, triple.predicate, triple.object))
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in base.keys() - now)
    return [*(triple for triple in base if triple in now), *sorted(now - base.keys(), key=str)]


def run(
    patch: str,
    tier: int,
    check_date: date,
    engine: Engine,
    clauses: Sequence[str] | None = None,
    as_of: date | None = None,
) -> tuple[list[ClauseVerdict], list[Result]]:
    """Return the verdicts over the base changed by ``patch`` and the raw results; on all clauses or on these alone."""
    law = rules()
    shapes = law.shapes if clauses is None else enforcing(tier, frozenset(clauses))
    facts = facts_of(COMPANY, normalised(changed_base(patch)), law.vocabulary)
    day = Day(check_date, DayFrom.GIVEN, as_of or check_date)
    found = outcomes(facts, day, tier, {tier: clauses or clauses_of(tier)}, shapes, engine, law.vocabulary)
    results = found.results or prepared(shapes).run(found.facts.text(check_date, tier, day.until), engine)
    return list(found.clauses[tier]), list(results)


@cache
def enforcing(tier: int, clauses: frozenset[str]) -> ShapeLibrary:
    """Return the shapes of these clauses of ``tier`` alone: some ten times faster to run than all."""
    shapes = rules().shapes
    chosen = {iri: shape for iri, shape in shapes.of_tier(tier).items() if shape.enforces & clauses}
    return ShapeLibrary(shapes.statements, chosen, shapes.duties)


def named_clauses(case: Case) -> list[str]:
    """Return the clauses of which the case says something: by number, by pattern or by a shape that enforces them."""
    shapes = [s for iri, s in rules().shapes.shapes.items() if iri.rpartition("/")[2] in (case.shape, case.passes)]
    enforced = frozenset().union(*(s.enforces for s in shapes))
    return [n for n in clauses_of(case.tier) if n in enforced or any(fnmatch(n, p) for p in case.expect)]


@cache
def _base(tier: int, engine: Engine, check_date: date) -> Mapping[str, str]:
    return {v.number: v.outcome for v in run("", tier, check_date, engine)[0]}


def faults(case: Case, engine: Engine, scope: str = "*", *, whole: bool = True) -> list[str]:
    """Return what does not come out as the case expects; empty where all does.

    ``whole``: every other clause of the tier must stay as in the base; else only the clauses that it names are judged.
    """
    verdicts, results = run(
        case.patch, case.tier, case.date, engine, None if whole else named_clauses(case) or None, case.as_of
    )
    before = _base(case.tier, engine, CHECK_DATE)
    said = {r.shape.rpartition("/")[2] for r in results}
    wrong = []
    if case.shape and case.shape not in said:
        wrong.append(f"shape {case.shape} gave no result")
    if case.passes and case.passes in said:
        wrong.append(f"shape {case.passes} gave a result")
    for verdict in verdicts:
        patterns = [p for p in case.expect if fnmatch(verdict.number, p)]
        best = max(patterns, key=lambda p: (p == verdict.number, len(p)), default=None)
        expected = before[verdict.number] if best is None else case.expect[best]
        if verdict.outcome != expected and (best is not None or fnmatch(verdict.number, scope)):
            by = ", ".join(f"{s.iri.rpartition('/')[2]}@{r.focus.rpartition('/')[2]}" for s, r in verdict.results[:4])
            wrong.append(f"{verdict.number} expected {expected}, got {verdict.outcome} ({by})")
    for pattern in case.expect:
        if not any(fnmatch(v.number, pattern) for v in verdicts):
            wrong.append(f"no clause {pattern} in tier {case.tier}")
    return wrong


def main(argv: list[str] | None = None) -> int:
    """Run the cases named on the command line and print what fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[Path("tests/cases")])
    parser.add_argument("--engine", choices=[e.value for e in Engine], default=Engine.COMPILED.value)
    parser.add_argument("--base", action="store_true", help="print the base's outcomes that are not satisfied")
    parser.add_argument("--scope", default="*", help="pattern of clauses that must stay as in the base, e.g. '?.2.*'")
    options = parser.parse_args(argv)
    engine = Engine(options.engine)
    if options.base:
        for tier in rules().edition.tiers:
            for verdict in run("", tier, CHECK_DATE, engine)[0]:
                if verdict.outcome != "satisfied" and fnmatch(verdict.number, options.scope):
                    why = "; ".join(f"{s.iri.rpartition('/')[2]}@{r.focus}" for s, r in verdict.results[:5])
                    sys.stdout.write(f"{verdict.number} {verdict.outcome} {why}\n")
        return 0
    cases = read_cases(options.paths)
    failed = 0
    for case in cases:
        wrong = faults(case, engine, options.scope)
        if wrong:
            failed += 1
            sys.stdout.write(f"FAIL {case.name} (tier {case.tier})\n")
            for line in wrong[:12]:
                sys.stdout.write(f"     {line}\n")
    sys.stdout.write(f"{len(cases) - failed} passed, {failed} failed\n")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
