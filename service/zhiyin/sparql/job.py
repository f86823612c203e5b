"""What passes between the service and whatever computes answers: a job in, an answer out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from zhiyin.sparql.media import Format
from zhiyin.sparql.scan import Outline


class Cut(StrEnum):
    """Why an answer was cut short."""

    NOT = ""
    ROWS = "rows"
    BYTES = "bytes"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Job:
    """One query to run: its text, its form, the dataset of the protocol, the format and the limits.

    ``default_graphs`` and ``named_graphs`` are ``None`` where the request names no dataset at all; ``base`` is what
    relative IRIs are resolved against, where the text has such.
    """

    text: str
    outline: Outline
    format: Format
    timeout: float
    max_rows: int
    max_bytes: int
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None

    def message(self) -> dict[str, object]:
        """Return the job as it is sent to a worker."""
        return {
            "query": self.text,
            "format": self.format.name,
            "timeout": self.timeout,
            "maxRows": self.max_rows,
            "maxBytes": self.max_bytes,
            "defaultGraphs": self.default_graphs,
            "namedGraphs": self.named_graphs,
            "hasDataset": self.outline.has_dataset,
            "base": self.base,
        }


@dataclass(slots=True)
class Answer:
    """What a job came to: whole in ``body``, or in ``chunks`` while it is computed.

    ``cut`` is final for a whole answer; a stream that is cut says so in its own last bytes. ``seconds`` is the time
    it took to the first byte, ``cost`` the processor time in all where that is known. Whoever takes ``chunks`` closes the answer.
    """

    format: Format
    body: bytes | None
    chunks: Iterator[bytes] | None = None
    cut: Cut = Cut.NOT
    seconds: float = 0.0
    cost: float | None = None

    def read(self) -> bytes:
        """Return the whole answer, waiting for what is still computed."""
        if self.body is None:
            self.body = b"".join(self.chunks or ())
            self.chunks = None
        return self.body


@dataclass(frozen=True, slots=True)
class StoreState:
    """What an engine says of its store; ``generation`` changes with the data, ``None`` where that cannot be known."""

    ready: bool
    generation: str | None
    triples: int | None
    graphs: tuple[str, ...]
    detail: str = ""


class Engine(Protocol):
    """A SPARQL store beneath the service."""

    name: str

    @property
    def generation(self) -> str | None:
        """A name for the data as they are now; ``None`` where they may change unseen."""
        ...

    def run(self, job: Job) -> Answer:
        """Return the answer of ``job``; raises BadQuery, QueryTimeout, Overloaded or Unavailable."""
        ...

    def state(self) -> StoreState:
        """Return whether the store can answer, and what it holds."""
        ...

    def gauges(self) -> dict[str, float]:
        """Return figures for the metrics: what runs, waits, was ended."""
        ...

    def close(self) -> None:
        """Let go of what the engine holds."""
        ...
