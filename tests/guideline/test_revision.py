"""A new text beside the old: what became of each clause is found, what is unsure is never settled in silence."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.guideline.invented_revision import CHANGES, INSERTED, REPLACED, WITHDRAWN, revised_text

from zhiyin.composition.judging import rules
from zhiyin.edition import shipped_edition
from zhiyin.errors import SourceTextError
from zhiyin.guideline import parse_guideline
from zhiyin.guideline.revision import Decision, Kind, Match, figures_in, revision, undecided
from zhiyin.model import Family, GuidelineText

FAMILIES = [Family(name, tuple(by.values()), frozenset()) for name, by in rules().duties.members.items()]


@pytest.fixture(scope="module")
def new(source_text: str) -> GuidelineText:
    return parse_guideline(revised_text(source_text), shipped_edition())


@pytest.fixture(scope="module")
def matches(text: GuidelineText, new: GuidelineText) -> list[Match]:
    return revision(text, FAMILIES, new)


def test_the_same_text_is_the_same_throughout(text: GuidelineText) -> None:
    found = revision(text, FAMILIES, text)
    assert {m.kind for m in found} == {Kind.SAME}
    assert [m.new.number for m in found if m.new] == [r.number for r in text.requirements]
    assert all(m.old == m.new for m in found)


def test_there_are_twenty_changes() -> None:
    assert CHANGES >= 20


@pytest.mark.parametrize("number", REPLACED)
def test_each_change_of_words_is_found_and_named(matches: list[Match], number: str) -> None:
    (match,) = [m for m in matches if m.old is not None and m.old.number == number]
    assert match.kind is REPLACED[number][2]
    assert match.new is not None


def test_changed_figures_are_named(matches: list[Match]) -> None:
    figures = {m.old.number: m.figures for m in matches if m.old is not None and m.kind is Kind.FIGURE_CHANGED}
    assert figures["5.6.2.9"] == (("12", "8"),)
    assert figures["5.2.1.2"] == (("500", "600"),)
    assert len(figures) == 8


def test_new_and_withdrawn_duties_are_found(matches: list[Match]) -> None:
    fresh = [m.new.text for m in matches if m.kind is Kind.NEW and m.new]
    assert sorted(fresh) == sorted(line.partition(" ")[2] for line in INSERTED.values())
    assert tuple(m.old.number for m in matches if m.kind is Kind.WITHDRAWN and m.old) == WITHDRAWN


def test_everything_else_is_the_same_though_renumbered(matches: list[Match], text: GuidelineText) -> None:
    counts = Counter(m.kind for m in matches)
    assert counts[Kind.SAME] == 771 - len(REPLACED) - len(WITHDRAWN)
    moved = {m.old.number: m.new.number for m in matches if m.kind is Kind.SAME and m.old and m.new}
    assert moved["5.2.1.7"] == "5.2.1.6"
    assert moved["5.3.2.5"] == "5.3.2.6"
    for match in matches:
        if match.kind is Kind.SAME and match.old is not None and match.new is not None:
            assert "".join(match.old.text.split()) == "".join(match.new.text.split())


def test_each_pair_keeps_its_family(matches: list[Match]) -> None:
    family = {number: f.id for f in FAMILIES for number in f.members}
    assert all(m.family == family[m.old.number] for m in matches if m.old is not None)


def test_what_a_person_must_decide(matches: list[Match]) -> None:
    left = {m.new.number for m in undecided(matches, ()) if m.new is not None}
    assert left == {"5.1.2.4", "5.3.2.10", "5.2.1.7", "5.2.2.3", "5.3.2.5", "4.7.4.4", "5.7.4.4"}


def test_a_decision_goes_before_the_texts(text: GuidelineText, new: GuidelineText) -> None:
    decisions = [Decision("5.2.1.7", None, Kind.NEW), Decision("5.2.2.3", "5.2.2.3", Kind.REWORDED)]
    found = revision(text, FAMILIES, new, decisions)
    by_new = {m.new.number: m for m in found if m.new is not None}
    assert (by_new["5.2.1.7"].kind, by_new["5.2.1.7"].old) == (Kind.NEW, None)
    assert by_new["5.2.2.3"].kind is Kind.REWORDED
    assert "5.2.1.8" in {m.old.number for m in found if m.kind is Kind.WITHDRAWN and m.old}
    assert {m.new.number for m in undecided(found, decisions) if m.new} & {"5.2.1.7", "5.2.2.3"} == set()


def test_two_rivals_for_one_clause_are_left_to_a_person(text: GuidelineText, source_text: str) -> None:
    clause = "5.3.2.7 [必须][延续] 应对所有网上交易的通信链路进行监控。"
    assert clause in source_text
    changed = source_text.replace(clause, "5.3.2.7 [必须][延续] 应对全部网上交易的通信链路进行监控。")
    changed = changed.replace(
        "5.3.2.4 [必须][延续] 应对所有接入交易所的交易通信链路进行监控。",
        "5.3.2.4 [必须][延续] 应对各网上交易的通信链路进行监控。",
    )
    found = revision(text, FAMILIES, parse_guideline(changed, shipped_edition()))
    kinds = {m.new.number: m.kind for m in found if m.new is not None}
    assert kinds["5.3.2.7"] is Kind.UNSURE
    assert kinds["5.3.2.4"] is Kind.UNSURE


def test_a_mandatory_duty_made_optional_is_never_settled(text: GuidelineText, source_text: str) -> None:
    changed = source_text.replace("5.2.1.2 [必须]", "5.2.1.2 [可选]")
    found = revision(text, FAMILIES, parse_guideline(changed, shipped_edition()))
    assert [m.new.number for m in found if m.kind is Kind.UNSURE and m.new] == ["5.2.1.2"]


def test_of_equal_texts_the_one_of_the_same_section_is_paired_first(source_text: str) -> None:
    room, link = "5.2.1.2 [必须]", "5.3.2.7 [必须]"
    lines = source_text.splitlines(keepends=True)
    heads = {mark: next(line for line in lines if line.startswith(mark)) for mark in (room, link)}
    same = {mark: head[: head.index("]", len(mark)) + 1] + " 应定期检查并记录。\n" for mark, head in heads.items()}
    before = source_text.replace(heads[room], same[room]).replace(heads[link], same[link])
    after = source_text.replace(heads[link], same[link])
    edition = shipped_edition()
    found = revision(parse_guideline(before, edition), FAMILIES, parse_guideline(after, edition))
    of_link = next(m for m in found if m.new is not None and m.new.number == "5.3.2.7")
    assert of_link.old is not None
    assert (of_link.kind, of_link.old.number) == (Kind.SAME, "5.3.2.7")


def test_chinese_numerals_count_only_with_what_they_count() -> None:
    assert figures_in("每两年参加，统一培训15学时，一般不超过三个月") == ["两", "15", "三"]


def test_a_broken_text_is_refused_with_its_line(source_text: str) -> None:
    with pytest.raises(SourceTextError) as fault:
        parse_guideline(source_text.replace("5.2.1.2 [必须]", "5.2.1.2 [必需]"), shipped_edition())
    assert fault.value.place.line == 804
