"""Runs the site under granian: one process keeps the store, one or more take requests; SIGHUP loads the graph anew."""

from __future__ import annotations

import logging
import os
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from zhiyin.errors import ZhiyinError
from zhiyin.server.logs import configure
from zhiyin.settings import Settings
from zhiyin.sparql.embedded import ForkedZygote, Zygote
from zhiyin.sparql.opening import RUNTIME, Files, all_files, announce

_LOG = logging.getLogger("zhiyin.server")
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_MOST_CONNECTIONS = 12_288
_HEADERS_WITHIN = 15_000
"""Milliseconds that a client has for the head of a request, and that a connection may wait for its next."""


class _Store:
    """Keeps a zygote alive and replaces it when told to."""

    def __init__(self, first: ForkedZygote, load: Callable[[], Zygote], folder: Path) -> None:
        self._load = load
        self._folder = folder
        self._lock = threading.Lock()
        self._closed = False
        self._zygote: Zygote | ForkedZygote = first
        announce(folder, first)

    def replace(self) -> None:
        """Load anew and let the processes switch; where that fails the store stays as it is."""
        with self._lock:
            if self._closed:
                return
            before = self._zygote
            try:
                self._zygote = self._load()
            except (ZhiyinError, OSError) as error:
                _LOG.error("the graph was not loaded anew: %s", error)
                return
            announce(self._folder, self._zygote)
        _LOG.info("the graph was loaded anew: %d triples", self._zygote.loaded.triples)
        # The processes look for a new store four times a second; until then they fork from the old one.
        time.sleep(1.5)
        before.close()

    def watch(self) -> None:
        """Replace the zygote should it ever end by itself."""
        while not self._closed:
            time.sleep(0.5)
            if not self._closed and not self._zygote.alive:
                _LOG.error("the store's process ended; it is started again")
                self.replace()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._zygote.close()


class _Server(MPServer):
    """granian, whose workers stay on SIGHUP: the store behind them is replaced instead, so no request is lost."""

    store: _Store | None = None
    announce_ready: Callable[[], None] | None = None

    def startup(self, spawn_target: Any, target_loader: Any) -> None:  # noqa: ANN401 - granian's own types
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        if self.store is not None:
            threading.Thread(target=self.store.watch, name="zhiyin-watch", daemon=True).start()

    def _reload(self, spawn_target: Any, target_loader: Any) -> None:  # noqa: ANN401 - granian's own types
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        if self.store is not None:
            threading.Thread(target=self.store.replace, name="zhiyin-reload", daemon=True).start()


def run_server(settings: Settings, factory: str, files: Files, prefixes: Mapping[str, str]) -> None:
    """Serve until SIGTERM or SIGINT; ``factory`` is ``module:function`` and returns the WSGI site in each process.

    ``files`` gives the graph's N-Quads; it is called again at each SIGHUP. Settings reach the processes by the
    environment. Raises Unavailable where the graph cannot be loaded.
    """
    configure(settings.log_level)
    folder = Path(tempfile.mkdtemp(prefix="zhiyin-run-"))
    store: _Store | None = None
    try:
        os.environ.update(settings.environment())
        if not settings.sparql_endpoint:
            first = ForkedZygote(all_files(settings, files), settings, dict(prefixes))
            store = _Store(first, lambda: Zygote(all_files(settings, files), settings, dict(prefixes)), folder)
            os.environ[RUNTIME] = str(folder)
        # Queries of known cost run on granian's threads: these get the stack that a worker has.
        os.environ.setdefault("RUST_MIN_STACK", str(16 << 20))
        if settings.http_processes > 1:
            metrics = folder / "metrics"
            metrics.mkdir()
            os.environ[METRICS_FOLDER] = str(metrics)
        server = _Server(
            factory,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=settings.http_processes,
            blocking_threads=settings.threads,
            # A connection that sends nothing costs a descriptor, not a thread; it is closed after a while.
            backpressure=_connections(),
            http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_WITHIN),
            factory=True,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=settings.shutdown_timeout,
            log_enabled=True,
            log_dictconfig=_granian_logs(settings.log_level),
        )
        server.store = store
        server.serve()
    finally:
        if store is not None:
            store.close()
        os.environ.pop(RUNTIME, None)
        os.environ.pop(METRICS_FOLDER, None)
        shutil.rmtree(folder, ignore_errors=True)


def _connections() -> int:
    """Raise the limit of descriptors and return how many connections a process may hold: a quarter is left for the rest."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_CONNECTIONS * 4 // 3 if most == resource.RLIM_INFINITY else min(most, _MOST_CONNECTIONS * 4 // 3)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return max(most * 3 // 4, 1)


def _granian_logs(level: str) -> dict[str, Any]:
    handler = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "zhiyin.server.logs.JsonFormatter"}},
        "handlers": {"json": handler},
        "root": {"level": level.upper(), "handlers": ["json"]},
        "loggers": {
            # granian warns of threads beyond the cores; ours wait for workers most of the time.
            "_granian": {"level": "ERROR", "handlers": ["json"], "propagate": False},
            "granian.access": {"level": "WARNING", "handlers": ["json"], "propagate": False},
        },
    }
