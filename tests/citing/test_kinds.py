"""Kinds of statements one by one: tables with a column for each tier, English, conditions, and what is never passed over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zhiyin.citing.statement import Checked, Ruling

Check = Callable[[str], Checked]
TABLE = """| 指标 | 一类 | 二类 | 三类 | 四类 |
|---|---|---|---|---|
| 总部技术人员 | 5 | 8 | 11 | {staff} |
| 机房承重（公斤每平方米） | 300 | 300 | 500 | 500 |
| 为空调供电的发电机 | 无 | 无 | {obligation} | 必须 |
| 午餐补贴 | 10 | 20 | 30 | 40 |
"""


def rulings(checked: Checked) -> list[str]:
    return [str(statement.ruling) for statement in checked.statements]


def test_a_table_with_a_column_for_each_tier_is_judged_cell_by_cell(check: Check) -> None:
    sound = check(TABLE.format(staff=15, obligation="可选"))
    assert rulings(sound) == ["holds"] * 12 + ["not-checked"] * 4
    faulty = check(TABLE.format(staff=16, obligation="必须"))
    wrong = [s for s in faulty.statements if s.is_fault]
    assert [(s.text, s.tiers, s.clauses[0].number) for s in wrong] == [
        ("16", (4,), "5.1.1.3"),
        ("必须", (3,), "4.2.3.5"),
    ]


@pytest.mark.parametrize(
    ("text", "ruling"),
    [
        ("Clause 4.3.3.1 requires an RPO of at most 30 seconds.", Ruling.HOLDS),
        ("Clause 4.3.3.1 requires an RPO of at most 60 seconds.", Ruling.FIGURE_DIFFERS),
        ("Tier 2 companies must have at least 11 IT staff (3.1.1.3).", Ruling.FIGURE_DIFFERS),
        ("Clause 3.3.2.6 is optional in tier 2.", Ruling.HOLDS),
        ("Clause 3.3.2.6 is mandatory.", Ruling.SAYS_OTHERWISE),
        ("Clause 2.4.6.4 allows database passwords to be stored in plain text.", Ruling.SAYS_OTHERWISE),
        ("Clause 2.4.6.4 prohibits storing database passwords in plain text.", Ruling.HOLDS),
        ("Tier 3 must follow 5.2.2.4: the generator must run for at least 12 hours.", Ruling.WRONG_TIER),
        ("Clause 6.2.1.1 requires a chief information officer.", Ruling.NO_SUCH_CLAUSE),
    ],
)
def test_english_sentences_are_read(check: Check, text: str, ruling: Ruling) -> None:
    assert [s.ruling for s in check(text).statements] == [ruling]


def test_the_place_of_an_english_statement_is_that_of_the_original(check: Check) -> None:
    text = "前言。\nNote: clause 4.3.3.1 requires an RPO of at most 60 seconds.\n后记。"
    statement = check(text).statements[0]
    assert text[statement.start : statement.end].strip() == statement.text
    assert statement.text.endswith("60 seconds.")


@pytest.mark.parametrize(
    "text",
    [
        "三类公司应配备发电机并定期演练灾备中心。",
        "三类公司：RTO 5分钟、RPO 30秒",
        "依据指引四条三款",
        "根据《证券期货业网络和信息安全管理办法》第12条，应备案。",
        "没有自动化运维工具的公司不涉及5.5.2.11。",
        "指引要求公司开展量子计算研究吗？不，指引要求的是别的。",
    ],
)
def test_what_looks_like_a_citation_is_never_passed_over(check: Check, text: str) -> None:
    assert check(text).statements


@pytest.mark.parametrize(
    ("sound", "faulty"),
    [
        ("没有发电机也没有应急供电协议时，UPS电池应能支撑4个小时（2.2.2.2）。", "UPS电池应能支撑3个小时（2.2.2.2）。"),
        ("不开展连续交易的三类公司，总部技术部门至少要有11人（4.1.1.3）。", "不开展连续交易的三类公司，应达到16人（4.1.1.3）。"),
        ("一类到四类的总部技术人员依次为5、8、11、15人。", "一类到四类的总部技术人员依次为5、8、12、15人。"),
        ("4.4.6.3没有规定口令更换的间隔。", "指引没有规定机房录像的保存期限（2.2.1.5）。"),
        ("指引对二类没有发电机方面的要求。", "指引对三类公司没有发电机方面的要求。"),
        ("低类别的可选要求在高类别中自动成为必须要求（1.2）。", "1.2：高类别的可选要求在低类别中自动成为必须要求。"),
        ("3.7.1.10在三类中对应4.7.1.11，由可选变为必须。", "3.7.1.10在三类中对应4.7.1.11，仍为可选。"),
        ("WEB服务和数据库服务不能放在同一台服务器上（2.4.3.9）。", "WEB服务和数据库服务可以放在同一台服务器上（2.4.3.9）。"),
        ("1.4对六个名词作了解释。", "1.4对七个名词作了解释。"),
        ("书面保存的口令要有物理保护（3.4.6.1）。", "书面保存的口令要有加密保护（3.4.6.1）。"),
    ],
)  # fmt: skip
def test_each_kind_with_one_change(check: Check, sound: str, faulty: str) -> None:
    assert not any(s.is_fault for s in check(sound).statements), sound
    assert any(s.is_fault for s in check(faulty).statements), faulty


def test_a_company_may_bind_itself_to_an_interval_but_not_call_it_the_text_s(check: Check) -> None:
    assert not any(s.is_fault for s in check("口令每60天更换一次，满足指引4.4.6.3定期更换的要求。").statements)
    assert any(s.is_fault for s in check("口令至少每年更换一次，这是指引4.4.6.3的明确规定。").statements)
