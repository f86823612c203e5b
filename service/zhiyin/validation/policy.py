"""The verdict policy: how the outcomes of a tier's clauses become its status; one small piece that can be replaced."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from zhiyin.law.outcome import Outcome
from zhiyin.model import Obligation


class TierStatus(StrEnum):
    """Whether a tier is met."""

    MET = "met"
    NOT_MET = "not met"
    UNDETERMINED = "undetermined"


STATUS_LABELS = {TierStatus.MET: "达到", TierStatus.NOT_MET: "未达到", TierStatus.UNDETERMINED: "尚不能确定"}


class Policy(Protocol):
    """How a tier's status follows from its clauses."""

    @property
    def name(self) -> str:
        """The name that the report states."""

    def status(self, clauses: Iterable[tuple[Obligation, Outcome]]) -> TierStatus:
        """Return the status of the tier with these clauses."""


class MandatoryClauses:
    """Met when every 必须 clause is satisfied or not applicable, not met when one is violated; 可选 never decides."""

    name = "mandatory-clauses"

    def status(self, clauses: Iterable[tuple[Obligation, Outcome]]) -> TierStatus:
        """Return met, not met or undetermined."""
        outcomes = {outcome for obligation, outcome in clauses if obligation is Obligation.MANDATORY}
        if Outcome.VIOLATED in outcomes:
            return TierStatus.NOT_MET
        if outcomes <= {Outcome.SATISFIED, Outcome.NOT_APPLICABLE}:
            return TierStatus.MET
        return TierStatus.UNDETERMINED


DEFAULT_POLICY: Policy = MandatoryClauses()
