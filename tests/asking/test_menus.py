"""What the menus of an answer offer is answered too, and of what was chosen."""

from __future__ import annotations

import pytest

from zhiyin.asking import Asker


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("三类机房承重多少", "类别"),
        ("四类灾备中心RTO是多少", "指标"),
        ("二类升三类，机房建设有什么变化？", "从"),
        ("二类升三类，机房建设有什么变化？", "到"),
        ("四类公司在安全方面有多少条要求？", "章节"),
        ("四类哪些要求提到口令", "对象"),
        ("服务器上的用户认证信息要加密存放吗", "对象"),
        ("机房录像存60天行吗", "指标"),
        ("从哪一类起必须配发电机？", "对象"),
        ("从哪一类起必须配发电机？", "约束力"),
        ("四类标为新增的要求有哪些", "标识"),
        ("四类必须的要求有几条", "约束力"),
    ],
)
def test_every_choice_of_a_menu_is_a_question_that_is_answered(asker: Asker, question: str, part: str) -> None:
    reading = asker.ask(question).reading
    assert reading is not None
    (chosen,) = (p for p in reading.parts if p.name == part)
    assert chosen.choices
    for value, put in chosen.choices:
        other = asker.ask(put)
        assert other.answered, put
        assert other.reading is not None
        assert value in {p.value for p in other.reading.parts}, put


@pytest.mark.parametrize(
    ("question", "alternative"),
    [
        ("三类空调有什么要求", "三类：哪些条款提到“空调”？"),
        ("四类审计记录要存几年", "四类：主要运维操作审计记录保存期限是多少？"),
        ("分支机构要防病毒吗", ""),
    ],
)
def test_other_readings_are_questions_that_are_answered(asker: Asker, question: str, alternative: str) -> None:
    answer = asker.ask(question)
    assert answer.answered
    assert alternative in answer.alternatives or not alternative
    assert question not in answer.alternatives
    for other in answer.alternatives:
        assert asker.ask(other).answered, other


def test_a_tier_without_the_figure_offers_those_that_have_it(asker: Asker) -> None:
    answer = asker.ask("二类发电机要供电多久")
    assert not answer.answered
    assert [asker.ask(other).answered for other in answer.alternatives] == [True, True]


@pytest.mark.parametrize(
    ("question", "stated", "offered"),
    [("从哪一类起必须配发电机？", "必须", "不限"), ("精密空调从哪一类起有？", "不限", "必须")],
)
def test_the_other_force_of_a_duty_is_offered(asker: Asker, question: str, stated: str, offered: str) -> None:
    reading = asker.ask(question).reading
    assert reading is not None
    (force,) = (p for p in reading.parts if p.name == "约束力")
    assert (force.value, [value for value, _ in force.choices]) == (stated, [offered])
