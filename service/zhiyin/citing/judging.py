"""Judges a claim: one door to what is cited by number and what is not, with counts of the guideline itself beside."""

from __future__ import annotations

from dataclasses import replace

from zhiyin.citing.cited import judge_cited
from zhiyin.citing.claims import Claim
from zhiyin.citing.counts import count_findings
from zhiyin.citing.law import Law
from zhiyin.citing.matching import Search
from zhiyin.citing.subject import Judged, not_checked, read_subject
from zhiyin.citing.uncited import judge_uncited


def judge_claim(claim: Claim, folded: str, law: Law, search: Search) -> Judged | None:
    """Return the judgement on ``claim``; ``None`` where it turns out to say nothing about the guideline."""
    foreign = [r for r in claim.references if r.document is not None]
    if foreign and len(foreign) == len(claim.references):
        name = foreign[0].document
        return Judged((), (not_checked(f"属于《{name}》，不是本指引", f"belongs to {name}, not to this guideline"),))
    counted = count_findings(law, folded[claim.start : claim.end], claim.tiers)
    if not claim.references and counted:
        return Judged((), tuple(counted))
    subject = read_subject(claim, folded, law, search)
    judged = judge_cited(subject) if claim.references else judge_uncited(subject)
    if judged is None or not counted:
        return judged
    return replace(judged, findings=judged.findings + tuple(counted))
