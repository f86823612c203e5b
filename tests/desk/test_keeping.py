"""What is received is kept: once, as it came, sealed, judged, superseded and never overwritten."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError
from tests.desk.conftest import HERE, OWN_CODE, Office, sample

from zhiyin.desk import blobs, firms, jobs, journal, moments, retention, submissions, verdicts, work
from zhiyin.desk.audit import verify
from zhiyin.desk.database import lock_file
from zhiyin.desk.faults import Damaged, Full
from zhiyin.desk.schema import blobs as blob_table
from zhiyin.desk.schema import journal as journal_table
from zhiyin.desk.schema import metadata
from zhiyin.desk.schema import submissions as table
from zhiyin.desk.vault import Key, Vault
from zhiyin.errors import BadParameter, BadSubmission, NotFound, TooLarge

OWN = sample("tier-1-complete.ttl")
OTHER = sample("tier-4-complete.ttl")


def test_the_migrations_make_the_tables_that_the_code_knows(office: Office) -> None:
    office.desk.database.upgrade()
    with office.desk.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_bytes_come_back_as_they_came_and_once(office: Office) -> None:
    desk = office.desk
    first, new = submissions.receive(desk, office.own, office.own.actor(HERE), OWN, filename="../../年报.ttl")
    again, second = submissions.receive(desk, office.own, office.own.actor(HERE), OWN, filename="else.ttl")
    assert (new, second, again.id) == (True, False, first.id)
    assert first.filename == "年报.ttl"
    with desk.database.read() as connection:
        assert submissions.read_bytes(desk, connection, first) == OWN
        raw = b"".join(bytes(b) for b in connection.execute(sa.select(blob_table.c.body)).scalars())
    assert b"zy:" not in raw


def test_another_firm_that_sends_the_same_bytes_learns_nothing(office: Office) -> None:
    first = office.send(office.own, OWN)
    second = office.send(office.other, OWN)
    assert first != second
    office.work()
    with office.desk.database.read() as connection:
        assert submissions.find(connection, office.own, first).state == submissions.JUDGED
        refused = submissions.find(connection, office.other, second)
        assert refused.state == submissions.REFUSED
        assert "另一" in str(refused.faults) or "不是贵公司" in str(refused.faults)
        with pytest.raises(NotFound):
            submissions.find(connection, office.other, first)
    # The regulator knows of both, and gets the one that was judged or refused first.
    assert office.send(office.regulator, OWN) in (first, second)


def test_a_submission_is_judged_with_everything_it_rests_on(office: Office) -> None:
    name = office.judged(office.regulator, OWN, "a.ttl")
    with office.desk.database.read() as connection:
        kept = submissions.find(connection, office.regulator, name)
        verdict = verdicts.find(connection, kept.verdict)
        firm = firms.any_firm(connection, OWN_CODE)
        assert verdict is not None
        assert firm is not None
        assert (kept.state, kept.firm, firm.latest, firm.tier) == (submissions.JUDGED, firm.id, name, 1)
        assert (verdict.status, verdict.tier, verdict.number, verdict.check_date) == ("met", 1, 1, kept.as_of)
        assert len(verdict.outcomes) == 177
        assert set(verdict.rules) == {"engine", "zhiyin", "rules", "policy"}
        assert submissions.find(connection, office.own, name).id == name
        assert jobs.waiting(connection) == 0


@pytest.mark.parametrize(
    ("data", "told"), [(b"@prefix broken", "syntax"), (b"\xff\xfe\x00", "UTF-8"), (OWN + OTHER, "one file per company")]
)
def test_what_cannot_be_judged_is_kept_with_its_faults(office: Office, data: bytes, told: str) -> None:
    name = office.judged(office.regulator, data)
    with office.desk.database.read() as connection:
        kept = submissions.find(connection, office.regulator, name)
        assert kept.state == submissions.REFUSED
        assert told in str(kept.faults)
        assert submissions.read_bytes(office.desk, connection, kept) == data


@pytest.mark.parametrize(("data", "error"), [(b"", BadSubmission), (b"x" * 20_000_001, TooLarge)])
def test_what_is_never_a_submission_is_not_kept(small_office: Office, data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        small_office.send(small_office.own, data)
    with small_office.desk.database.read() as connection:
        assert submissions.listed(connection, small_office.regulator)[0] == 0


def test_a_correction_supersedes_and_overwrites_nothing(office: Office) -> None:
    first = office.judged(office.own, OWN)
    second = office.judged(office.own, OWN + b"\n# corrected\n")
    with office.desk.database.read() as connection:
        older = submissions.find(connection, office.own, first)
        newer = submissions.find(connection, office.own, second)
        assert (older.superseded_by, newer.supersedes) == (second, first)
        assert submissions.read_bytes(office.desk, connection, older) == OWN
        firm = firms.any_firm(connection, OWN_CODE)
        assert firm is not None
        assert firm.latest == second


def test_facts_of_last_year_do_not_stand_for_the_firm_when_they_come_late(office: Office) -> None:
    now = office.judged(office.own, OWN)
    office.judged(office.own, OWN.replace(b'zy:asOf "2026-06-30"', b'zy:asOf "2026-06-29"'))
    with office.desk.database.read() as connection:
        firm = firms.any_firm(connection, OWN_CODE)
        assert firm is not None
        assert firm.latest == now


def test_a_worker_that_dies_leaves_its_work_to_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(jobs.LEASE_SECONDS, jobs.JUDGING, -1)
    name = office.send(office.own, OWN)
    dead = jobs.take(office.desk.database, "dead")
    assert dead is not None
    assert work.work_once(office.desk, "living")
    with office.desk.database.read() as connection:
        assert submissions.find(connection, office.own, name).state == submissions.JUDGED
        assert not jobs.holds(connection, dead)
        assert len(verdicts.of_submission(connection, name)) == 1


def test_an_internal_fault_is_told_as_one_and_never_as_a_verdict(small_office: Office) -> None:
    def broken(_case: object) -> None:
        raise RuntimeError("boom")

    from dataclasses import replace

    desk = replace(small_office.desk, judge=broken)  # type: ignore[arg-type]
    name = small_office.send(small_office.own, OWN)
    for _ in range(jobs.MOST_ATTEMPTS):
        with pytest.raises(RuntimeError):
            work.work_once(desk, "w")
    assert not work.work_once(desk, "w")
    with desk.database.read() as connection:
        kept = submissions.find(connection, small_office.own, name)
        assert (kept.state, kept.verdict) == (submissions.FAILED, None)
        assert "boom" not in str(kept.faults)


def test_the_log_refuses_changes(office: Office) -> None:
    office.send(office.own, OWN)
    for statement in (journal_table.update().values(who="x"), journal_table.delete()):
        with pytest.raises(DBAPIError), office.desk.database.write() as connection:
            connection.execute(statement)
    with office.desk.database.read() as connection:
        assert list(journal.faults(connection)) == []


def test_a_seal_is_bound_to_its_place_and_key() -> None:
    one, two = Vault(Key(b"1" * 32)), Vault(Key(b"2" * 32), (Key(b"1" * 32),))
    kept = one.seal(b"facts", "b1")
    assert (one.open(kept, "b1"), two.open(kept, "b1")) == (b"facts", b"facts")
    with pytest.raises(Damaged):
        one.open(kept, "b2")
    for at in range(len(kept)):
        changed = kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :]
        with pytest.raises(Exception, match=r"改动|密钥"):
            one.open(changed, "b1")


def test_keys_are_rotated_while_everything_stays_readable(office: Office) -> None:
    name = office.judged(office.own, OWN)
    desk = office.desk
    assert desk.vault.current is not None
    turned = Vault(Key(b"n" * 32), (desk.vault.current,))
    with desk.database.write() as connection:
        assert blobs.reseal(connection, turned, most=1000) > 2
        assert blobs.reseal(connection, turned, most=1000) == 0
    only_new = Vault(Key(b"n" * 32))
    with desk.database.read() as connection:
        kept = submissions.find(connection, office.own, name)
        assert kept.bytes is not None
        assert blobs.fetch(connection, only_new, kept.bytes) == OWN


def test_a_full_disk_is_told_and_nothing_is_half_kept(small_office: Office) -> None:
    import os

    desk = small_office.desk
    with desk.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    desk.database.close()
    from zhiyin.composition.desk import open_desk

    tight = open_desk(str(desk.database.place.path), desk.options, most_pages=pages + 20)
    person = small_office.own
    with pytest.raises(Full) as told:
        submissions.receive(tight, person, person.actor(HERE), os.urandom(400_000), filename="x.ttl")
    assert told.value.status == 507
    with tight.database.read() as connection:
        assert submissions.listed(connection, person)[0] == 0
        assert list(journal.faults(connection)) == []
    tight.database.close()


def test_work_that_finds_no_room_waits_for_it_however_often_it_is_tried(small_office: Office) -> None:
    from zhiyin.composition.desk import open_desk

    desk = small_office.desk
    name = small_office.send(small_office.own, OWN)
    with desk.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    desk.database.close()
    tight = open_desk(str(desk.database.place.path), desk.options, judge=desk.judge, most_pages=pages)
    for _ in range(jobs.MOST_ATTEMPTS + 2):
        with pytest.raises(Full):
            work.work_once(tight, "w")
    tight.database.close()
    small_office.work()
    with desk.database.read() as connection:
        assert submissions.find(connection, small_office.own, name).state == submissions.JUDGED


def test_whoever_writes_to_sqlite_is_alone_and_the_turn_ends_with_the_process(small_office: Office) -> None:
    path = small_office.desk.database.place.path
    assert path is not None
    assert lock_file(path).stat().st_mode & 0o777 == 0o600
    holder = f"import fcntl, os, sys, time; fcntl.flock(os.open({str(lock_file(path))!r}, os.O_RDWR), fcntl.LOCK_EX)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{holder}; print('held', flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        done = threading.Event()

        def write() -> None:
            with small_office.desk.database.write() as connection:
                journal.write(connection, journal.THE_DESK, "test", "x")
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        assert not done.wait(0.2)
        with small_office.desk.database.read() as connection:
            assert all(line.what != "test" for line in journal.lines(connection))
        other.kill()
        writer.join(20)
        assert done.is_set()


def test_retention_removes_whatever_a_submission_said_and_leaves_its_line(office: Office) -> None:
    desk = office.desk
    old = office.judged(office.own, OWN)
    new = office.judged(office.own, OWN + b"# newer\n")
    with desk.database.write() as connection:
        retention.set_rule(connection, journal.THE_DESK, 1)
        connection.execute(table.update().values(received="2020-01-01T00:00:00.000000Z"))
    assert retention.apply(desk, journal.THE_DESK) == [old]
    assert retention.apply(desk, journal.THE_DESK) == []
    with desk.database.read() as connection:
        gone = submissions.find(connection, office.own, old)
        assert (gone.state, gone.bytes, gone.facts, gone.faults) == (submissions.REMOVED, None, None, ())
        assert any(line.what == "submission.removed" for line in journal.lines(connection, thing=old))
        row = connection.execute(sa.select(table).where(table.c.id == old)).one()
        assert (row.figures, row.deadlines) == ("{}", "[]")
        # What it came to stays, clause by clause; what was said does not.
        (verdict,) = verdicts.of_submission(connection, old)
        assert verdict.status == "met"
        assert len(verdict.outcomes) == 177
        with pytest.raises(NotFound):
            submissions.read_bytes(desk, connection, gone)
        with pytest.raises(NotFound):
            submissions.read_facts(desk, connection, gone)
        with pytest.raises(NotFound):
            verdicts.document_of(desk, connection, verdict)
        assert blobs.fetch(connection, desk.vault, verdict.report) == b""
        assert submissions.find(connection, office.own, new).bytes is not None
    audit = verify(desk)
    # Of that other time of receipt the audit speaks: it was written past the desk's own ways of receiving.
    assert all("与日志不符" in fault for fault in audit.faults)
    assert office.send(office.own, OWN) not in (old, new)


def test_a_desk_where_the_rule_removed_something_verifies(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = small_office.judged(small_office.own, OWN)
    small_office.judged(small_office.own, OWN + b"# newer\n")
    with small_office.desk.database.write() as connection:
        retention.set_rule(connection, journal.THE_DESK, 1)
    monkeypatch.setattr(moments, "later", lambda **_: "2999-01-01T00:00:00.000000Z")
    assert retention.apply(small_office.desk, journal.THE_DESK) == [old]
    monkeypatch.undo()
    audit = verify(small_office.desk)
    assert (audit.faults, audit.changed, audit.verdicts, audit.same) == ([], [], 2, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-7-1",
        "20260701",
        "2026-07-01T00:00:00",
        "2026-W27-3",
        "2026-02-30",
        " 2026-07-01",
        "２０２６-07-01",
    ],
)
def test_a_day_is_written_in_one_way(text: str) -> None:
    with pytest.raises(BadParameter):
        moments.day_named(text, "day")


def test_a_day_written_so_is_taken() -> None:
    assert moments.day_named("2028-02-29", "day").isoformat() == "2028-02-29"
