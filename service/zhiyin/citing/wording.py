"""Compares the words of a claim with a clause: what was exchanged for its opposite, or altered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from zhiyin.citing.alteration import Alteration
from zhiyin.citing.law import Clause, Law
from zhiyin.citing.matching import fit
from zhiyin.citing.polarity import NEGATIVE
from zhiyin.citing.quantity import without_figures
from zhiyin.citing.words import Word, features

_BREAK: Final = re.compile(r"[,。;:、]|  ")
_ABOUT: Final = 0.45
"""From this share of its words on, a claim is about the clause beyond doubt."""
_QUALIFIERS: Final = (
    "热", "冷", "双活", "单", "双", "异地", "同城", "独立", "专职", "兼职", "实时", "自动", "手动", "外部", "国产", "第三方", "非",
)  # fmt: skip


def exchanged(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return words of the claim whose opposite stands in the clause at the same place."""
    found = []
    lexicon = law.lexicon
    mine = [word for word in lexicon.words(said) if word.meaning in lexicon.lines_of]
    their_words = {word.meaning for word in clause.words}
    my_words = {word.meaning for word in lexicon.words(said)}
    for word in mine:
        if word.meaning in their_words or word.meaning in ("与", "或") or _stands_alone(law, word.meaning, clause):
            continue
        if _denied(said, word.start):
            # 不能放在同一台服务器上 says 分别 in other words.
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
                        Alteration("opposed", said[word.start : word.end], clause.printed(other.start, other.end))
                    )
                    break
    return found + _joined(law, said, clause) + _halved(law, said, clause) + _qualifying(law, said, clause)


def _stands_alone(law: Law, meaning: str, clause: Clause) -> bool:
    """Say whether the clause has the word otherwise than within its opposite, as 同城 stands within 不同城市."""
    lexicon = law.lexicon
    opposed = frozenset().union(*(lexicon.opposed[line] for line in lexicon.lines_of[meaning]))
    kept = list(clause.folded)
    for word in clause.words:
        if word.meaning in opposed:
            kept[word.start : word.end] = " " * (word.end - word.start)
    return meaning in "".join(kept)


def swapped(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return words that exclude one another, both in the clause, that the claim has in each other's place."""
    mine = [word for word in law.lexicon.words(said) if word.meaning in law.lexicon.lines_of]
    found = []
    for first, last in pairwise(mine):
        a, b = first.meaning, last.meaning
        theirs = [[w for w in clause.words if w.meaning == meaning] for meaning in (a, b)]
        if a == b or not theirs[0] or not theirs[1] or {a, b} & {"与", "或"}:
            continue
        if not set(law.lexicon.lines_of[a]) & set(law.lexicon.lines_of[b]):
            continue
        straight = _alike(said, first, clause, theirs[0]) + _alike(said, last, clause, theirs[1])
        crossed = _alike(said, first, clause, theirs[1]), _alike(said, last, clause, theirs[0])
        if min(crossed) and sum(crossed) >= straight + 4:
            one, other = sorted((theirs[0][0], theirs[1][0]), key=lambda word: word.start)
            found.append(Alteration("altered", said[first.start : last.end], clause.printed(one.start, other.end)))
    return found[:1]


def _alike(said: str, word: Word, clause: Clause, theirs: Sequence[Word]) -> int:
    """Return how many pairs of characters stand close to ``word`` as to one of the clause's."""
    return max(len(_close_to(said, word) & _close_to(clause.folded, other)) for other in theirs)


def _close_to(text: str, word: Word) -> set[str]:
    after = re.split(r"[,。;:、]", text[word.end : word.end + 7])[0]
    before = re.split(r"[,。;:]", text[max(0, word.start - 7) : word.start])[-1]
    return {p[i : i + 2] for p in (before, after) for i in range(len(p) - 1) if re.match(r"[一-鿿a-z]{2}", p[i:])}


def _denied(said: str, at: int) -> bool:
    """Say whether the word at ``at`` is what its part of the sentence forbids."""
    start = max(said.rfind(mark, 0, at) for mark in ",。;:") + 1
    return (
        re.search(r"(?:不得|不能|不应|不可|不许|禁止|严禁|不再|避免|不是|而非)[^,。;:]{0,8}$", said[start:at])
        is not None
    )


def _qualifying(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return words of the claim that are a clause's word with another before it that changes it: 热备份 for 备份."""
    theirs = {word.meaning for word in clause.words}
    found = []
    for word in law.lexicon.words(said):
        if word.meaning in theirs or word.meaning in clause.folded:
            continue
        if any(word.meaning == q + other for q in _QUALIFIERS for other in theirs if len(other) >= 2):
            other = next(
                (w for w in theirs if w != word.meaning and w.endswith(word.meaning[1:]) and w in clause.folded), ""
            )
            found.append(Alteration("altered", said[word.start : word.end], other or word.meaning[1:]))
    return found


def _same_place(said: str, mine: Word, stands: str, other: Word) -> bool:
    def around(text: str, word: Word) -> set[str]:
        near = text[max(0, word.start - 7) : word.start] + text[word.end : word.end + 7]
        return set(re.findall(r"[一-鿿a-z]", near)) - set("的应与和对进行有为在并")

    if len(mine.meaning) == 1 and said[: mine.start].rstrip()[-1:] != stands[: other.start].rstrip()[-1:]:
        # 前 and 后 are told by the word they follow.
        return False
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


def _halved(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return where the claim has only one of two that the clause joins: 只在同城 for 同城和异地."""
    mine = law.lexicon.words(said)
    there = {word.meaning for word in mine}
    found = []
    for a, b, c in _triples(clause.words):
        for word, other in ((a, c), (c, a)):
            if b.meaning != "与" or other.meaning in there or not set(law.lexicon.lines_of.get(word.meaning, ())):
                continue
            for own in mine:
                if own.meaning == word.meaning and re.search(r"(?:只|仅)[^,。;]{0,3}$", said[: own.start]):
                    found.append(Alteration("altered", said[own.start : own.end], clause.printed(a.start, c.end)))
    return found


def _triples(words: tuple[Word, ...] | list[Word]) -> list[tuple[Word, Word, Word]]:
    return [
        (words[i - 1], words[i], words[i + 1])
        for i in range(1, len(words) - 1)
        if words[i].meaning in ("与", "或") and not words[i - 1].stops and not words[i + 1].stops
    ]


def altered(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return words that a nearly literal claim has in place of others of the clause, or beside them."""
    mine = _telling(law, said)
    theirs = _telling(law, without_figures(clause.folded))
    matcher = SequenceMatcher(None, [w.meaning for w in theirs], [w.meaning for w in mine], autojunk=False)
    codes = matcher.get_opcodes()
    kept = sum(j2 - j1 for tag, _, _, j1, j2 in codes if tag == "equal")
    if not mine or kept < 2:
        return []
    near = kept / len(mine)
    found = []
    for at, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag not in ("replace", "insert"):
            continue
        left = _length(mine, codes[at - 1]) if at else 0
        right = _length(mine, codes[at + 1]) if at + 1 < len(codes) else 0
        if not ((left and right) or (not at and right >= 4) or (at + 1 == len(codes) and left >= 4)):
            continue
        new, old = mine[j1:j2], theirs[i1:i2]
        if old and re.search(r"[。;]", clause.folded[old[0].start : old[-1].end]):
            # What stands on both sides of a stop was not one expression.
            continue
        shown = said[new[0].start : new[-1].end]
        there = clause.printed(old[0].start, old[-1].end) if old else ""
        if _BREAK.search(shown) or NEGATIVE.search(shown):
            continue
        # A word that the guideline nowhere has may well be a paraphrase, unless it stands close before what it defines.
        fresh = [w for w in new if w.meaning not in {other.meaning for other in theirs}]
        close = any(w.meaning in law.known for w in fresh) or (
            _close(said, mine, j2) and any(w.meaning in law.vocabulary or w.meaning.isascii() for w in old)
        )
        exchanged_here = near >= 0.45 and tag == "replace" and close and _exchanges(law, new, old, mine, theirs, clause)
        added = near >= 0.5 and left + right >= 6 and len(new) <= 2
        if exchanged_here or (added and any(_strange(law, word, clause) for word in new)):
            found.append(Alteration("altered", shown, there))
    return found


def foreign(law: Law, said: str, clause: Clause) -> list[Alteration]:
    """Return a word of a claim that belongs to other matters of the guideline: 口令要有加密保护 where it is 物理保护."""
    words = _telling(law, said)
    if fit(law, features(law.lexicon.words(said)), clause).said < _ABOUT:
        return []
    known = law.family_words(clause)
    for word in words:
        strange = word.meaning in law.vocabulary and word.meaning not in law.lexicon.general
        if not strange or len(word.meaning) < 2 or word.meaning in known or word.meaning in clause.folded:
            continue
        if features([word]) & clause.hints or _denied(said, word.start):
            continue
        if re.search(r"(?:例如|比如|譬如|如|像|包括)[^,。;]{0,6}$", said[: word.start]):
            continue
        return [Alteration("altered", said[word.start : word.end], "")]
    return []


def _telling(law: Law, text: str) -> list[Word]:
    return [word for word in law.lexicon.words(text) if not word.stops and word.meaning != "或"]


def _length(words: Sequence[Word], code: tuple[str, int, int, int, int]) -> int:
    """Return how many characters the run of ``words`` that both sides have takes."""
    return sum(len(word.meaning) for word in words[code[3] : code[4]]) if code[0] == "equal" else 0


def _close(said: str, mine: Sequence[Word], after: int) -> bool:
    """Say whether the word at ``after`` follows without a break."""
    return after < len(mine) and not re.search(r"[,。;:]", said[mine[after - 1].end : mine[after].start])


def _exchanges(
    law: Law, new: Sequence[Word], old: Sequence[Word], mine: Sequence[Word], theirs: Sequence[Word], clause: Clause
) -> bool:
    """Say whether a few words stand in place of a few others that the claim does not have elsewhere.

    Words by which people call the duty change nothing.
    """
    said, stands = {w.meaning for w in mine}, {w.meaning for w in theirs}
    fresh, gone = [w for w in new if w.meaning not in stands], [w for w in old if w.meaning not in said]
    if fresh and all(w.meaning in law.family_words(clause) for w in fresh):
        # The family says it so in another tier.
        return False
    a, b = "".join(w.meaning for w in fresh), "".join(w.meaning for w in gone)
    if NEGATIVE.search(a) or NEGATIVE.search(b) or (fresh and features(fresh) and features(fresh) <= clause.names):
        return False
    whole = len(a)
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    if a and whole - len(a) >= 2:
        # One head, 系统 say, of which the claim says something else: 办公系统 for 核心系统.
        b = b[-len(a) :]
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    shared = {c for c in a if c > "\x7f"} & {c for c in b if c > "\x7f"}
    if shared and not (len(shared) == 1 and all(w.meaning in law.known for w in [*fresh, *gone])):
        return False
    return 2 <= len(a) <= 10 and 2 <= len(b) <= max(5, len(a) + 3)


def _strange(law: Law, word: Word, clause: Clause) -> bool:
    """Say whether ``word`` is a word of the guideline that neither this clause nor what it is called knows."""
    if len(word.meaning) < 2 or word.meaning not in law.vocabulary or word.meaning in clause.folded:
        return False
    return not features([word]) & clause.hints
