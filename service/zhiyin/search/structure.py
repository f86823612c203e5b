"""Reads structure out of a question: clause numbers, tiers, obligation, mark, change, a section's title."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from zhiyin.model import NUMERALS, tier_name

_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_NUMERAL: Final = {figure: value for row in (NUMERALS, _ROMAN) for value, figure in enumerate(row, 1)}
_NUMBER: Final = re.compile(
    r"(?<![\d.a-z])第?\s*(?P<number>\d(?:\.\d{1,2}){1,3})(?![\d.]*\d)\s*(?P<after>条款|条|节|小节|章节|款|[%a-z\u4e00-\u9fff])?"
)
_TIERLESS: Final = re.compile(r"(?<![a-z])x(?P<rest>(?:\.\d{1,2}){1,3})(?![\d.]*\d)")
_NUMBER_SUFFIXES: Final = frozenset({"条款", "条", "节", "小节", "章节", "款"})
_CERTAIN_DOTS: Final = 2
_UNITS: Final = frozenset("年月日天时小分秒公千倍家套条人名个%亿万元周")

_WORDS: Final[tuple[tuple[str, str, re.Pattern[str]], ...]] = (
    ("change", "promoted", re.compile(r"可选(?:自动)?(?:变|升|改|转)(?:为|成)?必须")),
    ("change", "strengthened", re.compile(r"收紧(?:了)?|加严|变严|趋严|更严")),
    ("obligation", "可选", re.compile(r"可选(?:项|的|要求)?|选做|非强制|非必须|\boptional\b")),
    ("obligation", "必须", re.compile(r"必须(?:项|的|要求)?|强制(?:性)?(?:的|要求)?|\bmandatory\b")),
    ("mark", "新增", re.compile(r"新增(?:加)?(?:的|项|要求)?|\bnew\b")),
    ("mark", "延续", re.compile(r"延续(?:的|项|要求)?|\bcontinued\b")),
)
_AROUND_TITLE: Final = re.compile(
    r"(?:关于|有关|所有|全部|这|那|该|的|一|部分|章节|小节|节|章|方面|类|要求|规定|条款|内容|有哪些|都有|哪些|是|什么|里|中|[\s,、，。?？!！:：])+"
)


@dataclass(frozen=True, slots=True)
class QueryStructure:
    """What a question says about where to look; ``rest`` is the topic that is left, ``terms`` what was read as what."""

    numbers: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    tiers: frozenset[int] = frozenset()
    obligations: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    title: str | None = None
    rest: str = ""
    terms: tuple[tuple[str, str], ...] = field(default=())

    @property
    def restricts(self) -> bool:
        """Say whether anything but a title was read."""
        return bool(self.numbers or self.suffixes or self.tiers or self.obligations or self.marks or self.changes)


@lru_cache(maxsize=8)
def _tier_pattern(most: int, chapters: tuple[str, ...]) -> re.Pattern[str]:
    """Return how one of ``most`` tiers is named, or one of their ``chapters``."""
    roman = "|".join(sorted(_ROMAN[:most], key=len, reverse=True))
    one = rf"(?:{roman}|[{NUMERALS[:most]}1-{most}])"
    chapter = "".join(NUMERALS[int(c) - 1] + c for c in chapters)
    return re.compile(
        rf"(?<![a-z\d.每这那另同哪某])第?(?P<first>{one})\s*(?P<sep>[、,和及与到至\-]?)\s*(?:第?(?P<last>{one}))?\s*类"
        r"(?:期货公司|公司|要求|标准)?"
        rf"|(?<![a-z])(?:tier|class)\s*(?P<tier>[1-{most}]|{roman})(?![a-z\d])"
        rf"|第(?P<chapter>[{chapter}])章"
    )


def read_structure(
    folded: str, numbers: Collection[str], titles: Collection[str], chapters: Mapping[str, int]
) -> QueryStructure:
    """Return the structure of a folded question; ``numbers`` holds every clause number and prefix, ``titles`` folded.

    ``chapters`` are those of the tiers, each with its tier.
    """
    terms: list[tuple[str, str]] = []
    found: dict[str, set[str]] = {"change": set(), "obligation": set(), "mark": set()}
    named, rest = _take_numbers(folded, numbers, terms)
    suffixes = tuple(match["rest"] for match in _TIERLESS.finditer(rest))
    terms.extend((match[0], match[0]) for match in _TIERLESS.finditer(rest))
    rest = _TIERLESS.sub(" ", rest)
    tiers, rest = _take_tiers(rest, terms, chapters)
    for name, value, pattern in _WORDS:
        if match := pattern.search(rest):
            found[name].add(value)
            terms.append((match[0], value))
            rest = pattern.sub(" ", rest)
    title = _title(rest, titles)
    if terms and _AROUND_TITLE.fullmatch(rest.strip()):
        # 新增的要求, 三类有哪些条款: what is left of such a question asks for nothing more.
        rest = ""
    return QueryStructure(
        numbers=named,
        suffixes=suffixes,
        tiers=frozenset(tiers),
        obligations=frozenset(found["obligation"]),
        marks=frozenset(found["mark"]),
        changes=frozenset(found["change"]),
        title=title,
        rest=rest.strip(),
        terms=tuple(terms),
    )


def _take_numbers(folded: str, numbers: Collection[str], terms: list[tuple[str, str]]) -> tuple[tuple[str, ...], str]:
    named: list[str] = []

    def replace(match: re.Match[str]) -> str:
        number, after = match["number"], match["after"]
        # Three parts or more can only be a clause's number, even of a clause that does not exist.
        if (number not in numbers and number.count(".") < _CERTAIN_DOTS) or (
            after is not None and after not in _NUMBER_SUFFIXES and after in _UNITS
        ):
            return match[0]
        named.append(number)
        terms.append((match[0].strip(), number))
        return " " if after is None or after in _NUMBER_SUFFIXES else " " + after

    rest = _NUMBER.sub(replace, folded)
    return tuple(named), rest


def _take_tiers(folded: str, terms: list[tuple[str, str]], chapters: Mapping[str, int]) -> tuple[set[int], str]:
    tiers: set[int] = set()
    if not chapters:
        return tiers, folded

    def replace(match: re.Match[str]) -> str:
        if match["chapter"]:
            read = {chapters[str(_numeral(match["chapter"]))]}
        elif match["tier"]:
            read = {_numeral(match["tier"])}
        else:
            first = _numeral(match["first"])
            last = _numeral(match["last"]) if match["last"] else first
            ranged = match["sep"] in {"到", "至", "-"} and last > first
            read = set(range(first, last + 1)) if ranged else {first, last}
        tiers.update(read)
        terms.append((match[0], "、".join(tier_name(tier) for tier in sorted(read))))
        return " "

    return tiers, _tier_pattern(len(chapters), tuple(chapters)).sub(replace, folded)


def _numeral(text: str) -> int:
    return _NUMERAL[text] if text in _NUMERAL else int(text)


def _title(rest: str, titles: Collection[str]) -> str | None:
    """Return the title that is all the question's topic once courtesy words around it are gone."""
    for candidate in (rest.strip(), _AROUND_TITLE.sub("", rest)):
        if candidate in titles:
            return candidate
    # Trim at both ends only: 要求 and 的 also stand inside titles (基本要求).
    trimmed = rest.strip()
    for _ in range(4):
        start = _AROUND_TITLE.match(trimmed)
        if start and start.end() < len(trimmed):
            trimmed = trimmed[start.end() :]
            continue
        end = re.search(_AROUND_TITLE.pattern + "$", trimmed)
        if end and end.start() > 0:
            trimmed = trimmed[: end.start()]
            continue
        break
    return trimmed if trimmed in titles else None
