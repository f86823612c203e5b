"""``/docs``: how the law is read, the ontology's terms, the API, the settings; and the data of these and the vocabulary."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.errors import NotFound
from zhiyin.namespaces import READING
from zhiyin.settings import explanations
from zhiyin.web.answers import file_answer, json_answer
from zhiyin.web.api_reference import operations
from zhiyin.web.catalogue_api import catalogue, services
from zhiyin.web.components import components
from zhiyin.web.kept import kept_page
from zhiyin.web.openapi import openapi
from zhiyin.web.reference import KINDS, Entry, reference
from zhiyin.web.resource import SYNTAXES, data_of, descriptions, elsewhere
from zhiyin.web.terms_api import uses_of_terms
from zhiyin.web.vocabulary_page import term_json, vocabulary_csv

docs_page = Blueprint("docs_page", __name__)


@docs_page.get("/docs")
def docs() -> str:
    """Show the way into the documentation."""
    return render_template(
        "docs.html", terms=len(services().rules.vocabulary.terms), readings=len(catalogue().readings)
    )


@docs_page.get("/docs/service")
def service() -> str:
    """Show the settings of the service to those who run it."""
    return render_template("service.html", settings=explanations())


@docs_page.get("/ontology")
def ontology_document() -> BaseResponse:
    """Send the ontology's IRI to its reference, or to its data."""
    offered = {media: f"/docs/ontology.{suffix}" for suffix, (media, _) in SYNTAXES.items()}
    data = elsewhere(offered)
    response = redirect("/docs/ontology", 303) if data is None else data
    response.headers["Vary"] = "Accept"
    return response


@docs_page.get("/docs/reading")
def reading() -> BaseResponse:
    """Show the rules by which the law is read."""
    if (data := elsewhere({"application/json": "/api/readings"})) is not None:
        return data
    return data_of("reading") or kept_page(
        "reading.html",
        lambda: {
            "readings": list(catalogue().readings.values()),
            "catalogue": catalogue(),
            "by_tier": {n: {c.number for c in catalogue().clauses.values() if c.tier == n} for n in catalogue().tiers},
        },
    )


@docs_page.get("/docs/ontology")
def ontology() -> BaseResponse:
    """Show the reference of the guideline's ontology."""
    return data_of("ontology", "json") or kept_page("ontology.html", _ontology)


def _ontology() -> dict[str, object]:
    return {
        "reference": reference(services().rules),
        "kinds": KINDS,
        "uses": uses_of_terms(services()),
        "catalogue": catalogue(),
        "tops": [c for c in catalogue().concepts.values() if not c.broader],
        "components": components(services().rules),
        "deprecated": len(reference(services().rules).replaced()),
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
    rules = services().rules
    known = rules.vocabulary.terms
    if page == "vocabulary" and suffix == "csv":
        return file_answer(vocabulary_csv(rules), "text/csv; charset=utf-8", "zhiyin-vocabulary.csv")
    if suffix == "json":
        if page == "vocabulary":
            return json_answer({"items": [term_json(t, rules) for t in known.values()]})
        if page == "ontology":
            return json_answer({"items": [_entry_json(e) for e in reference(rules).entries]})
        targets = {"reading": "/api/readings", "api": "/openapi.json"}
        if page in targets:
            return redirect(targets[page], 303)
    iris = {
        "vocabulary": lambda: list(known),
        "ontology": lambda: [e.iri for e in reference(rules).entries],
        "reading": lambda: [str(READING[r]) for r in catalogue().readings],
    }
    if page not in iris:
        raise NotFound(f"没有 {request.path}", f"there is nothing at {request.path}")
    return descriptions(iris[page](), suffix)


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "iri": entry.iri,
        "kind": entry.kind,
        "module": entry.module,
        "label": entry.label.as_json(),
        "comment": entry.comment.as_json(),
        "axioms": [{"name": name.en, "values": [link.text for link in links]} for name, links in entry.axioms],
        "clauses": list(entry.clauses),
    }
