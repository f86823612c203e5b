"""One store for all tests of the server's edges."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from zhiyin.composition.services import open_services
from zhiyin.services import Services
from zhiyin.settings import Settings


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    opened = open_services(Settings(access_log=False))
    yield opened
    opened.sparql.close()
