"""What the tests of validation share: the complete company, the requirements, and a short way to a judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pyoxigraph as ox
import pytest

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE, base_triples
from zhiyin.intake.determinations import Rulings
from zhiyin.model import GuidelineText, Requirement
from zhiyin.validation.engine import Engine
from zhiyin.validation.judgement import Judgement

Judging = Callable[..., Judgement]


@pytest.fixture(scope="session")
def requirements(text: GuidelineText) -> Sequence[Requirement]:
    return text.requirements


@pytest.fixture(scope="session")
def complete() -> bytes:
    """The complete company as Turtle."""
    return bytes(ox.serialize([quad.triple for quad in base_triples()], format=ox.RdfFormat.TURTLE) or b"")


@pytest.fixture(scope="session")
def judged() -> Judging:
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
        given = options.pop("determinations", ())
        assert isinstance(given, Sequence)
        asked = Asked(day, rulings=Rulings(tuple(given), None), engine=engine, **options)  # type: ignore[arg-type]
        return judge_bytes(data, rules(), asked, source=source, media_type=media_type)

    return judging
