"""Checks what a claim says of the guideline as a whole: how many tiers, sections and clauses it has."""

from __future__ import annotations

import re
from typing import Final

from zhiyin.citing.law import Law
from zhiyin.citing.quantity import number_value
from zhiyin.citing.statement import Aspect, Finding, Ruling
from zhiyin.citing.tiers import read_tiers
from zhiyin.errors import Message

_NUMBER: Final = r"(\d{1,4}|[零〇一二两三四五六七八九十百]{1,7})"
_TIERS: Final = re.compile(rf"(?:分为|共分|分成|划分为|共有|分|设)(?:了)?{_NUMBER}\s*(?:个)?(?:类别|类|等级|级别|档)")
_CHAPTERS: Final = re.compile(rf"(?:共|分为|包括|包含|由){_NUMBER}\s*章")
_CLAUSES: Final = re.compile(
    rf"(?P<kind>必须|可选|新增|延续)?(?:性)?(?:要求|条款|项|的)?(?:共|合计|总计|总共|有|为|计|共有|共计|其中)?(?:有|计|为)?\s*{_NUMBER}\s*(?:条|项)(?P<after>必须|可选|新增|延续)?(?!款?[至到、])"
)


def count_findings(law: Law, text: str, tiers: frozenset[int]) -> list[Finding]:
    """Return whether the numbers of tiers and clauses that folded ``text`` tells are so."""
    findings = []
    if (match := _TIERS.search(text)) and re.search(r"指引|分类|要求", text):
        findings.append(_finding(match[0], number_value(match[1]), 4, "类", "tiers"))
    if (match := _CHAPTERS.search(text)) and "指引" in text:
        findings.append(_finding(match[0], number_value(match[1]), 5, "章", "chapters"))
    if not re.search(
        r"共|合计|总计|其中|总共|多少|条(?:必须|可选|新增|延续)|(?:必须|可选|新增|延续)[^,。;]{0,6}\d+\s*[条项]", text
    ):
        return [f for f in findings if f]
    mentions = read_tiers(text)
    for match in _CLAUSES.finditer(text):
        kind = match["kind"] or match["after"] or "条"
        before = [m for m in mentions if m.end <= match.start() + 1 and not m.beside]
        own = before[-1].tiers if before else tiers
        value = number_value(match[2])
        if value is None or not ("指引" in text or before or tiers) or re.search(r"第\s*$", text[: match.start(2)]):
            continue
        if kind == "条" and not re.search(r"要求|条款|指引|共", text[max(0, match.start() - 16) : match.end() + 4]):
            continue
        if (
            not own
            and kind == "条"
            and not re.search(r"共|合计|总计|总共", text[max(0, match.start() - 6) : match.end()])
        ):
            continue
        stands = sum(law.counts.get((kind, t), 0) for t in (own or {0}))
        findings.append(_finding(match[0], value, stands, "条", "clauses"))
    return [f for f in findings if f]


def _finding(said: str, value: object, stands: int, unit: str, unit_en: str) -> Finding | None:
    if value is None:
        return None
    if value == stands:
        return Finding(Aspect.COUNT, Ruling.HOLDS, Message("数目相符", "the count is right"), said, f"{stands}{unit}")
    return Finding(
        Aspect.COUNT,
        Ruling.FIGURE_DIFFERS,
        Message(f"应为 {stands} {unit}", f"there are {stands} {unit_en}"),
        said,
        f"{stands}{unit}",
    )
