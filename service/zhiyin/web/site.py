"""The whole site as one WSGI callable: ``/sparql`` in front of the Flask app; granian's processes call ``application``."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, render_template

from zhiyin.composition.services import open_services, refresh
from zhiyin.errors import ZhiyinError
from zhiyin.server.public import public
from zhiyin.server.site import site
from zhiyin.services import Services
from zhiyin.settings import Settings
from zhiyin.sparql.page import Page
from zhiyin.web import create_app
from zhiyin.web.envelope import enveloped
from zhiyin.web.language import FRONT_LANGUAGE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOG = logging.getLogger("zhiyin.web")


def application() -> WSGIApplication:
    """Return the site as the environment's settings ask for it."""
    settings = Settings.from_environment()
    served = site_of(open_services(settings))
    if settings.desk:
        from zhiyin.composition.desk_workers import watch_over

        watch_over(settings.desk)
    return served


def site_of(services: Services) -> WSGIApplication:
    """Return the site over ``services``; when the store's data are replaced, pages and search follow."""
    pages = _Pages(services)
    services.sparql.on_switch(pages.follow)

    def render(page: Page) -> bytes:
        return sparql_page(pages.app, page)

    app: WSGIApplication = pages
    if services.settings.mcp:
        from zhiyin.mcp.http import mounted

        app = mounted(pages, pages.services, services.settings.cors_origins)
    return public(enveloped(site(app, services.sparql, render)), services.settings)


class _Pages:
    """The Flask app over the graph as it was last loaded."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.app = create_app(services)
        # Warm what the first request would otherwise wait for.
        services.search()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request with the app of now."""
        return self.app(environ, start_response)

    def services(self) -> Services:
        """Return the services of now."""
        return self._services

    def follow(self) -> None:
        """Make the app anew beside the old one; where that fails the old one stays."""
        try:
            services = refresh(self._services)
            app = create_app(services)
        except (ZhiyinError, OSError, ValueError) as error:
            _LOG.error("pages and search stay on the graph before: %s", error)
            return
        self._services, self.app = services, app


def sparql_page(app: Flask, page: Page) -> bytes:
    """Return the SPARQL page: the editor, and the answer or the problem where there is one."""
    with app.test_request_context(f"/sparql?lang={FRONT_LANGUAGE.get()}"):
        return render_template("sparql.html", page=page).encode()
