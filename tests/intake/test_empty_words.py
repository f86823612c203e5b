"""Words that say nothing are told wherever they stand, and never taken for a name, a code or a document."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.mangled import right_form
from tests.intake.mangler_book import Book
from tests.intake.submissions import HEAD, LINES, faults, judged, refusal

from zhiyin.intake.empty_words import _ELSEWHERE, _FOR_NOTHING, _narrow, names_something, points_elsewhere
from zhiyin.validation.policy import TierStatus

WORDS = _FOR_NOTHING | _ELSEWHERE


def typed(*cells: tuple[str, str, str]) -> bytes:
    book = Book(right_form())
    for title, cell, text in cells:
        sheet = book.sheet(title)
        sheet.put(cell, text)
        sheet.save()
    return book.packed()


@pytest.mark.parametrize("word", ["同上", "（同上）", "同 上", "〃", "见附件", "详见附件。", "Same as above", "ditto"])
def test_what_points_elsewhere_names_nothing(word: str) -> None:
    assert points_elsewhere(word)
    assert not names_something(word)


@settings(max_examples=2000)
@given(
    st.builds(
        lambda before, word, after: before + word + after,
        st.sampled_from(["", " ", "（", "«", "Ｄ", "⑴"]),
        st.sampled_from(sorted({*WORDS, "ｄｉｔｔｏ", "Ｎ／Ａ", "见ㄐ附件", "机房", "ＮＡ", "〃〃", ""})),
        st.sampled_from(["", "。", " ", "）", "表", "x"]),
    )
)
def test_the_look_at_the_first_character_changes_nothing(text: str) -> None:
    """Most texts are told apart by it alone; those that it lets pass say something by the whole look too."""
    whole = any(map(str.isalnum, text)) and _narrow(text) not in _FOR_NOTHING and not points_elsewhere(text)
    assert names_something(text) is whole


@pytest.mark.parametrize("word", ["无", "（无）", "无。", "ＮＡ", "N / A", "无\u200b", "。"])
def test_a_text_that_says_nothing_is_dropped_and_told(word: str) -> None:
    (notice,) = (n for n in judged(f'{HEAD}co:d zy:submitterRole "{word}" .').notices if n.kind == "says-nothing")
    assert notice.place.line == LINES + 1


@pytest.mark.parametrize(
    "word", ["同上海分公司", "无锡营业部", "〃号机房", "附件管理制度", "T01", "0", "信息技术部负责人"]
)
def test_names_that_hold_such_a_word_are_names(word: str) -> None:
    assert names_something(word)


@pytest.mark.parametrize(
    ("title", "cell", "text", "said"),
    [
        ("公司", "B8", "/", "“名称”填的是“/”，按没有填写处理"),
        ("公司", "B6", "无", "“提交人岗位”填的是“无”"),
        ("信息技术服务提供商", "D4", "不适用", "“统一社会信用代码”填的是“不适用”"),
        ("分支机构", "E4", "—", "“等效理由”填的是“—”"),
        ("文件", "C4", "N/A", "“文件编号”填的是“N/A”"),
    ],
)
def test_it_is_told_once_and_the_verdict_stays(title: str, cell: str, text: str, said: str) -> None:
    judgement = judged(typed((title, cell, text)), "form.xlsx")
    assert judgement.verdicts[0].status is TierStatus.MET
    (notice,) = judgement.notices
    assert (notice.kind, notice.place.sheet, notice.place.cell) == ("says-nothing", title, cell)
    assert said in notice.message.zh


@pytest.mark.parametrize(
    ("title", "cell", "text", "said"),
    [
        ("网站", "C7", "无", "没有网站的，请清空这一项，在 B1 选“是”"),
        ("网站", "C4", "；", "不是名称"),
        ("文件", "E4", "同上", "与上一行相同的，留空即可"),
        ("文件", "B4", "见附件", "读不出指的是什么"),
        ("协会技术培训", "C4", "/", "“所属”没有“/”"),
        ("机房", "I5", "/", "不在可填的值中"),
        ("做法与文件", "C2", "、", "不是“文件”表中填了内容的序号"),
        ("核心系统", "D5", "冷备份", "各项不同的，不要填在“全部”里"),
    ],
)
def test_it_is_refused_where_it_would_hide_a_fact(title: str, cell: str, text: str, said: str) -> None:
    found = [f for f in faults(refusal(typed((title, cell, text)), "form.xlsx")) if said in str(f["zh"])]
    assert found


def test_a_company_without_a_name_of_its_own_is_not_called_none() -> None:
    error = refusal(typed(("公司", "B2", ""), ("公司", "B3", ""), ("公司", "B7", "无")), "form.xlsx")
    assert any("须填写“统一社会信用代码”" in str(f["zh"]) for f in faults(error))
