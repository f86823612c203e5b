from __future__ import annotations

from pathlib import Path

import pytest

from zhiyin import composition
from zhiyin.composition import BuiltGraph
from zhiyin.graph import cache


def test_what_is_kept_is_fetched(tmp_path: Path) -> None:
    path = cache.keep(tmp_path / "new", "key", b"data")
    assert path.read_bytes() == b"data"
    assert cache.fetch(tmp_path / "new", "key") == path


def test_what_was_never_kept_is_not_fetched(tmp_path: Path) -> None:
    assert cache.fetch(tmp_path, "key") is None


@pytest.mark.parametrize("damage", [b"", b"dat", b"dataX", b"\xff\xfe"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    cache.keep(tmp_path, "key", b"data").write_bytes(damage)
    assert cache.fetch(tmp_path, "key") is None


def test_a_file_without_its_seal_does_not_count(tmp_path: Path) -> None:
    cache.keep(tmp_path, "key", b"data").with_suffix(".sha256").unlink()
    assert cache.fetch(tmp_path, "key") is None


@pytest.mark.parametrize("seal", [b"", b"\xff", b"0" * 64])
def test_a_wrong_seal_does_not_count(tmp_path: Path, seal: bytes) -> None:
    cache.keep(tmp_path, "key", b"data").with_suffix(".sha256").write_bytes(seal)
    assert cache.fetch(tmp_path, "key") is None


def test_nothing_half_written_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        cache.keep(tmp_path, "key", b"data")
    assert list(tmp_path.iterdir()) == []


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    import os

    for number in range(10):
        path = cache.keep(tmp_path, f"k{number}", b"data")
        os.utime(path, (number, number))
    assert cache.fetch(tmp_path, "k9") is not None
    assert cache.fetch(tmp_path, "k0") is None
    assert len(list(tmp_path.glob("*.nq"))) == len(list(tmp_path.glob("*.sha256"))) <= 7


def test_second_start_takes_the_graph_from_the_cache(built: BuiltGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Path:
        raise AssertionError("built again")

    monkeypatch.setattr("zhiyin.composition.graph.build_graph", fail)
    again = composition.load_graph()
    assert (again.path, again.sha256) == (built.path, built.sha256)


def test_a_damaged_cache_is_built_again(built: BuiltGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIYIN_CACHE", str(tmp_path))
    key = composition.content_key()
    damaged = cache.keep(tmp_path / "graph", key, b"<a> <b>")
    damaged.write_bytes(b"<a>")
    asked: list[str] = []

    def rebuild(*_: object, **__: object) -> Path:
        asked.append(key)
        return built.path

    monkeypatch.setattr("zhiyin.composition.graph.build_graph", rebuild)
    assert composition.load_graph().sha256 == built.sha256
    assert asked == [key]
