"""Every form of a judgement: the JSON of the API, the printable report, CSV and workbook that are safe, plain SHACL."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pyoxigraph as ox
import pytest
from jsonschema import validate as check_schema  # type: ignore[import-untyped]
from openpyxl import load_workbook
from rdflib import Graph
from rdflib.namespace import RDF, SH
from tests.validation import samples
from tests.validation.conftest import Judging

from zhiyin.report.outputs import OUTPUTS, render
from zhiyin.report.verdict_rows import COLUMNS
from zhiyin.validation.judgement import Judgement

NULLABLE: dict[str, Any] = {"type": ["string", "null"]}
BILINGUAL = {"type": "object", "required": ["zh", "en"], "properties": {"zh": {"type": "string"}}}
CLAUSE = {
    "type": "object",
    "required": [
        "number",
        "text",
        "obligation",
        "mark",
        "outcome",
        "basis",
        "severity",
        "reading",
        "findings",
        "remedy",
    ],
    "properties": {
        "obligation": {"enum": ["必须", "可选"]},
        "mark": {"enum": ["新增", "延续"]},
        "outcome": {"enum": ["satisfied", "violated", "undeclared", "not-applicable", "manual"]},
        "severity": {"enum": ["Violation", "Warning", "Info", None]},
        "basis": {"type": "array", "items": {"enum": ["fact", "attestation", "determination"]}},
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["focusNode", "path", "value", "message", "shape"],
                "properties": {"message": BILINGUAL, "path": NULLABLE, "value": NULLABLE},
            },
        },
        "remedy": {"anyOf": [BILINGUAL, {"type": "null"}]},
    },
}
DOCUMENT = {
    "type": "object",
    "required": ["provenance", "warnings", "unknownTerms", "unvisitedNodes", "verdicts"],
    "properties": {
        "verdicts": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    *("company", "declaredTier", "assessedTier", "status", "achievedTier", "policy", "summary"),
                    *("ladder", "clauses"),
                ],
                "properties": {
                    "clauses": {"type": "array", "items": CLAUSE},
                    "ladder": {"type": "array", "items": CLAUSE},
                    "assessedTier": {"enum": [1, 2, 3, 4]},
                    "status": {"enum": ["met", "not met", "undetermined"]},
                },
            },
        },
    },
}


@pytest.fixture(scope="module", params=["tier-4-complete", "no-generator", "half-filled-form", "equivalent-isolation"])
def judgement(request: pytest.FixtureRequest) -> Judgement:
    sample = next(s for s in samples.SAMPLES if s.slug == request.param)
    return samples.judged(sample, (samples.folder() / sample.file).read_bytes())


@pytest.fixture(scope="module")
def hostile(judged: Judging) -> Judgement:
    """A company whose name and values are made to do harm in a page or a sheet."""
    evil = '=HYPERLINK(\\"http://x\\")<script>alert(1)</script>'
    text = f"""@prefix zy: <https://w3id.org/zhiyin/ontology#> .
    <urn:d> a zy:SelfDescription ; zy:describes <urn:c> ; zy:claimedTier 3 .
    <urn:c> a zy:Company ; zy:name "{evil}" ; zy:machineRoom <urn:r> ; zy:listsAll zy:machineRoom .
    <urn:r> a zy:MachineRoom ; zy:name "+1{evil}" ; zy:floorLoadKgPerM2 10 ."""
    return judged(text.encode())


def test_the_json_has_the_shape_of_the_api(judgement: Judgement) -> None:
    document = json.loads(render(judgement, OUTPUTS["json"]))
    check_schema(document, DOCUMENT)
    verdict = document["verdicts"][0]
    assert len(verdict["clauses"]) == {1: 177, 2: 183, 3: 202, 4: 209}[verdict["assessedTier"]]
    assert sum(verdict["summary"].values()) == len(verdict["clauses"])
    for clause in verdict["clauses"]:
        assert (clause["severity"] is None) is (clause["outcome"] == "satisfied")
        if clause["outcome"] == "violated":
            assert clause["severity"] == ("Violation" if clause["obligation"] == "必须" else "Warning")
            assert clause["findings"]
            assert clause["findings"][0]["outcome"] == "violated"
            assert clause["remedy"]
        if clause["outcome"] == "undeclared":
            assert clause["remedy"]
    provenance = document["provenance"]
    assert provenance["checkDate"] == "2026-06-30"
    assert len(provenance["input"]["sha256"]) == 64
    assert set(provenance["rules"]) == {"guideline", "ontology", "shapes"}


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_same_judgement_gives_the_same_bytes(name: str, judgement: Judgement) -> None:
    assert render(judgement, OUTPUTS[name]) == render(judgement, OUTPUTS[name])


def test_determinations_are_hashed_into_the_provenance(judgement: Judgement) -> None:
    document = json.loads(render(replace(judgement, determinations_sha256="ab" * 32), OUTPUTS["json"]))
    assert document["provenance"]["determinations"] == {"sha256": "ab" * 32}


class Page(HTMLParser):
    """What a page loads and runs."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        said = dict(attrs)
        self.lang = said.get("lang") or self.lang if tag == "html" else self.lang
        self.addresses += [v for k, v in attrs if k in ("src", "href") and v and not v.startswith("#")]


def test_the_report_is_chinese_and_needs_nothing_from_elsewhere(judgement: Judgement) -> None:
    text = render(judgement, OUTPUTS["html"]).decode()
    page = Page()
    page.feed(text)
    assert page.lang == "zh-CN"
    assert "script" not in page.tags
    assert [a for a in page.addresses if a.startswith(("http:", "https:", "//"))] == []
    for clause in judgement.verdicts[0].clauses:
        assert clause.requirement.number in text
    assert "据自述" in text


def test_the_report_escapes_what_it_was_given(hostile: Judgement) -> None:
    text = render(hostile, OUTPUTS["html"]).decode()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_the_csv_opens_in_a_spreadsheet(judgement: Judgement) -> None:
    data = render(judgement, OUTPUTS["csv"])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert {row[3] for row in rows[1:]} == {c.requirement.number for c in judgement.verdicts[0].clauses}


def test_no_cell_is_a_formula(hostile: Judgement) -> None:
    rows = list(csv.reader(io.StringIO(render(hostile, OUTPUTS["csv"]).decode("utf-8-sig"), newline="")))
    assert len(rows) > 200
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    book = load_workbook(io.BytesIO(render(hostile, OUTPUTS["xlsx"])))
    assert not [c.coordinate for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_the_workbook_holds_every_clause(judgement: Judgement) -> None:
    book = load_workbook(io.BytesIO(render(judgement, OUTPUTS["xlsx"])))
    assert book.sheetnames[:2] == ["总览", "逐条"]
    numbers = {row[3].value for row in book["逐条"].iter_rows(min_row=2)}
    assert numbers == {c.requirement.number for c in judgement.verdicts[0].clauses}


@pytest.mark.parametrize(
    ("name", "syntax"),
    [("ttl", "turtle"), ("rdf", "xml"), ("nt", "nt"), ("trig", "trig"), ("jsonld", "json-ld")],
)
def test_the_plain_report_is_a_shacl_report(name: str, syntax: str, judgement: Judgement) -> None:
    data = render(judgement, OUTPUTS[name])
    if syntax in ("trig", "json-ld"):
        formats = {"trig": ox.RdfFormat.TRIG, "json-ld": ox.RdfFormat.JSON_LD}
        triples = [quad.triple for quad in ox.parse(data, format=formats[syntax])]
        data, syntax = bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""), "nt"
    graph = Graph().parse(data=data, format=syntax)
    reports = list(graph.subjects(RDF.type, SH.ValidationReport))
    assert len(reports) == 1
    findings = sum(len(clause.findings) for clause in judgement.verdicts[0].clauses)
    assert len(list(graph.objects(reports[0], SH.result))) == findings
    for result in graph.objects(reports[0], SH.result):
        for needed in (SH.focusNode, SH.resultSeverity, SH.sourceShape, SH.sourceConstraintComponent):
            assert len(list(graph.objects(result, needed))) == 1


def test_the_report_conforms_to_its_own_shapes(judgement: Judgement) -> None:
    """sh:conforms is false only where a clause is violated."""
    graph = Graph().parse(data=render(judgement, OUTPUTS["ttl"]), format="turtle")
    conforms = next(graph.objects(None, SH.conforms)).toPython()  # type: ignore[attr-defined]
    assert conforms is (judgement.verdicts[0].summary()["violated"] == 0)


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "\n=1+1", "\r\n=1", " =1", "\u3000=1", "＝1+1", "\ufeff@SUM(A1)", "\t-1", "+1", "\n", "\x00=1", "－1"],
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_inert(cell: str) -> None:
    from zhiyin.report.outputs import _inert

    assert _inert(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["4.3.3.1", "示例期货", "a=1", "", "1-2"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    from zhiyin.report.outputs import _inert

    assert _inert(cell) == cell
