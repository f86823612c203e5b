"""The parts that ranking is made of: pieces of a question, the latent space, misprinted words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.search import SearchRequest
from zhiyin.search.index import SearchIndex
from zhiyin.search.misprints import Misprints, make_misprints, make_sounds
from zhiyin.search.pieces import Piece, cut_pieces, overlaps
from zhiyin.search.tokenisation import runs

SOUNDS = {c: frozenset({s}) for c, s in (("房", "fan"), ("防", "fan"), ("机", "ji"), ("份", "fen"), ("分", "fen"))}


def test_words_are_pieces_and_loose_characters_stand_together() -> None:
    pieces = cut_pieces(tuple(runs("机房着了火 ups")), lambda _: ["机房", "着", "了", "火"])
    assert pieces == (Piece("机房", 0, 2), Piece("着了火", 2, 5), Piece("ups", 6, 9))


@given(words=st.lists(st.sampled_from(["机房", "火", "备份", "灾备中心"]), min_size=1, max_size=60))
def test_pieces_keep_order_and_are_few(words: list[str]) -> None:
    pieces = cut_pieces(tuple(runs("".join(words))), lambda _: words)
    assert len(pieces) <= 12
    assert "".join(piece.text for piece in pieces) == "".join(words)
    assert [piece.end for piece in pieces[:-1]] == [piece.start for piece in pieces[1:]]


def test_a_span_over_two_pieces_is_shared_by_length() -> None:
    pieces = (Piece("机房", 0, 2), Piece("火", 2, 3))
    assert overlaps(pieces, 1, 3) == [(0, 0.5), (1, 0.5)]
    assert overlaps(pieces, 0, 2) == [(0, 1.0)]
    assert overlaps(pieces, 3, 4) == []


def test_one_character_of_the_same_sound_or_shape_is_a_misprint() -> None:
    misprints = Misprints(["机房", "备份", "口令"], SOUNDS)
    assert misprints.candidates("机防") == ["机房"]
    assert misprints.candidates("口今") == ["口令"]
    assert misprints.candidates("机份") == []
    assert misprints.find(runs("备分")[0], lambda _: False) == [("备份", 0, 2)]
    assert misprints.find(runs("备分")[0], lambda pair: pair == "备分") == []
    assert Misprints(["备份"], SOUNDS, ["备分"]).find(runs("备分")[0], lambda _: False) == []


def test_every_common_character_has_its_sounds() -> None:
    sounds = make_sounds()
    # The 6,763 characters of GB 2312: the first and the last of a row are among them (啊, 座).
    assert sum("\u4e00" <= character <= "\u9fff" for character in sounds) == 6763
    assert sounds["啊"] == {"a", "e"}
    assert sounds["齄"] == {"za"}


def test_words_of_the_language_are_no_misprints() -> None:
    misprints = make_misprints(["权力", "灭火器"], {"权利": 100, "全力": 2, "机房": 9})
    assert misprints.real == {"权利"}
    assert misprints.words == ("权力", "灭火器")


def test_a_duty_stands_near_its_own_words(index: SearchIndex) -> None:
    latent, vocabulary = index.parts.latent, index.ranker.vocabulary
    near = latent.nearness([vocabulary.ids["w发电机"]], [1.0])
    assert near is not None
    assert near.shape == (len(index.documents),)
    assert float(near.max()) <= 1.0 + 1e-6
    assert "发电机" in index.documents[int(np.argmax(near))].text


def test_a_duty_covers_what_it_shares_of_the_whole_and_no_more(index: SearchIndex) -> None:
    """However little the words weigh."""
    found = index.ranker._covered([np.array([0], np.int32), np.array([0, 1], np.int32)], [0.25, 0.5], 1.0)
    assert found[:3].tolist() == [0.75, 0.5, 0.0]
    assert index.ranker._covered([], [], 1.0).min() == 1.0


def test_few_duties_have_no_space(small: SearchIndex) -> None:
    assert small.parts.latent.nearness([0], [1.0]) is None


@pytest.mark.parametrize("query", ["备用中心的网络", "营业部断网", "停电后空调"])
def test_the_duty_that_has_both_things_stands_first(index: SearchIndex, query: str) -> None:
    first = {"备用中心的网络": "5.6.2.5", "营业部断网": "5.8.2.1", "停电后空调": "5.2.3.5"}
    assert index.search(SearchRequest(query)).hits[0].number == first[query]
