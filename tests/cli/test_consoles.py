"""Consoles, pipes and faults: what is no verdict never has the exit code of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhiyin import resources

COMMAND = Path(sys.executable).with_name("zhiyin")
BAD = resources.path("data/companies/no-generator.ttl")
GOOD = resources.path("data/companies/tier-1-complete.ttl")
DAY = ("--date", "2026-06-30")


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "ZHIYIN_LANG": "zh", "PYTHONUTF8": "0", **more}


@pytest.mark.parametrize(
    ("encoding", "file", "code"), [("gbk", BAD, 1), ("gbk", GOOD, 0), ("cp1252", BAD, 1), ("ascii", BAD, 1)]
)
def test_any_console_takes_what_is_printed(encoding: str, file: Path, code: int) -> None:
    done = subprocess.run(
        [COMMAND, "validate", file, *DAY], env=environment(PYTHONIOENCODING=encoding), capture_output=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    text = done.stdout.decode(encoding)
    if encoding == "gbk":
        assert "三类 未达到" in text or "一类 达到" in text
    else:
        assert "?" in text


@pytest.mark.parametrize(
    "arguments",
    [("clause", "4.3.3.1"), ("diff", "2", "3"), ("--help",)],
)
def test_every_command_prints_to_a_console_of_ascii(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [COMMAND, *arguments], env=environment(PYTHONIOENCODING="ascii"), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", str(BAD), *DAY, "--all"),
        ("validate", str(BAD), *DAY, "--json"),
        ("search", "供电", "--limit", "100"),
    ],
)
def test_a_closed_pipe_is_no_verdict(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [COMMAND, *arguments], env=environment(), stdout=writing, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writing)
    assert done.returncode == 141
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="this system gives no file that is the output")
def test_a_file_that_is_a_pipe_loses_its_reader_and_that_is_no_verdict() -> None:
    command = [str(COMMAND), "shapes", "--tier", "4", "--output", "/dev/stdout"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        said = running.stderr.read()
    assert running.returncode == 141, "1 would say that a tier is not met"
    assert said == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", str(GOOD), *DAY),
        ("validate", str(GOOD), *DAY, "--json"),
        ("clause", "4.3.3.1"),
        ("shapes", "--tier", "2"),
        ("--help",),
    ],
)
def test_a_full_disk_is_told_in_one_line_and_is_no_verdict(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [COMMAND, *arguments], env=environment(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1].startswith("写不出结果：")
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


HELLO = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_protocol_that_cannot_be_written_is_told_as_a_full_disk_is() -> None:
    said = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}) + "\n"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [COMMAND, "mcp"], env=environment(), input=said.encode(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    # What was opened meanwhile may say that it was ended; whoever reads the error finds the reason.
    assert any(line.startswith("写不出结果：") for line in done.stderr.decode().splitlines())


FAILING = """
import sys
import zhiyin.cli
from zhiyin.composition import judging
def fail(*_, **__):
    raise {error}
judging.judge_bytes = fail
sys.argv[1:] = {arguments}
zhiyin.cli.main()
"""


@pytest.mark.parametrize("error", ["RuntimeError('机密内容')", "OSError('机密内容')"])
def test_a_fault_of_ours_exits_70_and_never_1(error: str) -> None:
    arguments = ["validate", str(BAD), *DAY]
    done = subprocess.run(
        [sys.executable, "-c", FAILING.format(error=error, arguments=arguments)],
        env=environment(PYTHONIOENCODING="utf-8"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 70
    said = done.stderr.decode()
    assert "这不是结论" in said
    assert "机密内容" not in said
    assert "Traceback" not in said


def test_a_file_that_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "validate", BAD, *DAY, "--json", "--output", tmp_path / "absent" / "x.json"],
        env=environment(PYTHONIOENCODING="utf-8"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert "absent" in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1
