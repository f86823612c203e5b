"""What the desk keeps of one judgement, as one value; composition gives the callable that makes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from zhiyin.errors import Message


@dataclass(frozen=True, slots=True)
class Deadline:
    """A periodic fact of a submission: when it was last done, and from which day on that no longer serves.

    ``doubtful`` is the first day on which one reading of the period has run out, ``late`` the first on which all have
    (None for an own interval, which a person judges).
    """

    clauses: tuple[str, ...]
    label: Message
    thing: str
    done: date
    doubtful: date
    late: date | None

    def as_json(self) -> dict[str, object]:
        """Return the deadline as it is kept and given away."""
        return {
            "clauses": list(self.clauses),
            "label": {"zh": self.label.zh, "en": self.label.en},
            "thing": self.thing,
            "done": self.done.isoformat(),
            "runsOut": self.doubtful.isoformat(),
            "late": None if self.late is None else self.late.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """The values of one numeric property in a submission: the least, the greatest and how many."""

    least: float
    greatest: float
    count: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One company of one submission, judged.

    ``document`` is the verdict's JSON as the service prints it; ``report`` and ``facts`` are N-Triples; ``bases`` gives
    for each clause that a person rules on, or ruled on, a hash of the facts that this rests on; ``rules`` names
    everything that the outcome rests on beside the input.
    """

    company: str
    code: str
    name: str
    as_of: str
    check_date: str
    declared: int | None
    tier: int
    status: str
    achieved: int | None
    document: bytes
    report: bytes
    facts: bytes
    outcomes: Mapping[str, str]
    bases: Mapping[str, str]
    rules: Mapping[str, object]
    figures: Mapping[str, Figure]
    deadlines: tuple[Deadline, ...]

    @property
    def clauses(self) -> str:
        """The namespace of the clauses judged; empty for those of the shipped edition."""
        return str(self.rules.get("clauses") or "")


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged: the bytes as received, how they were named, the rulings in RDF and the day.

    ``key`` tells one submission's blank nodes from another's. ``day`` None means the as-of date of the facts. ``known``
    is the verdict's JSON as it was made before, ``known_rules`` what it rests on, as ``rules_text`` writes it.
    """

    data: bytes
    source: str
    media: str
    rulings: bytes
    key: str
    day: date | None = None
    known: bytes = b""
    known_rules: str = ""


def rules_text(rules: Mapping[str, object]) -> str:
    """Return what a verdict rests on beside its input as text, the same for the same rules."""
    return json.dumps(dict(rules), sort_keys=True)


JudgeCase = Callable[[Case], Judged]
"""Judge one case; raises BadSubmission and its kin where it cannot be judged."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure of a rule that a draft changes, and how far what was found is above (+) or below (-) the new one.

    ``before`` is empty where the draft adds the rule, ``apart`` where what was found is not held against it as it stands.
    """

    before: str
    after: str
    apart: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A clause whose outcome a draft of other rules changes, the value found and what the finding says.

    ``remedy`` is what would cure it where it stands badly under the draft.
    """

    clause: str
    before: str
    after: str
    found: str
    limits: tuple[Limit, ...]
    why: Message
    remedy: Message | None

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        told: dict[str, object] = {name: getattr(self, name) for name in ("clause", "before", "after", "found")}
        told["limits"] = [{"before": m.before, "after": m.after, "apart": m.apart} for m in self.limits]
        told["why"] = {"zh": self.why.zh, "en": self.why.en}
        told["remedy"] = None if self.remedy is None else {"zh": self.remedy.zh, "en": self.remedy.en}
        return told


@dataclass(frozen=True, slots=True)
class Retried:
    """A case judged again under a draft: the statuses before and after, and every clause that moved."""

    key: str
    tier: int
    before: str
    after: str
    moved: tuple[Moved, ...]


TryCases = Callable[[bytes, Iterable[Case]], Iterator[Retried]]
"""Judge cases under the rules of now and under an overlay, in any order; composition gives the callable."""
