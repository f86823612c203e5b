"""Wires everything that the edges need: the graph, the rules, search, the SPARQL service and the question library."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from zhiyin.asking import Asker
from zhiyin.composition.asking import open_asker
from zhiyin.composition.containment import Containment
from zhiyin.composition.graph import BuiltGraph, Progress, find_graph, is_faithful, load_graph
from zhiyin.composition.judging import rules
from zhiyin.composition.questions import question_library
from zhiyin.composition.search import load_search
from zhiyin.namespaces import CLAUSE, PREFIXES
from zhiyin.search.index import SearchIndex
from zhiyin.services import Services
from zhiyin.settings import Settings
from zhiyin.sparql.opening import open_service
from zhiyin.sparql.searching import SearchFunction
from zhiyin.sparql.service import Example, SparqlService

T = TypeVar("T")
_PREPARED: list[tuple[BuiltGraph, SearchIndex]] = []
"""The graph and its index as the server's main process loaded them, for the processes forked from it to share."""
_OPENED: list[tuple[BuiltGraph, Callable[[], SearchIndex]]] = []
"""The graph and its search that this process opened last."""


def prepare(progress: Progress | None = None) -> None:
    """Load graph, index and law once, before any process that takes requests is forked."""
    graph = load_graph(progress)
    _PREPARED[:] = [(graph, load_search(graph))]
    rules()
    gc.collect()
    # What the collector will never free must not be copied by its marking.
    gc.freeze()


def in_use() -> tuple[BuiltGraph, Callable[[], SearchIndex]]:
    """Return the graph and the search of this process, loaded where none is yet."""
    if not _OPENED:
        if _PREPARED:
            graph, index = _PREPARED[0]
            _OPENED[:] = [(graph, lambda: index)]
        else:
            graph = load_graph()
            _OPENED[:] = [(graph, _search_of(graph))]
    return _OPENED[0]


def open_services(settings: Settings) -> Services:
    """Return the services as ``settings`` ask for them; the graph is built first where no cache has it."""
    if _PREPARED:
        graph, index = _PREPARED[0]
        search: Callable[[], SearchIndex] = lambda: index  # noqa: E731 - the same shape as what is loaded when asked for
    else:
        graph = load_graph()
        search = _search_of(graph)
    _OPENED[:] = [(graph, search)]
    sparql = open_service(settings, graph_files, PREFIXES, search=_function_of(search), examples=examples)
    return Services(
        settings=settings,
        graph=graph,
        rules=rules(),
        search=search,
        asker=_asker_of(graph, search, sparql),
        sparql=sparql,
        contained=Containment.of(settings),
    )


def refresh(services: Services) -> Services:
    """Return the services over the graph and the questions as their files now are; the SPARQL service stays the same.

    Its search follows at once; whoever holds the old services goes on with the old graph until it lets go of them.
    """
    question_library.cache_clear()
    _PREPARED.clear()
    graph = load_graph()
    search = _search_of(graph)
    search()
    _OPENED[:] = [(graph, search)]
    services.sparql.search = _function_of(search)
    return replace(services, graph=graph, search=search, asker=_asker_of(graph, search, services.sparql))


def _once(make: Callable[[], T]) -> Callable[[], T]:
    """Return a function that gives what ``make`` makes, made by one for all who come meanwhile."""
    lock = threading.Lock()
    found: list[T] = []

    def get() -> T:
        with lock:
            if not found:
                found.append(make())
        return found[0]

    return get


def _search_of(graph: BuiltGraph) -> Callable[[], SearchIndex]:
    return _once(lambda: load_search(graph))


def _asker_of(graph: BuiltGraph, search: Callable[[], SearchIndex], sparql: SparqlService) -> Callable[[], Asker]:
    return _once(lambda: open_asker(graph, search(), lambda query: sparql.answer(query, format_name="json").read()))


def _function_of(search: Callable[[], SearchIndex]) -> SearchFunction:
    def found(words: str, most: int) -> list[tuple[str, float]]:
        return [(str(CLAUSE[number]), score) for number, score in search().scored(words, most)]

    return found


def examples() -> list[Example]:
    """Return the questions of the library as the service description shows them."""
    return [Example(q.name, q.title.zh, q.title.en, q.query, q.description.zh) for q in question_library().values()]


def graph_files() -> list[Path]:
    """Return the file of the built graph, built first where it is not there."""
    found = find_graph()
    return [found if found is not None and is_faithful(found) else load_graph().path]
