"""Wires everything that the edges need: the graph, the rules, search, the SPARQL service and the question library."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from zhiyin.asking import Asker
from zhiyin.composition.asking import open_asker
from zhiyin.composition.containment import Containment
from zhiyin.composition.editions import EditionFiles, editions, name_of, shipped
from zhiyin.composition.graph import BuiltGraph, Progress, find_graph, is_faithful, load_graph
from zhiyin.composition.judging import rules_of
from zhiyin.composition.questions import question_library
from zhiyin.composition.search import load_search
from zhiyin.namespaces import PREFIXES
from zhiyin.search.index import SearchIndex
from zhiyin.services import Services
from zhiyin.settings import Settings
from zhiyin.sparql.opening import open_service
from zhiyin.sparql.searching import SearchFunction
from zhiyin.sparql.service import Example, SparqlService

T = TypeVar("T")
_PREPARED: dict[str, tuple[BuiltGraph, SearchIndex]] = {}
"""Each edition's graph and index as the server's main process loaded them, for the processes forked from it to share."""
_OPENED: dict[str, tuple[BuiltGraph, Callable[[], SearchIndex]]] = {}
"""Each edition's graph and its search, by its vocabulary, that this process opened last."""


def prepare(progress: Progress | None = None) -> None:
    """Load graph, index and law once, before any process that takes requests is forked."""
    for vocabulary, files in editions().items():
        graph = load_graph(progress, files)
        _PREPARED[vocabulary] = (graph, load_search(graph))
        rules_of(files)
    gc.collect()
    # What the collector will never free must not be copied by its marking.
    gc.freeze()


def in_use(vocabulary: str = "") -> tuple[BuiltGraph, Callable[[], SearchIndex]]:
    """Return graph and search of an edition (the shipped one by default) in this process, loaded where none is yet."""
    key = vocabulary or shipped().edition.vocabulary
    if key not in _OPENED:
        _OPENED[key] = _loaded(editions()[key])
    return _OPENED[key]


def open_services(settings: Settings) -> Services:
    """Return the services as ``settings`` ask for them; the graph is built first where no cache has it."""
    known = editions()
    parts = {vocabulary: _loaded(files) for vocabulary, files in known.items()}
    _opened(parts)
    graph, search = parts[shipped().edition.vocabulary]
    sparql = open_service(settings, graph_files, PREFIXES, search=_function_of(graph, search), examples=examples)
    return _services(settings, sparql, Containment.of(settings), parts)


Parts = Mapping[str, tuple[BuiltGraph, Callable[[], "SearchIndex"]]]
"""By the vocabulary of an edition its graph and what loads its index."""


def _loaded(files: EditionFiles) -> tuple[BuiltGraph, Callable[[], SearchIndex]]:
    vocabulary = files.edition.vocabulary
    if vocabulary in _PREPARED:
        graph, index = _PREPARED[vocabulary]
        return graph, lambda: index
    graph = load_graph() if files == shipped() else load_graph(edition=files)
    return graph, _search_of(graph)


def _opened(parts: Parts) -> None:
    _OPENED.clear()
    _OPENED.update(parts)


def _services(settings: Settings, sparql: SparqlService, contained: Containment, parts: Parts) -> Services:
    """Return the services of the shipped edition, those of each other one within."""
    made: dict[str, Services] = {}
    for vocabulary, (graph, search) in parts.items():
        # With one edition a question sees whatever the store holds; with two, what the one that it is asked of says.
        own = sparql if len(parts) == 1 else sparql.over([str(graph.names.graph[p]) for p in ("asserted", "inferred")])
        made[vocabulary] = Services(
            settings=settings,
            graph=graph,
            rules=rules_of(editions()[vocabulary]),
            search=search,
            asker=_asker_of(graph, search, own),
            sparql=sparql,
            contained=contained,
            questions=own,
        )
    first = made.pop(shipped().edition.vocabulary)
    return replace(first, others={name_of(other.graph.edition): other for other in made.values()})


def refresh(services: Services) -> Services:
    """Return the services over the graph and the questions as their files now are; the SPARQL service stays the same.

    Its search follows at once; whoever holds the old services goes on with the old graph until it lets go of them.
    """
    question_library.cache_clear()
    _PREPARED.clear()
    parts = {vocabulary: _loaded(files) for vocabulary, files in editions().items()}
    for _, load in parts.values():
        load()
    _opened(parts)
    graph, search = parts[shipped().edition.vocabulary]
    services.sparql.search = _function_of(graph, search)
    return _services(services.settings, services.sparql, services.contained, parts)


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


def _function_of(graph: BuiltGraph, search: Callable[[], SearchIndex]) -> SearchFunction:
    clauses = graph.names.clause

    def found(words: str, most: int) -> list[tuple[str, float]]:
        return [(str(clauses[number]), score) for number, score in search().scored(words, most)]

    return found


def examples() -> list[Example]:
    """Return the questions of the library as the service description shows them."""
    return [Example(q.name, q.title.zh, q.title.en, q.query, q.description.zh) for q in question_library().values()]


def graph_files() -> list[Path]:
    """Return the file of each edition's built graph, built first where it is not there."""
    return [_file_of(files) for files in editions().values()]


def _file_of(files: EditionFiles) -> Path:
    found = find_graph(files)
    return found if found is not None and is_faithful(found) else load_graph(edition=files).path
