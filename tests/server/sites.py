"""Sites of other settings over one store: opening it anew for each would take most of a test's time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zhiyin.services import Services
from zhiyin.settings import Settings
from zhiyin.sparql.service import SparqlService
from zhiyin.web.site import site_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def sited(services: Services, settings: Settings) -> WSGIApplication:
    """Return the site over the store of ``services`` with other settings."""
    old = services.sparql
    own = SparqlService(old.engine, settings, search=old.search, examples=old.examples)
    return site_of(replace(services, settings=settings, sparql=own))
