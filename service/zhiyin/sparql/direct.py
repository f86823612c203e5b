"""Answers queries of known small cost in the process that asks, sparing the way to a worker and back.

The graph does not change, so neither does the cost of a query that always answers the same: what a worker once
answered within a few milliseconds may run here the next time, where nothing could end it. So may a lookup at once,
for it reads no more than so many triples. Whatever else is new, long, large, deep or depends on chance or the time
goes to a worker.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Hashable
from pathlib import Path

import pyoxigraph as ox

from zhiyin.sparql.cache import ResultCache
from zhiyin.sparql.job import Answer, Cut, Job
from zhiyin.sparql.lookup import read_lookup
from zhiyin.sparql.media import JSON, XLSX
from zhiyin.sparql.worker import Prepared, prepare
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
        self._copy: tuple[ox.Store, str] | None = None
        self._digest = ""
        self._cheap: ResultCache[Prepared] = ResultCache(_REMEMBERED)

    def follow(self, files: tuple[str, ...], digest: str, *, copy: bool) -> None:
        """Use the store that was inherited, else ``copy`` it from ``files`` beside what goes on.

        Until the copy is there, and if the files differ by then, nothing runs here.
        """
        self._copy = None
        self._digest = digest
        self._cheap.clear()
        if self._max_seconds <= 0:
            return
        if digest not in inherited:
            # What was inherited is of no more use: let its memory go.
            inherited.clear()
        store = inherited.get(digest)
        if store is not None:
            self._copy = store, digest
        elif copy:
            threading.Thread(target=self._load, args=(files, digest), name="zhiyin-load", daemon=True).start()

    def _load(self, files: tuple[str, ...], digest: str) -> None:
        try:
            store, found = load([str(Path(name)) for name in files])
        except (OSError, ValueError) as error:
            _LOG.warning("no copy of the store in this process: %s", error)
            return
        if found == digest == self._digest:
            self._copy = store, digest

    def run(self, job: Job) -> Answer | None:
        """Return the answer of ``job`` if it is known to be cheap or is a lookup, else ``None``."""
        copy = self._copy
        if copy is None:
            return None
        store, digest = copy
        if job.format is JSON and job.default_graphs is None and job.named_graphs is None:
            lookup = read_lookup(job.text)
            body = None if lookup is None else lookup.answer(store, job.max_rows, job.max_bytes)
            if body is not None:
                return Answer(job.format, body)
        prepared = self._cheap.get(_key(job, digest))
        return None if prepared is None else Answer(job.format, prepared.whole(store, self._prefixes))

    def note(self, job: Job, answer: Answer) -> None:
        """Remember what ``job`` cost a worker, if that makes it cheap."""
        copy = self._copy
        if answer.body is None or answer.cost is None or answer.cost > self._max_seconds or copy is None:
            return
        if answer.cut is not Cut.NOT:
            return
        seen = job.outline
        if seen.repeatable and seen.nesting <= _DEEPEST and len(job.text) <= _LONGEST and job.format is not XLSX:
            store, digest = copy
            prepared = prepare(store, job.message())
            self._cheap.put(_key(job, digest), prepared, len(job.text) + len(prepared.text) + 500)


def _key(job: Job, digest: str) -> Hashable:
    return (digest, job.text, job.base, job.format.name, job.default_graphs, job.named_graphs)
