"""``/api/search`` and ``/api/suggest``: the clauses that a question means, with reasons and facets."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from zhiyin.errors import BadParameter
from zhiyin.search.request import SearchRequest
from zhiyin.web.answers import json_answer
from zhiyin.web.catalogue_api import services
from zhiyin.web.parameters import refuse_broken_bytes, refuse_unknown, whole_number

search_api = Blueprint("search_api", __name__, url_prefix="/api")
FILTERS = ("tier", "section", "obligation", "mark", "change", "concept")


def search_request(args: MultiDict[str, str]) -> SearchRequest:
    """Return the question and filters of a request; a filter may be repeated or hold several values by commas."""
    tiers = _values(args, "tier")
    for value in tiers:
        if value not in ("1", "2", "3", "4"):
            raise BadParameter("tier", value, ["1", "2", "3", "4"])
    sections = _values(args, "section")
    for value in sections:
        # A number that heads no section is a slip; a title is looked up by the search.
        if value[0].isdigit() and value not in services().catalogue.sections:
            raise BadParameter("section", value, ["4", "4.3", "4.3.3", "…"])
    return SearchRequest(
        query=args.get("q", ""),
        tier=tuple(int(value) for value in tiers),
        section=sections,
        obligation=_values(args, "obligation"),
        mark=_values(args, "mark"),
        change=_values(args, "change"),
        concept=_values(args, "concept"),
        offset=whole_number(args, "offset", 0, 0, 1_000_000),
        limit=whole_number(args, "limit", 20, 1, 1000),
        collapse=args.get("collapse") or "family",
    )


def _values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(part for value in args.getlist(name) for part in value.split(",") if part)


@search_api.get("/search")
def search() -> Response:
    """Search the clauses; with ``explain=1`` also say how the question was read."""
    refuse_broken_bytes(request.query_string)
    refuse_unknown(request.args, {"q", "offset", "limit", "collapse", "explain", *FILTERS})
    explain = request.args.get("explain", "0")
    if explain not in ("0", "1"):
        raise BadParameter("explain", explain, ["0", "1"])
    index, asked = services().search(), search_request(request.args)
    answer = index.search(asked).as_json()
    if explain == "1":
        answer["explanation"] = index.explain(asked.query)
    return json_answer(answer)


@search_api.get("/suggest")
def suggest() -> Response:
    """Suggest terms, clause numbers and headings as one types."""
    refuse_broken_bytes(request.query_string)
    refuse_unknown(request.args, {"q", "limit"})
    limit = whole_number(request.args, "limit", 10, 1, 50)
    text = request.args.get("q", "")
    found = services().search().suggest(text, limit) if text.strip() else []
    return json_answer({"query": text, "items": [s.as_json() for s in found]})
