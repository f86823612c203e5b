"""``/docs``: how to state each fact, how the law is read, the ontology's terms, the API; each also as data."""

from __future__ import annotations

import csv
import io
from functools import cache

import pyoxigraph as ox
from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin import resources
from zhiyin.errors import Message, NotFound
from zhiyin.law.duties import clauses_by_tier
from zhiyin.law.vocabulary import Term, unit_names, vocabulary
from zhiyin.namespaces import READING, ZY, compact
from zhiyin.settings import explanations
from zhiyin.web.answers import file_answer, json_answer
from zhiyin.web.api_reference import operations
from zhiyin.web.catalogue_api import catalogue, services
from zhiyin.web.components import components
from zhiyin.web.kept import kept_page
from zhiyin.web.language import say
from zhiyin.web.openapi import openapi
from zhiyin.web.reference import KINDS, reference
from zhiyin.web.resource import SYNTAXES, descriptions, elsewhere
from zhiyin.web.statement import example_of, places_of
from zhiyin.web.terms_api import uses_of_terms

docs_page = Blueprint("docs_page", __name__)
_TITLE = "http://purl.org/dc/terms/title"
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


@docs_page.get("/docs")
def docs() -> str:
    """Show the way into the documentation."""
    return render_template(
        "docs.html", settings=explanations(), terms=len(vocabulary().terms), readings=len(catalogue().readings)
    )


@docs_page.get("/ontology")
def ontology_document() -> BaseResponse:
    """Send the ontology's IRI to its reference, or to its data."""
    offered = {media: f"/docs/ontology.{suffix}" for suffix, (media, _) in SYNTAXES.items()}
    data = elsewhere(offered)
    response = redirect("/docs/ontology", 303) if data is None else data
    response.headers["Vary"] = "Accept"
    return response


@docs_page.get("/docs/vocabulary")
def company_vocabulary() -> BaseResponse:
    """Show every term of a self-description, by part of the vocabulary."""
    return _data_of("vocabulary", "json", "csv") or kept_page("vocabulary.html", _vocabulary)


def _vocabulary() -> dict[str, object]:
    groups: dict[str, list[Term]] = {}
    for term in vocabulary().terms.values():
        groups.setdefault(term.source, []).append(term)
    return {
        "groups": dict(sorted(groups.items())),
        "titles": _titles(),
        "vocabulary": vocabulary(),
        "example_of": example_of,
        "body_of": lambda iri: example_of(iri).partition("\n\n")[2],
        "places_of": places_of,
        "short": compact,
        "local": lambda iri: iri.replace("#", "/").rpartition("/")[2],
        "datatype_word": lambda iri: _said(_DATATYPES.get(iri.rpartition("#")[2]), iri),
        "unit_word": lambda iri: _said(unit_names().get(iri), iri),
        "kind_word": _kind_word,
        "in_all_tiers": in_all_tiers,
    }


@docs_page.get("/docs/reading")
def reading() -> BaseResponse:
    """Show the rules by which the law is read."""
    if (data := elsewhere({"application/json": "/api/readings"})) is not None:
        return data
    return _data_of("reading") or kept_page(
        "reading.html",
        lambda: {
            "readings": list(catalogue().readings.values()),
            "catalogue": catalogue(),
            "by_tier": {n: {c.number for c in catalogue().clauses.values() if c.tier == n} for n in (1, 2, 3, 4)},
        },
    )


@docs_page.get("/docs/ontology")
def ontology() -> BaseResponse:
    """Show the reference of the guideline's ontology."""
    return _data_of("ontology", "json") or kept_page("ontology.html", _ontology)


def _ontology() -> dict[str, object]:
    return {
        "reference": reference(),
        "kinds": KINDS,
        "uses": uses_of_terms(services()),
        "catalogue": catalogue(),
        "tops": [c for c in catalogue().concepts.values() if not c.broader],
        "components": components(),
        "deprecated": len(reference().replaced()),
    }


@docs_page.get("/docs/api")
def api() -> BaseResponse:
    """Show the API from its OpenAPI document."""
    if (data := elsewhere({"application/json": "/openapi.json"})) is not None:
        return data
    return kept_page("api.html", lambda: {"api": openapi(), "operations": operations()})


@docs_page.get("/docs/<page>.<suffix>")
def data(page: str, suffix: str) -> BaseResponse:
    """Give what a page of the documentation shows as data."""
    if page == "vocabulary" and suffix == "csv":
        return file_answer(vocabulary_csv(), "text/csv; charset=utf-8", "zhiyin-vocabulary.csv")
    if suffix == "json":
        if page == "vocabulary":
            return json_answer({"items": [_term_json(t) for t in vocabulary().terms.values()]})
        if page == "ontology":
            return json_answer({"items": [_entry_json(e.iri) for e in reference().entries]})
        targets = {"reading": "/api/readings", "api": "/openapi.json"}
        if page in targets:
            return redirect(targets[page], 303)
    iris = {
        "vocabulary": lambda: list(vocabulary().terms),
        "ontology": lambda: [e.iri for e in reference().entries],
        "reading": lambda: [str(READING[r]) for r in catalogue().readings],
    }
    if page not in iris:
        raise NotFound(f"没有 {request.path}", f"there is nothing at {request.path}")
    return descriptions(iris[page](), suffix)


def _data_of(page: str, *others: str) -> BaseResponse | None:
    """Return a 303 to the data of a page where Accept prefers it."""
    offered = {media: f"/docs/{page}.{suffix}" for suffix, (media, _) in SYNTAXES.items()}
    media_types = {"json": "application/json", "csv": "text/csv"}
    offered.update({media_types[suffix]: f"/docs/{page}.{suffix}" for suffix in others})
    return elsewhere(offered)


def _term_json(term: Term) -> dict[str, object]:
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


def _entry_json(iri: str) -> dict[str, object]:
    entry = next(e for e in reference().entries if e.iri == iri)
    return {
        "iri": iri,
        "kind": entry.kind,
        "module": entry.module,
        "label": entry.label.as_json(),
        "comment": entry.comment.as_json(),
        "axioms": [{"name": name.en, "values": [link.text for link in links]} for name, links in entry.axioms],
        "clauses": list(entry.clauses),
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
    """Return the title of each file of the company vocabulary, by the file's name."""
    found: dict[str, dict[str, str]] = {}
    for file in resources.turtle_files("ontology/company"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if quad.predicate.value == _TITLE and isinstance(quad.object, ox.Literal):
                title = quad.object.value.removeprefix("公司自述：").removeprefix("Self-description: ")
                found.setdefault(file.stem, {})[quad.object.language or "zh"] = title
    return {stem: Message(by.get("zh", stem), by.get("en", stem)) for stem, by in found.items()}
