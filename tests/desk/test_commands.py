"""``zhiyin desk …`` as whoever runs a desk uses it: one made, staffed, filled, proved, carried elsewhere and re-keyed."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.desk.conftest import HERE, judge_remembered, sample

from zhiyin.cli.desk import command
from zhiyin.composition.desk import open_desk
from zhiyin.desk import journal, people, submissions, work
from zhiyin.desk.people import Role
from zhiyin.errors import ZhiyinError

Run = Callable[..., tuple[str, int]]
WORD = "correct horse battery\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A callable that gives a command's output and exit code, with the environment that docs/desk.md sets first."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("ZHIYIN_DESK", str(tmp_path / "desk.sqlite3"))
    monkeypatch.setenv("ZHIYIN_DESK_SIGNING_KEY", str(tmp_path / "signing.key"))
    monkeypatch.setenv("ZHIYIN_DESK_KEY_FILE", str(tmp_path / "data.key"))

    def run(*words: str | Path, given: str = "") -> tuple[str, int]:
        asked = CliRunner().invoke(command, [str(w) for w in words], input=given, standalone_mode=False)
        if asked.exception is not None:
            raise asked.exception
        return asked.output, asked.return_value or 0

    return run


def made(run: Run, folder: Path) -> None:
    run("init", "--signing-key", folder / "signing.key", "--data-key", folder / "data.key")


def test_a_desk_is_made_though_the_environment_names_the_keys_that_it_is_to_make(run: Run, tmp_path: Path) -> None:
    made(run, tmp_path)
    for key in ("signing.key", "data.key", "desk.sqlite3"):
        assert (tmp_path / key).stat().st_mode & 0o777 == 0o600
    kept = (tmp_path / "data.key").read_bytes()
    with pytest.raises(ZhiyinError, match=r"data\.key"):
        run("init", "--data-key", tmp_path / "data.key")
    assert (tmp_path / "data.key").read_bytes() == kept


def test_no_key_is_left_where_no_desk_could_be_made(run: Run, tmp_path: Path) -> None:
    with pytest.raises(ZhiyinError):
        run("--desk", "mysql://nowhere/desk", "init", "--data-key", tmp_path / "data.key")
    assert not (tmp_path / "data.key").exists()


@pytest.mark.parametrize("content", [b"", b"no database" * 500, bytes(range(256)) * 40])
def test_a_file_that_is_no_desk_is_told_and_nothing_is_made_of_it(run: Run, tmp_path: Path, content: bytes) -> None:
    made(run, tmp_path)
    file, new = tmp_path / "file", tmp_path / "new.sqlite3"
    for words in (("--desk", file, "verify"), ("--desk", new, "restore", file)):
        file.write_bytes(content)
        with pytest.raises(ZhiyinError, match=r"no desk|not the database|no backup"):
            run(*words)
        assert not new.exists()
        assert file.read_bytes() == content


def test_a_cluster_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    made(run, tmp_path)
    with pytest.raises(ZhiyinError, match="no Dask cluster"):
        run("work", "--dask", "nonsense", "--until-idle")


def test_accounts_and_tokens(run: Run, tmp_path: Path) -> None:
    made(run, tmp_path)
    run("user", "add", "wang", "--role", "regulator", given=WORD)
    run("user", "add", "own", "--role", "firm", "--firm", "91310000MA1DEM040Y", given=WORD)
    with pytest.raises(ZhiyinError):
        run("user", "add", "short", "--role", "reader", given="short\n")
    with pytest.raises(ZhiyinError):
        run("user", "add", "wang", "--role", "reader", given=WORD)
    secret = run("token", "add", "wang", "--label", "nightly")[0].strip()
    listed = run("token", "list", "wang")[0]
    assert "nightly" in listed
    assert secret not in listed
    name = listed.split("\t")[0]
    run("token", "revoke", name)
    assert "void" in run("token", "list", "wang")[0] or "已失效" in run("token", "list", "wang")[0]
    run("user", "password", "wang", given="another long password\n")
    run("user", "close", "own")
    lines = run("user", "list")[0].splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["own", "firm"], ["wang", "regulator"]]
    assert any(word in lines[0] for word in ("closed", "已停用"))
    log = (tmp_path / "out", run("export", tmp_path / "out"))[0] / "log.jsonl"
    assert secret not in log.read_text(encoding="utf-8")


def test_what_is_kept_is_proved_carried_elsewhere_and_rekeyed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(run, tmp_path)
    data = sample("tier-1-complete.ttl")
    desk = open_desk(str(tmp_path / "desk.sqlite3"), judge=judge_remembered)
    with desk.database.write() as connection:
        person = people.add_person(connection, journal.THE_DESK, name="wang", role=Role.REGULATOR, password="x")
    kept, _ = submissions.receive(desk, person, person.actor(HERE), data, filename="年报.ttl")
    while work.work_once(desk, "test"):
        pass
    desk.database.close()
    told, code = run("verify")
    assert code == 0
    end = told.split()[-1].split("末端")[-1].strip("；。")
    assert run("verify", "--no-judging", "--head", end)[1] == 0
    assert run("verify", "--no-judging", "--head", end[:-1] + ("0" if end[-1] != "0" else "1"))[1] == 1

    run("backup", tmp_path / "backup.sqlite3")
    assert data[:200] not in (tmp_path / "backup.sqlite3").read_bytes()
    place = ("--desk", str(tmp_path / "restored.sqlite3"))
    run(*place, "restore", tmp_path / "backup.sqlite3")
    assert run(*place, "verify")[1] == 0
    with pytest.raises(ZhiyinError):
        run(*place, "restore", tmp_path / "backup.sqlite3")

    # Another key; the former one opens what is not sealed anew yet, and is not needed afterwards.
    (tmp_path / "next.key").write_text("ab" * 32, encoding="ascii")
    monkeypatch.setenv("ZHIYIN_DESK_KEY_FILE", str(tmp_path / "next.key"))
    with pytest.raises(ZhiyinError):
        run(*place, "export", tmp_path / "closed")
    monkeypatch.setenv("ZHIYIN_DESK_FORMER_KEY_FILES", str(tmp_path / "data.key"))
    run(*place, "rotate")
    monkeypatch.delenv("ZHIYIN_DESK_FORMER_KEY_FILES")
    assert run(*place, "verify", "--no-judging")[1] == 0
    run(*place, "export", tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert (tmp_path / "out" / kept.id / "received.ttl").read_bytes() == data
    document = json.loads((tmp_path / "out" / kept.id / "verdict-1.json").read_bytes())
    assert document["verdicts"][0]["status"] == "met"
    assert "10" in run(*place, "retention", "--years", "10", "--apply")[0]
