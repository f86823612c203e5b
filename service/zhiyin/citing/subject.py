"""A claim as it is judged: its words without those that only cite, and the guideline that it is held against."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zhiyin.citing.claims import Claim
from zhiyin.citing.law import Clause, Law
from zhiyin.citing.matching import Search
from zhiyin.citing.parts import Part
from zhiyin.citing.quantity import without_figures
from zhiyin.citing.statement import FAULTS, Aspect, Finding, Ruling
from zhiyin.citing.tiers import is_move
from zhiyin.citing.words import features
from zhiyin.errors import Message

FOUND: Final = 0.42
"""From this share of a claim's words in a clause on, the claim is about the clause."""
ABSENT: Final = (
    r"(?:并|却|但|也|都|均)?(?:没有|没|未)(?:再)?(?:规定|给出|写明|写出|写|说明|明确|限定|提及|提到|要求|列出|载明){1,2}(?:过|任何)?(?:具体)?(?:的)?"
    r"(?P<of>[^,。;的]{1,10}的?)?(?:具体的?)?(?:保存|保留|更换|检查|演练)?(?P<absent>天数|小时数|分钟数|人数|次数|数字|数值|期限|间隔|周期|频率|频次|时长|时间|上限|下限|比例|型号|品牌|范围|温度范围|数量)"
)
"""That the text gives no figure: told of the text, not of what it demands."""
_FRAME: Final = re.compile(
    rf"{ABSENT}|(?:但|不过|然而|而|且)?(?:这|此|该|本)(?:一|项)?(?:条|项|点|款|要求|规定)(?:要求|规定)?(?:也|都|并|只|仅|仍|还|又)?(?:不?是|不?属于?|为)|(?:但|不过|然而|而|且)?(?:这|此)(?:也|都|并|只|仅|仍|还)?(?:不?是|不?属于|为)"
    r"|是?(?:一个|一项)?硬(?:性)?指标|^\W*(?:请|需要?|应)?注意(?:的是|到)?(?=[,: ])"
    r"|(?<=   )(?:中|里)?(?:也|还|已)?(?:说明|指明|表明|写明|阐明|申明|讲明|强调|重申|提示|提醒|说的是|讲的是|写的是)(?:了|过)?(?!书)"
    rf"|(?:同一|同样的?|相同的?|上述|该|此|其)(?:内容|条款|要求|规定)|内容(?=在|为|是|相同|不变|没有|未|与)|(?:文字|内容|表述|要求)?(?:完全)?(?:相同|一样|不变|没有变化)(?=[,。;]|\s*$)|(?:没有|未|不)再?(?:次)?出现|对应(?=\s|$|[,。;])|唯一的|由(?=可选|必须)|变为|到了?(?=[四三二]类)|只写|不(?:能|再)?适用(?:于)?|不涉及"
    r"|与(?=指引|《)|(?:不)?(?:一致|相符|相悖)|(?:存在|有)差距|(?:审计|检查|核查|评估|整改|法规|制度|合规|模型)?(?:依据|意见|标准|结论|回答|描述|建议|问题|要求|答)\s*:|标[识记注]为?|[\[【]?(?:必须|可选|新增|延续)[\]】]?(?:要求|条款|项|(?:的)?内容|的)?|《[^》]*》|(?:根据|依据|依照|按照|遵照|参照|对照|详见|参见|见于|出自|来源于?)|(?:期货公司)?(?:信息技术管理|本|该)?指引|第?\s*条(?:款)?(?=规定|要求|的|,|:|$|\s)|(?:有关|相关|上述)?规定(?=[:,\s]|$)|原文(?:为|是|写道|表述)?|明确要求|(?:均)?(?:不|未)?(?:符合|满足)|违反了?|未达到?|所称|依据为|依据是|对此有|作出了?规定|的规定|的要求|标识为|列为"
)
_TIER_WORDS: Final = re.compile(
    r"(?:对于?|针对|作为|自|从|由)?(?:第)?[一二三四1-4]\s*类(?:别)?(?:期货公司|公司)?(?:及以上|以上|起)?(?:而言|来说)?|与.{1,4}相比|各类(?:别)?公司"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a claim: the clauses it is about, the findings, and other clauses that say it, if any."""

    clauses: tuple[Clause, ...]
    findings: tuple[Finding, ...]
    suggestion: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A claim with what is read out of it once.

    ``masked`` are the rules it states and ``whole`` its facts as well, place for place, the rest blank; ``said`` is
    ``masked`` without the words that cite, ``words`` its features, ``moves`` that it tells a change between tiers.
    """

    claim: Claim
    folded: str
    law: Law
    search: Search
    masked: str
    whole: str
    said: str
    words: frozenset[str]
    moves: bool


def read_subject(claim: Claim, folded: str, law: Law, search: Search) -> Subject:
    """Return ``claim`` ready to be judged."""
    masked = claim.masked(folded, Part.RULE)
    whole = claim.masked(folded, Part.RULE, Part.FACT, Part.FRAME)
    said = without_frame(masked)
    words = features(law.lexicon.words(without_figures(said)))
    if len(words) < 4 and not claim.references:
        # 公司录像保留一年，优于指引90天的要求: what it is about stands in the company's own part.
        said = without_frame(claim.masked(folded, Part.RULE, Part.FACT))
        words = features(law.lexicon.words(without_figures(said)))
    return Subject(claim, folded, law, search, masked, whole, said, words, is_move(whole))


def without_frame(text: str) -> str:
    """Return ``text`` with the words that only cite blanked, place for place."""

    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0])

    return _TIER_WORDS.sub(blank, _FRAME.sub(blank, text))


def otherwise(aspect: Aspect, zh: str, en: str, said: str = "", stands: str = "") -> Finding:
    """Return the finding that the guideline says otherwise."""
    return Finding(aspect, Ruling.SAYS_OTHERWISE, Message(zh, en), said, stands)


def not_checked(zh: str, en: str) -> Finding:
    """Return the finding that something was not checked, with the reason."""
    return Finding(Aspect.NUMBER, Ruling.NOT_CHECKED, Message(zh, en))


def faults(findings: Sequence[Finding]) -> list[Finding]:
    """Return those of ``findings`` that are faults."""
    return [finding for finding in findings if finding.ruling in FAULTS]
