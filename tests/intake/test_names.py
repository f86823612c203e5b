"""Names that decide: one in two spellings is one, two that may be one are for a person, two that differ are two."""

from __future__ import annotations

import re

import pytest
from tests.intake.submissions import judged

from zhiyin import resources
from zhiyin.law.operators import bank_of, known_operators, may_be_one, operator_of

COMPLETE = resources.path("data/companies/tier-2-complete.ttl").read_text(encoding="utf-8")
FIRST, SECOND = sorted(set(re.findall(r'zy:operator ("[^"]*")', COMPLETE)))[:2]


def outcomes(first: str, second: str) -> set[str]:
    """The outcomes of the clauses that two operators' names change, the first and second link being theirs."""
    named = {FIRST: f'"{first}"', SECOND: f'"{second}"'}
    text = re.sub(r'zy:operator ("[^"]*")', lambda m: f"zy:operator {named.get(m[1], m[1])}", COMPLETE)
    return {str(c.outcome) for c in judged(text).verdicts[0].clauses}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("中国电信", "中国联通", {"satisfied"}),
        ("示例电信甲", "示例电信乙", {"satisfied"}),
        ("中国电信", "中国 电信", {"satisfied", "violated"}),
        ("ABC Telecom", "ＡＢＣ　ｔｅｌｅｃｏｍ", {"satisfied", "violated"}),
        ("中国电信", "中国电信股份有限公司", {"satisfied", "manual"}),
        ("联通", "China Unicom", {"satisfied", "manual"}),
        ("虚构通信", "虚构通信有限公司北京分公司", {"satisfied", "manual"}),
    ],
)
def test_two_names(first: str, second: str, expected: set[str]) -> None:
    assert outcomes(first, second) == expected


def test_the_reason_names_both() -> None:
    text = COMPLETE.replace(FIRST, '"中国电信"').replace(SECOND, '"中国电信股份有限公司"')
    manual = [c for c in judged(text).verdicts[0].clauses if c.outcome == "manual"]
    assert manual
    assert all("中国电信股份有限公司" in f.message.zh for c in manual for f in c.findings if f.outcome == "manual")


def test_known_operators() -> None:
    assert len(known_operators()) >= 4
    assert all(m.zh and m.en for m in known_operators().values())
    telecom = operator_of("中国电信")
    assert telecom is not None
    assert {
        operator_of(n) for n in ("电信", "上海电信", "中国电信（北京）", "China Telecom", "中国电信集团有限公司")
    } == {telecom}
    assert operator_of("示例电信甲") is None
    assert not may_be_one("中国移动", "中国联通")


@pytest.mark.parametrize(
    "names",
    [
        ("工行", "中国工商银行", "工商银行上海分行", "工行上海分行", "ICBC", "icbc", "中国工商银行股份有限公司"),
        ("中行", "中国银行", "中国银行北京分行"),
        ("浦发", "浦发银行", "上海浦东发展银行", "浦发银行南京分行"),
        ("邮储银行", "中国邮政储蓄银行"),
        ("示例银行甲", "示例银行甲（备）"),
    ],
)
def test_one_bank_by_its_names(names: tuple[str, ...]) -> None:
    assert len({bank_of(name) for name in names}) == 1


def test_banks_that_are_two() -> None:
    names = (
        "中国银行",
        "中信银行",
        "工商银行",
        "农业银行",
        "广发银行",
        "浦发银行",
        "光大银行",
        "示例银行甲",
        "示例银行乙",
    )
    assert len({bank_of(name) for name in names}) == len(names)
