"""A Turtle file of the project in, its statements out; the one place where such files are read one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from zhiyin.errors import OntologyError, Place
from zhiyin.standards import RDF

Node = ox.NamedNode | ox.BlankNode
V = TypeVar("V")


def statements(*files: Path) -> Iterator[ox.Quad]:
    """Yield what ``files`` state, file by file, blank nodes told apart; OntologyError names the file, line and column."""
    for file in files:
        try:
            yield from ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        except SyntaxError as error:
            raise OntologyError(
                f"文件无法解析：{error}",
                f"the file cannot be parsed: {error}",
                place=Place(source=file.name, line=error.lineno, column=error.offset),
            ) from error


def triples(files: Iterable[Path]) -> list[ox.Triple]:
    """Return what ``files`` state together."""
    return [quad.triple for quad in statements(*files)]


def list_items(said: Mapping[Node, Iterable[tuple[str, V]]], head: object) -> Iterator[V]:
    """Yield the items of the RDF list at ``head``; ``said`` maps a node to its predicates and values."""
    while isinstance(head, ox.BlankNode):
        pairs = dict(said[head])
        if RDF + "first" not in pairs:
            return
        yield pairs[RDF + "first"]
        head = pairs.get(RDF + "rest")
