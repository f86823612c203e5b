from __future__ import annotations

import re
from pathlib import Path

import pytest

from zhiyin import composition, kept_files
from zhiyin.composition import BuiltGraph
from zhiyin.composition.services import graph_files
from zhiyin.graph.quads import Index
from zhiyin.graph.verbatim import unfaithful
from zhiyin.namespaces import NAMES


def test_what_is_kept_is_fetched(tmp_path: Path) -> None:
    path = kept_files.keep(tmp_path / "new", "key", b"data")
    assert path.read_bytes() == b"data"
    assert kept_files.fetch(tmp_path / "new", "key") == path


def test_what_was_never_kept_is_not_fetched(tmp_path: Path) -> None:
    assert kept_files.fetch(tmp_path, "key") is None


@pytest.mark.parametrize("damage", [b"", b"dat", b"dataX", b"\xff\xfe"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    kept_files.keep(tmp_path, "key", b"data").write_bytes(damage)
    assert kept_files.fetch(tmp_path, "key") is None


def test_a_file_without_its_seal_does_not_count(tmp_path: Path) -> None:
    kept_files.keep(tmp_path, "key", b"data").with_suffix(".sha256").unlink()
    assert kept_files.fetch(tmp_path, "key") is None


@pytest.mark.parametrize("seal", [b"", b"\xff", b"0" * 64])
def test_a_wrong_seal_does_not_count(tmp_path: Path, seal: bytes) -> None:
    kept_files.keep(tmp_path, "key", b"data").with_suffix(".sha256").write_bytes(seal)
    assert kept_files.fetch(tmp_path, "key") is None


def test_nothing_half_written_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        kept_files.keep(tmp_path, "key", b"data")
    assert list(tmp_path.iterdir()) == []


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    import os

    for number in range(10):
        path = kept_files.keep(tmp_path, f"k{number}", b"data")
        os.utime(path, (number, number))
    assert kept_files.fetch(tmp_path, "k9") is not None
    assert kept_files.fetch(tmp_path, "k0") is None
    assert len(list(tmp_path.glob("*.nq"))) == len(list(tmp_path.glob("*.sha256"))) <= 7


def test_what_is_in_use_is_left_however_much_is_kept(tmp_path: Path) -> None:
    import os
    import time

    for number in range(10):
        kept_files.keep(tmp_path, f"k{number}", b"data")
    assert len(list(tmp_path.glob("*.nq"))) == 10
    old = time.time() - 7200
    for file in tmp_path.iterdir():
        os.utime(file, (old, old))
    # Fetched a moment ago: used, though written long before the others.
    assert kept_files.fetch(tmp_path, "k0") is not None
    kept_files.keep(tmp_path, "new", b"data", most=2)
    assert {file.stem for file in tmp_path.glob("*.nq")} == {"k0", "new"}
    assert {file.stem for file in tmp_path.glob("*.sha256")} == {"k0", "new"}


def test_what_a_killed_process_left_goes_and_what_another_writes_stays(tmp_path: Path) -> None:
    import os
    import time

    for name in (".k.nq.left", "search-a.npz.1.part", ".k.nq.now"):
        (tmp_path / name).write_bytes(b"ha")
    old = time.time() - 7200
    os.utime(tmp_path / ".k.nq.left", (old, old))
    os.utime(tmp_path / "search-a.npz.1.part", (old, old))
    kept_files.prune(tmp_path, "*.nq")
    assert [file.name for file in tmp_path.iterdir()] == [".k.nq.now"]


def test_second_start_takes_the_graph_from_the_cache(built: BuiltGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Path:
        raise AssertionError("built again")

    monkeypatch.setattr("zhiyin.composition.graph.build_graph", fail)
    again = composition.load_graph()
    assert (again.path, again.sha256) == (built.path, built.sha256)


PLANTED = (
    ('/clause/4.3.3.1> <https://w3id.org/zhiyin/ontology#text> "核心系统', '/clause/4.3.3.1> <https://w3id.org/zhiyin/ontology#text> "非核心系统'),
    ("/clause/2.1.1.1> <https://w3id.org/zhiyin/ontology#obligation> <https://w3id.org/zhiyin/ontology#Mandatory>", "/clause/2.1.1.1> <https://w3id.org/zhiyin/ontology#obligation> <https://w3id.org/zhiyin/ontology#Optional>"),
    ("/clause/2.1.1.1> <https://w3id.org/zhiyin/ontology#mark> <https://w3id.org/zhiyin/ontology#New>", "/clause/2.1.1.1> <https://w3id.org/zhiyin/ontology#mark> <https://w3id.org/zhiyin/ontology#Continued>"),
    ("/clause/3.1.1.1> <https://w3id.org/zhiyin/ontology#tier> <https://w3id.org/zhiyin/id/tier/2>", "/clause/3.1.1.1> <https://w3id.org/zhiyin/ontology#tier> <https://w3id.org/zhiyin/id/tier/1>"),
    ('/clause/1.4.1> <https://w3id.org/zhiyin/ontology#text> "核心系统', '/clause/1.4.1> <https://w3id.org/zhiyin/ontology#text> "系统'),
    ("", "<https://w3id.org/zhiyin/id/clause/4.3.3.1> <https://w3id.org/zhiyin/ontology#text> \"也可以没有备份。\"@zh <https://w3id.org/zhiyin/id/graph/inferred> .\n"),
    ("", "<https://w3id.org/zhiyin/id/clause/4.3.3.99> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/zhiyin/ontology#Requirement> <https://w3id.org/zhiyin/id/graph/asserted> .\n"),
    ("", "<https://w3id.org/zhiyin/id/clause/4.3.3\\u002E1>   <https://w3id.org/zhiyin/ontology#tier> <https://w3id.org/zhiyin/id/tier/1> .\n"),
)  # fmt: skip


@pytest.fixture(scope="module")
def spoken(built: BuiltGraph) -> str:
    """What the graph says of clauses, without what else it holds."""
    lines = built.path.read_text(encoding="utf-8").splitlines(keepends=True)
    told = re.compile(r"<[^>]*/id/clause/[^>]*> <[^>]*[#](?:type|number|text|tier|obligation|mark)> ")
    return "".join(filter(told.match, lines))


@pytest.mark.parametrize(("told", "planted"), PLANTED)
def test_what_a_planted_graph_says_otherwise_is_noticed(spoken: str, told: str, planted: str) -> None:
    assert told in spoken
    changed = spoken.replace(told, planted) if told else planted + spoken
    text = composition.guideline_text()
    assert unfaithful(Index(spoken.encode()), text, NAMES) == []
    wrong = unfaithful(Index(changed.encode()), text, NAMES)
    assert wrong
    assert all(number in told + planted.replace("\\u002E", ".") for number in wrong)


def test_a_clause_left_out_is_noticed(spoken: str) -> None:
    without = "".join(line for line in spoken.splitlines(keepends=True) if "/clause/5.8.1.1>" not in line)
    assert unfaithful(Index(without.encode()), composition.guideline_text(), NAMES) == ["5.8.1.1"]


def test_a_planted_graph_does_not_become_the_text_of_the_law(
    built: BuiltGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Well sealed, in the right folder, owned by the right user: what it says of a clause is not what the text says."""
    monkeypatch.setenv("ZHIYIN_CACHE", str(tmp_path))
    monkeypatch.setattr("zhiyin.composition.graph.build_graph", lambda *_, **__: built.path)
    told, planted = PLANTED[0]
    changed = built.path.read_text(encoding="utf-8").replace(told, planted)
    for data in (changed.encode(), b"<a> <b"):
        path = kept_files.keep(tmp_path / "graph", composition.content_key(), data)
        assert composition.find_graph() == path
        assert composition.load_graph().path == built.path
        assert graph_files() == [built.path]


def test_a_damaged_cache_is_built_again(built: BuiltGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIYIN_CACHE", str(tmp_path))
    key = composition.content_key()
    damaged = kept_files.keep(tmp_path / "graph", key, b"<a> <b>")
    damaged.write_bytes(b"<a>")
    asked: list[str] = []

    def rebuild(*_: object, **__: object) -> Path:
        asked.append(key)
        return built.path

    monkeypatch.setattr("zhiyin.composition.graph.build_graph", rebuild)
    assert composition.load_graph().sha256 == built.sha256
    assert asked == [key]
