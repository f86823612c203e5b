"""Compares what a claim denies or allows with what a clause does: 不得 for 应, 可以 for 不得, 无需 for 应."""

from __future__ import annotations

import re
from typing import Final

from zhiyin.citing.alteration import Alteration
from zhiyin.citing.law import Clause, Law
from zhiyin.citing.words import features

_LEXICAL: Final = re.compile(
    r"不(?:必要的|同|限于|仅|但|符|满足|达标|合规|合格|一致|涵盖|需要的|断|间断|足|超过|少于|低于|高于|大于|小于|多于|短于|可分割|可或缺|定期|良)|无(?:线|论|法|缝|人值守)|未(?:经|脱敏|来|按|达|符|满足|能)|非(?:技术部门|交易|工作|现场|授权|常|结构)|未落实|没有(?:上述|应急|问题)|无(?:上述|应急)"
)
NEGATIVE: Final = re.compile(
    r"不得|不应(?:当|该)?|不能(?:够)?|不可(?:以)?|不准|不许|不允许|不宜|不要求|不作(?:任何)?(?:强制)?(?:要求|规定)|不做(?:任何)?(?:强制)?要求|不需要?|不用|不必|不再|不强制|禁止|严禁|杜绝|避免|防止|防范|谢绝|免于|免除|免予|无需|无须|毋须|毋需|可不|可以不|没有必要|无|没有|不存在|消除|不(?=[一-鿿])|未(?=[一-鿿])|拒绝"
)
_EXEMPT: Final = re.compile(
    r"不要求|不作|不做|不需|不用|不必|无需|无须|毋须|毋需|可不|可以不|免于|免除|免予|没有必要|不强制|没有要求|未(?:作|做)?(?:出)?(?:要求|规定)"
)
_MAY: Final = re.compile(
    r"(?:可以|可(?=存在|有|在|将|以|使用|明文|进入|由|向|不经|直接|随意|自由|共用|合并|部署)|允许|准许|准予|有权|得以|能够)"
)
_BAN: Final = r"(?:不得|不能|不应|不可|不许|不允许|不准|禁止|严禁)"
_TWICE: Final = re.compile(rf"{_BAN}(?:没有|无|不|缺少|缺失|未|擅自不)")
_OFF: Final = re.compile(r"(?:不应|不必|无需|无须|不用|不需要?|不得)(?:避免|防止|防范|杜绝|禁止)")
_UNLESS: Final = re.compile(
    r"未经|未获|未履行|非经|(?:没有|无|如无)[^,。;]{1,20}(?:的)?,?\s*(?:不得|禁止|严禁)|除非|未[^,。;]{1,10}(?:前|的|之前),?\s*(?:不得|禁止|严禁)"
)


def turned_round(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return what the claim denies and the clause demands, or the other way round."""
    # 未经审批不得进入 is a demand put as a ban.
    conditional = bool(_UNLESS.search(said)) and not _MAY.search(said) and not re.search(_BAN, clause.folded)
    mine, theirs = _denials(law, said, conditional=conditional), _denials(law, clause.folded)
    found = []
    for text, denied in mine:
        common = denied & clause.features
        if not denied or law.weight(common) < 0.5 * law.weight(denied) or _of_something_else(law, text, clause):
            continue
        if not any(
            law.weight(denied & other) >= 0.3 * min(law.weight(denied), law.weight(other)) for _, other in theirs
        ):
            found.append(Alteration("negation", text, _near(law, clause, denied)))
    whole = features(law.lexicon.words(said))
    for text, denied in theirs:
        shared = law.weight(denied & whole)
        if not denied or not whole or shared < 0.5 * min(law.weight(denied), law.weight(whole)):
            continue
        if not any(law.weight(denied & other) >= 0.3 * min(law.weight(denied), law.weight(other)) for _, other in mine):
            if re.search(r"除[^,。;]{0,24}(?:外|以外)|方可|才(?:能|可)|外,", said) and not _MAY.search(said):
                continue
            found.append(Alteration("negation", _passage(law, said, denied), text))
    return found


def _denials(law: Law, folded: str, *, conditional: bool = False) -> list[tuple[str, frozenset[str]]]:
    """Return each negative word with what it denies, as words and as features."""
    kept = _LEXICAL.sub(_blotted, _OFF.sub(_blotted, _TWICE.sub(_blotted, folded)))
    if conditional:
        kept = re.sub(_BAN, _blotted, kept)
    found = []
    for match in NEGATIVE.finditer(kept):
        until = re.compile(rf"[,。;:]|(?:但|而应|并应|且应)|{NEGATIVE.pattern}").search(kept, match.end())
        end = min(until.start() if until else len(kept), match.end() + 60)
        denied = features(law.lexicon.words(folded[match.end() : end]))
        if not denied and _EXEMPT.match(match[0]):
            # 其他变更不作要求: what is let off stands before the word.
            start = max(kept.rfind(mark, 0, match.start()) for mark in ",。;:") + 1
            denied = features(law.lexicon.words(folded[start : match.start()]))
        found.append((folded[match.start() : end].strip(), denied))
    return found


def _of_something_else(law: Law, text: str, clause: Clause) -> bool:
    """Say whether what is banned is a deed that the clause does not speak of: 不得混用 where it demands 隔离."""
    if not re.match(_BAN, text):
        return False
    told = [word for word in law.lexicon.words(text) if not word.stops]
    return bool(told) and told[-1].meaning not in clause.folded and not features(told[-1:]) & clause.features


def _blotted(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def _near(law: Law, clause: Clause, wanted: frozenset[str]) -> str:
    return _passage(law, clause.folded, wanted)


def _passage(law: Law, folded: str, wanted: frozenset[str]) -> str:
    """Return the part between commas that holds most of ``wanted``."""
    parts = [part.strip() for part in re.split(r"[,。;:]", folded) if part.strip()]
    return max(parts, key=lambda part: law.weight(features(law.lexicon.words(part)) & wanted), default="")
