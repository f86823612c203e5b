"""Judges a claim: which clause it speaks of, and whether number, tier, obligation, mark, figures and words are so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from zhiyin.citing.claims import Claim, Part
from zhiyin.citing.counts import count_findings
from zhiyin.citing.figures import compare_figure, is_met
from zhiyin.citing.law import Clause, Law
from zhiyin.citing.marks import mark_findings, obligation_findings
from zhiyin.citing.matching import Match, Search, best_matches, fit
from zhiyin.citing.quantity import Quantity, read_quantities
from zhiyin.citing.quotes import quote_findings
from zhiyin.citing.statement import Aspect, Finding, Ruling
from zhiyin.citing.tiers import is_move
from zhiyin.citing.wording import altered, exchanged, turned_round, without_figures
from zhiyin.citing.words import features
from zhiyin.errors import Message
from zhiyin.model import TIER_NAMES

_FOUND: Final = 0.42
"""From this share of a claim's words in a clause on, the claim is about the clause."""
_AKIN: Final = 0.16
"""Below this share, and where search does not name the clause either, the words are not about it."""
_CLEARLY: Final = 0.6
_EMPTY_DIMENSIONS: Final = frozenset({"n", "times", "cny", "td", "every-td"})
_TOPIC: Final = re.compile(r"应急|灾难|交易|机房|网络|系统|数据|人员")


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a claim: the clauses it is about, the findings, and another clause that says it, if any."""

    clauses: tuple[Clause, ...]
    findings: tuple[Finding, ...]
    suggestion: tuple[str, ...] = ()


def judge_claim(claim: Claim, folded: str, law: Law, search: Search) -> Judged | None:
    """Return the judgement on ``claim``; ``None`` where it turns out to say nothing about the guideline."""
    return _Judge(claim, folded, law, search).judged()


class _Judge:
    def __init__(self, claim: Claim, folded: str, law: Law, search: Search) -> None:
        self._claim = claim
        self._folded = folded
        self._law = law
        self._search = search
        self._masked = claim.masked(folded, Part.RULE)
        """The rules that the claim states, place for place; what is no rule is blank."""
        self._whole = claim.masked(folded, Part.RULE, Part.FACT, Part.FRAME)
        self._said = _without_frame(self._masked)
        self._words = features(law.lexicon.words(self._said))

    def judged(self) -> Judged | None:
        claim = self._claim
        foreign = [r for r in claim.references if r.document is not None]
        if foreign and len(foreign) == len(claim.references):
            return Judged((), (_not_checked(
                f"属于《{foreign[0].document}》，不是本指引", f"belongs to {foreign[0].document}, not to this guideline"),))  # fmt: skip
        counted = count_findings(self._law, self._folded[claim.start : claim.end], claim.tiers)
        if not claim.references and counted:
            return Judged((), tuple(counted))
        judged = self._cited() if claim.references else self._uncited()
        if judged is None:
            return Judged((), tuple(counted)) if counted else None
        return replace(judged, findings=judged.findings + tuple(counted)) if counted else judged

    def _cited(self) -> Judged:
        claim, law = self._claim, self._law
        references = [r for r in claim.references if r.document is None]
        missing = [n for r in references for n in r.missing]
        numbers = [n for r in references for n in r.numbers]
        findings: list[Finding] = []
        if missing:
            near = self._elsewhere(())
            findings += [self._missing(n) for n in missing]
            if not numbers:
                return Judged((), tuple(findings), near)
        clauses = [law.clauses[n] for n in numbers if n in law.clauses]
        sections = [n for n in numbers if n not in law.clauses]
        if not clauses:
            return self._of_section(sections, findings)
        findings += self._tier_findings(clauses, numbers)
        about, strayed, suggestion = self._about(clauses)
        findings += strayed
        if any(f.ruling is Ruling.SAYS_OTHERWISE for f in strayed):
            return Judged(tuple(clauses[:6]), tuple(findings), suggestion)
        if len(clauses) == 1 and clauses[0].tier is not None and not findings and len(claim.mentions) < 2:
            members = {t: law.clauses[n] for t, n in law.families[clauses[0].family].items()}
            other = self._of_other_tier(members, frozenset({clauses[0].tier}))
            if other is not None:
                findings.append(
                    _otherwise(
                        Aspect.TIER,
                        f"{clauses[0].number} 没有这个要求，{TIER_NAMES[other.tier or 0]}的 {other.number} 才有",
                        f"{clauses[0].number} does not say so, {other.number} does",
                    )
                )
                suggestion = (other.number,)
        findings += self._content(about, clauses)
        if not findings:
            findings.append(
                Finding(
                    Aspect.NUMBER,
                    Ruling.HOLDS,
                    Message("条款存在；没有说到条款的内容", "the clause exists; nothing is said of what it demands"),
                )
                if not self._words
                else Finding(Aspect.WORDS, Ruling.HOLDS, Message("与条款原文相符", "as the clause says"))
            )
        return Judged(tuple(about[:6]), tuple(findings), suggestion)

    def _of_section(self, sections: list[str], findings: list[Finding]) -> Judged:
        law = self._law
        within = [law.clauses[n] for section in sections for n in law.within(section)]
        findings += self._tier_findings(within[:1], sections)
        title = "、".join(f"{n} {law.headings.get(n, '')}" for n in sections)
        if not self._words or not within:
            findings.append(
                Finding(Aspect.NUMBER, Ruling.HOLDS, Message(f"有这一节：{title}", f"there is this section: {title}"))
            )
            return Judged((), tuple(findings))
        ranked = sorted((fit(law, self._words, c) for c in within), key=lambda m: -m.score)
        if features(law.lexicon.words(title)) >= self._words or ranked[0].said < _FOUND:
            near = self._elsewhere(())
            if (
                near
                and near[0] not in {c.number for c in within}
                and ranked[0].said < _AKIN
                and law.clauses[near[0]].tier
            ):
                findings.append(
                    _otherwise(Aspect.NUMBER, f"{title}中没有这样的内容", f"nothing of the kind in {title}")
                )
                return Judged((), tuple(findings), near)
            if not findings:
                findings.append(
                    _not_checked(
                        f"{title}有多条，未能确定是哪一条", f"{title} has several clauses; which is meant is unclear"
                    )
                )
            return Judged((), tuple(findings), tuple(m.number for m in ranked[:2] if m.said > _AKIN))
        clause = law.clauses[ranked[0].number]
        findings += self._content([clause], [clause])
        if not findings:
            findings.append(
                Finding(Aspect.WORDS, Ruling.HOLDS, Message(f"与 {clause.number} 相符", f"as {clause.number} says"))
            )
        return Judged((clause,), tuple(findings))

    def _missing(self, number: str) -> Finding:
        law = self._law
        stem = number.rpartition(".")[0]
        if number.count(".") == 0:
            return Finding(
                Aspect.NUMBER, Ruling.NO_SUCH_CLAUSE,
                Message(f"本指引不以“第{number}条”编号，条款号形如 4.3.3.1", f"the guideline has no article {number}; its numbers look like 4.3.3.1"), number,
            )  # fmt: skip
        members = law.within(stem)
        hint = (
            f"；{stem} {law.headings.get(stem, '')}只到 {members[-1]}"
            if members and stem in law.headings
            else "；各类要求在第 2 至 5 章，每章 8 节"
        )
        hint_en = (
            f"; {stem} ends with {members[-1]}"
            if members and stem in law.headings
            else "; the tiers' demands stand in chapters 2 to 5, 8 sections each"
        )
        return Finding(
            Aspect.NUMBER,
            Ruling.NO_SUCH_CLAUSE,
            Message(f"指引没有 {number}{hint}", f"the guideline has no {number}{hint_en}"),
            number,
        )

    def _tier_findings(self, clauses: Sequence[Clause], numbers: list[str]) -> list[Finding]:
        claim = self._claim
        for mention in claim.mentions:
            if mention.unknown:
                said = self._folded[mention.start : mention.end]
                return [
                    Finding(
                        Aspect.TIER, Ruling.WRONG_TIER, Message("指引只有一类至四类", "there are four tiers only"), said
                    )
                ]
        tiers = {c.tier for c in clauses if c.tier is not None}
        if not claim.tiers or not tiers or tiers & claim.tiers:
            return []
        if any(m.beside for m in claim.mentions) and is_move(self._folded[claim.start : claim.end]):
            return []
        named = "、".join(TIER_NAMES[t] for t in sorted(claim.tiers))
        truly = "、".join(TIER_NAMES[t] for t in sorted(tiers))
        twin = tuple(
            self._law.families[c.family][t]
            for c in clauses[:1]
            if c.family
            for t in sorted(claim.tiers)
            if t in self._law.families[c.family]
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

    def _about(self, clauses: list[Clause]) -> tuple[list[Clause], list[Finding], tuple[str, ...]]:
        """Return which of the cited clauses the words are about, or that they are about none of them."""
        law = self._law
        if not self._words or law.weight(self._words) < 6:
            return clauses, [], ()
        fits = {c.number: fit(law, self._words, c) for c in clauses}
        said = law.weight(self._words & frozenset().union(*(c.features for c in clauses))) / law.weight(self._words)
        hinted = max(m.hinted for m in fits.values())
        own = max(fits.values(), key=lambda m: m.score)
        tiers = frozenset(c.tier for c in clauses if c.tier is not None)
        families = {c.family or c.number for c in clauses}
        others = [
            m
            for m in best_matches(law, self._said, tiers)
            if (law.clauses[m.number].family or m.number) not in families
        ]
        best = others[0] if others else None
        if best is not None and _fits_better(best, own, said):
            return clauses, [self._strayed(clauses, best.number)], (best.number,)
        if max(said, hinted) < 0.3 and len(self._said.strip()) >= 6:
            found = self._search(self._said.strip(), tiers)
            place = next((i for i, n in enumerate(found[:8]) if (law.clauses[n].family or n) in families), None)
            if place is None and said < _AKIN and (not self._claim.company or hinted < 0.1):
                other = found[0] if found and best is not None and best.said > said else None
                return clauses, [self._strayed(clauses, other)], (other,) if other else ()
        ranked = sorted(clauses, key=lambda c: -fits[c.number].score)
        return ranked, [], ()

    def _strayed(self, clauses: list[Clause], other: str | None) -> Finding:
        numbers = "、".join(c.number for c in clauses[:3])
        hint = f"；说的是 {other}" if other else ""
        hint_en = f"; {other} says so" if other else ""
        return _otherwise(
            Aspect.NUMBER, f"{numbers} 说的不是这件事{hint}", f"{numbers} is about something else{hint_en}"
        )

    def _elsewhere(self, tiers: tuple[int, ...]) -> tuple[str, ...]:
        found = best_matches(self._law, self._said, tiers or self._claim.tiers)
        return tuple(m.number for m in found[:2] if m.said >= _FOUND)

    def _content(self, about: list[Clause], cited: list[Clause]) -> list[Finding]:
        """Return what differs between the claim and the clauses it is about."""
        law = self._law
        findings: list[Finding] = []
        quoted, blanked = quote_findings(self._masked, about, cited)
        findings += quoted
        findings += self._figures(cited)
        findings += obligation_findings(law, self._masked, self._claim, cited)
        findings += mark_findings(law, self._whole, self._claim, cited)
        findings += self._wording(about, blanked)
        return findings

    def _scope(self, clauses: list[Clause], at: int) -> list[Clause]:
        """Return the clauses at a figure's place: of the tier named just before it, where that is another tier."""
        start = self._claim.start
        before = [m for m in self._claim.mentions if m.end - start <= at and not m.unknown]
        after = [m for m in self._claim.mentions if m.start - start >= at and not m.unknown]
        behind = [
            m
            for m in after
            if re.fullmatch(r"[^,。;(]{0,8}\(\s*", self._folded[start + at : m.start])
            and self._folded[m.end : m.end + 1] == ")"
        ]
        tiers = behind[0].tiers if behind else before[-1].tiers if before else frozenset()
        if not tiers:
            return clauses
        found = []
        for clause in clauses:
            members = self._law.families.get(clause.family, {})
            found += [self._law.clauses[members[t]] for t in sorted(tiers) if t in members]
        return found or clauses

    def _figures(self, clauses: list[Clause]) -> list[Finding]:
        text = self._masked
        findings: list[Finding] = []
        figures = read_quantities(_blank_comparisons(text))
        moves = is_move(self._whole)
        for figure in figures:
            if figure.dimension in ("times", "cny", "td"):
                continue
            scope = self._scope(clauses, figure.start)
            several = (
                frozenset().union(*(m.tiers for m in self._claim.mentions)) if self._claim.mentions else frozenset()
            )
            if moves or (len(several) > 1 and len(scope) > 1 and not self._each_tier(figure)):
                scope = [
                    self._law.clauses[n]
                    for c in clauses
                    for n in self._law.families.get(c.family, {0: c.number}).values()
                ]
            differing = compare_figure(text, figure, scope)
            if differing is None and len(scope) > 1 and self._each_tier(figure):
                family = {c.family for c in scope}
                if len(family) == 1:
                    for clause in scope:
                        differing = differing or compare_figure(text, figure, [clause])
            if differing is None:
                continue
            if differing.stands is None and not self._counts(figure, scope):
                continue
            if (
                differing.stands is not None
                and not differing.comparator_only
                and self._is_stricter(figure, differing.stands)
            ):
                continue
            stands = differing.stands
            if stands is None:
                periodic = any("定期" in c.folded for c in scope) and figure.dimension.startswith("every-")
                message = (
                    Message("原文只写“定期”，没有给出间隔", "the text says 定期 and gives no interval")
                    if periodic
                    else Message(
                        f"条款中没有“{figure.written}”这个数字", f"the clause has no figure '{figure.written}'"
                    )
                )
                findings.append(
                    Finding(Aspect.FIGURE, Ruling.FIGURE_DIFFERS, message, text[figure.start : figure.end].strip())
                )
                continue
            shown = _shown(scope, stands)
            said = text[figure.start : figure.end].strip()
            message = (
                Message(
                    f"比较不同：说“{said}”，原文“{shown}”", f"the comparison differs: '{said}', the text has '{shown}'"
                )
                if differing.comparator_only
                else Message(
                    f"数字不同：说“{said}”，原文“{shown}”", f"the figure differs: '{said}', the text has '{shown}'"
                )
            )
            findings.append(Finding(Aspect.FIGURE, Ruling.FIGURE_DIFFERS, message, said, shown))
        findings += self._own_figures(clauses)
        return findings

    def _is_stricter(self, figure: Quantity, stands: Quantity) -> bool:
        """Say whether a company binds itself to more than the clause demands."""
        same = figure.dimension == stands.dimension and figure.comparator not in ("le", "lt", "down")
        return self._claim.company and same and is_met(figure, stands)

    def _each_tier(self, figure: Quantity) -> bool:
        start = self._claim.start
        before = [m for m in self._claim.mentions if m.end - start <= figure.start and not m.beside]
        return bool(before) and len(before[-1].tiers) > 1

    def _counts(self, figure: Quantity, scope: list[Clause]) -> bool:
        """Say whether a figure that no clause gives is one that a clause would have to give."""
        if figure.dimension in _EMPTY_DIMENSIONS:
            return (
                figure.dimension == "n"
                and figure.comparator in ("ge", "up", "le")
                and not any(c.implied for c in scope)
            )
        if figure.dimension == "p" and figure.comparator == "" and re.search(r"[一1]人", figure.written):
            return False
        return not (figure.dimension == "x" or (figure.dimension == "every-mo" and "年度" in figure.written))

    def _own_figures(self, clauses: list[Clause]) -> list[Finding]:
        """Return where a company's own figure is said to meet a demand that it does not meet."""
        facts = self._claim.masked(self._folded, Part.FACT)
        whole = self._whole
        if not facts.strip() or not re.search(r"(?<!不)(?<!未能)(?<!未)(?:符合|满足|达到了?|优于|高于)", whole):
            return []
        if re.search(r"不符合|不满足|未达|低于|未满足|不达标|不足|整改|差距", whole):
            return []
        findings = []
        for figure in read_quantities(facts):
            for clause in clauses[:1]:
                from zhiyin.citing.figures import anchors

                same = [q for q in clause.figures if q.dimension == figure.dimension]
                if len(same) > 1:
                    mine = anchors(facts, figure)
                    same = [q for q in same if mine and anchors(clause.folded, q) & mine] or []
                if same and not any(is_met(figure, q) for q in same):
                    shown = _shown([clause], same[0])
                    findings.append(
                        Finding(
                            Aspect.FIGURE, Ruling.FIGURE_DIFFERS,
                            Message(f"“{figure.written}”并不满足原文“{shown}”", f"'{figure.written}' does not meet '{shown}'"),
                            figure.written, shown,
                        )
                    )  # fmt: skip
        return findings

    def _wording(self, about: list[Clause], said: str) -> list[Finding]:
        law = self._law
        findings: list[Finding] = []
        if not said.strip():
            return []
        breach = re.search(r"不符合|不满足|违反|未达到|低于.{0,10}要求|未落实|未按", self._whole)
        for text in self._parts(said):
            words = features(law.lexicon.words(text))
            if not words:
                continue
            clause = max(about, key=lambda c: fit(law, words, c).score)
            scope = [clause]
            if is_move(self._whole) or len(self._claim.tiers) > 1:
                scope = [law.clauses[n] for n in law.families.get(clause.family, {0: clause.number}).values()]
            best: list[Finding] | None = None
            for candidate in scope:
                here = self._differences(text, candidate, bool(breach))
                if best is None or len(here) < len(best):
                    best = here
            findings += best or []
        return findings

    def _parts(self, said: str) -> list[str]:
        """Return the text whole where it is about one clause; facts are blank in it already."""
        return [said]

    def _differences(self, text: str, clause: Clause, breach: bool) -> list[Finding]:
        law = self._law
        plain = without_figures(_without_frame(text))
        findings = []
        for change in exchanged(law, plain, clause):
            findings.append(
                _otherwise(
                    Aspect.WORDS,
                    f"说“{change.said.strip()}”，原文“{change.stands.strip()}”",
                    f"says '{change.said.strip()}', the text has '{change.stands.strip()}'",
                    change.said.strip(),
                    change.stands.strip(),
                )
            )
        if not breach:
            for change in turned_round(law, plain, clause):
                findings.append(
                    _otherwise(
                        Aspect.WORDS,
                        f"意思相反：说“{change.said.strip()}”，原文“{change.stands.strip()}”",
                        f"the opposite: says '{change.said.strip()}', the text has '{change.stands.strip()}'",
                        change.said.strip(),
                        change.stands.strip(),
                    )
                )
        if not findings:
            for change in altered(law, plain, clause):
                findings.append(
                    _otherwise(
                        Aspect.WORDS,
                        f"说“{change.said.strip()}”，原文“{change.stands.strip()}”",
                        f"says '{change.said.strip()}', the text has '{change.stands.strip()}'",
                        change.said.strip(),
                        change.stands.strip(),
                    )
                )
        return findings

    def _uncited(self) -> Judged | None:
        claim, law = self._claim, self._law
        for mention in claim.mentions:
            if mention.unknown and claim.guideline:
                said = self._folded[mention.start : mention.end]
                return Judged(
                    (),
                    (
                        Finding(
                            Aspect.TIER,
                            Ruling.WRONG_TIER,
                            Message("指引只有一类至四类", "there are four tiers only"),
                            said,
                        ),
                    ),
                )
        if len(self._words) < 4:
            return None
        if claim.follows:
            clauses = [law.clauses[n] for n in claim.follows if n in law.clauses]
            fits = [fit(law, self._words, c) for c in clauses]
            anaphora = re.match(
                r"\W*(?:其|该条|本条|该项|上述|同时|此外|并|另外|此条|条款|备份能力|保存期)", self._said
            )
            if clauses and (max(m.said for m in fits) >= 0.35 or (anaphora and max(m.hinted for m in fits) >= 0.2)):
                findings = self._content(clauses, clauses)
                return Judged(
                    tuple(clauses[:4]),
                    tuple(findings)
                    or (Finding(Aspect.WORDS, Ruling.HOLDS, Message("与条款原文相符", "as the clause says")),),
                )
        lexical = best_matches(law, self._said, (), 12)
        own = [
            m
            for m in lexical
            if law.clauses[m.number].tier is None or not claim.tiers or law.clauses[m.number].tier in claim.tiers
        ]
        best = self._chosen(own, claim.tiers)
        anywhere = self._chosen(lexical, frozenset())
        if best is None and anywhere is None:
            return self._nothing_found()
        if best is None or (anywhere is not None and claim.tiers and self._other_family(best, anywhere)):
            chosen = anywhere
        else:
            chosen = best
        if chosen is None:
            return self._nothing_found()
        return self._of_family(law.clauses[chosen.number])

    def _other_family(self, best: Match, anywhere: Match) -> bool:
        a, b = self._law.clauses[best.number], self._law.clauses[anywhere.number]
        return a.family != b.family and anywhere.said > best.said + 0.2 and anywhere.said >= _CLEARLY

    def _chosen(self, matches: list[Match], tiers: frozenset[int]) -> Match | None:
        if matches and matches[0].said >= _FOUND:
            return matches[0]
        found = self._search(self._said.strip()[:300], tiers) if len(self._said.strip()) >= 4 else []
        for number in found[:3]:
            match = fit(self._law, self._words, self._law.clauses[number])
            strange = self._law.weight(w for w in self._words if w not in self._law.weights) / self._law.weight(
                self._words
            )
            if (match.said >= 0.3 or match.hinted >= 0.45) and (strange < 0.4 or match.hinted >= 0.6):
                return match
        return None

    def _of_family(self, clause: Clause) -> Judged | None:
        claim, law = self._claim, self._law
        if clause.tier is None:
            findings = self._content([clause], [clause])
            return Judged(
                (clause,),
                tuple(findings)
                or (
                    Finding(
                        Aspect.WORDS, Ruling.HOLDS, Message(f"与 {clause.number} 相符", f"as {clause.number} says")
                    ),
                ),
            )
        members = {t: law.clauses[n] for t, n in law.families[clause.family].items()}
        wanted = sorted(claim.tiers) or sorted(members)
        since = next((m for m in claim.mentions if m.since and len(m.tiers) == 1), None)
        lacking = [t for t in claim.tiers if t not in members]
        if lacking and not is_move(self._whole):
            if re.search(r"无需|不要求|没有要求|未要求|不必|没有|未作|无须|不适用|不涉及", self._said):
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
            named = "、".join(TIER_NAMES[t] for t in sorted(lacking))
            first = min(members)
            return Judged(
                (members[first],),
                (Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"{named}没有这条要求，{TIER_NAMES[first]}起才有（{members[first].number}）", f"tier {', '.join(map(str, sorted(lacking)))} has no such demand; it begins with tier {first} ({members[first].number})"), named, TIER_NAMES[first]),),
                (members[first].number,),
            )  # fmt: skip
        if since is not None and not is_move(self._whole):
            level = next(iter(since.tiers))
            below = members.get(level - 1)
            at = members.get(level)
            if (
                below is not None
                and at is not None
                and at.change in ("same", "reworded")
                and re.search(r"(?:自|从).{0,3}类|类(?:公司)?(?:起|开始|才)", self._folded[claim.start : claim.end])
            ):
                first = min(members)
                return Judged((members[first],), (Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"{TIER_NAMES[first]}就有这条要求（{members[first].number}）", f"tier {first} has this demand already ({members[first].number})"), TIER_NAMES[level], TIER_NAMES[first]),), (members[first].number,))  # fmt: skip
        other = self._of_other_tier(members, frozenset(wanted)) if claim.tiers else None
        if other is not None:
            named = "、".join(TIER_NAMES[t] for t in sorted(claim.tiers))
            return Judged(tuple(members[t] for t in wanted), (Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"{named}没有这个要求，{TIER_NAMES[other.tier or 0]}才有（{other.number}）", f"tier {other.tier} demands this ({other.number})"), named, TIER_NAMES[other.tier or 0]),), (other.number,))  # fmt: skip
        results = {t: self._content([members[t]], [members[t]]) for t in wanted if t in members}
        faults = {t: [f for f in found if f.ruling in _FAULTY] for t, found in results.items()}
        clean = [t for t in results if not faults[t]]
        if not claim.tiers:
            if clean:
                note = (
                    ""
                    if len(clean) == len(members) and len(members) == 4
                    else f"（{'、'.join(TIER_NAMES[t] for t in clean)}）"
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
            least = min(results, key=lambda t: (len(faults[t]), -t))
            return Judged((members[least],), tuple(results[least]))
        wrong = [t for t in results if faults[t]]
        if not wrong:
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
            t
            for t in members
            if t not in claim.tiers
            and not [f for f in self._content([members[t]], [members[t]]) if f.ruling in _FAULTY]
        ]
        findings = [f for t in wrong[:1] for f in results[t]]
        if others and len(claim.mentions) <= 1:
            truly = "、".join(TIER_NAMES[t] for t in others)
            named = "、".join(TIER_NAMES[t] for t in sorted(claim.tiers))
            findings.insert(0, Finding(Aspect.TIER, Ruling.WRONG_TIER, Message(f"这是{truly}的要求（{'、'.join(members[t].number for t in others)}），不是{named}的", f"this is what tier {', '.join(map(str, others))} demands"), named, truly))  # fmt: skip
        return Judged(tuple(members[t] for t in wrong[:2]), tuple(findings), tuple(members[t].number for t in others))

    def _of_other_tier(self, members: Mapping[int, Clause], tiers: frozenset[int]) -> Clause | None:
        """Return the member of another tier that alone has something the claim says."""
        if is_move(self._whole):
            return None
        own = frozenset().union(*(members[t].features for t in tiers if t in members))
        mine = max((fit(self._law, self._words, members[t]).said for t in tiers if t in members), default=0.0)
        for tier, clause in sorted(members.items()):
            extra = self._words & (clause.features - own)
            if (
                tier not in tiers
                and self._law.weight(extra) >= 8
                and fit(self._law, self._words, clause).said >= mine + 0.12
            ):
                return clause
        return None

    def _nothing_found(self) -> Judged | None:
        claim = self._claim
        says = re.search(
            r"指引[》\s]*(?:\([^)]*\))?(?:中|对[^,。;]{0,12}|的|还|也|同时|明确|第)?(?:要求|规定|明确|指出|提出|强调)|(?:根据|按照|依据|依照|按|依)[^,。;]{0,20}指引[》\s]*(?:\([^)]*\))?(?:的)?(?:要求|规定|相关规定|有关规定)?[,:]?|类(?:期货)?公司(?:应|须|必须|不得)",
            self._folded[claim.start : claim.end],
        )
        if (
            claim.house
            or not says
            or not re.search(r"应|须|必须|不得|要求|规定|禁止|至少|不", self._said + self._whole)
        ):
            if claim.guideline and claim.attributed and not claim.house:
                return Judged((), (_not_checked("没有找到说的是哪一条", "it is unclear which clause is meant"),))
            return None
        return Judged(
            (),
            (
                Finding(
                    Aspect.NUMBER,
                    Ruling.NO_SUCH_CLAUSE,
                    Message("指引中没有找到这样的要求", "no such demand was found in the guideline"),
                    self._said.strip()[:60],
                ),
            ),
        )


_FAULTY: Final = frozenset({Ruling.SAYS_OTHERWISE, Ruling.FIGURE_DIFFERS, Ruling.WRONG_TIER, Ruling.NO_SUCH_CLAUSE})


def _fits_better(other: Match, own: Match, said: float) -> bool:
    """Say whether a claim is about another clause than it cites."""
    better = other.said >= 0.5 and other.said > said + 0.18 and other.score > own.score + 0.12
    return better and not (own.said >= 0.5 and other.said < 0.8)


_FRAME: Final = re.compile(
    r"《[^》]*》|(?:根据|依据|依照|按照|遵照|参照|对照|详见|参见|见于|出自|来源于?)|(?:期货公司)?(?:信息技术管理|本|该)?指引|第?\s*条(?:款)?(?=规定|要求|的|,|:|$|\s)|(?:有关|相关|上述)?规定(?=[:,\s]|$)|原文(?:为|是|写道|表述)?|明确要求|(?:均)?(?:不|未)?(?:符合|满足)|违反了?|未达到?|所称|依据为|依据是|对此有|作出了?规定|的规定|的要求|标识为|列为"
)
_TIER_WORDS: Final = re.compile(
    r"(?:对于?|针对|作为|自|从|由)?(?:第)?[一二三四1-4]\s*类(?:别)?(?:期货公司|公司)?(?:及以上|以上|起)?(?:而言|来说)?|与.{1,4}相比|各类(?:别)?公司"
)
_COMPARISON: Final = re.compile(
    r"(?:低于|高于|优于|未达到|不满足|不符合|满足|符合|达到|超过)(?=(?:了)?(?:指引|《|该|上述|要求|规定|第|\s))"
)


def _without_frame(text: str) -> str:
    """Return ``text`` with the words that only cite blanked, place for place."""

    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0])

    return _TIER_WORDS.sub(blank, _FRAME.sub(blank, text))


def _blank_comparisons(text: str) -> str:
    return _COMPARISON.sub(lambda match: " " * len(match[0]), text)


def _shown(clauses: Sequence[Clause], stands: Quantity) -> str:
    for clause in clauses:
        if stands in clause.figures:
            start = max((clause.folded.rfind(mark, 0, stands.start) for mark in ",。;、"), default=-1) + 1
            return clause.folded[max(start, stands.start - 12) : stands.end].strip()
    return stands.written


def _otherwise(aspect: Aspect, zh: str, en: str, said: str = "", stands: str = "") -> Finding:
    return Finding(aspect, Ruling.SAYS_OTHERWISE, Message(zh, en), said, stands)


def _not_checked(zh: str, en: str) -> Finding:
    return Finding(Aspect.NUMBER, Ruling.NOT_CHECKED, Message(zh, en))
