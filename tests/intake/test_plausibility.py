"""Figures and dates that are hardly meant are told with what was probably meant; sound ones are not."""

from __future__ import annotations

from datetime import date

import pytest
from tests.intake.submissions import HEAD, judged, kinds

from zhiyin.intake.credit_code import check_character

COUNTS = ["headquartersStaffCount", "headquartersTechnicianCount", "fullTimeTechnicianCount", "technicalLiaisonCount"]
COUNTS += ["degreeTechnicianCount", "oneYearExperienceCount", "twoYearExperienceCount", "onDutyTechnicianCount"]


def year(number: int, revenue: float) -> str:
    return f"co:a zy:fiscalYear [ zy:year {number} ; zy:revenueYuan {revenue} ] .\n"


def every(days: int) -> str:
    return f"co:a zy:activity [ zy:about practice:it-process-audit ; zy:statedIntervalDays {days} ] .\n"


def share(percent: str) -> str:
    return f"co:a zy:onlineTradingLink [ zy:monthlyAveragePeakUsePercent {percent} ] .\n"


def room(figures: str) -> str:
    return f"co:a zy:machineRoom [ zy:{figures} ] .\n"


def spent(revenue: int, spend: int) -> str:
    return f"co:a zy:fiscalYear [ zy:year 2025 ; zy:revenueYuan {revenue} ; zy:itSpendYuan {spend} ] .\n"


def trained(*sessions: tuple[str, str]) -> str:
    listed = " , ".join(f'[ zy:heldOn "{day}"^^xsd:date ; zy:classHours {hours} ]' for day, hours in sessions)
    return f"co:a zy:technician [ zy:associationTraining {listed} ] .\n"


def places(*areas: str) -> str:
    """A branch with on-site trading and places, each with a customer trading area or without."""
    listed = " , ".join(f"[ zy:hasCustomerTradingArea {area} ]" for area in areas)
    return f"co:a zy:branch [ zy:offersOnSiteTrading true ] ; zy:businessPlace {listed} .\n"


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (year(2024, 520_000_000) + year(2025, 54_000), "unit"),
        (year(2025, 5_400), "unit"),
        (year(2025, 520_000_000) + year(2025, 520_000_000), "year-twice"),
        ("co:a zy:onDutyTechnicianCount 5 ; zy:jobTrainedTechnicianCount 6 .", "more-than-there-are"),
        ("co:a zy:headquartersTechnicianCount 10 ; zy:degreeTechnicianCount 11 .", "more-than-there-are"),
        ('co:a zy:lastSettlementDay "1926-06-29"^^xsd:date .', "unlikely-date"),
        ("co:a " + " ; ".join(f"zy:{name} 1" for name in COUNTS) + " .", "all-alike"),
        ("co:a zy:onDutyTechnicianCount 5 ; zy:headquartersTechnicianCount 6 .", "more-than-there-are"),
        ("co:a zy:onDutyTechnicianCount 5 ; zy:personsOnDutyCount 6 .", "more-than-there-are"),
        (room("upsFullLoadMinutes 45.0 ; zy:upsMinutes 44.9"), "more-than-there-are"),
        (room("generatorStartMinutes 2.1 ; zy:generatorSupplyMinutes 2.0"), "more-than-there-are"),
        ('co:a zy:lastSettlementDay "2026-06-14"^^xsd:date .', "old-settlement-day"),
        (year(2025, 0), "unlikely-revenue"),
        (year(2025, -520_000_000), "unlikely-revenue"),
        (spent(520_000_000, 520_000_001), "unlikely-revenue"),
        (places("false", "false"), "nowhere-to-trade"),
        (trained(("2026-03-02", "8.0"), ("2026-03-02", "8.00")), "training-twice"),
        (every(1097), "long-interval"),
        (share("0.001"), "unlikely-share"),
        (share("1"), "unlikely-share"),
    ],
)
def test_what_is_hardly_meant_is_told(statement: str, kind: str) -> None:
    told = [n for n in judged(HEAD + statement).notices if n.kind == kind]
    assert told
    assert all(n.place.node and n.place.line and n.remedy for n in told)


@pytest.mark.parametrize(
    "statement",
    [
        year(2024, 520_000_000) + year(2025, 410_000_000),
        "co:a zy:onDutyTechnicianCount 5 ; zy:jobTrainedTechnicianCount 5 .",
        "co:a zy:headquartersTechnicianCount 10 ; zy:degreeTechnicianCount 10 .",
        'co:a zy:lastSettlementDay "2026-06-29"^^xsd:date .',
        'co:a zy:lastSettlementDay "2026-06-15"^^xsd:date .',
        room("upsFullLoadMinutes 45.0 ; zy:upsMinutes 45.0"),
        room("generatorStartMinutes 2.0 ; zy:generatorSupplyMinutes 2.0"),
        spent(520_000_000, 520_000_000),
        places("false", "true"),
        places("false", "false").replace("offersOnSiteTrading true", "offersOnSiteTrading false"),
        trained(("2026-03-02", "8.0"), ("2026-03-03", "8.0")),
        trained(("2026-03-02", "8.0"), ("2026-03-02", "4.0")),
        trained(("2026-03-02", "8.0")) + trained(("2026-03-02", "8.0")),
        every(1096),
        share("0"),
        share("1.01"),
        "co:a "
        + " ; ".join(f"zy:{name} 1" for name in COUNTS[:-1])
        + " ; zy:onDutyTechnicianCount 2 ; zy:personsOnDutyCount 2 .",
    ],
)
def test_what_is_sound_is_not_told(statement: str) -> None:
    assert kinds(judged(HEAD + statement)) <= {"more-than-there-are"} - (
        set() if "Count 1" in statement else {"more-than-there-are"}
    )


def test_facts_of_years_ago_are_told() -> None:
    assert "old-facts" in kinds(judged(HEAD.replace("2026-06-30", "2006-06-30")))
    assert "old-facts" not in kinds(judged(HEAD, day=date(2028, 6, 30)))
    assert "old-facts" in kinds(judged(HEAD, day=date(2028, 7, 2)))


def test_a_settlement_day_is_held_against_the_day_of_its_own_firm() -> None:
    other = """
co:b a zy:Company ; zy:name "乙公司" ; zy:unifiedSocialCreditCode "CODE_B" ; zy:lastSettlementDay "2026-04-29"^^xsd:date .
co:of-b a zy:SelfDescription ; zy:describes co:b ; zy:claimedTier 1 ; zy:asOf "2026-04-30"^^xsd:date .
"""
    other = other.replace("CODE_B", "91310000MA1DEM002" + check_character("91310000MA1DEM002"))
    assert "old-settlement-day" not in kinds(judged(HEAD + other))
    assert "old-settlement-day" in kinds(judged(HEAD + other.replace("2026-04-29", "2026-04-01")))
