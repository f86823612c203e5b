"""The thresholds of one duty in, a ladder of them out: a row for each figure, a rung for each tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from zhiyin.catalogue import ClauseView, Label, ThresholdView

_SIGNS = {">=": "≥", "<=": "≤", "=": "="}


@dataclass(frozen=True, slots=True)
class Rung:
    """The figure in one tier; ``share`` is its part of the row's greatest, 0 to 100."""

    threshold: ThresholdView
    clause: str
    share: float
    changed: bool

    @property
    def sign(self) -> str:
        """The comparator as print has it."""
        return _SIGNS.get(self.threshold.comparator, self.threshold.comparator)

    @property
    def value(self) -> str:
        """The figure without idle zeros."""
        return f"{self.threshold.value.normalize():f}"


@dataclass(frozen=True, slots=True)
class Ladder:
    """One figure through the tiers; a tier that does not demand it has no rung."""

    metric: Label
    condition: Label | None
    unit: Label
    rungs: tuple[Rung | None, ...]

    @property
    def wordings(self) -> tuple[str, ...]:
        """The text's own words for the figure, each once."""
        return tuple(dict.fromkeys(r.threshold.phrase for r in self.rungs if r is not None))

    @property
    def implied(self) -> bool:
        """Whether the figure follows from a word rather than standing in the text."""
        return any(r.threshold.implied for r in self.rungs if r is not None)


def ladders(members: Sequence[ClauseView], tiers: Sequence[int]) -> list[Ladder]:
    """Return a ladder for each metric and condition of the duty's clauses, in the order of their first appearance."""
    rows: dict[tuple[str, str, str], dict[int, tuple[str, ThresholdView]]] = {}
    for member in members:
        for threshold in member.thresholds:
            condition = threshold.condition.zh if threshold.condition else ""
            key = (threshold.metric, condition, threshold.unit)
            # Two bounds of one metric in one clause are two rows.
            while member.tier in rows.setdefault(key, {}):
                key = (key[0], key[1], key[2] + "'")
            rows[key][member.tier] = (member.number, threshold)
    return [_ladder(row, tiers) for row in rows.values()]


def _ladder(row: dict[int, tuple[str, ThresholdView]], tiers: Sequence[int]) -> Ladder:
    first = next(iter(row.values()))[1]
    most = max((abs(t.value) for _, t in row.values()), default=Decimal(0)) or Decimal(1)
    rungs: list[Rung | None] = []
    before: tuple[str, Decimal] | None = None
    for tier in tiers:
        if tier not in row:
            rungs.append(None)
            continue
        number, threshold = row[tier]
        here = (threshold.comparator, threshold.value)
        share = round(float(100 * abs(threshold.value) / most), 1)
        rungs.append(Rung(threshold, number, share, before is not None and before != here))
        before = here
    return Ladder(first.metric_label, first.condition, first.unit_label, tuple(rungs))
