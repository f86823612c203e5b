"""What a question says about where to look is read, and ordinary words are left alone."""

from __future__ import annotations

import pytest

from zhiyin.search.index import SearchIndex
from zhiyin.search.request import SearchRequest
from zhiyin.search.structure import QueryStructure, read_structure

NUMBERS = frozenset({"5.6", "5.6.2", "5.6.2.1", "3.2", "3.2.2"})
TITLES = frozenset({"供电", "口令管理", "基本要求"})


def read(text: str) -> QueryStructure:
    return read_structure(text, NUMBERS, TITLES, {"2": 1, "3": 2, "4": 3, "5": 4})


@pytest.mark.parametrize(
    ("text", "tiers"),
    [
        ("第三类", {3}),
        ("三类", {3}),
        ("iii类", {3}),
        ("3类", {3}),
        ("tier 3", {3}),
        ("tier3", {3}),
        ("class iv", {4}),
        ("一、二类", {1, 2}),
        ("二到四类", {2, 3, 4}),
        ("三四类公司", {3, 4}),
        ("第五章", {4}),
        ("分类", set()),
        ("每一类设备", set()),
        ("同一类", set()),
    ],
)
def test_tiers(text: str, tiers: set[int]) -> None:
    assert read(text).tiers == tiers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("5.6.2.1", ("5.6.2.1",)),
        ("第3.2条", ("3.2",)),
        ("5.6节", ("5.6",)),
        ("看5.6.2的要求", ("5.6.2",)),
        ("9.9.9.9", ("9.9.9.9",)),
        ("3.2年", ()),
        ("5.6%", ()),
        ("2.5小时", ()),
        ("15.6.2", ()),
        ("2024.5.6.2.1", ()),
    ],
)
def test_numbers(text: str, numbers: tuple[str, ...]) -> None:
    assert read(text).numbers == numbers


def test_marks_obligations_and_changes_leave_the_topic() -> None:
    structure = read("三类 新增 可选 供电")
    assert structure.tiers == {3}
    assert structure.marks == {"新增"}
    assert structure.obligations == {"可选"}
    assert structure.rest == "供电"
    assert structure.title == "供电"
    assert read("可选变必须").changes == {"promoted"}
    assert read("可选变必须").obligations == set()
    assert read("非强制").obligations == {"可选"}


@pytest.mark.parametrize("text", ["供电", "关于供电的规定", "供电有哪些要求", "口令管理", "口令管理章节", "基本要求"])
def test_a_title_alone_is_a_title(text: str) -> None:
    assert read(text).title in TITLES


def test_a_title_within_other_words_is_none() -> None:
    assert read("供电局的电话").title is None


def test_a_suffix_names_every_tier() -> None:
    assert read("x.6.2").suffixes == (".6.2",)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("新增的要求", ""),
        ("三类有哪些条款", ""),
        ("5.6.2.1是什么", ""),
        ("新增的供电要求", "供电要求"),
        ("要求", "要求"),
        ("有哪些要求", "有哪些要求"),
    ],
)
def test_courtesy_beside_a_structure_is_no_topic(text: str, rest: str) -> None:
    assert read(text).rest.removeprefix("的") == rest


@pytest.mark.parametrize(
    ("question", "count"),
    [("新增的要求", 223), ("延续的要求有哪些", 548), ("可选的条款", 11), ("必须的要求", 760), ("三类的全部要求", 202)],
)
def test_a_question_of_structure_alone_is_all_of_it(index: SearchIndex, question: str, count: int) -> None:
    assert index.search(SearchRequest(question, collapse="none")).total == count
