"""The embedded store: a zygote with the graph in memory and a pool of its workers."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from zhiyin.errors import Unavailable
from zhiyin.settings import Settings
from zhiyin.sparql import zygote
from zhiyin.sparql.direct import DirectLane
from zhiyin.sparql.job import Answer, Job, StoreState
from zhiyin.sparql.pool import Pool


@dataclass(frozen=True, slots=True)
class Loaded:
    """A zygote at work: where it listens, what it holds, from which files, and its process."""

    socket: str
    digest: str
    triples: int
    graphs: tuple[str, ...]
    files: tuple[str, ...]
    pid: int = 0

    @property
    def alive(self) -> bool:
        """Whether the process is there; the socket's file outlives a process that was killed."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return Path(self.socket).exists()


class Zygote:
    """Starts the loading process and ends it; use it in the process that lives longest."""

    def __init__(self, files: Sequence[Path | str], settings: Settings, prefixes: dict[str, str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="zhiyin-"))
        path = self._folder / "store"
        environment = dict(os.environ)
        # The child finds the package where this process found it, installed or not.
        environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[2]), environment.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "zhiyin.sparql.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            start_new_session=True,
        )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the store's process has no pipes")
        stdin.write(
            json.dumps(
                {
                    "files": [str(file) for file in files],
                    "socket": str(path),
                    **_zygote_settings(settings, prefixes),
                }
            )
            + "\n"
        )
        stdin.flush()
        report = json.loads(stdout.readline() or '{"error": "the process ended while it loaded"}')
        if "error" in report:
            self.close()
            raise Unavailable(f"装入图谱失败：{report['error']}", f"loading the graph failed: {report['error']}")
        self.loaded = Loaded(
            str(path),
            report["digest"],
            report["triples"],
            tuple(report["graphs"]),
            tuple(str(file) for file in files),
            self._process.pid,
        )

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def close(self) -> None:
        """End the process; workers that run a query finish it."""
        # Processes forked meanwhile may hold the other end of the pipe: its end would not be seen.
        self._process.terminate()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class ForkedZygote:
    """A zygote forked from this process, which loads the store itself and leaves it to all that are forked later.

    For the main process of a server, before it starts any thread: the processes that take requests then hold the
    store too, at no cost in memory.
    """

    def __init__(self, files: Sequence[Path | str], settings: Settings, prefixes: dict[str, str]) -> None:
        try:
            store, digest = zygote.load([str(file) for file in files])
        except (OSError, ValueError) as error:
            raise Unavailable(f"装入图谱失败：{error}", f"loading the graph failed: {error}") from error
        zygote.inherited[digest] = store
        self._folder = Path(tempfile.mkdtemp(prefix="zhiyin-"))
        path = str(self._folder / "store")
        listener = zygote.listen(path)
        lifeline, self._held = os.pipe()
        told = zygote.describe(store, digest)
        self._status: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._held)
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            zygote.fork_for_ever(listener, lifeline, store, _zygote_settings(settings, prefixes))
        listener.close()
        os.close(lifeline)
        names = tuple(str(file) for file in files)
        self.loaded = Loaded(path, digest, told["triples"], tuple(told["graphs"]), names, self.pid)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is None

    def close(self) -> None:
        """End the process; workers that run a query finish it."""
        if self.alive:
            os.kill(self.pid, signal.SIGTERM)
            _, self._status = os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self._held)
        zygote.inherited.pop(self.loaded.digest, None)
        shutil.rmtree(self._folder, ignore_errors=True)


def _zygote_settings(settings: Settings, prefixes: dict[str, str]) -> dict[str, object]:
    return {"memory": settings.query_memory, "streamFrom": settings.stream_from, "prefixes": prefixes}


class EmbeddedEngine:
    """Runs jobs in the workers of a zygote, its own or one that another process keeps."""

    name = "oxigraph"

    def __init__(
        self, loaded: Loaded, settings: Settings, prefixes: dict[str, str], owned: Zygote | None = None
    ) -> None:
        self._loaded = loaded
        self._direct = DirectLane(settings.direct_seconds, prefixes)
        self._direct_triples = settings.direct_triples
        self._follow(loaded)
        self._owned = owned
        self._lock = threading.Lock()
        self._pool = Pool(
            loaded.socket,
            workers=settings.workers,
            long=settings.long_queries,
            long_of_one=settings.client_long,
            patience=settings.patience,
            queue=settings.queue,
            queue_timeout=settings.queue_timeout,
        )

    @classmethod
    def open(cls, files: Sequence[Path | str], settings: Settings, prefixes: dict[str, str]) -> EmbeddedEngine:
        """Load ``files`` in a process of our own and return the engine on it; raises Unavailable if that fails."""
        owned = Zygote(files, settings, prefixes)
        return cls(owned.loaded, settings, prefixes, owned)

    @property
    def generation(self) -> str | None:
        """The SHA-256 of the loaded files."""
        return self._loaded.digest

    def run(self, job: Job) -> Answer:
        """Return the answer of ``job``; see ``Pool.run``."""
        known = self._direct.run(job)
        if known is not None:
            return known
        answer = self._pool.run(job)
        self._direct.note(job, answer)
        return answer

    def _follow(self, loaded: Loaded) -> None:
        self._direct.follow(loaded.files, loaded.digest, copy=loaded.triples <= self._direct_triples)

    def switch(self, loaded: Loaded, owned: Zygote | None = None) -> None:
        """Answer from another zygote from now on; queries under way finish on the old one."""
        with self._lock:
            before, self._owned = self._owned, owned
            self._pool.switch(loaded.socket)
            self._follow(loaded)
            # Last, so that no answer of the old data is ever kept under the name of the new.
            self._loaded = loaded
        if before is not None:
            before.close()

    def state(self) -> StoreState:
        """Return what is loaded, and whether the loading process is there to fork workers."""
        loaded = self._loaded
        ready = self._owned.alive if self._owned is not None else loaded.alive
        return StoreState(ready, loaded.digest, loaded.triples, loaded.graphs)

    def gauges(self) -> dict[str, float]:
        """Return the pool's figures."""
        return {key: float(value) for key, value in asdict(self._pool.figures).items()}

    def close(self) -> None:
        """End the workers and our own zygote."""
        self._pool.close()
        if self._owned is not None:
            self._owned.close()
            self._owned = None
