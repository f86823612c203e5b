"""Tells what a passage says of its own company: cells under 我司情况, and parts such as 我司已接入五家."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(r"[^\n]+")
_RULE_OFF: Final = re.compile(r"[\s|:\-]+")
_NAMES: Final = r"(?:我司|我公司|我们(?:公司)?|本公司|本司|贵司|贵公司|该公司|被检查公司|被审计单位)"
_STATE: Final = r"(?:目前|现有|当前|现行|实际|自身|本次)?(?:的)?(?:检查|落实|执行|实施|完成|达标|符合|整改|自查|自评|配置|建设|实际|现场|核查|测试|现有|目前|当前)?(?:情况|现状|状况|结果|发现|做法|数值|数据|数量|水平|值|数|为)"
_HEAD: Final = re.compile(
    rf"(?:{_NAMES}|公司)(?!.*(?:要求|规定|应))[^|]{{0,10}}|(?!期货公司|各|该类|.*类)[^|]{{1,8}}(?:期货|公司)(?:情况|现状|做法)?|{_STATE}|现状|现有|实际|实测|实有|自查"
)
_TITLES: Final = re.compile(
    r"序号|编号|项目|指标|(?:检查|核查|评估)?(?:项|内容|事项)|(?:指引|依据)?条款号?|(?:指引|合规)?依据|(?:指引|条款)?(?:的)?(?:要求值?|标准|规定|原文)|类别|备注"
)
"""What heads a column of a table of demands."""
_OPENS: Final = re.compile(rf"\W*(?:但是?|而|不过|目前|现|其中|同时)?,?\s*{_NAMES}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's line: its range in the folded text and its words."""

    start: int
    end: int
    text: str


def cells_of(line: re.Match[str]) -> Iterator[Cell]:
    """Return the cells of a table's line in order."""
    at = line.start()
    pieces = line[0].split("|")
    for index, piece in enumerate(pieces):
        # A line that begins or ends with a mark has no cell outside it.
        if piece.strip() or 0 < index < len(pieces) - 1:
            lead = len(piece) - len(piece.lstrip())
            yield Cell(at + lead, at + len(piece.rstrip()) if piece.strip() else at + lead, piece.strip())
        at += len(piece) + 1


def own_cells(folded: str) -> list[tuple[int, int]]:
    """Return the ranges of cells in columns that are headed as a company's own state, in order."""
    found: list[tuple[int, int]] = []
    columns: frozenset[int] | None = None
    for line in _LINE.finditer(folded):
        if "|" not in line[0]:
            columns = None
            continue
        cells = list(cells_of(line))
        if columns is None:
            # The first line of a table heads its columns.
            columns = frozenset(i for i, cell in enumerate(cells) if _HEAD.fullmatch(cell.text.strip("* ")))
            columns = columns if len(columns) < len(cells) else frozenset()
        elif not _RULE_OFF.fullmatch(line[0]):
            found += [(cell.start, cell.end) for i, cell in enumerate(cells) if i in columns]
    return found


def heads_table(folded: str, start: int) -> bool:
    """Say whether the line that ``start`` stands in heads a table: a rule follows it, or it names what columns hold."""
    line = re.compile(r"[^\n]*").match(folded, folded.rfind("\n", 0, start) + 1)
    if line is None or "|" not in line[0]:
        return False
    following = _LINE.match(folded, line.end() + 1)
    if following is not None and "-" in following[0] and _RULE_OFF.fullmatch(following[0]):
        return True
    texts = [cell.text.strip("* ") for cell in cells_of(line) if cell.text]
    return len(texts) > 1 and all(_TITLES.fullmatch(text) or _HEAD.fullmatch(text) for text in texts)


def opens_with_company(text: str) -> bool:
    """Say whether a part of a sentence begins with the passage's own company: 我司已接入五家."""
    return _OPENS.match(text) is not None
