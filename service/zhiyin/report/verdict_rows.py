"""A verdict as rows, the same for CSV and the workbook."""

from __future__ import annotations

from zhiyin.law.outcome import OUTCOME_LABELS, Basis
from zhiyin.model import TIER_NAMES
from zhiyin.namespaces import READING, compact
from zhiyin.validation.day import DAY_FROM_LABELS
from zhiyin.validation.judgement import JudgedClause, Verdict

BASIS_LABELS = {Basis.FACT: "事实", Basis.ATTESTATION: "附证据的声明", Basis.DETERMINATION: "认定"}
COLUMNS = (
    *("公司", "统一社会信用代码", "所评类别", "条款", "必须/可选", "新增/延续", "结论", "依据"),
    *("条款原文", "发现", "节点", "属性", "现值", "整改", "读法规则", "核查日", "核查日来源"),
)


def rows(verdict: Verdict) -> list[list[str]]:
    """Return a row per finding, and one for every clause without any, under ``COLUMNS``."""
    return [
        [
            verdict.name or verdict.company,
            verdict.credit_code,
            TIER_NAMES[verdict.assessed_tier],
            clause.requirement.number,
            str(clause.requirement.obligation),
            str(clause.requirement.mark),
            OUTCOME_LABELS[clause.outcome],
            "、".join(BASIS_LABELS[b] for b in clause.basis),
            clause.requirement.text,
            *line,
            "、".join(r.removeprefix(str(READING)) for r in clause.readings),
            verdict.day.check.isoformat(),
            DAY_FROM_LABELS[verdict.day.source].zh,
        ]
        for clause in verdict.clauses
        for line in _lines(clause)
    ]


def _lines(clause: JudgedClause) -> list[list[str]]:
    if not clause.findings:
        return [["", "", "", "", clause.remedy.zh if clause.remedy else ""]]
    return [[f.message.zh, f.node, compact(f.path), f.value, f.remedy.zh if f.remedy else ""] for f in clause.findings]
