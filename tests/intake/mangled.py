"""What a right form reads as and what a mangled one comes to: the same facts, another verdict, or an error with its place.

``python -m tests.intake.mangled`` prints the table: each way, what may come of it, what came, and where it was told.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from tests.intake.mangler_cells import cell_ways
from tests.intake.mangler_files import FILE_WAYS
from tests.intake.mangler_sheets import sheet_ways
from tests.intake.mangler_ways import EITHER, SAME, TOLD, Spot, Way
from tests.validation import samples

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import ZhiyinError
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import form
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.reading import read_any
from zhiyin.law.vocabulary import Term

TIER = 2
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one way: ``outcome`` is same, told or another verdict; ``detail`` says where."""

    outcome: str
    detail: str = ""


@cache
def right_form() -> bytes:
    """A complete company's form of tier 2."""
    sample = next(s for s in samples.SAMPLES if s.slug == "tier-2-complete")
    return form_workbook(rules(), TIER, samples.facts(sample))


@cache
def _right_facts() -> frozenset[str]:
    return frozenset(str(t) for t in read_any(right_form(), rules(), source="form.xlsx").triples)


@cache
def _right_verdict() -> Mapping[str, str]:
    return verdict_of(right_form())


def verdict_of(data: bytes, source: str = "form.xlsx", day: date = CHECK_DATE) -> Mapping[str, str]:
    """Return the status and each clause's outcome."""
    verdict = judge_bytes(data, rules(), Asked(day), source=source).verdicts[0]
    return {"status": str(verdict.status)} | {c.requirement.number: str(c.outcome) for c in verdict.clauses}


def result_of(data: bytes, source: str = "form.xlsx") -> Result:
    """Return what a mangled form comes to; facts that are the same are not judged again."""
    try:
        found = read_any(data, rules(), source=source)
        if not found.faults and frozenset(str(t) for t in found.triples) == _right_facts():
            return Result(SAME)
        verdict = verdict_of(data, source)
    except ZhiyinError as error:
        if not 400 <= error.status < 500:
            raise
        faults = error.details.get("faults")
        first = faults[0] if isinstance(faults, list) else error.place.as_dict()
        where = " ".join(str(first[key]) for key in ("sheet", "cell") if key in first)
        return Result(TOLD, f"{where}: {first.get('zh', error.message.zh)}")
    right = _right_verdict()
    if verdict == right:
        return Result(SAME, "other facts")
    changed = {key: value for key, value in verdict.items() if right.get(key) != value}
    return Result("another verdict", str(dict(list(changed.items())[:4])))


def fits(way: Way, result: Result) -> bool:
    """Return whether that may come of the way."""
    return result.outcome == way.may or (way.may == EITHER and result.outcome in (SAME, TOLD))


@cache
def all_ways() -> tuple[Way, ...]:
    """Every way, on cells of each kind and on each kind of sheet."""
    chosen = form(rules(), TIER)
    titles = layout.sheet_titles(chosen)
    side = next((s for s in chosen.sheets if layout.is_side_by_side(s)), chosen.sheets[0])
    lists = [s for s in chosen.sheets if s is not side]
    sheets = [
        layout.COMPANY_SHEET,
        titles[side.cls.iri],
        titles[next(s for s in lists if s.cls.local == "ExchangeLink").cls.iri],
        titles[next(s for s in lists if layout.has_owner_column(s)).cls.iri],
        layout.DOCUMENTS,
        layout.PRACTICES,
        layout.TASKS,
        layout.RECORDS,
    ]
    return (*FILE_WAYS, *sheet_ways(sheets), *cell_ways(spots()))


@cache
def spots() -> list[Spot]:
    """A filled cell or two of each kind."""
    read = read_any(right_form(), rules(), source="form.xlsx")
    values = {(getattr(t.subject, "value", ""), t.predicate.value): t.object for t in read.triples}
    found: dict[str, list[Spot]] = {}
    # Sorted: each process of a test run must come to the same cells.
    for (node, path), place in sorted(read.places.items(), key=lambda item: (str(item[1]), item[0])):
        term, value = rules().vocabulary.terms.get(path), values.get((node, path))
        if term is None or value is None or place.cell is None or place.sheet is None:
            continue
        kind = _kind(term, getattr(value, "value", ""))
        spot = Spot(place.sheet, place.cell, kind)
        known = found.setdefault(kind, [])
        if kind and spot not in known and spot.sheet not in {s.sheet for s in known}:
            known.append(spot)
    kinds = ("percent", "money", "count", "amount", "date", "yes", "no", "choice", "text", "id")
    return [spot for kind in kinds for spot in found.get(kind, [])[:2]]


def _kind(term: Term, value: str) -> str:
    if term.kind == "object":
        if rules().vocabulary.is_enumeration(term.range):
            return "choice"
        return "id" if term.local == "toExchange" else ""
    if term.range == _XSD + "boolean":
        return "yes" if value == "true" else "no"
    if term.range == _XSD + "date":
        return "date"
    unit = layout.unit_of(term, rules().vocabulary)
    if term.range in (_XSD + "decimal", _XSD + "integer"):
        if term.local in ("claimedTier", "year", "statedIntervalDays") or term.local.startswith("period"):
            return ""
        return {"%": "percent", "元": "money", "人": "count"}.get(unit, "amount" if unit else "")
    return "text" if term.local in ("name", "title", "responsibleRole", "identifier") else ""


FOREIGN_WORDS = re.compile(r"zy:|https?://|urn:|[a-z]{3,}[A-Z]|None|True|False|Error")
"""What a sender of a workbook must not be told in Chinese: names of our vocabulary, addresses, Python's words."""


def main() -> int:
    """Print the table of all ways and return how many came to what they may not."""
    wrong = 0
    for way in all_ways():
        result = result_of(way.mangled(right_form()))
        wrong += not fits(way, result)
        sys.stdout.write(f"{way.name}\t{way.may}\t{result.outcome}\t{result.detail}\n")
    sys.stdout.write(f"{len(all_ways())} ways, {wrong} wrong\n")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
