"""Prometheus figures of the service, summed over its processes where there are several."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from zhiyin.sparql.service import SparqlService

_LOG = logging.getLogger("zhiyin.server")
_FILE = 1 << 20
CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The counters of one process."""

    def __init__(self, service: SparqlService, folder: str | None = None) -> None:
        self._folder = folder
        self.registry = CollectorRegistry()
        if folder and not _reserve(folder):
            folder = None
        if folder:
            # The library looks at the environment when it is imported, which may have been before the server set it.
            values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
        # In the mode for several processes the files of the folder are collected, not these objects.
        registry = None if folder else self.registry
        self.requests = Counter(
            "zhiyin_requests", "HTTP requests by area and status.", ["area", "status"], registry=registry
        )
        self.latency = Histogram(
            "zhiyin_request_seconds",
            "Seconds to the first byte, by area.",
            ["area"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self.queries = Counter(
            "zhiyin_queries", "SPARQL requests by how they were answered.", ["how"], registry=registry
        )
        self.cached = self.queries.labels("cached")
        self.computed = self.queries.labels("computed")
        self.not_modified = self.queries.labels("not-modified")
        self.timed_out = self.queries.labels("timed-out")
        self.limited = self.queries.labels("limited")
        self.refused = self.queries.labels("refused")
        self.unavailable = self.queries.labels("unavailable")
        self.failed = self.queries.labels("failed")
        self._answered: dict[int, Counter] = {}
        self.sparql_latency = self.latency.labels("sparql")
        if folder:
            multiprocess.MultiProcessCollector(self.registry, folder)  # type: ignore[no-untyped-call]
        self.registry.register(_Gauges(service))

    def sparql_answered(self, status: int, seconds: float) -> None:
        """Count one answer of ``/sparql``."""
        counter = self._answered.get(status)
        if counter is None:
            counter = self._answered[status] = self.requests.labels("sparql", str(status))
        counter.inc()
        self.sparql_latency.observe(seconds)

    def exposition(self) -> bytes:
        """Return the figures in the text format of Prometheus."""
        return generate_latest(self.registry)


def _reserve(folder: str) -> bool:
    """Make the files that the library maps into memory, with their blocks: on a full disk a mapped write ends the process."""
    try:
        for kind in ("counter", "histogram"):
            with Path(folder, f"{kind}_{os.getpid()}.db").open("ab") as file:
                if file.tell() == 0:
                    os.posix_fallocate(file.fileno(), 0, _FILE)
    except OSError as error:
        _LOG.warning("each process counts for itself, there is no room for shared figures: %s", error.strerror)
        return False
    return True


class _Gauges(Collector):
    """Figures read when asked for; they speak of the process that answers."""

    def __init__(self, service: SparqlService) -> None:
        self._service = service

    def collect(self) -> Iterable[Metric]:
        """Yield the store's, the pool's and the cache's figures."""
        state = self._service.state()
        yield _gauge("zhiyin_store_ready", "1 where the store answers.", float(state.ready))
        if state.triples is not None:
            yield _gauge("zhiyin_store_triples", "Triples in the store.", float(state.triples))
        for name, value in self._service.engine.gauges().items():
            yield _gauge(f"zhiyin_pool_{name}", f"Queries or workers: {name.replace('_', ' ')}.", value)
        cache = self._service.cache
        yield _gauge("zhiyin_cache_bytes", "Bytes in the result cache.", float(cache.size))
        yield _gauge("zhiyin_cache_entries", "Answers in the result cache.", float(len(cache)))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
