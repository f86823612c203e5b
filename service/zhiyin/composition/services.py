"""Wires everything that the edges need: the graph, the rules, search, the SPARQL service and the question library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from zhiyin.asking import Asker
from zhiyin.composition.asking import open_asker
from zhiyin.composition.graph import BuiltGraph, find_graph, load_graph
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


def open_services(settings: Settings) -> Services:
    """Return the services as ``settings`` ask for them; the graph is built first where no cache has it."""
    graph = load_graph()
    search = _search_of(graph)
    sparql = open_service(settings, graph_files, PREFIXES, search=_function_of(search), examples=examples)
    return Services(
        settings=settings,
        graph=graph,
        rules=rules(),
        search=search,
        asker=_asker_of(graph, search, sparql),
        sparql=sparql,
    )


def refresh(services: Services) -> Services:
    """Return the services over the graph and the questions as their files now are; the SPARQL service stays the same.

    Its search follows at once; whoever holds the old services goes on with the old graph until it lets go of them.
    """
    question_library.cache_clear()
    graph = load_graph()
    search = _search_of(graph)
    search()
    services.sparql.search = _function_of(search)
    return replace(services, graph=graph, search=search, asker=_asker_of(graph, search, services.sparql))


def _search_of(graph: BuiltGraph) -> Callable[[], SearchIndex]:
    @cache
    def search() -> SearchIndex:
        return load_search(graph)

    return search


def _asker_of(graph: BuiltGraph, search: Callable[[], SearchIndex], sparql: SparqlService) -> Callable[[], Asker]:
    @cache
    def asker() -> Asker:
        return open_asker(graph, search(), lambda query: sparql.answer(query, format_name="json").read())

    return asker


def _function_of(search: Callable[[], SearchIndex]) -> SearchFunction:
    def found(words: str, most: int) -> list[tuple[str, float]]:
        return [(str(CLAUSE[number]), score) for number, score in search().scored(words, most)]

    return found


def examples() -> list[Example]:
    """Return the questions of the library as the service description shows them."""
    return [Example(q.name, q.title.zh, q.title.en, q.query, q.description.zh) for q in question_library().values()]


def graph_files() -> list[Path]:
    """Return the file of the built graph, built first where it is not there."""
    return [find_graph() or load_graph().path]
