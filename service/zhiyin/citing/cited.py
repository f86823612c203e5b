"""Judges a claim that cites by number: whether the clauses exist, are of the tier, and say what is said of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from zhiyin.citing.content import content_findings
from zhiyin.citing.folding import fold
from zhiyin.citing.law import Clause
from zhiyin.citing.matching import Match, best_matches, fit
from zhiyin.citing.parts import Part
from zhiyin.citing.quantity import without_figures
from zhiyin.citing.statement import Aspect, Finding, Ruling
from zhiyin.citing.subject import FOUND, Judged, Subject, not_checked, otherwise
from zhiyin.citing.uncited import of_other_tier
from zhiyin.citing.words import features
from zhiyin.errors import Message
from zhiyin.model import tier_name

_AKIN: Final = 0.36
"""Below this share, counting what people call the duty, the words are not about the clause."""
_AS_IT_SAYS: Final = Message("与条款原文相符", "as the clause says")
_IN_ENGLISH: Final = Message(
    "条款号、类别、义务与数字相符；英文用词未逐字核对",
    "number, tier, obligation and figures agree; the words were not compared",
)
_NOT_APPLIED: Final = re.compile(r"不(?:能|再)?适用|不涉及|不受.{0,8}(?:约束|限制)|不在.{0,6}适用范围")
_LACKS_IT: Final = re.compile(
    r"(?:期货)?(?:公司)?(?:中|里)?(?:并|还|则|尚|都|均)?(?:没有|无)(?:这|此|该)?(?:一)?(?:条|项)?(?:要求|规定)?(?=[,。;)]|\s*$)"
)
_CASE_OF: Final = re.compile(
    r"(?:没有|无|不|未|非)(?!适用|能适用|涉及|再适用)[^,。;]{1,18}(?:的|时|,)|因(?:此|而)|所以|由于|故"
)


def judge_cited(subject: Subject) -> Judged:
    """Return the judgement on a claim that cites clauses or sections by number."""
    claim, law = subject.claim, subject.law
    references = [r for r in claim.references if r.document is None]
    missing = [n for r in references for n in r.missing]
    numbers = [n for r in references for n in r.numbers]
    findings: list[Finding] = []
    if missing:
        near = _elsewhere(subject, ())
        findings += [_missing(subject, n) for n in missing[:3]]
        if not numbers:
            return Judged((), tuple(findings), near)
    clauses = [law.clauses[n] for n in numbers if n in law.clauses]
    sections = [n for n in numbers if n not in law.clauses]
    if not clauses:
        return _of_section(subject, sections, findings)
    applied = _application(subject, clauses)
    if applied is not None:
        return Judged(tuple(clauses[:6]), (*findings, applied))
    findings += _tier_findings(subject, clauses, numbers)
    about, strayed, suggestion = _about(subject, clauses)
    findings += strayed
    if any(f.ruling is Ruling.SAYS_OTHERWISE for f in strayed):
        return Judged(tuple(clauses[:6]), tuple(findings), suggestion)
    if len(clauses) == 1 and clauses[0].tier is not None and not findings and len(claim.mentions) < 2:
        members = {t: law.clauses[n] for t, n in law.families[clauses[0].family].items()}
        other = of_other_tier(subject, members, frozenset({clauses[0].tier}))
        if other is not None:
            findings.append(
                otherwise(
                    Aspect.TIER,
                    f"{clauses[0].number} 没有这个要求，{tier_name(other.tier or 0)}的 {other.number} 才有",
                    f"{clauses[0].number} does not say so, {other.number} does",
                )
            )
            suggestion = (other.number,)
    findings += content_findings(subject, about, clauses)
    if not findings:
        findings.append(
            Finding(
                Aspect.NUMBER,
                Ruling.HOLDS,
                Message("条款存在；没有说到条款的内容", "the clause exists; nothing is said of what it demands"),
            )
            if not subject.words
            else Finding(Aspect.WORDS, Ruling.HOLDS, _IN_ENGLISH if subject.claim.english else _AS_IT_SAYS)
        )
    return Judged(tuple(about[:6]), tuple(findings), suggestion)


def _application(subject: Subject, clauses: list[Clause]) -> Finding | None:
    """Return what comes of a claim that clauses do not apply to someone."""
    if not _NOT_APPLIED.search(subject.whole):
        return None
    tiers = {c.tier for c in clauses if c.tier is not None}
    if subject.claim.tiers and not subject.claim.tiers & tiers:
        named = "、".join(tier_name(t) for t in sorted(subject.claim.tiers))
        return Finding(Aspect.TIER, Ruling.HOLDS, Message(f"不是{named}的条款", "it is no clause of that tier"))
    if subject.claim.tiers == tiers and not _CASE_OF.search(subject.whole):
        truly = "、".join(tier_name(t) for t in sorted(tiers))
        return otherwise(
            Aspect.TIER, f"这正是{truly}的条款", f"it is a clause of tier {', '.join(map(str, sorted(tiers)))}"
        )
    return not_checked("某种情形下是否适用，请人工判断", "whether it applies in a case is for a person to tell")


def _of_section(subject: Subject, sections: list[str], findings: list[Finding]) -> Judged:
    law = subject.law
    within = [law.clauses[n] for section in sections for n in law.within(section)]
    findings += _tier_findings(subject, within[:1], sections)
    title = "、".join(f"{n} {law.headings.get(n, '')}" for n in sections)
    if not subject.words or not within:
        findings.append(
            Finding(Aspect.NUMBER, Ruling.HOLDS, Message(f"有这一节：{title}", f"there is this section: {title}"))
        )
        return Judged((), tuple(findings))
    names = frozenset().union(*(features(law.lexicon.words(fold(law.headings.get(n, "")).text)) for n in sections))
    if subject.words <= names and not findings:
        holds = Message(f"节名相符：{title}", f"the section is so called: {title}")
        return Judged((), (Finding(Aspect.NUMBER, Ruling.HOLDS, holds),))
    ranked = sorted((fit(law, subject.words, c) for c in within), key=lambda m: -m.score)
    if features(law.lexicon.words(title)) >= subject.words or ranked[0].said < FOUND:
        near = _elsewhere(subject, ())
        if near and near[0] not in {c.number for c in within} and ranked[0].said < _AKIN and law.clauses[near[0]].tier:
            findings.append(otherwise(Aspect.NUMBER, f"{title}中没有这样的内容", f"nothing of the kind in {title}"))
            return Judged((), tuple(findings), near)
        if not findings:
            findings.append(
                not_checked(
                    f"{title}有多条，未能确定是哪一条", f"{title} has several clauses; which is meant is unclear"
                )
            )
        return Judged((), tuple(findings), tuple(m.number for m in ranked[:2] if m.said > 0.16))
    clause = law.clauses[ranked[0].number]
    findings += content_findings(subject, [clause], [clause])
    if not findings:
        findings.append(
            Finding(Aspect.WORDS, Ruling.HOLDS, Message(f"与 {clause.number} 相符", f"as {clause.number} says"))
        )
    return Judged((clause,), tuple(findings))


def _missing(subject: Subject, number: str) -> Finding:
    law = subject.law
    stem = number.rpartition(".")[0]
    if number.count(".") == 0:
        return Finding(
            Aspect.NUMBER, Ruling.NO_SUCH_CLAUSE,
            Message(f"本指引不以“第{number}条”编号，条款号形如 4.3.3.1", f"the guideline has no article {number}; its numbers look like 4.3.3.1"), number,
        )  # fmt: skip
    near = stem
    while near and near not in law.headings:
        near = near.rpartition(".")[0]
    members = law.within(near) if near else []
    hint = "；各类要求在第 2 至 5 章，每章 8 节"
    hint_en = "; the tiers' demands stand in chapters 2 to 5, 8 sections each"
    if members and near.count("."):
        hint = f"；{near} {law.headings[near]}为 {members[0]} 至 {members[-1]}"
        hint_en = f"; {near} has {members[0]} to {members[-1]}"
    return Finding(
        Aspect.NUMBER,
        Ruling.NO_SUCH_CLAUSE,
        Message(f"指引没有 {number}{hint}", f"the guideline has no {number}{hint_en}"),
        number,
    )


def _tier_findings(subject: Subject, clauses: Sequence[Clause], numbers: list[str]) -> list[Finding]:
    claim = subject.claim
    for mention in claim.mentions:
        if mention.unknown:
            said = subject.folded[mention.start : mention.end]
            return [Finding(Aspect.TIER, Ruling.WRONG_TIER, subject.law.tiers_in_words, said)]
    tiers = {c.tier for c in clauses if c.tier is not None}
    if not claim.tiers or not tiers or tiers & claim.tiers:
        return []
    if any(m.beside or m.since for m in claim.mentions) and subject.moves:
        return []
    families = {c.family for c in clauses}
    others = [subject.law.clauses[n] for n in claim.beside if n in subject.law.clauses]
    if claim.tiers <= {c.tier for c in others if c.family in families}:
        # 4.3.2.6在二类（3.3.2.6）中是可选的: the tier is that of the number beside.
        return []
    lacking = [m for m in claim.mentions if _LACKS_IT.match(subject.folded, m.end)]
    if lacking and all(not subject.law.families[f].keys() & m.tiers for m in lacking for f in families if f):
        # 4.2.3.3是新增要求，二类没有: what is told of the tier is that it has no such clause.
        return []
    if re.search(r"(?:没有|未|不)再?(?:次)?出现|不再(?:要求|保留|列)", subject.whole):
        return []
    named = "、".join(tier_name(t) for t in sorted(claim.tiers))
    truly = "、".join(tier_name(t) for t in sorted(tiers))
    twin = tuple(
        subject.law.families[c.family][t]
        for c in clauses[:1]
        if c.family
        for t in sorted(claim.tiers)
        if t in subject.law.families[c.family]
    )
    hint = f"；{named}的相应条款是 {'、'.join(twin)}" if twin else ""
    hint_en = f"; the clause of that tier is {', '.join(twin)}" if twin else ""
    return [
        Finding(
            Aspect.TIER, Ruling.WRONG_TIER,
            Message(f"{'、'.join(numbers[:3])} 属于{truly}，不是{named}{hint}", f"{', '.join(numbers[:3])} belongs to tier {', '.join(map(str, sorted(tiers)))}{hint_en}"),
            named, truly,
        )
    ]  # fmt: skip


def _about(subject: Subject, clauses: list[Clause]) -> tuple[list[Clause], list[Finding], tuple[str, ...]]:
    """Return which of the cited clauses the words are about, or that they are about none of them."""
    law = subject.law
    if not subject.words or law.weight(subject.words) < 6:
        return clauses, [], ()
    fits = {c.number: fit(law, subject.words, c) for c in clauses}
    said = law.weight(subject.words & frozenset().union(*(c.features for c in clauses))) / law.weight(subject.words)
    hinted = max(m.hinted for m in fits.values())
    own = max(fits.values(), key=lambda m: m.score)
    tiers = frozenset(c.tier for c in clauses if c.tier is not None)
    families = {c.family or c.number for c in clauses}
    others = [
        m for m in best_matches(law, subject.said, tiers) if (law.clauses[m.number].family or m.number) not in families
    ]
    best = others[0] if others else None
    known = law.weight(w for w in subject.words if w in law.weights) / law.weight(subject.words)
    about = max(said, hinted)
    if best is not None and known:
        # Words that the guideline nowhere has tell nothing of which clause is meant.
        best, own, said = best.of(known), own.of(known), said / known
    if subject.claim.english:
        strays = best is not None and ((best.said >= 0.7 and about < 0.2) or (best.said >= 0.9 and about < 0.55))
        return (clauses, [_strayed(clauses, best.number)], (best.number,)) if best and strays else (clauses, [], ())
    if best is not None and _fits_better(best, own, said) and not _spoken_of_in_facts(subject, clauses):
        return clauses, [_strayed(clauses, best.number)], (best.number,)
    swapped = _respectively(subject, clauses)
    if swapped is not None:
        return clauses, [swapped], ()
    if about < _AKIN and len(subject.words) >= 4 and not _spoken_of_in_facts(subject, clauses):
        found = subject.search(subject.said.strip(), tiers)
        other = found[0] if found and best is not None and best.said > said else None
        return clauses, [_strayed(clauses, other)], (other,) if other else ()
    ranked = sorted(clauses, key=lambda c: -fits[c.number].score)
    return ranked, [], ()


def _spoken_of_in_facts(subject: Subject, clauses: list[Clause]) -> bool:
    """Say whether a company's own facts beside the citation are about the clauses: 演练未开展，与4.6.2.8的规定不符."""
    facts = subject.claim.masked(subject.folded, Part.FACT, Part.ADVICE)
    words = features(subject.law.lexicon.words(without_figures(facts)))
    return bool(words) and max(fit(subject.law, words, clause).hinted for clause in clauses) >= _AKIN


def _respectively(subject: Subject, clauses: list[Clause]) -> Finding | None:
    """Return the fault of a claim that names clauses in one order and what they demand in another."""
    if len(clauses) < 2 or not re.search(r"分别|依次", subject.whole):
        return None
    law = subject.law
    parts = [p for p in re.split(r"[、,;和与及]|以及", subject.said) if len(features(law.lexicon.words(p))) >= 2]
    if len(parts) != len(clauses):
        return None
    for part, clause in zip(parts, clauses, strict=True):
        words = features(law.lexicon.words(part))
        best = max(clauses, key=lambda c: fit(law, words, c).said)
        if fit(law, words, best).said >= fit(law, words, clause).said + 0.3:
            return otherwise(
                Aspect.NUMBER,
                f"“{part.strip()}”是 {best.number}，不是 {clause.number}",
                f"'{part.strip()}' is {best.number}, not {clause.number}",
                part.strip(),
                clause.text,
            )
    return None


def _strayed(clauses: list[Clause], other: str | None) -> Finding:
    numbers = "、".join(c.number for c in clauses[:3])
    hint = f"；说的是 {other}" if other else ""
    hint_en = f"; {other} says so" if other else ""
    return otherwise(Aspect.NUMBER, f"{numbers} 说的不是这件事{hint}", f"{numbers} is about something else{hint_en}")


def _elsewhere(subject: Subject, tiers: tuple[int, ...]) -> tuple[str, ...]:
    found = best_matches(subject.law, subject.said, tiers or subject.claim.tiers)
    return tuple(m.number for m in found[:2] if m.said >= FOUND)


def _fits_better(other: Match, own: Match, said: float) -> bool:
    """Say whether a claim is about another clause than it cites."""
    if own.hinted >= 0.85:
        return False
    better = other.said >= 0.5 and other.said > said + 0.18 and other.score > own.score + 0.12
    return better and not (own.said >= 0.5 and other.said < 0.8)
