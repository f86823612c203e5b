"""Wires asking: the read model and the search's words to the step, the question library and a store to its queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from zhiyin.asking import Asker
from zhiyin.asking.context import Cell, Table
from zhiyin.asking.knowledge import Knowledge
from zhiyin.composition.graph import BuiltGraph
from zhiyin.composition.questions import ask, question_query
from zhiyin.questions.answer import read_answer
from zhiyin.search.normalisation import visible

if TYPE_CHECKING:
    from zhiyin.search.index import SearchIndex

_KEPT = 4096
Select = Callable[[str], bytes]
"""A query text in, SPARQL's JSON results out."""


def open_asker(graph: BuiltGraph, search: SearchIndex, select: Select | None = None) -> Asker:
    """Return what answers questions over ``graph``; ``select`` asks a store (default: one on the spot)."""
    chosen = select or (lambda query: ask(graph, query))

    @lru_cache(maxsize=_KEPT)
    def table(name: str, values: tuple[tuple[str, str], ...]) -> Table:
        _, query = question_query(graph.catalogue, name, dict(values), graph.names)
        answer = read_answer(chosen(query))
        rows: list[dict[str, Cell]] = [
            {
                variable: value.as_cell() if value else None
                for variable, value in zip(answer.variables, row, strict=True)
            }
            for row in answer.rows
        ]
        return Table(query, tuple(rows))

    def run(name: str, values: Mapping[str, str]) -> Table:
        return table(name, tuple(sorted(values.items())))

    normaliser = search.parts.normaliser
    knowledge = Knowledge(graph.catalogue, normaliser.fold)

    def ranked(words: str) -> dict[int, float]:
        scored = search.scored(words, 40) if any(c.isalnum() for c in words) else []
        found: dict[int, float] = {}
        top = scored[0][1] if scored else 1.0
        for number, score in scored:
            found.setdefault(knowledge.position[graph.catalogue.clauses[number].family], score / top)
        return found

    return Asker(knowledge, run, ranked, search.corrected, visible)
