"""Other stores, started for the tests and ended again; where one cannot be had its tests are skipped and say why."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.engines.outside_engines import RDF4J_STORE, CannotBeHad, started_by
from tests.sparql.test_remote import Oxigraph, free_port

FUSEKI = "org.apache.jena:jena-fuseki-server:5.2.0"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave these tests out unless they are asked for: they start servers that take a minute each."""
    if any("engines" in str(argument) for argument in config.args):
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="other stores are tested by make test-engines"))


@dataclass(frozen=True)
class Store:
    """Where a store is asked and where its graphs are put."""

    name: str
    query: str
    graphs: str
    user: str = ""
    password: str = ""
    update: str = ""
    """Where it takes SPARQL Update, if it does."""


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    """Return when something listens on ``port``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the store ended with {process.returncode}") from None
            time.sleep(0.2)
    process.kill()
    raise RuntimeError("the store did not start")


@pytest.fixture(scope="session", params=["oxigraph", "fuseki", "virtuoso", "rdf4j"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp(request.param)
    start = {"oxigraph": oxigraph, "fuseki": fuseki, "virtuoso": virtuoso, "rdf4j": rdf4j}[request.param]
    yield from start(folder)


def oxigraph(_: Path) -> Iterator[Store]:
    server = Oxigraph()
    yield Store("oxigraph", f"{server.url}/query", f"{server.url}/store", update=f"{server.url}/update")
    server.close()


def fuseki(folder: Path) -> Iterator[Store]:
    if shutil.which("mvn") is None or shutil.which("java") is None:
        pytest.skip("Fuseki is not tested: mvn or java is not installed")
    done = subprocess.run(
        ["mvn", "-q", COPY, f"-Dartifact={FUSEKI}", f"-DoutputDirectory={folder}"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    jars = list(folder.glob("*.jar"))
    if done.returncode or not jars:
        pytest.skip(f"Fuseki is not tested: mvn cannot fetch {FUSEKI}")
    port = free_port()
    process = subprocess.Popen(
        ["java", "-jar", str(jars[0]), "--localhost", f"--port={port}", "--update", "--mem", "/ds"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(port, process)
    address = f"http://127.0.0.1:{port}/ds"
    yield Store("fuseki", f"{address}/sparql", f"{address}/data", update=f"{address}/update")
    process.terminate()
    process.wait(30)


def rdf4j(folder: Path) -> Iterator[Store]:
    """RDF4J's store and query engine behind its protocol: the war of RDF4J Server is in no registry."""
    try:
        command = started_by("Rdf4jServer", RDF4J_STORE, folder)
    except CannotBeHad as reason:
        pytest.skip(f"RDF4J is not tested: {reason}")
    port = free_port()
    process = subprocess.Popen([*command, str(port)], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port, process)
    address = f"http://127.0.0.1:{port}"
    yield Store("rdf4j", f"{address}/query", f"{address}/graphs", update=f"{address}/update")
    process.terminate()
    process.wait(30)


_VIRTUOSO = """[Database]
DatabaseFile = {folder}/virtuoso.db
TransactionFile = {folder}/virtuoso.trx
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
xa_persistent_file = {folder}/virtuoso.pxa

[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx

[Parameters]
ServerPort = {sql}
DirsAllowed = {folder}
NumberOfBuffers = 20000

[HTTPServer]
ServerPort = {http}
ServerThreads = 10

[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 60
"""


def virtuoso(folder: Path) -> Iterator[Store]:
    binary = shutil.which("virtuoso-t")
    if binary is None:
        pytest.skip("Virtuoso is not tested: install Debian's virtuoso-opensource")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(
        _VIRTUOSO.format(folder=folder, sql=f"127.0.0.1:{sql}", http=f"127.0.0.1:{http}"), encoding="utf-8"
    )
    process = subprocess.Popen(
        [binary, "+configfile", str(folder / "virtuoso.ini"), "+foreground"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(http, process)
    address = f"http://127.0.0.1:{http}"
    yield Store("virtuoso", f"{address}/sparql", f"{address}/sparql-graph-crud-auth", "dba", "dba")
    process.terminate()
    process.wait(60)
