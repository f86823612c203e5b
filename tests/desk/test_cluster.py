"""Judging on a real Dask cluster: what is sound, what is refused, and errors that cross to another process whole."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from tests.desk.conftest import Office, sample

from zhiyin.composition.desk import open_desk, work_on
from zhiyin.desk import submissions, verdicts
from zhiyin.desk.audit import verify
from zhiyin.desk.faults import Full, LockedOut
from zhiyin.errors import BadParameter, BadSubmission, Place, ZhiyinError

CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None,
                      host="127.0.0.1", silence_logs=50) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def test_a_cluster_judges_and_refuses(small_office: Office, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    office, program = small_office, tmp_path / "cluster.py"
    program.write_text(CLUSTER, encoding="utf-8")
    good = office.send(office.own, sample("tier-1-complete.ttl"))
    broken = office.send(office.own, b"@prefix zy: <https://w3id.org/zhiyin/ontology#> .\nzy:x zy:y ")
    another = office.send(office.other, sample("tier-1-complete.ttl"))
    assert office.desk.database.place.path is not None
    desk = open_desk(str(office.desk.database.place.path), office.desk.options)
    with subprocess.Popen(
        [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:
        assert cluster.stdout is not None
        assert cluster.stdin is not None
        try:
            work_on(desk, dask=cluster.stdout.readline().strip(), until_idle=True)
        finally:
            cluster.stdin.close()
            cluster.wait(60)
    with desk.database.read() as connection:
        kept = {n: submissions.find(connection, office.regulator, n) for n in (good, broken, another)}
        assert {name: one.state for name, one in kept.items()} == {
            good: submissions.JUDGED,
            broken: submissions.REFUSED,
            another: submissions.REFUSED,
        }
        assert kept[broken].faults[0]["line"] == 2
        verdict = verdicts.find(connection, kept[good].verdict)
        assert verdict is not None
    audit = verify(desk)
    assert (audit.faults, audit.changed, audit.same) == ([], [], 1)
    desk.database.close()


@pytest.mark.parametrize(
    "error",
    [
        BadSubmission("错", "wrong", place=Place(line=3), details={"faults": [{"zh": "错"}]}),
        BadParameter("day", "x", ["YYYY-MM-DD"]),
        LockedOut(7),
        Full(),
    ],
    ids=lambda e: type(e).__name__,
)
def test_an_error_crosses_to_another_process_whole(error: ZhiyinError) -> None:
    there = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(there) is type(error)
    assert (str(there), there.message, there.place, there.details) == (
        str(error),
        error.message,
        error.place,
        error.details,
    )
