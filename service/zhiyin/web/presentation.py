"""What templates share: text with its concepts linked, word-level differences, labels of the guideline's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Flask, current_app, request
from markupsafe import Markup, escape

from zhiyin.catalogue import Catalogue, ClauseView
from zhiyin.difference import is_whole, readable_difference
from zhiyin.errors import Message
from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
from zhiyin.law.shapes import Shape
from zhiyin.model import CHANGE_LABELS, NUMERALS, Change, tier_name
from zhiyin.validation.policy import STATUS_LABELS, TierStatus
from zhiyin.web.editions import chosen
from zhiyin.web.language import current, say, told
from zhiyin.web.term_address import term_address

CHANGE_WORDS: Mapping[Change, Message] = {
    change: Message(label, english)
    for (change, label), english in zip(
        CHANGE_LABELS.items(), ("unchanged", "reworded", "promoted", "strengthened", "introduced"), strict=True
    )
}
MARK_WORDS: Mapping[str, Message] = {
    "必须": Message("不符合即未达到该类别", "a violation means the tier is not met"),
    "可选": Message(
        "不影响是否达到该类别；在更高类别中自动成为必须（1.2）",
        "never decides; mandatory in higher tiers (1.2)",
    ),
    "新增": Message("在前面一类要求中没有出现（1.2）", "did not appear in the tier before (1.2)"),
    "延续": Message("在前面一类要求中已经出现（1.2）", "appeared in the tier before (1.2)"),
}
_CHINESE = re.compile(r"[\u3400-\u9fff](?:[\u3400-\u9fff\u3000-\u303f\uff00-\uffef0-9]*[\u3400-\u9fff])?")
_PLACE = re.compile(r"\{[?$](\w+)\}")
_ENGLISH = {"必须": "mandatory", "可选": "optional", "新增": "new", "延续": "continued"}


def guideline_word(word: str) -> str:
    """Return one of the guideline's four words, in English under an English page."""
    return say(str(word), _ENGLISH.get(str(word), str(word)))


def linked(catalogue: Catalogue, clause: ClauseView) -> Markup:
    """Return the clause's text with its concepts linked; where labels overlap the longest wins."""
    # An app serves the catalogue of each edition for its whole life: each text is linked once.
    kept: dict[tuple[int, str], Markup] = current_app.extensions.setdefault("zhiyin.linked", {})
    key = (id(catalogue), clause.number)
    if key not in kept:
        kept[key] = _linked(catalogue, clause)
    return kept[key]


def _linked(catalogue: Catalogue, clause: ClauseView) -> Markup:
    places: list[tuple[int, int, str]] = []
    for reference in clause.concepts:
        concept = catalogue.concepts[reference.id]
        for label in (concept.label.zh, *concept.alternatives):
            start = clause.text.find(label)
            while start >= 0 and len(label) > 1:
                places.append((start, start + len(label), reference.id))
                start = clause.text.find(label, start + 1)
    chosen: list[tuple[int, int, str]] = []
    for start, end, concept_id in sorted(places, key=lambda p: (p[0] - p[1], p[0], p[2])):
        if all(end <= s or start >= e for s, e, _ in chosen):
            chosen.append((start, end, concept_id))
    pieces: list[Markup] = []
    at = 0
    for start, end, concept_id in sorted(chosen):
        pieces.append(escape(clause.text[at:start]))
        pieces.append(Markup('<a class="term" href="/concepts/{}">{}</a>').format(concept_id, clause.text[start:end]))
        at = end
    pieces.append(escape(clause.text[at:]))
    return Markup("").join(pieces)


def difference(before: str, after: str) -> Markup:
    """Return ``after`` with what was deleted and inserted since ``before`` marked, or the two under each other."""
    pieces = readable_difference(before, after)
    if is_whole(pieces):
        whole = Markup('<span class="whole"><b lang="{}">{}</b> <{tag}>{}</{tag}></span>')
        lang = say("zh-CN", "en")
        return Markup(" ").join(
            whole.format(lang, word, piece.text, tag=tag)
            for piece, word, tag in zip(pieces, (say("前", "before"), say("后", "after")), ("del", "ins"), strict=True)
        )
    tags = {"keep": Markup("{}"), "delete": Markup("<del>{}</del>"), "insert": Markup("<ins>{}</ins>")}
    return Markup("").join(tags[piece.kind].format(piece.text) for piece in pieces)


def mixed(text: str | None) -> Markup:
    """Return the text, on an English page with its Chinese marked as such, so that it is read out and set rightly."""
    if text is None or current() != "en":
        return escape(text or "")
    pieces: list[Markup] = []
    at = 0
    for found in _CHINESE.finditer(text):
        pieces += [escape(text[at : found.start()]), Markup('<span lang="zh-CN">{}</span>').format(found[0])]
        at = found.end()
    return Markup("").join([*pieces, escape(text[at:])])


def address(path: str, **changes: str | int | None) -> str:
    """Return ``path`` with the request's query, ``changes`` made: ``None`` takes a parameter out."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changes and k != "lang"]
    kept += [(k, str(v)) for k, v in changes.items() if v is not None]
    return f"{path}?{urlencode(kept)}" if kept else path


def other_language() -> str:
    """Return the address of this page in the other language."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', 'zh' if current() == 'en' else 'en')])}"


def tier_word(tier: int) -> str:
    """Return 一类 …, or tier 1 …, in the language of the page."""
    return say(tier_name(tier), f"tier {tier}")


def shade(count: int, most: int) -> int:
    """Return the step 0 to 5 of the heat map for ``count``."""
    return 0 if count == 0 or most == 0 else 1 + min(4, (5 * count - 1) // most)


def change_word(change: Change | str | None) -> str:
    """Return the word for a change."""
    return "" if not change else CHANGE_WORDS[Change(str(change))].in_language(current())


def outcome_word(outcome: Outcome | str) -> str:
    """Return one of the five outcomes in the page's language."""
    return say(OUTCOME_LABELS[Outcome(str(outcome))], str(outcome).replace("-", " "))


def status_word(status: TierStatus) -> str:
    """Return met, not met or undetermined in the page's language."""
    return say(STATUS_LABELS[status], str(status))


def remedy_words(shape: Shape) -> str:
    """Return what a shape says to do, with the figures it knows; what only a finding knows stands as an ellipsis."""
    return "" if shape.remedy is None else _PLACE.sub(lambda m: shape.parameters.get(m[1], "…"), told(shape.remedy))


def count_words(counts: Mapping[Change, int]) -> Sequence[tuple[Change, str, int]]:
    """Return each change with its word and count, strongest first."""
    return [(change, change_word(change), counts.get(change, 0)) for change in reversed(Change)]


def register(app: Flask) -> None:
    """Give templates these functions."""
    app.jinja_env.globals.update(
        linked=linked,
        difference=difference,
        mixed=mixed,
        term_address=lambda iri: term_address(chosen().rules.vocabulary.terms[iri]),
        address=address,
        other_language=other_language,
        tier_name=tier_word,
        numerals=NUMERALS,
        number_words=("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"),
        shade=shade,
        change_word=change_word,
        count_words=count_words,
        guideline_word=guideline_word,
        mark_words=MARK_WORDS,
        outcome_word=outcome_word,
        status_word=status_word,
        remedy_words=remedy_words,
        outcomes=tuple(Outcome),
        tier_zh=tier_name,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
