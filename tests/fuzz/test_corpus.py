"""Every input that fuzzing starts from or once found goes through its target; a short run finds nothing new."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fuzz.targets import CORPUS, TARGETS

INPUTS = sorted(CORPUS.rglob("*.*"))


def test_every_target_has_a_corpus() -> None:
    assert {path.parent.name for path in INPUTS} == set(TARGETS)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_is_read_or_refused(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("name", ["query", "front", "rdf"])
def test_what_is_cut_short_is_refused(name: str) -> None:
    for path in sorted((CORPUS / name).iterdir()):
        data = path.read_bytes()
        for end in range(0, len(data), max(1, len(data) // 20)):
            TARGETS[name](data[:end])
