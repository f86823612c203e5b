"""Takes the frame off a question: clause numbers, tiers, conditions, filters, amounts; what stays is its topic."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from zhiyin.asking.amounts import Amount, read_amounts
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
            r"(?:机房)?(?:全部|全|整体|都)?托管(?:出去|在外|给[^|，,。]{1,6}?)?(?:了)?(?:(?:，|,)?(?:而且|并且|并|且|由)(?:由)?(?:托管方|对方|托管商|第三方|他们)(?:来)?(?:负责)?(?:维护|运维|管理)?(?:机房)?(?:的)?基础设施(?:的)?(?:维护|运维)?)?|外包给(?:第三方)?机房|租用?机房"
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

_OPTIONAL: Final = re.compile(
    r"可选(?:项|的)?|(?:不|并非|非|不是)(?:属于|算|是)?(?:必须|强制)(?:性)?(?:的)?|选做|非强制(?:性)?|非必须|不是必须|不强制|不是强制(?:性)?|不必须|不硬性|非硬性|自愿|推荐性|可做可不做|可有可无|可以不做"
)
_MANDATORY: Final = re.compile(r"必须|强制(?:性)?|硬性|非做不可|硬性的")
_NEW: Final = re.compile(r"新增(?:加)?")
_CONTINUED: Final = re.compile(r"延续")
_INTRODUCED: Final = re.compile(
    r"全新出现|全新(?:的)?|首次出现|首次(?:提出|要求)|第一次(?:出现|要求)|新出现|独有|特有|才有|才出现|才要求|(?:有|要求)(?!没有)(?:的)?(?:而|但|但是|可|，|,|\|)*(?:前面|下面|\|)*(?:公司|的|要求|里)*(?:没有|没|不要求|无|未要求)|没有(?:，|,|而|但|可|却|[|])+(?:公司)?(?:里)?(?:才|新|中)?(?:出现|要求|增加|有)|没有(?:祖先|对应)|凭空"
)
_STRENGTHENED: Final = re.compile(r"加强|加严|更严|收紧|提高(?:了)?(?:要求|标准)?|变严|强化|趋严|拔高")
_PROMOTED: Final = re.compile(
    r"(?:由|从)?可选(?:项|要求)?(?:自动)?(?:变|升|转|改)(?:成|为)?(?:了)?(?:必须|强制)|转为必须|变成必须|变必须|升为必须|变为必须"
)
_SAME: Final = re.compile(
    r"(?<![有变])(?:没有?|未|无)(?:任何)?(?:变化|改变|变|变动|改动)|一字不差|完全(?:相同|一样)|一模一样|照旧|不变"
)
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


def read_frame(text: str, numbers: Collection[str]) -> Frame:
    """Return the frame of a folded question; ``numbers`` are those of all clauses, items and headings."""
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
    tiers = read_tiers(rest)
    conditions = {}
    for name, held, denied in CONDITIONS:
        if denied.search(rest):
            conditions[name] = False
        elif held.search(rest):
            conditions[name] = True
    changes = {
        name
        for name, pattern in (
            ("promoted", _PROMOTED), ("strengthened", _STRENGTHENED), ("introduced", _INTRODUCED), ("same", _SAME)
        )
        if pattern.search(tiers.rest)
    }  # fmt: skip
    bare = _PROMOTED.sub("|", tiers.rest)
    optional = bool(_OPTIONAL.search(bare))
    mandatory = bool(_MANDATORY.search(_OPTIONAL.sub("|", bare)))
    return Frame(
        text=text,
        numbers=tuple(dict.fromkeys(named)),
        missing=tuple(dict.fromkeys(missing)),
        tiers=tiers,
        conditions=conditions,
        obligation="可选" if optional and not mandatory else "必须" if mandatory and not optional else "",
        mark="新增"
        if _NEW.search(bare) and not _CONTINUED.search(bare)
        else "延续"
        if _CONTINUED.search(bare) and not _NEW.search(bare)
        else "",
        changes=frozenset(changes),
        quoted=quoted,
        amounts=tuple(read_amounts(tiers.rest)),
        rest=tiers.rest,
    )
