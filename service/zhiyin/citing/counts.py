"""Checks what a claim says of the guideline as a whole: how many tiers, chapters, sections, definitions, clauses it has."""

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
_WHOLES: Final = (
    (re.compile(rf"(?:共|分为|包括|包含|由|有|分){_NUMBER}\s*(?:个)?章(?!节)"), "章", "chapters"),
    (re.compile(rf"(?:共|分为|包括|包含|由|有|都有|各有|均有|分){_NUMBER}\s*(?:个)?(?:大)?节(?!点)"), "节", "sections"),
    (re.compile(rf"(?:共|分为|包括|包含|由|有|都有|各有|均有|分){_NUMBER}\s*(?:个)?小节"), "小节", "subsections"),
    (
        re.compile(rf"{_NUMBER}\s*(?:个|项|条)?(?:名词|术语|定义|释义)|(?:名词|术语|定义|释义)[^,。;]{{0,4}}(?:共|有){_NUMBER}\s*(?:个|项|条)"),
        "个名词",
        "definitions",
    ),
)  # fmt: skip
_CLAUSES: Final = re.compile(
    rf"(?P<kind>必须|可选|新增|延续)?(?:性)?(?:要求|条款|项|的)?(?:中)?(?:共|合计|总计|总共|有|为|计|共有|共计|其中)?(?:有|计|为)?\s*(?<![\d.]){_NUMBER}\s*(?:条|项)"
    r"(?:(?:要求|条款)?(?:是|为|属于|标为|标识为|系)?[\[“\"]?(?P<after>必须|可选|新增|延续))?(?!款?[至到、])"
)
_ALL: Final = re.compile(
    r"(?:全部|都|均|全)(?:部)?(?:为|是|属于|系)?[\[“\"]?(?P<a>必须|可选|新增|延续)(?:[、和与及并且]+[\[“\"]?(?P<b>必须|可选|新增|延续))?"
)
_SOLE: Final = re.compile(r"唯一(?:的|一条|一项)*(?:要求|条款)?(?P<kind>可选|必须|新增|延续)")
_TELLS: Final = re.compile(
    r"共|合计|总计|其中|总共|多少|条(?:要求|条款)?(?:是|为|属于|标为|标识为)?[\[“]?(?:必须|可选|新增|延续)|(?:必须|可选|新增|延续)[^,。;]{0,6}(?:\d+|[一二三四五六七八九十百]+)\s*[条项]|[类引](?:的)?(?:要求|条款)?\s*(?:有)?\s*\d+\s*条"
)


def count_findings(law: Law, text: str, tiers: frozenset[int]) -> list[Finding]:
    """Return whether the numbers of tiers and clauses that folded ``text`` tells are so."""
    findings = []
    if (match := _TIERS.search(text)) and re.search(r"指引|分类|要求", text):
        findings.append(_finding(match[0], number_value(match[1]), law.highest, "类", "tiers"))
    if (
        "指引" in text
        or (tiers and re.search(r"要求|每[一]?类|各类", text))
        or re.search(r"(?<![\d.])1\.4(?![\d.])", text)
    ):
        for pattern, unit, unit_en in _WHOLES:
            if match := pattern.search(text):
                said = number_value(next(group for group in match.groups() if group))
                findings.append(_finding(match[0], said, law.wholes[unit_en], unit, unit_en))
    mentions = read_tiers(text, law.highest)
    if (sole := _SOLE.search(text)) and tiers:
        findings.append(_finding(sole[0], 1, _count(law, sole["kind"], tiers), "条", "clauses"))
    if not _TELLS.search(text):
        return [f for f in findings if f]
    last = "条"
    for match in _CLAUSES.finditer(text):
        kind = match["kind"] or match["after"] or "条"
        if kind == "条" and not re.search(r"要求|条款|共|计", match[0]):
            # 可选要求共4条,三类6条: the kind is told once.
            kind = last
        last = kind
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
        findings.append(_finding(match[0], value, _count(law, kind, own), "条", "clauses"))
        every = _ALL.match(re.sub(r"^[,、 ]+", "", text[match.end() :]))
        if every is not None and kind == "条":
            findings += [
                _finding(every[0], value, _count(law, word, own), f"条{word}", "clauses")
                for word in every.groups()
                if word
            ]
    return [f for f in findings if f]


def _count(law: Law, kind: str, tiers: frozenset[int]) -> int:
    return sum(law.counts.get((kind, t), 0) for t in (tiers or {0}))


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
