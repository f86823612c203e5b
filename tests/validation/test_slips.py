"""Figures and dates that are hardly meant: where a clause turns on them it is for a person, elsewhere it stands."""

from __future__ import annotations

import re

import pytest
from tests.validation import samples

from zhiyin.law.outcome import Outcome
from zhiyin.validation.judgement import JudgedClause

TEXT = (samples.folder() / "tier-2-complete.ttl").read_text(encoding="utf-8")


def clause(number: str, *changes: tuple[str, str]) -> JudgedClause:
    """What a clause comes to where the company's text is changed; each pattern must be found."""
    text = TEXT
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text)
        assert count, pattern
    verdict = samples.judged(samples.Sample("x", "x", "", ""), text.encode()).verdicts[0]
    return next(c for c in verdict.clauses if c.requirement.number == number)


def test_spending_of_one_year_in_ten_thousands_is_for_a_person() -> None:
    judged = clause("3.1.5.1", (r"zy:itSpendYuan 6500000 ;", "zy:itSpendYuan 650 ;"))
    assert judged.outcome is Outcome.MANUAL
    assert any("可能以万元填写" in found.message.zh for found in judged.findings)


def test_a_spending_that_is_small_but_not_so_small_is_violated() -> None:
    assert clause("3.1.5.1", (r"zy:itSpendYuan 6500000 ;", "zy:itSpendYuan 65000 ;")).outcome is Outcome.VIOLATED


@pytest.mark.parametrize("less", [10_000, 100_000])
def test_amounts_all_in_one_other_unit_have_the_same_share(less: int) -> None:
    """Where the whole table is in ten thousands the share is what it was, and so is the outcome."""
    changes = [
        (rf"(zy:{name}Yuan) {amount} ;", rf"\1 {amount / less:.2f} ;")
        for name, amounts in {
            "itSpend": (1_000_000, 5_500_000, 6_000_000, 6_500_000),
            "netProfit": (90_000_000, 40_000_000, 50_000_000, 30_000_000),
            "revenue": (300_000_000, 190_000_000, 200_000_000, 210_000_000),
        }.items()
        for amount in amounts
    ]
    assert clause("3.1.5.1", *changes).outcome is Outcome.SATISFIED


def test_a_day_of_1926_is_for_a_person_where_it_decides() -> None:
    done = (r'(compliance-risk-assessment ;\n\s+zy:lastConductedOn) "2026', r'\1 "1926')
    judged = clause("3.1.1.7", done)
    assert judged.outcome is Outcome.MANUAL
    assert any("1926-02-10，可能是 2026-02-10" in found.message.zh for found in judged.findings)
    assert clause("3.1.1.1", done).outcome is Outcome.SATISFIED


def test_a_day_long_ago_in_this_century_is_violated() -> None:
    done = (r'(compliance-risk-assessment ;\n\s+zy:lastConductedOn) "2026', r'\1 "2016')
    assert clause("3.1.1.7", done).outcome is Outcome.VIOLATED
