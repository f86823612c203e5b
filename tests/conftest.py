"""What several folders of tests share: the text, the built graph, and a callable that asks it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pytest

from zhiyin import composition, resources
from zhiyin.composition import Assembly, BuiltGraph
from zhiyin.model import GuidelineText
from zhiyin.namespaces import PREFIXES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

Rows = list[dict[str, str]]
AskRows = Callable[[str], Rows]


@pytest.fixture(scope="session")
def source_bytes() -> bytes:
    return resources.path(resources.GUIDELINE_TEXT).read_bytes()


@pytest.fixture(scope="session")
def source_text(source_bytes: bytes) -> str:
    return source_bytes.decode("utf-8")


@pytest.fixture(scope="session")
def text() -> GuidelineText:
    return composition.guideline_text()


@pytest.fixture(scope="session")
def assembly() -> Assembly:
    """The asserted graph; a test must not add to it."""
    return composition.assemble()


@pytest.fixture(scope="session")
def built() -> BuiltGraph:
    """The reasoned graph, built once and then taken from the cache."""
    return composition.load_graph()


@pytest.fixture(scope="session")
def next_edition(tmp_path_factory: pytest.TempPathFactory, source_text: str, built: BuiltGraph) -> Path:
    """The folder that holds the draft of the invented second edition, for ``ZHIYIN_EDITIONS``."""
    from tests.guideline.invented_revision import revised_text
    from tests.invented_edition import DECISIONS, revised

    from zhiyin.composition.drafting import write_edition

    root = tmp_path_factory.mktemp("editions")
    write_edition(revised(revised_text(source_text), built, DECISIONS), root / "futures-it" / "next")
    return root


@pytest.fixture(scope="session")
def store(built: BuiltGraph) -> pyoxigraph.Store:
    """Asserted and inferred graphs in a store."""
    store = pyoxigraph.Store()
    store.bulk_load(built.path.read_bytes(), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="session")
def served(built: BuiltGraph) -> Iterator[str]:
    """The address of the whole service, started as ``zhiyin serve`` on a free port and stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", f"from zhiyin.cli import main; main(['serve', '--port', '{port}'])"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(600):
                assert server.poll() is None, "the service ended by itself"
                try:
                    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as response:  # noqa: S310
                        if response.status == 200:
                            break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.2)
            else:
                raise AssertionError("the service never became ready")
            yield address
        finally:
            server.terminate()
            server.wait(60)


@pytest.fixture(scope="session")
def rows(store: pyoxigraph.Store) -> AskRows:
    """Run a SELECT over the union of both graphs, all prefixes bound; IRIs and literals come as plain strings."""

    def ask(query: str) -> Rows:
        solutions = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
        assert isinstance(solutions, pyoxigraph.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        return [
            {name: value.value for name in names if (value := solution[name]) is not None} for solution in solutions
        ]

    return ask


def chromium() -> str | None:
    """Return the path of Debian's Chromium, or of the one that the environment names."""
    return os.environ.get("ZHIYIN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the browser; without one the test is skipped with a notice, or fails where CI=true.

    One for each file and no longer: while Playwright's synchronous interface runs, its event loop counts as running
    in this thread, so that neither a second one nor the ``anyio.run`` of tests/mcp could start in this process.
    """
    path = chromium()
    if path is None:
        notice = "没有 chromium：网页测试未执行 / no chromium: the browser tests did not run"
        if os.environ.get("CI") == "true":
            pytest.fail(notice)
        pytest.skip(notice)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield started
        started.close()
