"""Every promise of the threat model names a test that exists."""

from __future__ import annotations

import re

import pytest

from zhiyin import resources

TEXT = resources.path("docs/threat-model.md").read_text(encoding="utf-8")
NAMED = sorted({f"{file}::{test}" for file, test in re.findall(r"`(tests/[\w/]+\.py)`(?: `(\w+)`)?", TEXT)})


def test_there_are_promises() -> None:
    assert len(NAMED) >= 20


@pytest.mark.parametrize("name", NAMED)
def test_a_promise_names_a_test(name: str) -> None:
    file, _, test = name.partition("::")
    source = resources.path(file).read_text(encoding="utf-8")
    assert f"def {test}(" in source if test else "def test_" in source
