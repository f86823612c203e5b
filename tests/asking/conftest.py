"""What answers questions over the whole guideline."""

from __future__ import annotations

import pytest

from zhiyin import composition
from zhiyin.asking import Asker
from zhiyin.composition import BuiltGraph
from zhiyin.composition.asking import open_asker


@pytest.fixture(scope="session")
def asker(built: BuiltGraph) -> Asker:
    return open_asker(built, composition.load_search(built))
