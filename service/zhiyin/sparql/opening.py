"""Opens the service that the settings ask for: on a remote store, on the store a server process keeps, or on our own."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path

from zhiyin.settings import Settings
from zhiyin.sparql.embedded import EmbeddedEngine, ForkedZygote, Loaded, Zygote
from zhiyin.sparql.job import Engine
from zhiyin.sparql.searching import SearchFunction
from zhiyin.sparql.service import Example, SparqlService

RUNTIME = "ZHIYIN_RUNTIME"
"""Names the folder in which the server's main process says where its store listens; set by that process alone."""

_CURRENT = "store.json"
_LOG = logging.getLogger("zhiyin.sparql")
Files = Callable[[], Sequence[Path]]


def open_service(
    settings: Settings,
    files: Files,
    prefixes: Mapping[str, str],
    *,
    search: SearchFunction | None = None,
    examples: Callable[[], Sequence[Example]] = tuple,
) -> SparqlService:
    """Return the service over our graph, whose N-Quads ``files`` names, and the files that the settings add.

    In a process of the server it follows the store that the main process announces; raises Unavailable where an
    embedded store cannot be loaded. A remote store may be absent and come later.
    """
    if settings.sparql_endpoint:
        from zhiyin.namespaces import ASSERTED_GRAPH, INFERRED_GRAPH
        from zhiyin.sparql.remote import RemoteEngine, expected_of

        graphs = settings.sparql_graphs or (str(ASSERTED_GRAPH), str(INFERRED_GRAPH))
        # Other graphs than ours, or the store's own default graph, are the operator's to fill.
        expected = None if settings.sparql_graphs else cache(lambda: expected_of(files()))
        remote = RemoteEngine(settings, dict(prefixes), () if graphs == ("default",) else graphs, expected)
        return SparqlService(remote, settings, search=search, examples=examples)
    folder = os.environ.get(RUNTIME)
    if folder is None:
        engine: Engine = EmbeddedEngine.open(all_files(settings, files), settings, dict(prefixes))
        return SparqlService(engine, settings, search=search, examples=examples)
    announced = Path(folder) / _CURRENT
    attached = EmbeddedEngine(read_announcement(announced), settings, dict(prefixes))
    service = SparqlService(attached, settings, search=search, examples=examples)
    threading.Thread(target=_follow, args=(announced, attached, service), name="zhiyin-store", daemon=True).start()
    return service


def all_files(settings: Settings, files: Files) -> list[Path]:
    """Return our graph's files and those that the settings add."""
    return [*files(), *(Path(name) for name in settings.load)]


def announce(folder: Path, zygote: Zygote | ForkedZygote) -> None:
    """Tell the processes of the server which store to use from now on."""
    beside = folder / (_CURRENT + ".new")
    beside.write_text(json.dumps(asdict(zygote.loaded)), encoding="utf-8")
    beside.replace(folder / _CURRENT)


def read_announcement(path: Path) -> Loaded:
    """Return the store that ``announce`` told of."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return Loaded(
        told["socket"], told["digest"], told["triples"], tuple(told["graphs"]), tuple(told["files"]), told["pid"]
    )


def _follow(path: Path, engine: EmbeddedEngine, service: SparqlService) -> None:
    seen = path.stat().st_ino
    while True:
        time.sleep(0.25)
        try:
            now = path.stat().st_ino
            if now == seen:
                continue
            loaded = read_announcement(path)
        except OSError:
            continue
        seen = now
        engine.switch(loaded)
        service.switched()
        _LOG.info("the store was replaced: %d triples, %s", loaded.triples, loaded.digest[:12])
