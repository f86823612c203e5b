"""One meaning, one spelling: width, case, traditional and variant characters, and the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.search.normalisation import Normaliser, regional_words

NORMALISER = Normaliser.from_opencc()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＩＴ投入", "it投入"),
        ("機房門禁", "机房门禁"),
        ("帳號", "账号"),
        ("帐户", "账户"),
        ("阀值", "阈值"),
        ("防火牆", "防火墙"),
        ("Ⅲ类", "iii类"),
        ("３００㎏", "300kg"),
        ("週六", "周六"),
    ],
)
def test_spellings_meet(written: str, folded: str) -> None:
    assert NORMALISER.fold(written) == folded


def test_a_character_folds_the_same_in_any_company() -> None:
    # OpenCC's phrase rules would fold 乾 differently in 乾隆: parts of a clause would not fold as the clause does.
    assert NORMALISER.fold("乾隆") == NORMALISER.fold("乾") + NORMALISER.fold("隆")


@given(text=st.text(max_size=60))
def test_offsets_lead_back(text: str) -> None:
    folded = NORMALISER.fold_with_offsets(text)
    assert len(folded.text) == len(folded.offsets)
    assert list(folded.offsets) == sorted(folded.offsets)
    if folded.text:
        start, end = folded.span(0, len(folded.text))
        assert 0 <= start < end <= len(text)


def test_a_ligature_marks_the_whole_character() -> None:
    folded = NORMALISER.fold_with_offsets("每㎡重")
    assert folded.text == "每m2重"
    assert folded.span(2, 3) == (1, 2)


def test_the_table_survives_storing() -> None:
    assert Normaliser.from_strings(*NORMALISER.as_strings()).table == NORMALISER.table


def test_regional_words_lead_to_ours() -> None:
    words = regional_words(["网络", "服务器", "门禁"], NORMALISER)
    assert words["网路"] == "网络"
    assert words["伺服器"] == "服务器"
    assert "门禁" not in words.values()


def test_only_traditional_or_variant_writing_counts_as_changed() -> None:
    assert NORMALISER.changes("機房")
    assert not NORMALISER.changes("机房IT")
