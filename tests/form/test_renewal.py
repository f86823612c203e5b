"""Last year's submission moved to this year's form: what stays is kept, what ran out is marked and listed."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.validation import samples

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.renewal import renewed
from zhiyin.errors import BadSubmission, TooLarge
from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_things
from zhiyin.form.renewals import LEFT_OUT, _months_after
from zhiyin.intake.reading import read_any
from zhiyin.namespaces import ZY

NEXT_YEAR = date(2027, 3, 1)
EARLIER = Path(__file__).parents[1] / "intake" / "earlier-forms" / "first-edition-tier-2.xlsx"


@pytest.mark.parametrize(
    "source",
    [samples.folder() / "tier-2-complete.ttl", samples.folder() / "half-filled-form.xlsx", EARLIER],
    ids=lambda path: path.name,
)
def test_any_form_of_last_year_becomes_this_year_s(source: Path) -> None:
    data, _, tier = renewed(source.read_bytes(), rules(), 3, "xlsx", NEXT_YEAR, source=source.name)
    assert tier == 3
    book = load_workbook(io.BytesIO(data))
    rows = {row[6].value: row[1] for row in book[layout.COMPANY_SHEET].iter_rows(min_row=2)}
    assert rows["claimedTier"].value == 3
    assert rows["asOf"].value is None
    assert rows["unifiedSocialCreditCode"].value
    told = {str(cell.value) for row in book[layout.RENEWALS].iter_rows(min_row=4) for cell in row}
    assert {"事实截止日", "填今年的截止日"} <= told
    listed = [row[4].hyperlink.location for row in book[layout.RENEWALS].iter_rows(min_row=4) if row[4].hyperlink]
    assert len(listed) >= 10
    for location in listed:
        assert location is not None
        title, _, name = location.partition("!")
        assert book[title.strip("'")][name].fill.fgColor.rgb.endswith("F8CBAD")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 6, 30), 24, date(2027, 6, 30)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, later: date) -> None:
    assert _months_after(day, months) == later


def test_what_stays_is_judged_as_before() -> None:
    sample = next(s for s in samples.SAMPLES if s.slug == "tier-2-complete")
    data, _, tier = renewed(samples.written(sample), rules(), None, "xlsx", date(2026, 7, 1), source="a.ttl")
    assert tier == 2
    book = load_workbook(io.BytesIO(data))
    next(row for row in book[layout.COMPANY_SHEET].iter_rows(min_row=2) if row[6].value == "asOf")[1].value = date(
        2026, 6, 30
    )
    out = io.BytesIO()
    book.save(out)
    verdict = judge_bytes(out.getvalue(), rules(), Asked(date(2026, 6, 30)), source="a.xlsx").verdicts[0]
    assert {c.requirement.number: c.outcome for c in verdict.clauses if c.outcome != "satisfied"} == {}


def test_a_file_of_no_company_is_refused() -> None:
    with pytest.raises(BadSubmission):
        renewed(b"<urn:a> <urn:b> <urn:c> .", rules(), 2, "xlsx", NEXT_YEAR, source="a.ttl")


def test_more_things_than_a_sheet_has_columns_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_things, "_MOST_COLUMNS", 1)
    with pytest.raises(TooLarge, match=r"“机房” has \d+ things, a sheet of Excel lists 1 at most") as caught:
        renewed((samples.folder() / "tier-2-complete.ttl").read_bytes(), rules(), 3, "xlsx", NEXT_YEAR, source="a.ttl")
    assert caught.value.status == 413


@pytest.mark.parametrize(("tier", "lost"), [(4, False), (1, True)])
def test_what_another_tier_s_form_has_no_place_for_is_listed(tier: int, lost: bool) -> None:
    """Up nothing is lost of what the form of tier 3 asks for; down it is told, and what is told is what is gone."""
    sample = next(s for s in samples.SAMPLES if s.slug == "tier-3-complete")
    own = renewed(samples.written(sample), rules(), 3, "xlsx", NEXT_YEAR, source="a.ttl")[0]
    moved = renewed(own, rules(), tier, "xlsx", NEXT_YEAR, source="a.xlsx")[0]
    assert [
        n.place for n in read_any(moved, rules(), source="a.xlsx").notices if n.place.sheet == layout.RENEWALS
    ] == []
    before, after = (spoken_of(data) for data in (own, moved))
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(moved))[layout.RENEWALS].iter_rows()]
    told = {row[1] for row in rows if row[3] == LEFT_OUT}
    assert bool(told) is lost
    assert before - after - {"事实截止日", "遵循的词汇版本"} == told


def spoken_of(data: bytes) -> set[str]:
    """The labels of the properties, practices, tasks and records that a form speaks of."""
    known = rules().vocabulary.terms
    found = set()
    for triple in read_any(data, rules(), source="a.xlsx").triples:
        iri = triple.predicate.value
        iri = getattr(triple.object, "value", "") if iri == str(ZY.about) else iri
        if iri in known:
            found.add(known[iri].label.zh)
    return found
