"""The whole site as one WSGI callable: ``/sparql`` in front of the Flask app; granian's processes call ``application``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, render_template

from zhiyin.composition.services import open_services
from zhiyin.server.site import site
from zhiyin.services import Services
from zhiyin.settings import Settings
from zhiyin.sparql.page import Page
from zhiyin.web import create_app
from zhiyin.web.envelope import enveloped
from zhiyin.web.language import FRONT_LANGUAGE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def application() -> WSGIApplication:
    """Return the site as the environment's settings ask for it."""
    return site_of(open_services(Settings.from_environment()))


def site_of(services: Services) -> WSGIApplication:
    """Return the site over ``services``."""
    app = create_app(services)
    # Warm what the first request would otherwise wait for.
    services.search()

    def render(page: Page) -> bytes:
        return sparql_page(app, page)

    return enveloped(site(app, services.sparql, render))


def sparql_page(app: Flask, page: Page) -> bytes:
    """Return the SPARQL page: the editor, and the answer or the problem where there is one."""
    with app.test_request_context(f"/sparql?lang={FRONT_LANGUAGE.get()}"):
        return render_template("sparql.html", page=page).encode()
