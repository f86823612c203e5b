"""Runs the site under granian: one process keeps the store, one or more take requests; SIGHUP loads the graph anew."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from zhiyin.errors import Unavailable, ZhiyinError
from zhiyin.server.clients import watch
from zhiyin.server.lifeline import end_with_parent
from zhiyin.server.listening import check_address, wait_until_it_answers
from zhiyin.server.logs import configure, keep_words_out, trace_of
from zhiyin.settings import Settings
from zhiyin.sparql.embedded import ForkedZygote, Zygote
from zhiyin.sparql.opening import RUNTIME, Files, all_files, announce

_LOG = logging.getLogger("zhiyin.server")
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_MOST_CONNECTIONS = 12_288
_ANSWERS_WITHIN = 600.0
_LEAST_ROOM = 16 << 20
_HEADERS_WITHIN = 15_000
"""Milliseconds that a client has for the head of a request, and that a connection may wait for its next."""


class Beside(Protocol):
    """A process of the service beside the store's."""

    def watch(self) -> None:
        """Start it again should it end by itself, until it is closed."""

    def close(self) -> None:
        """End it."""


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
    helper: Beside | None = None
    answered: Callable[[], None] | None = None
    failed = False
    ready = False
    _failures = 0

    def startup(self, spawn_target: Any, target_loader: Any) -> None:  # noqa: ANN401 - granian's own types
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        if self.store is not None:
            threading.Thread(target=self.store.watch, name="zhiyin-watch", daemon=True).start()
        if self.helper is not None:
            threading.Thread(target=self.helper.watch, name="zhiyin-beside", daemon=True).start()
        threading.Thread(target=self._await_answer, name="zhiyin-answers", daemon=True).start()

    def _await_answer(self) -> None:
        host, port = self.bind_addr, self.bind_port
        if wait_until_it_answers(host, port, _ANSWERS_WITHIN, lambda: self.interrupt_signal):
            self.ready = True
            if self.answered is not None:
                self.answered()

    def _respawn_workers(self, workers: Any, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - granian's own types
        """Start a process again that ended by itself, but not for ever where none has ever answered."""
        self._failures += len(workers)
        if not self.ready and self._failures > self.workers:
            self.failed = True
            self.signal_handler_interrupt()  # type: ignore[no-untyped-call]
            return
        super()._respawn_workers(workers, *arguments, **named)

    def _reload(self, spawn_target: Any, target_loader: Any) -> None:  # noqa: ANN401 - granian's own types
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        if self.store is not None:
            threading.Thread(target=self.store.replace, name="zhiyin-reload", daemon=True).start()


def run_server(
    settings: Settings,
    factory: str,
    files: Files,
    prefixes: Mapping[str, str],
    answered: Callable[[], None] | None = None,
    beside: Callable[[], Beside] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; ``factory`` is ``module:function`` and returns the WSGI site in each process.

    ``files`` gives the graph's N-Quads; it is called again at each SIGHUP. ``answered`` is called once the address
    answers; ``beside`` starts a process that works beside the store's, before any thread is there. Settings reach the processes by the environment. Raises Unavailable where the graph cannot be loaded, the
    temporary folder is full, or no process comes up.
    """
    check_address(settings.host, settings.port)
    configure(settings.log_level)
    folder = _run_folder()
    store: _Store | None = None
    helper: Beside | None = None
    try:
        # Loaded here what all the processes need is there once for all of them.
        importlib.import_module(factory.partition(":")[0])
        gc.collect()
        gc.freeze()
        helper = beside() if beside is not None else None
        os.environ.update(settings.environment())
        if not settings.sparql_endpoint:
            first = ForkedZygote(all_files(settings, files), settings, dict(prefixes))
            store = _Store(first, lambda: Zygote(all_files(settings, files), settings, dict(prefixes)), folder)
            os.environ[RUNTIME] = str(folder)
        # From here on whatever is forked serves requests.
        os.register_at_fork(before=_as_parent, after_in_child=_as_child)
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
            # A connection that begins HTTP/2 and goes no further is held for ever beneath us.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_WITHIN),
            factory=True,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=settings.shutdown_timeout,
            log_enabled=True,
            log_dictconfig=_granian_logs(settings.log_level),
        )
        server.store = store
        server.helper = helper
        server.answered = answered
        # Where one process fails twice before its neighbours fail once, granian itself gives up, by SystemExit.
        ended: SystemExit | None = None
        try:
            server.serve(target_loader=lambda: _site_of(factory), wrap_loader=False)
        except SystemExit as error:
            ended = error
        if server.failed or not (server.ready or server.interrupt_signal):
            raise Unavailable(
                "服务进程一再启动失败，已停止：原因见上面的日志",
                "the service's processes failed again and again while starting, and were stopped: the log above says why",
            )
        if ended is not None:
            raise ended
    finally:
        if helper is not None:
            helper.close()
        if store is not None:
            store.close()
        os.environ.pop(RUNTIME, None)
        os.environ.pop(METRICS_FOLDER, None)
        shutil.rmtree(folder, ignore_errors=True)


def _site_of(factory: str) -> Any:  # noqa: ANN401 - a WSGI callable
    """Return the site in a process that takes requests; where it cannot be made the log says why, without its words."""
    module, _, name = factory.partition(":")
    try:
        made = getattr(importlib.import_module(module), name)()
        watch(Settings.from_environment())
        return made
    except ZhiyinError as error:
        _LOG.error("a process cannot start: %s", error.message)
    except Exception as error:
        _LOG.error("a process cannot start", extra={"fault": trace_of(error)})
    sys.exit(1)


_forking = 0
"""The process that forks, noted before it does: one killed at that instant is nobody's parent any more."""


def _as_parent() -> None:
    global _forking
    _forking = os.getpid()


def _as_child() -> None:
    end_with_parent(_forking)
    keep_words_out()


def _run_folder() -> Path:
    """Return a new folder for what the processes share, with room in it; raises Unavailable where there is none."""
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix="zhiyin-run-"))
        free = shutil.disk_usage(folder).free
        if free >= _LEAST_ROOM:
            return folder
        reason = f"{free >> 20} MiB"
    except OSError as error:
        reason = error.strerror or str(error)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    where = folder.parent if folder is not None else Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108 - told only
    raise Unavailable(
        f"临时目录 {where} 没有空间（{reason}）：请清理，或用环境变量 TMPDIR 指定别处",
        f"there is no room in the temporary folder {where} ({reason}): make some, or name another in TMPDIR",
    )


def _connections() -> int:
    """Raise the limit of descriptors and return how many connections a process may hold: a quarter is left for the rest."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_CONNECTIONS * 4 // 3 if most == resource.RLIM_INFINITY else min(most, _MOST_CONNECTIONS * 4 // 3)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return max(most * 3 // 4, 1)


def _granian_logs(level: str) -> dict[str, Any]:
    handler = {
        "class": "logging.StreamHandler",
        "formatter": "json",
        "stream": "ext://sys.stderr",
        # granian sets its logger's level itself: its notes and its advice to those who use it are dropped here.
        "filters": ["grave"],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"grave": {"()": "zhiyin.server.logs.Grave"}},
        "formatters": {"json": {"()": "zhiyin.server.logs.JsonFormatter"}},
        "handlers": {"json": handler},
        "root": {"level": level.upper(), "handlers": ["json"]},
        "loggers": {
            # granian warns of threads beyond the cores; ours wait for workers most of the time.
            "_granian": {"level": "ERROR", "handlers": ["json"], "propagate": False},
            "granian.access": {"level": "WARNING", "handlers": ["json"], "propagate": False},
        },
    }
