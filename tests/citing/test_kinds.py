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


def test_words_in_the_cell_of_a_figure_are_left_to_a_person(check: Check) -> None:
    told = check(TABLE.format(staff="若干", obligation="可选")).statements
    assert [s.ruling for s in told if s.text == "若干"] == [Ruling.NOT_CHECKED]


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
        ("4.2.3.5在三类是可选，到四类，则为必须要求。", "3.3.2.6升到三类后，仍是可选要求。"),
        ("4.2.2.4：发电机的连续供电时间不得少于6小时。", "4.2.2.4：发电机的连续供电时间不得达到6小时。"),
    ],
)  # fmt: skip
def test_each_kind_with_one_change(check: Check, sound: str, faulty: str) -> None:
    assert not any(s.is_fault for s in check(sound).statements), sound
    assert any(s.is_fault for s in check(faulty).statements), faulty


def test_a_company_may_bind_itself_to_an_interval_but_not_call_it_the_text_s(check: Check) -> None:
    assert not any(s.is_fault for s in check("口令每60天更换一次，满足指引4.4.6.3定期更换的要求。").statements)
    assert any(s.is_fault for s in check("口令至少每年更换一次，这是指引4.4.6.3的明确规定。").statements)


OWN_COLUMN = """| 项目 | 条款 | 标准 | {head} |
|---|---|---|---|
| 网络管理员 | 4.1.1.12 | 至少{demanded}名 | 4名 |
"""


@pytest.mark.parametrize("head", ["我司情况", "本公司现状", "公司现有", "实际值", "检查情况", "示例期货"])
def test_a_column_of_the_company_s_own_state_says_nothing_of_the_text(check: Check, head: str) -> None:
    assert not any(s.is_fault for s in check(OWN_COLUMN.format(head=head, demanded=2)).statements)
    assert any(s.is_fault for s in check(OWN_COLUMN.format(head=head, demanded=4)).statements)


def test_a_column_of_demands_on_the_company_is_held_against_the_text(check: Check) -> None:
    for head in ("对我司的要求", "指引标准"):
        assert not check(OWN_COLUMN.format(head=head, demanded=2)).statements[0].text.startswith("项目")
        assert any(s.is_fault for s in check(OWN_COLUMN.format(head=head, demanded=2)).statements)


def test_an_own_figure_said_to_meet_the_demand_is_compared_and_one_said_not_to_is_no_fault(check: Check) -> None:
    table = "| 项目 | 条款 | 标准 | 我司情况 | 结论 |\n|---|---|---|---|---|\n| 网络管理员 | 4.1.1.12 | 至少2名 | 1名 | {} |"
    assert any(s.is_fault for s in check(table.format("符合")).statements)
    assert not any(s.is_fault for s in check(table.format("不符合")).statements)


@pytest.mark.parametrize(
    ("sound", "faulty"),
    [
        ("应至少与2家银行实现全国性银期转帐（2.3.5.1），本公司接入了四家。", "应至少与4家银行实现全国性银期转帐（2.3.5.1），本公司接入了四家。"),
        ("4.2.3.3要求空调双路供电，我司两路来自不同变电站。", "4.2.3.3要求空调单路供电，我司两路来自不同变电站。"),
        ("我司每班一人，不符合4.5.1.5双人日常值班的要求。", "我司每班一人，符合4.5.1.5的要求。"),
        ("4.4.7.3要求主要运维操作的审计记录至少保存2年，但这一条不是必须的。", "5.4.7.3要求主要运维操作的审计记录至少保存2年，但这一条不是必须的。"),
        ("4.2.3.5要求配备为空调供电的发电机，不过这属于可选要求。", "5.2.3.5要求配备为空调供电的发电机，不过这属于可选要求。"),
        ("4.5.1.5写的是双人日常值班，这一点容易被忽略。", "4.5.1.5写的是单人日常值班，这一点容易被忽略。"),
        ("4.3.3.1要求RPO不超过30秒，但实现难度较大。", "4.3.3.1要求RPO不超过60秒，但实现难度较大。"),
        ("1.3表明本指引是要点和底线性要求。", "1.3表明本指引涵盖所有技术细节。"),
        ("1.2说明一类到四类的要求依次提高。", "1.2说明一类到四类的要求依次降低。"),
        ("按照5.5.1.5，日常值班应由两人完成。", "按照5.5.1.5，日常值班由1人负责即可。"),
        ("5.5.1.5：日常值班须有两人以上同时在岗。", "5.5.1.5：日常值班可安排一个人。"),
        ("5.5.1.5：日常值班不能由一人完成。", "2.5.1.4允许日常值班独自完成。"),
        ("根据3.5.1.5，值班人员不得单独值班。", "根据3.5.1.5，值班人员可以单独值班。"),
        ("5.6.2.1规定灾备中心与生产中心不得设在同一城市。", "5.6.2.1规定灾备中心与生产中心须设在同一城市。"),
        ("灾备中心应设在与生产中心不同的城市（5.6.2.1）。", "灾备中心应设在与生产中心相同的城市（5.6.2.1）。"),
        ("2.4.3.9：WEB服务与数据库服务不应部署在相同服务器上。", "2.4.3.9：WEB服务与数据库服务应部署在相同服务器上。"),
        ("4.4.3.2要求至少每年对网站做一次安全检查，我们每季度做一次。", "4.4.3.2要求至少每季度对网站做一次安全检查，我们每季度做一次。"),
        ("我公司于去年新增一路专线，现与三家银行直连，优于2.3.5.1至少2家的要求。", "我公司于去年新增一路专线，现与一家银行直连，符合2.3.5.1的要求。"),
        ("4.4.3.6要求5分钟内检测到主页篡改，这一指标比较严格。", "4.4.3.6要求3分钟内检测到主页篡改，这一指标比较严格。"),
        ("1.3指出本指引并不涵盖所有的技术细节，这也是为什么公司还要制定内部规范。", "1.3指出本指引涵盖所有的技术细节，这也是为什么公司不另行制定内部规范。"),
        ("4.2.3.5目前还只是可选要求，但到了四类就是必须要求。", "5.2.3.5目前还只是可选要求。"),
        ("4.4.1.3：生产网与办公网不得互联互通。", "4.4.1.3：生产网与办公网应互联互通。"),
        ("4.6.1.9要求备份数据立即做恢复验证。", "4.6.1.9要求备份数据延后验证即可。"),
        ("4.7.1.12：不得在生产环境中进行技术和业务测试。", "4.7.1.12：应在生产环境中进行技术和业务测试。"),
        ("4.2.2.2：双路供电须自动切换。", "4.2.2.2：双路供电可手工切换。"),
        ("作为三类公司，我司应至少有2名网络管理人员，目前只有1名。", "作为二类公司，我司应至少有2名网络管理人员，目前只有1名。"),
        ("二类公司没有空调双路供电的要求，我司仍按双路建设。", "三类公司没有空调双路供电的要求，我司仍按双路建设。"),
        ("4.2.1.2的500公斤每平方米是硬指标，不能打折扣。", "4.2.1.2的300公斤每平方米是硬指标，不能打折扣。"),
        ("4.5.1.5双人日常值班，换句话说，一个人值班不合规。", "4.5.1.5双人日常值班，换句话说，一个人值班即可。"),
        ("注意4.2.3.3是新增要求，二类没有。", "注意4.2.1.3是延续要求，二类没有。"),
        ("4.4.6.3：口令定期更换即可。", "4.4.6.3：口令长期不变即可。"),
        ("4.7.3.3：改进计划不得暂缓执行。", "4.7.3.3：改进计划可以暂缓执行。"),
        ("三类公司空调应采用双路供电，请基建部安排。", "二类公司空调应采用双路供电，请基建部安排。"),
        ("二类公司的空调应有冗余设备，建议列入预算。", "一类公司的空调应有冗余设备，建议列入预算。"),
    ],
)  # fmt: skip
def test_what_is_the_company_s_own_a_remark_or_an_opposite(check: Check, sound: str, faulty: str) -> None:
    assert not any(s.is_fault for s in check(sound).statements), sound
    assert any(s.is_fault for s in check(faulty).statements), faulty


def test_what_stands_in_the_place_of_the_texts_words_is_named_with_them(check: Check) -> None:
    (statement,) = check("5.4.7.2：修改或覆盖客户。").statements
    assert [(finding.said, finding.stands) for finding in statement.findings] == [("客户", "审计记录")]


def test_a_citation_among_the_words_shown_is_a_gap(check: Check) -> None:
    (statement,) = check("发电机不必满足4.2.2.4的6小时。").statements
    assert statement.reason.zh.startswith("意思相反：说“不必…的”，原文“")
    assert statement.reason.en.startswith("the opposite: says '不必…的', the text has '")
