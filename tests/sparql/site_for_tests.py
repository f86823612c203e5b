"""The site that the tests of the running server serve: the small dataset with a plain application behind it."""

from __future__ import annotations

import os
import sys
import time
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
    """Return the file that the test names."""
    return [Path(os.environ["TEST_DATA"])]


def plain(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer after as many seconds as the query string says."""
    time.sleep(float(environ.get("QUERY_STRING") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"plain"]


def create() -> WSGIApplication:
    """Make the site in a process of the server."""
    return site(plain, open_service(Settings.from_environment(), files, PREFIXES))


def broken() -> WSGIApplication:
    """Fail as a process does whose data are damaged."""
    time.sleep(1)
    raise RuntimeError("机密内容")


def uneven() -> WSGIApplication:
    """Fail at once, but for the first process that comes here: that one takes long to fail."""
    try:
        Path(os.environ["TEST_DATA"]).with_name("slow").touch(exist_ok=False)
        time.sleep(10)
    except FileExistsError:
        pass
    raise RuntimeError("机密内容")


if __name__ == "__main__":
    from zhiyin.server.allocator import tune

    tune()
    from zhiyin.server.running import run_server

    sys.path.insert(0, str(Path(__file__).parents[2]))
    factory = os.environ.get("TEST_FACTORY", "tests.sparql.site_for_tests:create")
    run_server(Settings.from_environment(), factory, files, PREFIXES)
