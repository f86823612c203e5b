"""``POST /api/facts``: one submission in, what the shapes see of a company of it out; nothing kept."""

from __future__ import annotations

from flask import Blueprint, Response, request

from zhiyin.composition.judging import Asked, check_date
from zhiyin.composition.submitted import Posted, facts_posted
from zhiyin.web.answers import file_answer
from zhiyin.web.catalogue_api import services, tiers_of_any
from zhiyin.web.parameters import one_of, refuse_unknown
from zhiyin.web.validation_api import submitted

facts_api = Blueprint("facts_api", __name__, url_prefix="/api")


@facts_api.post("/facts")
def facts() -> Response:
    """Return the facts of one company as N-Triples, with the assessment node."""
    args = request.args
    refuse_unknown(args, {"tier", "date", "company"})
    asked = Asked(check_date(args.get("date")), one_of(args, "tier", tiers_of_any()))
    data, name, media = submitted()
    company = args.get("company", "")
    found = services().contained.run(facts_posted, Posted(data, name, media), asked, company)
    return file_answer(found.text.encode(), "application/n-triples; charset=utf-8", "facts.nt")
