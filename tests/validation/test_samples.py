"""The samples are what their generator writes, and come to the verdicts that stand beside them."""

from __future__ import annotations

import json

import pytest
from tests.validation import samples
from tests.validation.samples import SAMPLES, Sample

from zhiyin.law.outcome import Outcome
from zhiyin.validation.policy import TierStatus


def test_every_file_has_its_sample() -> None:
    files = {f.name for f in samples.folder().iterdir() if f.is_file() and f.name != "README.md"}
    assert files == {s.file for s in SAMPLES}
    expected = {f.stem for f in samples.expected_file("").parent.iterdir()}
    assert expected == {s.slug for s in SAMPLES} | {"equivalent-isolation.determined"}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.slug)
def test_sample(sample: Sample) -> None:
    data = (samples.folder() / sample.file).read_bytes()
    as_written = data == samples.written(
        sample
    )  # the difference of two workbooks takes minutes to show, and tells nothing
    assert as_written, "run python -m tests.validation.samples"
    judgement = samples.judged(sample, data)
    expected = json.loads(samples.expected_file(sample.slug).read_text(encoding="utf-8"))
    assert samples.expectation(judgement) == expected
    assert judgement.unknown == ()
    assert judgement.unvisited == ()


def test_the_determination_settles_the_manual_clause() -> None:
    sample = next(s for s in SAMPLES if s.slug == "equivalent-isolation")
    data = (samples.folder() / sample.file).read_bytes()
    alone, ruled = samples.judged(sample, data), samples.judged(sample, data, samples.rulings())
    expected = json.loads(samples.expected_file("equivalent-isolation.determined").read_text(encoding="utf-8"))
    assert samples.expectation(ruled) == expected
    manual = [c.requirement.number for c in alone.verdicts[0].clauses if c.outcome is Outcome.MANUAL]
    assert manual == ["5.4.1.3"]
    assert alone.verdicts[0].status is TierStatus.UNDETERMINED
    assert ruled.verdicts[0].status is TierStatus.MET
    assert ruled.unused_determinations == ()


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_complete_company_of_a_tier_meets_it_and_none_above(tier: int) -> None:
    sample = next(s for s in SAMPLES if s.slug == f"tier-{tier}-complete")
    verdict = samples.judged(sample, (samples.folder() / sample.file).read_bytes()).verdicts[0]
    assert verdict.assessed_tier == verdict.achieved_tier == tier
    assert {c.outcome for c in verdict.clauses} == {Outcome.SATISFIED}
    assert (verdict.ladder == ()) is (tier == 4)


def test_the_complete_company_exercises_each() -> None:
    triples = samples.facts(SAMPLES[0])

    def count(local: str) -> int:
        return sum(t.predicate.value.endswith("#type") and str(t.object).endswith(f"#{local}>") for t in triples)

    assert count("MachineRoom") >= 2
    assert count("CoreSystem") >= 4
    assert count("Component") >= 4
    assert count("ExchangeLink") >= 3 or count("ExchangeLink") + count("OnlineTradingLink") >= 3
    assert count("ServiceProvider") >= 2
    assert count("Branch") >= 2
    assert count("Person") >= 20
    assert any(t.predicate.value.endswith("offersOnSiteTrading") and "false" in str(t.object) for t in triples)
