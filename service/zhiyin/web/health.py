"""``/healthz`` (the process lives) and ``/readyz`` (the graph is loaded and the store answers)."""

from __future__ import annotations

from flask import Blueprint, Response

from zhiyin import __version__
from zhiyin.errors import ZhiyinError
from zhiyin.web.answers import json_answer
from zhiyin.web.catalogue_api import services

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return json_answer({"status": "ok", "version": __version__}, cacheable=False)


@health.get("/readyz")
def ready() -> Response:
    """Say whether requests would be served now; 503 where the store does not answer."""
    graph = services().graph
    body: dict[str, object] = {"graph": graph.sha256, "asserted": graph.asserted, "inferred": graph.inferred}
    try:
        services().sparql.check_ready()
    except ZhiyinError as error:
        return json_answer({"status": "unavailable", "reason": str(error.message), **body}, 503, cacheable=False)
    return json_answer({"status": "ready", **body}, cacheable=False)
