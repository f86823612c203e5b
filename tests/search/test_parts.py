"""The small parts of search: runs and stems, highlights, labels, pinyin, storing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiyin.errors import OntologyError
from zhiyin.search import Label, LabelKind, SearchConcept, SearchRequest
from zhiyin.search.build import build_parts
from zhiyin.search.highlight import as_html, fragments, on_original
from zhiyin.search.index import SearchIndex
from zhiyin.search.lexicon import Lexicon, fold_label, join_scripts, make_entries
from zhiyin.search.normalisation import Folded, Normaliser
from zhiyin.search.pinyin import make_keys
from zhiyin.search.storage import load_index, load_or_build, save_index
from zhiyin.search.tokenisation import runs, stem, without_courtesy

NORMALISER = Normaliser.from_opencc()
CONCEPTS = (
    SearchConcept(
        "drill", (Label("应急演练", LabelKind.PREFERRED), Label("emergency drills", LabelKind.ALTERNATIVE, "en"))
    ),
    SearchConcept("it", (Label("IT", LabelKind.PREFERRED), Label("银期转账", LabelKind.ALTERNATIVE))),
)
ENTRIES = make_entries(CONCEPTS, ["供电"], NORMALISER)
LEXICON = Lexicon(ENTRIES, make_keys([entry.folded for entry in ENTRIES]))


def test_runs_part_scripts_and_figures() -> None:
    assert [(run.text, run.start) for run in runs("rto<=5分钟，ups2套")] == [
        ("rto", 0), ("5", 5), ("分钟", 6), ("ups", 9), ("2", 12), ("套", 13),
    ]  # fmt: skip


def test_stems_fold_plural_and_british_spelling() -> None:
    assert [stem(word) for word in ("backups", "centres", "policies", "access", "ssh", "virtualisation")] == [
        "backup", "center", "policy", "access", "ssh", "virtualization",
    ]  # fmt: skip


def test_courtesy_is_blanked_unless_nothing_else_is_left() -> None:
    assert without_courtesy("停电了怎么办") == "停电    "
    assert without_courtesy("怎么办") == "怎么办"


@pytest.mark.parametrize(
    ("written", "joined"), [("it 投入", "it投入"), ("机房 门禁", "机房 门禁"), ("a b", "a b"), ("", "")]
)
def test_blanks_go_between_scripts_only(written: str, joined: str) -> None:
    assert join_scripts(written) == joined


def test_a_latin_label_stands_as_a_word() -> None:
    assert {match.entry.concept for match in LEXICON.exact("it投入")} == {1}
    assert LEXICON.exact("unit") == []
    assert [match.term for match in LEXICON.english(runs("the emergency drill"))] == ["emergency drill"]


def test_one_wrong_character_is_forgiven_in_long_labels_only() -> None:
    run = runs("应急演炼计划")[0]
    assert [match.entry.folded for match in LEXICON.blurred_matches(run, [], lambda _: False)] == ["应急演练"]
    assert LEXICON.blurred_matches(run, [], lambda pair: pair == "演炼") == []
    assert LEXICON.blurred_matches(runs("拱电")[0], [], lambda _: False) == []


def test_pinyin_in_full_and_by_initials() -> None:
    for letters in ("yinqizhuanzhang", "yqzz"):
        assert [match.entry.folded for match in LEXICON.sounded(runs(letters))] == ["银期转账"]
    assert [match.term for match in LEXICON.sounded(runs("yinqi zhuanzhang"))] == ["yinqizhuanzhang"]
    assert LEXICON.sounded(runs("yq")) == []


def test_a_concepts_label_is_kept_once_at_its_surest_kind() -> None:
    concept = SearchConcept("c", (Label("备份", LabelKind.EVERYDAY), Label("備份", LabelKind.PREFERRED)))
    assert [(entry.folded, entry.kind) for entry in make_entries([concept], [], NORMALISER)] == [
        ("备份", LabelKind.PREFERRED)
    ]
    assert fold_label("Data Centres", NORMALISER) == "data center"


def test_fragments_are_the_longest_shared_parts() -> None:
    assert fragments("机房门禁卡", "机房应有门禁") == ["机房", "门禁"]
    assert fragments("双人值班", "应实现双人日常值班") == ["双人", "值班"]
    assert fragments("空", "空调") == []


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(min_size=1, max_size=30),
    spans=st.lists(
        st.tuples(st.integers(0, 29), st.integers(1, 30)).filter(lambda span: span[0] < span[1]), max_size=8
    ),
)
def test_highlights_merge_and_keep_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [(start, end) for start, end in spans if end <= len(text)]
    merged = on_original(Folded(text, tuple(range(len(text)))), inside)
    assert {i for start, end in merged for i in range(start, end)} == {i for s, e in inside for i in range(s, e)}
    assert all(a[1] < b[0] for a, b in pairwise(merged))


def test_html_is_escaped_around_the_marks() -> None:
    assert as_html("RTO<=5 & 门禁", ((3, 6),)) == "RTO<mark>&lt;=5</mark> &amp; 门禁"


def test_a_stored_index_answers_as_the_built_one(small: SearchIndex, tmp_path: Path) -> None:
    path = tmp_path / "index.npz"
    save_index(small, path)
    loaded = load_index(path)
    for query in ("门禁", "menjin", "二类 可选", "地震了怎么办", "機房", "承重300公斤"):
        assert loaded.search(SearchRequest(query)) == small.search(SearchRequest(query))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("keep", [0, 10, 2000])
def test_a_damaged_index_is_named(small: SearchIndex, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "index.npz"
    save_index(small, path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(OntologyError, match="构建"):
        load_index(path)


def test_an_index_is_built_once_for_one_content(small: SearchIndex, tmp_path: Path) -> None:
    calls: list[int] = []

    def inputs() -> tuple[tuple, tuple]:  # type: ignore[type-arg]
        calls.append(1)
        return small.documents, small.concepts

    first = load_or_build("a", inputs, tmp_path)
    second = load_or_build("a", inputs, tmp_path)
    load_or_build("b", inputs, tmp_path)
    assert len(calls) == 2
    assert first.search(SearchRequest("门禁")) == second.search(SearchRequest("门禁"))


def test_an_index_of_nothing_answers_nothing() -> None:
    result = SearchIndex(build_parts((), ())).search(SearchRequest("机房"))
    assert (result.total, result.hits) == (0, ())
