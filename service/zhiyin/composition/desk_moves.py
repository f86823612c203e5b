"""How clauses stood under the rules of now and under a draft in, which of them move, and by how much, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhiyin.desk.changes import ADDED, FIGURE, Change, apart, changes
from zhiyin.desk.judged import Limit, Moved
from zhiyin.desk.overlay import laid_over
from zhiyin.errors import Message
from zhiyin.law.rules import Rules
from zhiyin.namespaces import SHAPE
from zhiyin.validation.findings import Finding
from zhiyin.validation.judgement import Verdict


@dataclass(frozen=True, slots=True)
class Draft:
    """The rules with a draft laid over, and the figures that it changes by the shape they stand in."""

    rules: Rules
    figures: Mapping[str, Sequence[Change]]


@dataclass(frozen=True, slots=True)
class Stood:
    """How a clause stood: its outcome, and the shape, value, message and remedy of its first finding."""

    outcome: str
    shape: str = ""
    found: str = ""
    why: Message | None = None
    remedy: Message | None = None


def read_draft(law: Rules, overlay: bytes) -> Draft:
    """Lay an overlay over the rules; BadRequest as ``laid_over``."""
    draft = laid_over(law, overlay)
    figures: dict[str, list[Change]] = defaultdict(list)
    for change in changes(law, draft):
        if change.kind in (FIGURE, ADDED):
            figures[change.shape].append(change)
    return Draft(draft, dict(figures))


def stood(verdict: Verdict) -> dict[str, Stood]:
    """Return clause to how it stands in a verdict."""
    return {c.requirement.number: _stood(str(c.outcome), c.findings) for c in verdict.clauses}


def _stood(outcome: str, findings: Sequence[Finding]) -> Stood:
    if not findings:
        return Stood(outcome)
    first = findings[0]
    return Stood(outcome, first.shape, first.value, first.message, first.remedy)


def stood_in(verdict: Mapping[str, Any]) -> dict[str, Stood]:
    """Return clause to how it stands in a verdict of a document that the desk keeps."""
    return {c["number"]: _stood_in(c) for c in verdict["clauses"]}


def _stood_in(clause: Mapping[str, Any]) -> Stood:
    first = next(iter(clause["findings"]), None)
    if first is None:
        return Stood(clause["outcome"])
    shape = str(SHAPE[first["shape"]]) if first["shape"] else ""
    return Stood(
        clause["outcome"], shape, first["value"] or "", _message(first["message"]), _message(first.get("remedy"))
    )


def _message(told: Mapping[str, str] | None) -> Message | None:
    return None if told is None else Message(told["zh"], told["en"])


def moves(before: Mapping[str, Stood], after: Mapping[str, Stood], draft: Draft) -> Iterator[Moved]:
    """Yield the clauses whose outcome differs, each with what was found and the figures old and new of the rule."""
    for number, now in after.items():
        was = before.get(number)
        if was is not None and was.outcome == now.outcome:
            continue
        # What speaks of the change: the finding under the draft, or the one that the draft does away with.
        telling = now if now.why is not None or was is None else was
        limits = tuple(
            Limit(c.before, c.after, apart(telling.found, c.after) if c.bound else "")
            for c in draft.figures.get(telling.shape, ())
            if c.after
        )
        yield Moved(
            number,
            "" if was is None else was.outcome,
            now.outcome,
            telling.found,
            limits,
            telling.why or Message("", ""),
            now.remedy,
        )
