"""What the figures of a claim come to: each compared with the clauses of its tier, a company's own with the demand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from zhiyin.citing.claims import COMPANY
from zhiyin.citing.figures import REDUCTION, anchors, compare_figure, is_met
from zhiyin.citing.law import Clause
from zhiyin.citing.matching import best_matches, fit
from zhiyin.citing.parts import Part
from zhiyin.citing.quantity import Quantity, read_quantities, read_row
from zhiyin.citing.statement import Aspect, Finding, Ruling
from zhiyin.citing.subject import ABSENT, FOUND, Subject
from zhiyin.errors import Message

_EMPTY_DIMENSIONS: Final = frozenset({"n", "times", "cny", "td", "every-td"})
_RISES: Final = re.compile(
    r"\s*(?:增至|增加至|增加到|提高到|提高至|提升至|提升到|升至|变为|降至|降为|调整为|改为|延长至|延长到)"
)
"""What follows the figure that was before: 由8人增至11人."""
_LET_OFF: Final = re.compile(r"(?:不应|不得|无需|不必|无须|不用|不需要?)(?:达到|达|不少于|不低于|不超过|至少)")
_EXEMPT: Final = re.compile(r"不要求|没有要求|未要求|无需|无须|不必|不用")
_FORBIDS: Final = re.compile(r"(?:不得|不能|不可|不应|不许|不允许|禁止|严禁|避免)(?:仅|只)?(?:由|让|安排|有|靠)?\s*$")
_BREACHES: Final = re.compile(r"不合规|不合格|不行|不够|不达标|不满足|不符合|违规|违反")
_AS_OF_TIER: Final = re.compile(r"(?:作为|属于?|系)(?:第)?[一二三四1-4]类[^。;]*?(?:应|须|必须|不得)")
_IN_TURN: Final = re.compile(
    r"(?:依次|分别)(?:应|须|要求)?(?:不少于|不低于|至少|达到|不超过)?(?:为|是|有)?(?P<row>[^。;]*)"
)
_COMPARISON: Final = re.compile(
    r"(?:低于|高于|优于|未达到|不满足|不符合|满足|符合|达到|超过)(?=(?:了)?(?:指引|《|该|上述|要求|规定|第|\s))"
)


def figure_findings(subject: Subject, clauses: list[Clause]) -> list[Finding]:
    """Return the figures of the claim that none of the clauses gives, and those of a company that do not meet one."""
    text = subject.masked
    findings, text = _in_turn(subject, clauses, text)
    findings += _absent(subject, clauses)
    figures = read_quantities(_blank_comparisons(text))
    moves = subject.moves
    for figure in figures:
        if figure.dimension in ("times", "cny", "td") or _RISES.match(text, figure.end):
            continue
        scope = _scope(subject, clauses, figure.start)
        several = (
            frozenset().union(*(m.tiers for m in subject.claim.mentions)) if subject.claim.mentions else frozenset()
        )
        if moves or (len(several) > 1 and len(scope) > 1 and not _each_tier(subject, figure)):
            scope = [
                subject.law.clauses[n]
                for c in clauses
                for n in subject.law.families.get(c.family, {0: c.number}).values()
            ]
        differing = compare_figure(text, figure, scope)
        if differing is None and len(scope) > 1 and _each_tier(subject, figure):
            family = {c.family for c in scope}
            if len(family) == 1:
                for clause in scope:
                    differing = differing or compare_figure(text, figure, [clause])
        if differing is None and _LET_OFF.search(text[max(0, figure.start - 10) : figure.start + 6]):
            shown = _shown(scope, next((q for q in scope[0].figures if q.value == figure.value), figure))
            said = text[max(0, figure.start - 8) : figure.end].strip(" ,;。")
            message = Message(f"意思相反：说“{said}”，原文“{shown}”", f"the opposite: '{said}', the text has '{shown}'")
            findings.append(Finding(Aspect.FIGURE, Ruling.SAYS_OTHERWISE, message, said, shown))
        if differing is None or (not subject.claim.references and _said_elsewhere(subject, figure, scope)):
            continue
        if differing.stands is None and _EXEMPT.search(text[max(0, figure.start - 12) : figure.start]):
            continue
        own = "定期" in subject.whole and re.search(r"满足|符合|落实|达到", subject.whole)
        if differing.stands is None and own and figure.dimension.startswith("every-"):
            # 每60天更换一次，满足定期更换的要求: an interval of one's own.
            continue
        if differing.stands is None and (_of_company(subject, figure) or not _counts(figure, scope)):
            continue
        if _rules_out(text, figure, differing.stands):
            continue
        if moves and not subject.claim.references and fit(subject.law, subject.words, scope[0]).said < FOUND:
            continue
        if (
            differing.stands is not None
            and not differing.comparator_only
            and _is_stricter(subject, figure, differing.stands)
        ):
            continue
        stands = differing.stands
        if stands is None:
            periodic = any("定期" in c.folded for c in scope) and figure.dimension.startswith("every-")
            message = (
                Message("原文只写“定期”，没有给出间隔", "the text says 定期 and gives no interval")
                if periodic
                else Message(f"条款中没有“{figure.written}”这个数字", f"the clause has no figure '{figure.written}'")
            )
            findings.append(
                Finding(Aspect.FIGURE, Ruling.FIGURE_DIFFERS, message, text[figure.start : figure.end].strip())
            )
            continue
        shown = _shown(scope, stands)
        said = text[figure.start : figure.end].strip()
        message = (
            Message(f"比较不同：说“{said}”，原文“{shown}”", f"the comparison differs: '{said}', the text has '{shown}'")
            if differing.comparator_only
            else Message(
                f"数字不同：说“{said}”，原文“{shown}”", f"the figure differs: '{said}', the text has '{shown}'"
            )
        )
        # 由一人值班 under 双人值班 exchanges a word, no number.
        ruling = Ruling.SAYS_OTHERWISE if stands.written == "双人" else Ruling.FIGURE_DIFFERS
        findings.append(Finding(Aspect.FIGURE, ruling, message, said, shown))
    findings += _own_figures(subject, clauses)
    return findings


def _rules_out(text: str, figure: Quantity, stands: Quantity | None) -> bool:
    """Say whether a figure below the demanded one is forbidden: 不得由一人值班 where the text has 双人."""
    below = stands is not None and stands.comparator in ("ge", "up") and figure.value < stands.value
    if not below or figure.comparator:
        return False
    after = re.split(r"[,。;]", text[figure.end : figure.end + 16])[0]
    return bool(_FORBIDS.search(text[max(0, figure.start - 10) : figure.start]) or _BREACHES.search(after))


def _said_elsewhere(subject: Subject, figure: Quantity, scope: list[Clause]) -> bool:
    """Say whether the part that holds a figure is about another clause that gives it: 录像保存90天，客户交易区6个月."""
    text = subject.masked
    start = max(text.rfind(mark, 0, figure.start) for mark in ",;。:") + 1
    part = re.split(r"[,;。:]", text[start:])[0]
    if not re.search(r"[,;:]", text.strip()):
        return False
    tiers = {clause.tier for clause in scope if clause.tier is not None}
    for match in best_matches(subject.law, part, tiers, 3):
        clause = subject.law.clauses[match.number]
        if match.said >= FOUND and compare_figure(part, _moved(figure, -start), [clause]) is None:
            return True
    return False


def _moved(figure: Quantity, by: int) -> Quantity:
    return replace(figure, start=figure.start + by, end=figure.end + by)


def _in_turn(subject: Subject, clauses: list[Clause], text: str) -> tuple[list[Finding], str]:
    """Return what comes of figures told for tiers in turn (依次为5、8、11、15人), and the text without them."""
    told = _IN_TURN.search(text)
    if told is None or not clauses:
        return [], text
    before = [m for m in subject.claim.mentions if m.end - subject.claim.start <= told.start() and not m.unknown]
    tiers = [tier for mention in before for tier in sorted(mention.tiers)]
    row = read_row(told["row"])
    if len(tiers) < 2 or len(row) != len(tiers):
        return [], text
    members = subject.law.families.get(clauses[0].family, {})
    findings = []
    for tier, figure in zip(tiers, row, strict=True):
        if tier not in members:
            continue
        clause = subject.law.clauses[members[tier]]
        same = [q for q in clause.figures if q.dimension in (figure.dimension, f"{figure.dimension}/m2")]
        if any(q.value == figure.value for q in same):
            continue
        shown = _shown([clause], min(same, key=lambda q: abs(q.value - figure.value))) if same else clause.text
        message = Message(
            f"{clause.number}：说“{figure.written}”，原文“{shown}”",
            f"{clause.number}: '{figure.written}', not '{shown}'",
        )
        findings.append(Finding(Aspect.FIGURE, Ruling.FIGURE_DIFFERS, message, figure.written, shown))
    return findings, text[: told.start()] + " " * len(told[0]) + text[told.end() :]


_ABSENT_IN: Final = {
    "天数": {"s", "mo"}, "小时数": {"s"}, "分钟数": {"s"}, "人数": {"p"}, "数量": {"p", "n"}, "期限": {"s", "mo"}, "时长": {"s", "mo"},
    "时间": {"s", "mo"}, "次数": {"every-mo", "every-s"}, "间隔": {"every-mo", "every-s"}, "周期": {"every-mo", "every-s"},
    "频率": {"every-mo", "every-s"}, "频次": {"every-mo", "every-s"}, "比例": {"%"},
}  # fmt: skip
"""In which figures what a text is said not to tell would stand."""


def _absent(subject: Subject, clauses: list[Clause]) -> list[Finding]:
    """Return the figure of the clause where the claim says that the text gives none."""
    said = re.search(ABSENT, subject.whole)
    if said is None or not said["of"] or not subject.claim.references:
        return []
    for clause in clauses:
        for figure in clause.figures:
            if figure.dimension in _ABSENT_IN.get(said["absent"], set()):
                shown = _shown([clause], figure)
                message = Message(f"原文有：“{shown}”", f"the text does: '{shown}'")
                return [Finding(Aspect.FIGURE, Ruling.SAYS_OTHERWISE, message, said[0], shown)]
    return []


def _scope(subject: Subject, clauses: list[Clause], at: int) -> list[Clause]:
    """Return the clauses at a figure's place: of the tier named just before it, where that is another tier."""
    start = subject.claim.start
    before = [m for m in subject.claim.mentions if m.end - start <= at and not m.unknown]
    after = [m for m in subject.claim.mentions if m.start - start >= at and not m.unknown]
    behind = [
        m
        for m in after
        if re.fullmatch(r"[^,。;(]{0,8}\(\s*", subject.folded[start + at : m.start])
        and subject.folded[m.end : m.end + 1] == ")"
    ]
    tiers = behind[0].tiers if behind else before[-1].tiers if before else frozenset()
    if not tiers:
        return clauses
    found = []
    for clause in clauses:
        members = subject.law.families.get(clause.family, {})
        found += [subject.law.clauses[members[t]] for t in sorted(tiers) if t in members]
    return found or clauses


def _is_stricter(subject: Subject, figure: Quantity, stands: Quantity) -> bool:
    """Say whether a company binds itself to more than the clause demands."""
    same = figure.dimension == stands.dimension and figure.comparator not in ("le", "lt", "down")
    if anchors(subject.masked, figure) & REDUCTION:
        # To deduct more is to bind oneself to less.
        return False
    return _of_company(subject, figure) and same and is_met(figure, stands)


def _of_company(subject: Subject, figure: Quantity) -> bool:
    """Say whether a company is spoken of before the figure."""
    before = subject.folded[subject.claim.start : subject.claim.start + figure.end]
    # 作为二类公司，我司应至少有2名: what it says is that the tier demands it.
    return bool(COMPANY.search(before)) and not _AS_OF_TIER.search(before)


def _each_tier(subject: Subject, figure: Quantity) -> bool:
    start = subject.claim.start
    before = [m for m in subject.claim.mentions if m.end - start <= figure.start and not m.beside]
    return bool(before) and len(before[-1].tiers) > 1


def _counts(figure: Quantity, scope: list[Clause]) -> bool:
    """Say whether a figure that no clause gives is one that a clause would have to give."""
    if figure.dimension in _EMPTY_DIMENSIONS:
        return figure.dimension == "n" and figure.comparator in ("ge", "up", "le") and not any(c.implied for c in scope)
    if figure.dimension == "p" and figure.comparator == "" and re.search(r"[一1]人", figure.written):
        return False
    return not (figure.dimension == "x" or (figure.dimension == "every-mo" and "年度" in figure.written))


def _own_figures(subject: Subject, clauses: list[Clause]) -> list[Finding]:
    """Return where a company's own figure is said to meet a demand that it does not meet."""
    facts = subject.claim.masked(subject.folded, Part.FACT)
    whole = subject.whole
    if not facts.strip() or not re.search(r"(?<![不应须要未])(?<!未能)(?:符合|满足|达到了?|优于|高于)", whole):
        return []
    if re.search(r"不符合|不满足|未达|低于|未满足|不达标|不足|整改|差距", whole):
        return []
    findings = []
    own = read_quantities(facts)
    for figure in own:
        for clause in clauses[:1]:
            same = [q for q in clause.figures if q.dimension == figure.dimension]
            if figure.dimension == "n":
                # 一路专线 is not held against 2家银行.
                same = [q for q in same if q.written[-1] == figure.written[-1]]
            if len(same) > 1:
                mine = anchors(facts, figure)
                theirs = {q: anchors(clause.folded, q) for q in same}
                named = [q for q in same if mine & theirs[q]]
                # Where the company says no condition, the figure under none is meant.
                alone = len(clauses) == 1 and figure is next(q for q in own if q.dimension == figure.dimension)
                same = named if mine else [q for q in same if alone and not theirs[q]]
            if same and not any(is_met(figure, q) for q in same):
                shown = _shown([clause], same[0])
                findings.append(
                    Finding(
                        Aspect.FIGURE, Ruling.FIGURE_DIFFERS,
                        Message(f"“{figure.written}”并不满足原文“{shown}”", f"'{figure.written}' does not meet '{shown}'"),
                        figure.written, shown,
                    )
                )  # fmt: skip
    return findings


def _blank_comparisons(text: str) -> str:
    return _COMPARISON.sub(lambda match: " " * len(match[0]), text)


def _shown(clauses: Sequence[Clause], stands: Quantity) -> str:
    for clause in clauses:
        if stands in clause.figures:
            start = max((clause.folded.rfind(mark, 0, stands.start) for mark in ",。;、"), default=-1) + 1
            return clause.printed(start if stands.end - start <= 26 else max(start, stands.start - 12), stands.end)
    return stands.written
