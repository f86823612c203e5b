"""What one cell is read as, and how the refusal of another is worded."""

from __future__ import annotations

import pytest

from zhiyin.intake.cell_formats import Format, Kind, format_of
from zhiyin.intake.cell_values import Misread, read_day, read_integer, read_number
from zhiyin.intake.workbook_cells import Cell


def number(raw: str, shown: Format | None = None) -> Cell:
    return Cell(4, 2, "n", raw, shown or Format())


@pytest.mark.parametrize(
    ("shown", "zh", "en"),
    [
        (Format(Kind.NUMBER, "", scaled=True), "缩小的数", "(scaled)"),
        (Format(Kind.NUMBER, "", currency="USD"), "USD", "(USD)"),
    ],
)
def test_a_format_that_shows_another_amount_is_named(shown: Format, zh: str, en: str) -> None:
    with pytest.raises(Misread) as caught:
        read_number(number("12000", shown), "元")
    assert zh in caught.value.message.zh
    assert en in caught.value.message.en


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("3千", "3000"),
        ("2万元", "20000"),
        ("12.5十万", "1250000"),
        ("0.5百万", "500000"),
        ("1千万元", "10000000"),
        ("2亿", "200000000"),
    ],
)
def test_amounts_in_words_are_counted_in_yuan(written: str, yuan: str) -> None:
    assert read_number(Cell(4, 2, "s", written), "元").lexical == yuan


def test_what_is_no_whole_number_is_shown_as_far_as_it_can_be() -> None:
    written = "1234567890." + "0" * 40
    with pytest.raises(Misread) as caught:
        read_integer(Cell(4, 2, "s", written), "")
    assert f"“{written[:40]}”" in caught.value.message.zh
    assert f"'{written[:40]}'" in caught.value.message.en


@pytest.mark.parametrize(("serial", "day"), [("36526", "2000-01-01"), ("73050", "2099-12-31")])
def test_a_bare_day_number_of_this_century_is_a_day(serial: str, day: str) -> None:
    read = read_day(number(serial))
    assert read.lexical == day
    assert read.meant is not None


@pytest.mark.parametrize("serial", ["36525", "73051"])
def test_any_other_bare_number_is_none(serial: str) -> None:
    with pytest.raises(Misread):
        read_day(number(serial))


@pytest.mark.parametrize("identifier", range(5, 9))
def test_the_built_in_formats_of_money_are_yuan(identifier: int) -> None:
    assert format_of(identifier, {}) == Format(Kind.NUMBER, currency="CNY")
    assert not any(format_of(each, {}).currency for each in (4, 9))
