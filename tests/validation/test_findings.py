"""What a finding says: the fact, the demand and the cure, in both languages, with nothing left unfilled.

A quarter of the shapes by default; all with ``ZHIYIN_EVERY_CASE=1``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import pyoxigraph as ox
import pytest
from tests.intake.submissions import HEAD, judged

from zhiyin import resources
from zhiyin.composition.judging import rules
from zhiyin.composition.trial import COMPANY, Case, changed_base, enforcing, read_cases
from zhiyin.errors import Message
from zhiyin.law.outcome import Outcome, Role
from zhiyin.law.shapes import Shape
from zhiyin.validation.engine import Engine, prepared
from zhiyin.validation.facts import Facts, facts_of, normalised
from zhiyin.validation.findings import Finding, finding

EVERY = bool(os.environ.get("ZHIYIN_EVERY_CASE"))
FIRST: dict[str, Case] = {}
for _case in read_cases([resources.path("tests/cases")]):
    if _case.shape:
        FIRST.setdefault(_case.shape, _case)
SHAPES = {iri.rpartition("/")[2]: shape for iri, shape in rules().shapes.shapes.items()}
UNFILLED = re.compile(r"[{}]|\?(?!$)|None")


@cache
def found(name: str, engine: Engine = Engine.COMPILED) -> tuple[Finding, ...]:
    """The findings of a shape in its first failing case."""
    case, shape = FIRST[name], SHAPES[name]
    clauses = frozenset(n for n in shape.enforces if n.startswith(f"{case.tier + 1}."))
    facts = facts_of(COMPANY, normalised(changed_base(case.patch)), rules().vocabulary)
    results = prepared(enforcing(case.tier, clauses)).run(facts.text(case.date, case.tier), engine)
    return tuple(finding(shape, r, rules().vocabulary, {}, facts, case.date) for r in results if r.shape == shape.iri)


def telling(shape: Shape) -> bool:
    return shape.role is not Role.CONDITION and shape.outcome is not Outcome.NOT_APPLICABLE


CHOSEN = sorted(name for name in FIRST if telling(SHAPES[name]))[:: 1 if EVERY else 4]


def test_there_are_findings() -> None:
    assert len(CHOSEN) > 200


@pytest.mark.parametrize("name", CHOSEN)
def test_it_says_what_and_how_to_cure_it(name: str) -> None:
    assert found(name)
    for each in found(name):
        texts: list[Message | None] = [each.message, each.remedy]
        for text in texts:
            if text is not None:
                assert re.search(r"[一-鿿]", text.zh)
                assert re.search(r"[A-Za-z]{3}", text.en)
                assert not UNFILLED.search(text.zh), text.zh
                assert not UNFILLED.search(text.en), text.en
        if each.outcome in (Outcome.VIOLATED, Outcome.MANUAL):
            assert each.remedy is not None


def fact(name: str) -> tuple[str, str, str]:
    first = found(name)[0]
    return first.path.rpartition("#")[2], first.about.rpartition("/")[2], first.value


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("headcount-fourth-tier", ("headquartersTechnicianCount", "", "19")),
        ("ups-time-without-generator", ("upsMinutes", "", "239.99")),
        ("post-descriptions", ("attestation", "post-descriptions", "")),
        ("website-security-check-timely", ("activity", "website-security-check", "2024-12-31")),
        ("system-logs-kept", ("retention", "system-logs", "180")),
        ("production-office-isolation-undoubted", ("isolationArgument", "", "单向光闸，经第三方测评")),
        ("room-rodent-protection", ("hasRodentProtection", "", "false")),
        ("branch-protection", ("hasFirewall", "", "")),
    ],
)
def test_it_names_the_fact(name: str, expected: tuple[str, str, str]) -> None:
    assert fact(name) == expected


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("headcount-fourth-tier", "再增加 1 人"),
        ("backup-recovery-time", "缩短 0.01 分钟"),
        ("system-logs-kept", "现保存 180 天"),
        ("recovery-capacity-enough", "还差每秒 1 笔"),
        ("password-change-interval-kept", "超过自定周期"),
    ],
)
def test_it_says_by_how_much(name: str, amount: str) -> None:
    remedy = found(name)[0].remedy
    assert remedy is not None
    assert amount in remedy.zh


FINDING = {"activityTimely", "activityUndisputed", "intervalKept", "retentionSufficient", "retentionCertain"}
SHARED = [
    *sorted(name for name in FIRST if FINDING & set(SHAPES[name].parameters))[::4],
    "production-office-isolation",
    "production-office-isolation-undoubted",
    "headcount-third-tier-undoubted",
]
"""Shapes of shared components that find something: pyshacl hands over no variable of these."""


@pytest.mark.parametrize("name", SHARED)
def test_it_says_the_same_by_both_engines(name: str) -> None:
    def said(engine: Engine) -> list[tuple[object, ...]]:
        return [(f.node, f.path, f.value, f.message, f.remedy) for f in found(name, engine)]

    assert said(Engine.PYSHACL) == said(Engine.COMPILED)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("zy:periodDays 100 , 90", lambda f: f.value == "90" and f.remedy is not None and "90 天" in f.remedy.zh),
        ("zy:periodMonths 5", lambda f: f.remedy is not None and "5 个月" in f.remedy.zh),
    ],
)
def test_the_shortest_of_several_periods_is_told(change: str, check: Callable[[Finding], bool]) -> None:
    facts = _with(f"INSERT {{ ?r {change} }} WHERE {{ ?r zy:about practice:system-logs }}")
    shape = SHAPES["system-logs-kept"]
    results = prepared(enforcing(4, frozenset({"5.5.2.4"}))).run(facts.text(date(2026, 6, 30), 4), Engine.COMPILED)
    told = [
        finding(shape, r, rules().vocabulary, {}, facts, date(2026, 6, 30)) for r in results if r.shape == shape.iri
    ]
    assert any(check(each) for each in told)


def _with(patch: str) -> Facts:
    triples: list[ox.Triple] = changed_base(patch)
    return facts_of(COMPANY, normalised(triples), rules().vocabulary)


def test_what_is_silent_has_a_cure_and_what_is_satisfied_has_none() -> None:
    clauses = judged(HEAD).verdicts[0].clauses
    silent = [c for c in clauses if c.outcome is Outcome.UNDECLARED]
    assert len(silent) > 100
    assert [c.requirement.number for c in silent if c.remedy is None] == []
    bare = [replace(c, findings=()) for c in silent[:1]] + [replace(silent[0], findings=(), outcome=Outcome.SATISFIED)]
    assert [c.remedy is None for c in bare] == [False, True]
