"""The wheel holds ontology, shapes, queries, text, graph and index, and works where no checkout is."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import pytest

from zhiyin.composition import BuiltGraph

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, cwd=folder, timeout=600)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked as an installer would, outside the checkout."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def environment(installed: Path, cache: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(installed),
        "ZHIYIN_CACHE": str(cache),
        "ZHIYIN_LANG": "en",
        "PYTHONUTF8": "1",
    }


def run(installed: Path, cache: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cache,
        env=environment(installed, cache),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_carries_everything(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder, ending in (("ontology", ".ttl"), ("shapes", ".ttl"), ("queries", ".rq"), ("data/guideline", ".txt")):
        files = [file.relative_to(ROOT).as_posix() for file in (ROOT / folder).rglob(f"*{ending}")]
        assert files
        assert {f"zhiyin/_bundled/{file}" for file in files} <= names
    assert any(name.endswith(".nq") for name in names)
    assert any(name.endswith(".npz") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_graph_comes_from_the_wheel_and_is_the_same(installed: Path, tmp_path: Path, built: BuiltGraph) -> None:
    code = (
        "import json, zhiyin\nfrom zhiyin import composition\npath = composition.find_graph()\n"
        "graph = composition.open_graph(path)\n"
        "print(json.dumps([zhiyin.__file__, str(path), graph.sha256, len(graph.catalogue.clauses)]))"
    )
    module, path, digest, clauses = json.loads(run(installed, tmp_path, code))
    assert Path(module).is_relative_to(installed)
    assert Path(path).is_relative_to(installed / "zhiyin" / "_bundled" / "built")
    assert (digest, clauses) == (built.sha256, 771)


def test_command_line_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    text = run(installed, tmp_path, "from zhiyin.cli import main; main(['diff', '2', '3'])")
    assert "strengthened 7" in text
    # Nothing had to be built: the cache is as empty as it was.
    assert not list(tmp_path.glob("graph/*.nq"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_service_starts_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    code = f"from zhiyin.cli import main; main(['serve', '--port', '{port}'])"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(installed, tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            body = wait_for(f"http://127.0.0.1:{port}/api/clauses?limit=1000", server)
        finally:
            server.terminate()
            server.wait(60)
    assert (body["total"], len(body["items"])) == (771, 771)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310
                found: dict[str, Any] = json.load(response)
                return found
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError("the server never answered")
