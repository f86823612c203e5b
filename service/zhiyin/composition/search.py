"""Wires the read model to the search index, stored under the graph's hash in the wheel or in our own cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zhiyin import resources
from zhiyin.composition.graph import BuiltGraph

if TYPE_CHECKING:
    from zhiyin.search.index import SearchIndex


def load_search(graph: BuiltGraph, folder: Path | None = None) -> SearchIndex:
    """Return the index of ``graph``, built and kept in ``folder`` (default: our cache) where it is not there yet."""
    from zhiyin.search.corpus import concepts_of, documents_of
    from zhiyin.search.storage import load_or_build

    return load_or_build(
        graph.sha256,
        lambda: (documents_of(graph.catalogue), concepts_of(graph.catalogue)),
        folder or resources.cache_folder() / "search",
        shipped=[resources.path("built")],
    )
