"""Compares what a claim denies or allows with what a clause does: 不得 for 应, 可以 for 不得, 无需 for 应."""

from __future__ import annotations

import re
from collections.abc import Container
from decimal import Decimal
from typing import Final

from zhiyin.citing.alteration import Alteration
from zhiyin.citing.law import Clause, Law
from zhiyin.citing.quantity import read_quantities
from zhiyin.citing.words import features

_LEXICAL: Final = re.compile(
    r"不(?:必要的|同|限于|仅|但|符|满足|达标|合规|合格|一致|需要的|断|间断|足|超过|少于|低于|高于|大于|小于|多于|短于|可分割|可或缺|定期|良)|无(?:线|论|法|缝|人值守)|未(?:经|脱敏|来|按|达|符|满足|能)|非(?:技术部门|交易|工作|现场|授权|常|结构)|未落实|没有(?:上述|应急|问题)|无(?:上述|应急)"
)
NEGATIVE: Final = re.compile(
    r"不得|不应(?:当|该)?|不能(?:够)?|不可(?:以)?|不准|不许|不允许|不宜|不要求|不作(?:任何)?(?:强制)?(?:要求|规定)|不做(?:任何)?(?:强制)?要求|不需要?|不用|不必|不再|不强制|禁止|严禁|杜绝|避免|防止|防范|谢绝|免于|免除|免予|无需|无须|毋须|毋需|可不|可以不|没有必要|无|没有|不存在|消除|不(?=[一-鿿])|未(?=[一-鿿])|拒绝|抗(?=单点)"
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
_CASE: Final = re.compile(
    r"^\W*(?:如果?|若|当|假如|倘若|要是|在)(?!.{0,3}(?:不得|不应|不能))|(?:的|时|者|的话|(?:情况|情形|前提|条件)下|(?:的|类)(?:期货)?(?:公司|机构|分支机构|营业部|网站))\s*$"
)
"""A part between commas that tells in which case something is demanded."""
_LACKS: Final = re.compile(r"没有|无(?!需|须)|不(?!得|应|能|可|准|许|允|宜|要|需|用|必|再)|未|非")
_ENOUGH: Final = re.compile(
    r"(?:无须|无需|不必|不用|不需要?|不经|未经|可不经)[^,。;]{1,14},?\s*(?:就能|就可以?|即可|便可|也可以?|可以|均可|可(?=向|对|将|进|提|把|使|直))"
)
_ASKS_FIRST: Final = re.compile(
    r"未经[^,。;]{2,20},?\s*不得|经过?[^,。;]{0,6}审批|应先[^,。;]{2,8}|之前应|前应[^,。;]{2,8}"
)
"""That something is to be asked or done first."""
_OF_THOSE: Final = re.compile(
    r"(?:没有|无|不|未)[^,。;]{1,18}的(?:[一二三四]类)?(?:期货)?(?:公司|机构|分支机构|营业部|网站|机房|情形|情况)"
)


_APART: Final = re.compile(r"独立于([^的,。;、]{2,8})的")
"""What something is to be apart from: 独立于生产环境的测试环境."""


def turned_round(law: Law, said: str, clause: Clause, figures: Container[tuple[str, Decimal]] = ()) -> list[Alteration]:
    """Return what the claim denies and the clause demands, or the other way round; ``figures`` are the claim's."""
    # 未经审批不得进入 is a demand put as a ban.
    conditional = bool(_UNLESS.search(said)) and not _MAY.search(said) and not re.search(_BAN, clause.folded)
    mine, theirs = _denials(law, said, conditional=conditional), _denials(law, clause.folded)
    found = []
    for text, denied, case in mine:
        if case and not _decides(law, clause, denied, figures):
            continue
        common = denied & clause.features
        if not denied or law.weight(common) < 0.5 * law.weight(denied) or _of_something_else(law, text, clause):
            continue
        if _opposite_of(law, text, clause) or any(place in text for place in _APART.findall(clause.folded)):
            continue
        if not any(
            law.weight(denied & other) >= 0.3 * min(law.weight(denied), law.weight(other)) for _, other, _ in theirs
        ):
            found.append(Alteration("negation", text, _near(law, clause, denied)))
    for match in _OFF.finditer(said):
        # 不需要防止审计记录被修改: what the clause wants to prevent need not be.
        about = features(law.lexicon.words(re.split(r"[,。;:]", said[match.end() :])[0]))
        if not _OFF.search(clause.folded) and any(
            law.weight(about & other) >= 0.3 * law.weight(about) > 0 for _, other, _ in theirs
        ):
            found.append(Alteration("negation", match[0], _passage(law, clause.folded, about)))
    for place in _APART.findall(clause.folded):
        inside = re.search(
            rf"(?<!独立于)(?<!不)(?<!不能)(?<!不得)(?<!不应)(?<!不可)(?<!禁止)(?<!严禁)(?:在|于|用){place}(?:里|中|内|上|下)",
            said,
        )
        if inside is not None and not re.search(r"独立于|以外|之外", said):
            found.append(Alteration("negation", inside[0], f"独立于{place}"))
    leave = _ENOUGH.search(said)
    if leave is not None and _ASKS_FIRST.search(clause.folded) and not found:
        found.append(Alteration("negation", leave[0].strip(" ,"), _ASKS_FIRST.search(clause.folded)[0]))  # type: ignore[index]
    whole = features(law.lexicon.words(said))
    for text, denied, _ in theirs:
        shared = law.weight(denied & whole)
        # Words that allow it need few of its words; others may only speak of the same things: 客户信息应脱敏.
        allowed = _MAY.search(said) or re.search(_demanded(text), said)
        least = min(law.weight(denied), law.weight(whole)) if allowed else 1.2 * law.weight(denied)
        if not denied or not whole or (shared < 0.5 * least and not (_MAY.search(said) and _shares(law, text, said))):
            continue
        if not any(
            law.weight(denied & other) >= 0.3 * min(law.weight(denied), law.weight(other)) for _, other, _ in mine
        ):
            if re.search(r"除[^,。;]{0,24}(?:外|以外)|方可|才(?:能|可)|外,", said) and not _MAY.search(said):
                continue
            found.append(Alteration("negation", _passage(law, said, denied), text))
    return found


def _denials(law: Law, folded: str, *, conditional: bool = False) -> list[tuple[str, frozenset[str], bool]]:
    """Return each negative word with what it denies, as words and as features, and whether it only tells a case."""
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
        case = bool(_LACKS.match(match[0])) and _of_a_case(kept, match.start())
        found.append((folded[match.start() : end].strip(), denied, case))
    return found


def _shares(law: Law, banned: str, said: str) -> bool:
    """Say whether two words of what is banned stand in what is said."""
    mine = {word.meaning for word in law.lexicon.words(said)}
    theirs = {w.meaning for w in law.lexicon.words(NEGATIVE.sub("", banned, count=1)) if not w.stops}
    return len({word for word in theirs & mine if len(word) > 1}) > 1


def _demanded(banned: str) -> str:
    """Return a pattern of what ``banned`` forbids, demanded: 应使用 for 避免使用."""
    bare = re.sub(r"^(?:具有|具备|使用|采用|进行|以任何方式|有)", "", NEGATIVE.sub("", banned, count=1).strip())
    return (
        rf"(?:应|须|要|可|能|得)(?:当|该|尽量|以)?(?:具有|具备|使用|采用|进行|有)?{re.escape(bare[:2])}"
        if bare
        else r"(?!)"
    )


def _decides(law: Law, clause: Clause, denied: frozenset[str], figures: Container[tuple[str, Decimal]]) -> bool:
    """Say whether a figure of the claim is what the clause demands in the case that the claim excludes."""
    parts = re.split(r"(?<=[,。;])", clause.folded)
    at = max(range(len(parts)), key=lambda i: law.weight(features(law.lexicon.words(parts[i])) & denied))
    governed = read_quantities("".join(parts[at : at + 2]))
    return bool(governed) and (governed[0].dimension, governed[0].value) in figures


def _of_a_case(text: str, at: int) -> bool:
    """Say whether the word at ``at`` stands in a condition: 没有发电机的, 不开展连续交易的公司."""
    start = max(text.rfind(mark, 0, at) for mark in ",。;:(") + 1
    part = re.split(r"[,。;:(]", text[start:])[0]
    if _CASE.search(part):
        return True
    return any(m.start() <= at - start < m.end() for m in _OF_THOSE.finditer(part))


def _of_something_else(law: Law, text: str, clause: Clause) -> bool:
    """Say whether what is banned is a deed that the clause does not speak of: 不得混用 where it demands 隔离."""
    if not re.match(_BAN, text):
        return False
    told = [word for word in law.lexicon.words(text) if not word.stops]
    return bool(told) and told[-1].meaning not in clause.folded and not features(told[-1:]) & clause.features


def _opposite_of(law: Law, text: str, clause: Clause) -> bool:
    """Say whether what is denied is the opposite of what the clause demands: 不得同城 where it has 不同城市."""
    lexicon = law.lexicon
    theirs = {word.meaning for word in clause.words}
    return any(
        word.meaning not in theirs and any(theirs & lexicon.opposed[line] for line in lexicon.lines_of[word.meaning])
        for word in lexicon.words(text)
        if word.meaning in lexicon.lines_of
    )


def _blotted(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def _near(law: Law, clause: Clause, wanted: frozenset[str]) -> str:
    return _passage(law, clause.folded, wanted)


def _passage(law: Law, folded: str, wanted: frozenset[str]) -> str:
    """Return the part between commas that holds most of ``wanted``."""
    parts = [part.strip() for part in re.split(r"[,。;:]", folded) if part.strip()]
    return max(parts, key=lambda part: law.weight(features(law.lexicon.words(part)) & wanted), default="")
