"""A new text of the guideline in; what became of each clause, what that touches, and the draft of an edition out."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from zhiyin import resources
from zhiyin.composition.editions import edition_text, shipped
from zhiyin.composition.judging import rules
from zhiyin.edition import read_description
from zhiyin.errors import BadRequest, Place
from zhiyin.law.duties import shipped_duties
from zhiyin.model import Edition, Family, GuidelineText

if TYPE_CHECKING:
    from zhiyin.catalogue import Catalogue, ThresholdView
    from zhiyin.guideline.revision import Decision, Match

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Touched:
    """What hangs on a clause that changed: the ids of shapes, thresholds and readings, and the names of cases."""

    shapes: tuple[str, ...]
    thresholds: tuple[str, ...]
    readings: tuple[str, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure of the law that differs in the new text: the clause that states it, and what the threshold becomes."""

    clause: str
    threshold: ThresholdView
    phrase: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Revision:
    """Two texts compared; ``matches`` in the order of the new text, what was withdrawn at the end."""

    old: GuidelineText
    new: GuidelineText
    data: bytes
    matches: tuple[Match, ...]
    touched: Mapping[str, Touched]
    figures: tuple[ChangedFigure, ...]
    undecided: tuple[Match, ...]
    headings: tuple[tuple[str, str, str], ...]
    """Number, title before and after of each heading that differs."""


def revise(
    data: bytes, catalogue: Catalogue, *, name: str, edition: Edition, decisions: Sequence[Decision] = ()
) -> Revision:
    """Compare the text ``data`` with the shipped one; SourceTextError with its line where it cannot be parsed.

    ``edition`` describes the new text. A decision on a clause that neither text has is a BadRequest.
    """
    from zhiyin.guideline import parse_guideline, read_text
    from zhiyin.guideline.revision import revision, undecided

    old = edition_text(shipped())
    new = parse_guideline(read_text(data, name=name), edition, name=name)
    _check_decisions(decisions, old, new)
    families = [Family(family, tuple(by.values()), frozenset()) for family, by in shipped_duties().members.items()]
    matches = tuple(revision(old, families, new, decisions))
    figures = tuple(figure for match in matches for figure in _changed_figures(match, catalogue))
    touched = {m.old.number: _touched(m, catalogue) for m in matches if m.old is not None and _differs(m)}
    before = {h.number: h.title for h in old.headings}
    after = {h.number: h.title for h in new.headings}
    headings = tuple(
        (number, before.get(number, ""), after.get(number, ""))
        for number in dict.fromkeys([*before, *after])
        if before.get(number) != after.get(number)
    )
    return Revision(old, new, data, matches, touched, figures, tuple(undecided(matches, decisions)), headings)


def read_decisions(data: bytes, *, name: str = "") -> list[Decision]:
    """Read the decisions of a person from the list that ``zhiyin revise --format csv`` writes, filled in.

    A row counts where its column 结论 is filled: with a kind in either language. BadRequest names the row.
    """
    import csv
    import io

    from zhiyin.guideline.revision import KIND_LABELS, Decision, Kind

    words = {str(kind): kind for kind in Kind} | {label: kind for kind, label in KIND_LABELS.items()}
    found = []
    for line, row in enumerate(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))), 2):
        word = (row.get("结论") or "").strip()
        new = (row.get("新条款") or "").strip()
        if not word or not new:
            continue
        kind = words.get(word)
        old = (row.get("旧条款") or "").strip() or None
        if kind in (None, Kind.UNSURE, Kind.WITHDRAWN) or (kind is Kind.NEW) is not (old is None):
            raise BadRequest(
                f"结论“{word}”与所填条款不符：“新出现”不填旧条款，其余须填旧条款",
                f"the decision '{word}' does not fit its clauses: a new duty names no old clause, all others do",
                place=Place(source=name or None, line=line),
            )
        assert kind is not None  # noqa: S101 - told above
        found.append(Decision(new, old, kind))
    return found


def _check_decisions(decisions: Sequence[Decision], old: GuidelineText, new: GuidelineText) -> None:
    tier_old = {r.number: r.tier for r in old.requirements}
    tier_new = {r.number: r.tier for r in new.requirements}
    for decision in decisions:
        unknown = decision.new not in tier_new or (decision.old is not None and decision.old not in tier_old)
        if unknown or (decision.old is not None and tier_old[decision.old] != tier_new[decision.new]):
            raise BadRequest(
                f"认定的条款不存在或不在同一类别：{decision.new}，{decision.old or '—'}",
                f"a decision names clauses that do not exist or are of two tiers: {decision.new}, {decision.old or '-'}",
            )


def _differs(match: Match) -> bool:
    from zhiyin.guideline.revision import Kind

    return match.kind is not Kind.SAME


def _touched(match: Match, catalogue: Catalogue) -> Touched:
    if match.old is None:
        return Touched((), (), (), ())
    number = match.old.number
    view = catalogue.clauses[number]
    shapes = sorted(iri.rpartition("/")[2] for iri, s in rules().shapes.shapes.items() if number in s.enforces)
    gone = [t.id for t in view.thresholds if match.new is None or not _stands(t.phrase, match.new.text)]
    return Touched(tuple(shapes), tuple(gone), view.readings, tuple(_cases().get(number, ())))


def _cases() -> Mapping[str, list[str]]:
    """Return clause number to the cases that expect something of it; none where the package is installed alone."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(resources.path("tests/cases").rglob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8")).get("case", ()):
            for number in case.get("expect", ()):
                found[number].append(f"{file.stem}: {case['name']}")
    return found


def _stands(phrase: str, text: str) -> bool:
    from zhiyin.guideline.revision import packed

    return packed(phrase) in packed(text)


def _changed_figures(match: Match, catalogue: Catalogue) -> list[ChangedFigure]:
    """Return the thresholds of the old clause that the new one states with another figure in the same words."""
    from zhiyin.guideline.revision import packed

    if match.old is None or match.new is None or not match.figures:
        return []
    found = []
    text = packed(match.new.text)
    for threshold in catalogue.clauses[match.old.number].thresholds:
        phrase = packed(threshold.phrase)
        if phrase in text:
            continue
        numbers = _NUMBER.findall(phrase)
        pattern = r"(\d+(?:\.\d+)?)".join(re.escape(part) for part in _NUMBER.split(phrase))
        stated = re.search(pattern, text)
        if stated is None or len(numbers) != len(stated.groups()):
            continue
        changed = {(a, b) for a, b in zip(numbers, stated.groups(), strict=True) if a != b}
        if len(changed) != 1:
            continue
        before, after = next(iter(changed))
        found.append(
            ChangedFigure(match.new.number, threshold, stated[0], threshold.value * Decimal(after) / Decimal(before))
        )
    return found


def described(data: bytes, *, edition: str, vocabulary: str, text: str) -> Edition:
    """Return the description of the next edition: ``data`` (its own edition.toml) or the shipped one under a new name."""
    like = read_description(data) if data else shipped().edition
    return replace(like, id=edition, vocabulary=vocabulary, text=text)
