"""The day: each submission at its own as-of date, what ran out since is undeclared, and every output says which day."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import docx
import pyoxigraph as ox
import pytest
from tests.validation import samples
from tests.validation.conftest import Judging

from zhiyin.composition.judging import Asked, check_date, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY
from zhiyin.errors import BadParameter, BadSubmission
from zhiyin.intake.credit_code import check_character
from zhiyin.law.outcome import Outcome
from zhiyin.report.document import verdict_document
from zhiyin.report.outputs import OUTPUTS, render
from zhiyin.report.words import file_name
from zhiyin.validation.day import Day, DayFrom
from zhiyin.validation.judgement import Judgement
from zhiyin.validation.policy import TierStatus


def at(data: bytes, day: date | None) -> Judgement:
    return judge_bytes(data, rules(), Asked(day), source="a.ttl")


def _without_day(data: bytes) -> bytes:
    kept = [q.triple for q in ox.parse(data, format=ox.RdfFormat.TURTLE) if not q.predicate.value.endswith("#asOf")]
    return bytes(ox.serialize(kept, format=ox.RdfFormat.TURTLE) or b"")


def test_without_a_date_the_as_of_date_is_the_day(complete: bytes) -> None:
    verdict = at(complete, None).verdicts[0]
    assert verdict.day == Day(CHECK_DATE, DayFrom.AS_OF, CHECK_DATE)
    assert verdict.status is TierStatus.MET


def test_what_ran_out_since_is_undeclared_and_says_so(complete: bytes) -> None:
    judgement = at(complete, date(2027, 1, 15))
    verdict = judgement.verdicts[0]
    assert verdict.summary()["violated"] == 0
    weekly = next(c for c in verdict.clauses if c.requirement.number == "5.6.1.6")
    assert weekly.outcome is Outcome.UNDECLARED
    assert "自述截至 2026-06-30，其后未声明" in weekly.findings[0].message.zh
    assert "facts-as-of" in " ".join(weekly.readings)
    spend = next(c for c in verdict.clauses if c.requirement.number == "5.1.5.1")
    assert spend.outcome is Outcome.UNDECLARED, "the year that closed since is not stated"
    assert next(c for c in verdict.clauses if c.requirement.number == "5.2.1.2").outcome is Outcome.SATISFIED
    assert [n.kind for n in judgement.notices] == ["as-of-before-check-date"]


def test_what_had_run_out_by_then_stays_violated() -> None:
    sample = next(s for s in samples.SAMPLES if s.slug == "late-yearly-reviews")
    data = samples.written(sample)
    now, later = (at(data, day).verdicts[0] for day in (None, date(2026, 9, 1)))
    broken = {c.requirement.number for c in now.clauses if c.outcome is Outcome.VIOLATED}
    assert broken
    assert {c.requirement.number for c in later.clauses if c.outcome is Outcome.VIOLATED} == broken


def test_an_as_of_date_after_the_check_date_is_an_error(complete: bytes) -> None:
    with pytest.raises(BadSubmission) as caught:
        at(complete, date(2026, 6, 29))
    assert caught.value.status == 400
    assert "2026-06-30" in caught.value.message.zh
    assert "2026-06-29" in caught.value.message.en


def test_facts_of_no_day_do_not_satisfy_what_can_run_out(complete: bytes) -> None:
    judgement = at(_without_day(complete), CHECK_DATE)
    outcomes = {c.requirement.number: c.outcome for c in judgement.verdicts[0].clauses}
    for number in ("5.6.1.6", "5.1.5.1", "5.1.2.2", "5.4.6.3", "5.6.1.5"):
        assert outcomes[number] is Outcome.UNDECLARED, number
    assert outcomes["5.2.1.2"] is Outcome.SATISFIED
    assert "no-as-of" in {n.kind for n in judgement.notices}


def test_a_fact_of_a_later_day_does_not_count(complete: bytes) -> None:
    """A document issued after the as-of date but before the check date proves nothing as of the as-of date."""
    triples = [q.triple for q in ox.parse(complete, format=ox.RdfFormat.TURTLE)]
    first = next(t for t in triples if t.predicate.value.endswith("issued"))
    kind = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")
    triples[triples.index(first)] = ox.Triple(first.subject, first.predicate, ox.Literal("2026-07-10", datatype=kind))
    data = bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b"")
    judgement = at(data, date(2026, 7, 20))
    assert "after-as-of" in {n.kind for n in judgement.notices}
    assert any(c.outcome is Outcome.UNDECLARED and c.basis == ("attestation",) for c in judgement.verdicts[0].clauses)


def test_every_company_has_its_own_day(complete: bytes, judged: Judging) -> None:
    other = (
        "\n<urn:d> a <https://w3id.org/zhiyin/ontology#SelfDescription> ; <https://w3id.org/zhiyin/ontology#describes> "
        "<urn:c> ; <https://w3id.org/zhiyin/ontology#claimedTier> 1 ; <https://w3id.org/zhiyin/ontology#asOf> "
        '"2025-12-31"^^<http://www.w3.org/2001/XMLSchema#date> .'
    )
    first, second = at(complete + other.encode(), None).verdicts
    assert (first.day.check, second.day.check) == (CHECK_DATE, date(2025, 12, 31))


@pytest.mark.parametrize(("day", "source"), [(None, "as-of"), (date(2026, 7, 1), "given")])
def test_every_output_says_the_day_and_where_it_comes_from(day: date | None, source: str, complete: bytes) -> None:
    judgement = at(complete, day)
    shown = str(day or CHECK_DATE)
    body = json.loads(render(judgement, OUTPUTS["json"]))
    assert (body["provenance"]["checkDate"], body["provenance"]["checkDateFrom"]) == (shown, source)
    assert (body["verdicts"][0]["checkDate"], body["verdicts"][0]["checkDateFrom"]) == (shown, source)
    rows = list(csv.DictReader(io.StringIO(render(judgement, OUTPUTS["csv"]).decode("utf-8-sig"))))
    assert {row["核查日"] for row in rows} == {shown}
    assert all(row["核查日来源"] for row in rows)
    assert shown in render(judgement, OUTPUTS["html"]).decode()
    assert f'"{shown}"'.encode() in render(judgement, OUTPUTS["nt"])
    assert COMPANY.encode() in render(judgement, OUTPUTS["nt"])


def test_the_document_of_a_firm_says_its_own_day_and_whence(complete: bytes) -> None:
    """Of two firms in one file, each stated as of another day, each document and its name say the day of its own."""
    code = "91310000MA1DEM00"
    second = f"{code}2{check_character(code + '2')}"
    other = complete.decode().replace(COMPANY, "https://example.org/futures/other")
    other = other.replace("91310000MA1DEM001X", second).replace('asOf> "2026-06-30"', 'asOf> "2026-06-15"')
    other = other.replace("https://example.org/futures/demo", "https://example.org/futures/other")
    judgement = at(complete + b"\n" + other.encode(), None)
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(verdict_document(judgement))).paragraphs)
    assert {str(verdict.day.check) for verdict in judgement.verdicts} == {"2026-06-30", "2026-06-15"}
    for verdict in judgement.verdicts:
        assert f"核查日 {verdict.day.check}（自述的事实截止日）" in text
        assert str(verdict.day.check) in file_name(judgement, ".docx", verdict)


@pytest.mark.parametrize(("raw", "day"), [("2026-06-30", date(2026, 6, 30)), ("", None), (None, None)])
def test_a_check_date_is_a_day_or_not_given(raw: str | None, day: date | None) -> None:
    assert check_date(raw) == day


@pytest.mark.parametrize("raw", ["2026-6-30", "20260630", "2026-02-30", "1999-12-31", "2201-01-01", "heute"])
def test_any_other_check_date_is_refused(raw: str) -> None:
    with pytest.raises(BadParameter):
        check_date(raw)
