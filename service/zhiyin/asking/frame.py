"""Takes the frame off a question: clause numbers, tiers, conditions, filters, amounts; what stays is its topic."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from zhiyin.asking.amounts import Amount, read_amounts
from zhiyin.asking.kinds import KindReader
from zhiyin.asking.tiers import TierReading, read_tiers

_NUMBER: Final = re.compile(
    r"(?<![\d.a-z])(?:第)?\s*(?P<number>\d(?:\.\d{1,2}){1,3})(?![\d.]*\d)(?P<after>\s*(?:小节|节|条款|条|款|项|%|年|月|天|小时|分钟|秒|公里|公斤|倍|个|人|家|套|万|亿)?)"
)
_NUMBER_TAILS: Final = frozenset({"", "小节", "节", "条款", "条", "款", "项"})
_CERTAIN: Final = 2

_NIGHT: Final = r"(?:连续交易|夜盘|夜市|夜间交易|夜里交易|晚上交易)"
_NOT: Final = r"(?:没有|没|未|不|无)(?:有|开展|开设|开|做|参与|参加|搞|上|提供)?(?:过|了)?"
CONDITIONS: Final[tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]] = (
    (
        "night",
        re.compile(_NIGHT),
        re.compile(_NOT + _NIGHT + r"|白盘|" + _NIGHT + r"(?:的话)?(?:都)?(?:没有|没|不|未)"),
    ),
    (
        "on-site",
        re.compile(r"(?<!不)(?<!没有)(?<!没)(?<!未)(?:提供|有|开展|做)现场交易"),
        re.compile(r"(?:没有?|不|未|无)(?:提供|开展|做|有)?现场交易"),
    ),
    (
        "hosted",
        re.compile(
            r"(?:机房)?(?:全部|全|整体|都)?托管(?:出去|在外|给(?:托管方|托管商|托管公司|服务商|第三方|专业公司|别的公司|[^|，,。]{1,6}?))?(?:了)?(?:(?:，|,)?(?:而且|并且|并|且|又|同时)?(?:也|都)?(?:由|归|让|交给)?(?:托管方|对方|托管商|托管公司|第三方|服务商|他们)(?:来|也|还)?(?:负责|包)?(?:维护|运维|管理|管|维保)?(?:机房)?(?:的)?基础设施(?:的)?(?:维护|运维|管理|管|维保)?|(?:，|,)?(?:而且|并且|并|且|连)?(?:机房)?(?:的)?基础设施(?:也|都)?(?:由|归|是|交给)(?:托管方|对方|托管商|托管公司|第三方|服务商|他们)(?:来)?(?:负责)?(?:维护|运维|管理|管|维保)?(?:的)?)?|外包给(?:第三方)?机房|租用?机房"
        ),
        re.compile(
            r"(?:没有?|未|不|无)(?:机房)?托管|自建机房|自有机房|机房(?:是|为)?(?:自己|自有|自家|自建|公司自己)(?:的|建的)?"
        ),
    ),
    (
        "trading-site",
        re.compile(
            r"(?:具备|带|有|能|可以|能够)(?:做|进行)?(?:在线|网上)?交易(?:功能)?(?:的)?(?=网站)|(?:具备|带|有)?交易功能|(?<=网站)(?:能|可以|带|还能)(?:做)?(?:在线)?交易"
        ),
        re.compile(r"(?:不具备|没有?|不带|无|不能)(?:做)?交易(?:功能)?"),
    ),
    ("single-feed", re.compile(r"单路|(?:一|1|单)(?:条|路)(?:市)?电|一路供电|只有一路"), re.compile(r"双路|两路|2路")),
    (
        "no-emergency-supply",
        re.compile(
            r"(?:没有?|无|不配|未配|缺|未)[^|，,。有]{0,4}(?:发电机|油机|柴发)(?:组)?(?:[^|]{0,4}(?:没有?|无|未|和|或者|或|、|及|也)[^|，,]{0,6}(?:应急供电协议|应急供电|供电协议|协议))?"
            r"|(?:没有?|无|未)[^|，,。]{0,4}应急(?:供电(?:协议|方式)?|协议)"
        ),
        re.compile(r"(?!)"),
    ),
    (
        "emergency-supply",
        re.compile(
            r"(?<!没)(?:有|配了|配有|装了|备有)(?:发电机|油机|柴发)|(?<!没)(?<!未)签(?:了|有|订了?|署了?)?应急供电协议|有应急供电"
        ),
        re.compile(r"(?!)"),
    ),
)

_OPPOSED: Final = {"emergency-supply", "no-emergency-supply"}

_QUOTED: Final = re.compile(r"[“\"「『‘'《](?P<quoted>[^”\"」』’'》]{1,30})[”\"」』’'》]")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the topic; ``rest`` is the question with ``|`` where numbers and tiers stood.

    ``missing`` are numbers of clauses that do not exist; ``conditions`` say which hold (True) and which do not.
    """

    text: str
    numbers: tuple[str, ...]
    missing: tuple[str, ...]
    tiers: TierReading
    conditions: dict[str, bool]
    obligation: str
    mark: str
    changes: frozenset[str]
    quoted: tuple[str, ...]
    amounts: tuple[Amount, ...]
    rest: str


def read_frame(text: str, numbers: Collection[str], reader: KindReader, chapters: Mapping[str, int]) -> Frame:
    """Return the frame of a folded question; ``numbers`` are those of all clauses, items and headings.

    ``chapters`` are those of the tiers, each with its tier.
    """
    named: list[str] = []
    missing: list[str] = []

    def take(match: re.Match[str]) -> str:
        number, after = match["number"], match["after"].strip()
        if after not in _NUMBER_TAILS or (number not in numbers and number.count(".") < _CERTAIN):
            return match[0]
        (named if number in numbers else missing).append(number)
        return "|"

    rest = _NUMBER.sub(take, text)
    quoted = tuple(match["quoted"] for match in _QUOTED.finditer(rest))
    tiers = read_tiers(rest, chapters)
    conditions = {}
    for name, held, denied in CONDITIONS:
        if denied.search(rest):
            # 三类有夜盘、四类没有: what one has and another has not says nothing of both.
            if not held.search(denied.sub("|", rest)):
                conditions[name] = False
        elif held.search(rest):
            conditions[name] = True
    if len(tiers.tiers) > 1 and conditions.keys() >= _OPPOSED:
        conditions = {name: state for name, state in conditions.items() if name not in _OPPOSED}
    kinds = reader.read(tiers.rest)
    return Frame(
        text=text,
        numbers=tuple(dict.fromkeys(named)),
        missing=tuple(dict.fromkeys(missing)),
        tiers=tiers,
        conditions=conditions,
        obligation=kinds.obligation,
        mark=kinds.mark,
        changes=kinds.changes,
        quoted=quoted,
        amounts=tuple(read_amounts(tiers.rest)),
        rest=tiers.rest,
    )
