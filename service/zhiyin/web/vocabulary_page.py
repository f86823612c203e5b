"""``/docs/vocabulary``: how to state each fact, a page for each topic and an index; also as JSON, CSV and RDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import partial

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.errors import Message, NotFound
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import ZY, compact
from zhiyin.web.catalogue_api import services
from zhiyin.web.kept import kept_page
from zhiyin.web.language import say
from zhiyin.web.resource import SYNTAXES, data_of, descriptions, elsewhere
from zhiyin.web.statement import example_of, places_of
from zhiyin.web.term_address import term_address, topic_of

vocabulary_page = Blueprint("vocabulary_page", __name__)
_DATATYPES = {
    "boolean": Message("是或否", "yes or no"),
    "integer": Message("整数", "whole number"),
    "decimal": Message("数", "number"),
    "date": Message("日期", "date"),
    "string": Message("文字", "text"),
}
_KIND_WORDS = {
    "class": Message("对象", "thing"),
    "datatype": Message("事实", "fact"),
    "object": Message("关联", "link"),
    "individual": Message("值", "value"),
}
_SUBJECT_WORDS = {
    "Practice": Message("做法", "practice"),
    "ProhibitedPractice": Message("禁止的做法", "prohibited practice"),
    "RecurringTask": Message("定期工作", "recurring task"),
    "RecordKind": Message("记录", "record"),
}
_COLUMNS = ("词条", "名称", "英文", "含义", "单位", "在自述表的哪里", "条款")


@vocabulary_page.get("/docs/vocabulary")
def index() -> BaseResponse:
    """List every term of a self-description under its topic."""
    return data_of("vocabulary", "json", "csv") or kept_page(
        "vocabulary.html",
        lambda: {
            "topics": topics(services().rules),
            "titles": _titles(services().rules.vocabulary),
            "in_all_tiers": partial(in_all_tiers, rules=services().rules),
            "kind_word": _kind_word,
        },
    )


@vocabulary_page.get("/docs/vocabulary/<topic>")
def one_topic(topic: str) -> BaseResponse:
    """Show the terms of one topic: what each means, where the form asks for it, an example."""
    terms = _terms_of(topic)
    offered = {media: f"/docs/vocabulary/{topic}.{suffix}" for suffix, (media, _) in SYNTAXES.items()}
    return elsewhere(offered) or kept_page("topic.html", lambda: _topic(topic, terms))


@vocabulary_page.get("/docs/vocabulary/<topic>.<suffix>")
def topic_data(topic: str, suffix: str) -> BaseResponse:
    """Give the terms of one topic as RDF."""
    return descriptions([term.iri for term in _terms_of(topic)], suffix)


@once
def topics(rules: Rules) -> Mapping[str, tuple[Term, ...]]:
    """Return the terms of each topic, in the order of the guideline's sections."""
    groups: dict[str, list[Term]] = {}
    for term in sorted(rules.vocabulary.terms.values(), key=lambda term: term.source):
        groups.setdefault(topic_of(term), []).append(term)
    return {topic: tuple(terms) for topic, terms in groups.items()}


def _terms_of(topic: str) -> tuple[Term, ...]:
    known = topics(services().rules)
    if topic not in known:
        raise NotFound(f"没有 {request.path}", f"there is nothing at {request.path}")
    return known[topic]


def _topic(topic: str, terms: tuple[Term, ...]) -> dict[str, object]:
    rules = services().rules
    known = rules.vocabulary
    order = list(topics(rules))
    at = order.index(topic)
    return {
        "topic": topic,
        "terms": terms,
        "titles": _titles(known),
        "previous": order[at - 1] if at else None,
        "following": order[at + 1] if at + 1 < len(order) else None,
        "vocabulary": known,
        "example_of": partial(example_of, rules),
        "body_of": lambda iri: example_of(rules, iri).partition("\n\n")[2],
        "places_of": partial(places_of, rules),
        "short": compact,
        "address": lambda iri: term_address(known.terms[iri]),
        "datatype_word": lambda iri: _said(_DATATYPES.get(iri.rpartition("#")[2]), iri),
        "unit_word": lambda iri: _said(known.units.get(iri), iri),
        "kind_word": _kind_word,
        "in_all_tiers": partial(in_all_tiers, rules=rules),
    }


def term_json(term: Term, rules: Rules) -> dict[str, object]:
    """Return a term as ``/docs/vocabulary.json`` lists it."""
    return {
        "iri": term.iri,
        "name": term.local,
        "kind": term.kind,
        "label": {"zh": term.label.zh, "en": term.label.en},
        "comment": {"zh": term.comment.zh, "en": term.comment.en},
        "domains": list(term.domains),
        "range": term.range or None,
        "unit": term.unit or None,
        "minimum": None if term.minimum is None else str(term.minimum),
        "maximum": None if term.maximum is None else str(term.maximum),
        "functional": term.functional,
        "clauses": in_all_tiers(term, rules),
        "form": [{"zh": p.zh, "en": p.en} for p in places_of(rules, term.iri)],
        "example": example_of(rules, term.iri) or None,
        "replacedBy": term.replaced_by or None,
    }


def vocabulary_csv(rules: Rules) -> bytes:
    """Return the terms of a self-description as CSV that Excel opens rightly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    units = rules.vocabulary.units
    for t in rules.vocabulary.terms.values():
        unit = units[t.unit].zh if t.unit in units else t.unit.rpartition("/")[2]
        places = "；".join(p.zh for p in places_of(rules, t.iri))
        writer.writerow([t.local, t.label.zh, t.label.en, t.comment.zh, unit, places, " ".join(in_all_tiers(t, rules))])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def in_all_tiers(term: Term, rules: Rules) -> list[str]:
    """Return the clauses that need the term, each with the clauses of other tiers that state the same duty."""
    families = [(rules.duties.stated_in(number) or {0: number}) for number in term.needed_by]
    numbers = {number for family in families for number in family.values()}
    return sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])


def _kind_word(term: Term) -> str:
    for name, word in _SUBJECT_WORDS.items():
        if str(ZY[name]) in term.types:
            return say(word.zh, word.en)
    word = _KIND_WORDS[term.kind]
    return say(word.zh, word.en)


def _said(word: Message | None, iri: str) -> str:
    return say(word.zh, word.en) if word is not None else iri.replace("#", "/").rpartition("/")[2]


def _titles(known: Vocabulary) -> dict[str, Message]:
    """Return the title of each topic, that of the file that defines its terms."""
    return {name.partition("-")[2]: title for name, title in known.titles.items()}
