"""Measures the SPARQL service beside its peers in one run: throughput, p50, p99, processor time and memory.

``python bench/serving.py [--seconds 2] [--scale 1] [--peers oxigraph,zhiyin,…] [--only NAME,…]`` prints Markdown.
The query library and a set of heavy queries are asked by eight clients; every server gets each query in turn.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "service")]

from bench.load import Measured, measure
from bench.peers import FUSEKI, Peer, fuseki, oxigraph, rdflib_endpoint, zhiyin

ROOT = Path(__file__).resolve().parents[1]
JSON = "application/sparql-results+json"
GRAPH = "application/n-triples"
_PREFIXES = """PREFIX zy: <https://w3id.org/zhiyin/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
HEAVY = {
    "heavy: every triple": "SELECT * { ?s ?p ?o }",
    "heavy: count by property": "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?o2) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n)",
    "heavy: pairs of clauses": "SELECT (COUNT(*) AS ?n) { ?a zy:mentions ?c . ?b zy:mentions ?c . FILTER(STR(?a) < STR(?b)) }",
    "heavy: regular expression": 'SELECT ?c ?t { ?c zy:text ?t FILTER REGEX(?t, "(备份|恢复).*(系统|数据)") } ORDER BY ?t',
    "heavy: path": "SELECT (COUNT(*) AS ?n) { ?a (zy:derivedFrom|^zy:derivedFrom)+ ?b }",
    "heavy: sort": "SELECT ?s ?o { ?s ?p ?o FILTER isLiteral(?o) } ORDER BY DESC(STRLEN(STR(?o))) ?o LIMIT 500",
    "one triple": "SELECT ?n { <https://w3id.org/zhiyin/id/clause/4.3.3.1> zy:number ?n }",
    "ask": "ASK { ?s a zy:Requirement }",
}


def queries(only: Sequence[str]) -> dict[str, str]:
    """Return the library's queries and the heavy ones by name."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "queries").glob("*.rq"))}
    # Comments travel with a query but are no part of what is measured.
    found = {name: re.sub(r"(?m)^#.*\n", "", text).strip() for name, text in found.items()}
    found |= {name: _PREFIXES + text for name, text in HEAVY.items()}
    return {name: text for name, text in found.items() if not only or name in only}


def grow(source: Path, times: int, folder: Path) -> list[Path]:
    """Return the graph and, beside it, a file with ``times - 1`` copies of its things under names of their own."""
    if times <= 1:
        return [source]
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    target = folder / f"grown-{times}.nq"
    with target.open("w", encoding="utf-8") as file:
        for number in range(1, times):
            for line in lines:
                copied = _THING.sub(f"/zhiyin/copy/{number}/", line)
                if copied != line:
                    file.write(copied)
    return [source, target]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--scale", type=int, default=1, help="how many times as large the graph is made")
    parser.add_argument("--peers", default="oxigraph,zhiyin,cached,rdflib-endpoint,fuseki")
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    from zhiyin.composition.services import graph_files

    makers: dict[str, Callable[[Sequence[Path]], Peer]] = {
        "oxigraph": oxigraph,
        "zhiyin": lambda files: zhiyin(files, cached=False),
        "worker": lambda files: _renamed(
            zhiyin(files, cached=False, ZHIYIN_DIRECT_SECONDS="0"), "zhiyin, workers only"
        ),
        "cached": lambda files: zhiyin(files, cached=True),
        "rdflib-endpoint": rdflib_endpoint,
        "fuseki": fuseki,
    }
    with tempfile.TemporaryDirectory(prefix="zhiyin-bench-") as folder:
        # What the cache holds may make room for another version's while this runs.
        source = Path(shutil.copy(graph_files()[0], folder))
        files = grow(source, chosen.scale, Path(folder))
        peers: list[Peer] = []
        try:
            for name in chosen.peers.split(","):
                try:
                    peers.append(makers[name](files))
                except RuntimeError as error:
                    print(f"skipped: {error}", file=sys.stderr)
            table = run(
                peers, queries([part for part in chosen.only.split(",") if part]), chosen.seconds, chosen.clients
            )
            report(peers, table, files, chosen.clients)
        finally:
            for peer in peers:
                peer.stop()


def _renamed(peer: Peer, name: str) -> Peer:
    peer.name = name
    return peer


# Tiers and graphs stay what they are; every other thing of the graph gets a name of its own in a copy.
_THING = re.compile(r"/zhiyin/id/(?!tier/|graph/)")
Table = dict[str, dict[str, tuple[Measured, float]]]


def run(peers: Sequence[Peer], asked: dict[str, str], seconds: float, clients: int) -> Table:
    """Ask every query of every server and return what was measured, with processor milliseconds a request."""
    table: Table = {}
    for name, text in asked.items():
        accept = GRAPH if re.search(r"(?m)^\s*(CONSTRUCT|DESCRIBE)\b", text) else JSON
        row = table[name] = {}
        for peer in peers:
            url = f"{peer.query}query={quote(text, safe='')}"
            settle(peer)
            measure(url, accept, 1, clients)
            before = peer.processor_time()
            measured = measure(url, accept, seconds, clients)
            used = (peer.processor_time() - before) / max(measured.requests, 1) * 1000
            row[peer.name] = (measured, used)
        print(
            name,
            {peer: f"{one.rate:.0f}/s" + f" {one.failed} failed" * bool(one.failed) for peer, (one, _) in row.items()},
            file=sys.stderr,
            flush=True,
        )
    return table


def settle(peer: Peer) -> None:
    """Wait until ``peer`` is done with what clients left behind."""
    for _ in range(16):
        before = peer.processor_time()
        time.sleep(0.25)
        if peer.processor_time() - before < 0.03:
            return


def report(peers: Sequence[Peer], table: Table, files: Sequence[Path], clients: int) -> None:
    """Print the tables."""
    size = sum(sum(1 for _ in file.open("rb")) for file in files)
    versions = {
        name: importlib.metadata.version(name) for name in ("oxigraph", "pyoxigraph", "granian", "rdflib-endpoint")
    }
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {clients} clients, {size:,} triples; "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + f", {FUSEKI.rpartition(':')[0].rpartition(':')[2]} {FUSEKI.rpartition(':')[2]}\n"
    )
    names = [peer.name for peer in peers]
    print("| requests a second | " + " | ".join(names) + " |\n|---|" + "---:|" * len(names))
    for query, row in table.items():
        print(f"| {query} | " + " | ".join(_rate(row.get(name)) for name in names) + " |")
    if "oxigraph" not in names:
        return
    base = "oxigraph"
    # A query of which a server answered none in its seconds gives no ratio.
    for what, chosen in (("the library", [q for q in table if q not in HEAVY]), ("all", list(table))):
        print(f"\n| median of the ratios to {base}, {what} | throughput | p50 | p99 | processor time | failed |")
        print("|---|---:|---:|---:|---:|---:|")
        for peer in peers:
            rows = [table[q] for q in chosen if table[q][peer.name][0].requests and table[q][base][0].requests]
            if not rows:
                continue
            ratios = [
                statistics.median(figures(row[peer.name])[place] / max(figures(row[base])[place], 1e-9) for row in rows)
                for place in range(4)
            ]
            failed = sum(table[q][peer.name][0].failed for q in chosen)
            print(f"| {peer.name} | " + " | ".join(f"{value:.2f}" for value in ratios) + f" | {failed} |")
    print("\n| memory | MB (PSS of all processes) |\n|---|---:|")
    for peer in peers:
        print(f"| {peer.name} | {peer.memory():.0f} |")


def figures(entry: tuple[Measured, float]) -> tuple[float, float, float, float]:
    """Return rate, median, 99th percentile and processor time of one measurement."""
    one, used = entry
    return one.rate, one.median, one.p99, used


def _rate(entry: tuple[Measured, float] | None) -> str:
    if entry is None:
        return "–"
    one, used = entry
    return f"{one.rate:,.0f} ({one.median:.1f} / {one.p99:.1f} ms, cpu {max(used, 0):.2f} ms)"


if __name__ == "__main__":
    main()
