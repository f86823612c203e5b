"""Answers queries of known small cost in the process that asks, sparing the way to a worker and back.

The graph does not change, so neither does the cost of a query that always answers the same: what a worker once
answered within a few milliseconds may run here the next time, where nothing could end it. Whatever is new, long,
large, deep or depends on chance or the time goes to a worker.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Hashable
from pathlib import Path

import pyoxigraph as ox

from zhiyin.sparql.cache import ResultCache
from zhiyin.sparql.job import Answer, Cut, Job
from zhiyin.sparql.media import XLSX
from zhiyin.sparql.worker import evaluate_whole
from zhiyin.sparql.zygote import inherited, load

_LOG = logging.getLogger("zhiyin.sparql")
_DEEPEST = 12
_LONGEST = 8192
_REMEMBERED = 4 << 20


class DirectLane:
    """A copy of the store in this process and the queries that may run on it."""

    def __init__(self, max_seconds: float, prefixes: dict[str, str]) -> None:
        self._max_seconds = max_seconds
        self._prefixes = prefixes
        self._store: ox.Store | None = None
        self._digest = ""
        self._cheap: ResultCache[bool] = ResultCache(_REMEMBERED)

    def follow(self, files: tuple[str, ...], digest: str, *, copy: bool) -> None:
        """Use the store that was inherited, else ``copy`` it from ``files`` beside what goes on.

        Until the copy is there, and if the files differ by then, nothing runs here.
        """
        self._store = None
        self._digest = digest
        self._cheap.clear()
        if self._max_seconds <= 0:
            return
        if digest not in inherited:
            # What was inherited is of no more use: let its memory go.
            inherited.clear()
        self._store = inherited.get(digest)
        if self._store is None and copy:
            threading.Thread(target=self._load, args=(files, digest), name="zhiyin-load", daemon=True).start()

    def _load(self, files: tuple[str, ...], digest: str) -> None:
        try:
            store, found = load([str(Path(name)) for name in files])
        except (OSError, ValueError) as error:
            _LOG.warning("no copy of the store in this process: %s", error)
            return
        if found == digest == self._digest:
            self._store = store

    def run(self, job: Job) -> Answer | None:
        """Return the answer of ``job`` if it is known to be cheap, else ``None``."""
        store = self._store
        if store is None or self._cheap.get(_key(job)) is None:
            return None
        return Answer(job.format, evaluate_whole(store, job.message(), self._prefixes))

    def note(self, job: Job, answer: Answer) -> None:
        """Remember what ``job`` cost a worker, if that makes it cheap."""
        if answer.body is None or answer.cost is None or answer.cost > self._max_seconds or self._store is None:
            return
        if answer.cut is not Cut.NOT:
            return
        seen = job.outline
        if seen.repeatable and seen.nesting <= _DEEPEST and len(job.text) <= _LONGEST and job.format is not XLSX:
            self._cheap.put(_key(job), True, len(job.text) + 200)


def _key(job: Job) -> Hashable:
    return (job.text, job.format.name, job.default_graphs, job.named_graphs)
