"""Small submissions for the tests of reading, and a short way from them to what is told."""

from __future__ import annotations

from datetime import date

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import ZhiyinError
from zhiyin.intake.credit_code import check_character
from zhiyin.validation.judgement import Judgement

CODE = "91310000MA1DEM001" + check_character("91310000MA1DEM001")
HEAD = f"""@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix practice: <https://w3id.org/zhiyin/id/practice/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix zy: <https://w3id.org/zhiyin/ontology#> .
@prefix co: <https://example.org/futures/> .
co:d a zy:SelfDescription ; zy:describes co:a ; zy:claimedTier 3 ; zy:asOf "2026-06-30"^^xsd:date .
co:a a zy:Company ; zy:name "虚构期货" ; zy:unifiedSocialCreditCode "{CODE}" .
"""
LINES = HEAD.count("\n")


def judged(data: bytes | str, source: str = "a.ttl", day: date = CHECK_DATE) -> Judgement:
    raw = data.encode() if isinstance(data, str) else data
    return judge_bytes(raw, rules(), Asked(day), source=source)


def refusal(data: bytes | str, source: str = "a.ttl") -> ZhiyinError:
    """The error that a submission is refused with; it must be a sender's, in both languages."""
    try:
        judged(data, source)
    except ZhiyinError as error:
        if not 400 <= error.status < 500 or error.message.zh == error.message.en:
            raise
        return error
    raise AssertionError("it was judged")


def faults(error: ZhiyinError) -> list[dict[str, object]]:
    found = error.details["faults"]
    assert isinstance(found, list)
    return found


def kinds(judgement: Judgement) -> set[str]:
    return {notice.kind for notice in judgement.notices}
