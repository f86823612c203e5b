"""What a query came to in, bytes of any format out, with a mark where they were cut."""

from __future__ import annotations

from zhiyin.sparql.results.capping import ENDLESS, Caps, Clock, broken_mark, mark
from zhiyin.sparql.results.emptiness import is_empty, with_hints
from zhiyin.sparql.results.sinks import Sink, xml_safe
from zhiyin.sparql.results.writing import BOM, write_answer, write_boolean, write_graph, write_table

__all__ = [
    "BOM",
    "ENDLESS",
    "Caps",
    "Clock",
    "Sink",
    "broken_mark",
    "is_empty",
    "mark",
    "with_hints",
    "write_answer",
    "write_boolean",
    "write_graph",
    "write_table",
    "xml_safe",
]
