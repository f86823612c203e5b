"""What a claim says of the clauses it is about: quotations, figures, obligation, mark and words, each compared."""

from __future__ import annotations

import re
from typing import Final

from zhiyin.citing.alteration import Alteration
from zhiyin.citing.figure_findings import figure_findings
from zhiyin.citing.folding import fold
from zhiyin.citing.law import Clause
from zhiyin.citing.marks import mark_findings, obligation_findings
from zhiyin.citing.matching import fit
from zhiyin.citing.polarity import turned_round
from zhiyin.citing.quantity import read_quantities, without_figures
from zhiyin.citing.quotes import quote_findings
from zhiyin.citing.statement import Aspect, Finding
from zhiyin.citing.subject import FOUND, Subject, otherwise, without_frame
from zhiyin.citing.wording import altered, exchanged, foreign, swapped
from zhiyin.citing.words import features

_EXEMPTS: Final = re.compile(r"不要求|没有要求|未要求|无需|无须|不适用|不必")
_GAP: Final = re.compile(r"\s{2,}")
"""Blanks that a citation left where it was taken out."""


def content_findings(subject: Subject, about: list[Clause], cited: list[Clause]) -> list[Finding]:
    """Return what differs between the claim and the clauses it is about."""
    law = subject.law
    findings: list[Finding] = []
    quoted, blanked = ([], subject.masked) if subject.claim.english else quote_findings(subject.masked, about, cited)
    findings += quoted
    findings += figure_findings(subject, cited)
    findings += obligation_findings(law, subject.masked, subject.claim, cited)
    findings += mark_findings(law, subject.whole, subject.claim, cited)
    findings += wording_findings(subject, about, blanked)
    return findings


def wording_findings(subject: Subject, about: list[Clause], said: str) -> list[Finding]:
    """Return where the words of the claim are not those of the clause that each part is about."""
    law = subject.law
    findings: list[Finding] = []
    if not said.strip():
        return []
    breach = re.search(r"不符合|不满足|违反|未达到|低于.{0,10}要求|未落实|未按", subject.whole)
    for text in _parts(subject, _after_but(subject, said), about):
        words = features(law.lexicon.words(text))
        if not words:
            continue
        clause = max(about, key=lambda c: fit(law, words, c).score)
        scope = [clause]
        if subject.moves or len(subject.claim.tiers) > 1:
            scope = [law.clauses[n] for n in law.families.get(clause.family, {0: clause.number}).values()]
        best: list[Finding] | None = None
        for candidate in scope:
            here = _differences(subject, text, candidate, bool(breach))
            if best is None or len(here) < len(best):
                best = here
        findings += best or []
    return findings


def _after_but(subject: Subject, said: str) -> str:
    """Blank what a sentence says before 但 of something else: 一类不要求发电机，但UPS须满足2.2.2.2."""
    turn = re.search(r"[,;]\s*(?:但|而|不过)", said)
    if turn is None or not subject.claim.references or not _EXEMPTS.search(said[: turn.start()]):
        return said
    cited = subject.claim.references[0].start - subject.claim.start
    return " " * turn.end() + said[turn.end() :] if cited > turn.start() else said


def _parts(subject: Subject, said: str, about: list[Clause]) -> list[str]:
    """Return the text whole where it is about one clause, else what it says of each; facts are blank already."""
    if len(about) < 2:
        return [said]
    found: dict[str, list[str]] = {}
    at = next(iter(c.number for c in about))
    for part in re.split(r"(?<=[,;。:])", said):
        words = features(subject.law.lexicon.words(without_figures(without_frame(part))))
        best = max(about, key=lambda c: fit(subject.law, words, c).score)
        if fit(subject.law, words, best).said >= FOUND:
            at = best.number
        found.setdefault(at, []).append(part)
    return ["".join(parts) for parts in found.values()]


def _foreign(subject: Subject, plain: str, clause: Clause) -> list[Finding]:
    """Return the word of another matter in a claim that cites this clause alone; a company may add what it likes."""
    claim = subject.claim
    cited = [number for reference in claim.references for number in reference.numbers]
    if cited != [clause.number] or claim.company or claim.house or subject.moves or clause.tier is None:
        return []
    return [
        otherwise(
            Aspect.WORDS,
            f"“{change.said.strip()}”不是这一条说的",
            f"'{change.said.strip()}' is not what the clause speaks of",
            change.said.strip(),
        )
        for change in foreign(subject.law, plain, clause)
    ]


def _differences(subject: Subject, text: str, clause: Clause, breach: bool) -> list[Finding]:
    law = subject.law
    plain = re.sub(r"\(\s*\)", lambda m: " " * len(m[0]), without_figures(without_frame(text)))
    findings: list[Finding] = []
    if features(law.lexicon.words(plain)) <= features(law.lexicon.words(fold(clause.title).text)):
        # 2.5.3.1至2.5.3.3是关于机房进出的规定: only what they are about is told.
        return findings
    # Of an English sentence the order of the words says nothing.
    changes = [] if subject.claim.english else [*exchanged(law, plain, clause), *swapped(law, text, clause)]
    for change in changes if not subject.moves else []:
        findings.append(_told(change))
    if not breach:
        figures = {(q.dimension, q.value) for q in read_quantities(text)}
        for change in turned_round(law, plain, clause, figures):
            findings.append(_told(change, opposite=True))
    if not findings and not subject.claim.english:
        for change in altered(law, plain, clause):
            findings.append(_told(change))
    return findings or [] if subject.claim.english else findings or _foreign(subject, plain, clause)


def _told(change: Alteration, *, opposite: bool = False) -> Finding:
    """Return the finding of words that the clause has otherwise; a citation among them shows as a gap."""
    said, stands = _GAP.sub("…", change.said.strip()), change.stands.strip()
    zh, en = f"说“{said}”，原文“{stands}”", f"says '{said}', the text has '{stands}'"
    if opposite:
        zh, en = f"意思相反：{zh}", f"the opposite: {en}"
    return otherwise(Aspect.WORDS, zh, en, said, stands)
