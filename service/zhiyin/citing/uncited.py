"""Judges a claim that names the guideline or a tier but no number: the duty is found by its words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from zhiyin.citing.content import content_findings
from zhiyin.citing.figures import compare_figure
from zhiyin.citing.law import Clause
from zhiyin.citing.matching import Match, best_matches, fit
from zhiyin.citing.quantity import read_quantities
from zhiyin.citing.statement import Aspect, Finding, Ruling
from zhiyin.citing.subject import FOUND, Judged, Subject, faults, not_checked, otherwise
from zhiyin.errors import Message
from zhiyin.model import tier_name

_CLEARLY: Final = 0.6
_EXEMPT: Final = "无需|不要求|没有要求|未要求|不必|没有|未作|无须|不适用|不涉及"
_ONLY: Final = re.compile(
    r"(?:仅仅?|只(?:有|要求|对|针对|适用于)?|唯有)(?:要求|对|针对|在|限于?|适用于|有)?(?:第)?[一二三四1-4]类|类(?:期货)?(?:公司)?才"
)
_DUTY: Final = re.compile(
    r"^(?:期货)?(?:公司)?[^。;]{0,24}?(?:应|须|必须|不得|要求|至少|不少于|不低于|不超过)|^(?:期货)?公司?\s*:"
)
_OF_TIER: Final = re.compile(r"(?:要求|规定|标准)[^。;]{0,12}\((?:第)?[一二三四1-4]类(?:公司)?\)")
_NONE_SUCH: Final = re.compile(
    r"(?:没有|未|并未|无)(?:对[^,。;]{1,16})?(?:作出|做出|提出|提及|规定|设定|明确)?[^,。;]{0,16}(?:的|方面的)?(?:要求|规定)|(?:不要求|未要求|没有要求|没有规定|未规定|未提及|没有提到|没有提及)"
)


def judge_uncited(subject: Subject) -> Judged | None:
    """Return the judgement on a claim without a number; ``None`` where it says nothing about the guideline."""
    judged = _judged(subject)
    if judged is None and _looks_like_one(subject):
        return Judged((), (not_checked("没有找到说的是哪一条", "it is unclear which clause is meant"),))
    return judged


def _looks_like_one(subject: Subject) -> bool:
    """Say whether a claim that nothing came of says of the guideline, or of a tier, that something is demanded."""
    claim = subject.claim
    if claim.house or not (claim.guideline or claim.mentions):
        return False
    text = subject.folded[claim.start : claim.end]
    if claim.guideline and claim.attributed:
        return True
    return any(
        (not m.beside and _DUTY.search(subject.folded[m.end : claim.end])) or _OF_TIER.search(text)
        for m in claim.mentions
    )


def _judged(subject: Subject) -> Judged | None:
    claim, law = subject.claim, subject.law
    for mention in claim.mentions:
        if mention.unknown and claim.guideline:
            said = subject.folded[mention.start : mention.end]
            return Judged(
                (),
                (
                    Finding(
                        Aspect.TIER,
                        Ruling.WRONG_TIER,
                        subject.law.tiers_in_words,
                        said,
                    ),
                ),
            )
    if len(subject.words) < 2:
        return None
    if claim.follows:
        clauses = [law.clauses[n] for n in claim.follows if n in law.clauses]
        fits = [fit(law, subject.words, c) for c in clauses]
        anaphora = re.match(r"\W*(?:其|该条|本条|该项|上述|同时|此外|并|另外|此条|条款|备份能力|保存期)", subject.said)
        if clauses and (max(m.said for m in fits) >= 0.35 or (anaphora and max(m.hinted for m in fits) >= 0.2)):
            findings = content_findings(subject, clauses, clauses)
            return Judged(
                tuple(clauses[:4]),
                tuple(findings)
                or (Finding(Aspect.WORDS, Ruling.HOLDS, Message("与条款原文相符", "as the clause says")),),
            )
    lexical = best_matches(law, subject.said, (), 12)
    own = best_matches(law, subject.said, claim.tiers, 12)
    best = _chosen(subject, own, claim.tiers)
    anywhere = _chosen(subject, lexical, frozenset())
    if best is None and anywhere is None:
        return _nothing_found(subject)
    lacks = _NONE_SUCH.search(subject.whole) is not None
    if best is None or (
        anywhere is not None
        and claim.tiers
        # What a tier is said not to demand stands in other tiers at best.
        and (_other_family(subject, best, anywhere) or (lacks and anywhere.said > best.said))
    ):
        chosen = anywhere
    else:
        chosen = best
    if chosen is None:
        return _nothing_found(subject)
    same = anywhere is not None and law.clauses[anywhere.number].family == law.clauses[chosen.number].family
    if max(chosen.said, anywhere.said if anywhere is not None and same else 0.0) < 0.3:
        return _loosely(subject, chosen)
    elsewhere = _of_other_tiers_alone(subject, lexical)
    if elsewhere is not None:
        return _wrong_tier(subject, elsewhere)
    return _of_family(subject, law.clauses[chosen.number])


def _of_other_tiers_alone(subject: Subject, matches: list[Match]) -> Clause | None:
    """Return the clause whose own word the claim has and no clause of the claimed tiers: 主页 in tier 2."""
    law, tiers = subject.law, subject.claim.tiers
    if not tiers or subject.moves or re.search(_EXEMPT, subject.said):
        return None
    said = {w.meaning for w in law.lexicon.words(subject.said) if not w.stops and len(w.meaning) > 1}
    known = frozenset().union(*law.words_of.values())
    own = frozenset().union(*(law.words_of[t] for t in tiers))
    telling = (said & known) - own
    for match in matches:
        clause = law.clauses[match.number]
        if (
            clause.tier not in tiers
            and clause.tier
            and match.said >= 0.5
            and telling & {w.meaning for w in clause.words}
        ):
            return clause
    return None


def _wrong_tier(subject: Subject, clause: Clause) -> Judged:
    named = "、".join(tier_name(t) for t in sorted(subject.claim.tiers))
    members = subject.law.families[clause.family]
    # Where the tier has the duty in other words, what it does not have begins with the clause that was found.
    first = clause.tier or 1 if subject.claim.tiers & members.keys() else min(members)
    number = members[first]
    there = subject.law.clauses[number]
    message = Message(
        f"{named}没有这个要求，{tier_name(first)}起才有（{number}）", f"it begins with tier {first} ({number})"
    )
    return Judged((there,), (Finding(Aspect.TIER, Ruling.WRONG_TIER, message, named, tier_name(first)),), (number,))


def _other_family(subject: Subject, best: Match, anywhere: Match) -> bool:
    a, b = subject.law.clauses[best.number], subject.law.clauses[anywhere.number]
    return a.family != b.family and anywhere.said > best.said + 0.12 and anywhere.said >= _CLEARLY


def _chosen(subject: Subject, matches: list[Match], tiers: frozenset[int]) -> Match | None:
    if matches and matches[0].said >= FOUND:
        return matches[0]
    found = subject.search(subject.said.strip()[:300], tiers) if len(subject.said.strip()) >= 4 else []
    for number in found[:3]:
        match = fit(subject.law, subject.words, subject.law.clauses[number])
        strange = subject.law.weight(w for w in subject.words if w not in subject.law.weights) / subject.law.weight(
            subject.words
        )
        if (match.said >= 0.3 or match.hinted >= 0.45) and (strange < 0.4 or match.hinted >= 0.6):
            return match
    return None


def _loosely(subject: Subject, match: Match) -> Judged | None:
    """Return what comes of words that only search, or what people call a duty, ties to a clause."""
    law = subject.law
    unknown = law.weight(w for w in subject.words if w not in law.weights) / law.weight(subject.words)
    members = [law.clauses[n] for n in law.families.get(law.clauses[match.number].family, {}).values()]
    figures = [q for q in read_quantities(subject.said) if q.dimension != "times"]
    foreign = bool(figures) and all(compare_figure(subject.said, q, members) for q in figures)
    if unknown >= 0.7 or foreign:
        return _nothing_found(subject)
    if not subject.claim.guideline:
        return None
    clause = law.clauses[match.number]
    near = not_checked(
        f"用词与原文相差较大，可能说的是 {clause.number}，请人工核对",
        f"the words differ much from the text; {clause.number} may be meant: compare by hand",
    )
    return Judged((clause,), (near,))


def _of_family(subject: Subject, clause: Clause) -> Judged | None:
    claim, law = subject.claim, subject.law
    if clause.tier is None:
        findings = content_findings(subject, [clause], [clause])
        return Judged(
            (clause,),
            tuple(findings)
            or (Finding(Aspect.WORDS, Ruling.HOLDS, Message(f"与 {clause.number} 相符", f"as {clause.number} says")),),
        )
    members = {t: law.clauses[n] for t, n in law.families[clause.family].items()}
    wanted = sorted(claim.tiers) or sorted(members)
    since = next((m for m in claim.mentions if m.since and len(m.tiers) == 1), None)
    lacking = [t for t in claim.tiers if t not in members]
    if lacking and (not subject.moves or len(lacking) == len(claim.tiers)):
        if re.search(_EXEMPT, subject.said):
            return Judged(
                tuple(members.values())[:1],
                (
                    Finding(
                        Aspect.TIER,
                        Ruling.HOLDS,
                        Message("这一类确实没有这条要求", "this tier indeed has no such demand"),
                    ),
                ),
            )
        named = "、".join(tier_name(t) for t in sorted(lacking))
        first = min(members)
        return Judged(
            (members[first],),
            (Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"{named}没有这条要求，{tier_name(first)}起才有（{members[first].number}）", f"tier {', '.join(map(str, sorted(lacking)))} has no such demand; it begins with tier {first} ({members[first].number})"), named, tier_name(first)),),
            (members[first].number,),
        )  # fmt: skip
    if since is not None and not subject.moves:
        level = next(iter(since.tiers))
        below = members.get(level - 1)
        at = members.get(level)
        if (
            below is not None
            and at is not None
            and at.change in ("same", "reworded")
            and re.search(r"(?:自|从).{0,3}类|类(?:公司)?(?:起|开始|才)", subject.folded[claim.start : claim.end])
        ):
            first = min(members)
            return Judged((members[first],), (Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"{tier_name(first)}就有这条要求（{members[first].number}）", f"tier {first} has this demand already ({members[first].number})"), tier_name(level), tier_name(first)),), (members[first].number,))  # fmt: skip
    other = of_other_tier(subject, members, frozenset(wanted)) if claim.tiers else None
    if other is not None:
        named = "、".join(tier_name(t) for t in sorted(claim.tiers))
        return Judged(tuple(members[t] for t in wanted), (Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"{named}没有这个要求，{tier_name(other.tier or 0)}才有（{other.number}）", f"tier {other.tier} demands this ({other.number})"), named, tier_name(other.tier or 0)),), (other.number,))  # fmt: skip
    alone = _only(subject, members)
    if alone is not None:
        return alone
    results = {t: content_findings(subject, [members[t]], [members[t]]) for t in wanted if t in members}
    differing = {t: faults(found) for t, found in results.items()}
    clean = [t for t in results if not differing[t]]
    if not claim.tiers:
        if clean:
            note = (
                ""
                if len(clean) == len(members) and len(members) == 4
                else f"（{'、'.join(tier_name(t) for t in clean)}）"
            )
            return Judged(
                tuple(members[t] for t in clean[-1:]),
                (
                    Finding(
                        Aspect.WORDS,
                        Ruling.HOLDS,
                        Message(
                            f"与 {'、'.join(members[t].number for t in clean)} 相符{note}",
                            f"as {', '.join(members[t].number for t in clean)} says",
                        ),
                    ),
                ),
            )
        least = min(results, key=lambda t: (len(differing[t]), -t))
        return Judged((members[least],), tuple(results[least]))
    wrong = [t for t in results if differing[t]]
    if not wrong and results:
        return Judged(
            tuple(members[t] for t in results),
            (
                Finding(
                    Aspect.WORDS,
                    Ruling.HOLDS,
                    Message(
                        f"与 {'、'.join(members[t].number for t in results)} 相符",
                        f"as {', '.join(members[t].number for t in results)} says",
                    ),
                ),
            ),
        )
    others = [
        t for t in members if t not in claim.tiers and not faults(content_findings(subject, [members[t]], [members[t]]))
    ]
    findings = [f for t in wrong[:1] for f in results[t]]
    if others and len(claim.mentions) <= 1:
        truly = "、".join(tier_name(t) for t in others)
        named = "、".join(tier_name(t) for t in sorted(claim.tiers))
        findings.insert(0, Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"这是{truly}的要求（{'、'.join(members[t].number for t in others)}），不是{named}的", f"this is what tier {', '.join(map(str, others))} demands"), named, truly))  # fmt: skip
    return Judged(tuple(members[t] for t in wrong[:2]), tuple(findings), tuple(members[t].number for t in others))


def _only(subject: Subject, members: Mapping[int, Clause]) -> Judged | None:
    """Return the fault of a claim that only some tiers have a demand that others have as well."""
    text = subject.folded[subject.claim.start : subject.claim.end]
    if not subject.claim.tiers or not _ONLY.search(text) or subject.moves:
        return None
    others = [t for t in members if t not in subject.claim.tiers]
    same = [t for t in others if not faults(content_findings(subject, [members[t]], [members[t]]))]
    least = min(subject.claim.tiers)
    if (
        not same
        or subject.law.weight(
            subject.words & (members.get(least, members[same[0]]).features - members[same[0]].features)
        )
        >= 4.5
    ):
        return None
    truly = "、".join(f"{tier_name(t)}（{members[t].number}）" for t in same)
    return Judged(
        (members[same[0]],),
        (Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"{truly}也有这条要求", f"tier {', '.join(map(str, same))} has this demand as well"), "", truly),),
        tuple(members[t].number for t in same),
    )  # fmt: skip


def of_other_tier(subject: Subject, members: Mapping[int, Clause], tiers: frozenset[int]) -> Clause | None:
    """Return the member of another tier that alone has something the claim says."""
    if subject.moves:
        return None
    own = frozenset().union(*(members[t].features for t in tiers if t in members))
    mine = max((fit(subject.law, subject.words, members[t]).said for t in tiers if t in members), default=0.0)
    for tier, clause in sorted(members.items()):
        extra = subject.words & (clause.features - own)
        if (
            tier not in tiers
            and subject.law.weight(extra) >= 4.5
            and fit(subject.law, subject.words, clause).said >= mine + 0.05
        ):
            return clause
    return None


def _said_to_lack(subject: Subject) -> Judged:
    """Return the judgement on a claim that the guideline, or a tier of it, demands nothing of a matter."""
    law = subject.law
    telling = {w.meaning for w in law.lexicon.words(subject.said) if w.meaning in law.vocabulary and not w.stops}
    telling = {word for word in telling if len(word) > 1 and word not in law.lexicon.general}
    wanted = subject.claim.tiers or frozenset(c.tier for c in law.clauses.values() if c.tier)
    if not telling:
        return Judged((), (not_checked("没有找到说的是哪一条", "it is unclear which clause is meant"),))
    having = [c for c in law.clauses.values() if c.tier in wanted and telling <= {w.meaning for w in c.words}]
    if not having:
        found = Message("指引中确实没有找到这样的要求", "indeed no such demand was found in the guideline")
        return Judged((), (Finding(Aspect.WORDS, Ruling.HOLDS, found),))
    numbers = "、".join(clause.number for clause in having[:3])
    fault = otherwise(Aspect.WORDS, f"有这方面的要求：{numbers}", f"there are such demands: {numbers}")
    return Judged(tuple(having[:3]), (fault,))


def _nothing_found(subject: Subject) -> Judged | None:
    claim = subject.claim
    if _NONE_SUCH.search(subject.whole) and (claim.guideline or claim.tiers):
        return _said_to_lack(subject)
    if claim.english:
        return Judged((), (not_checked("英文句子：没有找到说的是哪一条", "it is unclear which clause is meant"),))
    says = re.search(
        r"指引[》\s]*(?:\([^)]*\))?(?:中|对[^,。;]{0,12}|的|还|也|同时|明确|第)?(?:要求|规定|明确|指出|提出|强调)|(?:根据|按照|依据|依照|按|依)[^,。;]{0,20}指引[》\s]*(?:\([^)]*\))?(?:的)?(?:要求|规定|相关规定|有关规定)?[,:]?|类(?:期货)?公司(?:应|须|必须|不得)",
        subject.folded[claim.start : claim.end],
    )
    if (
        claim.house
        or not says
        or not re.search(r"应|须|必须|不得|要求|规定|禁止|至少|不", subject.said + subject.whole)
    ):
        if claim.guideline and claim.attributed and not claim.house:
            return Judged((), (not_checked("没有找到说的是哪一条", "it is unclear which clause is meant"),))
        return None
    return Judged(
        (),
        (
            Finding(
                Aspect.NUMBER,
                Ruling.NO_SUCH_CLAUSE,
                Message("指引中没有找到这样的要求", "no such demand was found in the guideline"),
                subject.said.strip()[:60],
            ),
        ),
    )
