"""A submission in, the companies that it describes with their facts out; where it cannot be judged, every fault of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Message, Place
from zhiyin.intake.checks import canonical, credit_code_faults, structural_faults
from zhiyin.intake.descriptions import Described, described_companies
from zhiyin.intake.empty_words import empty_notices
from zhiyin.intake.faults import Fault, Notice
from zhiyin.intake.misstated import misstated_faults, unreadable_faults
from zhiyin.intake.placement import kinds_of, placement_faults, placement_notices, shared_code_faults
from zhiyin.intake.plausibility import implausible, stale, unsigned_shares
from zhiyin.intake.submission import Submission
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.validation.day import Day, day_of
from zhiyin.validation.facts import Facts, facts_of, normalised
from zhiyin.validation.names import one_spelling

MAX_FAULTS = 200
"""So many faults are listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies of one submission and the day of each, in the order of the file.

    ``triples`` have every literal in its datatype; ``plain`` are the same as the shapes see them.
    """

    triples: Sequence[ox.Triple]
    plain: Sequence[ox.Triple]
    described: Mapping[str, Described]
    days: Mapping[str, Day]
    notices: tuple[Notice, ...]
    vocabulary: Vocabulary

    def facts(self, company: str) -> Facts:
        """Return what ``company`` holds, other companies left out."""
        others = frozenset(self.described) - {company}
        return facts_of(company, self.plain, self.vocabulary, boundary=others)


def companies_of(
    submission: Submission,
    rules: Rules,
    tier: int | None,
    check_date: date | None = None,
    today: date | None = None,
) -> Companies:
    """Return the companies that ``submission`` describes.

    ``tier`` is the tier to judge against where the submission need not claim one; ``check_date`` and ``today`` are as
    for judging. Raises BadSubmission where the file cannot be judged; ``details['faults']`` then lists every fault.
    """
    known = rules.vocabulary
    if wrong := unreadable_faults(submission.triples, known):
        raise _refusal([*submission.faults, *wrong], submission)
    faults = [*submission.faults, *structural_faults(submission.triples, known)]
    read = canonical(submission.triples, known)
    triples = read.triples
    kinds = kinds_of(triples, known)
    faults += [*read.faults, *credit_code_faults(triples), *placement_faults(triples, known, kinds)]
    faults += misstated_faults(triples, submission.triples, known)
    described, notices, missing = described_companies(triples, tier)
    faults += shared_code_faults(list(described), triples)
    faults += [fault for fault in missing if not _is_told(fault, faults, submission)]
    days: dict[str, Day] = {}
    for company, description in described.items():
        day = day_of(description.as_of, check_date, today)
        place = Place(node=description.node, path=str(ZY.asOf))
        if day is None:
            faults.append(Fault(_NO_DAY, place))
        elif day.as_of is not None and day.as_of > day.check:
            message = Message(
                f"事实截止日 {day.as_of} 晚于核查日 {day.check}；请改正其一",
                f"the as-of date {day.as_of} lies after the check date {day.check}; put one of them right",
            )
            faults.append(Fault(message, place, str(day.as_of)))
        else:
            days[company] = day
            old = None if day.as_of is None else stale(day.as_of, day.check, description.node)
            notices += [] if old is None else [old]
    if faults:
        raise _refusal(faults, submission)
    latest = max((day.check for day in days.values()), default=check_date or today or date.max)
    notices += placement_notices(triples, rules, kinds) + implausible(triples, known, latest)
    notices += empty_notices(read.silent, known)
    notices += [] if submission.is_workbook else unsigned_shares(triples, known)
    # Two things of one row share its cells, and one notice tells of both.
    told = tuple(dict.fromkeys(_noticed(notice, submission) for notice in notices))
    return Companies(triples, normalised(one_spelling(triples)), described, days, told, known)


_NO_DAY = Message(
    "自述没有写明事实截止日（zy:asOf），也没有给出核查日", "no as-of date (zy:asOf) is stated and no check date given"
)


def _is_told(missing: Fault, faults: Sequence[Fault], submission: Submission) -> bool:
    """Return whether what is missing is so for a fault that is told already."""
    node, path = missing.place.node, missing.place.path
    if path is None:
        return bool(submission.faults)
    cell = submission.places.get((node or "", path))
    return any(fault.place.path == path or (cell is not None and fault.place == cell) for fault in faults)


def _refusal(faults: Sequence[Fault], submission: Submission) -> BadSubmission:
    told = [_told(fault, submission) for fault in faults]
    first = told[0]
    more_zh = f"（共 {len(told)} 处错误，详见 faults）" if len(told) > 1 else ""
    more_en = f" ({len(told)} faults in all, see faults)" if len(told) > 1 else ""
    return BadSubmission(
        first.message.zh + more_zh,
        first.message.en + more_en,
        place=first.place,
        details={"faults": [fault.as_json() for fault in told[:MAX_FAULTS]], "faultCount": len(told)},
    )


def _noticed(notice: Notice, submission: Submission) -> Notice:
    """Return the notice as its sender may look it up; a list said complete in a workbook by the cell that says so."""
    stated = submission.places.get((notice.place.node or "", notice.found)) if submission.is_workbook else None
    if stated is not None:
        return replace(notice, place=stated, found="")
    return replace(notice, place=_where(notice.place, submission))


def _where(place: Place, submission: Submission) -> Place:
    """Return the place of a notice as its sender may look it up: in a workbook without IRIs."""
    found = submission.located(place)
    return Place(found.source, sheet=found.sheet, cell=found.cell) if submission.is_workbook else found


def _told(fault: Fault, submission: Submission) -> Fault:
    """Return the fault as its sender may look it up: in a workbook by sheet and cell, in RDF with its line."""
    place = submission.located(fault.place)
    if submission.is_workbook:
        return fault.at(place if place.sheet else None)
    return replace(fault, place=place)
