"""Questions across firms: a SPARQL store for each circle of askers, over our graphs and what these may see."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from zhiyin import resources
from zhiyin.catalogue import Catalogue
from zhiyin.composition.desk import served_desk
from zhiyin.composition.questions import question_choices
from zhiyin.composition.services import graph_files
from zhiyin.desk import dataset
from zhiyin.desk.desk import Desk
from zhiyin.desk.faults import absent
from zhiyin.desk.people import Person
from zhiyin.namespaces import NAMES, PREFIXES, Names
from zhiyin.questions import Question, bind, read_library
from zhiyin.settings import Settings
from zhiyin.sparql.embedded import EmbeddedEngine
from zhiyin.sparql.searching import SearchFunction
from zhiyin.sparql.service import SparqlService

_MOST_CIRCLES = 4
"""Stores at once in one process: the one asked longest ago makes room."""


@dataclass
class _Circle:
    version: str
    service: SparqlService


class Asking:
    """Keeps the stores: everybody who sees all firms shares one, each firm has its own."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        # What is confidential is not copied into the process that takes requests, and nothing is asked elsewhere.
        self.settings = replace(settings, direct_seconds=0.0, load=(), sparql_endpoint="", service_endpoints=())
        self.search: SearchFunction | None = None
        self._circles: OrderedDict[str, _Circle] = OrderedDict()
        self._leaving: list[SparqlService] = []
        self._lock = threading.Lock()

    def service_of(self, person: Person) -> SparqlService:
        """Return the service over what the person may see now."""
        circle = person.firm or "*"
        with self._desk.database.read() as connection:
            version = dataset.version(connection, person)
        with self._lock:
            known = self._circles.get(circle)
            if known is not None and known.version == version:
                self._circles.move_to_end(circle)
                return known.service
            made = _Circle(version, self._load(person))
            self._circles[circle] = made
            self._circles.move_to_end(circle)
            if known is not None:
                self._close_soon(known.service)
            while len(self._circles) > _MOST_CIRCLES:
                self._close_soon(self._circles.popitem(last=False)[1].service)
            return made.service

    def _load(self, person: Person) -> SparqlService:
        """Load the dataset in a process of its own; the file that it comes in is gone when it is loaded."""
        with tempfile.TemporaryDirectory(prefix="zhiyin-desk-") as folder:
            file = Path(folder) / "desk.nq"
            with file.open("wb") as out, self._desk.database.read() as connection:
                for part in dataset.quads(self._desk, connection, person):
                    out.write(part)
            files = [*graph_files(), file]
            engine = EmbeddedEngine.open(files, self.settings, dict(PREFIXES))
        return SparqlService(engine, self.settings, search=self.search)

    def _close_soon(self, service: SparqlService) -> None:
        """End a store when the questions under way on it are answered."""

        def end() -> None:
            with self._lock:
                if service not in self._leaving:
                    return
                self._leaving.remove(service)
            service.close()

        self._leaving.append(service)
        timer = threading.Timer(service.settings.query_timeout + service.settings.queue_timeout, end)
        timer.daemon = True
        timer.start()

    def close(self) -> None:
        """End every store."""
        with self._lock:
            ending = [circle.service for circle in self._circles.values()] + self._leaving
            self._circles.clear()
            self._leaving.clear()
        for service in ending:
            service.close()


@cache
def served_asking(settings: Settings) -> Asking:
    """Return the stores of the desk that this process serves, made once."""
    return Asking(served_desk(settings.desk), settings)


@cache
def desk_questions() -> Mapping[str, Question]:
    """Return the second shelf of the question library, by name."""
    return read_library(resources.query_files("queries/desk"))


def desk_query(
    catalogue: Catalogue, name: str, values: Mapping[str, str], names: Names = NAMES
) -> tuple[Question, str]:
    """Return the question ``name`` of the second shelf and its text with ``values`` bound, of the edition of ``names``.

    Raises NotFound for an unknown name and BadParameter for a bad parameter.
    """
    question = desk_questions().get(name)
    if question is None:
        raise absent()
    return question, bind(question, values, question_choices(catalogue), names)
