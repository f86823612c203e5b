"""``zhiyin doctor`` and what it looks at: each fault is one sentence with its remedy."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhiyin
from zhiyin import resources
from zhiyin.composition import find_graph
from zhiyin.errors import CacheError, ZhiyinError
from zhiyin.server.listening import PortTaken, check_address

COMMAND = Path(sys.executable).with_name("zhiyin")


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ZHIYIN_LANG": "zh", "PYTHONIOENCODING": "utf-8", **more}
    return subprocess.run([COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_the_doctor_looks_at_everything_and_names_the_graph() -> None:
    done = run("doctor", "--json", "--port", "18437")
    found = {row["name"]: row for row in json.loads(done.stdout)}
    assert set(found) == {"版本", "设置", "缓存目录", "临时目录", "端口", "内存", "控制台", "字体", "引擎", "图谱"}
    path = find_graph()
    assert path is not None
    assert path.name in found["图谱"]["text"]
    assert "pyoxigraph" in found["版本"]["text"]
    assert done.returncode == 0


def test_a_busy_port_is_a_fault_with_its_remedy(taken: int) -> None:
    done = run("doctor", "--port", str(taken))
    assert done.returncode == 2
    assert f"端口 {taken} 已被另一个程序占用" in done.stdout
    assert "--port" in done.stdout


def test_a_second_service_does_not_share_the_port(taken: int) -> None:
    done = run("serve", "--port", str(taken))
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"端口 {taken} 已被另一个程序占用" in done.stderr


def test_a_port_that_others_may_share_is_taken_all_the_same() -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        with pytest.raises(PortTaken):
            check_address("127.0.0.1", listener.getsockname()[1])


def test_an_address_that_is_not_here_is_told() -> None:
    with pytest.raises(ZhiyinError, match=r"192\.0\.2\.1"):
        check_address("192.0.2.1", 8000)
    with pytest.raises(ZhiyinError, match="resolved"):
        check_address("no-such-host.invalid", 8000)


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="ascii")
    done = run("search", "供电", ZHIYIN_CACHE=str(file / "cache"))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "ZHIYIN_CACHE" in done.stderr


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_a_cache_that_others_may_write_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(mode)
    monkeypatch.setenv("ZHIYIN_CACHE", str(folder))
    with pytest.raises(CacheError, match="chmod 700"):
        resources.cache_folder()
    folder.chmod(0o700)
    assert resources.cache_folder() == folder


def test_a_cache_that_others_may_replace_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    above = tmp_path / "shared"
    above.mkdir()
    above.chmod(0o777)
    monkeypatch.setenv("ZHIYIN_CACHE", str(above / "cache"))
    with pytest.raises(CacheError):
        resources.cache_folder()
    above.chmod(0o1777)
    assert resources.cache_folder().is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_a_cache_of_someone_else_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12_345, 12_345)
    monkeypatch.setenv("ZHIYIN_CACHE", str(folder))
    with pytest.raises(CacheError):
        resources.cache_folder()


def test_without_the_compiled_engine_one_line_says_so(tmp_path: Path) -> None:
    (tmp_path / "shacl.py").write_text("raise ImportError('no wheel for this platform')\n", encoding="utf-8")
    source = str(Path(zhiyin.__file__).parents[1])
    sample = str(resources.path("data/companies/no-generator.ttl"))
    done = run("validate", sample, "--tier", "2", PYTHONPATH=os.pathsep.join((str(tmp_path), source)))
    assert done.returncode == 0, done.stderr
    assert "二类 达到" in done.stdout
    (said,) = done.stderr.splitlines()
    assert said.startswith("此平台没有编译的 SHACL 引擎（shacl），改用 pyshacl")
