"""Tells what a part of a sentence is: a rule, a company's own fact, advice, or only the words that cite."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Part(StrEnum):
    """What a part of a sentence is: a rule, a fact of a company, advice, or only the words that cite."""

    RULE = "rule"
    FACT = "fact"
    ADVICE = "advice"
    FRAME = "frame"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a claim between commas, as a range of the folded text."""

    start: int
    end: int
    part: Part


_FACT: Final = re.compile(
    r"经(?:查|检查|核查|核实|审计|测试|抽查|现场|了解|访谈)|抽查|核查发现|审计发现|检查发现|现场(?:检查|查看|核查|走访|测试)|实测|实际|目前|(?<![实出发呈])现有|(?<![实出发呈])现为|现状|截至|截止|去年|今年以来|[自于]\d{4}年"
    r"|已(?:于|建|配|实现|完成|部署|签|按|将|在|经|制定|设|对|达|开展|具备|向|与|列|纳入|报|委托|联系|启动|招标|立项|提交|发函|询|着手|安排|落实|有|采用|采取|安装|保存|全部|基本|通过|实施|启用|投)"
    r"|(?:仅|只)(?:有|为|保存|留存|保留|配|设|能|支持|达|与|安装|做|每|一|1|2|3|\d)|(?:测试|演练|检查|抽查)结果|尚未|尚无|未(?:配|建|能|按|对|见|提供|达|设|保存|制定|开展|落实|实现|签|安装|满足|符合|及时|定期|进行|做|采取|发现)"
    r"|(?:公司|机房)[^,应须]{0,8}托管(?:于|在|给)|^\s*发现|发现(?=[:,公贵该存])|约\s*[\d一二三四五六七八九十]|上年|年底|投入运行|(?:我司|我公司|本公司|贵司|贵公司|该公司|被检查公司|(?<![类货])公司)(?:的)?[^,应须需必宜可自愿不得]{0,24}(?:为|有|距|位于|达到|达|保存|共|配备了|设有|建有|采用|配备|建立了|实现了|制定了|签署了|设立了)(?:了)?"
)
_STRONG_FACT: Final = re.compile(
    r"经(?:查|检查|核查|核实|审计|抽查)|抽查|审计发现|检查发现|实测|目前|去年|今年以来|[自于]\d{4}年|(?<![实出发呈])现有|(?<![实出发呈])现为|未按|尚未|尚无|未(?:配|建|能|对|见|提供|设|保存|制定|开展|落实|实现|签|安装|及时|定期)|(?:仅|只)(?:有|保存|留存|保留|配|设)"
)
RULE_WORDS: Final = re.compile(
    r"应|须|必须|不得|要求|规定|至少|不少于|不低于|不超过|不高于|以上|以内|需|指引|标准|不可|禁止|严禁|方可|下限|上限|底线|可选|新增|延续|核减|无需|不必|可以|允许|不允许"
)
_ADVICE: Final = re.compile(
    r"整改|(?<!应有)建议(?=公司|尽快|整改|增加|补|按|对|将|于|完善|加强|立即|在|采购|扩)|下一步|拟于|拟(?:采|增|建|在)|计划于|限期|责令|予以处罚|将(?:于|在)\d|应于\d|\d{4}年\d{1,2}月[^,。;]{0,6}前|月底前|年底前|月前完成|据此(?:制定|完善|修订)|特此|请(?:予|各|公司|贵)|故(?:制定|本)"
)
ADVISES: Final = re.compile(
    r"\W*(?:并|故|因此|现|特)?(?:建议(?![性的])|请(?=[^,。;]{0,8}(?:跟进|落实|核|配合|确认|关注|部|处|室|各|相关|有关|尽快|安排))|(?:应|需|可|拟)?列入|(?:应|需|可|拟)?纳入[^,。;]{0,8}(?:计划|预算))"
)
"""What a part opens with that advises on what was said before it: 建议列入改造计划."""
_REMARK: Final = re.compile(
    r"\W*(?:但|不过|然而|而|且)?(?:这|此|该|上述)(?:一|项)?(?:条|点|项|个)?(?:要求|规定|指标|期限|数字|标准|门槛|做法)?(?:也|都|又)?"
    r"(?:容易|常|往往|值得|很|较|非常|十分|相当|比较|尤其|特别|不容|有必要|合理|难|重要|关键|严格|宽松|清楚|清晰|被(?:忽|疏|遗))"
    r"|\W*(?:绝)?(?:不能|不可|不得|不容)(?:打折扣|含糊|马虎|松懈|变通|商量|忽视)"
    r"|\W*(?:但|而|且)?这(?:与|和|同|也是(?:为什么|因为|为了|行业|同业|业内|通行)|正是因为|是因为|是为了|体现|反映)"
    r"|\W*(?:但|不过|然而|而|且|对)?[^,。;]{0,8}(?:(?:难度|挑战|成本|代价|压力|投入|工作量)(?:不小|不低|不大|不高|较|很|偏|比较|相当|大|高|$)|(?:执行|落实|操作|实施)起来|(?:对|给|于)(?:我司|我公司|本公司|公司|我们)(?:来说|而言)?(?:是|有|构成|带来))"
)
"""What is thought of a demand, not what it demands: 这一点容易被忽略."""
_PURPOSE: Final = re.compile(
    r"\s*为(?:了)?(?:防止|防范|避免|保证|确保|满足|落实|加强|规范|提高|进一步|实现|降低|贯彻|做好|保障)"
)
_FRAME_WORDS: Final = re.compile(
    r"根据|依据|依照|按照|遵照|参照|对照|见|详见|参见|参考|依|按|据|符合|满足|违反|不符合|不满足|未达到|达到|属于|系|为|是|中|的|第|条款?|款|项|规定|要求|指出|明确|载明|提出|原文|表述|写道|写明|内容|如下|有关|相关|关于|其|依次|分别|以及|和|及|与|之|所|即|对应|监管|上述|该|本|对此|均|有|作出|了|在|最新|现行|出处|来源|引用|索引|条文|章节|小节|节|章"
)


def part_of(text: str, printed: Callable[[str, str], bool]) -> Part:
    """Return what a part of a sentence is."""
    advice = _ADVICE.search(text)
    if advice is not None and not printed(advice[0], text):
        return Part.ADVICE
    if _PURPOSE.match(text) or (_REMARK.match(text) and not re.search(r"必须|可选|新增|延续|\d|[一二三四]类", text)):
        return Part.FRAME
    fact = _FACT.search(text)
    if fact is not None and not printed(fact[0], text):
        if _STRONG_FACT.search(text) and not re.search(
            r"指引.{0,12}(?:要求|规定)|[“「『]|要求的|规定的|(?:是|为|属于?)(?:可选|必须|新增|延续)", text
        ):
            return Part.FACT
        if not RULE_WORDS.search(text):
            return Part.FACT
    if content_length(text) < 1 and not re.search(r"可选|必须|新增|延续|\d|[“「『]", text):
        return Part.FRAME
    return Part.RULE


def content_length(text: str) -> int:
    """Return how many characters of ``text`` say something beside the words that cite."""
    bare = re.sub(r"《[^》]*》|指引|\d+(?:\.\d+)+", "", text)
    bare = _FRAME_WORDS.sub("", bare)
    return len(re.findall(r"[一-鿿a-z0-9]", bare))
