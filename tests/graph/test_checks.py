"""Each check of ``queries/checks`` returns no row on the real graph and a row once its fault is planted."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from zhiyin import resources
from zhiyin.composition import BuiltGraph

CHECKS = {file.stem: file for file in resources.query_files("queries/checks")}
FAULTS = {file.stem: file for file in (Path(__file__).parent / "faults").glob("*.ru")}


def rows(store: pyoxigraph.Store, name: str) -> list[str]:
    found = store.query(CHECKS[name].read_text(encoding="utf-8"), use_default_graph_as_union=True)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [str(row) for row in found]


def test_there_are_checks_and_each_has_its_fault() -> None:
    assert len(CHECKS) >= 15
    assert sorted(CHECKS) == sorted(FAULTS)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_the_graph_passes(store: pyoxigraph.Store, name: str) -> None:
    assert rows(store, name) == []


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_planted_fault_is_caught(built: BuiltGraph, name: str) -> None:
    store = pyoxigraph.Store()
    store.bulk_load(built.path.read_bytes(), format=pyoxigraph.RdfFormat.N_QUADS)
    store.update(FAULTS[name].read_text(encoding="utf-8"))
    assert rows(store, name)
