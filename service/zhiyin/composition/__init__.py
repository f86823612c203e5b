"""Wires the steps together, a module an arrow of the data flow; edges import this and no step knows another."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhiyin.composition.graph import (
        VOCABULARY,
        Assembly,
        BuiltGraph,
        Progress,
        assemble,
        build_graph,
        content_key,
        find_graph,
        guideline_text,
        hand_written_files,
        load_graph,
        open_graph,
        released_ontology,
        write_generated,
    )
    from zhiyin.composition.questions import ask, question_choices, question_library, question_query
    from zhiyin.composition.search import load_search

_HOME = {
    "Assembly": "graph",
    "BuiltGraph": "graph",
    "Progress": "graph",
    "VOCABULARY": "graph",
    "ask": "questions",
    "assemble": "graph",
    "build_graph": "graph",
    "content_key": "graph",
    "find_graph": "graph",
    "guideline_text": "graph",
    "hand_written_files": "graph",
    "load_graph": "graph",
    "load_search": "search",
    "open_graph": "graph",
    "question_choices": "questions",
    "question_library": "questions",
    "question_query": "questions",
    "released_ontology": "graph",
    "write_generated": "graph",
}
"""The module of each name, read when it is asked for: a verdict needs neither the graph nor its questions.

Read at once they would take a first verdict some 115 ms of processor time, where reading all that it needs takes 185.
"""


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


__all__ = [
    "VOCABULARY",
    "Assembly",
    "BuiltGraph",
    "Progress",
    "ask",
    "assemble",
    "build_graph",
    "content_key",
    "find_graph",
    "guideline_text",
    "hand_written_files",
    "load_graph",
    "load_search",
    "open_graph",
    "question_choices",
    "question_library",
    "question_query",
    "released_ontology",
    "write_generated",
]
