from __future__ import annotations

from pathlib import Path

import pytest

from zhiyin import resources


def test_root_holds_the_data() -> None:
    for name in ("data", "ontology", "shapes", "queries"):
        assert resources.path(name).is_dir()
    assert resources.path(resources.GUIDELINE_TEXT).is_file()


def test_turtle_files_come_in_one_order() -> None:
    files = resources.turtle_files("ontology", "shapes")
    names = [file.relative_to(resources.root()).as_posix() for file in files]
    assert names == sorted(names)
    assert len(set(names)) == len(names) > 10


def test_cache_folder_is_made_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIYIN_CACHE", str(tmp_path / "deep" / "cache"))
    folder = resources.cache_folder()
    assert folder == tmp_path / "deep" / "cache"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_cache_folder_follows_the_desktop_standard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIYIN_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert resources.cache_folder() == tmp_path / "zhiyin"


def test_incomplete_installation_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_BUNDLED", tmp_path / "a")
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path / "b")
    resources.root.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match="incomplete"):
            resources.root()
    finally:
        resources.root.cache_clear()
