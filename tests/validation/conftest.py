"""What the tests of validation share: the complete company, the requirements, and a short way to a judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pyoxigraph as ox
import pytest

from zhiyin.intake.reading import read_any
from zhiyin.model import GuidelineText, Requirement
from zhiyin.validation.engine import Engine
from zhiyin.validation.judgement import Judgement, judge
from zhiyin.validation.trial import CHECK_DATE, base_triples

Judging = Callable[..., Judgement]


@pytest.fixture(scope="session")
def requirements(text: GuidelineText) -> Sequence[Requirement]:
    return text.requirements


@pytest.fixture(scope="session")
def complete() -> bytes:
    """The complete company as Turtle."""
    return bytes(ox.serialize([quad.triple for quad in base_triples()], format=ox.RdfFormat.TURTLE) or b"")


@pytest.fixture(scope="session")
def judged(requirements: Sequence[Requirement]) -> Judging:
    """Judge bytes at the check date of the cases."""

    def judging(
        data: bytes,
        source: str = "sample.ttl",
        *,
        media_type: str = "",
        engine: Engine = Engine.COMPILED,
        **options: object,
    ) -> Judgement:
        day = options.pop("check_date", CHECK_DATE)
        assert isinstance(day, date)
        return judge(
            read_any(data, source=source, media_type=media_type),
            requirements,
            check_date=day,
            engine=engine,
            **options,  # type: ignore[arg-type]
        )

    return judging
