"""The one door to a verdict: the bytes of a submission, the rules and a day in, the judgement out.

Page, API, command, batch, desk and benches all come through here, so that none of them reads or judges otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from zhiyin.composition.graph import guideline_text
from zhiyin.errors import BadParameter
from zhiyin.intake.determinations import NO_RULINGS, Rulings
from zhiyin.intake.reading import read_any
from zhiyin.law.rules import Rules, load_rules
from zhiyin.validation.engine import Engine
from zhiyin.validation.judgement import Judgement, judge
from zhiyin.validation.policy import DEFAULT_POLICY, Policy

_ZONE = ZoneInfo("Asia/Shanghai")


@cache
def rules() -> Rules:
    """Return the law in use, read once per process."""
    return load_rules(guideline_text())


@dataclass(frozen=True, slots=True)
class Asked:
    """How a submission is to be judged, in values that pass between processes.

    ``day`` is the check date and ``tier`` the tier to judge against, each ``None`` for what the submission says.
    """

    day: date | None = None
    tier: int | None = None
    rulings: Rulings = NO_RULINGS
    engine: Engine = Engine.COMPILED
    policy: Policy = DEFAULT_POLICY


def judge_bytes(data: bytes, law: Rules, asked: Asked, *, source: str = "", media_type: str = "") -> Judgement:
    """Read and judge one submission.

    Raises BadSubmission with every fault found, TooLarge or UnsupportedMediaType, each naming the place.
    """
    return judge(
        read_any(data, source=source, media_type=media_type),
        law,
        check_date=asked.day or today(),
        tier=asked.tier,
        rulings=asked.rulings,
        engine=asked.engine,
        policy=asked.policy,
    )


def today() -> date:
    """Return today's date in Asia/Shanghai."""
    return datetime.now(_ZONE).date()


def check_date(raw: str | None, parameter: str = "date") -> date | None:
    """Return the day that ``raw`` (YYYY-MM-DD) names, ``None`` where it is empty; BadParameter where it names none."""
    if not raw:
        return None
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        found = None
    if found is None or len(raw) != 10 or not 2000 <= found.year <= 2200:
        raise BadParameter(parameter, raw, ["YYYY-MM-DD"])
    return found
