"""Loads our graphs into a remote store by the SPARQL 1.1 Graph Store Protocol: again and again with the same result."""

from __future__ import annotations

import base64
import http.client
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from zhiyin.errors import BadParameter, Unavailable
from zhiyin.settings import Settings
from zhiyin.sparql.remote import RemoteEngine
from zhiyin.sparql.service import SparqlService

_TIMEOUT = 600.0


@dataclass(frozen=True, slots=True)
class Published:
    """One graph as it stands in the remote store after it was put there."""

    graph: str
    triples: int


def publish(
    files: Sequence[Path], graph_store: str, query_endpoint: str, user: str = "", password: str = ""
) -> list[Published]:
    """Replace each named graph of the N-Quads ``files`` in the store whose Graph Store address is ``graph_store``.

    A PUT replaces a graph whole, so a second run changes nothing. Every graph is counted through
    ``query_endpoint`` afterwards; raises Unavailable where the store refuses or the count differs.
    """
    store = ox.Store()
    for file in files:
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    done = []
    settings = Settings(
        sparql_endpoint=query_endpoint, sparql_user=user, sparql_password=password, query_timeout=_TIMEOUT
    )
    remote = SparqlService(RemoteEngine(settings), settings)
    for graph in sorted(
        (graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)), key=lambda graph: graph.value
    ):
        body = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b""
        _put(graph_store, graph.value, body, user, password)
        expected = sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        found = _count(remote, graph.value)
        if found != expected:
            raise Unavailable(
                f"图 {graph.value} 应有 {expected} 条三元组，远端却有 {found} 条",
                f"graph {graph.value} should hold {expected} triples, the remote store has {found}",
                details={"expected": expected, "found": found},
            )
        done.append(Published(graph.value, found))
    return done


def _count(service: SparqlService, graph: str) -> int:
    rows = service.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return int(rows.column("n")[0])


def _put(address: str, graph: str, body: bytes, user: str, password: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadParameter(
            "graph-store", address, zh="图存储地址须为 http(s) 地址", en="the graph store needs an http(s) address"
        )
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=_TIMEOUT, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT)
    query = f"{parts.query}&" if parts.query else ""
    headers = {"Content-Type": "application/n-triples"}
    try:
        path = f"{parts.path or '/'}?{query}graph={quote(graph, safe='')}"
        if user:
            # A store that wants a password may close the connection before it has read a long body.
            status, said, challenge = _send(connection, path, b"", headers)
            if status == 401:
                headers["Authorization"] = _authorization(challenge, user, password, path)
        status, said, challenge = _send(connection, path, body, headers)
    except OSError as error:
        raise Unavailable(
            f"图存储 {address} 没有应答：{error}", f"the graph store {address} does not answer: {error}"
        ) from error
    finally:
        connection.close()
    if status not in {200, 201, 204}:
        raise Unavailable(
            f"图存储 {address} 拒绝了图 {graph}（{status}）：{said}",
            f"the graph store {address} refused graph {graph} ({status}): {said}",
        )


def _send(
    connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, str, str]:
    connection.request("PUT", path, body, headers)
    response = connection.getresponse()
    said = response.read().decode("utf-8", "replace")[:300]
    return response.status, said, response.headers.get("WWW-Authenticate", "")


def _authorization(challenge: str, user: str, password: str, path: str) -> str:
    """Answer the store's challenge: Digest (as Virtuoso wants) or Basic."""
    if not challenge.lower().startswith("digest"):
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    from urllib.request import (
        AbstractDigestAuthHandler,
        HTTPPasswordMgrWithDefaultRealm,
        Request,
        parse_http_list,
        parse_keqv_list,
    )

    passwords = HTTPPasswordMgrWithDefaultRealm()
    request = Request(f"http://store{path}", method="PUT")
    passwords.add_password(None, "http://store", user, password)
    handler = AbstractDigestAuthHandler(passwords)
    fields = parse_keqv_list(parse_http_list(challenge.split(" ", 1)[1]))
    return f"Digest {handler.get_authorization(request, fields)}"
