"""What the tests of cite-checking share: a check over the real graph and the real search."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zhiyin.citing.statement import Checked
from zhiyin.composition import BuiltGraph, load_search
from zhiyin.composition.citing import check_citations

Check = Callable[[str], Checked]


@pytest.fixture(scope="session")
def check(built: BuiltGraph) -> Check:
    index = load_search(built)
    return lambda text: check_citations(text, built, lambda: index)
