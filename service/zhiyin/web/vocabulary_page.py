"""``/docs/vocabulary``: how to state each fact, a page for each topic and an index; also as JSON, CSV and RDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox
from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin import resources
from zhiyin.errors import Message, NotFound
from zhiyin.law.duties import clauses_by_tier
from zhiyin.law.vocabulary import Term, unit_names, vocabulary
from zhiyin.namespaces import ZY, compact
from zhiyin.standards import DCTERMS
from zhiyin.web.kept import kept_page
from zhiyin.web.language import say
from zhiyin.web.resource import SYNTAXES, data_of, descriptions, elsewhere
from zhiyin.web.statement import example_of, places_of
from zhiyin.web.term_address import term_address, topic_of

vocabulary_page = Blueprint("vocabulary_page", __name__)
_TITLE = DCTERMS + "title"
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
        lambda: {"topics": topics(), "titles": _titles(), "in_all_tiers": in_all_tiers, "kind_word": _kind_word},
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


@cache
def topics() -> Mapping[str, tuple[Term, ...]]:
    """Return the terms of each topic, in the order of the guideline's sections."""
    groups: dict[str, list[Term]] = {}
    for term in sorted(vocabulary().terms.values(), key=lambda term: term.source):
        groups.setdefault(topic_of(term), []).append(term)
    return {topic: tuple(terms) for topic, terms in groups.items()}


def _terms_of(topic: str) -> tuple[Term, ...]:
    if topic not in topics():
        raise NotFound(f"没有 {request.path}", f"there is nothing at {request.path}")
    return topics()[topic]


def _topic(topic: str, terms: tuple[Term, ...]) -> dict[str, object]:
    order = list(topics())
    at = order.index(topic)
    return {
        "topic": topic,
        "terms": terms,
        "titles": _titles(),
        "previous": order[at - 1] if at else None,
        "following": order[at + 1] if at + 1 < len(order) else None,
        "vocabulary": vocabulary(),
        "example_of": example_of,
        "body_of": lambda iri: example_of(iri).partition("\n\n")[2],
        "places_of": places_of,
        "short": compact,
        "address": term_address,
        "datatype_word": lambda iri: _said(_DATATYPES.get(iri.rpartition("#")[2]), iri),
        "unit_word": lambda iri: _said(unit_names().get(iri), iri),
        "kind_word": _kind_word,
        "in_all_tiers": in_all_tiers,
    }


def term_json(term: Term) -> dict[str, object]:
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
        "clauses": in_all_tiers(term),
        "form": [{"zh": p.zh, "en": p.en} for p in places_of(term.iri)],
        "example": example_of(term.iri) or None,
        "replacedBy": term.replaced_by or None,
    }


def vocabulary_csv() -> bytes:
    """Return the terms of a self-description as CSV that Excel opens rightly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for t in vocabulary().terms.values():
        unit = unit_names()[t.unit].zh if t.unit in unit_names() else t.unit.rpartition("/")[2]
        places = "；".join(p.zh for p in places_of(t.iri))
        writer.writerow([t.local, t.label.zh, t.label.en, t.comment.zh, unit, places, " ".join(in_all_tiers(t))])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def in_all_tiers(term: Term) -> list[str]:
    """Return the clauses that need the term, each with the clauses of other tiers that state the same duty."""
    families = [clauses_by_tier().get(number, {0: number}) for number in term.needed_by]
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


@cache
def _titles() -> dict[str, Message]:
    """Return the title of each topic, from the file that defines its terms."""
    found: dict[str, dict[str, str]] = {}
    for file in resources.turtle_files("ontology/company"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if quad.predicate.value == _TITLE and isinstance(quad.object, ox.Literal):
                title = quad.object.value.removeprefix("公司自述：").removeprefix("Self-description: ")
                found.setdefault(file.stem.partition("-")[2], {})[quad.object.language or "zh"] = title
    return {topic: Message(by.get("zh", topic), by.get("en", topic)) for topic, by in found.items()}
