"""The laws by which results become a verdict: composition, cut-offs, facts, policy, determinations, provenance."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validation import samples
from tests.validation.conftest import Judging

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, base_triples, clauses_of
from zhiyin.errors import BadSubmission
from zhiyin.intake.determinations import determinations
from zhiyin.intake.submission import read_submission
from zhiyin.law.outcome import Outcome, Role, applicability, conjunction
from zhiyin.model import Obligation, Requirement
from zhiyin.validation.assessment import cut_offs, months_before
from zhiyin.validation.engine import Result
from zhiyin.validation.facts import facts_of, normalised
from zhiyin.validation.policy import DEFAULT_POLICY, TierStatus
from zhiyin.validation.verdict import _whatever_is_missing, clause_verdicts

OUTCOMES = st.sampled_from(list(Outcome))
KNOWN = st.sampled_from([Outcome.VIOLATED, Outcome.MANUAL, Outcome.SATISFIED])


# Composition --------------------------------------------------------------------------------------------------------


@given(st.lists(OUTCOMES))
def test_a_conjunction_does_not_depend_on_order_or_repetition(outcomes: list[Outcome]) -> None:
    assert conjunction(outcomes) == conjunction(reversed(outcomes)) == conjunction([*outcomes, *outcomes])


@given(st.lists(OUTCOMES), st.lists(OUTCOMES))
def test_a_conjunction_may_be_taken_in_parts(left: list[Outcome], right: list[Outcome]) -> None:
    parts = [outcome for outcome in (conjunction(left), conjunction(right)) if outcome is not None]
    assert conjunction([*left, *right]) == conjunction(parts)


@given(st.lists(OUTCOMES, min_size=1))
def test_a_conjunction_is_one_of_its_parts(outcomes: list[Outcome]) -> None:
    assert conjunction(outcomes) in outcomes
    assert (conjunction(outcomes) is Outcome.VIOLATED) is (Outcome.VIOLATED in outcomes)


@given(st.lists(KNOWN, max_size=5), st.integers(1, 3))
def test_an_outcome_that_every_completion_gives_is_the_outcome(known: list[Outcome], missing: int) -> None:
    """Filling the missing facts in any way: violated stays violated; undeclared means that the ways differ."""
    stated = conjunction([*known, *[Outcome.UNDECLARED] * missing])
    ways = itertools.product([Outcome.VIOLATED, Outcome.MANUAL, Outcome.SATISFIED], repeat=missing)
    completions = {conjunction([*known, *filled]) for filled in ways}
    if len(completions) == 1:
        assert stated in completions
    else:
        assert stated is Outcome.UNDECLARED


@given(st.lists(st.sampled_from([Outcome.NOT_APPLICABLE, Outcome.UNDECLARED, Outcome.MANUAL])))
def test_conditions_that_all_hold_say_nothing(outcomes: list[Outcome]) -> None:
    assert (applicability(outcomes) is None) is (outcomes == [])
    assert (applicability(outcomes) is Outcome.NOT_APPLICABLE) is (Outcome.NOT_APPLICABLE in outcomes)


_SHAPES = rules().shapes
_FACTS = facts_of(COMPANY, normalised(quad.triple for quad in base_triples()), rules().vocabulary)
_TIER_4 = sorted(_SHAPES.of_tier(4))
_FOCI = [COMPANY, f"{COMPANY}/room/1", f"{COMPANY}/room/2", f"{COMPANY}/branch/1"]
_RESULTS = st.lists(
    st.builds(
        lambda shape, focus: Result(shape, focus, "", "", "", ()), st.sampled_from(_TIER_4), st.sampled_from(_FOCI)
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(_RESULTS)
def test_whatever_the_results_a_clause_has_one_outcome_with_its_reasons(results: list[Result]) -> None:
    verdicts = clause_verdicts(clauses_of(4), _SHAPES.of_tier(4), results, _FACTS)
    assert [v.number for v in verdicts] == list(clauses_of(4))
    for verdict in verdicts:
        said = {s.outcome for s, _ in verdict.results}
        if verdict.outcome is Outcome.SATISFIED:
            assert said == set()
            assert verdict.basis
        elif verdict.outcome is not Outcome.UNDECLARED or said:
            assert verdict.outcome in said
        assert all(verdict.number in s.enforces for s, _ in verdict.results)


@settings(max_examples=60, deadline=None)
@given(_RESULTS, st.sampled_from(_TIER_4))
def test_one_more_violation_never_betters_a_clause(results: list[Result], shape: str) -> None:
    """A further duty's result cannot turn a violated clause into another, save where a condition decides."""
    if _SHAPES.shapes[shape].role is not Role.DUTY:
        return
    before = clause_verdicts(clauses_of(4), _SHAPES.of_tier(4), results, _FACTS)
    more = [*results, Result(shape, COMPANY, "", "", "", ())]
    after = clause_verdicts(clauses_of(4), _SHAPES.of_tier(4), more, _FACTS)
    for old, new in zip(before, after, strict=True):
        if old.outcome is Outcome.VIOLATED:
            assert new.outcome is Outcome.VIOLATED


# Policy -------------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(list(Obligation)), OUTCOMES)))
def test_optional_clauses_never_decide(clauses: list[tuple[Obligation, Outcome]]) -> None:
    mandatory = [c for c in clauses if c[0] is Obligation.MANDATORY]
    status = DEFAULT_POLICY.status(clauses)
    assert status is DEFAULT_POLICY.status(mandatory)
    outcomes = {outcome for _, outcome in mandatory}
    assert (status is TierStatus.NOT_MET) is (Outcome.VIOLATED in outcomes)
    assert (status is TierStatus.MET) is (outcomes <= {Outcome.SATISFIED, Outcome.NOT_APPLICABLE})


def test_another_policy_takes_its_place(complete: bytes, requirements: Sequence[Requirement]) -> None:
    class Lenient:
        name = "lenient"

        def status(self, clauses: object) -> TierStatus:
            return TierStatus.UNDETERMINED

    judgement = judge_bytes(complete, rules(), Asked(CHECK_DATE, policy=Lenient()), source="a.ttl")
    assert judgement.verdicts[0].policy == "lenient"
    assert judgement.verdicts[0].status is TierStatus.UNDETERMINED


# Cut-offs -----------------------------------------------------------------------------------------------------------


def test_the_cut_offs_of_a_day() -> None:
    found = {c.period: (str(c.rolling), str(c.calendar)) for c in cut_offs(date(2026, 6, 30))}
    assert found == {
        "Daily": ("2026-06-29", "2026-06-29"),
        "Weekly": ("2026-06-23", "2026-06-22"),
        "Monthly": ("2026-05-30", "2026-05-01"),
        "Quarterly": ("2026-03-30", "2026-01-01"),
        "Yearly": ("2025-06-30", "2025-01-01"),
        "TwoYearly": ("2024-06-30", "2024-01-01"),
    }


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_no_cut_off_lies_after_the_day(day: date) -> None:
    for cut_off in cut_offs(day):
        assert cut_off.calendar <= day
        assert cut_off.rolling < day


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(0, 60))
def test_months_before_keeps_the_day_or_the_last_of_the_month(day: date, months: int) -> None:
    earlier = months_before(day, months)
    assert (day.year - earlier.year) * 12 + day.month - earlier.month == months
    assert earlier.day == day.day or (earlier + timedelta(days=1)).day == 1


# Facts --------------------------------------------------------------------------------------------------------------


def test_dates_become_instants_of_shanghai() -> None:
    text = "<urn:a> <urn:p> '2026-06-30'^^<http://www.w3.org/2001/XMLSchema#date> ."
    triples = normalised(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))
    assert str(triples[0].object) == '"2026-06-30T00:00:00+08:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>'


def two_companies() -> bytes:
    """The complete company and the one without a generator in one file, with a node that both use."""
    first, second = (samples.facts(samples.SAMPLES[i]) for i in (0, 12))
    shared = ox.Triple(
        first[0].subject, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso"), second[0].subject
    )
    return bytes(ox.serialize([*first, shared, *second], format=ox.RdfFormat.N_TRIPLES) or b"")


def test_several_companies_have_a_verdict_each(judged: Judging) -> None:
    both = judged(two_companies(), "two.nt")
    assert len(both.verdicts) == 2
    for verdict, index in zip(both.verdicts, (0, 12), strict=True):
        sample = samples.SAMPLES[index]
        alone = samples.judged(sample, samples.written(sample)).verdicts[0]
        assert (verdict.company, verdict.status) == (alone.company, alone.status)
        assert [c.outcome for c in verdict.clauses] == [c.outcome for c in alone.clauses]


def test_one_company_s_facts_do_not_serve_another(judged: Judging) -> None:
    empty = (
        "@prefix zy: <https://w3id.org/zhiyin/ontology#> . <urn:d> a zy:SelfDescription ; zy:describes <urn:c> ; "
        "zy:claimedTier 4 . <urn:c> a zy:Company ."
    )
    data = two_companies() + bytes(
        ox.serialize([q.triple for q in ox.parse(empty, format=ox.RdfFormat.TURTLE)], format=ox.RdfFormat.N_TRIPLES)
        or b""
    )
    verdict = judged(data, "three.nt").verdicts[-1]
    assert verdict.company == "urn:c"
    assert verdict.summary()["undeclared"] == 209


# Determinations -----------------------------------------------------------------------------------------------------

RULING = """@prefix zy: <https://w3id.org/zhiyin/ontology#> . @prefix clause: <https://w3id.org/zhiyin/id/clause/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:r> a zy:Determination ; zy:ofCompany <https://example.org/futures/equivalent-isolation> ; zy:ofClause clause:%s ;
    zy:ruling zy:%s ; zy:determinedBy "检查岗" ; zy:determinedOn "2026-06-28"^^xsd:date ; zy:reason "经查" ."""


def ruled(clause: str, ruling: str) -> list[object]:
    return list(
        determinations(
            read_submission((RULING % (clause, ruling)).encode(), rules().vocabulary, source="r.ttl").triples
        )
    )


@pytest.mark.parametrize(
    ("ruling", "outcome"),
    [
        ("Satisfied", Outcome.SATISFIED),
        ("Violated", Outcome.VIOLATED),
        ("NotApplicable", Outcome.NOT_APPLICABLE),
    ],
)
def test_a_ruling_decides_a_manual_clause(ruling: str, outcome: Outcome) -> None:
    sample = next(s for s in samples.SAMPLES if s.slug == "equivalent-isolation")
    judgement = samples.judged(sample, samples.written(sample), ruled("5.4.1.3", ruling))  # type: ignore[arg-type]
    clause = next(c for c in judgement.verdicts[0].clauses if c.requirement.number == "5.4.1.3")
    assert clause.outcome is outcome
    assert clause.basis == ("determination",)
    assert clause.determination is not None
    assert judgement.unused_determinations == ()


def test_a_ruling_on_another_clause_is_listed_as_unused() -> None:
    sample = next(s for s in samples.SAMPLES if s.slug == "equivalent-isolation")
    judgement = samples.judged(sample, samples.written(sample), ruled("5.2.1.2", "Violated"))  # type: ignore[arg-type]
    clause = next(c for c in judgement.verdicts[0].clauses if c.requirement.number == "5.2.1.2")
    assert clause.outcome is Outcome.SATISFIED
    assert [d.clause for d in judgement.unused_determinations] == ["5.2.1.2"]


@pytest.mark.parametrize("lacking", ["ofCompany", "ofClause", "ruling", "determinedBy", "determinedOn", "reason"])
def test_a_ruling_says_who_when_why_and_what(lacking: str) -> None:
    text = (RULING % ("5.4.1.3", "Satisfied")).replace(f"zy:{lacking} ", f"zy:x{lacking} ")
    with pytest.raises(BadSubmission, match=lacking):
        determinations(read_submission(text.encode(), rules().vocabulary, source="r.ttl").triples, source="r.ttl")


def test_undeclared_is_no_ruling() -> None:
    with pytest.raises(BadSubmission):
        ruled("5.4.1.3", "Undeclared")


# The tier, the date and the ladder ----------------------------------------------------------------------------------


def test_another_tier_than_the_claimed_one(complete: bytes, judged: Judging) -> None:
    verdict = judged(complete, tier=2).verdicts[0]
    assert (verdict.declared_tier, verdict.assessed_tier, verdict.status) == (4, 2, TierStatus.MET)
    assert all(c.requirement.tier == 2 for c in verdict.clauses)


def test_the_check_date_moves_the_verdict(complete: bytes, judged: Judging) -> None:
    later = judged(complete, check_date=date(2029, 1, 1)).verdicts[0]
    assert later.status is TierStatus.UNDETERMINED
    assert later.summary()["violated"] == 0, "of days after the as-of date nothing is stated"
    with pytest.raises(BadSubmission, match="2026-06-30 晚于核查日 2019-01-01"):
        judged(complete, check_date=date(2019, 1, 1))


def test_the_ladder_names_what_is_missing_for_the_next_tier() -> None:
    sample = next(s for s in samples.SAMPLES if s.slug == "tier-3-complete")
    verdict = samples.judged(sample, samples.written(sample)).verdicts[0]
    assert verdict.ladder
    assert all(c.requirement.tier == 4 for c in verdict.ladder)
    assert "5.1.1.3" in {c.requirement.number for c in verdict.ladder}


@pytest.mark.parametrize(
    ("bound", "doubtful", "settled"),
    [
        (Outcome.VIOLATED, Outcome.SATISFIED, Outcome.VIOLATED),
        (Outcome.SATISFIED, Outcome.SATISFIED, Outcome.SATISFIED),
        (Outcome.SATISFIED, Outcome.VIOLATED, None),
        (Outcome.NOT_APPLICABLE, Outcome.SATISFIED, None),
        (Outcome.NOT_APPLICABLE, Outcome.NOT_APPLICABLE, None),
    ],
)
def test_a_thing_in_doubt_changes_nothing_beside_one_that_is_bound(
    bound: Outcome, doubtful: Outcome, settled: Outcome | None
) -> None:
    """Only beside one that the duty binds for certain, and only where both ways come to the same."""
    assert _whatever_is_missing({"a": bound, "b": doubtful}, {"b": doubtful}, {"a"}) is settled
    assert _whatever_is_missing({"a": bound, "b": doubtful}, {"b": doubtful}, set()) is None
