"""Blank nodes are called as their author calls them, and numbered where a parser did."""

from __future__ import annotations

from zhiyin.intake.rows import Naming


def test_labels_of_the_author_stay_and_those_of_a_parser_are_numbered() -> None:
    """A parser's labels lose their leading zeros: they are of 32 hexadecimal digits or somewhat fewer."""
    naming = Naming()
    labels = [
        "room1",
        "机房-甲",
        "0123456789abcdef0123456789abcdef",
        "b7",
        "12",
        "a" * 101,
        "room1",
        "b7",
        "eccb96113134f5512569de0c812c",
    ]
    assert [naming[label].value for label in labels] == [
        "room1",
        "机房-甲",
        "b3",
        "b4",
        "b5",
        "b6",
        "room1",
        "b4",
        "b7",
    ]
