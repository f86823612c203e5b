"""The printed text and the hand-written Turtle, each read by a few lines of its own and not by the package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from rdflib import Graph

ROOT = Path(__file__).resolve().parents[2]
CLAUSE_LINE = re.compile(r"([2-5](?:\.\d+){3})\s+\[(必须|可选)\]\[(新增|延续)\]\s*(.+)")
ITEM_LINE = re.compile(r"(1\.\d+(?:\.\d+)?)\s+(.+)")


@pytest.fixture(scope="session")
def lines() -> list[str]:
    """The lines of the guideline's text, trimmed."""
    (source,) = (ROOT / "data" / "guideline").glob("*.txt")
    return [line.strip() for line in source.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def printed(lines: list[str]) -> Mapping[str, tuple[str, str, str]]:
    """Clause number to obligation, mark and text, the text without white space."""
    found = (CLAUSE_LINE.fullmatch(line) for line in lines)
    return {m[1]: (m[2], m[3], re.sub(r"\s+", "", m[4])) for m in found if m}


@pytest.fixture(scope="session")
def texts(printed: Mapping[str, tuple[str, str, str]]) -> Mapping[str, str]:
    """Clause number to text without white space."""
    return {number: text for number, (_, _, text) in printed.items()}


@pytest.fixture(scope="session")
def items(lines: list[str]) -> Mapping[str, str]:
    """The unmarked items of chapter 1 by number."""
    return {m[1]: m[2] for line in lines if (m := ITEM_LINE.fullmatch(line))}


@pytest.fixture(scope="session")
def sources() -> Mapping[str, str]:
    """The hand-written Turtle of rules, families and metrics: path below ``ontology`` to text."""
    folder = ROOT / "ontology"
    files = sorted(p for name in ("families", "metrics", "reading") for p in (folder / name).glob("*.ttl"))
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in files}


@pytest.fixture(scope="session")
def graph(sources: Mapping[str, str]) -> Graph:
    """All of ``sources`` in one graph."""
    graph = Graph()
    for text in sources.values():
        graph.parse(data=text, format="turtle")
    return graph
