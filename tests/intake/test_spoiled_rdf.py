"""What goes wrong in an RDF file that people and programs hand in: read as meant, or told with its place; never otherwise."""

from __future__ import annotations

import json
from functools import cache

import pyoxigraph as ox
import pytest
from tests.intake.submissions import faults, judged, kinds, refusal
from tests.validation import samples

from zhiyin.form.context import CONTEXT_IRI
from zhiyin.law.outcome import Outcome
from zhiyin.validation.judgement import Judgement
from zhiyin.validation.policy import TierStatus

C = "https://example.org/futures/tier-2-complete"
AS_OF = 'zy:asOf "2026-06-30"^^xsd:date'
STAFF = "zy:headquartersStaffCount 100"


@cache
def base() -> str:
    return (samples.folder() / "tier-2-complete.ttl").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert old in base()
    return base().replace(old, new, 1)


def outcomes(judgement: Judgement) -> dict[str, Outcome]:
    return {c.requirement.number: c.outcome for c in judgement.verdicts[0].clauses}


def triples() -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(base().encode(), format=ox.RdfFormat.TURTLE)]


# Read as meant ------------------------------------------------------------------------------------------------------

AS_MEANT = {
    "a date without noughts": (AS_OF, 'zy:asOf "2026-6-30"^^xsd:date', {"read-as-meant"}),
    "a date with slashes": (AS_OF, 'zy:asOf "2026/06/30"^^xsd:date', {"read-as-meant"}),
    "a date in wide figures": (AS_OF, 'zy:asOf "２０２６-０６-３０"^^xsd:date', {"read-as-meant"}),
    "a moment without seconds": (AS_OF, 'zy:asOf "2026-06-30T10:00"^^xsd:dateTime', {"read-as-meant"}),
    "an offset without colon": (AS_OF, 'zy:asOf "2026-06-30T10:00:00+0800"^^xsd:dateTime', {"read-as-meant"}),
    "a time stamp": (AS_OF, 'zy:asOf "2026-06-30T10:00:00+08:00"^^xsd:dateTimeStamp', set()),
    "a moment of the evening before in UTC": (AS_OF, 'zy:asOf "2026-06-29T18:00:00Z"^^xsd:dateTime', set()),
    "the same day twice": (AS_OF, f'{AS_OF} , "2026-06-30T08:00:00+08:00"^^xsd:dateTime', set()),
    "equal numbers in three forms": (STAFF, f'{STAFF} , 100.0 , "100"^^xsd:int', set()),
    "a number in powers of ten": (STAFF, "zy:headquartersStaffCount 1e2", set()),
    "a number with a blank": (STAFF, 'zy:headquartersStaffCount " 100 "^^xsd:integer', set()),
    "equal truths": ("zy:hasTechnologyDepartment true", 'zy:hasTechnologyDepartment true , "1"^^xsd:boolean', set()),
    "a name in two languages": ("a zy:Company ;", 'a zy:Company ; zy:name "Example"@en , "示例"@zh ;', set()),
    "two numbers": (STAFF, f"{STAFF} , 101", {"several-values"}),
    "two names": ("a zy:Company ;", 'a zy:Company ; zy:name "示例甲" ;', {"several-values"}),
    "a description superseded that is elsewhere": (AS_OF, f"{AS_OF} ; zy:supersedes <https://e.org/d>", set()),
    "a percentage that may be a share": (
        "zy:monthlyAveragePeakUsePercent 61.5",
        "zy:monthlyAveragePeakUsePercent 0.615",
        {"unlikely-share"},
    ),
    "a number of a document that says nothing": (
        'dcterms:identifier "ZD-1-01"',
        'dcterms:identifier "同上"',
        {"says-nothing"},
    ),
    "a list that nothing asks for": ("a zy:Company ;", "a zy:Company ; zy:listsAll zy:component ;", {"not-asked"}),
}


@pytest.mark.parametrize("name", AS_MEANT)
def test_it_is_read_as_meant_and_said_where_that_was_a_guess(name: str) -> None:
    old, new, told = AS_MEANT[name]
    judgement = judged(changed(old, new))
    assert judgement.verdicts[0].status is TierStatus.MET
    assert kinds(judgement) == told


def test_two_truths_make_the_clauses_that_turn_on_them_ones_for_a_person() -> None:
    judgement = judged(changed("zy:hasTechnologyDepartment true", "zy:hasTechnologyDepartment true , false"))
    turned = {n: outcome for n, outcome in outcomes(judgement).items() if outcome is not Outcome.SATISFIED}
    assert "3.1.1.1" in turned
    assert set(turned.values()) == {Outcome.MANUAL}
    (notice,) = judgement.notices
    assert notice.message.zh == "“设有技术部门”只应有一个值，却有 “否”、“是”"
    assert notice.place.line == 24


# Refused with its place ---------------------------------------------------------------------------------------------

REFUSED = {
    "a day that is a text": (AS_OF, 'zy:asOf "2026-06-30"', "写成了文字"),
    "a day in Chinese": (AS_OF, 'zy:asOf "2026年6月30日"', "须是日期"),
    "a month": (AS_OF, 'zy:asOf "2026-06"^^xsd:gYearMonth', "gYearMonth"),
    "a day that there is not": (AS_OF, 'zy:asOf "2026-02-30"^^xsd:date', "须是日期"),
    "midnight of the day after": (AS_OF, 'zy:asOf "2026-06-30T24:00:00"^^xsd:dateTime', "晚于核查日"),
    "a day after the check date": (AS_OF, 'zy:asOf "2027-01-01"^^xsd:date', "晚于核查日"),
    "two days": (AS_OF, f'{AS_OF} , "2026-03-31"^^xsd:date', "只能有一个值"),
    "a number with its unit": (STAFF, 'zy:headquartersStaffCount "100人"', "须是整数"),
    "a number in wide figures": (STAFF, 'zy:headquartersStaffCount "１００"^^xsd:integer', "须是整数"),
    "infinity": (STAFF, 'zy:headquartersStaffCount "INF"^^xsd:double', "须是整数"),
    "a number with a language": (STAFF, 'zy:headquartersStaffCount "100"@zh', "语言标记"),
    "a node for a number": (STAFF, "zy:headquartersStaffCount []", "不是节点"),
    "a truth as 1": ("zy:hasTechnologyDepartment true", "zy:hasTechnologyDepartment 1", "true 或 false"),
    "a truth in Chinese": ("zy:hasTechnologyDepartment true", 'zy:hasTechnologyDepartment "是"', "true 或 false"),
    "a tier in words": ("zy:claimedTier 2", 'zy:claimedTier "二类"', "须是整数"),
    "no such tier": ("zy:claimedTier 2", "zy:claimedTier 5", "1 至 4"),
    "a value as a text": (
        "zy:extinguishingAgent zy:SubstituteGas",
        'zy:extinguishingAgent "七氟丙烷"',
        "须指向一个节点",
    ),
    "a value of something else": ("zy:SubstituteGas", "zy:Firewall", "不在可选值中"),
    "a class for its value": ("zy:SubstituteGas", "zy:ExtinguishingAgent", "不在可选值中"),
    "a practice misspelt": ("practice:post-descriptions", "practice:post-description", "是否指 post-descriptions"),
    "a fact of a room on the company": ("a zy:Company ;", "a zy:Company ; zy:floorLoadKgPerM2 600 ;", "机房"),
    "an attestation called work": ("a zy:Attestation ;", "a zy:Activity ;", "却被列为做法声明"),
    "a document as a text": ("zy:evidence [", 'zy:evidence "岗位说明书" , [', "须指向一个节点"),
    "a practice of the company at a room": (
        "a zy:MachineRoom ;",
        "a zy:MachineRoom ; zy:attestation [ zy:about practice:post-descriptions ; zy:holds true ] ;",
        "请写在相应的",
    ),
    "a prefix of practices by http": ("<https://w3id.org/zhiyin/id/", "<http://w3id.org/zhiyin/id/", "前缀 practice:"),
    "a prefix without its mark": ("zhiyin/id/practice/>", "zhiyin/id/practice>", "前缀 practice:"),
    "the older Dublin Core": ("purl.org/dc/terms/", "purl.org/dc/elements/1.1/", "前缀 dcterms:"),
    "Dublin Core by https": ("<http://purl.org/dc", "<https://purl.org/dc", "前缀 dcterms:"),
    "types by https": ("<http://www.w3.org/2001", "<https://www.w3.org/2001", "请改 xsd: 前缀"),
    "types without their mark": ("XMLSchema#>", "XMLSchema>", "请改 xsd: 前缀"),
    "a class by https": (
        "a zy:Company ;",
        "<https://www.w3.org/1999/02/22-rdf-syntax-ns#type> zy:Company ;",
        "前缀 rdf:",
    ),
    "a prefix that is none": ("a zy:Company ;", "a zy:Company ; <zy:headquartersStaffCount> 100 ;", "没有声明"),
    "a list in brackets": ("a zy:Company ;", "a zy:Company ; zy:machineRoom ( <https://e.org/r> ) ;", "RDF 列表"),
    "a bag of things": (
        "a zy:Company ;",
        "a zy:Company ; zy:branch [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#_1> <https://e.org/b> ] ;",
        "RDF 列表",
    ),
    "a class said complete": ("a zy:Company ;", "a zy:Company ; zy:listsAll zy:Website ;", "是否指 zy:website（网站）"),
    "a list misspelt": ("a zy:Company ;", "a zy:Company ; zy:listsAll zy:websites ;", "是否指 zy:website（网站）"),
    "a statement about nothing": ("a zy:Company ;", "a zy:Company ; zy:attestation [ zy:holds true ] ;", "zy:about"),
    "a document of the company itself": (
        "a zy:Company ;",
        'a zy:Company ; zy:evidence [ dcterms:title "制度" ] ;',
        "“证据”应写在做法声明",
    ),
    "a blank that is none": ("zy:headquartersStaffCount 100", "zy:headquartersStaffCount\u00a0100", "U+00A0"),
    "a mark of order inside": ("zy:headquartersStaffCount 100", "\ufeffzy:headquartersStaffCount 100", "U+FEFF"),
    "a dot behind PREFIX": ("@prefix zy:", "PREFIX zy:", "不带句点"),
    "quotation marks of Chinese": ('"首席信息官"', "“首席信息官”", "半角"),
    "a semicolon of Chinese": ("zy:hasTechnologyDepartment true ;", "zy:hasTechnologyDepartment true ；", "半角"),
    "half a character": ('"首席信息官"', '"首席\\uD83D"', "半个字符"),
    "a line in an IRI": (f"<{C}>\n    a zy:Company", f"<{C}\n>\n    a zy:Company", "不能换行"),
    "a bracket left open": ("        ] ;\n    ] ;", "        ] ;\n    ;", "方括号没有闭合"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_line(name: str) -> None:
    old, new, said = REFUSED[name]
    text = changed(old, new)
    error = refusal(text)
    first = faults(error)[0] if error.details.get("faults") else {"zh": error.message.zh, **error.place.as_dict()}
    assert said in str(first["zh"])
    assert isinstance(first["line"], int)
    assert 0 < first["line"] <= text.count("\n")
    assert not any(word in str(first["zh"]) for word in ("解析器说", "expected", "should"))


def test_all_is_told_at_once() -> None:
    text = base()
    told = [(old, new) for name, (old, new, said) in REFUSED.items() if "须是" in said and old in text][:1]
    told += [("zy:SubstituteGas", "zy:Firewall"), ("practice:post-descriptions", "practice:post-description")]
    for old, new in told:
        text = text.replace(old, new, 1)
    assert len(faults(refusal(text))) == len(told)


# Encodings and names of files ---------------------------------------------------------------------------------------


def in_windows(data: bytes) -> str:
    """What an editor makes of bytes that it takes for the Windows encoding of western Europe."""
    return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in data)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.encode().decode("latin-1").encode(), "Latin-1"),
        (lambda text: in_windows(text.encode()).encode(), "Latin-1"),
        (lambda text: text.encode().decode("gb18030", "replace").encode(), "GBK"),
        (lambda text: text.encode("utf-32"), "UTF-32"),
        (lambda text: text.encode() + b"# \xe9t\xe9\n", "损坏的 UTF-8"),
    ],
)
def test_garbled_text_is_told(spoil: object, said: str) -> None:
    assert callable(spoil)
    assert said in refusal(spoil(base())).message.zh


@pytest.mark.parametrize("text", ["虚构期货", "首席信息官、稽核岗", "Straße, café", "Ωμέγα", "日本語"])
def test_text_in_order_is_not_called_garbled(text: str) -> None:
    assert judged(changed('"首席信息官"', f'"{text}"')).verdicts[0].status is TierStatus.MET


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("a.rdf", lambda: base().encode(), "内容像是 Turtle，文件名请以 .ttl 结尾"),
        ("a.nt", lambda: base().encode(), ".ttl 结尾"),
        ("a.ttl", lambda: json.dumps({"@context": CONTEXT_IRI}).encode(), "内容像是 JSON-LD，文件名请以 .jsonld 结尾"),
        ("a.jsonld", lambda: ox.serialize(triples(), format=ox.RdfFormat.RDF_XML), "文件名请以 .rdf 结尾"),
    ],
)
def test_a_file_under_the_name_of_another_syntax_is_told(name: str, spoil: object, said: str) -> None:
    assert callable(spoil)
    assert said in refusal(spoil(), name).message.zh


@pytest.mark.parametrize(("name", "syntax"), [("a.nt", ox.RdfFormat.N_TRIPLES), ("a.xml", ox.RdfFormat.RDF_XML)])
def test_other_syntaxes_come_to_the_same(name: str, syntax: ox.RdfFormat) -> None:
    data = ox.serialize(triples(), format=syntax)
    assert data is not None
    assert judged(data, name).verdicts[0].status is TierStatus.MET


def as_jsonld(context: object, **changed: object) -> str:
    """The sample under a context of the sender's own, its company's values ``changed``."""
    nodes: dict[str, dict[str, list[object]]] = {}

    def called(node: object) -> str:
        return f"_:{node.value}" if isinstance(node, ox.BlankNode) else str(getattr(node, "value", ""))

    for triple in triples():
        value = triple.object
        said = nodes.setdefault(called(triple.subject), {}).setdefault(triple.predicate.value, [])
        if isinstance(value, ox.Literal):
            said.append({"@value": value.value, "@type": value.datatype.value})
        else:
            said.append({"@id": called(value)})
    type_of = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    graph: list[dict[str, object]] = []
    for name, facts in nodes.items():
        kinds_of = [each["@id"] for each in facts.pop(type_of, []) if isinstance(each, dict)]
        graph.append({"@id": name, "@type": kinds_of, **facts})
    for each in graph:
        if each["@id"] == C:
            each.update(changed)
    return json.dumps({"@context": context, "@graph": graph}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({"headquartersStaffCount": "https://w3id.org/zhiyin/ontology#onDutyTechnicianCount"}, "改成了别的意思"),
        ({"zy:name": None}, "改成了别的意思"),
        ({"@vocab": None}, "改成了别的意思"),
        ({"name": {"@id": None}}, "改成了别的意思"),
    ],
)
def test_a_context_that_gives_our_words_another_meaning_is_refused(context: dict[str, object], said: str) -> None:
    assert judged(as_jsonld([CONTEXT_IRI]), "a.jsonld").verdicts[0].status is TierStatus.MET
    assert judged(as_jsonld([CONTEXT_IRI, {"x": "https://e.org/x"}]), "a.jsonld").verdicts[0].status is TierStatus.MET
    (fault,) = faults(refusal(as_jsonld([CONTEXT_IRI, context]), "a.jsonld"))
    assert said in str(fault["zh"])
    assert fault["line"] == 1


def test_a_list_of_json_is_refused_once_for_all_that_follows() -> None:
    rooms = {"@list": [{"@id": f"{C}/room/1"}, {"@id": f"{C}/room/2"}]}
    text = as_jsonld([CONTEXT_IRI], **{"https://w3id.org/zhiyin/ontology#machineRoom": rooms})
    (fault,) = faults(refusal(text, "a.jsonld"))
    assert "@list" in str(fault["zh"])


def test_a_declared_encoding_that_is_not_so_changes_nothing() -> None:
    data = ox.serialize(triples(), format=ox.RdfFormat.RDF_XML)
    assert data is not None
    text = data.decode().replace('encoding="UTF-8"', 'encoding="gb2312"', 1)
    assert "gb2312" in text
    assert judged(text, "a.rdf").verdicts[0].status is TierStatus.MET


# Whole files --------------------------------------------------------------------------------------------------------

ANOTHER = f"<https://e.org/d2> a zy:SelfDescription ; zy:describes <{C}> ; {AS_OF} ; zy:claimedTier 3"


def test_of_two_descriptions_the_one_superseded_is_not_judged() -> None:
    judgement = judged(f"{base()}\n{ANOTHER} ; zy:supersedes <{C}/self-description> .\n")
    assert judgement.verdicts[0].declared_tier == 3
    assert kinds(judgement) == {"superseded"}
    assert (
        "互相取代"
        in refusal(
            f"{base()}\n{ANOTHER} ; zy:supersedes <{C}/self-description> .\n<{C}/self-description> zy:supersedes <https://e.org/d2> ."
        ).message.zh
    )
    assert "zy:supersedes" in refusal(f"{base()}\n{ANOTHER} .\n").message.zh


def test_two_firms_of_one_code_are_refused() -> None:
    other = (
        f"<https://e.org/d2> a zy:SelfDescription ; zy:describes <https://e.org/c2> ; {AS_OF} ; zy:claimedTier 2 .\n"
        '<https://e.org/c2> a zy:Company ; zy:name "乙" ; zy:unifiedSocialCreditCode "91310000MA1DEM030X" .\n'
    )
    assert "同一个统一社会信用代码" in refusal(f"{base()}\n{other}").message.zh


def test_a_room_that_the_company_does_not_hold_is_told() -> None:
    stray = '<https://e.org/r9> a zy:MachineRoom ; zy:name "三号机房" ; zy:hasAccessControl false .'
    judgement = judged(f"{base()}\n{stray}\n")
    assert judgement.unvisited == ("https://e.org/r9",)


def test_facts_of_a_century_ago_are_told() -> None:
    assert {"old-facts", "unlikely-date"} <= kinds(judged(changed(AS_OF, 'zy:asOf "1926-06-30"^^xsd:date')))


@pytest.mark.parametrize(
    ("inside", "column"), [(r"\ud83d", 14), (r"a\ud83d b", 15), (r"\udc00x", 14), (r"\ud83d\ud83d", 14)]
)
def test_half_a_character_in_json_is_told_as_such(inside: str, column: int) -> None:
    text = f'{{"@context":"{CONTEXT_IRI}",\n  "zy:name": "{inside}"}}'
    error = refusal(text, "a.jsonld")
    assert "半个字符" in error.message.zh
    assert error.place.line == 2
    assert error.place.column is not None


@pytest.mark.parametrize("inside", [r"\ud83d\ude00", r"\\ud83d", r"\u4e2d"])
def test_whole_characters_in_json_are_none_of_that(inside: str) -> None:
    assert "半个字符" not in refusal(f'{{"@context":"{CONTEXT_IRI}","zy:name": "{inside}"}}', "a.jsonld").message.zh


@pytest.mark.parametrize("name", ["示例\\u0001期货", "示例\\u0000期货"])
def test_control_characters_break_no_answer_and_no_form(name: str) -> None:
    from zhiyin.composition.judging import rules
    from zhiyin.form.workbook_writer import form_workbook
    from zhiyin.intake.reading import read_any
    from zhiyin.report.outputs import OUTPUTS, render

    data = base().replace('zy:name "示例期货（二类）有限公司"', f'zy:name "{name}"', 1).encode()
    judgement = judged(data)
    for output in ("csv", "html", "xlsx", "docx"):
        assert render(judgement, OUTPUTS[output])
    assert form_workbook(rules(), 2, read_any(data, rules(), source="a.ttl").triples)
