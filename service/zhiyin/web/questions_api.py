"""``/api/queries``: the question library as an API; answers in every SPARQL results format and as a workbook."""

from __future__ import annotations

import io
from decimal import Decimal

from flask import Blueprint, Response, request

from zhiyin.composition import question_choices, question_library, question_query
from zhiyin.errors import BadParameter, NotAcceptable
from zhiyin.questions import Question
from zhiyin.sparql.media import XLSX_TYPE
from zhiyin.sparql.terms import Term
from zhiyin.sparql.xlsx import write_workbook
from zhiyin.web.answers import json_answer
from zhiyin.web.catalogue_api import services
from zhiyin.web.language import current
from zhiyin.web.parameters import refuse_unknown

questions_api = Blueprint("questions_api", __name__, url_prefix="/api/queries")

TABLES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMAT_NAMES = {
    "json": "json",
    "xml": "xml",
    "csv": "csv",
    "tsv": "tsv",
    "xlsx": "xlsx",
    "ttl": "turtle",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "rdf": "rdfxml",
}
"""Our names of the formats to those of the SPARQL service."""
GRAPHS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}


@questions_api.get("")
def index() -> Response:
    """List the questions with their parameters and the values these may take."""
    refuse_unknown(request.args, set())
    choices = question_choices(services().catalogue)
    items = []
    for question in question_library().values():
        body = question.as_json()
        shown = [{**p.as_json(), "allowed": list(p.allowed) or choices.get(p.kind, [])} for p in question.parameters]
        items.append({**body, "parameters": shown, "href": f"/api/queries/{question.name}"})
    return json_answer({"total": len(items), "items": items})


@questions_api.get("/<name>")
def answer(name: str) -> Response:
    """Run a question with the request's parameters."""
    values = {key: value for key, value in request.args.items() if key != "format"}
    question, text = question_query(services().catalogue, name, values, services().graph.names)
    chosen = chosen_format(question)
    if chosen == "xlsx":
        return _workbook(question, text)
    found = services().questions.answer(text, format_name=FORMAT_NAMES[chosen])
    response = Response(found.read(), content_type=found.format.content_type)
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-cache"
    if found.format.download:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{found.format.extension}"'
    return response


def _workbook(question: Question, text: str) -> Response:
    """Return the answer as a workbook whose columns have the names that the page shows."""
    table = services().questions.select(text)
    stream = io.BytesIO()
    rows = ([None if term is None else _cell(term) for term in row] for row in table.rows)
    write_workbook(stream, [question.column(name, current()) for name in table.variables], rows)
    response = Response(stream.getvalue(), content_type=XLSX_TYPE)
    response.headers["Vary"] = "Accept, Cookie"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Disposition"] = f'attachment; filename="{question.name}.xlsx"'
    return response


def _cell(term: Term) -> str | int | float:
    plain = term.plain()
    return float(plain) if isinstance(plain, Decimal) else str(plain) if isinstance(plain, bool) else plain


def chosen_format(question: Question) -> str:
    """Return the name of the format that ``format=`` or ``Accept`` asks for."""
    offered = GRAPHS if question.is_graph else TABLES
    named = request.args.get("format")
    if named:
        if named not in offered:
            raise BadParameter("format", named, list(offered))
        return named
    if not request.accept_mimetypes:
        return next(iter(offered))
    media = {**{media: name for name, media in offered.items()}}
    if "json" in offered:
        media["application/json"] = "json"
    best = request.accept_mimetypes.best_match(list(media))
    if best is None:
        raise NotAcceptable(f"可提供：{'、'.join(media)}", f"available: {', '.join(media)}")
    return media[best]
