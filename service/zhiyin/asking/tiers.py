"""Reads which tiers a question names: 三类公司, 二升三, 最低一档, 各类; and tiers that do not exist (五类)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from zhiyin.model import NUMERALS

_FIGURES: Final = (NUMERALS, "123456789", "壹贰叁肆伍陆柒捌玖")
_LEVELS: Final = {figure: level for row in _FIGURES for level, figure in enumerate(row, 1)}
_TAIL: Final = r"(?:类别|类|档|级(?=公司|期货))(?:的?期货公司|公司|期货|要求|标准|机构)?"
_LOWEST: Final = re.compile(
    r"最低(?:的)?(?:一)?(?:档|类别|类|级|等级)(?:的)?(?:期货公司|公司)?|最低那?(?:一)?(?:档|类)(?:的)?(?:公司)?"
)
_HIGHEST: Final = re.compile(
    r"最高(?:的)?(?:一)?(?:档|类别|类|级|等级)(?:的)?(?:期货公司|公司)?|最高那?(?:一)?(?:档|类)(?:的)?(?:公司)?"
)
_COMPARED = ("比", "比起", "对比", "相比")
_CHANGES: Final = re.compile(
    r"升|变|改|不同|区别|差|增|新|补|多了|多出|多(?:哪|什么|啥)|要做|一样|相同|(?<!占)比(?!例|率)|加|严|晋|有(?:什么|哪些|啥)|哪些"
)


@dataclass(frozen=True, slots=True)
class TierReading:
    """The tiers named, in order; ``every`` where all are meant, ``step`` where one is left for another."""

    tiers: tuple[int, ...]
    every: bool
    step: bool
    ranged: bool
    no_such: str
    rest: str


@dataclass(frozen=True, slots=True)
class _Patterns:
    """How tiers are named where there are so many of them."""

    every: re.Pattern[str]
    step: re.Pattern[str]
    run: re.Pattern[str]
    pair: re.Pattern[str]
    single: re.Pattern[str]
    no_such: re.Pattern[str]


@lru_cache(maxsize=8)
def _patterns(most: int, chapters: tuple[str, ...]) -> _Patterns:
    """Return the patterns for tiers 1 to ``most`` and their ``chapters``, for each number of tiers made once."""
    one = "[" + "".join(row[:most] for row in _FIGURES) + "]"
    last, chapter = NUMERALS[most - 1], "".join(NUMERALS[int(c) - 1] + c for c in chapters)
    every = re.compile(
        rf"(?:{last}个|全部{last}|所有{last}|整个{last}|各个|各|每一个|每个|每一|每|所有|全部|不同|{most}个)(?:类别|类型|类|档次|档|级别)(?:的)?(?:期货公司|公司)?(?:都算|都)?"
        rf"|(?:从)?一(?:类|档)?(?:到|至|-){last}(?:类|档)(?:公司)?|1(?:类)?(?:到|至|-){most}类(?:公司)?"
        rf"|(?<![类档、和与及]){last}类(?:公司)?(?=分别|各自|各是|各要)|逐类|全指引|整个指引|全文|指引全部|指引里?一共|各类(?:别)?(?:公司)?|通篇"
    )
    step = re.compile(
        rf"(?:从|由)?(?P<from>{one})(?:类|档|级)?(?:公司)?(?:的)?(?:要|想)?(?:直接|一步|跨级|跳级|连跳)?(?:升级到|升级为|升级成|升级|升到|升为|升成|升至|升|变成|变为|变到|变|改为|转为|提升到|提升为|提到|晋级到|晋升到|晋升为|晋|跨到|到|至|->|→|>)"
        rf"(?:为)?(?P<to>{one})(?:类别|类|档|级)?(?:公司)?"
    )
    # From one tier to another with tiers between, where nothing is said of a change: each of them is meant.
    run = re.compile(rf"(?:从|由)?(?P<low>{one})(?:类|档)(?:公司)?(?:到|至|-|~)(?P<high>{one})(?:类|档)(?:公司)?")
    pair = re.compile(
        rf"(?<![a-z\d.])(?P<first>{one})(?:类|档)?(?:公司)?(?P<sep>和|与|跟|及|、|,|，|比|对比|相比|同|或|还是)?(?P<second>{one})(?:{_TAIL})"
        rf"|(?<![a-z\d.])(?P<one>{one})(?:类|档)(?:公司)?(?P<sep2>和|与|跟|及|、|,|，|比起|比|对比|相比|同|或|还是)(?P<two>{one})(?:{_TAIL})?(?![条项个节])"
    )
    # 下一类, 低一类: the class beside one that is named, not the first.
    single = re.compile(
        rf"(?<![a-z\d.分种这那哪某同几每])(?<![上下高低](?=一))第?(?P<level>{one}){_TAIL}"
        rf"|第(?P<chapter>[{chapter}])章|(?<![a-z])(?:tier|class)\s*(?P<tier>[1-{most}])(?!\d)"
    )
    no_such = re.compile(
        rf"(?<![a-z\d.分这那哪某同几每])第?(?:[{NUMERALS[most:]}十零]|\d{{1,3}})(?:类|级(?=公司|期货))(?:别)?(?:期货)?(?:公司)?"
        r"|(?<![a-z\d])[a-e]{1,3}类(?:公司)?|特类(?:公司)?|甲类(?:公司)?|乙类(?:公司)?"
    )
    return _Patterns(every, step, run, pair, single, no_such)


def read_tiers(text: str, chapters: Mapping[str, int]) -> TierReading:
    """Return the tiers that ``text`` names; ``rest`` has ``|`` where they stood.

    ``chapters`` are those of the edition's tiers, from the lowest up, each with its tier.
    """
    levels = tuple(chapters.values())
    known = _patterns(len(levels), tuple(chapters))
    found: dict[int, None] = {}
    every = step = ranged = False

    def take(match: re.Match[str]) -> str:
        for name in ("from", "to", "first", "second", "one", "two", "level", "tier", "chapter"):
            value = match.groupdict().get(name)
            if value:
                found[chapters[str(_LEVELS[value])] if name == "chapter" else _LEVELS[value]] = None
        named = match.groupdict()
        compared = (named.get("sep") or named.get("sep2") or "") in _COMPARED and match[0] == match.string.strip(
            "？?。 "
        )
        # Of two tiers and the word between them nothing would be left to say that they are compared.
        return "|对比" if compared else "|"

    if match := known.every.search(text):
        every, ranged = True, bool(re.match(r"(?:从)?[一1]", match[0]))
        text = text[: match.start()] + "|" + text[match.end() :]
    for pattern, level in ((_LOWEST, levels[0]), (_HIGHEST, levels[-1])):
        if match := pattern.search(text):
            found[level] = None
            text = text[: match.start()] + "|" + text[match.end() :]
    runs = [(m, _LEVELS[m["low"]], _LEVELS[m["high"]]) for m in known.run.finditer(text)]
    run = next((r for r in runs if 2 <= r[2] - r[1] < len(levels) - 1), None)
    if run and not _CHANGES.search(text):
        match = run[0]
        found.update(dict.fromkeys(range(run[1], run[2] + 1)))
        text = text[: match.start()] + "|" + text[match.end() :]
    # 一到四 as figures of a list are no tiers: at least one word of the class must stand there.
    if (match := known.step.search(text)) and re.search(r"类|档|级|升|变", match[0]):
        step = True
        text = text[: match.start()] + take(match) + text[match.end() :]
    text = known.pair.sub(take, text)
    text = known.single.sub(take, text)
    no_such = known.no_such.search(text)
    return TierReading(
        levels if every and not found else tuple(found),
        every,
        step,
        ranged,
        no_such[0] if no_such else "",
        text,
    )
