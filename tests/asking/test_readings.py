"""Kinds of question that once were misread, each by its neighbours: who is asked of, hosting, what one tier lacks, runs of tiers."""

from __future__ import annotations

import pytest

from zhiyin.asking import Asker
from zhiyin.asking.answer import Outcome
from zhiyin.asking.sentences import numbers_words


@pytest.mark.parametrize(
    "question",
    [
        "证券公司的机房承重要多少",
        "基金管理公司技术部至少几个人",
        "保险公司要分几类",
        "券商的灾备中心要离多远",
        "银行机房要求有哪些",
        "基金公司按三类要求技术人员几人",
    ],
)
def test_another_kind_of_firm_is_off_the_subject(asker: Asker, question: str) -> None:
    assert asker.ask(question).outcome is Outcome.NONE


@pytest.mark.parametrize("question", ["应与几家银行实现银期转账", "三类至少与几家银行实现银期转账"])
def test_a_firm_named_beside_is_none_asked_of(asker: Asker, question: str) -> None:
    assert asker.ask(question).answered


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("三类公司机房托管且托管方管基础设施，技术人员至少要多少", {8, 13, 3, 11, 16}),
        ("四类公司机房托管，基础设施由托管商维护，技术部至少几人", {12, 17, 3, 15, 20}),
        ("一类公司机房托管给服务商，服务商负责维护机房基础设施，技术部可以减几个人", {2}),
        ("三类机房托管后可以少配几个技术人员", {3}),
    ],
)
def test_hosting_in_any_words(asker: Asker, question: str, figures: set[int]) -> None:
    assert {figure.value for figure in asker.ask(question).figures} == figures


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("四类有、三类没有的安全要求", {"5.4.1.7", "5.4.2.9"}),
        ("三类有，但一类根本没有的备份要求", {"4.6.1.8", "4.6.1.9"}),
        ("四类要求而三类不要求的安全内容", {"5.4.1.7", "5.4.2.9"}),
    ],
)
def test_what_one_tier_has_and_the_lower_lacks(asker: Asker, question: str, clauses: set[str]) -> None:
    assert set(asker.ask(question).clauses) == clauses


@pytest.mark.parametrize(
    "question",
    [
        "二类有、三类没有的系统维护要求",
        "一类有四类没有的要求",
        "四类没有、三类有的备份要求",
        "三类有但四类不要求的条款有哪些",
    ],
)
def test_what_the_higher_tier_lacks_is_nothing_introduced(asker: Asker, question: str) -> None:
    assert not asker.ask(question).answered


@pytest.mark.parametrize(
    ("question", "tiers"),
    [
        ("从一类到三类，机房承重各是多少", {1, 2, 3}),
        ("从二类到四类机房录像保存多久", {2, 3, 4}),
        ("一类没有发电机和应急供电协议时、二类单路供电时，备用电源各要撑多久", {1, 2}),
    ],
)
def test_every_tier_named_has_its_figure(asker: Asker, question: str, tiers: set[int]) -> None:
    assert {figure.tier for figure in asker.ask(question).figures} == tiers


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("四类有夜盘，三类没有夜盘，技术部各要多少人", {(4, 20), (3, 11), (4, 15), (3, 16)}),
        ("有夜盘和没有夜盘的三类公司技术部各要多少人", {(3, 11), (3, 16)}),
        ("从二类到四类技术人员占比分别是多少", {(2, 8), (3, 8), (4, 8)}),
        ("三类公司有营业部但不提供现场交易，要几个技术人员", set()),
    ],
)
def test_a_condition_of_one_is_none_of_another(asker: Asker, question: str, figures: set[tuple[int, int]]) -> None:
    assert {(figure.tier, figure.value) for figure in asker.ask(question).figures} == figures


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("二类规定不应做的事", {"3.3.1.5", "3.4.4.6", "3.4.6.4", "3.5.3.3"}),
        ("三类要制定哪些方案", {"4.5.1.1", "4.6.1.1", "4.7.1.5", "4.7.4.4"}),
    ],
)
def test_deeds_and_papers_are_lists(asker: Asker, question: str, clauses: set[str]) -> None:
    assert set(asker.ask(question).clauses) == clauses


@pytest.mark.parametrize("question", ["动态口令要几位", "密码几位数", "监控摄像头拍多远"])
def test_digits_are_no_persons(asker: Asker, question: str) -> None:
    assert not asker.ask(question).answered


def test_so_many_and_a_half_is_compared(asker: Asker) -> None:
    answer = asker.ask("四类公司发电机能供电两个半小时达不达标")
    assert (answer.value, answer.clauses) == (False, ("5.2.2.4",))


@pytest.mark.parametrize(
    "question", ["三类跟四类比", "三类比四类？", "四类相比三类", "三类与四类比一比", "三类和四类对比"]
)
def test_two_tiers_and_a_word_between_them_are_compared(asker: Asker, question: str) -> None:
    answer = asker.ask(question)
    assert answer.answered
    assert "变化 17 条" in answer.text
    assert not asker.ask("三类比四类贵多少").answered


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("4.3.3.1在下一类里是哪一条", "5.3.3.1"),
        ("4.3.3.1在高一类里是哪条", "5.3.3.1"),
        ("4.3.3.1来自低一类的哪一条", "3.3.3.1"),
        ("3.4.1.1的上一类是哪条", "2.4.1.1"),
        ("4.3.3.1在一类里是哪一条", "2.3.3.1"),
    ],
)
def test_the_class_beside_one_named_is_not_the_first(asker: Asker, question: str, clause: str) -> None:
    assert asker.ask(question).clauses == (clause,)


def test_figures_of_two_tiers_are_said_to_be_alike(asker: Asker) -> None:
    answer = asker.ask("三类和四类的RPO一样吗")
    assert answer.value is True
    assert {(f.tier, f.value, f.unit) for f in answer.figures} == {(3, 30, "秒"), (4, 30, "秒")}


@pytest.mark.parametrize(
    ("question", "count", "chapter"),
    [("从一类到三类有多少条没有变化", 168, "4"), ("二类到四类没有变化的要求有多少条", 171, "5")],
)
def test_what_stays_over_several_tiers_is_counted_to_the_last(
    asker: Asker, question: str, count: int, chapter: str
) -> None:
    answer = asker.ask(question)
    assert answer.count == len(answer.clauses) == count
    assert {number[0] for number in answer.clauses} == {chapter}


@pytest.mark.parametrize("question", ["一类有多少条没有变化", "一类没有变化的要求有哪些", "升到一类要补什么"])
def test_nothing_lies_below_the_lowest_tier(asker: Asker, question: str) -> None:
    assert not asker.ask(question).answered


def test_work_that_is_every_year_by_its_sense_alone_is_not_listed(asker: Asker) -> None:
    """2.1.2.4 says 年度 of a plan: that it is work of every year is implied."""
    answer = asker.ask("每年都要做的工作有哪些")
    assert len(answer.clauses) == 20
    assert "2.1.2.4" not in answer.clauses


def test_what_is_forbidden_in_two_tiers_is_of_these_two(asker: Asker) -> None:
    answer = asker.ask("二类和三类的禁止性规定有哪些")
    assert len(answer.clauses) == 8
    assert {number[0] for number in answer.clauses} == {"3", "4"}


@pytest.mark.parametrize(
    "question",
    [
        "二类和三类应该测试发电机吗",
        "一类三类是否应该对网站主页内容实现自动监控",
        "三类和四类网络设备必须通过独立网络进行管理吗",
        "一类和三类要不要双路市电",
    ],
)
def test_what_one_of_two_tiers_demands_is_no_yes_for_both(asker: Asker, question: str) -> None:
    answer = asker.ask(question)
    assert not answer.answered
    assert answer.value is None


def test_a_duty_of_lower_tiers_alone_is_not_said_to_begin_there(asker: Asker) -> None:
    answer = asker.ask("三类、四类必须有应急供电协议吗")
    assert answer.value is False
    assert "起才有" not in answer.text
    assert "只有一类" in answer.text
    assert "三类起才有" in asker.ask("一类和二类要求有网站防篡改吗").text


def test_three_changes_are_told_in_their_words(asker: Asker) -> None:
    answer = asker.ask("从二类到三类监控有什么变化")
    assert len(answer.clauses) == 3
    assert all(f"{number}“" in answer.text for number in answer.clauses)


def test_a_dozen_numbers_are_told_and_more_are_cut() -> None:
    numbers = [f"2.1.1.{n}" for n in range(1, 14)]
    assert numbers_words(numbers[:12]) == "、".join(numbers[:12])
    assert numbers_words(numbers) == "、".join(numbers[:12]) + " 等 13 条"
