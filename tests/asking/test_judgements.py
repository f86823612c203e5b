"""The judged questions: the given ones are all right, the others above a floor, hardly any wrong with confidence.

Those that are not right stand in ``not-right.tsv``, so that a loss of one is seen however many are gained.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zhiyin import resources
from zhiyin.asking import Asker
from zhiyin.composition import BuiltGraph

# A little under what is measured: (share right, most wrong with confidence).
FLOORS = {
    "given": (1.0, 0),
    "dev": (0.96, 1),
    "test": (0.9, 3),
    "second": (0.93, 2),
    "third": (0.95, 2),
    "fourth": (0.91, 2),
    "fifth": (0.93, 2),
    "sixth": (0.9, 1),
    "seventh": (0.93, 2),
    "eighth": (0.93, 3),
    "ninth": (0.98, 1),
    "tenth": (0.93, 1),
    "eleventh": (0.95, 2),
    "twelfth": (0.99, 0),
    "thirteenth": (0.91, 0),
    "exam": (0.97, 0),
}


def _not_right() -> dict[str, dict[str, tuple[str, str]]]:
    """Return the questions known to be not right: set, id, verdict and the question."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for line in Path(__file__).with_name("not-right.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, number, verdict, question = line.split("\t")
        found.setdefault(name, {})[number] = verdict, question
    return found


NOT_RIGHT = _not_right()


@pytest.fixture(scope="module")
def judged() -> ModuleType:
    path = resources.root() / "bench" / "asking_judgements.py"
    spec = importlib.util.spec_from_file_location("asking_judgements", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["asking_judgements"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", FLOORS)
def test_a_set_stays_above_its_floor(judged: ModuleType, asker: Asker, built: BuiltGraph, name: str) -> None:
    questions = judged.read_questions(built.catalogue, name)
    assert len(questions) >= 50
    said = {question.id: judged.judge(question, asker.ask(question.text).as_json())[0] for question in questions}
    verdicts = list(said.values())
    share, most = FLOORS[name]
    assert verdicts.count("right") >= share * len(questions)
    assert verdicts.count("wrong") <= most
    asked = {question.id: question.text for question in questions}
    assert {i: (v, asked[i]) for i, v in said.items() if v != "right"} == NOT_RIGHT.get(name, {})


def test_none_that_must_be_declined_is_answered(judged: ModuleType, asker: Asker, built: BuiltGraph) -> None:
    questions = [q for q in judged.read_questions(built.catalogue) if q.wanted.form == "none"]
    assert len(questions) >= 50
    assert [q.text for q in questions if asker.ask(q.text).answered] == []


@pytest.mark.parametrize("name", ["off-topic", "neighbours"])
def test_hardly_a_question_off_the_subject_or_beside_it_is_answered(asker: Asker, name: str) -> None:
    path = resources.path(f"data/asking/{name}.txt")
    questions = path.read_text(encoding="utf-8").splitlines()
    assert len(questions) >= 100
    answered = [question for question in questions if asker.ask(question).answered]
    assert len(answered) <= {"off-topic": 0, "neighbours": 0}[name], answered


def test_the_questions_are_sound(judged: ModuleType, built: BuiltGraph) -> None:
    questions = judged.read_questions(built.catalogue)
    assert len({q.id for q in questions}) == len({q.text for q in questions}) == len(questions) >= 200
    known = {*built.catalogue.clauses, *built.catalogue.items}
    for question in questions:
        wanted = question.wanted
        cited = {number for group in wanted.groups for number in group} | set(wanted.allowed)
        assert cited <= known, question.id
        assert wanted.form in ("none", "count") or wanted.groups or wanted.figures, question.id


REPLY: dict[str, Any] = {
    "answered": True,
    "figures": [
        {"tier": 3, "clause": "4.2.2.4", "comparator": ">=", "value": 6, "unit": "小时", "condition": None},
    ],
    "clauses": ["4.2.2.4"],
    "count": 6,
    "value": True,
    "text": "三类：不少于6小时。",
}


@pytest.mark.parametrize(
    ("answer", "change", "verdict"),
    [
        ("figure 4.2.2.4 >= 6 小时", {}, "right"),
        ("figure 4.2.2.4 >= 360 分钟", {}, "right"),
        ("figure 4.2.2.4 > 6 小时", {}, "wrong"),
        ("figure 4.2.2.4 >= 7 小时", {}, "wrong"),
        ("figure 5.2.2.4 >= 6 小时", {}, "wrong"),
        ("figure ~5.2.2.4 >= 6 小时", {}, "right"),
        ("figure 4.2.2.4 >= 6 小时 [连续交易]", {}, "wrong"),
        ("figure 4.2.2.4 >= 6 小时", {"answered": False}, "declined"),
        ("count 6", {}, "right"),
        ("count 7", {}, "wrong"),
        ("yes 4.2.2.4", {}, "right"),
        ("no 4.2.2.4", {}, "wrong"),
        ("yes 5.2.2.4", {}, "wrong"),
        ("tier 3 4.2.2.4", {"value": 3}, "right"),
        ("tier 3 4.2.2.4", {"value": 4}, "wrong"),
        ("definition 1.4.4", {"clauses": ["1.4.4"]}, "right"),
        ("definition 1.4.4", {"clauses": ["4.2.2.4", "1.4.4"]}, "wrong"),
        ("list 4.2.2.4", {}, "right"),
        ("list 4.2.2.4 4.2.2.5", {}, "wrong"),
        ("list 4.2.2.4 + 4.2.2.5", {"clauses": ["4.2.2.4", "4.2.2.5"]}, "right"),
        ("list 4.2.2.4", {"clauses": ["4.2.2.4", "4.2.2.5"]}, "wrong"),
        ("diff 3>4 5.2.2.4", {"clauses": ["5.2.2.4", "4.2.2.4"]}, "right"),
        ('diff 3>4 5.2.2.4 "12"', {"clauses": ["5.2.2.4"]}, "wrong"),
        ("none 没有", {}, "wrong"),
        ("none 没有", {"answered": False}, "right"),
    ],
)
def test_the_judge(judged: ModuleType, built: BuiltGraph, answer: str, change: dict[str, Any], verdict: str) -> None:
    question = judged.Question("x", "dev", "x", "plain", "?", judged._wanted(answer, built.catalogue))
    assert judged.judge(question, {**REPLY, **change})[0] == verdict
