"""Every count of the guideline, asked from the built graph by SPARQL; tests/guideline derives the same from the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from zhiyin.model import number_key

AskRows = Callable[[str], list[dict[str, str]]]

COUNTS = {1: (177, 177, 0, 177, 0), 2: (183, 179, 4, 10, 173), 3: (202, 196, 6, 25, 177), 4: (209, 208, 1, 11, 198)}
STEPS = {2: (171, 2, 0, 4, 6), 3: (172, 0, 4, 7, 19), 4: (192, 0, 6, 4, 7)}
COMPOSED = {(1, 3): (168, 2, 0, 7, 25), (1, 4): (167, 2, 0, 8, 32), (2, 4): (171, 0, 4, 8, 26)}
CHANGES = ("Same", "Reworded", "Promoted", "Strengthened", "Introduced")


def count(rows: AskRows, pattern: str) -> int:
    (row,) = rows(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
    return int(row["n"])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("?x a zy:Requirement", 771),
        ("?x a zy:Requirement ; zy:obligation zy:Mandatory", 760),
        ("?x a zy:Requirement ; zy:obligation zy:Optional", 11),
        ("?x a zy:Requirement ; zy:mark zy:New", 223),
        ("?x a zy:Requirement ; zy:mark zy:Continued", 548),
        ("?x a zy:GeneralProvision", 10),
        ("?x a zy:Definition", 6),
        ("?x a zy:Clause", 781),
        # Told in the comment of zy:tier, which the ontology's page shows.
        ("?x zy:tier/zy:level 3", 245),
        ("?x a zy:Requirement ; zy:tier/zy:level 3", 202),
        ("?x a zy:Section", 173),
        ("?x a zy:Section FILTER NOT EXISTS { ?x zy:parent ?y }", 5),
        ("?x a zy:Section ; zy:parent ?y FILTER NOT EXISTS { ?y zy:parent ?z }", 32),
        ("?x a zy:Section ; zy:parent/zy:parent ?z", 136),
        ("?x a zy:SectionTopic", 42),
        ("?x a zy:Tier", 4),
        ("?x a zy:RequirementFamily", 209),
        ("?x a zy:RequirementFamily ; zy:member/zy:tier tier:4", 209),
        ("?c a zy:Requirement ; zy:family ?x", 209),
        ("?x a zy:Guideline", 1),
        ("?x zy:definedBy ?definition", 6),
        ("?x a zy:Requirement , eli:LegalResourceSubdivision ; eli:is_part_of ?section", 771),
        ("?x a eli:LegalResourceSubdivision ; zy:number ?n . ?x eli:number ?n", 781 + 173),
        ("?x a zy:Requirement ; zy:number ?n ; rdfs:label ?l FILTER(?l = STRLANG(CONCAT('条款 ', ?n), 'zh'))", 771),
        ("?x a zy:Requirement ; zy:number ?n ; rdfs:label ?l FILTER(?l = STRLANG(CONCAT('Clause ', ?n), 'en'))", 771),
        ("?x a zy:Threshold", 86),
        ("?x a zy:Threshold ; rdfs:label ?zh , ?en FILTER(LANG(?zh) = 'zh' && LANG(?en) = 'en')", 86),
        ("?x a zy:Threshold ; zy:unit ?u ; zy:value ?v . ?x qudt:hasUnit ?u ; qudt:numericValue ?v", 86),
    ],
)
def test_whole_counts(rows: AskRows, pattern: str, expected: int) -> None:
    assert count(rows, pattern) == expected


def test_every_term_of_ours_says_where_it_is_defined(rows: AskRows) -> None:
    own = "?x a ?kind FILTER(STRSTARTS(STR(?x), STR(zy:)))"
    assert count(rows, own) > 500
    assert count(rows, own + " ?x rdfs:isDefinedBy <https://w3id.org/zhiyin/ontology>") == count(rows, own)
    assert count(rows, "?x rdfs:isDefinedBy ?y FILTER(!STRSTARTS(STR(?x), STR(zy:)))") == 0


def test_the_ontology_names_itself_and_its_prefix(rows: AskRows) -> None:
    (row,) = rows(
        """SELECT ?prefix ?namespace ?version (COUNT(?about) AS ?described) WHERE {
          <https://w3id.org/zhiyin/ontology> a owl:Ontology ; vann:preferredNamespacePrefix ?prefix ;
            vann:preferredNamespaceUri ?namespace ; owl:versionInfo ?version ; dcterms:description ?about
        } GROUP BY ?prefix ?namespace ?version"""
    )
    assert (row["prefix"], row["namespace"]) == ("zy", "https://w3id.org/zhiyin/ontology#")
    assert row["described"] == "2"


@pytest.mark.parametrize("tier", COUNTS)
def test_counts_of_a_tier(rows: AskRows, tier: int) -> None:
    own = f"?x a zy:Requirement ; zy:tier tier:{tier}"
    found = (
        count(rows, own),
        count(rows, own + " ; a zy:MandatoryRequirement"),
        count(rows, own + " ; a zy:OptionalRequirement"),
        count(rows, own + " ; zy:mark zy:New"),
        count(rows, own + " ; zy:mark zy:Continued"),
    )
    assert found == COUNTS[tier]


@pytest.mark.parametrize("tier", STEPS)
def test_counts_of_the_changes(rows: AskRows, tier: int) -> None:
    own = f"?x a zy:Requirement ; zy:tier tier:{tier} ; zy:change zy:"
    assert tuple(count(rows, own + change) for change in CHANGES) == STEPS[tier]


def test_first_tier_has_no_change(rows: AskRows) -> None:
    assert count(rows, "?x zy:tier tier:1 ; zy:change ?change") == 0


@pytest.mark.parametrize(("lower", "higher"), COMPOSED)
def test_counts_of_the_composed_changes(rows: AskRows, lower: int, higher: int) -> None:
    """The strongest change on the way wins; a clause without an ancestor in the lower tier is introduced."""
    found = rows(
        f"""SELECT ?x (BOUND(?a) AS ?known) (GROUP_CONCAT(?name; separator=" ") AS ?changes) WHERE {{
          ?x a zy:Requirement ; zy:tier tier:{higher} .
          OPTIONAL {{ ?x zy:ancestor ?a . ?a zy:tier tier:{lower} }}
          ?x zy:ancestor* ?step . ?step zy:tier/zy:level ?level ; zy:change ?change .
          FILTER(?level > {lower})
          BIND(STRAFTER(STR(?change), "#") AS ?name)
        }} GROUP BY ?x ?a"""
    )
    assert len(found) == COUNTS[higher][0]
    counts = dict.fromkeys(CHANGES, 0)
    for row in found:
        strongest = max(row["changes"].split(), key=CHANGES.index)
        counts["Introduced" if row["known"] == "false" else strongest] += 1
    assert tuple(counts[change] for change in CHANGES) == COMPOSED[lower, higher]


def test_the_graph_gives_back_the_source_text(rows: AskRows, source_text: str) -> None:
    pieces = {
        row["number"]: row["number"] + row["dot"] + row.get("marks", "") + row["text"]
        for row in rows(
            """SELECT ?number ?dot ?marks ?text WHERE {
              ?part zy:number ?number .
              { ?part a zy:Section ; rdfs:label ?text FILTER(LANG(?text) = "zh") }
              UNION { ?part a zy:Clause ; zy:text ?text }
              OPTIONAL {
                ?part zy:obligation/rdfs:label ?obligation ; zy:mark/rdfs:label ?mark .
                FILTER(LANG(?obligation) = "zh" && LANG(?mark) = "zh")
                BIND(CONCAT("[", ?obligation, "][", ?mark, "]") AS ?marks)
              }
              BIND(IF(CONTAINS(?number, "."), "", ".") AS ?dot)
            }"""
        )
    }
    assert len(pieces) == 771 + 10 + 173
    whole = "".join(pieces[number] for number in sorted(pieces, key=number_key))
    assert "".join(whole.split()) == "".join(source_text.split())


def test_order_is_the_order_of_the_text(rows: AskRows) -> None:
    numbers = [
        row["number"] for row in rows("SELECT ?number WHERE { ?x zy:order ?order ; zy:number ?number } ORDER BY ?order")
    ]
    assert len(numbers) == 954
    assert numbers == sorted(numbers, key=number_key)


def test_sections_are_the_same_in_every_tier(rows: AskRows) -> None:
    found = rows("SELECT ?topic (COUNT(?s) AS ?n) WHERE { ?s a zy:Section ; zy:topic ?topic } GROUP BY ?topic")
    assert len(found) == 42
    assert {row["n"] for row in found} == {"4"}


def test_marks_and_changes_disagree_in_two_lists_kept_apart(rows: AskRows) -> None:
    strengthened = "SELECT ?number WHERE { ?x zy:change zy:Strengthened ; zy:number ?number ; zy:mark zy:%s }"
    assert [row["number"] for row in rows(strengthened % "Continued")] == ["4.3.3.1"]
    assert len(rows(strengthened % "New")) == 14


def test_families_whose_local_number_shifts(rows: AskRows) -> None:
    found = rows(
        """SELECT ?family WHERE { ?family zy:member/zy:number ?number }
           GROUP BY ?family HAVING (COUNT(DISTINCT SUBSTR(?number, 2)) > 1)"""
    )
    assert len(found) == 21


def test_local_numbers_that_mean_different_duties(rows: AskRows) -> None:
    found = rows(
        """SELECT ?local WHERE { ?c a zy:Requirement ; zy:number ?number ; zy:family ?family BIND(SUBSTR(?number, 3) AS ?local) }
           GROUP BY ?local HAVING (COUNT(DISTINCT ?family) > 1)"""
    )
    assert len(found) == 25
    assert {"4.3.6", "6.1.8"} <= {row["local"] for row in found}


def test_the_six_definitions(rows: AskRows) -> None:
    found = rows(
        """SELECT ?number ?label WHERE { ?d a zy:Definition ; zy:number ?number ; zy:defines/skos:prefLabel ?label
           FILTER(LANG(?label) = "zh") } ORDER BY ?number"""
    )
    assert [(row["number"], row["label"]) for row in found] == [
        ("1.4.1", "核心系统"),
        ("1.4.2", "生产环境"),
        ("1.4.3", "交易系统的所有部件"),
        ("1.4.4", "有效隔离"),
        ("1.4.5", "现场交易"),
        ("1.4.6", "机房"),
    ]


def test_at_least_120_concepts_each_mentioned(rows: AskRows) -> None:
    mentioned = count(rows, "?x a zy:Concept ; zy:mentionedIn ?clause")
    assert mentioned >= 120
    # A concept that no clause names may only group others.
    assert (
        count(rows, "?x a zy:Concept FILTER NOT EXISTS { ?x zy:mentionedIn ?c } FILTER NOT EXISTS { ?x zy:hasKind ?k }")
        == 0
    )
