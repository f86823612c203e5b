"""Compares what stands in quotation marks with the clause, letter for letter but for punctuation and blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from zhiyin.citing.law import Clause
from zhiyin.citing.statement import Aspect, Finding, Ruling
from zhiyin.errors import Message

_QUOTE: Final = re.compile(r"[“「『]([^”」』]{2,400})[”」』]|\"([^\"]{2,400})\"")
_LOOSE: Final = re.compile(r"[\s,。;:、.!?\"“”「」『』()\-\[\]]")
_CUT: Final = re.compile(r"…+|\.{3,}|\[\.\.\.\]")
_SAYS: Final = re.compile(r"(?:原文|规定|要求|明确|表述|写道|载明|指出|为|是|:|说)\s*[:为是]?\s*$")
_MARK_WORDS: Final = frozenset({"必须", "可选", "新增", "延续"})


def quote_findings(said: str, about: Sequence[Clause], cited: Sequence[Clause]) -> tuple[list[Finding], str]:
    """Return what the quotations come to, and the text with literal ones and mere terms blanked."""
    findings: list[Finding] = []
    blanked = said
    pool = list(cited)
    for match in _QUOTE.finditer(said):
        quoted = match[1] or match[2]
        bare = _LOOSE.sub("", quoted)
        if not bare or bare in _MARK_WORDS:
            continue
        if all(_held(part, pool) for part in _CUT.split(quoted)):
            if len(bare) >= 8:
                findings.append(
                    Finding(Aspect.QUOTE, Ruling.HOLDS, Message("引文与原文一致", "the quotation is literal"), quoted)
                )
                blanked = blanked[: match.start()] + " " * len(match[0]) + blanked[match.end() :]
            continue
        closest = max(
            about, key=lambda c: SequenceMatcher(None, _LOOSE.sub("", c.folded), bare, autojunk=False).ratio()
        )
        ratio = _covered(bare, closest)
        if (len(bare) >= 8 and ratio >= 0.45) or (
            len(bare) < 8 and _SAYS.search(said[: match.start()]) and _quotes_text(said, match)
        ):
            findings.append(
                Finding(
                    Aspect.QUOTE, Ruling.SAYS_OTHERWISE,
                    Message(f"引文与 {closest.number} 原文不一致", f"the quotation is not what {closest.number} says"),
                    quoted, closest.text,
                )
            )  # fmt: skip
    return findings, blanked


def _held(part: str, clauses: Sequence[Clause]) -> bool:
    bare = _LOOSE.sub("", part)
    return not bare or any(bare in _LOOSE.sub("", clause.folded) for clause in clauses)


def _covered(bare: str, clause: Clause) -> float:
    blocks = SequenceMatcher(None, _LOOSE.sub("", clause.folded), bare, autojunk=False).get_matching_blocks()
    return sum(b.size for b in blocks if b.size >= 2) / len(bare)


def _quotes_text(said: str, match: re.Match[str]) -> bool:
    return bool(re.search(r"原文|表述|写道|载明", said[: match.start()]))
