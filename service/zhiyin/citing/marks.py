"""Checks what a claim says of a clause's obligation (必须, 可选) and of its mark (新增, 延续)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from zhiyin.citing.claims import Claim
from zhiyin.citing.law import Clause, Law
from zhiyin.citing.statement import Aspect, Finding, Ruling
from zhiyin.citing.words import features
from zhiyin.errors import Message
from zhiyin.model import tier_name

_OBLIGATION: Final = re.compile(
    r"(?P<never>不是(?:必须|强制)(?:性)?(?:要求|条款|项)?|非(?:必须|强制)(?:性)?|不属于(?:必须|强制)|不具有?强制|并非(?:必须|强制)|不(?:作|做)?强制(?:性)?要求|不强制)"
    r"|(?P<notoptional>不是可选|非可选|并非可选|不属于可选|不可选|不再(?:是|为)?可选)"
    r"|(?P<optional>可选|选做|选配|推荐性|倡导性|自愿性|鼓励性|建议性|非必选|(?:公司)?可(?:以)?(?:自行|自主|自愿)?(?:选择|决定|酌情)|可(?:根据|视)(?:自身|实际|需要|情况)[^,。;]{0,10}|自行选择|自(?:行|主|愿)(?:决定|确定)|酌情|(?:指引|该条|本条|条)[^,。;]{0,6}(?:建议|鼓励|推荐|倡导)|(?<![适便事权不])宜(?=[^,。;]{2})|^\s*(?:建议|鼓励|推荐|倡导|提倡)|(?:鼓励|提倡|倡导)(?=[^,。;]{2})|可以(?!接管|选取)(?=设|建|配|开|进行|对|采|安|签|制|实|提|部|保|应|有|与|在))"
    r"|(?P<mandatory>必须(?:性)?|强制(?:性)?(?:要求|条款|规定)?|必选|必备|硬性|务必|须(?!知)|不得不)"
)
_MUST_AS_VERB: Final = re.compile(r"必须|务必|须")
_MARK: Final = re.compile(
    r"[\[【(\"“「]\s*(新增|延续)\s*[\]】)\"”」]|(?:为|是|属于?|标识为|标记为|标注为|系|均为|类型为)\s*[\[【“\"「]?(新增|延续)(?!了)|(新增|延续)(?:性|的)?(?:要求|条款|项|标识|条文|内容)|\|\s*(新增|延续)\s*(?:\||$)"
)
_NOT: Final = re.compile(r"(?:不是|并非|非|不属于)\s*[\[“\"]?$")
_BECOMES: Final = re.compile(
    r"\s*(?:性)?(?:要求|条款|项)?\s*(?:自动)?(?:变为|变成|成为|改为|转为|升为|提升为|提高为|调整为|变更为|升级为)"
)


def obligation_findings(law: Law, said: str, claim: Claim, clauses: Sequence[Clause]) -> list[Finding]:
    """Return where the claim makes a demand optional or an option a demand."""
    findings = []
    for match in _OBLIGATION.finditer(said):
        kind = str(match.lastgroup)
        word = match[0]
        optional = kind in ("never", "optional")
        verb = kind == "mandatory" and bool(_MUST_AS_VERB.fullmatch(word))
        scope = _scoped(law, claim, clauses, match.start(), said)
        if _BECOMES.match(said, match.end()):
            # 由可选变为必须: what it was stands in a tier below.
            scope = _below(law, scope)
        if verb and _in_text(word, scope):
            continue
        if optional and _permitted(word, scope):
            continue
        if kind == "optional" and word == "可选" and re.match(r"要求.{0,8}(?:自动)?成为必须", said[match.end() :]):
            continue
        if not scope or (optional and "选择" in said[match.start() : match.end() + 4] and _offers(said, scope)):
            continue
        wanted = "可选" if optional else "必须"
        if any(c.obligation in ("", wanted) for c in scope):
            continue
        clause = scope[0]
        if optional and word.startswith("可以") and not _clause_word(law, said, match.end(), clause):
            continue
        findings.append(
            Finding(
                Aspect.OBLIGATION, Ruling.SAYS_OTHERWISE,
                Message(f"{clause.number} 是{clause.obligation}要求，不是{wanted}", f"{clause.number} is {'optional' if clause.obligation == '可选' else 'mandatory'}"),
                word, clause.obligation,
            )
        )  # fmt: skip
    return findings[:2]


def _clause_word(law: Law, said: str, at: int, clause: Clause) -> bool:
    following = features(law.lexicon.words(re.split(r"[,。;]", said[at : at + 20])[0]))
    return law.weight(following & clause.features) >= 0.4 * law.weight(following) > 0


def _scoped(law: Law, claim: Claim, clauses: Sequence[Clause], start: int, said: str) -> list[Clause]:
    """Return the clauses of the tier named before the word, within its part of the sentence, else the cited ones."""
    left = max((said.rfind(mark, 0, start) for mark in ",;。"), default=-1) + 1
    near = [m for m in claim.mentions if left <= m.end - claim.start <= start and not m.unknown]
    if not near:
        before = [m for m in claim.mentions if m.end - claim.start <= start and not m.unknown]
        near = before[-1:]
    if near:
        tiers = near[-1].tiers
        found = [law.clauses[n] for c in clauses for t, n in law.families.get(c.family, {}).items() if t in tiers]
        if found:
            return found
    return list(clauses)


def _offers(said: str, clauses: Sequence[Clause]) -> bool:
    """Say whether what may be chosen is which of the ways that the clause itself offers."""
    return bool(re.search(r"或|还是|二选一|两者", said)) and any("或" in clause.folded for clause in clauses)


def _below(law: Law, scope: Sequence[Clause]) -> list[Clause]:
    found = []
    for clause in scope:
        members = law.families.get(clause.family, {})
        found += [law.clauses[n] for t, n in members.items() if clause.tier is not None and t < clause.tier]
    return [*found, *scope]


def _in_text(word: str, clauses: Sequence[Clause]) -> bool:
    return any(word in clause.folded for clause in clauses)


def _permitted(word: str, clauses: Sequence[Clause]) -> bool:
    return any(word[:3] in clause.folded for clause in clauses)


def mark_findings(law: Law, whole: str, claim: Claim, clauses: Sequence[Clause]) -> list[Finding]:
    """Return where the claim gives a clause the other mark."""
    findings = []
    for match in _MARK.finditer(whole):
        word = next(group for group in match.groups() if group)
        scope = _scoped(law, claim, clauses, match.start(), whole)
        if not scope:
            continue
        denied = bool(_NOT.search(whole[: match.start()]))
        if any((c.mark == word) != denied or c.mark == "" for c in scope):
            continue
        clause = scope[0]
        tier = tier_name(clause.tier)
        findings.append(
            Finding(
                Aspect.MARK, Ruling.SAYS_OTHERWISE,
                Message(f"{clause.number}（{tier}）标识为[{clause.mark}]", f"{clause.number} is marked {'new' if clause.mark == '新增' else 'continued'}"),
                word, clause.mark,
            )
        )  # fmt: skip
    return findings[:1]
