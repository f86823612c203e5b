"""What a verdict says in RDF, in the words of its reader: values, properties, reading rules, places; no IRIs, no slugs."""

from __future__ import annotations

import re

from zhiyin.errors import Message, Place
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.model import tier_name
from zhiyin.validation.judgement import Judgement, Verdict

_SPOKEN = {"true": Message("是", "yes"), "false": Message("否", "no")}
_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


def value_word(value: str, known: Vocabulary) -> str:
    """Return a value as a reader knows it: 是 and 否, and the Chinese name of a term."""
    return value_words(value, known).zh


def value_words(value: str, known: Vocabulary) -> Message:
    """Return a value as readers of either language know it."""
    if value in _SPOKEN:
        return _SPOKEN[value]
    term = known.terms.get(value)
    if term is not None:
        return term.label
    shown = value.rstrip("/").replace("#", "/").rpartition("/")[2] if _is_iri(value) else value
    return Message(shown, shown)


def fact_word(path: str, about: str, known: Vocabulary) -> str:
    """Return what a finding looks at: the practice it is about, else its property, by its Chinese name."""
    for iri in (about, path):
        term = known.terms.get(iri)
        if term is not None:
            return term.label.zh
    return ""


def place_word(place: Place | None) -> str:
    """Return where something stands, for people: sheet and cell, or the line."""
    if place is None:
        return ""
    if place.sheet:
        return f"“{place.sheet}”表" + (f" {place.cell}" if place.cell else "")
    return f"第 {place.line} 行" if place.line else ""


def file_name(judgement: Judgement, ending: str, verdict: Verdict | None = None) -> str:
    """Return a name for a file about the judgement: company, tier and date, then ``ending`` (with its suffix)."""
    chosen = verdict or (judgement.verdicts[0] if judgement.verdicts else None)
    if chosen is None:
        return f"评定结果-{judgement.check_date}{ending}"
    several = f"等{len(judgement.verdicts)}家" if verdict is None and len(judgement.verdicts) > 1 else ""
    company = _UNSAFE.sub("", chosen.name or chosen.credit_code or "公司")[:40] + several
    return f"{company}-{tier_name(chosen.assessed_tier)}-{chosen.day.check}-{ending.lstrip('-')}"


def _is_iri(text: str) -> bool:
    return re.match(r"(https?|urn|_):", text) is not None
