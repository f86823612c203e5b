"""Compares the words of a claim with a clause: what was turned round, exchanged for its opposite, or altered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from zhiyin.citing.law import Clause, Law
from zhiyin.citing.quantity import read_quantities
from zhiyin.citing.words import Word, features

_LEXICAL: Final = re.compile(
    r"不(?:同|限于|仅|但|符|满足|达标|合规|合格|一致|涵盖|需要的|断|间断|足|超过|少于|低于|高于|大于|小于|多于|短于|可分割|可或缺|定期|良)|无(?:线|论|法|缝|人值守)|未(?:经|脱敏|来|按|达|符|满足|能)|非(?:技术部门|交易|工作|现场|授权|常|结构)|未落实|没有(?:上述|应急|问题)|无(?:上述|应急)"
)
_NEGATIVE: Final = re.compile(
    r"不得|不应(?:当|该)?|不能(?:够)?|不可(?:以)?|不准|不许|不允许|不宜|不要求|不作(?:任何)?(?:强制)?(?:要求|规定)|不做(?:任何)?(?:强制)?要求|不需要?|不用|不必|不再|不强制|禁止|严禁|杜绝|避免|防止|防范|谢绝|免于|免除|免予|无需|无须|毋须|毋需|可不|可以不|没有必要|无|没有|不存在|消除|不(?=[一-鿿])|未(?=[一-鿿])|拒绝"
)
_EXEMPT: Final = re.compile(
    r"不要求|不作|不做|不需|不用|不必|无需|无须|毋须|毋需|可不|可以不|免于|免除|免予|没有必要|不强制|没有要求|未(?:作|做)?(?:出)?(?:要求|规定)"
)
_MAY: Final = re.compile(
    r"(?:可以|可(?=存在|有|在|将|以|使用|明文|进入|由|向|不经|直接|随意|自由|共用|合并|部署)|允许|准许|准予|有权|得以|能够)"
)
_QUALIFIERS: Final = (
    "热",
    "冷",
    "双活",
    "单",
    "双",
    "异地",
    "同城",
    "独立",
    "专职",
    "兼职",
    "实时",
    "自动",
    "手动",
    "外部",
    "国产",
    "第三方",
    "非",
)


@dataclass(frozen=True, slots=True)
class Alteration:
    """Words of a claim that the clause has otherwise; ``kind`` is negation, opposed, altered or joined."""

    kind: str
    said: str
    stands: str


def turned_round(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return what the claim denies and the clause demands, or the other way round."""
    mine, theirs = _denials(law, said), _denials(law, clause.folded)
    found = []
    for text, denied in mine:
        common = denied & clause.features
        if not denied or law.weight(common) < 0.5 * law.weight(denied):
            continue
        if not any(
            law.weight(denied & other) >= 0.3 * min(law.weight(denied), law.weight(other)) for _, other in theirs
        ):
            found.append(Alteration("negation", text, _near(law, clause, denied)))
    whole = features(law.lexicon.words(said))
    for text, denied in theirs:
        shared = law.weight(denied & whole)
        if not denied or shared < 0.5 * min(law.weight(denied), law.weight(whole)):
            continue
        if not any(law.weight(denied & other) >= 0.3 * min(law.weight(denied), law.weight(other)) for _, other in mine):
            if re.search(r"除[^,。;]{0,24}(?:外|以外)|方可|才(?:能|可)|外,", said) and not _MAY.search(said):
                continue
            found.append(Alteration("negation", _passage(law, said, denied), text))
    return found


def _denials(law: Law, folded: str) -> list[tuple[str, frozenset[str]]]:
    """Return each negative word with what it denies, as words and as features."""
    kept = _LEXICAL.sub(lambda match: "□" * len(match[0]), folded)
    found = []
    for match in _NEGATIVE.finditer(kept):
        until = re.compile(rf"[,。;:]|(?:但|而应|并应|且应)|{_NEGATIVE.pattern}").search(kept, match.end())
        end = min(until.start() if until else len(kept), match.end() + 60)
        denied = features(law.lexicon.words(folded[match.end() : end]))
        if not denied and _EXEMPT.match(match[0]):
            # 其他变更不作要求: what is let off stands before the word.
            start = max(kept.rfind(mark, 0, match.start()) for mark in ",。;:") + 1
            denied = features(law.lexicon.words(folded[start : match.start()]))
        found.append((folded[match.start() : end].strip(), denied))
    return found


def _near(law: Law, clause: Clause, wanted: frozenset[str]) -> str:
    return _passage(law, clause.folded, wanted)


def _passage(law: Law, folded: str, wanted: frozenset[str]) -> str:
    """Return the part between commas that holds most of ``wanted``."""
    parts = [part.strip() for part in re.split(r"[,。;:]", folded) if part.strip()]
    return max(parts, key=lambda part: law.weight(features(law.lexicon.words(part)) & wanted), default="")


def exchanged(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return words of the claim whose opposite stands in the clause at the same place."""
    found = []
    lexicon = law.lexicon
    mine = [word for word in lexicon.words(said) if word.meaning in lexicon.lines_of]
    their_words = {word.meaning for word in clause.words}
    my_words = {word.meaning for word in lexicon.words(said)}
    for word in mine:
        if word.meaning in their_words or word.meaning in ("与", "或") or word.meaning in clause.folded:
            continue
        for line in lexicon.lines_of[word.meaning]:
            for other in clause.words:
                if (
                    other.meaning == word.meaning
                    or other.meaning not in lexicon.opposed[line]
                    or other.meaning in my_words
                ):
                    continue
                if other.meaning in said:
                    continue
                if _same_place(said, word, clause.folded, other):
                    found.append(
                        Alteration("opposed", said[word.start : word.end], clause.folded[other.start : other.end])
                    )
                    break
    return found + _joined(law, said, clause)


def _same_place(said: str, mine: Word, stands: str, other: Word) -> bool:
    def around(text: str, word: Word) -> set[str]:
        near = text[max(0, word.start - 7) : word.start] + text[word.end : word.end + 7]
        return set(re.findall(r"[一-鿿a-z]", near)) - set("的应与和对进行有为在并")

    return len(around(said, mine) & around(stands, other)) >= 2


def _joined(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return where the claim says 或 and the clause 和 between the same words, or the other way round."""
    theirs = {(a.meaning, c.meaning): b for a, b, c in _triples(clause.words)}
    found = []
    for a, b, c in _triples(tuple(law.lexicon.words(said))):
        other = theirs.get((a.meaning, c.meaning))
        if other is not None and other.meaning != b.meaning:
            found.append(
                Alteration(
                    "joined",
                    said[a.start : c.end],
                    clause.folded[other.start - 4 if other.start > 4 else 0 : other.end + 4],
                )
            )
    return found


def _triples(words: tuple[Word, ...] | list[Word]) -> list[tuple[Word, Word, Word]]:
    return [
        (words[i - 1], words[i], words[i + 1])
        for i in range(1, len(words) - 1)
        if words[i].meaning in ("与", "或") and not words[i - 1].stops and not words[i + 1].stops
    ]


def without_figures(text: str) -> str:
    """Return folded ``text`` with its figures blanked, intervals kept, place for place."""
    out = list(text)
    for figure in read_quantities(text):
        if not figure.dimension.startswith("every-") or figure.dimension == "every-td":
            out[figure.start : figure.end] = " " * (figure.end - figure.start)
    return re.sub(r"\((?:rto|rpo|rto/rpo)\)|rto\s*[<=≤]*|rpo\s*[<=≤]*", lambda m: " " * len(m[0]), "".join(out))


def altered(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return words that a nearly literal claim has in place of others of the clause."""
    mine = [w for w in law.lexicon.words(said) if not w.stops and w.meaning not in ("或",)]
    stands = without_figures(clause.folded)
    theirs = [w for w in law.lexicon.words(stands) if not w.stops and w.meaning not in ("或",)]
    matcher = SequenceMatcher(None, [w.meaning for w in theirs], [w.meaning for w in mine], autojunk=False)
    codes = matcher.get_opcodes()
    kept = sum(j2 - j1 for tag, _, _, j1, j2 in codes if tag == "equal")
    if not mine or kept < 2:
        return []
    near = kept / len(mine)
    found = []
    for at, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            continue
        before = codes[at - 1] if at else None
        after = codes[at + 1] if at + 1 < len(codes) else None
        left = before[4] - before[3] if before else 0
        right = after[4] - after[3] if after else 0
        held = (left and right) or (before is None and right >= 2) or (after is None and left >= 2)
        if not held:
            continue
        new, old = "".join(w.meaning for w in mine[j1:j2]), "".join(w.meaning for w in theirs[i1:i2])
        shown = said[mine[j1].start : mine[j2 - 1].end] if j2 > j1 else ""
        there = clause.folded[theirs[i1].start : theirs[i2 - 1].end] if i2 > i1 else ""
        if tag == "replace" and near >= 0.5:
            if _qualified(new, old) or (near >= 0.6 and _exchanges(mine[j1:j2], theirs[i1:i2], said, clause.folded)):
                found.append(Alteration("altered", shown, there))
        elif (
            tag == "insert"
            and near >= 0.6
            and any(w.meaning in _QUALIFIERS and w.meaning not in clause.folded for w in mine[j1:j2])
        ):
            found.append(Alteration("altered", shown, ""))
    return found


def _exchanges(new: list[Word], old: list[Word], said: str, stands: str) -> bool:
    """Say whether a few words stand in place of a few others that the text does not have elsewhere."""
    a, b = "".join(w.meaning for w in new), "".join(w.meaning for w in old)
    if not (2 <= len(a) <= 8 and 2 <= len(b) <= 8) or set(a) & set(b) or _NEGATIVE.search(a) or _NEGATIVE.search(b):
        return False
    return not any(w.meaning in stands for w in new) and not any(w.meaning in said for w in old)


def _qualified(new: str, old: str) -> bool:
    """Say whether ``new`` is ``old`` with a word before it that changes the duty: 热备份 for 备份."""
    return new != old and any(new == q + old for q in _QUALIFIERS)
