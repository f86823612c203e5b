"""Reads which tiers a question names: 三类公司, 二升三, 最低一档, 各类; and tiers that do not exist (五类)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from zhiyin.model import TIERS

_LEVELS: Final = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
}
_L: Final = "[一二三四1-4壹贰叁肆]"
_TAIL: Final = r"(?:类别|类|档|级(?=公司|期货))(?:的?期货公司|公司|期货|要求|标准|机构)?"
_EVERY: Final = re.compile(
    r"(?:四个|全部四|所有四|整个四|各个|各|每一个|每个|每一|每|所有|全部|不同|4个)(?:类别|类型|类|档次|档|级别)(?:的)?(?:期货公司|公司)?(?:都算|都)?"
    r"|(?:从)?一(?:类|档)?(?:到|至|-)四(?:类|档)(?:公司)?|1(?:类)?(?:到|至|-)4类(?:公司)?"
    r"|(?<![类档、和与及])四类(?:公司)?(?=分别|各自|各是|各要)|逐类|全指引|整个指引|全文|指引全部|指引里?一共|各类(?:别)?(?:公司)?|通篇"
)
_LOWEST: Final = re.compile(
    r"最低(?:的)?(?:一)?(?:档|类别|类|级|等级)(?:的)?(?:期货公司|公司)?|最低那?(?:一)?(?:档|类)(?:的)?(?:公司)?"
)
_HIGHEST: Final = re.compile(
    r"最高(?:的)?(?:一)?(?:档|类别|类|级|等级)(?:的)?(?:期货公司|公司)?|最高那?(?:一)?(?:档|类)(?:的)?(?:公司)?"
)
_STEP: Final = re.compile(
    rf"(?:从|由)?(?P<from>{_L})(?:类|档|级)?(?:公司)?(?:的)?(?:要|想)?(?:直接|一步|跨级|跳级|连跳)?(?:升级到|升级为|升级成|升级|升到|升为|升成|升至|升|变成|变为|变到|变|改为|转为|提升到|提升为|提到|晋级到|晋升到|晋升为|晋|跨到|到|至|->|→|>)"
    rf"(?:为)?(?P<to>{_L})(?:类别|类|档|级)?(?:公司)?"
)
# From one tier to another with tiers between, where nothing is said of a change: each of them is meant.
_RUN: Final = re.compile(
    r"(?:从|由)?(?:(?P<first>[一1壹])(?:类|档)(?:公司)?(?:到|至|-|~)(?:三|3|叁)|(?P<second>[二2贰])(?:类|档)(?:公司)?(?:到|至|-|~)(?:四|4|肆))(?:类|档)(?:公司)?"
)
_CHANGES: Final = re.compile(
    r"升|变|改|不同|区别|差|增|新|补|多了|多出|多(?:哪|什么|啥)|要做|一样|相同|(?<!占)比(?!例|率)|加|严|晋|有(?:什么|哪些|啥)|哪些"
)
_PAIR: Final = re.compile(
    rf"(?<![a-z\d.])(?P<first>{_L})(?:类|档)?(?:公司)?(?P<sep>和|与|跟|及|、|,|，|比|对比|相比|同|或|还是)?(?P<second>{_L})(?:{_TAIL})"
    rf"|(?<![a-z\d.])(?P<one>{_L})(?:类|档)(?:公司)?(?P<sep2>和|与|跟|及|、|,|，|比起|比|对比|相比|同|或|还是)(?P<two>{_L})(?:{_TAIL})?(?![条项个节])"
)
_SINGLE: Final = re.compile(
    rf"(?<![a-z\d.分种这那哪某同几每])第?(?P<level>{_L}){_TAIL}"
    r"|第(?P<chapter>[二三四五2-5])章|(?<![a-z])(?:tier|class)\s*(?P<tier>[1-4])(?!\d)"
)
_NO_SUCH: Final = re.compile(
    r"(?<![a-z\d.分这那哪某同几每])第?(?:[五六七八九十零]|\d{1,3})(?:类|级(?=公司|期货))(?:别)?(?:期货)?(?:公司)?"
    r"|(?<![a-z\d])[a-e]{1,3}类(?:公司)?|特类(?:公司)?|甲类(?:公司)?|乙类(?:公司)?"
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


def read_tiers(text: str) -> TierReading:
    """Return the tiers that ``text`` names; ``rest`` has ``|`` where they stood."""
    found: dict[int, None] = {}
    every = step = ranged = False

    def take(match: re.Match[str]) -> str:
        for name in ("from", "to", "first", "second", "one", "two", "level", "tier", "chapter"):
            value = match.groupdict().get(name)
            if value:
                level = (
                    ("二三四五".index(value) + 1 if value in "二三四五" else int(value) - 1)
                    if name == "chapter"
                    else _LEVELS[value]
                )
                found[level] = None
        return "|"

    if match := _EVERY.search(text):
        every, ranged = True, bool(re.match(r"(?:从)?[一1]", match[0]))
        text = text[: match.start()] + "|" + text[match.end() :]
    for pattern, level in ((_LOWEST, TIERS[0]), (_HIGHEST, TIERS[-1])):
        if match := pattern.search(text):
            found[level] = None
            text = text[: match.start()] + "|" + text[match.end() :]
    if (match := _RUN.search(text)) and not _CHANGES.search(text):
        found.update(dict.fromkeys((1, 2, 3) if match["first"] else (2, 3, 4)))
        text = text[: match.start()] + "|" + text[match.end() :]
    # 一到四 as figures of a list are no tiers: at least one word of the class must stand there.
    if (match := _STEP.search(text)) and re.search(r"类|档|级|升|变", match[0]):
        step = True
        text = text[: match.start()] + take(match) + text[match.end() :]
    text = _PAIR.sub(take, text)
    text = _SINGLE.sub(take, text)
    no_such = _NO_SUCH.search(text)
    return TierReading(
        tuple(TIERS) if every and not found else tuple(found),
        every,
        step,
        ranged,
        no_such[0] if no_such else "",
        text,
    )
