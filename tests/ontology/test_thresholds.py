"""The thresholds against the text: every figure printed or implied in a clause is one, and reads as the words do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from rdflib import RDF, RDFS, Graph, Literal, Namespace
from rdflib.term import Node

ZY = Namespace("https://w3id.org/zhiyin/ontology#")
UNIT = "http://qudt.org/vocab/unit/"

# Whatever may speak of a figure: digits, numeral words, and the words that compare.
TOKEN = re.compile(
    r"\d+|[零一二两三四五六七八九十百千万亿双多单倍半几第]|每|年度|季度|不同"
    r"|至少|不少于|不低于|不超过|超过|以上|以内|<=|核减"
)

EXCUSED = {
    "逐一录入": "one by one: a manner of entering, not a number",
    "多渠道开户": "sums up the three ways that the list before it names, each judged by itself",
    "本科或以上": "a level of education",
    "取二者数额较大者": "points back at the two amounts, both thresholds",
    "单点故障": "a term of engineering",
    "保持一致": "consistent",
    "第三方": "anyone else",
    "简单口令": "simple",
    "相关单位": "organisations",
    "一个单独的区域": "an area by itself: what kind, not how many",
    "每次变更前": "before any change: no period and no number",
}

COMPARATORS = (
    ("<=", re.compile(r"不超过|以内|<=|可核减|\d+分钟内|每(?:两年|年|季度|周|天|日)|年度培训计划")),
    (">", re.compile(r"(?<!不)超过")),
    ("=", re.compile(r"^最近三个会计年度$")),
    (">=", re.compile(r"不少于|不低于|至少|以上|达到|支撑|\d|双|多|不同")),
)

# The unit that follows a printed figure, and the unit that a word without one speaks of; all else counts things.
SUFFIXES = {
    "公斤每平方米": "KiloGM-PER-M2",
    "公里": "KiloM",
    "%": "PERCENT",
    "倍": "Times",
    "学时": "ClassHour",
    "小时": "HR",
    "个小时": "HR",
    "分钟": "MIN",
    "秒": "SEC",
    "个月": "MO",
    "天": "DAY",
    "×": "DAY",
    "年": "YR",
}
UNIT_WORDS = {
    "每季度": "MO",
    "每周": "WK",
    "每天": "DAY",
    "每日": "DAY",
    "每年": "YR",
    "每两年": "YR",
    "年度": "YR",
    "间隔时间": "Times",
}

FIGURES = {"每年": 1, "每天": 1, "每日": 1, "每周": 1, "每季度": 3, "两": 2, "三个": 3, "一种": 1, "一条": 1}
IMPLIED = {"双": 2, "多": 2, "不同": 2, "年度": 1, "间隔时间": 1}

# The families whose figures are not the same in all their tiers, chapter by chapter (2 is tier 1).
LADDERS: dict[str, dict[int, list[int]]] = {
    "f003": {2: [5, 8, 2], 3: [8, 11, 2], 4: [11, 16, 3], 5: [15, 20, 3]},
    "f012": {2: [1], 3: [1], 4: [2], 5: [2]},
    "f019": {2: [2, 1], 3: [4, 1], 4: [6, 2], 5: [8, 2]},
    "f027": {2: [300], 3: [300], 4: [500], 5: [500]},
    "f036": {2: [2, 4], 3: [2, 4], 4: [2, 2], 5: [2, 2]},
    "f038": {4: [6, 1], 5: [12, 1]},
    "f158": {2: [], 3: [], 4: [], 5: [100, 2]},
}

# Thresholds in the clauses of each chapter, counted once per clause.
EXPECTED = {2: 56, 3: 58, 4: 65, 5: 68}


@dataclass(frozen=True)
class Threshold:
    """One threshold as written, with the clauses whose text holds its phrase."""

    name: str
    family: str
    phrase: str
    comparator: str
    value: Decimal
    unit: str
    implied: bool
    members: tuple[str, ...]
    clauses: tuple[str, ...]


def local(node: Node | None) -> str:
    """Return what follows the last ``/`` or ``#``."""
    return re.split(r"[/#]", str(node))[-1]


@pytest.fixture(scope="module")
def thresholds(graph: Graph, texts: Mapping[str, str]) -> list[Threshold]:
    """All thresholds in order of family and place."""
    found = []
    for node in graph.subjects(RDF.type, ZY.Threshold):
        family = graph.value(node, ZY.thresholdFamily)
        members = tuple(sorted(local(member) for member in graph.objects(family, ZY.member)))
        phrase = str(graph.value(node, ZY.phrase))
        found.append(
            Threshold(
                name=local(node),
                family=local(family),
                phrase=phrase,
                comparator=str(graph.value(node, ZY.comparator)),
                value=Decimal(str(graph.value(node, ZY.value))),
                unit=local(graph.value(node, ZY.unit)),
                implied=str(graph.value(node, ZY.implied)) == "true",
                members=members,
                clauses=tuple(n for n in members if phrase in texts[n]),
            )
        )
    return sorted(found, key=lambda t: (t.family, int(t.name.rpartition("-")[2])))


def spans(text: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Return where the phrases stand in the text, overlapping ones included."""
    return [
        (m.start(), m.start() + len(phrase))
        for phrase in phrases
        for m in re.finditer(f"(?={re.escape(phrase)})", text)
    ]


def uncovered(texts: Mapping[str, str], thresholds: Iterable[Threshold], excused: Iterable[str]) -> list[str]:
    """Return ``number: token`` for each figure in a clause that neither a threshold nor an excuse covers."""
    phrases: dict[str, list[str]] = {number: list(excused) for number in texts}
    for threshold in thresholds:
        for number in threshold.clauses:
            phrases[number].append(threshold.phrase)
    missing = []
    for number, text in texts.items():
        covered = spans(text, phrases[number])
        for token in TOKEN.finditer(text):
            if not any(start <= token.start() and token.end() <= end for start, end in covered):
                missing.append(f"{number}: {token[0]} in {text}")
    return missing


def figures(phrase: str) -> set[Decimal]:
    """Return the numbers that a phrase prints, in digits or in words."""
    words = "|".join(sorted(FIGURES, key=len, reverse=True))
    return {Decimal(t) if t.isdigit() else Decimal(FIGURES[t]) for t in re.findall(rf"\d+|{words}", phrase)}


def test_every_figure_of_the_text_is_a_threshold(texts: Mapping[str, str], thresholds: list[Threshold]) -> None:
    assert uncovered(texts, thresholds, EXCUSED) == []


def test_no_excuse_is_stale_or_hides_a_threshold(texts: Mapping[str, str], thresholds: list[Threshold]) -> None:
    for phrase in EXCUSED:
        assert TOKEN.search(phrase), phrase
        assert any(phrase in text for text in texts.values()), phrase
        assert not any(threshold.phrase in phrase for threshold in thresholds), phrase
        assert uncovered(texts, thresholds, EXCUSED.keys() - {phrase}), f"{phrase} excuses nothing"


def test_a_missing_threshold_is_noticed(texts: Mapping[str, str], thresholds: list[Threshold]) -> None:
    for gone in thresholds:
        rest = [t for t in thresholds if t is not gone]
        assert uncovered(texts, rest, EXCUSED), gone.name


def test_every_phrase_stands_in_a_member_of_its_family(thresholds: list[Threshold]) -> None:
    assert len(thresholds) == 86
    for threshold in thresholds:
        assert threshold.clauses, threshold.name
        assert re.fullmatch(rf"{threshold.family}-[1-9]\d*", threshold.name)
        assert not re.search(r"\s", threshold.phrase), threshold.name


def test_figures_are_those_the_words_print_or_imply(thresholds: list[Threshold]) -> None:
    of_family: dict[str, set[Decimal]] = {}
    for threshold in thresholds:
        of_family.setdefault(threshold.family, set()).add(threshold.value)
    for threshold in thresholds:
        printed = figures(threshold.phrase)
        if threshold.implied:
            words = [word for word in IMPLIED if word in threshold.phrase]
            assert not printed, threshold.name
            assert len(words) == 1, threshold.name
            assert threshold.value == IMPLIED[words[0]], threshold.name
        else:
            assert threshold.value in printed, threshold.name
            assert printed <= of_family[threshold.family], threshold.name


def test_comparators_agree_with_the_wording(thresholds: list[Threshold]) -> None:
    for threshold in thresholds:
        expected = next(sign for sign, words in COMPARATORS if words.search(threshold.phrase))
        assert threshold.comparator == expected, (threshold.name, threshold.phrase)


def unit_of(phrase: str, value: Decimal) -> str:
    """Return the unit that the phrase gives the value."""
    after = [unit for suffix, unit in SUFFIXES.items() if f"{value}{suffix}" in phrase]
    return next(iter(after or (unit for word, unit in UNIT_WORDS.items() if word in phrase)), "NUM")


def test_units_agree_with_the_wording(graph: Graph, thresholds: list[Threshold]) -> None:
    for threshold in thresholds:
        assert threshold.unit == unit_of(threshold.phrase, threshold.value), (threshold.name, threshold.phrase)
    assert {t.unit for t in thresholds} == {*SUFFIXES.values(), *UNIT_WORDS.values(), "NUM"}
    for unit in graph.objects(None, ZY.unit):
        assert str(unit) in (f"{UNIT}{local(unit)}", str(ZY.ClassHour), str(ZY.Times))


def test_ladders_climb_as_the_text_does(thresholds: list[Threshold]) -> None:
    ladders: dict[str, dict[int, list[int]]] = {}
    for threshold in thresholds:
        for number in threshold.members:
            steps = ladders.setdefault(threshold.family, {}).setdefault(int(number[0]), [])
            if number in threshold.clauses:
                steps.append(int(threshold.value))
    for family, ladder in ladders.items():
        if family in LADDERS:
            expected = {chapter: sorted(values) for chapter, values in LADDERS[family].items()}
            assert {chapter: sorted(values) for chapter, values in ladder.items()} == expected, family
        else:
            assert len({tuple(values) for values in ladder.values()}) == 1, family
            assert all(ladder.values()), family
    assert LADDERS.keys() <= ladders.keys()


def test_counts_by_chapter(thresholds: list[Threshold]) -> None:
    assert Counter(int(number[0]) for threshold in thresholds for number in threshold.clauses) == EXPECTED


def test_conditions_and_flags_are_complete(graph: Graph) -> None:
    for node in graph.subjects(RDF.type, ZY.Threshold):
        languages = sorted(str(c.language) for c in graph.objects(node, ZY.condition) if isinstance(c, Literal))
        assert languages in ([], ["en", "zh"]), node
        for predicate in (ZY.thresholdFamily, ZY.phrase, ZY.metric, ZY.comparator, ZY.value, ZY.unit, ZY.implied):
            assert len(list(graph.objects(node, predicate))) == 1, (node, predicate)
        value = graph.value(node, ZY.value)
        assert isinstance(value, Literal), node
        assert local(value.datatype) in ("integer", "decimal"), node


def test_metrics_are_used_labelled_and_of_one_kind(graph: Graph, thresholds: list[Threshold]) -> None:
    metrics = set(graph.subjects(RDF.type, ZY.Metric))
    assert metrics == set(graph.objects(None, ZY.metric))
    for language in ("zh", "en"):
        labels = [
            str(label)
            for metric in metrics
            for label in graph.objects(metric, RDFS.label)
            if isinstance(label, Literal) and label.language == language
        ]
        assert len(labels) == len(set(labels)) == len(metrics)
    for metric in metrics:
        nodes = set(graph.subjects(ZY.metric, metric))
        assert len({graph.value(node, ZY.unit) for node in nodes}) == 1, metric
        assert len({graph.value(node, ZY.comparator) for node in nodes}) == 1, metric
        assert len(list(graph.objects(metric, ZY.quantity))) == 1, metric


def test_check_kinds_follow_the_metrics(graph: Graph) -> None:
    kinds = {"retention": {ZY.Retained}, "interval": {ZY.Periodic}}
    for node in graph.subjects(RDF.type, ZY.Threshold):
        family, metric = graph.value(node, ZY.thresholdFamily), graph.value(node, ZY.metric)
        expected = kinds.get(str(graph.value(metric, ZY.quantity)), {ZY.Measured})
        assert expected <= set(graph.objects(family, ZY.checkKind)), node


@pytest.mark.parametrize(("name", "value"), [("f003-1", 6), ("f036-4", 5), ("f131-1", 3)])
def test_a_changed_value_is_noticed(thresholds: list[Threshold], name: str, value: int) -> None:
    changed = [replace(t, value=Decimal(value)) if t.name == name else t for t in thresholds]
    assert changed != thresholds
    with pytest.raises(AssertionError):
        test_figures_are_those_the_words_print_or_imply(changed)
