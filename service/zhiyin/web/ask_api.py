"""``/api/ask``: a question in Chinese, an exact answer with its clauses and its query, or a refusal that says why."""

from __future__ import annotations

from flask import Blueprint, Response, request

from zhiyin.search.request import check_query
from zhiyin.web.answers import json_answer
from zhiyin.web.catalogue_api import services
from zhiyin.web.parameters import refuse_broken_bytes, refuse_unknown

ask_api = Blueprint("ask_api", __name__, url_prefix="/api")


@ask_api.get("/ask")
def ask() -> Response:
    """Answer the question; 200 for an answer and for a refusal alike."""
    refuse_broken_bytes(request.query_string)
    refuse_unknown(request.args, {"q"})
    question = request.args.get("q", "")
    check_query(question)
    return json_answer(services().asker().ask(question).as_json())
