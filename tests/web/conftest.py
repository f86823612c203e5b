"""The whole site over the real graph: as a WSGI callable for a test client, and served for a real browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client

from zhiyin.composition.services import open_services
from zhiyin.services import Services
from zhiyin.settings import Settings
from zhiyin.web.site import site_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from playwright.sync_api import Browser, BrowserContext

BASE_CASE = Path(__file__).parents[1] / "cases" / "base"


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    opened = open_services(Settings(access_log=False))
    yield opened
    opened.sparql.close()


@pytest.fixture(scope="session")
def site(services: Services) -> WSGIApplication:
    return site_of(services)


@pytest.fixture(scope="session")
def client(site: WSGIApplication) -> Client:
    """Send requests without a network; cookies are not kept between tests."""
    return Client(site, use_cookies=False)


@pytest.fixture(scope="session")
def sample() -> bytes:
    """A whole self-description of an invented company, as Turtle."""
    files = sorted(BASE_CASE.glob("*.ttl"))
    assert files
    return b"\n".join(file.read_bytes() for file in files)


@pytest.fixture
def upload(tmp_path: Path, sample: bytes) -> Path:
    """The sample as a file to upload."""
    file = tmp_path / "示例期货.ttl"
    file.write_bytes(sample)
    return file


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - as the base class names it
        """Write nothing."""


@pytest.fixture(scope="session")
def address(site: WSGIApplication) -> Iterator[str]:
    """Serve the site on a free port of loopback; the value is its root address."""
    server = make_server("127.0.0.1", 0, site, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Watch:
    """What a browser context must never show: an error in the console or a request to another host."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.errors: list[str] = []
        self.foreign: list[str] = []
        context.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)
        context.on("weberror", lambda e: self.errors.append(str(e.error)))
        own = (address + "/", "data:", "blob:", "about:")
        context.on("request", lambda r: None if r.url.startswith(own) else self.foreign.append(r.url))

    def check(self) -> None:
        """Fail where either happened."""
        assert not self.errors
        assert not self.foreign


OpenContext = Callable[..., "BrowserContext"]


@pytest.fixture
def open_context(browser: Browser, address: str) -> Iterator[OpenContext]:
    """Make watched browser contexts; at the end none may have seen an error or another host."""
    made: list[tuple[BrowserContext, Watch]] = []

    def new(*, width: int = 1280, scheme: str = "light", scripts: bool = True, watched: bool = True) -> BrowserContext:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(60_000)
        if watched:
            made.append((context, Watch(context, address)))
        return context

    yield new
    for context, watch in made:
        context.close()
        watch.check()
