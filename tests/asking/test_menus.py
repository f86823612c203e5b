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
