"""A question as its file's ``#+`` header declares it: titles, parameters with type and default, columns, an example."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from zhiyin.catalogue import Label
from zhiyin.errors import OntologyError, Place

_HEADER: Final = re.compile(r"^#\+ ?(.*)$", re.MULTILINE)
_LAST: Final = 1000
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_FORM: Final = re.compile(r"^\s*(?:SELECT|CONSTRUCT|ASK|DESCRIBE)\b", re.MULTILINE | re.IGNORECASE)


class Kind(StrEnum):
    """What a parameter's value names; each kind has one way to become an RDF term."""

    TIER = "tier"
    OBLIGATION = "obligation"
    MARK = "mark"
    CHANGE = "change"
    SECTION = "section"
    TOPIC = "topic"
    CONCEPT = "concept"
    CLAUSE = "clause"
    FAMILY = "family"
    QUANTITY = "quantity"
    METRIC = "metric"
    INTEGER = "integer"
    TEXT = "text"


class Need(StrEnum):
    """What someone wants who asks, in the order of how often: the groups in which the questions are shown."""

    TIERS = "tiers"
    CLAUSES = "clauses"
    FIGURES = "figures"
    CONCEPTS = "concepts"
    GRAPH = "graph"


NEED_LABELS: Mapping[Need, Label] = {
    Need.TIERS: Label("比较类别：升一类要多做什么", "Comparing tiers: what the next one adds"),
    Need.CLAUSES: Label("找条款：哪些、多少、怎样写的", "Finding clauses: which, how many, in which words"),
    Need.FIGURES: Label("数字：人数、时限、容量、次数", "Figures: people, times, capacities, intervals"),
    Need.CONCEPTS: Label("概念：要求涉及什么", "Concepts: what the demands are about"),
    Need.GRAPH: Label("图谱与读法：依据与推理", "The graph and its reading: grounds and reasoning"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; ``default`` is empty where the parameter is optional and then leaves its variable unbound."""

    name: str
    kind: Kind
    label: Label
    default: str
    optional: bool
    allowed: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of the parameter."""
        return {
            "name": self.name,
            "type": str(self.kind),
            "label": self.label.as_json(),
            "default": self.default or None,
            "optional": self.optional,
            "allowed": list(self.allowed),
        }


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the library; ``query`` is the whole file, valid SPARQL with the defaults bound."""

    name: str
    title: Label
    description: Label
    parameters: tuple[Parameter, ...]
    columns: dict[str, Label]
    example: dict[str, str]
    query: str
    need: Need = Need.CLAUSES
    rank: int = _LAST

    @property
    def is_graph(self) -> bool:
        """Whether the answer is a graph (CONSTRUCT) and not a table."""
        form = _FORM.search(self.query)
        return form is not None and form[0].strip().upper() in ("CONSTRUCT", "DESCRIBE")

    def column(self, name: str, language: str) -> str:
        """Return the heading of the column ``name``."""
        label = self.columns.get(name)
        return label.in_language(language) if label else name

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of the question."""
        return {
            "name": self.name,
            "title": self.title.as_json(),
            "description": self.description.as_json(),
            "parameters": [parameter.as_json() for parameter in self.parameters],
            "columns": [{"name": name, "label": label.as_json()} for name, label in self.columns.items()],
            "example": self.example,
            "need": {"id": str(self.need), "label": NEED_LABELS[self.need].as_json()},
        }


def read_question(name: str, query: str) -> Question:
    """Read the header of the file ``name``.rq; OntologyError names what it lacks."""
    source = f"{name}.rq"
    if not _NAME.fullmatch(name):
        raise _fault(source, "文件名应为小写英文与下划线", "the file's name must be snake_case")
    try:
        header = tomllib.loads("\n".join(_HEADER.findall(query)))
    except tomllib.TOMLDecodeError as fault:
        raise _fault(source, f"文件头有误：{fault}", f"bad header: {fault}") from fault
    try:
        return Question(
            name=name,
            title=_label(header["title"]),
            description=_label(header["description"]),
            parameters=tuple(_parameter(row) for row in header.get("parameter", [])),
            columns={column: _label(label) for column, label in header.get("columns", {}).items()},
            example={key: str(value) for key, value in header["example"].items()},
            query=query,
            need=Need(header.get("need", Need.CLAUSES)),
            rank=int(header.get("rank", _LAST)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise _fault(source, f"文件头缺少或写错：{fault}", f"the header lacks or mistakes {fault}") from fault


def _parameter(row: dict[str, Any]) -> Parameter:
    optional = bool(row.get("optional", False))
    default = str(row.get("default", ""))
    if not default and not optional:
        raise ValueError(f"default of {row['name']}")
    return Parameter(
        name=row["name"],
        kind=Kind(row["type"]),
        label=_label(row["label"]),
        default=default,
        optional=optional,
        allowed=tuple(str(value) for value in row.get("allowed", [])),
    )


def _label(value: dict[str, str]) -> Label:
    return Label(value["zh"], value["en"])


def _fault(source: str, zh: str, en: str) -> OntologyError:
    return OntologyError(zh, en, place=Place(source=source))
