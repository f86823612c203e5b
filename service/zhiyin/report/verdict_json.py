"""A judgement in, the JSON of the API out: keys in camelCase, the guideline's own words for its own things."""

from __future__ import annotations

from zhiyin.law.outcome import OUTCOME_LABELS
from zhiyin.namespaces import READING, SHAPE
from zhiyin.validation.findings import Finding
from zhiyin.validation.judgement import JudgedClause, Judgement, Verdict
from zhiyin.validation.policy import STATUS_LABELS
from zhiyin.validation.provenance import provenance


def judgement_json(judgement: Judgement) -> dict[str, object]:
    """Return the document that ``POST /api/validate`` and ``zhiyin validate --format json`` print."""
    return {
        "provenance": provenance(judgement),
        "warnings": [notice.as_json() for notice in judgement.notices],
        "unknownTerms": [
            {"term": u.term, "node": u.node, "line": u.line, "nearest": u.nearest, "nearestLabel": u.label}
            for u in judgement.unknown
        ],
        "unvisitedNodes": list(judgement.unvisited),
        "unusedDeterminations": [
            {"company": d.company, "clause": d.clause, "ruling": str(d.outcome)}
            for d in judgement.unused_determinations
        ],
        "verdicts": [_verdict(v, judgement) for v in judgement.verdicts],
    }


def _verdict(verdict: Verdict, judgement: Judgement) -> dict[str, object]:
    return {
        "company": verdict.company,
        "name": verdict.name,
        "unifiedSocialCreditCode": verdict.credit_code,
        "asOf": verdict.as_of,
        "checkDate": verdict.day.check.isoformat(),
        "checkDateFrom": str(verdict.day.source),
        "declaredTier": verdict.declared_tier,
        "assessedTier": verdict.assessed_tier,
        "status": str(verdict.status),
        "statusLabel": STATUS_LABELS[verdict.status],
        "achievedTier": verdict.achieved_tier,
        "tierStatuses": {str(tier): str(status) for tier, status in verdict.statuses.items()},
        "policy": verdict.policy,
        "summary": verdict.summary(),
        "ladder": [_clause(c, judgement) for c in verdict.ladder],
        "clauses": [_clause(c, judgement) for c in verdict.clauses],
    }


def _clause(clause: JudgedClause, judgement: Judgement) -> dict[str, object]:
    remedy = clause.remedy
    body: dict[str, object] = {
        "number": clause.requirement.number,
        "text": clause.requirement.text,
        "obligation": str(clause.requirement.obligation),
        "mark": str(clause.requirement.mark),
        "outcome": str(clause.outcome),
        "outcomeLabel": OUTCOME_LABELS[clause.outcome],
        "basis": [str(b) for b in clause.basis],
        "severity": clause.severity,
        "reading": [r.removeprefix(str(READING)) for r in clause.readings],
        "restsOn": [term.replace("#", "/").rpartition("/")[2] for term in clause.rests_on],
        "findings": [_finding(f, judgement) for f in clause.findings],
        "remedy": None if remedy is None else {"zh": remedy.zh, "en": remedy.en},
    }
    if clause.determination is not None:
        ruling = clause.determination
        body["determination"] = {"by": ruling.by, "on": ruling.on, "reason": ruling.reason}
    return body


def _finding(finding: Finding, judgement: Judgement) -> dict[str, object]:
    place = judgement.place_of(finding)
    body: dict[str, object] = {
        "outcome": str(finding.outcome),
        "focusNode": finding.node,
        "focusLabel": finding.label,
        "path": finding.path or None,
        "about": finding.about or None,
        "value": finding.value or None,
        "message": {"zh": finding.message.zh, "en": finding.message.en},
        "remedy": None if finding.remedy is None else {"zh": finding.remedy.zh, "en": finding.remedy.en},
        "shape": finding.shape.removeprefix(str(SHAPE)),
    }
    if place is not None:
        body["place"] = place.as_dict()
    return body
