"""What a sentence is taken to be about where it cites nothing itself."""

from __future__ import annotations

import pytest

from zhiyin.citing.claims import read_claims

CITED = "指引4.2.1.5条要求录像至少保存60天。"


@pytest.mark.parametrize(
    ("sentence", "follows"),
    [
        ("并应至少保存90天。", ("4.2.1.5",)),
        ("三类公司口令长度应至少8位。", ()),
        ("指引要求口令长度应至少8位。", ()),
        ("指引要求三类公司口令长度应至少8位。", ()),
    ],
)
def test_only_a_sentence_that_names_nothing_follows_what_was_cited_before(
    sentence: str, follows: tuple[str, ...]
) -> None:
    first, second = read_claims(CITED + sentence, {"4.2.1.5"}, {"4.2.1"}, 4, lambda _word, _part: False)
    assert [reference.numbers for reference in first.references] == [("4.2.1.5",)]
    assert second.follows == follows
