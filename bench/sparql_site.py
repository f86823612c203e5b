"""The service as it is measured: the whole site over the files that ``BENCH_FILES`` names, with nothing left out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from zhiyin.server.site import site
from zhiyin.settings import Settings
from zhiyin.sparql.opening import open_service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIXES = {"zy": "https://w3id.org/zhiyin/ontology#"}


def files() -> list[Path]:
    """Return the files to serve."""
    return [Path(name) for name in os.environ["BENCH_FILES"].split(os.pathsep)]


def nothing(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Stand where Flask stands: other routes are not measured here."""
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b""]


def create() -> WSGIApplication:
    """Make the site in a process of the server."""
    return site(nothing, open_service(Settings.from_environment(), files, PREFIXES))


if __name__ == "__main__":
    from zhiyin.server.allocator import tune

    tune()
    from zhiyin.server.running import run_server

    run_server(Settings.from_environment(), "bench.sparql_site:create", files, PREFIXES)
