from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SKOS, Graph, Literal

from zhiyin.composition import Assembly
from zhiyin.graph.nodes import CLAUSE, CONCEPT, FAMILY, THRESHOLD, ZY
from zhiyin.graph.wording import name_pattern, read_wording, stands_in


def concepts(labels: dict[str, list[str]]) -> Graph:
    graph = Graph()
    for name, names in labels.items():
        graph.add((CONCEPT[name], RDF.type, ZY.Concept))
        for index, label in enumerate(names):
            graph.add((CONCEPT[name], SKOS.altLabel if index else SKOS.prefLabel, Literal(label, lang="zh")))
    return graph


def found(text: str, **labels: list[str]) -> list[str]:
    return [concept.rpartition("/")[2] for concept in read_wording(concepts(labels)).mentions(text)]


def test_longer_name_never_hides_one_within_it() -> None:
    assert found("应与核心系统的供应商签约", core=["核心系统"], system=["系统"], other=["网站"]) == ["core", "system"]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("定期对IT流程执行情况", "IT", True),
        ("对 it 流程", "IT", True),
        ("使用WAIT指令", "IT", False),
        ("ITIL流程", "IT", False),
        ("双UPS供电", "UPS", True),
        ("UPS2供电", "UPS", False),
        ("使用Windows平台的计算机", "windows 平台", True),
        ("ＶＬＡＮ及等效措施", "VLAN", True),
        ("RTO<=5分钟", "RTO", True),
        ("VLAN及等效措施", "LAN", False),
        ("核心 系统", "核心系统", True),
        ("a b", "ab", True),
        ("网上交易", "上交", True),
        ("A+B", "a+b", True),
        ("AxB", "A.B", False),
    ],
)
def test_names_in_a_text(text: str, name: str, expected: bool) -> None:
    assert bool(found(text, x=[name])) is expected


def test_hidden_and_alternative_labels_count_and_everyday_ones_do_not() -> None:
    graph = concepts({"transfer": ["银期转账", "银期划转"]})
    graph.add((CONCEPT.transfer, SKOS.hiddenLabel, Literal("银期转帐", lang="zh")))
    graph.add((CONCEPT.transfer, ZY.everydayLabel, Literal("出入金", lang="zh")))
    wording = read_wording(graph)
    assert [bool(wording.mentions(text)) for text in ("银期转帐", "银期划转", "出入金")] == [True, True, False]


CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=6)


@given(CHINESE, st.text(max_size=8), st.text(max_size=8))
def test_a_chinese_name_is_found_wherever_it_stands(name: str, before: str, after: str) -> None:
    assert name_pattern(name).search(unicodedata.normalize("NFKC", before + name + after).casefold())


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("不少于8人", "人员不少于8人", True),
        ("8人", "不少于18人", False),
        ("5分钟", "RTO<=5分钟", True),
        ("5分钟", "RTO<=0.5分钟", False),
        ("至少1", "至少15学时", False),
        ("双人", "应实现双人日常值班", True),
        ("", "任何文字", False),
    ],
)
def test_figures_are_not_found_within_longer_ones(phrase: str, text: str, expected: bool) -> None:
    assert stands_in(phrase, text) is expected


def test_threshold_belongs_to_its_family_alone() -> None:
    graph = Graph()
    graph.add((THRESHOLD["f001-1"], ZY.thresholdFamily, FAMILY.f001))
    graph.add((THRESHOLD["f001-1"], ZY.phrase, Literal("至少 2人", lang="zh")))
    wording = read_wording(graph)
    assert wording.thresholds("应有至少2 人", FAMILY.f001) == [THRESHOLD["f001-1"]]
    assert wording.thresholds("应有至少2人", FAMILY.f002) == []


def test_every_clause_that_says_a_defined_term_mentions_it(assembly: Assembly) -> None:
    core = {str(CLAUSE[c.number]) for c in assembly.text.requirements if "核心系统" in c.text}
    mentioned = set(map(str, assembly.asserted.subjects(ZY.mentions, CONCEPT["core-system"])))
    assert len(core) > 50
    assert core <= mentioned


def test_every_threshold_stands_in_some_clause_and_every_clause_has_its_own(assembly: Assembly) -> None:
    graph = assembly.asserted
    thresholds = set(graph.subjects(RDF.type, ZY.Threshold))
    assert thresholds
    assert thresholds == set(graph.objects(None, ZY.hasThreshold))
    for clause, threshold in graph.subject_objects(ZY.hasThreshold):
        assert graph.value(threshold, ZY.thresholdFamily) == graph.value(clause, ZY.family)
        text, phrase = graph.value(clause, ZY.text), graph.value(threshold, ZY.phrase)
        assert "".join(str(phrase).split()) in "".join(str(text).split())
