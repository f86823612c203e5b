"""Another plainly invented text through ``zhiyin revise``: no kind of change is silent, and none is put to a wrong duty."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.guideline.other_revision import (
    BY_HAND,
    CHANGES,
    DEFINED,
    INSERTED,
    KINDS,
    MERGED,
    MOVED,
    RENAMED,
    SHORT_MERGED,
    SPLIT,
    WITHDRAWN,
    other_text,
)
from tests.invented_edition import following, sample

from zhiyin.cli.revise import COLUMNS
from zhiyin.composition import BuiltGraph
from zhiyin.composition.drafting import write_edition
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.revising import Revision, described, read_decisions, revise
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import BadParameter, BadRequest
from zhiyin.guideline.revision import Decision, Kind, Match, what_changed
from zhiyin.law.outcome import Outcome
from zhiyin.model import Mark, Obligation, Requirement

OTHER = "https://w3id.org/zhiyin/ontology/company/other"
DECISIONS = (
    *(Decision(new, None, Kind.NEW) for new in ("3.8.1.6", "5.8.1.8", "5.3.1.4")),
    *(Decision(n, n, Kind.REWORDED) for n in ("5.4.6.2", "5.2.4.1", "5.2.1.5", "5.2.3.4", "5.3.1.3")),
    *(Decision(n, n, Kind.STRENGTHENED) for n in ("5.3.2.9", "5.5.2.3")),
    Decision("5.5.2.9", "5.5.2.10", Kind.STRENGTHENED),
    Decision("5.7.2.3", "5.7.2.3", Kind.STRENGTHENED),
    Decision("5.1.2.2", "5.1.2.2", Kind.FIGURE_CHANGED),
    *(Decision(None, old, Kind.WITHDRAWN) for old in (SHORT_MERGED[1], MERGED[1])),
)


def other(source_text: str, built: BuiltGraph, decisions: tuple[Decision, ...] = ()) -> Revision:
    edition = described(b"", edition="other", vocabulary=OTHER, text="other.txt")
    text = other_text(source_text).encode()
    return revise(text, built.catalogue, name="other.txt", edition=edition, decisions=decisions)


@pytest.fixture(scope="module")
def found(source_text: str, built: BuiltGraph) -> Revision:
    return other(source_text, built)


def of_old(found: Revision, number: str) -> Match:
    (match,) = [m for m in found.matches if m.old is not None and m.old.number == number]
    return match


def of_new(found: Revision, number: str) -> Match:
    (match,) = [m for m in found.matches if m.new is not None and m.new.number == number]
    return match


def test_there_are_twenty_changes() -> None:
    assert CHANGES >= 20


@pytest.mark.parametrize("number", KINDS)
def test_each_change_of_words_is_found_on_its_own_duty(found: Revision, number: str) -> None:
    match = of_old(found, number)
    assert match.kind is KINDS[number]
    assert match.new is not None


def test_nothing_else_differs(found: Revision) -> None:
    differing = {m.old.number for m in found.matches if m.old is not None and m.kind is not Kind.SAME}
    assert differing == {*KINDS, *WITHDRAWN, *SPLIT, *MERGED[:2], *SHORT_MERGED}
    fresh = {m.new.text for m in found.matches if m.kind is Kind.NEW and m.new is not None}
    assert fresh == {words.partition(" ")[2] for words in INSERTED.values()}
    assert len({m.new.number for m in found.matches if m.new is not None}) == len(found.new.requirements)


def test_a_moved_clause_keeps_its_duty_and_says_where_it_stands(found: Revision) -> None:
    (number,) = MOVED
    match = of_old(found, number)
    assert match.new is not None
    assert (match.kind, match.new.number) == (Kind.SAME, "5.4.3.10")
    assert "另一小节" in match.why.zh
    assert match.family == rules().duties.of_clause[number][0]


@pytest.mark.parametrize("old", [*MERGED[:2], SHORT_MERGED[1]])
def test_a_clause_whose_words_went_into_another_is_not_called_withdrawn(found: Revision, old: str) -> None:
    match = of_old(found, old)
    assert match.kind is Kind.UNSURE
    assert match.others[0][0] == ("5.7.2.3" if old in MERGED else SHORT_MERGED[0])
    assert match in found.undecided


def test_the_parts_of_a_split_clause_name_it(found: Revision) -> None:
    for number in ("5.3.1.3", "5.3.1.4"):
        match = of_new(found, number)
        assert match.kind is Kind.UNSURE
        assert "5.3.1.3" in {near for near, _ in match.others}


def test_headings_and_definitions_are_told(found: Revision) -> None:
    assert {number.partition(".")[2] for number, _, _ in found.headings} == set(RENAMED)
    assert len(found.headings) == 4
    assert [number for number, _, _ in found.provisions] == list(DEFINED)


def test_a_figure_that_no_draft_takes_is_told(found: Revision) -> None:
    assert {(number, before) for number, before, _ in found.by_hand} == BY_HAND
    drafted = {(f.clause, *f.figures) for f in found.figures}
    assert drafted >= {("5.3.3.1", "5", "3"), ("5.3.3.1", "30", "10"), ("5.6.2.1", "100", "200")}


def test_what_is_undecided_stops_the_draft_old_clauses_too(
    found: Revision, source_text: str, built: BuiltGraph, tmp_path: Path
) -> None:
    with pytest.raises(BadRequest, match=SHORT_MERGED[1]):
        write_edition(found, tmp_path / "draft")
    left = other(source_text, built, DECISIONS[:-1])
    with pytest.raises(BadRequest, match=MERGED[1]):
        write_edition(left, tmp_path / "draft")


def test_the_draft_judges_by_each_figure_of_a_clause_and_says_what_is_to_be_written(
    source_text: str, built: BuiltGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "futures-it" / "other"
    write_edition(other(source_text, built, DECISIONS), folder)
    head = (folder / "shapes" / "changed-figures.ttl").read_text(encoding="utf-8")
    assert all(f"# By hand: {number}, {before} -> ?" in head for number, before in BY_HAND)
    monkeypatch.setenv("ZHIYIN_EDITIONS", str(tmp_path))
    rules.cache_clear()
    complete = sample("tier-4-complete.ttl").replace(b"straightLineKilometres 260", b"straightLineKilometres 150")
    new = judge_bytes(following(complete, OTHER), rules(), Asked(CHECK_DATE)).verdicts[0]
    outcomes = {c.requirement.number: c.outcome for c in new.clauses}
    rules.cache_clear()
    assert outcomes["5.4.3.10"] is Outcome.SATISFIED, "moved, and judged as it was"
    assert outcomes["5.8.1.8"] is Outcome.UNDECLARED
    assert outcomes["5.3.3.1"] is Outcome.VIOLATED, (
        "five minutes and half a minute where three and ten seconds are asked"
    )
    assert outcomes["5.6.2.1"] is Outcome.VIOLATED


@pytest.mark.parametrize(
    "decisions",
    [
        (Decision("5.3.1.3", "5.3.1.3", Kind.REWORDED), Decision("5.3.1.4", "5.3.1.3", Kind.REWORDED)),
        (Decision("5.3.1.3", "5.3.1.3", Kind.REWORDED), Decision(None, "5.3.1.3", Kind.WITHDRAWN)),
        (Decision("5.3.1.4", None, Kind.NEW), Decision("5.3.1.4", "5.3.1.3", Kind.REWORDED)),
        (Decision(None, "5.99.1.1", Kind.WITHDRAWN),),
    ],
)
def test_decisions_that_would_put_two_clauses_to_one_duty_are_refused(
    source_text: str, built: BuiltGraph, decisions: tuple[Decision, ...]
) -> None:
    with pytest.raises(BadRequest, match=r"5\.3\.1\.3|5\.3\.1\.4|5\.99"):
        other(source_text, built, decisions)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("应采用甲或乙", "应采用甲和乙", Kind.UNSURE),
        ("应采用甲和乙", "应采用甲或乙", Kind.UNSURE),
        ("应采用甲", "可采用甲", Kind.UNSURE),
        ("应包含甲、乙等", "应包含甲、乙", Kind.UNSURE),
        ("应采用甲和乙", "应当采用甲与乙", Kind.REWORDED),
    ],
)
def test_small_words_that_change_a_duty_are_not_small(before: str, after: str, kind: Kind) -> None:
    def stated(text: str) -> Requirement:
        return Requirement("5.1.1.1", Obligation.MANDATORY, Mark.NEW, text, 0, 4)

    assert what_changed(stated(before), stated(after))[0] is kind


@pytest.mark.parametrize(
    ("name", "vocabulary"), [("../x", OTHER), ("a b", OTHER), ("", OTHER), ("x", "a b"), ("x", "no-scheme"), ("x", "")]
)
def test_a_name_that_cannot_stand_in_an_iri_is_refused(name: str, vocabulary: str) -> None:
    with pytest.raises(BadParameter):
        described(b"", edition=name, vocabulary=vocabulary, text="x.txt")


HEAD = ",".join(COLUMNS)


def test_a_list_saved_by_a_spreadsheet_is_read_and_one_without_its_columns_is_refused() -> None:
    row = ["", "", "删除", "", "5.7.2.4", *[""] * 6]
    for encoding in ("utf-8-sig", "gb18030"):
        assert read_decisions(f"{HEAD}\n{','.join(row)}\n".encode(encoding)) == [
            Decision(None, "5.7.2.4", Kind.WITHDRAWN)
        ]
    for data in (b"", b"a,b\n1,2\n", "结论;新条款;旧条款\n".encode(), b"\xff\xfe\x00", b"\0" * 40):
        with pytest.raises(BadRequest, match="清单"):
            read_decisions(data, name="list.csv")
    told = ["", "标题", "删除", "2.2.5", "2.2.5", *[""] * 6]
    assert read_decisions(f"{HEAD}\n{','.join(told)}\n".encode()) == [], "a heading is not decided on there"
