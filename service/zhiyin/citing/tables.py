"""Checks tables whose columns are tiers: each cell with the duty that its row names, held against that tier's clause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from zhiyin.citing.figures import compare_figure
from zhiyin.citing.law import Clause, Law
from zhiyin.citing.matching import best_matches
from zhiyin.citing.own import Cell as Field
from zhiyin.citing.own import cells_of
from zhiyin.citing.quantity import number_value, read_quantities
from zhiyin.citing.statement import Aspect, Finding, Ruling
from zhiyin.citing.subject import FOUND, Judged, not_checked
from zhiyin.citing.tiers import read_tiers
from zhiyin.errors import Message
from zhiyin.model import tier_name

_LINE: Final = re.compile(r"[^\n]+")
_RULE: Final = re.compile(r"[\s|:\-]+")
_TIER_CELL: Final = re.compile(r"(?:第)?[一二三四1-4]\s*类(?:期货)?(?:公司)?(?:要求|标准)?")
_NUMBER: Final = re.compile(r"[<>=≤≥]*\s*(\d[\d.]*|[零一二两三四五六七八九十百]{1,4})")
_NONE: Final = re.compile(r"无|没有|-+|/|×|x|不要求|无要求|不适用|不涉及")
_YES: Final = re.compile(r"有|是|√|✓|✔|要求|适用|●|○")
_LOOKED_AT: Final = 60
_NEAR: Final = 0.35
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_UNIT: Final = re.compile(r"[\d.,\s]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table says of a tier: its range in the folded text, the tier, and the judgement."""

    start: int
    end: int
    tier: int
    judged: Judged


def table_cells(folded: str, law: Law) -> list[Cell]:
    """Return the cells of tables with a column for each tier, judged."""
    found: list[Cell] = []
    columns: dict[int, int] = {}
    for line in _LINE.finditer(folded):
        if "|" not in line[0]:
            columns = {}
            continue
        cells = list(cells_of(line))
        heads = {i: cell for i, cell in enumerate(cells) if _TIER_CELL.fullmatch(cell.text)}
        if len(heads) >= 2:
            columns = {i: min(read_tiers(cell.text, law.highest)[0].tiers) for i, cell in heads.items()}
        elif columns and not _RULE.fullmatch(line[0]):
            found += _row(cells, columns, law)
    return found


def _row(cells: list[Field], columns: dict[int, int], law: Law) -> list[Cell]:
    label = " ".join(cell.text for cell in cells[: min(columns)])
    label = _BRACKETS.sub(lambda m: m[0] if "连续" in m[0] or "托管" in m[0] else " ", label).strip()
    told = [(cells[i], tier) for i, tier in columns.items() if i < len(cells) and cells[i].text]
    if not label or not told:
        return []
    matches = [m for m in best_matches(law, label, (), _LOOKED_AT) if m.said >= FOUND]
    families = dict.fromkeys(law.clauses[m.number].family for m in matches if m.said >= matches[0].said - _NEAR)
    best: list[Cell] = []
    agreeing = -1
    for family in families:
        members = {tier: law.clauses[number] for tier, number in law.families.get(family, {}).items()}
        if not members:
            continue
        cells_of = [Cell(c.start, c.end, tier, _judged(label, c.text, tier, members)) for c, tier in told]
        holding = sum(f.ruling is Ruling.HOLDS for cell in cells_of for f in cell.judged.findings)
        if holding > agreeing:
            best, agreeing = cells_of, holding
    if agreeing * 2 >= len(told):
        # Of duties that a row's few words name alike, the one that most of its cells agree with is meant.
        return best
    unclear = Judged((), (not_checked("没有找到这一行说的是哪一条", "it is unclear which clause the row means"),))
    return [Cell(cell.start, cell.end, tier, unclear) for cell, tier in told]


def _judged(label: str, said: str, tier: int, members: dict[int, Clause]) -> Judged:
    clause = members.get(tier)
    first = members[min(members)]
    if clause is None:
        if _NONE.fullmatch(said):
            holds = Message("这一类确实没有这条要求", "this tier indeed has no such demand")
            return Judged((first,), (Finding(Aspect.TIER, Ruling.HOLDS, holds, said),))
        message = Message(
            f"{tier_name(tier)}没有这条要求，{tier_name(first.tier or 1)}起才有（{first.number}）",
            f"tier {tier} has no such demand; it begins with tier {first.tier} ({first.number})",
        )
        return Judged((first,), (Finding(Aspect.TIER, Ruling.WRONG_TIER, message, said),), (first.number,))
    if _NONE.fullmatch(said):
        message = Message(f"{clause.number} 有这条要求", f"{clause.number} demands it")
        return Judged((clause,), (Finding(Aspect.TIER, Ruling.SAYS_OTHERWISE, message, said, clause.text),))
    for word, stands, aspect in (
        *((word, clause.obligation, Aspect.OBLIGATION) for word in ("必须", "可选")),
        *((word, clause.mark, Aspect.MARK) for word in ("新增", "延续")),
    ):
        if word in said and word != stands:
            message = Message(f"{clause.number} 是{stands}", f"{clause.number} is otherwise marked")
            return Judged((clause,), (Finding(aspect, Ruling.SAYS_OTHERWISE, message, word, stands),))
    return Judged((clause,), (_figure(label, said, clause),))


def _figure(label: str, said: str, clause: Clause) -> Finding:
    figures = read_quantities(said)
    bare = _NUMBER.fullmatch(said)
    if bare is not None and not figures:
        # A bare number has the unit of one of the clause's figures.
        units = dict.fromkeys(_UNIT.sub("", q.written) for q in clause.figures if not q.dimension.startswith("every-"))
        readings = [f"{label} {said}{unit}" for unit in units if number_value(bare[1]) is not None]
        if any(
            q.start >= len(label) and compare_figure(text, q, [clause]) is None
            for text in readings
            for q in read_quantities(text)
        ):
            return Finding(Aspect.FIGURE, Ruling.HOLDS, Message("数字相符", "the figure agrees"), said)
        if readings:
            return _differs(said, clause)
    text = f"{label} {said}"
    own = [q for q in read_quantities(text) if q.start >= len(label)]
    for figure in own:
        differing = compare_figure(text, figure, [clause])
        if differing is not None:
            return _differs(said, clause)
    if own or _YES.fullmatch(said) or said in (clause.obligation, clause.mark):
        return Finding(
            Aspect.FIGURE, Ruling.HOLDS, Message(f"与 {clause.number} 相符", f"as {clause.number} says"), said
        )
    return not_checked(
        f"单元格中的话未逐字核对，可能说的是 {clause.number}",
        f"the words were not compared; {clause.number} may be meant",
    )


def _differs(said: str, clause: Clause) -> Finding:
    message = Message(
        f"数字不同：说“{said}”，{clause.number} 原文“{clause.text}”",
        f"the figure differs: '{said}'; {clause.number} has '{clause.text}'",
    )
    return Finding(Aspect.FIGURE, Ruling.FIGURE_DIFFERS, message, said, clause.text)
