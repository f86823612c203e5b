"""How two texts are set against each other: word by word, or whole where one rule took another's place."""

from __future__ import annotations

import pytest

from zhiyin.composition import BuiltGraph
from zhiyin.difference import is_whole, readable_difference, text_difference


def kinds(before: str, after: str) -> list[str]:
    return [piece.kind for piece in readable_difference(before, after)]


def test_rewritten_clauses_stand_whole(built: BuiltGraph) -> None:
    clauses = built.catalogue.clauses
    whole = {
        c.number
        for c in clauses.values()
        if c.ancestor and is_whole(readable_difference(clauses[c.ancestor].text, c.text))
    }
    assert whole == {"3.2.2.2", "4.2.2.2"}


def test_no_clause_is_shown_in_scattered_characters(built: BuiltGraph) -> None:
    clauses = built.catalogue.clauses.values()
    families = {c.family for c in clauses}
    compared = 0
    for family in families:
        texts = [c.text for c in sorted((c for c in clauses if c.family == family), key=lambda c: c.tier)]
        for i, before in enumerate(texts):
            for after in texts[i + 1 :]:
                pieces = readable_difference(before, after)
                assert sum(piece.kind != "keep" for piece in pieces) <= 8, after
                assert "".join(p.text for p in pieces if p.kind != "insert") == before
                assert "".join(p.text for p in pieces if p.kind != "delete") == after
                compared += before != after
    assert compared > 40


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("一二三四五六", "一二三四七八", ["keep", "delete", "insert"]),
        ("一二三四五六", "一二三七八九", ["delete", "insert"]),
        ("一二", "甲乙丙丁戊己一二", ["insert", "keep"]),
        ("甲乙丙丁戊己一二", "一二", ["delete", "keep"]),
        ("一二三", "一二三", ["keep"]),
        ("", "一二三", ["insert"]),
        ("一二三", "", ["delete"]),
    ],
)
def test_two_thirds_of_the_shorter_text_have_to_stand(before: str, after: str, expected: list[str]) -> None:
    assert kinds(before, after) == expected


def test_words_are_still_to_be_had_where_the_whole_is_shown() -> None:
    assert len(text_difference("一二三四五六", "一二三七八九")) == 3
