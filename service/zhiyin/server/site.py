"""Puts the view of ``/sparql`` in front of a WSGI application, with log and metrics for both."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from zhiyin.server.front import SparqlFront, mount
from zhiyin.server.logs import AccessLog
from zhiyin.server.metrics import Metrics
from zhiyin.sparql.page import Renderer, plain_page
from zhiyin.sparql.service import SparqlService

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def sparql_wsgi(service: SparqlService, render: Renderer = plain_page) -> SparqlFront:
    """Return the WSGI callable for ``/sparql``; the access log goes to standard error where the settings want it."""
    wanted = service.settings.access_log
    return SparqlFront(
        service,
        render=render,
        metrics=Metrics(service, os.environ.get("PROMETHEUS_MULTIPROC_DIR")),
        log=AccessLog(sys.stderr if wanted else None),
    )


__all__ = ["mount", "sparql_wsgi"]


def site(app: WSGIApplication, service: SparqlService, render: Renderer = plain_page) -> WSGIApplication:
    """Return ``app`` with ``/sparql``, ``/.well-known/void`` and ``/metrics`` in front of it."""
    return mount(app, sparql_wsgi(service, render))
