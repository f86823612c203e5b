"""``/declare``: the form in the browser, section by section; without scripts it offers the workbook."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from zhiyin.form.context import json_context
from zhiyin.form.form_json import form_json
from zhiyin.web.answers import json_answer
from zhiyin.web.catalogue_api import services, tiers_of_edition
from zhiyin.web.parameters import one_of, refuse_unknown, required_one_of

declare_page = Blueprint("declare_page", __name__)


@declare_page.get("/declare")
def declare() -> Response:
    """Show the form of a tier; what is filled in stays in the browser."""
    tier = one_of(request.args, "tier", tiers_of_edition()) or 2
    page = make_response(render_template("declare.html", tier=tier))
    page.headers["Cache-Control"] = "no-cache"
    return page


@declare_page.get("/api/form")
def asked() -> Response:
    """Give the form of a tier as JSON."""
    refuse_unknown(request.args, {"tier"})
    return json_answer(form_json(services().rules, required_one_of(request.args, "tier", tiers_of_edition())))


@declare_page.get("/context.jsonld")
def context() -> Response:
    """Give the JSON-LD context of the company vocabulary, whose IRI ends alike."""
    response = json_answer({"@context": json_context(services().rules.vocabulary)})
    response.content_type = "application/ld+json; charset=utf-8"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
