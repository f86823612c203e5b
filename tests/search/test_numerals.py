"""Equal quantities have one token; unequal ones do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.search.numerals import chinese_number, read_comparators, read_quantities, without_numerals


def tokens(text: str) -> list[str]:
    return [quantity.token for quantity in read_quantities(text)]


@pytest.mark.parametrize(
    "same",
    [
        ("2年", "两年", "二年", "24个月", "二十四个月"),
        ("8%", "百分之八"),
        ("半年", "6个月", "六个月"),
        ("300公斤", "三百公斤", "300kg", "300千克"),
        ("12小时", "十二个小时", "720分钟"),
        ("15人", "十五人", "15名"),
        ("7天", "一周", "一星期"),
        ("100公里", "一百公里", "100km"),
    ],
)
def test_equal_quantities_share_a_token(same: tuple[str, ...]) -> None:
    assert len({tuple(tokens(text)) for text in same}) == 1
    assert tokens(same[0])


def test_unequal_quantities_differ() -> None:
    assert tokens("2年") != tokens("5年") != tokens("5个月")
    assert tokens("2家银行") != tokens("2条线路")


@pytest.mark.parametrize(
    ("text", "value"),
    [("二十四", 24), ("一百零五", 105), ("一〇〇", 100), ("三万二千", 32000), ("十五", 15), ("两", 2), ("壹佰", 100)],
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert chinese_number(text) == value


@given(text=st.text(alphabet="零一二两三四五六七八九十百千万亿.0123456789年月天%人", max_size=60))
def test_any_numerals_are_read_without_error(text: str) -> None:
    for quantity in read_quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert quantity.token


def test_no_numeral_is_none() -> None:
    assert chinese_number("机房") is None
    assert chinese_number("") is None


@pytest.mark.parametrize("text", ["不少于", "至少", "≥", ">=", "不低于", "以上"])
def test_lower_bounds_share_a_token(text: str) -> None:
    assert [comparator.token for comparator in read_comparators(text)] == ["ge"]


def test_spelt_percentages_leave_the_words_alone() -> None:
    assert without_numerals("百分之八十 带宽") == "      带宽"
