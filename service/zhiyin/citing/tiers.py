"""Finds which tiers a sentence speaks of: 三类公司, 一至三类, 三类及以上, 各类; 这一类 and 三类数据 are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMERALS: Final = {
    **dict(zip("一二三四五六七八九", range(1, 10), strict=True)),
    **{str(n): n for n in range(1, 10)},
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "甲": 0, "乙": 0, "丙": 0,
}  # fmt: skip
_ONE: Final = r"(?:[一二三四五六七八九]|(?<!\d)[1-9]|iv|iii|ii|i)"
_MENTION: Final = re.compile(
    rf"(?:第)?(?P<first>{_ONE})\s*(?:类)?\s*(?:(?P<to>至|到|-|~)|(?P<and>、|和|与|及|以及|或))\s*(?:第)?(?P<last>{_ONE})\s*类(?P<more>[、和与及](?:第)?{_ONE}\s*类)?(?P<up2>(?:\(含\)|及其?|和|或)?以上)?"
    rf"|(?:第)?(?P<one>{_ONE})\s*类(?P<up>(?:期货)?(?:公司)?(?:\(含\)|及其?|和|或)?(?:以上|更高))?(?P<down>(?:期货)?(?:公司)?(?:\(含\)|及|和|或)?以下)?"
    rf"|(?P<all>各类(?:别)?(?:期货)?公司|各类(?:别)?(?=(?:的要求)?(?:都|均|皆|一律|一样|相同))|所有类别|各个?类别|四个类别|全部四类|一律|所有期货公司)"
    rf"|(?<![a-z])tiers?\s*(?P<en>[1-9])"
)
_NOT_BEFORE: Final = re.compile(
    r"(?:这|那|某|哪|每|另|同|各|此|分|分为|分成|划分为|共|共分|几|归|何|为两|两|该|前|上述|其中|下列|以下|以上|等)$"
)
_NOT_AFTER: Final = re.compile(
    r"(?:数据|人员|信息|事件|设备|网络|系统|问题|风险|情形|情况|账户|客户|应用|业务|证书|区域|地区|用户|资料|文档|文件|介质|故障|操作|权限|职责|服务|活动|内容|措施|制度|指标|资产|,其中|管理$)"
)
_MOVES: Final = re.compile(
    r"到了?(?:第)?[一二三四]类(?:公司)?(?:时|后)?(?:就|才|则|便)|升级(?:为|到|至|成)|升至|升为|升到|(?:提升|提高|上升|增加|加强)(?:为|到|至)|过渡到|变更为|调整为|晋升|相比|对比|较之|变为|起成为|转为|改为|差异|不同于|区别|增至|对应(?!的)|(?:没有|未|不)再?(?:次)?出现|不再(?:要求|保留|列)"
)
_BESIDE: Final = re.compile(r"(?:比|较|高于|低于|不同于|相对于|相较于|不像|区别于)$")
_BESIDE_WITH: Final = re.compile(r"(?:与|同|和)$")
_COMPARED: Final = re.compile(r"[^,。;]{0,8}(?:相比|对比|比较|相较|不同|的区别)")


@dataclass(frozen=True, slots=True)
class TierMention:
    """The tiers named at ``[start, end)``; ``beside`` is set where they are only compared with, ``unknown`` for 五类 of four."""

    start: int
    end: int
    tiers: frozenset[int]
    beside: bool
    unknown: bool
    since: bool


def read_tiers(text: str, highest: int) -> list[TierMention]:
    """Return the tiers that folded ``text`` names, in order, of a guideline with ``highest`` of them."""
    found = []
    for match in _MENTION.finditer(text):
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
        if not match["all"] and not match["en"]:
            if re.search(r"[\d.]$", before) or (
                _NOT_BEFORE.search(before) and not re.match(r"(?:期货)?公司|期货", after)
            ):
                continue
            if _NOT_AFTER.match(after):
                continue
        tiers = _tiers_of(match, highest)
        known = frozenset(t for t in tiers if 1 <= t <= highest)
        beside = bool(_BESIDE.search(before)) or bool(_BESIDE_WITH.search(before) and _COMPARED.match(after))
        since = bool(re.search(r"(?:自|从|由|到了?|至)$", before)) or bool(
            re.match(r"(?:期货)?(?:公司)?(?:开始|起|才)", after)
        )
        found.append(TierMention(match.start(), match.end(), known, beside, not known, since))
    return found


def is_move(text: str) -> bool:
    """Say whether folded ``text`` tells what changes from one tier to another."""
    return bool(_MOVES.search(text))


def _tiers_of(match: re.Match[str], highest: int) -> set[int]:
    if match["all"]:
        return set(range(1, highest + 1))
    if match["en"]:
        return {int(match["en"])}
    if match["one"]:
        level = _NUMERALS[match["one"]]
        if match["up"]:
            return {level, *range(level, highest + 1)}
        return set(range(1, level + 1)) if match["down"] else {level}
    first, last = _NUMERALS[match["first"]], _NUMERALS[match["last"]]
    tiers = set(range(first, last + 1)) if match["to"] and first < last else {first, last}
    if match["more"]:
        tiers.add(_NUMERALS[re.sub(r"[、和与及第类\s]", "", match["more"])])
    if match["up2"]:
        tiers |= set(range(min(tiers), highest + 1))
    return tiers
