"""Checks a whole text: claims found, each judged, what is the document's own numbering told apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from zhiyin.citing.claims import Claim, read_claims
from zhiyin.citing.division import divide
from zhiyin.citing.english import in_chinese
from zhiyin.citing.folding import Folded, fold
from zhiyin.citing.judging import judge_claim
from zhiyin.citing.law import Law
from zhiyin.citing.matching import Search, best_matches, fit
from zhiyin.citing.parts import Part
from zhiyin.citing.statement import FAULTS, Aspect, Checked, Cited, Finding, Ruling, Statement
from zhiyin.citing.subject import Judged
from zhiyin.citing.tables import table_cells
from zhiyin.citing.words import features
from zhiyin.errors import BadRequest, Message, TooLarge

MAX_CHARACTERS: Final = 150_000
_ORDER: Final = (
    Ruling.NO_SUCH_CLAUSE,
    Ruling.WRONG_TIER,
    Ruling.FIGURE_DIFFERS,
    Ruling.SAYS_OTHERWISE,
)


def check_text(text: str, law: Law, search: Search) -> Checked:
    """Return every statement that ``text`` makes about the guideline, judged; BadRequest for an empty or huge text."""
    if not text.strip():
        raise BadRequest("没有可核验的文字", "there is no text to check")
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(
            f"文字超过 {MAX_CHARACTERS:,} 个字符，请分成几份",
            f"the text exceeds {MAX_CHARACTERS:,} characters: split it",
        )
    folded, english = in_chinese(fold(text), law.glossary)
    found = read_claims(
        folded.text, law.clauses, law.headings, law.highest, lambda word, part: _printed(law, word, part)
    )
    found = [replace(c, english=any(a <= c.start < b for a, b in english)) for c in found] if english else found
    claims = [part for claim in found for part in divide(claim, folded.text, law)]
    outline = _own_outline(claims, folded.text, law)
    statements = []
    for claim in claims:
        judged = (
            Judged(
                (),
                (
                    Finding(
                        Aspect.NUMBER,
                        Ruling.NOT_CHECKED,
                        Message("像是本文件自己的编号", "looks like this document's own numbering"),
                    ),
                ),
            )
            if id(claim) in outline
            else judge_claim(claim, folded.text, law, search)
        )
        if judged is not None:
            statements.append(_statement(text, folded, claim, judged))
    spans = [(claim.start, claim.end) for claim in claims]
    for cell in table_cells(folded.text, law):
        if not any(a < cell.end and cell.start < b for a, b in spans):
            statements.append(_told(text, folded, (cell.start, cell.end), (), frozenset({cell.tier}), cell.judged))
    statements.sort(key=lambda statement: statement.start)
    counts = Counter(statement.ruling for statement in statements)
    return Checked(text, tuple(statements), dict(counts))


def _printed(law: Law, word: str, part: str) -> bool:
    """Say whether ``word`` of ``part`` is a word of the clause that ``part`` repeats."""
    found = best_matches(law, part, (), 1)
    return bool(found) and found[0].said >= 0.7 and word.strip() in law.clauses[found[0].number].folded


def _own_outline(claims: Sequence[Claim], folded: str, law: Law) -> set[int]:
    """Return the claims whose number only opens a line of the document's own outline."""
    heads = [
        c for c in claims
        if len(c.references) == 1 and c.references[0].heads_line and not c.guideline and c.references[0].document is None
        and re.fullmatch(r"[\s#*\-|]*", folded[c.start : c.references[0].start])
    ]  # fmt: skip
    if len(heads) < 3:
        return set()
    strange = []
    for claim in heads:
        number = (claim.references[0].numbers + claim.references[0].missing)[0]
        clause = law.clauses.get(number)
        words = features(law.lexicon.words(claim.text(folded, Part.RULE, Part.FACT)))
        if clause is None or not words or fit(law, words, clause).said < 0.3:
            strange.append(claim)
    return {id(c) for c in strange} if len(strange) * 2 > len(heads) else set()


def _statement(text: str, folded: Folded, claim: Claim, judged: Judged) -> Statement:
    cites = tuple(n for r in claim.references for n in (*r.numbers, *r.missing))
    return _told(text, folded, (claim.start, claim.end), cites, claim.tiers, judged)


def _told(
    text: str, folded: Folded, span: tuple[int, int], cites: tuple[str, ...], tiers: frozenset[int], judged: Judged
) -> Statement:
    start, end = folded.span(*span)
    findings = judged.findings
    ruling = next((r for r in _ORDER if any(f.ruling is r for f in findings)), None)
    if ruling is None:
        ruling = Ruling.HOLDS if any(f.ruling is Ruling.HOLDS for f in findings) else Ruling.NOT_CHECKED
    telling = [f for f in findings if f.ruling is ruling]
    reason = Message("；".join(f.message.zh for f in telling), "; ".join(f.message.en for f in telling))
    clauses = tuple(Cited(c.number, c.obligation, c.mark, c.text) for c in judged.clauses)
    if ruling in FAULTS and not clauses:
        clauses = ()
    return Statement(
        start, end, text[start:end].strip(), cites, tuple(sorted(tiers)), ruling, reason, findings, clauses,
        judged.suggestion,
    )  # fmt: skip
