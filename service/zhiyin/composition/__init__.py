"""Wires the steps together, a module an arrow of the data flow; edges import this and no step knows another."""

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
