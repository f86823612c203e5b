"""Bad input of every kind is refused with its place; nothing is fetched and nothing passes by silence."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.validation.conftest import Judging

from zhiyin.composition.judging import rules
from zhiyin.errors import BadSubmission, TooLarge, UnsupportedMediaType, ZhiyinError
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.credit_code import check_character, is_credit_code

PREFIXES = """@prefix zy: <https://w3id.org/zhiyin/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix practice: <https://w3id.org/zhiyin/id/practice/> .
@prefix co: <https://example.org/futures/> .
"""
SMALL = PREFIXES + "co:d a zy:SelfDescription ; zy:describes co:a ; zy:claimedTier 3 . co:a a zy:Company . "


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("something was to be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def refused(judged: Judging, data: bytes | str, source: str = "a.ttl", **options: Any) -> ZhiyinError:  # noqa: ANN401
    raw = data.encode() if isinstance(data, str) else data
    with pytest.raises(ZhiyinError) as caught:
        judged(raw, source, **options)
    error = caught.value
    assert isinstance(error, (BadSubmission, TooLarge, UnsupportedMediaType))
    assert error.message.zh != error.message.en
    assert 400 <= error.status < 500
    return error


def faults(error: ZhiyinError) -> list[dict[str, Any]]:
    found = error.details["faults"]
    assert isinstance(found, list)
    return found


def test_a_small_description_is_judged(judged: Judging) -> None:
    verdict = judged(SMALL.encode()).verdicts[0]
    assert verdict.summary() == {
        "satisfied": 0,
        "violated": 0,
        "undeclared": 202,
        "not-applicable": 0,
        "manual": 0,
    }


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (SMALL + "\nco:a zy:headquartersStaffCount ;; .\n;", None),
        ("@prefix zy: <https://w3id.org/zhiyin/ontology#> .\n\nzy:a zy:b 'unclosed .\n", 3),
        ("this is no RDF at all", 1),
    ],
)
def test_syntax_errors_name_line_and_column(content: str, line: int | None, judged: Judging) -> None:
    error = refused(judged, content)
    assert error.place.line is not None
    assert line is None or error.place.line == line
    assert error.place.source == "a.ttl"


@pytest.mark.parametrize(
    ("source", "content"),
    [("a.jsonld", SMALL), ("a.rdf", SMALL), ("a.nt", SMALL), ("a.ttl", '{"id": "x"}'), ("a.json", "[1, 2")],
)
def test_the_wrong_syntax_for_its_type(source: str, content: str, judged: Judging) -> None:
    assert refused(judged, content, source).place.source == source


@pytest.mark.parametrize("source", ["a.pdf", "a.docx", "a"])
def test_not_rdf_at_all(source: str, judged: Judging) -> None:
    refused(judged, b"%PDF-1.7\n\x00\x01\x02", source)


def test_an_empty_file(judged: Judging) -> None:
    refused(judged, b"  \n ")


def test_broken_utf8_names_its_line(judged: Judging) -> None:
    error = refused(judged, SMALL.encode() + b"\n# \xff\xfe broken")
    assert error.place.line == SMALL.count("\n") + 2


def test_gbk_is_named(judged: Judging) -> None:
    assert "GBK" in refused(judged, (SMALL + 'co:a zy:name "示例期货有限公司" .').encode("gbk")).message.zh


def test_utf16_is_named(judged: Judging) -> None:
    assert "UTF-16" in refused(judged, SMALL.encode("utf-16")).message.en


def test_a_byte_order_mark_is_no_fault(judged: Judging) -> None:
    assert judged(b"\xef\xbb\xbf" + SMALL.encode()).verdicts


def test_a_hundred_megabytes(judged: Judging) -> None:
    assert isinstance(refused(judged, b"#" * 100_000_000), TooLarge)


@pytest.mark.parametrize(
    "document",
    [
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
        '<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
    ],
)
def test_a_doctype_is_refused(document: str, judged: Judging) -> None:
    error = refused(judged, document, "a.rdf")
    assert "DOCTYPE" in error.message.zh
    assert error.place.line is not None


@pytest.mark.parametrize(
    "context",
    [
        '"https://example.org/context.jsonld"',
        '["https://example.org/context.jsonld"]',
        '{"@import": "https://example.org/context.jsonld"}',
        '"file:///etc/hostname"',
    ],
)
def test_a_remote_context_is_not_fetched(context: str, judged: Judging) -> None:
    assert "example.org" in (
        m := refused(judged, f'{{"@context": {context}, "id": "co:a"}}', "a.jsonld").message.zh
    ) or ("hostname" in m)


def test_a_remote_context_deep_inside_is_not_fetched(judged: Judging) -> None:
    refused(judged, '{"describes": {"a": [{"@context": "https://example.org/c"}]}}', "a.jsonld")


def test_deep_json_is_refused(judged: Judging) -> None:
    refused(judged, '{"a":' * 5000 + "1" + "}" * 5000, "a.json")


FAULTY: dict[str, tuple[str, str, str]] = {
    "owl:imports": ("co:d owl:imports <https://example.org/other> .", "co:d", "imports"),
    "a shape": ("co:s a sh:NodeShape ; sh:targetClass zy:Company .", "co:s", ""),
    "an assessment": ("co:x a zy:Assessment .", "co:x", ""),
    "what the validator adds": ("co:a zy:checkDate '2020-01-01T00:00:00+08:00'^^xsd:dateTime .", "co:a", "checkDate"),
    "a determination": ("co:x a zy:Determination ; zy:ruling zy:Satisfied .", "co:x", ""),
    "a statement about the vocabulary": ("zy:hasGenerator zy:minimumValue 0 .", "zy:hasGenerator", ""),
    "a negative number": ("co:a zy:headquartersStaffCount -5 .", "co:a", "headquartersStaffCount"),
    "an absurd number": ("co:a zy:headquartersStaffCount 99999999999 .", "co:a", "headquartersStaffCount"),
    "a number without end": (f"co:a zy:headquartersStaffCount {'9' * 5000} .", "co:a", "headquartersStaffCount"),
    "not a number": ("co:a zy:itSpendYuan 'NaN'^^xsd:double .", "co:a", "itSpendYuan"),
    "an infinite number": ("co:a zy:itSpendYuan 'INF'^^xsd:double .", "co:a", "itSpendYuan"),
    "a string for a number": ("co:a zy:headquartersStaffCount '150' .", "co:a", "headquartersStaffCount"),
    "words for a number": ("co:a zy:headquartersStaffCount '约150人' .", "co:a", "headquartersStaffCount"),
    "a fraction of a person": ("co:a zy:headquartersStaffCount 150.5 .", "co:a", "headquartersStaffCount"),
    "a number for yes": ("co:a zy:hasTechnologyDepartment 2 .", "co:a", "hasTechnologyDepartment"),
    "a word for yes": ("co:a zy:hasTechnologyDepartment '有' .", "co:a", "hasTechnologyDepartment"),
    "an impossible date": ("co:d zy:asOf '2026-02-30'^^xsd:date .", "co:d", "asOf"),
    "a literal for a node": ("co:a zy:machineRoom '机房' .", "co:a", "machineRoom"),
    "a value outside the list": (
        "co:i a zy:NetworkIsolation ; zy:isolationMeans zy:Firewal .",
        "co:i",
        "isolationMeans",
    ),
    "two as-of dates": ("co:d zy:asOf '2026-06-01'^^xsd:date, '2026-06-30'^^xsd:date .", "co:d", "asOf"),
    "two tiers": ("co:d zy:claimedTier 2 .", "co:d", "claimedTier"),
    "a wrong credit code": (
        "co:a zy:unifiedSocialCreditCode '91310000MA1DEM0010' .",
        "co:a",
        "unifiedSocialCreditCode",
    ),
    "a short credit code": ("co:a zy:unifiedSocialCreditCode '9131' .", "co:a", "unifiedSocialCreditCode"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_statement_is_named_with_its_node(name: str, judged: Judging) -> None:
    statement, node, path = FAULTY[name]
    found = faults(refused(judged, SMALL + statement))
    prefix, local = node.split(":")
    iri = {"co": "https://example.org/futures/", "zy": "https://w3id.org/zhiyin/ontology#"}[prefix] + local
    assert any(f["node"] == iri and f.get("path", "").endswith(path) and f["zh"] and f["en"] for f in found), found


@pytest.mark.parametrize("tier", ["5", "0", "-1", "3.5", "'三类'"])
def test_a_tier_that_does_not_exist(tier: str, judged: Judging) -> None:
    found = faults(refused(judged, SMALL.replace("zy:claimedTier 3", f"zy:claimedTier {tier}")))
    assert any(f["path"].endswith("claimedTier") for f in found)


def test_no_tier_at_all(judged: Judging) -> None:
    text = SMALL.replace("zy:claimedTier 3", "zy:submitterRole 'x'")
    assert any(f["path"].endswith("claimedTier") for f in faults(refused(judged, text)))
    assert judged(text.encode(), tier=2).verdicts[0].assessed_tier == 2


def test_two_descriptions_that_claim_different_tiers(judged: Judging) -> None:
    second = "co:e a zy:SelfDescription ; zy:describes co:a ; zy:claimedTier 2 ."
    assert faults(refused(judged, SMALL + second))


def test_a_file_without_a_company(judged: Judging) -> None:
    refused(judged, PREFIXES + "co:r a zy:MachineRoom ; zy:hasGenerator true .")
    refused(judged, PREFIXES + "co:a a zy:Company ; zy:headquartersStaffCount 5 .")


def test_a_blank_node_company(judged: Judging) -> None:
    refused(judged, PREFIXES + "co:d a zy:SelfDescription ; zy:describes [ a zy:Company ] ; zy:claimedTier 1 .")


def test_cycles_end(judged: Judging) -> None:
    text = (
        SMALL + "co:a zy:machineRoom co:r . co:r a zy:MachineRoom ; zy:component co:a, co:r . co:a zy:coreSystem co:a ."
    )
    found = faults(refused(judged, text))
    assert {f["node"].rpartition("/")[2] for f in found} >= {"a", "r"}, "a company is held as nothing else"


def test_iris_with_chinese_characters(judged: Judging) -> None:
    text = SMALL.replace("co:a ", "<https://example.org/期货/示例公司> ")
    assert judged(text.encode()).verdicts[0].company == "https://example.org/期货/示例公司"


def test_a_slow_literal(judged: Judging) -> None:
    refused(judged, SMALL + f"co:a zy:name '{'a' * 30_000}' .")
    pattern = "(a+)+" * 200 + "!" * 2000
    assert judged((SMALL + f"co:a zy:name '{pattern}' .").encode()).verdicts


def test_too_many_triples(judged: Judging) -> None:
    lines = "".join(f"<urn:{i % 9}> <urn:p> {i} .\n" for i in range(500_001))
    assert isinstance(refused(judged, lines, "a.ttl"), TooLarge)


def test_a_misspelt_property_is_listed_with_the_nearest(judged: Judging) -> None:
    judgement = judged(
        (SMALL + "co:a zy:headquatersStaffCount 150 ; zy:machineRoom co:r . co:r zy:hasGenerater true .").encode()
    )
    near = {u.term.rpartition("#")[2]: (u.nearest or "").rpartition("#")[2] for u in judgement.unknown}
    assert near == {"headquatersStaffCount": "headquartersStaffCount", "hasGenerater": "hasGenerator"}


def test_nodes_that_hang_on_nothing_are_listed(judged: Judging) -> None:
    judgement = judged((SMALL + "co:r a zy:MachineRoom ; zy:hasGenerator false .").encode())
    assert judgement.unvisited == ("https://example.org/futures/r",)


def test_an_untyped_thing_is_judged_by_where_it_stands(judged: Judging) -> None:
    stated = SMALL + "co:a zy:machineRoom co:r ; zy:listsAll zy:machineRoom . co:r zy:floorLoadKgPerM2 {load} ."
    outcomes = {
        c.requirement.number: c.outcome for c in judged(stated.format(load="10.0").encode()).verdicts[0].clauses
    }
    assert outcomes["4.2.1.2"] == "violated"


# Workbooks ----------------------------------------------------------------------------------------------------------


def workbook(change: Callable[[Any], None]) -> bytes:
    book = load_workbook(io.BytesIO(form_workbook(rules(), 3)))
    book["公司"]["B3"] = "https://example.org/futures/a"
    change(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def rezipped(data: bytes, extra: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in extra:
                target.writestr(name, source.read(name))
        for name, body in extra.items():
            target.writestr(name, body)
    return out.getvalue()


def row_of(book: Any, label: str) -> int:  # noqa: ANN401
    return next(r for r in range(1, 400) if book["公司"].cell(r, 7).value == label)


def set_company(label: str, value: object) -> Callable[[Any], None]:
    return lambda book: book["公司"].cell(row_of(book, label), 2, value)


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("headquartersStaffCount", "=1+1"),
        ("headquartersStaffCount", "很多"),
        ("headquartersStaffCount", -5),
        ("headquartersStaffCount", 10**12),
        ("headquartersStaffCount", 12.5),
        ("hasTechnologyDepartment", "也许"),
        ("asOf", "2026-13-40"),
        ("claimedTier", 5),
        ("unifiedSocialCreditCode", "91310000MA1DEM0010"),
        ("company", "not an iri"),
    ],
)
def test_a_faulty_cell_is_named_by_sheet_and_cell(label: str, value: object, judged: Judging) -> None:
    data = workbook(set_company(label, value))
    cell = f"B{row_of(load_workbook(io.BytesIO(data)), label)}"
    error = refused(judged, data, "form.xlsx", tier=3)
    places = [(error.place.sheet, error.place.cell)]
    places += [(f.get("sheet"), f.get("cell")) for f in error.details.get("faults", [])]  # type: ignore[attr-defined]
    assert ("公司", cell) in places


def test_macros_are_refused(judged: Judging) -> None:
    refused(judged, rezipped(form_workbook(rules(), 3), {"xl/vbaProject.bin": b"\0"}), "form.xlsm")


def test_external_links_are_refused(judged: Judging) -> None:
    refused(judged, rezipped(form_workbook(rules(), 3), {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "form.xlsx")


def test_a_bomb_is_refused(judged: Judging) -> None:
    bomb = rezipped(form_workbook(rules(), 3), {"xl/media/zeros.bin": b"\0" * 300_000_000})
    assert len(bomb) < 2_000_000
    assert isinstance(refused(judged, bomb, "form.xlsx"), TooLarge)


def test_entities_in_a_workbook_are_not_expanded(judged: Judging) -> None:
    evil = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    )
    refused(judged, rezipped(form_workbook(rules(), 3), {"xl/workbook.xml": evil}), "form.xlsx")


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"no zip at all"])
def test_not_a_workbook(data: bytes, judged: Judging) -> None:
    refused(judged, data, "form.xlsx")


def test_another_workbook_is_not_the_form(judged: Judging) -> None:
    from openpyxl import Workbook

    data = io.BytesIO()
    Workbook().save(data)
    refused(judged, data.getvalue(), "form.xlsx")


# Credit codes -------------------------------------------------------------------------------------------------------


def test_credit_codes() -> None:
    good = "91310000MA1DEM001" + check_character("91310000MA1DEM001")
    assert is_credit_code(good)
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for index, character in enumerate(good):
        for other in alphabet.replace(character, ""):
            assert not is_credit_code(good[:index] + other + good[index + 1 :])
    assert not is_credit_code(good.lower())
    assert not is_credit_code(good[:-1])
    assert not is_credit_code(good + " ")
    assert not is_credit_code("I" + good[1:])
