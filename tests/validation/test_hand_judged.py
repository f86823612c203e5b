"""Companies judged by hand from the text before the machine was asked: each clause that a company turns on, with its reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from tests.validation.conftest import Judging

from zhiyin import resources
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.namespaces import PREFIXES

HEAD = "".join(f"@prefix {p}: <{ns}> .\n" for p, ns in {**PREFIXES, "co": "https://example.org/hand/"}.items())


@dataclass(frozen=True, slots=True)
class Company:
    """A company as it states itself, and what its clauses come to."""

    name: str
    tier: int
    facts: str
    expect: dict[str, str]
    as_of: date
    day: date


def read(raw: dict[str, Any]) -> Company:
    return Company(
        raw["name"], raw["tier"], raw["facts"], raw["expect"], raw.get("as_of", CHECK_DATE), raw.get("date", CHECK_DATE)
    )


TEXT = resources.path("tests/companies/hand-judged.toml").read_text(encoding="utf-8")
COMPANIES = [read(raw) for raw in tomllib.loads(TEXT)["company"]]


def document(company: Company) -> bytes:
    about = (
        f'<urn:said> a zy:SelfDescription ; zy:describes co: ; zy:asOf "{company.as_of}"^^xsd:date ; '
        f"zy:claimedTier {company.tier} ; dcterms:conformsTo <https://w3id.org/zhiyin/ontology/company/1.0> .\n"
        'co: a zy:Company ; zy:name "示例期货有限公司" ; zy:unifiedSocialCreditCode "91310000MA1DEM001X" .\n'
    )
    return (HEAD + about + company.facts).encode()


def test_there_are_twenty_four_over_the_four_tiers() -> None:
    assert len(COMPANIES) == 24
    assert {company.tier for company in COMPANIES} == {1, 2, 3, 4}
    assert TEXT.count("\nwhy = ") == 24


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.name)
def test_the_clauses_come_to_what_the_text_says(company: Company, judged: Judging) -> None:
    verdict = judged(document(company), check_date=company.day).verdicts[0]
    outcomes = {clause.requirement.number: str(clause.outcome) for clause in verdict.clauses}
    assert {number: outcomes[number] for number in company.expect} == company.expect
