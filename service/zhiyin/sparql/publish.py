"""Loads our graphs into a remote store by the SPARQL 1.1 Graph Store Protocol: again and again with the same result."""

from __future__ import annotations

import base64
import http.client
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from zhiyin.errors import BadParameter, Unavailable
from zhiyin.settings import Settings
from zhiyin.sparql.remote import PUBLISHED, RemoteEngine, digest_of
from zhiyin.sparql.service import SparqlService
from zhiyin.standards import DCTERMS, XSD

_TIMEOUT = 600.0
_BATCH = 2000
_SAYING = 600
_TAGS = re.compile(r"<style.*?</style>|<[^<>]{1,200}>", re.DOTALL)
_VOID_TRIPLES = "http://rdfs.org/ns/void#triples"
_IDENTIFIER = DCTERMS + "identifier"
_INTEGER = XSD + "integer"


@dataclass(frozen=True, slots=True)
class Published:
    """One graph as it stands in the remote store after it was put there."""

    graph: str
    triples: int


def publish(
    files: Sequence[Path],
    graph_store: str,
    query_endpoint: str,
    user: str = "",
    password: str = "",
    *,
    update: bool = False,
) -> list[Published]:
    """Replace each named graph of the N-Quads ``files`` in the store whose Graph Store address is ``graph_store``.

    A PUT replaces a graph whole, so a second run changes nothing. With ``update`` the address is one of SPARQL 1.1
    Update, for stores without the other protocol. Every graph is counted through ``query_endpoint`` afterwards, and
    what was published is written beside it, for whoever asks later whether the store is up to date; raises Unavailable
    where the store refuses or the count differs.
    """
    put = _replace_by_update if update else _put
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
        put(graph_store, graph.value, body, user, password)
        expected = sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        found = _count(remote, graph.value)
        if found != expected:
            raise Unavailable(
                f"图 {graph.value} 应有 {expected} 条三元组，远端却有 {found} 条",
                f"graph {graph.value} should hold {expected} triples, the remote store has {found}",
                details={"expected": expected, "found": found},
            )
        done.append(Published(graph.value, found))
    put(graph_store, PUBLISHED, told(files, done), user, password)
    return done


def told(files: Sequence[Path], graphs: Sequence[Published]) -> bytes:
    """Return what is written of a publication, as N-Triples: the graphs' counts and the hash of the files."""
    digest = digest_of(files)
    return "".join(
        f'<{row.graph}> <{_VOID_TRIPLES}> "{row.triples}"^^<{_INTEGER}> .\n<{row.graph}> <{_IDENTIFIER}> "{digest}" .\n'
        for row in graphs
    ).encode()


def _replace_by_update(address: str, graph: str, body: bytes, user: str, password: str) -> None:
    """Replace a graph by SPARQL 1.1 Update; what has a blank node goes in one request, the scope of its label."""
    lines = body.decode().splitlines()
    blank = [line for line in lines if "_:" in line]
    plain = [line for line in lines if "_:" not in line]
    requests = [f"DROP SILENT GRAPH <{graph}>"]
    for start in range(0, len(plain), _BATCH):
        requests.append(_insert(graph, plain[start : start + _BATCH]))
    if blank:
        requests.append(_insert(graph, blank))
    for text in requests:
        _exchange("POST", address, "", text.encode(), "application/sparql-update", graph, user, password)


def _insert(graph: str, lines: Sequence[str]) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n" + "\n".join(lines) + "\n} }"


def _count(service: SparqlService, graph: str) -> int:
    rows = service.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return int(rows.column("n")[0])


def _put(address: str, graph: str, body: bytes, user: str, password: str) -> None:
    query = f"graph={quote(graph, safe='')}"
    _exchange("PUT", address, query, body, "application/n-triples", graph, user, password)


def _exchange(
    method: str, address: str, query: str, body: bytes, media: str, graph: str, user: str, password: str
) -> None:
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
    whole = "&".join(part for part in (parts.query, query) if part)
    headers = {"Content-Type": media}
    try:
        path = (parts.path or "/") + (f"?{whole}" if whole else "")
        if user:
            # A store that wants a password may close the connection before it has read a long body.
            status, said, challenge = _send(connection, method, path, b"", headers)
            if status == 401:
                headers["Authorization"] = _authorization(challenge, user, password, path, method)
        status, said, challenge = _send(connection, method, path, body, headers)
    except OSError as error:
        raise Unavailable(
            f"图存储 {address} 没有应答：{error}", f"the graph store {address} does not answer: {error}"
        ) from error
    finally:
        connection.close()
    if status not in {200, 201, 204}:
        hint_zh = hint_en = ""
        if method == "PUT" and status in {404, 405, 501}:
            hint_zh = "；没有图存储协议的存储请给出 SPARQL Update 的地址并加 --update"
            hint_en = "; for a store without the Graph Store Protocol give its SPARQL Update address and --update"
        raise Unavailable(
            f"图存储 {address} 拒绝了图 {graph}（{status}）：{said or '没有说明'}{hint_zh}",
            f"the graph store {address} refused graph {graph} ({status}): {said or 'without a word'}{hint_en}",
            details={"status": status, "said": said},
        )


def _send(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, str, str]:
    try:
        connection.request(method, path, body, headers)
    except (BrokenPipeError, ConnectionResetError):
        # A store that refuses early may have said why before it closed.
        if connection.sock is None:
            raise
    response = connection.getresponse()
    said = " ".join(_TAGS.sub(" ", response.read().decode("utf-8", "replace")).split())[:_SAYING]
    return response.status, said, response.headers.get("WWW-Authenticate", "")


def _authorization(challenge: str, user: str, password: str, path: str, method: str) -> str:
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
    request = Request(f"http://store{path}", method=method)
    passwords.add_password(None, "http://store", user, password)
    handler = AbstractDigestAuthHandler(passwords)
    fields = parse_keqv_list(parse_http_list(challenge.split(" ", 1)[1]))
    return f"Digest {handler.get_authorization(request, fields)}"
