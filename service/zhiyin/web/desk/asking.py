"""Asking across firms: the editor, the protocol, and the second shelf of questions, over what the asker may see."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from zhiyin.catalogue import Catalogue
from zhiyin.composition.desk_asking import desk_query, desk_questions
from zhiyin.composition.questions import question_choices
from zhiyin.errors import BadParameter, BadRequest, Problem, UnsupportedMediaType, ZhiyinError
from zhiyin.questions import Question
from zhiyin.questions.answer import read_answer
from zhiyin.server.representation import headers_of
from zhiyin.sparql import media, protocol
from zhiyin.sparql.job import Cut
from zhiyin.sparql.page import Page, page_of
from zhiyin.sparql.service import Request
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import EVERYBODY, desk_api, desk_pages, door
from zhiyin.web.desk.editions import asked_edition, catalogue_of, edition_word, names_in, offered
from zhiyin.web.desk.gate import asking, note, person
from zhiyin.web.desk.words import shown
from zhiyin.web.editions import PARAMETER
from zhiyin.web.envelope import EDITOR_POLICY
from zhiyin.web.questions_api import FORMAT_NAMES, GRAPHS, TABLES
from zhiyin.web.questions_page import options, without_idle_prefixes

_START = """PREFIX zy: <https://w3id.org/zhiyin/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?firm ?status WHERE {
  ?verdict a zy:Verdict ; zy:ofCompany ?company ; zy:status ?status .
  ?company rdfs:label ?firm .
}
ORDER BY ?firm"""


@door(desk_pages, "GET", "/sparql", EVERYBODY)
def sparql_page() -> Response:
    """Show the editor, or answer the query of the address."""
    incoming = protocol.read_get(request.query_string.decode("ascii", "replace"))
    return _answer(incoming.request, incoming.format_name)


@door(desk_pages, "POST", "/sparql", EVERYBODY, asks_only=True)
def sparql_post() -> Response:
    """Answer a query that is posted."""
    return _posted()


@door(desk_api, "GET", "/sparql", EVERYBODY)
def api_sparql() -> Response:
    """Answer the query of the address."""
    incoming = protocol.read_get(request.query_string.decode("ascii", "replace"))
    if incoming.request is None:
        raise protocol.missing_query()
    return _answer(incoming.request, incoming.format_name)


@door(desk_api, "POST", "/sparql", EVERYBODY, asks_only=True)
def api_sparql_post() -> Response:
    """Answer a query that is posted."""
    return _posted()


def _posted() -> Response:
    if request.headers.get("Content-Encoding", "identity") not in ("", "identity"):
        raise UnsupportedMediaType("请发送未压缩的查询", "send the query uncompressed")
    body = request.get_data(cache=True, parse_form_data=False)
    left = [body]

    def read(most: int) -> bytes:
        part, left[0] = left[0][:most], left[0][most:]
        return part

    incoming = protocol.read_post(
        request.query_string.decode("ascii", "replace"),
        request.headers.get("Content-Type"),
        None,
        read,
        asking().settings.max_query_bytes,
    )
    if incoming.request is None:
        raise protocol.missing_query()
    return _answer(incoming.request, incoming.format_name)


def _answer(asked: Request | None, form: str | None) -> Response:
    if asked is None:
        return _page(Page(), 200)
    note("desk.asked", "sparql")
    try:
        service = asking().service_of(person())
        plan = service.plan(asked, request.headers.get("Accept"), form)
        answer = service.run(plan)
    except ZhiyinError as error:
        if request.path.startswith("/desk/") and request.accept_mimetypes.accept_html:
            return _page(Page(query=asked.text, problem=Problem.of(error)), error.status)
        raise
    if plan.format is media.HTML:
        return _page(page_of(plan, answer), 200)
    response = Response(answer.read())
    for name, value in headers_of(plan.format, None):
        response.headers[name] = value
    if answer.cut is not Cut.NOT:
        response.headers["X-Zhiyin-Truncated"] = str(answer.cut)
    return response


def _page(page: Page, status: int) -> Response:
    response = Response(shown("sparql.html", page=page, start=_START), status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = EDITOR_POLICY
    return response


@door(desk_pages, "GET", "/questions", EVERYBODY)
def question_list() -> str:
    """List the questions of the second shelf."""
    return shown("questions.html", questions=list(desk_questions().values()))


@door(desk_api, "GET", "/queries", EVERYBODY)
def api_question_list() -> Response:
    """List the questions of the second shelf."""
    choices = question_choices(_catalogue())
    items = []
    for question in desk_questions().values():
        offered = [{**p.as_json(), "allowed": list(p.allowed) or choices.get(p.kind, [])} for p in question.parameters]
        items.append({**question.as_json(), "parameters": offered, "href": f"/api/desk/queries/{question.name}"})
    return json_answer({"total": len(items), "items": items}, cacheable=False)


def _values() -> dict[str, str]:
    return {k: v for k, v in request.args.items() if k not in ("lang", "format", PARAMETER) and v != ""}


def _catalogue() -> Catalogue:
    """Return the read model of the edition whose tiers and clauses a question's parameters name."""
    return catalogue_of(asked_edition() or "")


def _asked(name: str, values: Mapping[str, str]) -> tuple[Question, str]:
    return desk_query(_catalogue(), name, values, names_in(asked_edition() or ""))


def _question_file(name: str, form: str) -> Response:
    question, text = _asked(name, _values())
    offered = GRAPHS if question.is_graph else TABLES
    if form not in offered:
        raise BadParameter("format", form, list(offered))
    found = asking().service_of(person()).answer(text, format_name=FORMAT_NAMES[form])
    note("desk.asked", name)
    response = Response(found.read(), content_type=found.format.content_type)
    if found.format.download:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{found.format.extension}"'
    return response


@door(desk_pages, "GET", "/questions/<name>", EVERYBODY)
def question_page(name: str) -> str | Response:
    """Ask a question of the second shelf."""
    form = request.args.get("format", "")
    if form:
        return _question_file(name, form)
    question, _ = _asked(name, {})
    answer, graph, problem, text = None, None, None, ""
    try:
        _, text = _asked(name, _values())
        service = asking().service_of(person())
        if question.is_graph:
            graph = without_idle_prefixes(service.answer(text, format_name="turtle").read().decode())
        else:
            answer = read_answer(service.answer(text, format_name="json").read())
    except BadRequest as error:
        problem = error
    note("desk.asked", name)
    page = shown(
        "question.html",
        question=question,
        parameters=[(p, options(_catalogue(), p.kind, p.allowed)) for p in question.parameters],
        values=_values(),
        answer=answer,
        graph=graph,
        problem=problem,
        words={edition: edition_word(clauses) for edition, clauses in offered().items()},
        sparql=text,
        formats=[f for f in (GRAPHS if question.is_graph else TABLES) if f not in ("xml", "tsv")],
    )
    return Response(page, 200 if problem is None else problem.status, content_type="text/html; charset=utf-8")


@door(desk_api, "GET", "/queries/<name>", EVERYBODY)
def api_question(name: str) -> Response:
    """Answer a question of the second shelf."""
    question, _ = _asked(name, {})
    return _question_file(name, request.args.get("format") or ("ttl" if question.is_graph else "json"))
