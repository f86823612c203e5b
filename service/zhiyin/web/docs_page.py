"""``/docs``: how to state each fact, how the law is read, the ontology's terms, the API."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
from flask import Blueprint, render_template
from werkzeug.wrappers import Response as BaseResponse

from zhiyin import resources
from zhiyin.errors import Message
from zhiyin.settings import explanations
from zhiyin.validation.form import terms_used
from zhiyin.validation.vocabulary import Term, vocabulary
from zhiyin.web.catalogue_api import catalogue
from zhiyin.web.openapi import openapi
from zhiyin.web.resource import elsewhere

docs_page = Blueprint("docs_page", __name__)
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_TITLE = "http://purl.org/dc/terms/title"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@docs_page.get("/docs")
def docs() -> str:
    """Show the way into the documentation."""
    return render_template("docs.html", settings=explanations())


@docs_page.get("/docs/vocabulary")
def company_vocabulary() -> str:
    """Show every term of a self-description, by file of the vocabulary."""
    groups: dict[str, list[Term]] = {}
    for term in vocabulary().terms.values():
        groups.setdefault(term.source, []).append(term)
    used = {tier: terms_used(tier)[0] for tier in (1, 2, 3, 4)}
    return render_template("vocabulary.html", groups=groups, used=used, vocabulary=vocabulary(), titles=_titles())


@docs_page.get("/docs/reading")
def reading() -> BaseResponse | str:
    """Show the rules by which the law is read."""
    if (data := elsewhere({"application/json": "/api/readings"})) is not None:
        return data
    return render_template("reading.html", readings=list(catalogue().readings.values()), catalogue=catalogue())


@docs_page.get("/docs/ontology")
def ontology() -> BaseResponse | str:
    """Show the classes and properties of the guideline's ontology."""
    if (data := elsewhere({"text/turtle": "/data/zhiyin.ttl"})) is not None:
        return data
    return render_template("ontology.html", terms=_core_terms())


@docs_page.get("/docs/api")
def api() -> BaseResponse | str:
    """Show the API from its OpenAPI document."""
    if (data := elsewhere({"application/json": "/openapi.json"})) is not None:
        return data
    return render_template("api.html", api=openapi())


@cache
def _titles() -> dict[str, Message]:
    """Return the title of each file of the company vocabulary, by the file's name."""
    found: dict[str, dict[str, str]] = {}
    for file in resources.turtle_files("ontology/company"):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if quad.predicate.value == _TITLE and isinstance(quad.object, ox.Literal):
                found.setdefault(file.stem, {})[quad.object.language or "zh"] = quad.object.value.removeprefix(
                    "公司自述："
                ).removeprefix("Self-description: ")
    return {stem: Message(by.get("zh", stem), by.get("en", stem)) for stem, by in found.items()}


@cache
def _core_terms() -> list[dict[str, object]]:
    """Return the terms of the hand-written ontology files beside the company vocabulary, in file order."""
    found: dict[str, dict[str, object]] = {}
    for file in sorted(resources.path("ontology").glob("*.ttl")):
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
            if not isinstance(quad.subject, ox.NamedNode) or "ontology#" not in quad.subject.value:
                continue
            term = found.setdefault(
                quad.subject.value,
                {
                    "iri": quad.subject.value,
                    "file": file.stem,
                    "kinds": [],
                    "zh": "",
                    "en": "",
                    "commentZh": "",
                    "commentEn": "",
                    "domain": "",
                    "range": "",
                },
            )
            value = quad.object
            if quad.predicate.value == _TYPE and isinstance(value, ox.NamedNode):
                term["kinds"] = [*list(term["kinds"]), value.value.rpartition("#")[2]]  # type: ignore[call-overload]
            elif isinstance(value, ox.Literal) and quad.predicate.value == _RDFS + "label":
                term["en" if value.language == "en" else "zh"] = value.value
            elif isinstance(value, ox.Literal) and quad.predicate.value == _RDFS + "comment":
                term["commentEn" if value.language == "en" else "commentZh"] = value.value
            elif isinstance(value, ox.NamedNode) and quad.predicate.value in (_RDFS + "domain", _RDFS + "range"):
                term[quad.predicate.value.removeprefix(_RDFS)] = value.value
    return [term for term in found.values() if term["zh"]]
