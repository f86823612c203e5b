"""The web edge: the Flask app over the services; ``/sparql`` stands in front of it as a WSGI view of its own."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, make_response, render_template, request

from zhiyin.edition import chapters_in_words
from zhiyin.errors import Problem
from zhiyin.intake.submission import MAX_BYTES
from zhiyin.server.public import prefixed
from zhiyin.services import Services
from zhiyin.web.catalogue_api import tiers_of_any
from zhiyin.web.compression import compressed
from zhiyin.web.editions import within_edition
from zhiyin.web.envelope import CONTENT_SECURITY_POLICY
from zhiyin.web.forms import InMemoryRequest


class ZhiyinApp(Flask):
    """The Flask app with in-memory uploads and bounded forms."""

    request_class = InMemoryRequest


def create_app(services: Services) -> Flask:
    """Return the app over ``services``; routes as ``/openapi.json`` lists them."""
    from zhiyin.web import editions, language, presentation, problems, samples, snippets
    from zhiyin.web.ask_api import ask_api
    from zhiyin.web.browse_page import browse_page
    from zhiyin.web.catalogue_api import catalogue_api
    from zhiyin.web.catalogue_api import services as asked_of
    from zhiyin.web.citing_api import citing_api
    from zhiyin.web.citing_page import citing_page
    from zhiyin.web.concepts_page import concepts_page
    from zhiyin.web.crawlers import crawlers
    from zhiyin.web.declare_page import declare_page
    from zhiyin.web.docs_page import docs_page
    from zhiyin.web.facts_api import facts_api
    from zhiyin.web.health import health
    from zhiyin.web.openapi import openapi_document
    from zhiyin.web.pages import clauses_near, pages
    from zhiyin.web.questions_api import questions_api
    from zhiyin.web.questions_page import questions_page
    from zhiyin.web.resource import resource
    from zhiyin.web.search_api import search_api
    from zhiyin.web.search_page import search_page
    from zhiyin.web.slow_readers import SlowReaders
    from zhiyin.web.sparql_examples import EXAMPLES
    from zhiyin.web.terms_api import terms_api
    from zhiyin.web.validation_api import validation_api
    from zhiyin.web.validation_page import validation_page
    from zhiyin.web.vocabulary_page import vocabulary_page

    app = ZhiyinApp(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BYTES + 1_000_000, MAX_FORM_MEMORY_SIZE=2 * MAX_BYTES, MAX_FORM_PARTS=20)
    app.extensions["zhiyin"] = services
    app.url_map.strict_slashes = False
    for blueprint in (
        *(
            catalogue_api,
            search_api,
            ask_api,
            questions_api,
            validation_api,
            citing_api,
            facts_api,
            terms_api,
            health,
            openapi_document,
            resource,
        ),
        *(
            pages,
            browse_page,
            concepts_page,
            search_page,
            questions_page,
            validation_page,
            declare_page,
            citing_page,
            docs_page,
            vocabulary_page,
            crawlers,
        ),
    ):
        app.register_blueprint(blueprint)
    problems.register(app)
    language.register(app)
    presentation.register(app)
    editions.register(app, services)
    if services.others:
        from zhiyin.web.edition_pages import edition_pages

        app.register_blueprint(edition_pages)
    app.jinja_env.globals.update(
        graph_hash=services.graph.sha256,
        tier_levels=lambda: tuple(asked_of().catalogue.tiers),
        tiers_of_any=tiers_of_any,
        chapter_words=lambda: chapters_in_words(asked_of().graph.edition.tier_chapters),
        sample_for=lambda iri: samples.sample_for(asked_of().rules, iri),
        facts_read=lambda iri: samples.facts_read(asked_of().rules, iri),
        check_date=snippets.CHECK_DATE,
        sparql_examples=EXAMPLES,
        editor_bundle=(Path(__file__).parent / "static" / "vendor" / "editor.js").is_file(),
    )

    if services.settings.desk:
        from zhiyin.web.desk import attach

        attach(app, services)

    def problem_page(problem: Problem) -> Response:
        # What is another firm's at the desk is not found as what is not there: in one shape, without a guess.
        sought = "" if request.path.startswith("/desk") else request.path.rpartition("/")[2][:80]
        near = clauses_near(services.catalogue, sought) if problem.status == 404 else []
        return make_response(render_template("problem.html", problem=problem, sought=sought, near=near), problem.status)

    app.extensions["zhiyin.problem_page"] = problem_page
    slow_readers = SlowReaders(services.settings.threads)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-cache")
            response.vary.update(["Accept", "Cookie"])
        response = within_edition(response)
        if request.script_root and response.mimetype == "text/html" and not response.is_streamed:
            response.set_data(prefixed(response.get_data(), request.script_root))
        return slow_readers.sent(compressed(response))

    return app
