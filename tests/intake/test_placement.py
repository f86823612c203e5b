"""What stands where no judgement looks for it is refused with node, property and line, or told where it has no effect."""

from __future__ import annotations

import pytest
from tests.intake.submissions import CODE, HEAD, LINES, faults, judged, kinds, refusal

MISPLACED = {
    "a room's figure on the company": ("co:a zy:floorLoadKgPerM2 500.0 .", "floorLoadKgPerM2", "机房"),
    "a company's figure on a room": (
        "co:a zy:machineRoom co:r . co:r zy:headquartersStaffCount 5 .",
        "headquartersStaffCount",
        "期货公司",
    ),
    "a room's work on the company": (
        'co:a zy:activity [ zy:about practice:generator-start-test ; zy:lastConductedOn "2026-01-01"^^xsd:date ] .',
        "activity",
        "机房",
    ),
    "work as a practice": (
        "co:a zy:attestation [ zy:about practice:compliance-risk-assessment ; zy:holds true ] .",
        "attestation",
        "zy:activity",
    ),
    "a practice as work": (
        'co:a zy:activity [ zy:about practice:training-materials ; zy:lastConductedOn "2026-01-01"^^xsd:date ] .',
        "activity",
        "zy:attestation",
    ),
    "a practice as a record": (
        "co:a zy:retention [ zy:about practice:training-materials ; zy:periodYears 5 ] .",
        "retention",
        "zy:attestation",
    ),
}


@pytest.mark.parametrize("name", MISPLACED)
def test_a_misplaced_fact_is_refused_with_its_line(name: str) -> None:
    statement, path, right = MISPLACED[name]
    found = [f for f in faults(refusal(HEAD + statement)) if str(f.get("path", "")).endswith(path)]
    assert found
    assert all(f["line"] == LINES + 1 and f["node"] and right in str(f["zh"]) for f in found)


def test_every_misplaced_fact_is_told_at_once() -> None:
    every = "\n".join(statement for statement, _, _ in MISPLACED.values())
    assert len(faults(refusal(HEAD + every))) == len(MISPLACED)


def test_a_fact_in_its_place_is_judged() -> None:
    assert not judged(HEAD + "co:a zy:machineRoom co:r . co:r zy:floorLoadKgPerM2 500.0 .").notices


def test_a_list_that_nothing_asks_for_is_told() -> None:
    assert kinds(judged(HEAD + "co:a zy:listsAll zy:component .")) == {"not-asked"}
    assert kinds(judged(HEAD + "co:a zy:listsAll zy:networkIsolation .")) == {"not-asked"}
    assert not kinds(judged(HEAD + "co:a zy:listsAll zy:machineRoom , zy:associationTraining ."))


def test_two_companies_with_one_code_are_refused_two_firms_told() -> None:
    other = (
        f'co:e a zy:SelfDescription ; zy:describes co:b ; zy:claimedTier 3 . co:b zy:unifiedSocialCreditCode "{CODE}" .'
    )
    assert any(f["value"] == CODE for f in faults(refusal(HEAD + other)))
    assert kinds(judged(HEAD + f'co:a zy:serviceProvider co:p . co:p zy:unifiedSocialCreditCode "{CODE}" .')) == {
        "one-code"
    }


def test_two_languages_and_equal_values_contradict_nothing() -> None:
    more = 'co:a zy:name "Made-up Futures"@en ; zy:headquartersStaffCount 150, 150.0, "150"^^xsd:int .'
    assert judged(HEAD.replace('"虚构期货"', '"虚构期货"@zh') + more).verdicts[0].name == "虚构期货"
