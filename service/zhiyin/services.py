"""What the edges need, as one value: the read model, the rules and the callables that composition wires together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhiyin.catalogue import Catalogue

if TYPE_CHECKING:
    from zhiyin.asking import Asker
    from zhiyin.composition.containment import Containment
    from zhiyin.composition.graph import BuiltGraph
    from zhiyin.law.rules import Rules
    from zhiyin.search.index import SearchIndex
    from zhiyin.settings import Settings
    from zhiyin.sparql.service import SparqlService


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that pages, API and command line work with; made once per process."""

    settings: Settings
    graph: BuiltGraph
    rules: Rules
    search: Callable[[], SearchIndex]
    asker: Callable[[], Asker]
    sparql: SparqlService
    contained: Containment
    questions: SparqlService
    """The store as the questions of the library ask it: where there are two editions, of this one alone."""
    others: Mapping[str, Services] = field(default_factory=dict)
    """The same over each other edition, by the name that an address gives it; empty where there is one edition."""

    @property
    def catalogue(self) -> Catalogue:
        """The read model of the graph."""
        return self.graph.catalogue
