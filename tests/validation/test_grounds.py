"""What an outcome rests on, in a few words: that a practice is denied, when a task was done, how long a record is kept."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
import pytest
from tests.intake.submissions import HEAD

from zhiyin.composition.judging import rules
from zhiyin.validation.facts import facts_of, normalised
from zhiyin.validation.grounds import Grounds

COMPANY = "https://example.org/futures/a"
STATED = """
co:a zy:attestation [ a zy:Attestation ; zy:about practice:ftp-on-servers ; zy:holds false ] ,
        [ a zy:Attestation ; zy:about practice:job-training ; zy:holds true ] ;
    zy:activity [ a zy:Activity ; zy:about practice:it-process-audit ; zy:lastConductedOn "2026-03-01"^^xsd:date ] ;
    zy:retention [ a zy:Retention ; zy:about practice:compliance-risk-assessment-records ; zy:periodYears 5 ] .
"""


@cache
def grounds() -> Grounds:
    known = rules().vocabulary
    quads = ox.parse((HEAD + STATED).encode(), format=ox.RdfFormat.TURTLE)
    return Grounds(facts_of(COMPANY, normalised(quad.triple for quad in quads), known), known, {})


def told(practice: str) -> tuple[str, ...]:
    return grounds().of([f"https://w3id.org/zhiyin/id/practice/{practice}"])


@pytest.mark.parametrize(
    ("practice", "value"),
    [("ftp-on-servers", "否"), ("it-process-audit", "2026-03-01"), ("compliance-risk-assessment-records", "5 年")],
)
def test_what_is_stated_of_it_is_told(practice: str, value: str) -> None:
    (said,) = told(practice)
    assert said.endswith(f"：{value}")


def test_that_a_practice_is_in_place_is_told_by_its_documents() -> None:
    assert told("job-training") == ()
