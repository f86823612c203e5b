"""The constraint components of the shapes by the parameter that tells each: what a shape may ask beyond SHACL Core."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Constraint(StrEnum):
    """One component, as a shape names it: ``zy:practiceStated practice:…``; those of ``shapes/`` and no others."""

    PRACTICE_STATED = "practiceStated"
    SOFT_PRACTICE_STATED = "softPracticeStated"
    PRACTICE_NOT_DENIED = "practiceNotDenied"
    PRACTICE_WITHOUT_EXCEPTION = "practiceWithoutException"
    PROHIBITION_STATED = "prohibitionStated"
    PROHIBITION_KEPT = "prohibitionKept"
    SOFT_PROHIBITION_KEPT = "softProhibitionKept"
    LIST_COMPLETE = "listComplete"
    LIST_NOT_EMPTY = "listNotEmpty"
    ACTIVITY_STATED = "activityStated"
    ACTIVITY_NOT_DENIED = "activityNotDenied"
    ACTIVITY_TIMELY = "activityTimely"
    ACTIVITY_UNDISPUTED = "activityUndisputed"
    INTERVAL_STATED = "intervalStated"
    INTERVAL_KEPT = "intervalKept"
    RETENTION_STATED = "retentionStated"
    RETENTION_SUFFICIENT = "retentionSufficient"
    RETENTION_CERTAIN = "retentionCertain"
    ISOLATION_STATED_FROM = "isolationStatedFrom"
    ISOLATION_EFFECTIVE_FROM = "isolationEffectiveFrom"
    ISOLATION_ARGUED_FROM = "isolationArguedFrom"
    ISOLATION_UNDOUBTED_FROM = "isolationUndoubtedFrom"
    HEADCOUNT_UNDOUBTED = "headcountUndoubted"
    HEADCOUNT_DECIDABLE = "headcountDecidable"


OF_PRACTICES: Final = (
    Constraint.PRACTICE_STATED,
    Constraint.SOFT_PRACTICE_STATED,
    Constraint.PRACTICE_NOT_DENIED,
    Constraint.PRACTICE_WITHOUT_EXCEPTION,
    Constraint.PROHIBITION_STATED,
    Constraint.PROHIBITION_KEPT,
    Constraint.SOFT_PROHIBITION_KEPT,
)
"""Those that ask for an attestation about a practice."""
OF_TASKS: Final = (
    Constraint.ACTIVITY_STATED,
    Constraint.ACTIVITY_NOT_DENIED,
    Constraint.ACTIVITY_TIMELY,
    Constraint.ACTIVITY_UNDISPUTED,
    Constraint.INTERVAL_STATED,
    Constraint.INTERVAL_KEPT,
)
"""Those that ask when recurring work was done last."""
OF_RECORDS: Final = (
    Constraint.RETENTION_STATED,
    Constraint.RETENTION_SUFFICIENT,
    Constraint.RETENTION_CERTAIN,
)
"""Those that ask how long records are kept."""
