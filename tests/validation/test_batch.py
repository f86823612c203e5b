"""Many files: the same rows in the same order by one process, by two, and on a cluster that loses a worker."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.validation import samples

from zhiyin.composition.batch import Row, exit_status, judge_files, judge_on_dask, submission_files
from zhiyin.composition.judging import Asked
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.model import Requirement


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve submissions, two of them broken, in two folders."""
    root = tmp_path_factory.mktemp("companies")
    (root / "more").mkdir()
    for index in range(10):
        sample = samples.SAMPLES[index % 4 * 3]
        place = root / "more" if index % 3 else root
        (place / f"{index:02d}-{sample.file}").write_bytes((samples.folder() / sample.file).read_bytes())
    (root / "05-broken.ttl").write_text("this is no Turtle", encoding="utf-8")
    (root / "06-empty.ttl").write_text("", encoding="utf-8")
    (root / "notes.txt").write_text("not a submission", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def task(requirements: Sequence[Requirement]) -> Asked:
    return Asked(CHECK_DATE)


def lines(rows: Iterator[list[Row]], root: Path) -> bytes:
    body = [json.dumps(row.as_json(), ensure_ascii=False) for part in rows for row in part]
    return "\n".join(body).replace(str(root), "").encode()


@pytest.fixture(scope="module")
def alone(folder: Path, task: Asked) -> bytes:
    return lines(judge_files(list(submission_files([folder])), task), folder)


def test_a_broken_file_is_a_row_and_stops_nothing(folder: Path, alone: bytes) -> None:
    rows = [json.loads(line) for line in alone.decode().splitlines()]
    assert [Path(row["source"]).name for row in rows] == [p.name for p in submission_files([folder])]
    broken = {Path(row["source"]).name: row["error"] for row in rows if "error" in row}
    assert set(broken) == {"05-broken.ttl", "06-empty.ttl"}
    assert broken["05-broken.ttl"]["where"]
    assert len(rows) == 12


def test_two_jobs_give_the_same_bytes(folder: Path, task: Asked, alone: bytes) -> None:
    assert lines(judge_files(list(submission_files([folder])), task, jobs=2), folder) == alone


def test_two_workers_one_of_them_killed_give_the_same_bytes(
    folder: Path, task: Asked, alone: bytes, tmp_path: Path
) -> None:
    """A real local cluster of two worker processes; one is killed while it works."""
    pytest.importorskip("distributed")
    program = tmp_path / "cluster.py"
    program.write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:
        assert cluster.stdout is not None
        assert cluster.stdin is not None
        address = cluster.stdout.readline().strip()
        assert address.startswith("tcp://127.0.0.1:")
        try:
            rows = judge_on_dask(list(submission_files([folder])), task, address)
            first = next(rows)
            cluster.stdin.write("kill\n")
            cluster.stdin.flush()
            killed = cluster.stdout.readline().strip()
            assert killed.startswith("killed")
            rest = list(rows)
        finally:
            cluster.stdin.close()
            cluster.wait(60)
    assert lines(iter([first, *rest]), folder) == alone


CLUSTER = """
import os, signal, sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                      host="127.0.0.1", silence_logs=50) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.readline()
        nanny = next(iter(cluster.workers.values()))
        os.kill(nanny.pid, signal.SIGKILL)
        print("killed", nanny.pid, flush=True)
        sys.stdin.read()
"""


def test_nothing_is_read_ahead_of_the_reader(folder: Path, task: Asked) -> None:
    """Memory does not grow with the number of files: rows come one file at a time, and few files are in flight."""
    seen: list[str] = []

    class Counted(list[Path]):
        def __iter__(self) -> Iterator[Any]:
            for path in super().__iter__():
                seen.append(str(path))
                yield path

    rows = judge_files(Counted([folder / "05-broken.ttl"] * 500), task)
    next(rows)
    assert len(seen) < 20
    del rows


@pytest.mark.parametrize(
    ("statuses", "broken", "code"),
    [
        (["met"], False, 0),
        (["met", "not met"], False, 1),
        (["met", "undetermined"], False, 3),
        (["not met", "undetermined"], False, 1),
        (["met"], True, 2),
        ([], True, 2),
    ],
)
def test_exit_status(statuses: list[str], broken: bool, code: int) -> None:
    assert exit_status(statuses, broken=broken) == code


def test_threads_do_not_disturb_each_other(folder: Path, task: Asked) -> None:
    """The service judges in threads: the prepared shapes are shared."""
    path = next(p for p in submission_files([folder]) if "broken" not in p.name)
    results: list[bytes] = []

    def work() -> None:
        results.append(lines(judge_files([path] * 2, task), folder))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(results) == 4
    assert len(set(results)) == 1


def test_a_fault_of_ours_is_a_row_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of what was submitted is in its words, and it is no verdict."""
    file = tmp_path / "a.ttl"
    file.write_text("# secret", encoding="utf-8")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("zhiyin.composition.batch.judge_bytes", broken)
    (row,) = next(iter(judge_files([file, file], Asked(CHECK_DATE))))
    assert row.internal
    assert row.error is not None
    assert "ZeroDivisionError" in row.error.zh
    assert "secret" not in row.error.zh + row.error.en
