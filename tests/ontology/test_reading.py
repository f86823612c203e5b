"""The reading rules against the text: each is complete, cites what exists, and touches what its words say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS

ZY = Namespace("https://w3id.org/zhiyin/ontology#")
READING = Namespace("https://w3id.org/zhiyin/id/reading/")
CLAUSE = "https://w3id.org/zhiyin/id/clause/"
GUIDELINE = URIRef("https://w3id.org/zhiyin/id/guideline/futures-it")

WANTED = {
    "contradictions",
    "facts-as-of",
    "recovery-drill-without-centre",
    "one-tier-alone",
    "highest-tier-supported",
    "definitions-bind",
    "mark-change-apart",
    "replacement-not-growth",
    "five-outcomes",
    "missing-fact-is-not-violation",
    "three-valued-composition",
    "doubt-only-where-it-decides",
    "tier-status",
    "optional-never-decides",
    "severity",
    "basis-self-stated",
    "attestation-needs-evidence",
    "evidence-after-check-date",
    "determination",
    "absence-demanded-object",
    "absence-optional-object",
    "conditional-duties",
    "listed-items",
    "prohibitions",
    "personal-data-consents",
    "soft-duties",
    "inclusive-bounds",
    "exclusive-exceeds",
    "exact-ratio",
    "implied-figures",
    "headcount-staffing",
    "it-spend-averaged",
    "fixed-units",
    "class-hour",
    "class-hours-each-person",
    "money-cny",
    "calendar-periods",
    "ups-battery-time",
    "mains-feeds-or-backup",
    "ups-bridges-generator",
    "each-means-each",
    "branches-on-site-only",
    "branches-all",
    "customer-trading-area",
    "dr-room-is-machine-room-only-if-production",
    "effective-isolation",
    "equivalent-measures",
    "check-date",
    "dates-shanghai",
    "rolling-or-calendar",
    "planned-dates-do-not-count",
    "periodic-without-number",
}

# Rules whose clauses a pattern over the text finds, and only that pattern.
BY_WORDING = {
    "branches-on-site-only": r"^提供现场交易的分支机构",
    "branches-all": r"分支机构的网络应实现有效隔离|各个分支机构的运行情况",
    "class-hour": r"学时",
    "class-hours-each-person": r"学时",
    "customer-trading-area": r"客户交易区",
    "effective-isolation": r"有效隔离",
    "equivalent-measures": r"有效隔离",
    "exact-ratio": r"%",
    "exclusive-exceeds": r"(?<!不)超过",
    "headcount-staffing": r"可核减",
    "it-spend-averaged": r"会计年度",
    "money-cny": r"会计年度",
    "periodic-without-number": r"^(?!.*(?:客户使用网上期货业务|定期维护的操作手册)).*定期",
    "personal-data-consents": r"未经客户允许",
    "prohibitions": r"不应具有|不得以任何方式|不得明文|不应进入",
    "rolling-or-calendar": r"每(?:两年|年|季度|周|天)|^每日|年度培训计划",
    "soft-duties": r"避免使用|条件允许",
    "ups-bridges-generator": r"从断电到发电机开始供电",
    "calendar-periods": r"\d+(?:年|个月|天)",
    "ups-battery-time": r"2倍",
    "mains-feeds-or-backup": r"或在单路供电",
}

# Rules that look at the mark, the obligation or the tier, so that the same words may be touched in one tier alone.
NOT_BY_TEXT = {"mark-change-apart", "optional-never-decides"}

# The clauses strengthened over the tier below, as the text shows them; all but the last are marked 新增.
STRENGTHENED = {
    "3.1.1.3",
    "3.1.3.2",
    "3.2.2.2",
    "3.2.3.1",
    "4.1.1.3",
    "4.1.1.12",
    "4.1.3.2",
    "4.2.1.2",
    "4.2.2.2",
    "4.2.3.1",
    "5.1.1.3",
    "5.1.3.2",
    "5.2.2.4",
    "5.6.2.1",
    "4.3.3.1",
}


def slug(rule: URIRef) -> str:
    """Return the rule's own part of its IRI."""
    return str(rule).removeprefix(str(READING))


@pytest.fixture(scope="module")
def rules(graph: Graph) -> list[URIRef]:
    """All rules in order of name."""
    return sorted(rule for rule in graph.subjects(RDF.type, ZY.ReadingRule) if isinstance(rule, URIRef))


@pytest.fixture(scope="module")
def touched(graph: Graph, rules: list[URIRef]) -> Mapping[str, set[str]]:
    """Slug to the numbers of the clauses touched; empty where the rule touches the whole guideline."""
    return {
        slug(rule): {str(c).removeprefix(CLAUSE) for c in graph.objects(rule, ZY.touches) if c != GUIDELINE}
        for rule in rules
    }


def by_language(graph: Graph, rule: URIRef, predicate: URIRef) -> dict[str, str]:
    """Return the one value per language; fails where a language has two."""
    values = [value for value in graph.objects(rule, predicate) if isinstance(value, Literal)]
    found = {str(value.language): str(value) for value in values}
    assert len(found) == len(values), (rule, predicate)
    return found


def test_the_rules_wanted_are_there(rules: list[URIRef]) -> None:
    assert {slug(rule) for rule in rules} == WANTED


def test_each_rule_is_complete_in_both_languages(graph: Graph, rules: list[URIRef]) -> None:
    labels: dict[str, set[str]] = {"zh": set(), "en": set()}
    for rule in rules:
        assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", slug(rule))
        for predicate in (RDFS.label, ZY.ruleText, ZY.otherReading):
            found = by_language(graph, rule, predicate)
            if predicate == ZY.otherReading and not found:
                continue
            assert found.keys() == {"zh", "en"}, (rule, predicate)
            assert re.search(r"[一-鿿]", found["zh"]), rule
            assert re.search(r"[a-z]{2}", found["en"]), rule
            if predicate == RDFS.label:
                labels["zh"].add(found["zh"])
                labels["en"].add(found["en"])
            else:
                assert found["zh"].endswith("。"), rule
                assert found["en"].endswith("."), rule
    assert all(len(names) == len(rules) for names in labels.values())


def test_sources_and_touched_clauses_exist(
    graph: Graph, rules: list[URIRef], texts: Mapping[str, str], items: Mapping[str, str]
) -> None:
    known = {URIRef(CLAUSE + number) for number in (*texts, *items)} | {GUIDELINE}
    for rule in rules:
        sources, touches = set(graph.objects(rule, DCTERMS.source)), set(graph.objects(rule, ZY.touches))
        assert set() < sources <= known, rule
        assert set() < touches <= known, rule
        assert GUIDELINE not in touches or touches == {GUIDELINE}, rule


def test_clauses_that_a_rule_names_exist(
    graph: Graph, rules: list[URIRef], texts: Mapping[str, str], items: Mapping[str, str]
) -> None:
    for rule in rules:
        spoken = by_language(graph, rule, ZY.ruleText) | {
            f"other-{k}": v for k, v in by_language(graph, rule, ZY.otherReading).items()
        }
        named = {k: set(re.findall(r"\d(?:\.\d+)+", text)) for k, text in spoken.items()}
        for numbers in named.values():
            assert numbers <= texts.keys() | items.keys(), rule
        assert named["zh"] == named["en"], rule


@pytest.mark.parametrize("name", sorted(BY_WORDING))
def test_touched_are_the_clauses_that_say_so(
    name: str, touched: Mapping[str, set[str]], texts: Mapping[str, str]
) -> None:
    expected = {number for number, text in texts.items() if re.search(BY_WORDING[name], text)}
    assert expected
    assert touched[name] == expected


def test_the_same_words_are_read_alike_in_all_tiers(touched: Mapping[str, set[str]], texts: Mapping[str, str]) -> None:
    for name, numbers in touched.items():
        if name in NOT_BY_TEXT:
            continue
        wordings = {texts[number] for number in numbers if number in texts}
        assert {n for n, text in texts.items() if text in wordings} == numbers & texts.keys(), name


def test_rules_on_marks_and_obligations(
    touched: Mapping[str, set[str]], printed: Mapping[str, tuple[str, str, str]]
) -> None:
    assert touched["optional-never-decides"] == {n for n, (obligation, _, _) in printed.items() if obligation == "可选"}
    assert touched["mark-change-apart"] == STRENGTHENED
    assert {n for n in STRENGTHENED if printed[n][1] == "延续"} == {"4.3.3.1"}
    assert touched["replacement-not-growth"] == {"2.2.2.2", "3.2.2.2"}


def test_inclusive_bounds_touch_every_clause_with_a_printed_figure(
    touched: Mapping[str, set[str]], texts: Mapping[str, str]
) -> None:
    figures = {number for number, text in texts.items() if re.search(r"\d|至少", text)}
    assert figures - touched["inclusive-bounds"] == {"3.2.2.2"}
    assert touched["inclusive-bounds"] <= figures


def test_head_counts_are_those_of_the_text(graph: Graph, texts: Mapping[str, str]) -> None:
    clauses = [texts[f"{chapter}.1.1.3"] for chapter in (2, 3, 4, 5)]
    columns = list(zip(*(re.findall(r"\d+", text) for text in clauses), strict=True))
    rule = by_language(graph, READING["headcount-staffing"], ZY.ruleText)
    for column in columns:
        assert "、".join(column) in rule["zh"]
        assert f"{', '.join(column[:-1])} and {column[-1]}" in rule["en"]


def months_later(day: date, months: int) -> date:
    """Return the same day of the month so many months later; the first of a month always exists."""
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, day.day)


@pytest.mark.parametrize("months", [6, 12, 24, 60])
def test_calendar_periods_are_counted_on_the_calendar(graph: Graph, months: int) -> None:
    starts = [date(year, month, 1) for year in range(2001, 2100) for month in range(1, 13)]
    days = {(months_later(start, months) - start) // timedelta(days=1) for start in starts if start.year < 2090}
    rule = by_language(graph, READING["calendar-periods"], ZY.ruleText)
    for text in rule.values():
        assert {str(max(days)), str(min(days))} <= set(re.findall(r"\d+", text)), months
