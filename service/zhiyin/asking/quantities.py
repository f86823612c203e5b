"""Reads which sort of figure a question wants (人数, 保存期限, 间隔 …) from how it asks."""

from __future__ import annotations

import re
from typing import Final

_LENGTH: Final = r"(?:多久|多长时间|多长|几年|几个月|几天|几周|几个星期|多少年|多少个月|多少月|多少天|多少日|多少时间|什么时候|时间|期限|时长|年限|几个小时|几小时|多少小时|多少个小时|几分钟|多少分钟|几秒|多少秒|几个钟头)"
_KEPT: Final = r"(?:保存|保留|留存|存放|留着|留档|存档|存|留|保管|归档)"
_ONCE: Final = r"(?:一次|1次|一遍|一回|一轮|一趟|次)"

_SORTS: Final[tuple[tuple[frozenset[str], re.Pattern[str]], ...]] = (
    (frozenset({"recovery-time"}), re.compile(r"rto|恢复时间目标")),
    (frozenset({"recovery-point"}), re.compile(r"rpo|恢复点目标|(?:丢|丢失|损失).{0,4}(?:多少|多久|几|数据)")),
    (frozenset({"class-hours"}), re.compile(r"学时|课时|几个学分")),
    (frozenset({"experience"}), re.compile(rf"{_LENGTH}.{{0,6}}(?:经验|经历)|(?:经验|经历).{{0,6}}(?:{_LENGTH}|几年)|经验.{{0,16}}(?:每人|各)几年|干(?:过|了)?几年")),
    (
        frozenset({"interval"}),
        re.compile(
            rf"{_LENGTH}.{{0,16}}{_ONCE}|频率|频次|周期|间隔|(?:一|每|1)(?:年|个季度|季度|季|个月|月|周|星期|天|日).{{0,14}}(?:几|多少)(?:次|回|遍|趟)"
            r"|几(?:年|个月|月|天|周|个季度|个星期)(?:一|1)(?:次|回|遍)|隔多久|多久(?:.{0,8})一(?:次|回|遍|轮)|每隔|隔(?:多长|几)|多久(?:就|要|得|需要|应|应该)?(?:做|搞|开展|进行|评|检查|更新|换|查|测|练|轮|培训|备份|备|巡)"
            r"|(?:评估|检查|备份|演练|培训|存放|更换|更新|测试|巡检|维护)(?:的)?(?:频率|周期|间隔|次数)|多长时间.{0,10}一(?:次|回)|(?:多久|多长时间|几天|几周|几个月)(?:要|就|得|应|需|能|应该|需要)?(?:把|将|对|给|出一|送)"
        ),
    ),
    (frozenset({"recovery-time"}), re.compile(rf"灾.{{0,12}}(?:{_LENGTH}.{{0,8}}恢复(?!验证|演练|预案|点)|恢复(?!验证|演练|预案|点).{{0,6}}{_LENGTH})")),
    (frozenset({"retention"}), re.compile(rf"{_KEPT}.{{0,8}}{_LENGTH}|{_LENGTH}.{{0,6}}{_KEPT}|{_KEPT}(?:期限|期|时间|年限|时长|时限)|(?:记录|日志|录像|资料|底稿|档案|视频|画面).{{0,6}}(?:放|留|存|扔|删|销毁).{{0,4}}{_LENGTH}|(?:记录|日志|录像|资料|底稿|档案|视频).{{0,6}}{_LENGTH}.{{0,6}}(?:扔|删|销毁|清|覆盖)|(?:监控|录像|视频)(?:要|得|能)?存|不能删.{{0,6}}{_LENGTH}")),
    (frozenset({"period"}), re.compile(r"几个会计年度|(?:几|多少)个?年度|几年(?:的)?平均|平均(?:看|算|取)?几年|最近几年")),
    (frozenset({"distance"}), re.compile(r"公里|多远|距离|隔多|千米")),
    (frozenset({"floor-load"}), re.compile(r"承重|载重|荷载|载荷|公斤|多重|千克|kg|(?:几|多少)吨|承载|成重|层重")),
    (frozenset({"utilisation", "share"}), re.compile(r"使用率|利用率|占用率|带宽|百分之(?:几|多少)|比例|占比|百分比|几成|比率|(?:占|到).{0,10}(?:多少|几)(?:成|%)|一半|占.{0,12}多少|处理能力|性能.{0,6}(?:多少|几成)|几分之|(?:净利润|利润|营业收入|营收|收入)(?:的)?(?:多少|几)|多少(?:的)?(?:净利润|营收|营业收入)")),
    (frozenset({"head-count"}), re.compile(r"(?:几|多少)(?:个|名|位|号|口)?(?:人|技术|专职|网|安全|联络|科技|it|员|运维|管理|有)|人数|人员数量|人员数|人头|编制|几个人|多少人|人员数量|(?:几|多少)(?:名|位)")),
    (
        frozenset({"supply-time", "recovery-time", "recovery-point", "reaction-time", "retention", "coverage", "experience"}),
        re.compile(rf"{_LENGTH}|时限|多快|几点"),
    ),
    (frozenset({"count", "head-count"}), re.compile(r"(?:几|多少)(?:个|种|组|处|根|台)")),
    (frozenset({"count"}), re.compile(r"(?:几|多少)(?:块|节|只|颗|把|张|份|间|头|辆|门|盏|盘|箱|柜|套|家|条|路|重|份|座)|数量|个数|家数|套数|条数|路数")),
)  # fmt: skip
_ANY: Final = re.compile(
    r"多少|几(?!乎|种情|条|点)|(?:的)?(?:标准|指标|下限|上限|门槛|底线|最低值|最高值|阈值|数值|目标)(?:是|有)?(?:什么|啥)?|多大|多高|最低(?:要求)?(?:是)?$"
)
_PAIRS: Final = (("rto", "rpo", {"recovery-time", "recovery-point"}),)
UNSTATED: Final = re.compile(
    r"多少(?:度|摄氏度|平米|平方米?(?!.{0,4}(?:承|压|公斤))|平(?!方)|元|块|钱|万|亿|位|字符|个字|兆|m|g|瓦|千瓦|kw|层|dpi|像素)|^(?!.*(?:人|员|岗).*几位).*几位(?!技术|人|员|联络|管理|网|安全|专|it|科)|几(?:度|块钱|个字|层|兆|平米|平方)"
    r"|(?:几|多少)(?:升|米(?!每)|寸|级|星|伏|赫|班|尺|斤|毫|微|页)|新(?:员工|人(?!员)|入职|来的)|实习生|试用期|油箱|油(?:量|料|够|能)|(?:硕士|博士|研究生).{0,6}(?:多少|几|比例|占)|多宽|多大(?!比例|的?承重)|温度|湿度|面积|层高|净高|像素|分辨率|清晰度|价格|费用|多少钱|预算多少|造价|工资|薪|年龄|学费|功率|容量(?:是)?多(?:少|大)|转速|几点"
)
"""Figures of a sort that the guideline nowhere states."""
WORDS: Final = re.compile(
    "rto|rpo|恢复时间目标|恢复点目标|恢复时间|恢复点|学时|课时|每平方米|每平米|每平|平方米|平米|一平方?|公斤|千克|公里|千米|直线距离|距离|多远|多重|经验|年限|频率|频次|周期|间隔|隔多久|每隔|一次|一遍|一回|一轮|几次|几回|几遍|多少次|一年|每年|每季度|一天|每天|一周|每周|一个月|每月"
    "|(?:最低|最少|至少|起码|应|应该|应当|要|须|需要|必须|得)配置|配置(?=几|多少)|对照|底线|(?:保留|留存|保管|存储)期|人员数量|人员数|阈值|保存|保留|留存|存放|留着|留档|存档|归档|保管|使用率|利用率|占用率|占用|占比|百分之几|百分之多少|百分比|比例|几成|成数|比率|占到|占|人数|人员数量|人员数|人头|编制|人员|几个人|多少人|个人|人|时限|时长|期限|时间|小时|分钟|钟头|秒|年|月|天|日|周|套|家|条|路|台|种|次|数量|撑|顶|扛|支撑|维持|坚持|持续|撑住"
    "|生产(?:系统|中心|机房)?的(?=几成|多少|一半|百分)|要求是|最低|最少|下限|上限|门槛|标准|指标|平均值|峰值|平均|恢复|存|留|评估|做一次|压|超标|用到|算超|修满|修够|学满|参加|招|雇|养|备齐|备|互为|互相|对接|接入|接|签|发现|检测|察觉|知道|停掉|撤下|下线|停止|处理掉|改成|换算|换|号人"
)
"""Words of figures and their units: they ask, and stand for nothing that a clause would have to say."""


def read_sorts(text: str) -> tuple[frozenset[str] | None, bool]:
    """Return the sorts of figure that ``text`` may want (``None`` for any) and whether it wants a figure at all."""
    for first, second, both in _PAIRS:
        if first in text and second in text:
            return frozenset(both), True
    if _EXPERIENCE.search(text) and _PEOPLE.search(text) and _YEARS.search(text):
        return frozenset({"experience", "head-count"}), True
    for sorts, pattern in _SORTS:
        if pattern.search(text):
            if sorts == {"experience"} and _PEOPLE.search(text):
                return frozenset({"experience", "head-count"}), True
            if sorts == {"class-hours"}:
                return sorts, True
            return sorts, bool(_ASKS.search(text)) or bool(_NOUN_END.search(text))
    return None, bool(_ANY.search(text))


_COUNTED: Final = re.compile(
    r"(?<![第哪])(?:几|多少)(?!类|档)(?:个|名|位|套|家|条|路|块|台|种|组|根|节|只|颗|把|张|份|间|重|座|处|柜|口|号)?(?:不同的?)?(?P<noun>[\u4e00-\u9fffa-z]{2,4})"
)


def counted(text: str) -> str:
    """Return what ``text`` asks the number of (电池 in 几块电池), empty where it does not say, or counts persons (几人)."""
    match = _COUNTED.search(text)
    return match["noun"] if match and not match["noun"].startswith("人") else ""


KEPT: Final = re.compile(_KEPT)
BUSINESS: Final = re.compile(
    r"(?:委托|成交|交易|结算|客户|开户|报单|下单|订单|持仓|资金)(?:的)?(?:记录|流水|数据|明细|单据|指令|资料|凭证)"
)
"""Records of the business itself, of which the guideline keeps none for a time: those of its systems are logs."""
ALL_DAY: Final = re.compile(r"7\s*[×x*乘]\s*24|24\s*(?:个)?小时|全天|每天|一周|每周|昼夜")

_PEOPLE: Final = re.compile(r"(?:几|多少)(?:个|名|位)|几人|多少人|人数")
_EXPERIENCE: Final = re.compile(r"经验|经历|干过")
_YEARS: Final = re.compile(r"年限|几年|多少年|多久|多长时间")
_ASKS: Final = re.compile(r"多|几|什么|啥|怎么要求|怎么规定|如何|哪|(?:是|要求)(?:怎样|怎么)")
_NOUN_END: Final = re.compile(
    r"(?:期限|保留期|留存期|保管期|存储期|频率|周期|间隔|时间|时长|人数|比例|占比|距离|rto|rpo|年限|学时|承重|使用率|下限|上限|标准|要求|指标|目标|数量|家数|时限|保存期|有效期|阈值|人员数)(?:的)?(?:标准|要求|是|下限|上限|指标)?[？?。，,|\s]*$|对比|对照|分别|最低人数|最少人数|各是|各要"
)
