"""The parts that reading a question is made of: amounts, tiers, the frame."""

from __future__ import annotations

from fractions import Fraction

import pytest

from zhiyin.asking.amounts import holds, numeral, read_amounts
from zhiyin.asking.comparing import _satisfies
from zhiyin.asking.frame import Frame, read_frame
from zhiyin.asking.kinds import KindReader
from zhiyin.asking.tiers import read_tiers
from zhiyin.composition import BuiltGraph

CHAPTERS = {"2": 1, "3": 2, "4": 3, "5": 4}
NUMBERS = frozenset({"4.3.3.1", "5.2.2.4", "1.4.4", "4.3"})


@pytest.fixture(scope="module")
def kinds(built: BuiltGraph) -> KindReader:
    return KindReader(built.catalogue.kinds, str.lower)


def framed(text: str, kinds: KindReader) -> Frame:
    return read_frame(text, NUMBERS, kinds, CHAPTERS)


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("300秒", "time", Fraction(300)),
        ("五分钟", "time", Fraction(300)),
        ("半年", "months", Fraction(6)),
        ("两年半", "months", Fraction(30)),
        ("5个半小时", "time", Fraction(19800)),
        ("两个半月", "months", Fraction(5, 2)),
        ("百分之八十", "ratio", Fraction(4, 5)),
        ("7.9%", "ratio", Fraction(79, 1000)),
        ("十二个人", "head", Fraction(12)),
        ("500公斤每平方米", "load", Fraction(500)),
        ("0.5吨每平方米", "load", Fraction(500)),
        ("100公里", "length", Fraction(100_000)),
        ("15学时", "class-hour", Fraction(15)),
        ("两条", "count", Fraction(2)),
    ],
)
def test_amounts(text: str, dimension: str, value: Fraction) -> None:
    (found,) = read_amounts(text)
    assert (found.dimension, found.value) == (dimension, value)


@pytest.mark.parametrize(("text", "value"), [("十", 10), ("二十四", 24), ("三百", 300), ("一〇〇", 100), ("两", 2)])
def test_numerals(text: str, value: int) -> None:
    assert numeral(text) == value


def test_what_is_no_numeral() -> None:
    assert numeral("几") is None
    assert numeral("") is None


@pytest.mark.parametrize(
    ("comparator", "below", "at", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
        ("=", False, True, False),
    ],
)
def test_bounds(comparator: str, below: bool, at: bool, above: bool) -> None:
    assert [holds(Fraction(n), comparator, Fraction(4)) for n in (3, 4, 5)] == [below, at, above]


@pytest.mark.parametrize(
    ("days", "side", "comparator", "satisfied"),
    [
        ("60天", 0, ">=", False),
        ("60天", 1, ">=", None),
        ("100天", 1, ">=", True),
        ("100天", -1, ">=", None),
        ("90天", -1, ">=", False),
        ("90天", 1, "<=", False),
        ("60天", -1, "<=", True),
    ],
)
def test_more_or_less_than_an_amount_leaves_open_what_it_does_not_decide(
    days: str, side: int, comparator: str, satisfied: bool | None
) -> None:
    (wanted,) = read_amounts(days)
    assert _satisfies(wanted, side, comparator, ("time", Fraction(90 * 86400))) is satisfied


@pytest.mark.parametrize(
    ("text", "tiers"),
    [
        ("三类公司", (3,)),
        ("一类和三类的区别", (1, 3)),
        ("二升三要做什么", (2, 3)),
        ("从二类升到三类", (2, 3)),
        ("最低一档的公司", (1,)),
        ("最高一类", (4,)),
        ("各类公司", (1, 2, 3, 4)),
        ("四个类别", (1, 2, 3, 4)),
        ("从一类到四类", (1, 2, 3, 4)),
        ("从一类到三类，承重", (1, 2, 3)),
        ("从一类到三类有哪些变化", (1, 3)),
        ("三类四类分别说说", (3, 4)),
        ("第4章", (3,)),
        ("机房承重", ()),
        ("这类设备", ()),
        ("哪一类", ()),
        ("几类", ()),
    ],
)
def test_tiers(text: str, tiers: tuple[int, ...]) -> None:
    assert tuple(sorted(read_tiers(text, CHAPTERS).tiers)) == tiers


@pytest.mark.parametrize("text", ["五类公司", "第六类", "A类公司".lower(), "10类公司"])
def test_tiers_that_do_not_exist(text: str) -> None:
    assert read_tiers(text, CHAPTERS).no_such


@pytest.mark.parametrize("text", ["四类", "哪类公司", "几类", "分类"])
def test_tiers_that_exist_are_not_told_off(text: str) -> None:
    assert not read_tiers(text, CHAPTERS).no_such


def test_numbers_and_numbers_that_do_not_exist(kinds: KindReader) -> None:
    frame = framed("5.2.2.4和5.2.2.9有什么不同", kinds)
    assert frame.numbers == ("5.2.2.4",)
    assert frame.missing == ("5.2.2.9",)


def test_a_decimal_is_no_number_of_a_clause(kinds: KindReader) -> None:
    frame = framed("占比7.9%合格吗", kinds)
    assert frame.numbers == frame.missing == ()


@pytest.mark.parametrize(
    ("text", "name", "state"),
    [
        ("做夜盘的公司", "night", True),
        ("没有夜盘的公司", "night", False),
        ("机房托管的公司", "hosted", True),
        ("单路供电时", "single-feed", True),
        ("没有发电机的公司", "no-emergency-supply", True),
    ],
)
def test_conditions(kinds: KindReader, text: str, name: str, state: bool) -> None:
    assert framed(text, kinds).conditions[name] is state


@pytest.mark.parametrize(
    ("text", "obligation", "mark"),
    [
        ("可选的要求", "可选", ""),
        ("不是强制的", "可选", ""),
        ("必须做的", "必须", ""),
        ("必须还是可选", "", ""),
        ("新增的要求", "", "新增"),
        ("延续的要求", "", "延续"),
        ("新增和延续", "", ""),
    ],
)
def test_filters(kinds: KindReader, text: str, obligation: str, mark: str) -> None:
    frame = framed(text, kinds)
    assert (frame.obligation, frame.mark) == (obligation, mark)


def test_every_wording_of_a_kind_names_it(built: BuiltGraph, kinds: KindReader) -> None:
    views = built.catalogue.kinds
    assert {"Optional", "Mandatory", "New", "Continued", "Introduced", "Strengthened", "Promoted", "Same"} <= set(views)
    assert sum(len(view.everyday) for view in views.values()) >= 50
    for kind, view in views.items():
        for word in (view.label.zh, *view.everyday):
            read = kinds.read(f"三类{word.lower()}的要求")
            if kind in ("Optional", "Mandatory"):
                assert read.obligation == view.label.zh, word
            elif kind in ("New", "Continued"):
                assert read.mark == view.label.zh, word
            elif kind != "Reworded":
                assert kind.lower() in read.changes, word


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("二类有而一类没有的要求".replace("一类", "|").replace("二类", "|"), {"introduced"}),
        ("由可选自动变成必须的条款", {"promoted"}),
        ("可选变必须的", {"promoted"}),
        ("有没有变化", set()),
        ("没有任何变动的", {"same"}),
    ],
)
def test_changes(kinds: KindReader, text: str, changes: set[str]) -> None:
    assert kinds.read(text).changes == changes
    assert not kinds.read(text).obligation
