"""A verdict as rows, the same for CSV and the workbook: in the reader's language, without IRIs and program words."""

from __future__ import annotations

from zhiyin.law.outcome import OUTCOME_LABELS, Basis
from zhiyin.model import tier_name
from zhiyin.report.words import fact_word, place_word, value_word
from zhiyin.validation.day import DAY_FROM_LABELS
from zhiyin.validation.judgement import JudgedClause, Judgement, Verdict

BASIS_LABELS = {Basis.FACT: "事实", Basis.ATTESTATION: "附证据的声明", Basis.DETERMINATION: "认定"}
COLUMNS = (
    *("公司", "统一社会信用代码", "所评类别", "条款", "必须/可选", "新增/延续", "结论", "依据"),
    *("条款原文", "发现", "对象", "事实", "现值", "所在位置", "整改", "所依文件", "所依事实", "读法规则"),
    *("核查日", "核查日来源"),
)


def rows(verdict: Verdict, judgement: Judgement) -> list[list[str]]:
    """Return a row per finding, and one for every clause without any, under ``COLUMNS``."""
    readings = judgement.rules.readings
    return [
        [
            verdict.name or "（未写名称）",
            verdict.credit_code,
            tier_name(verdict.assessed_tier),
            clause.requirement.number,
            str(clause.requirement.obligation),
            str(clause.requirement.mark),
            OUTCOME_LABELS[clause.outcome],
            "、".join(BASIS_LABELS[b] for b in clause.basis),
            clause.requirement.text,
            *line,
            "；".join(str(document) for document in clause.documents),
            "；".join(clause.grounds),
            "、".join(readings[r].zh for r in clause.readings if r in readings),
            verdict.day.check.isoformat(),
            DAY_FROM_LABELS[verdict.day.source].zh,
        ]
        for clause in verdict.clauses
        for line in _lines(clause, verdict, judgement)
    ]


def _lines(clause: JudgedClause, verdict: Verdict, judgement: Judgement) -> list[list[str]]:
    if not clause.findings:
        return [["", "", "", "", "", clause.remedy.zh if clause.remedy else ""]]
    return [
        [
            f.message.zh,
            "公司" if f.node == verdict.company else f.label,
            fact_word(f.path, f.about, judgement.rules.vocabulary),
            f.value_label or value_word(f.value, judgement.rules.vocabulary),
            place_word(judgement.place_of(f)),
            f.remedy.zh if f.remedy else "",
        ]
        for f in clause.findings
    ]
