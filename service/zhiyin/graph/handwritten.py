"""Takes the Turtle files that people write and gives one graph of them, or the file and line of the first fault."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rdflib import Graph
from rdflib.plugins.parsers.notation3 import BadSyntax

from zhiyin.errors import OntologyError, Place


def read_turtle(files: Iterable[Path]) -> Graph:
    """Return the triples of ``files`` together; OntologyError names the file and line that cannot be read."""
    graph = Graph(bind_namespaces="none")
    for file in files:
        # Bytes and not the path: rdflib would fetch what looks like an address.
        data = file.read_bytes()
        try:
            graph.parse(data=data, format="turtle", publicID=file.name)
        except BadSyntax as fault:
            raise OntologyError(
                f"Turtle 语法有误：{fault.message}",
                f"bad Turtle: {fault.message}",
                place=Place(source=file.name, line=fault.lines + 1),
            ) from fault
        except UnicodeDecodeError as fault:
            raise OntologyError(
                "不是 UTF-8 编码",
                "not UTF-8",
                place=Place(source=file.name, line=data.count(b"\n", 0, fault.start) + 1),
            ) from fault
    return graph
