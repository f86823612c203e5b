"""Every figure of the graph can be asked for by its name, in every tier, and comes with its clause and its words."""

from __future__ import annotations

import pytest

from zhiyin import composition
from zhiyin.asking import Asker
from zhiyin.composition import BuiltGraph
from zhiyin.model import tier_name

CATALOGUE = composition.load_graph().catalogue
STATED = sorted(
    {(clause.tier, threshold.metric) for clause in CATALOGUE.clauses.values() for threshold in clause.thresholds}
)


@pytest.mark.parametrize(("tier", "metric"), STATED, ids=lambda value: str(value))
def test_every_figure_is_found_by_its_name(asker: Asker, built: BuiltGraph, tier: int, metric: str) -> None:
    label = built.catalogue.metrics[metric].label.zh
    answer = asker.ask(f"{tier_name(tier)}：{label}是多少？")
    assert answer.answered, answer.reason
    assert {figure.tier for figure in answer.figures} == {tier}
    wanted = {
        (clause.number, threshold.comparator, float(threshold.value), threshold.phrase)
        for clause in built.catalogue.clauses.values()
        for threshold in clause.thresholds
        if clause.tier == tier and threshold.metric == metric
    }
    found = {(f.clause, f.comparator, float(f.value), f.phrase) for f in answer.figures if f.metric == metric}
    assert found == wanted
    assert set(answer.clauses) >= {number for number, *_ in wanted}
    assert all(phrase in answer.text for *_, phrase in wanted)


@pytest.mark.parametrize("metric", sorted(CATALOGUE.metrics))
def test_every_figure_says_how_it_is_asked_for(metric: str) -> None:
    assert CATALOGUE.metrics[metric].asked


def test_a_tier_that_does_not_state_the_figure_is_told_which_does(asker: Asker) -> None:
    answer = asker.ask("二类公司发电机要供电几小时")
    assert not answer.answered
    assert answer.outcome == "near"
    assert "三类" in answer.reason
    assert set(answer.clauses) == {"4.2.2.4", "5.2.2.4"}


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("四类公司总部技术部门至少多少人", {(15, None), (20, "开展连续交易")}),
        ("有夜盘的四类公司总部技术部门至少多少人", {(20, "开展连续交易")}),
        ("没有夜盘的四类公司总部技术部门至少多少人", {(15, None)}),
    ],
)
def test_a_condition_narrows_the_figures(asker: Asker, question: str, values: set[tuple[int, str | None]]) -> None:
    assert {(figure.value, figure.condition) for figure in asker.ask(question).figures} == values


def test_hosted_rooms_take_their_number_off(asker: Asker) -> None:
    answer = asker.ask("四类公司开展连续交易且机房托管，总部技术部门最少几人")
    assert answer.figures[0].value == 17
    assert "托管" in (answer.figures[0].condition or "")
