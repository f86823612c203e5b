"""An answer of asking in, what the page shows of it out: the clauses with their words marked, links, menus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup, escape

from zhiyin.asking.answer import OUTCOME_IN_WORDS, Answer
from zhiyin.asking.reading import ASKED_IN_WORDS, Part
from zhiyin.catalogue import Catalogue, Label

_MOST: Final = 6


@dataclass(frozen=True, slots=True)
class CitedClause:
    """A clause under the answer, its text with the words that carry the answer marked."""

    number: str
    obligation: str
    mark: str
    text: Markup


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the page shows of an answer; ``more`` clauses are cited beyond those shown."""

    answer: Answer
    outcome: Label
    asked: str
    parts: tuple[Part, ...]
    cited: tuple[CitedClause, ...]
    more: int
    question_address: str
    query_address: str
    compare_address: str = ""


def answer_view(answer: Answer, catalogue: Catalogue) -> AnswerView | None:
    """Return what to show of ``answer``, or ``None`` where nothing was asked and nothing is answered."""
    if not answer.answered and not answer.question_like:
        return None
    reading = answer.reading
    shown = answer.clauses[:_MOST]
    question = ""
    if answer.answered and reading is not None:
        question = f"/questions/{reading.question}" + (
            f"?{urlencode(reading.parameters)}" if reading.parameters else ""
        )
    return AnswerView(
        answer=answer,
        outcome=Label(*OUTCOME_IN_WORDS[answer.outcome]),
        asked=ASKED_IN_WORDS[reading.asked] if reading else "",
        parts=reading.parts if reading else (),
        cited=tuple(_cited(number, answer, catalogue) for number in shown),
        more=len(answer.clauses) - len(shown),
        question_address=question,
        compare_address=f"/compare?{urlencode({k: reading.parameters[k] for k in ('from', 'to')})}"
        if question and reading and {"from", "to"} <= reading.parameters.keys()
        else "",
        query_address=f"/sparql?{urlencode({'query': answer.sparql})}" if answer.sparql else "",
    )


def _cited(number: str, answer: Answer, catalogue: Catalogue) -> CitedClause:
    clause = catalogue.clauses.get(number)
    text = clause.text if clause else catalogue.items[number].text
    return CitedClause(
        number,
        str(clause.obligation) if clause else "",
        str(clause.mark) if clause else "",
        marked(text, answer.marked.get(number, ())),
    )


def marked(text: str, phrases: tuple[str, ...]) -> Markup:
    """Return ``text`` as HTML with the first place of each phrase marked."""
    spans: list[tuple[int, int]] = []
    for phrase in phrases:
        start = text.lower().find(phrase.lower())
        if phrase and start >= 0 and not any(start < last and first < start + len(phrase) for first, last in spans):
            spans.append((start, start + len(phrase)))
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces += [escape(text[at:start]), Markup("<em>"), escape(text[start:end]), Markup("</em>")]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])
