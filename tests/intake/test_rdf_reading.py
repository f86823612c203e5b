"""RDF is read as meant or refused with its place: encodings told apart, nothing dropped, nothing nested without end."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest
from tests.intake.submissions import HEAD, LINES, faults, judged, kinds, refusal

from zhiyin.intake.lexical import day_meant
from zhiyin.intake.rdf_text import MAX_DEPTH
from zhiyin.report.outputs import OUTPUTS, render

XSD = "http://www.w3.org/2001/XMLSchema#"
TRADITIONAL = HEAD.replace("虚构期货", "虛構期貨機房")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (HEAD.encode("gb18030"), "GBK"),
        (TRADITIONAL.encode("big5"), "Big5"),
        (HEAD.encode("utf-16"), "UTF-16"),
        (HEAD.encode("utf-16-le"), "UTF-16"),
        (HEAD.encode("utf-16-be"), "UTF-16"),
        (HEAD.encode("ascii", "ignore").decode().encode("utf-16-le"), "UTF-16"),
        (HEAD.encode("utf-32-le"), "UTF-32"),
        (HEAD.encode() + "# 虚".encode()[:-1], "中间断了"),
        (HEAD.encode().replace("期".encode(), "期".encode()[:2]), "损坏的 UTF-8"),
        (HEAD.encode() + b"\0", "空字节"),
    ],
)
def test_what_is_no_utf8_is_told(data: bytes, name: str) -> None:
    error = refusal(data)
    assert name in error.message.zh
    assert not {"GBK", "Big5", "UTF-16", "UTF-32"} - {name} & set(error.message.zh.split())


@pytest.mark.parametrize(
    ("lexical", "kind", "day", "known"),
    [
        ("2026-01-15T16:53:07+08:00", "dateTime", "2026-01-15", True),
        ("2026-01-15T16:53:07+0800", "dateTime", "2026-01-15", False),
        ("2026-01-15T09:30", "dateTime", "2026-01-15", False),
        ("2026-01-15 09:30:00", "dateTime", "2026-01-15", False),
        ("2026-01-14T20:00:00Z", "dateTime", "2026-01-15", True),
        ("2026-01-15T02:00:00+14:00", "dateTime", "2026-01-14", True),
        ("2026-01-14T24:00:00", "dateTime", "2026-01-15", True),
        ("2026-01-15T09:30:00.25+08:00", "dateTimeStamp", "2026-01-15", True),
        ("2026-01-15T09:30:00", "dateTimeStamp", "2026-01-15", False),
        ("2026-01-15", "date", "2026-01-15", True),
        ("2026-01-15Z", "date", "2026-01-15", True),
        ("2026/1/15", "date", "2026-01-15", False),
        ("2026年1月15日", "date", "2026-01-15", False),
        ("２０２６-01-15", "date", "2026-01-15", False),
    ],
)
def test_days_are_read_as_meant(lexical: str, kind: str, day: str, known: bool) -> None:
    found = day_meant(ox.Literal(lexical, datatype=ox.NamedNode(XSD + kind)))
    assert found is not None
    assert (found[0].isoformat(), found[1]) == (day, known)


@pytest.mark.parametrize(
    "lexical",
    [
        "2026-02-30",
        "15.01.2026",
        "2026-01",
        "soon",
        "2026-01-15T25:00:00",
        "2026-01-15T09:30:00+15:00",
        "2026-01-15T24:00:01",
        "2026-01-15T24:01:00",
    ],
)
def test_what_is_no_day_is_refused_with_its_line(lexical: str) -> None:
    found = faults(refusal(HEAD + f'co:a zy:lastSettlementDay "{lexical}"^^xsd:dateTime .'))
    assert [(f["line"], str(f["path"]).rpartition("#")[2]) for f in found] == [(LINES + 1, "lastSettlementDay")]


def test_a_day_read_as_meant_is_told() -> None:
    judgement = judged(HEAD + 'co:a zy:lastSettlementDay "2026-06-29 15:00"^^xsd:dateTime .')
    (notice,) = [n for n in judgement.notices if n.kind == "read-as-meant"]
    assert notice.place.line == LINES + 1
    assert notice.meant is not None
    assert "2026-06-29" in notice.meant.zh


DEEP: dict[str, Callable[[int], tuple[str, str]]] = {
    "brackets": lambda n: ("<urn:a> <urn:p> " + "[ <urn:p> " * n + "1" + "]" * n + " .", "a.ttl"),
    "lists": lambda n: ("<urn:a> <urn:p> " + "( " * n + "1" + ")" * n + " .", "a.ttl"),
    "annotations": lambda n: ("<urn:a> <urn:p> 1 " + "{| <urn:p> 1 " * n + "|}" * n + " .", "a.ttl"),
    "triple terms": lambda n: ("<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * n + "1" + ")>>" * n + " .", "a.ttl"),
    "elements": lambda n: (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
        + "<e:C><e:p>" * n
        + "</e:p></e:C>" * n
        + "</rdf:RDF>",
        "a.rdf",
    ),
    "objects": lambda n: ('{"a":' * n + "1" + "}" * n, "a.jsonld"),
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("depth", [300, 50_000])
def test_depth_is_bounded_in_every_syntax(name: str, depth: int) -> None:
    text, source = DEEP[name](depth)
    error = refusal(text, source)
    assert ("嵌套" in error.message.zh) is (name != "triple terms"), error.message.zh
    assert error.place.line == 1
    assert error.place.column


@pytest.mark.parametrize(("nodes", "refused"), [(MAX_DEPTH - 1, False), (MAX_DEPTH, True)])
def test_a_node_of_rdf_xml_is_two_elements_deep(nodes: int, refused: bool) -> None:
    head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
    text = head + "<e:A><e:p>" * nodes + "<e:A/>" + "</e:p></e:A>" * nodes + "</rdf:RDF>"
    assert ("嵌套" in refusal(text, "a.rdf").message.zh) is refused


def test_brackets_in_texts_and_comments_have_no_depth() -> None:
    text = HEAD + f'co:a zy:name """{"[" * 300} << {"(" * 300}""" . # {"[" * 300} <<\n'
    assert judged(text.replace('zy:name "虚构期货" ; ', "")).verdicts


@pytest.mark.parametrize(
    ("source", "text", "line"),
    [
        ("a.ttl", "\n@prefix : <#> .\n:d a :b .", 3),
        (
            "a.rdf",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">\n<e:C rdf:about="d"/></rdf:RDF>',
            2,
        ),
        ("a.jsonld", '{"type": "Company",\n"id": "d"}', 2),
    ],
)
def test_a_relative_iri_is_told_with_its_cure(source: str, text: str, line: int) -> None:
    found = faults(refusal(text, source))
    assert any("基准" in str(f["zh"]) and "base" in str(f["zh"]) and f["line"] == line for f in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<a><b></a>", 1),
        ("<rdf:RDF>\n</rdf:RDF>", 1),
        (
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n\n<r:li r:about="urn:a" r:ID="b"/></r:RDF>',
            3,
        ),
        ('<?xml version="1.0"?>\n<!DOCTYPE x>\n<a/>', 2),
    ],
)
def test_rdf_xml_errors_name_their_line(text: str, line: int) -> None:
    assert refusal(text, "a.rdf").place.line == line


BODY = '{\n"type": "SelfDescription", "id": "https://example.org/d", "claimedTier": 3, "asOf": "2026-06-30",\n"describes": {%s}}'


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ('"id": "https://example.org/a b", "type": "Company"', 3),
        ('"id": "https://example.org/a",\n"headquartersStaffCount": 1e400', 4),
        ('"id": "https://example.org/a",\n"headquartersStaffCount": 1,\n"headquartersStaffCount": 2', 5),
        ('"id": "https://example.org/a",\n"x": {"name": 1}, "name": 1,\n\n"name": 2', 6),
        ('"id": "https://example.org/a",\n"headquartersStaffCount": -1', 4),
        ('"id": 5', 3),
        ('"id": "https://example.org/a",\n"name": {"@value": "x", "@language": "z z"}', 4),
        ('"id": "https://example.org/a",\n', 4),
        ('"@context": "https://example.org/context",\n"id": "https://example.org/a"', 3),
    ],
)
def test_json_faults_name_their_line(inside: str, line: int) -> None:
    error = refusal(BODY % inside, "a.jsonld")
    places = [error.place.line, *(f.get("line") for f in error.details.get("faults", []))]  # type: ignore[attr-defined]
    assert line in places, error


@pytest.mark.parametrize(
    ("inside", "nearest"),
    [
        ('"id": "https://example.org/a", "headquartersStaffCont": 5', "headquartersStaffCount"),
        ('"id": "https://example.org/a", "type": "Compny"', "Company"),
    ],
)
def test_json_drops_no_key_in_silence(inside: str, nearest: str) -> None:
    for text in (
        BODY % inside,
        (BODY % inside).replace("{\n", '{"@context": "https://w3id.org/zhiyin/context.jsonld",\n', 1),
    ):
        unknown = judged(text, "a.jsonld").unknown
        assert [(u.nearest or "").rpartition("#")[2] for u in unknown] == [nearest]


def test_equal_days_in_two_forms_are_one() -> None:
    both = '"2026-06-29"^^xsd:date , "2026-06-29T23:00:00+08:00"^^xsd:dateTime'
    assert not kinds(judged(HEAD + f"co:a zy:lastSettlementDay {both} ."))


@pytest.mark.parametrize(
    "line",
    [
        "<https://e.org/{}> a zy:MachineRoom .",
        "<urn:a> <https://e.org/{}> 1 .",
        "<urn:a> zy:machineRoom <https://e.org/{}> .",
        '<urn:a> zy:name "{}" .',
        '<urn:a> zy:name "x"^^<https://e.org/{}> .',
        '<urn:a> zy:name "x"@zh-{} .',
    ],
    ids=["subject", "property", "object", "value", "datatype", "language"],
)
def test_no_term_is_longer_than_a_page_can_show(line: str) -> None:
    """What was read may come back in the answer: ten megabytes of one IRI came back as a verdict of ten megabytes."""
    long = "-".join(["abcdefg"] * 3_000)
    error = refusal((HEAD + line.format(long)).encode())
    assert "20,000" in error.message.en
    assert len(str(error.place)) < 1_000


def test_a_node_without_a_name_is_called_the_same_each_time() -> None:
    """A parser labels it anew at each reading: a verdict judged again would not be the same bytes."""
    wrong = "".join(
        f'{node} zy:about practice:antivirus-full-scan ; zy:lastConductedOn "soon" .\n'
        for node in ("_:mine", "_:b7", "_:文件.1")
    )
    text = f'{HEAD}co:a zy:activity [ zy:lastConductedOn "later" ] , _:mine , _:b7 , _:文件.1 .\n{wrong}'
    first, second = (faults(refusal(text)) for _ in range(2))
    assert first == second
    assert {str(fault["node"]) for fault in first} == {"_:b1", "_:mine", "_:b3", "_:文件.1"}


def test_warnings_and_findings_call_a_node_alike() -> None:
    text = (
        f'{HEAD}co:a zy:activity [ zy:about practice:antivirus-full-scan ; zy:lastConductedOn "2026-01-15 09:30:00"^^xsd:dateTime ] ; '
        "zy:machineRoom _:主机房 . _:主机房 a zy:MachineRoom ; zy:nonsense 1 . [] a zy:MachineRoom ."
    )
    first, second = (render(judged(text), OUTPUTS["json"]) for _ in range(2))
    assert first == second
    judgement = judged(text)
    findings = {finding.node for clause in judgement.verdicts[0].clauses for finding in clause.findings}
    assert [notice.place.node for notice in judgement.notices if notice.kind == "read-as-meant"] == ["_:b1"]
    assert {unknown.node for unknown in judgement.unknown} == {"_:主机房"} <= findings
    assert judgement.unvisited == ("_:b3",)


def test_an_unknown_word_is_told_with_its_line() -> None:
    """A class stands on the line of its node, a property on its own; both of the first place where they stand."""
    text = f"{HEAD}co:a zy:machineRoom co:r .\nco:r a zy:MachineRoom ;\n  zy:nonsense 1 .\nco:a zy:nonsense 2 .\n[] a zy:Nonsense .\n"
    told = {unknown.term.rpartition("#")[2]: unknown.line for unknown in judged(text).unknown}
    assert told == {"nonsense": LINES + 3, "Nonsense": LINES + 5}
