"""A small dataset of our own making, the service over it, and a client that speaks WSGI to the front."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from zhiyin.server.front import SparqlFront
from zhiyin.settings import Settings
from zhiyin.sparql.embedded import EmbeddedEngine
from zhiyin.sparql.service import Example, SparqlService

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ZY = "https://w3id.org/zhiyin/ontology#"
CLAUSE = "https://w3id.org/zhiyin/id/clause/"
ASSERTED = "https://w3id.org/zhiyin/id/graph/asserted"
INFERRED = "https://w3id.org/zhiyin/id/graph/inferred"
KASEI = "http://kasei.us/2009/09/sparql/data/data"
PREFIXES = {"zy": ZY, "clause": CLAUSE}


def dataset() -> str:
    """Twelve clauses in the two graphs of the project, and three graphs that the protocol's tests name."""
    lines = []
    for number in range(1, 13):
        subject = f"<{CLAUSE}4.3.{number}>"
        lines.append(f'{subject} <{ZY}number> "4.3.{number}" <{ASSERTED}> .')
        lines.append(
            f'{subject} <{ZY}text> "第{number}条：应当建立核心系统，\\"备份\\"，}},{{\\r\\n换行"@zh <{ASSERTED}> .'
        )
        lines.append(f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ZY}Requirement> <{ASSERTED}> .")
        lines.append(f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ZY}Clause> <{INFERRED}> .")
    lines.append(f'<{ZY}核心系统> <http://www.w3.org/2000/01/rdf-schema#label> "核心系统"@zh <{ASSERTED}> .')
    for number in (1, 2, 3):
        name = f"<{KASEI}{number}.rdf>"
        lines.append(
            f"{name} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Document> {name} ."
        )
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def data_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sparql") / "data.nq"
    path.write_text(dataset(), encoding="utf-8")
    return path


def find(words: str, hits: int) -> list[tuple[str, float]]:
    """Stands for the search: every clause whose number ends in the words."""
    return [(f"{CLAUSE}4.3.{n}", 1.0 / n) for n in range(1, 13) if str(n).endswith(words)][:hits]


EXAMPLE = Example("all_clauses", "全部条款", "All clauses", f"SELECT ?c {{ ?c a <{ZY}Clause> }} ORDER BY ?c")


@pytest.fixture(scope="session")
def open_engine(data_file: Path) -> Iterator[Callable[..., EmbeddedEngine]]:
    """Make engines over the data, closed at the end; those of equal settings are the same one."""
    engines: dict[str, EmbeddedEngine] = {}

    def open_with(settings: Settings) -> EmbeddedEngine:
        key = repr(settings)
        if key not in engines:
            engines[key] = EmbeddedEngine.open([data_file], settings, PREFIXES)
        return engines[key]

    yield open_with
    for engine in engines.values():
        engine.close()


@pytest.fixture(scope="session")
def make_service(open_engine: Callable[..., EmbeddedEngine]) -> Callable[..., SparqlService]:
    def make(**changes: object) -> SparqlService:
        settings = Settings(**{"query_timeout": 20.0, "query_workers": 2, **changes})  # type: ignore[arg-type]
        return SparqlService(open_engine(settings), settings, search=find, examples=lambda: [EXAMPLE])

    return make


@pytest.fixture(scope="session")
def service(make_service: Callable[..., SparqlService]) -> SparqlService:
    return make_service()


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - JSON may be anything
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.json()["results"]["bindings"]
        return rows


class Client:
    """Sends requests to a WSGI callable as a server would."""

    def __init__(self, app: WSGIApplication, path: str = "/sparql") -> None:
        self.app = app
        self.path = path

    def send(
        self,
        method: str = "GET",
        query_string: str = "",
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        path: str | None = None,
    ) -> Response:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path or self.path,
            "QUERY_STRING": query_string,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "data.example",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
        }
        if body or method in {"POST", "PUT"}:
            environ["CONTENT_LENGTH"] = str(len(body))
        for name, value in (headers or {}).items():
            key = name.upper().replace("-", "_")
            environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
        seen: list[Any] = []

        def start_response(status: str, fields: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            seen.extend([status, fields])
            return len

        chunks = self.app(environ, start_response)
        try:
            data = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        fields: dict[str, str] = {}
        for name, value in seen[1]:
            fields[name.lower()] = f"{fields[name.lower()]}, {value}" if name.lower() in fields else value
        return Response(int(seen[0].split()[0]), fields, data)

    def get(self, query: str, accept: str | None = None, **parameters: str) -> Response:
        headers = {} if accept is None else {"Accept": accept}
        return self.send("GET", urlencode({"query": query, **parameters}, quote_via=quote), headers)

    def post_form(self, body: bytes, headers: dict[str, str] | None = None, query_string: str = "") -> Response:
        fields = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.send("POST", query_string, fields, body)

    def post_query(self, body: bytes, headers: dict[str, str] | None = None, query_string: str = "") -> Response:
        fields = {"Content-Type": "application/sparql-query", **(headers or {})}
        return self.send("POST", query_string, fields, body)


@pytest.fixture(scope="session")
def client(service: SparqlService) -> Client:
    return Client(SparqlFront(service))


@pytest.fixture(scope="session")
def make_client(make_service: Callable[..., SparqlService]) -> Callable[..., Client]:
    def make(**changes: object) -> Client:
        return Client(SparqlFront(make_service(**changes)))

    return make
