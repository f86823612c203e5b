"""A SPARQL 1.1 store elsewhere beneath the same service, reached through SPARQLWrapper.

Answers are fetched as JSON (or N-Triples), read by the same engine that the embedded store uses and written by the
same code: formats, caps and marks are the same whatever stands beneath.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError

import pyoxigraph as ox

from zhiyin.errors import BadQuery, Overloaded, Unavailable, ZhiyinError
from zhiyin.settings import Settings
from zhiyin.sparql.job import Answer, Cut, Job, StoreState
from zhiyin.sparql.media import Kind
from zhiyin.sparql.pool import timed_out
from zhiyin.sparql.results import write_boolean, write_graph, write_table

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

PUBLISHED = "https://w3id.org/zhiyin/id/graph/published"
"""The graph in which a publication says what it put there."""

_PROBE_EVERY = 1.0
_COMPARE_EVERY = 60.0
_COMPARE_TIMEOUT = 30.0
_PROBE_TIMEOUT = 3.0
_SAYING = 500
_GRAPH_OF = re.compile(r"<([^<>\s]+)>\s*\.\s*$")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the store should hold: triples by graph, and the hash of the files that they come from."""

    triples: Mapping[str, int]
    digest: str


def digest_of(files: Sequence[Path]) -> str:
    """Return the SHA-256 of files one after another."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def expected_of(files: Sequence[Path]) -> Expected:
    """Return what a store holds to which the N-Quads ``files`` were published."""
    counts: Counter[str] = Counter()
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                graph = _GRAPH_OF.search(line)
                if graph is not None:
                    counts[graph[1]] += 1
    return Expected(dict(counts), digest_of(files))


class RemoteEngine:
    """Runs jobs at a remote endpoint; it may be absent and come back.

    ``graphs`` are what a query without a dataset sees, as their union; without them it sees what the store shows.
    """

    name = "remote"

    def __init__(
        self,
        settings: Settings,
        prefixes: dict[str, str] | None = None,
        graphs: Sequence[str] = (),
        expected: Callable[[], Expected] | None = None,
    ) -> None:
        self._expected = expected
        self._compared = 0.0
        self._differs = ""
        self.endpoint = settings.sparql_endpoint
        self._user = settings.sparql_user
        self._password = settings.sparql_password
        self._prefixes = prefixes or {}
        self._graphs = graphs
        self._places = threading.BoundedSemaphore(settings.workers + settings.long_queries)
        self._queue_timeout = settings.queue_timeout
        self._lock = threading.Lock()
        self._probed = 0.0
        self._state = StoreState(False, None, None, (), "not asked yet")
        self._figures = {"running": 0.0, "timeouts": 0.0, "absent": 0.0}

    @property
    def generation(self) -> str | None:
        """Unknown: the data may change at any time, so nothing is cached by it."""
        return None

    def run(self, job: Job) -> Answer:
        """Return the answer of ``job``; raises BadQuery, QueryTimeout, Overloaded or Unavailable."""
        if not self._places.acquire(timeout=self._queue_timeout):
            raise Overloaded(
                "同时执行的查询过多，请稍后再试",
                "too many queries at once, please try again",
                details={"retryAfter": 1},
            )
        started = time.monotonic()
        self._figures["running"] += 1
        try:
            body = self._fetch(job)
        finally:
            self._figures["running"] -= 1
            self._places.release()
        seconds = time.monotonic() - started
        parts: list[bytes] = []
        try:
            cut = self._write(job, body, parts.append)
        except (SyntaxError, ValueError, OSError) as error:
            raise Unavailable(
                f"远端存储 {self.endpoint} 的应答无法读取：{error}",
                f"the answer of the remote store {self.endpoint} cannot be read: {error}",
            ) from error
        return Answer(job.format, b"".join(parts), cut=cut, seconds=seconds)

    def _write(self, job: Job, body: bytes, write: Callable[[bytes], None]) -> Cut:
        if job.outline.kind is Kind.GRAPH:
            triples = _triples(body)
            return write_graph(triples, job.format, write, job.max_rows, job.max_bytes, self._prefixes)
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if isinstance(results, ox.QueryBoolean):
            write_boolean(results, job.format, write)
            return Cut.NOT
        return write_table(results, job.format, write, job.max_rows, job.max_bytes)

    def _fetch(self, job: Job) -> bytes:
        text = job.text if job.base is None else f"BASE <{job.base}> {job.text}"
        wrapper = self._wrapper(text, job.timeout)
        wrapper.queryType = job.outline.form
        defaults, named = self._dataset(job)
        for graph in defaults:
            wrapper.addParameter("default-graph-uri", graph)
        for graph in named:
            wrapper.addParameter("named-graph-uri", graph)
        wrapper.setReturnFormat("turtle" if job.outline.kind is Kind.GRAPH else "json")
        if job.outline.kind is Kind.GRAPH:
            wrapper.setOnlyConneg(True)
            wrapper.addCustomHttpHeader("Accept", "application/n-triples, text/turtle;q=0.8")
        else:
            wrapper.setOnlyConneg(True)
            wrapper.addCustomHttpHeader("Accept", "application/sparql-results+json")
        started = time.monotonic()
        try:
            return self._read(wrapper, job, started)
        except ZhiyinError as error:
            if isinstance(error, Unavailable):
                self._figures["absent"] += 1
            raise

    def _dataset(self, job: Job) -> tuple[Sequence[str], Sequence[str]]:
        """Return default and named graphs: stores differ in what a query without a dataset sees, ours do not."""
        if job.default_graphs is not None or job.named_graphs is not None:
            return job.default_graphs or (), job.named_graphs or ()
        return ((), ()) if job.outline.has_dataset else (self._graphs, self._graphs)

    def _read(self, wrapper: SPARQLWrapper, job: Job, started: float) -> bytes:
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        try:
            response = wrapper.query().response
            # The socket's limit is for one read each; the whole answer has to come in time.
            data = bytearray()
            while block := response.read(1 << 18):
                data += block
                if time.monotonic() - started > job.timeout:
                    raise TimeoutError
                if len(data) > 2 * job.max_bytes:
                    raise Unavailable(
                        "远端存储的应答过大",
                        "the answer of the remote store is too large",
                        details={"limit": job.max_bytes},
                    )
            return bytes(data)
        except TimeoutError as error:
            raise self._late(started, job) from error
        except HTTPError as error:
            raise self._refused(error.code, error.read(_SAYING)) from error
        except SPARQLWrapperException as error:
            # Its classes stand for the status: 400 bad query, 401, 404, 414, 500.
            raise self._refused(_STATUS.get(type(error).__name__, 500), str(error).encode()) from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._late(started, job) from error
            raise self._absent(str(error.reason)) from error
        except (OSError, HTTPException) as error:
            raise self._absent(str(error)) from error

    def _late(self, started: float, job: Job) -> ZhiyinError:
        self._figures["timeouts"] += 1
        return timed_out(time.monotonic() - started, job.timeout)

    def _absent(self, reason: str) -> Unavailable:
        return Unavailable(
            f"远端存储 {self.endpoint} 没有应答：{reason}",
            f"the remote store {self.endpoint} does not answer: {reason}",
            details={"retryAfter": 2},
        )

    def _refused(self, status: int, said: bytes) -> ZhiyinError:
        saying = said.decode("utf-8", "replace").strip()[:_SAYING]
        if status == 400:
            return BadQuery(f"远端存储拒绝了查询：{saying}", f"the remote store refused the query: {saying}")
        if status in {401, 403}:
            return Unavailable(
                f"远端存储 {self.endpoint} 拒绝访问（{status}）：请检查用户名与口令",
                f"the remote store {self.endpoint} denies access ({status}): check user and password",
            )
        if status in {408, 504}:
            return Unavailable(f"远端存储超时：{saying}", f"the remote store timed out: {saying}")
        return Unavailable(
            f"远端存储 {self.endpoint} 出错（{status}）：{saying}",
            f"the remote store {self.endpoint} failed ({status}): {saying}",
            details={"retryAfter": 2},
        )

    def _wrapper(self, text: str, timeout: float) -> SPARQLWrapper:
        from SPARQLWrapper import POST, SPARQLWrapper

        wrapper = SPARQLWrapper(self.endpoint, agent="zhiyin")
        wrapper.setMethod(POST)
        wrapper.setQuery(text)
        # urllib takes the limit as it is, fractions too; SPARQLWrapper's setter would round it down.
        setattr(wrapper, "timeout", max(timeout, 0.05))  # noqa: B010 - typed as whole seconds
        if self._user:
            wrapper.setCredentials(self._user, self._password)
        return wrapper

    def state(self) -> StoreState:
        """Return whether the store answers a trivial query, asked at most once a second."""
        with self._lock:
            now = time.monotonic()
            if now - self._probed >= _PROBE_EVERY:
                self._probed = now
                self._state = self._probe()
            return self._state

    def _probe(self) -> StoreState:
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        wrapper = self._wrapper("ASK {}", _PROBE_TIMEOUT)
        wrapper.setReturnFormat("json")
        try:
            wrapper.query().response.read(4096)
        except (OSError, HTTPException, SPARQLWrapperException) as error:
            return StoreState(False, None, None, (), f"{self.endpoint}: {error}")
        differs = self._difference()
        return StoreState(not differs, None, None, (), differs)

    def _difference(self) -> str:
        """Return in what the store differs from what should be there, asked once in a while and while it differs."""
        if self._expected is None:
            return ""
        now = time.monotonic()
        if self._differs or now - self._compared >= _COMPARE_EVERY:
            self._compared = now
            self._differs = self._compare(self._expected())
        return self._differs

    def _compare(self, expected: Expected) -> str:
        graphs = " ".join(f"<{graph}>" for graph in expected.triples)
        counts = self._pairs(
            f"SELECT ?g (COUNT(*) AS ?n) {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
        )
        if counts is None:
            return f"{self.endpoint}: the graphs could not be counted"
        for graph, triples in expected.triples.items():
            found = int(counts.get(graph, "0"))
            if found != triples:
                return (
                    f"{graph} 应有 {triples} 条三元组，存储中有 {found} 条：请运行 zhiyin publish / {graph} should hold "
                    f"{triples} triples, the store has {found}: run zhiyin publish"
                )
        told = self._pairs(f"SELECT ?g ?n {{ GRAPH <{PUBLISHED}> {{ ?g <http://purl.org/dc/terms/identifier> ?n }} }}")
        stale = [graph for graph, digest in (told or {}).items() if digest != expected.digest]
        if stale:
            return (
                "存储中的图谱是另一个版本（散列不同）：请运行 zhiyin publish / the graph in the store is of another "
                "version (its hash differs): run zhiyin publish"
            )
        return ""

    def _pairs(self, query: str) -> dict[str, str] | None:
        """Return the first two columns of a query, ``None`` where the store does not answer it."""
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

        wrapper = self._wrapper(query, _COMPARE_TIMEOUT)
        wrapper.setReturnFormat("json")
        try:
            rows = json.loads(wrapper.query().response.read(1 << 20))["results"]["bindings"]
            return {row["g"]["value"]: row["n"]["value"] for row in rows if "g" in row and "n" in row}
        except (OSError, HTTPException, SPARQLWrapperException, ValueError, KeyError):
            return None

    def gauges(self) -> dict[str, float]:
        """Return how many queries run, came late or found no store."""
        return dict(self._figures)

    def close(self) -> None:
        """Nothing is held."""


_STATUS = {
    "QueryBadFormed": 400,
    "Unauthorized": 401,
    "EndPointNotFound": 404,
    "URITooLong": 414,
    "EndPointInternalError": 500,
}


def _triples(body: bytes) -> Iterator[ox.Triple]:
    # N-Triples is a part of Turtle: one parser reads what either kind of store sends.
    seen: set[Any] = set()
    for quad in ox.parse(io.BytesIO(body), format=ox.RdfFormat.TURTLE):
        triple = quad.triple
        if triple not in seen:
            seen.add(triple)
            yield triple
