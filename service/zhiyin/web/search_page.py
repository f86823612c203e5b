"""``/search``: the question, its hits with reasons, facets in the address."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.errors import BadRequest
from zhiyin.web.ask_view import answer_view
from zhiyin.web.catalogue_api import catalogue, services
from zhiyin.web.parameters import refuse_broken_bytes
from zhiyin.web.search_api import search_request

search_page = Blueprint("search_page", __name__)


@search_page.get("/search")
def search() -> BaseResponse:
    """Show the form, or what the question finds."""
    query = request.args.get("q", "")
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return redirect("/api/search?" + request.query_string.decode(), 303)
    result, view, problem, status = None, None, None, 200
    if query.strip():
        try:
            refuse_broken_bytes(request.query_string)
            asked = search_request(request.args)
            result = services().search().search(asked)
            if not asked.offset:
                view = answer_view(services().asker().ask(query), catalogue())
        except BadRequest as error:
            problem, status = error, error.status
    page: Response = make_response(
        render_template(
            "search.html",
            query=query,
            result=result,
            view=view,
            problem=problem,
            catalogue=catalogue(),
            offset=int(request.args.get("offset") or 0) if result else 0,
            limit=int(request.args.get("limit") or 20) if result else 20,
            collapse=request.args.get("collapse") or "family",
        ),
        status,
    )
    page.headers["Vary"] = "Accept"
    return page
