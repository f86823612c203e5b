"""Takes the characters of the guideline and gives its headings, items and requirement clauses, without loss."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zhiyin.errors import Place, SourceTextError
from zhiyin.model import Edition, GuidelineText, Heading, Item, Mark, Obligation, Requirement

_LINE: Final = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)*)(?P<dot>\.?)(?P<rest>.*)", re.DOTALL)
_MARKS: Final = re.compile(r"\[(?P<obligation>[^\[\]]*)\]\[(?P<mark>[^\[\]]*)\](?P<text>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    number: tuple[int, ...]
    dot: bool
    rest: str

    @property
    def name(self) -> str:
        return ".".join(map(str, self.number))


def parse_guideline(text: str, edition: Edition, *, name: str = "", sha256: str = "") -> GuidelineText:
    """Return everything that ``text`` says, its chapters being those of ``edition``; its numbers, titles, marks and texts concatenate to it, white space aside.

    ``sha256`` is that of the source's bytes where they were hashed already. Raises SourceTextError with the line and the
    reason at the first break of the form: nothing is returned in part.
    """
    try:
        return _parse(text, edition, sha256)
    except SourceTextError as fault:
        place = Place(source=name or None, line=fault.place.line)
        raise SourceTextError(fault.message.zh, fault.message.en, place=place, details=fault.details) from None


def _parse(text: str, edition: Edition, sha256: str) -> GuidelineText:
    headings: list[Heading] = []
    items: list[Item] = []
    requirements: list[Requirement] = []
    previous: tuple[int, ...] = ()
    for row in _rows(text):
        _check_sequence(row, previous, edition)
        previous = row.number
        tier = edition.tier_of(row.number[0])
        if len(row.number) == 1 or (tier is not None and len(row.number) < 4):
            headings.append(_heading(row))
        elif tier is None:
            items.append(_item(row))
        else:
            requirements.append(_requirement(row, tier))
    last = text.count("\n") + 1
    _check_whole(headings, requirements, last, edition)
    digest = sha256 or hashlib.sha256(text.encode()).hexdigest()
    return GuidelineText(edition, digest, tuple(headings), tuple(items), tuple(requirements))


def _rows(text: str) -> Iterator[_Row]:
    # Only line feeds end a line: str.splitlines would also cut at U+2028 and U+0085, which a clause may hold.
    for position, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not line:
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise _fault(
                position, f"既不是标题也不是条款：“{line[:20]}”", f"neither a heading nor a clause: '{line[:20]}'"
            )
        digits = match["number"].split(".")
        if any(part.startswith("0") for part in digits):
            raise _fault(position, f"编号“{match['number']}”有误", f"bad number '{match['number']}'")
        rest = match["rest"]
        if rest and not rest[0].isspace() and rest[0] != "[":
            raise _fault(
                position,
                f"编号“{match['number']}”之后应有空白",
                f"white space is missing after the number '{match['number']}'",
            )
        yield _Row(position, tuple(map(int, digits)), match["dot"] == ".", rest.strip())


def _check_sequence(row: _Row, previous: tuple[int, ...], edition: Edition) -> None:
    """Refuse ``row`` unless its number is one that may follow ``previous`` in document order."""
    number, line, name = row.number, row.line, row.name
    if len(number) > 4 or (number[0] in edition.general_chapters and len(number) > 3):
        raise _fault(line, f"编号“{name}”层次过深", f"the number {name} has too many levels")
    if row.dot != (len(number) == 1):
        raise _fault(line, f"编号“{name}”的写法有误", f"the number {name} is not written as its level wants")
    if not previous:
        if number != (1,):
            raise _fault(line, "第一个标题“1.”之前有文字", "text before the first heading '1.'")
        return
    if number[0] not in edition.chapters:
        raise _fault(line, f"没有第{number[0]}章", f"there is no chapter {number[0]}")
    if number == previous:
        raise _fault(line, f"编号 {name} 重复", f"duplicate number {name}")
    depth = len(number)
    if depth > len(previous) + 1 or (depth > 1 and number[:-1] != previous[: depth - 1]):
        where = ".".join(map(str, previous))
        raise _fault(
            line,
            f"编号 {name} 不在它的章节之下（前一个是 {where}）",
            f"{name} stands under the wrong heading, after {where}",
        )
    expected = previous[depth - 1] + 1 if depth <= len(previous) else 1
    wanted = ".".join(map(str, (*number[:-1], expected)))
    if number[-1] < expected:
        raise _fault(
            line,
            f"编号 {name} 重复或次序有误，应为 {wanted}",
            f"{name} is a duplicate or out of order, expected {wanted}",
        )
    if number[-1] > expected:
        raise _fault(line, f"缺少编号 {wanted}（遇到 {name}）", f"the number {wanted} is missing before {name}")


def _heading(row: _Row) -> Heading:
    if not row.rest:
        raise _fault(row.line, f"标题 {row.name} 没有文字", f"the heading {row.name} has no title")
    if row.rest.startswith("["):
        raise _fault(row.line, f"标题 {row.name} 不应带标识", f"the heading {row.name} bears a mark")
    return Heading(row.name, row.rest, row.line)


def _item(row: _Row) -> Item:
    if not row.rest or row.rest.startswith("["):
        raise _fault(row.line, f"总则条目 {row.name} 应有文字而无标识", f"item {row.name} must have a text and no mark")
    return Item(row.name, row.rest, row.line)


def _requirement(row: _Row, tier: int) -> Requirement:
    match = _MARKS.fullmatch(row.rest)
    if match is None:
        raise _fault(
            row.line,
            f"条款 {row.name} 没有标识，应为“[必须|可选][新增|延续] 内容”",
            f"clause {row.name} has no mark; it must read '[必须|可选][新增|延续] text'",
        )
    obligations, marks = [str(o) for o in Obligation], [str(m) for m in Mark]
    for value, allowed in ((match["obligation"], obligations), (match["mark"], marks)):
        if value not in allowed:
            raise _fault(
                row.line,
                f"条款 {row.name} 的标识“[{value}]”无效，应为{'或'.join(f'[{a}]' for a in allowed)}",
                f"clause {row.name} has the unknown mark [{value}]; allowed: {', '.join(f'[{a}]' for a in allowed)}",
            )
    text = match["text"].strip()
    if not text:
        raise _fault(row.line, f"条款 {row.name} 没有内容", f"clause {row.name} has no text")
    if text.startswith("["):
        raise _fault(row.line, f"条款 {row.name} 有多余的标识", f"clause {row.name} has more than two marks")
    requirement = Requirement(row.name, Obligation(match["obligation"]), Mark(match["mark"]), text, row.line, tier)
    if requirement.tier == 1 and requirement.mark is Mark.CONTINUED:
        # 1.2: 延续 marks what an earlier tier already said, and no tier stands before the first.
        raise _fault(
            row.line, f"一类条款 {row.name} 不能标为[延续]", f"{row.name} of the first tier cannot be marked [延续]"
        )
    return requirement


def _check_whole(headings: list[Heading], requirements: list[Requirement], last: int, edition: Edition) -> None:
    """Refuse a text with a chapter missing, an empty subsection, or tiers whose headings differ."""
    by_chapter: dict[int, dict[str, Heading]] = {chapter: {} for chapter in edition.chapters}
    for heading in headings:
        number, _, local = heading.number.partition(".")
        by_chapter[int(number)][local] = heading
    for chapter, found in by_chapter.items():
        if not found:
            raise _fault(last, f"缺少第{chapter}章", f"chapter {chapter} is missing")
    first, *others = edition.tier_chapters
    model = {local: h.title for local, h in by_chapter[first].items() if local}
    for chapter in others:
        titles = {local: h.title for local, h in by_chapter[chapter].items() if local}
        for local in model.keys() | titles.keys():
            if model.get(local) != titles.get(local):
                heading = by_chapter[chapter].get(local) or by_chapter[first][local]
                raise _fault(
                    heading.line,
                    f"第{chapter}章与第{first}章的标题不一致：{local} “{titles.get(local, '无')}”与“{model.get(local, '无')}”",
                    f"chapters {chapter} and {first} differ in heading {local}: "
                    f"'{titles.get(local, 'none')}' and '{model.get(local, 'none')}'",
                )
    filled = Counter(r.subsection for r in requirements)
    for heading in headings:
        depth = heading.number.count(".")
        parent_only = depth == 1 and f"{heading.number}.1" not in {h.number for h in headings}
        if parent_only or (depth == 2 and not filled[heading.number]):
            raise _fault(
                heading.line, f"标题 {heading.number} 之下没有条款", f"no clause stands under heading {heading.number}"
            )
    if {r.tier for r in requirements} != set(edition.tiers):
        raise _fault(last, "有的类别没有条款", "a tier has no clause")


def _fault(line: int, zh: str, en: str) -> SourceTextError:
    return SourceTextError(zh, en, place=Place(line=line))
