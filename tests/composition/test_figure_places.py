"""A changed figure goes where it stands in a shape, and nowhere else; where the numeral alone does not tell, a person is asked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.invented_edition import NEXT

from zhiyin.catalogue import ThresholdView
from zhiyin.composition import BuiltGraph
from zhiyin.composition.drafting import write_edition
from zhiyin.composition.figure_places import put_right, taken
from zhiyin.composition.revising import Revision, described, revise
from zhiyin.guideline.revision import Decision, Kind
from zhiyin.namespaces import PREFIXES

SH, ZY = PREFIXES["sh"], PREFIXES["zy"]
CHANGED = {
    "2.1.1.3": ("可核减2人", "可核减3人"),
    "3.1.1.3": ("可核减2人", "可核减4人"),
    "2.1.3.2": ("至少2人应具备1年", "至少3人应具备1年"),
    "3.1.3.2": ("具备1年", "具备2年"),
    "5.1.1.10": ("至少1名", "至少2名"),
    "5.3.1.3": ("至少为2年", "至少为3年"),
    "5.1.5.1": ("营业收入的3%", "营业收入的4%"),
}
"""Clause: words of its text and the invented ones."""
BY_HAND = {"3.1.3.2": "1年及以上", "5.3.1.3": "至少为2年"}
"""Calendar periods: what is named after them or kept in days besides is no numeral that one could change."""


@pytest.fixture(scope="module")
def revised(source_text: str, built: BuiltGraph) -> Revision:
    lines = []
    for line in source_text.split("\n"):
        old, new = CHANGED.get(line.partition(" ")[0], ("", ""))
        assert old in line
        lines.append(line.replace(old, new) if old else line)
    edition = described(b"", edition="next", vocabulary=NEXT, text="next.txt")
    decisions = [Decision(number, number, Kind.FIGURE_CHANGED) for number in BY_HAND]
    data = "\n".join(lines).encode()
    return revise(data, built.catalogue, name="next.txt", edition=edition, decisions=decisions)


@pytest.fixture(scope="module")
def draft(revised: Revision, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("draft") / "next"
    write_edition(revised, folder)
    return folder


@pytest.fixture(scope="module")
def shapes(draft: Path) -> dict[str, dict[str, list[str]]]:
    """Local name of each drafted shape to what it and its parts say, by the local name of the property."""
    store = ox.Store()
    store.bulk_load(path=draft / "shapes" / "changed-figures.ttl", format=ox.RdfFormat.TURTLE)
    found: dict[str, dict[str, list[str]]] = {}
    replaces = ox.NamedNode("http://purl.org/dc/terms/replaces")
    for head in store.quads_for_pattern(None, replaces, None):
        said: dict[str, list[str]] = defaultdict(list)
        waiting: list[ox.NamedNode | ox.BlankNode | ox.Triple] = [head.subject]
        while waiting:
            for quad in store.quads_for_pattern(waiting.pop(), None, None):
                said[quad.predicate.value.rpartition("#")[2]].append(str(getattr(quad.object, "value", "")))
                if isinstance(quad.object, ox.BlankNode):
                    waiting.append(quad.object)
        found[str(head.subject).strip("<>").rpartition("/")[2]] = said
    return found


def test_a_calendar_period_is_left_to_a_person(revised: Revision, draft: Path) -> None:
    assert {(number, before) for number, before, _ in revised.by_hand} == set(BY_HAND.items())
    head = (draft / "shapes" / "changed-figures.ttl").read_text(encoding="utf-8")
    assert all(f"# By hand: {number}, {before} -> ?" in head for number, before in BY_HAND.items())
    kinds = {m.new.number: m.kind for m in revised.matches if m.new is not None}
    assert {kinds[number] for number in CHANGED} == {Kind.FIGURE_CHANGED}


def test_one_threshold_that_becomes_two_has_two_names(draft: Path, shapes: dict[str, dict[str, list[str]]]) -> None:
    text = (draft / "ontology" / "thresholds.ttl").read_text(encoding="utf-8")
    assert [text.count(f"threshold:f003-9-next{end}\n") for end in ("", "-2")] == [1, 1]
    for name, figure, least in (("first", "f003-9-next", "3"), ("second", "f003-9-next-2", "4")):
        shape = shapes[f"next-headcount-{name}-tier"]
        assert any(iri.endswith(f"/{figure}") for iri in shape["figure"])
        assert f"?full - {least}) AS ?needed" in shape["select"][0]
        assert f"可核减{least}人" in " ".join(shape["message"])


def test_what_says_that_a_thing_is_stated_is_no_figure(shapes: dict[str, dict[str, list[str]]]) -> None:
    shape = shapes["next-security-administrators-possible-2"]
    assert (shape["minCount"], shape["minInclusive"]) == (["1"], ["2"])
    assert shapes["next-security-administrators-enough-2"]["minInclusive"] == ["2"]


def test_years_beside_people_are_another_figure(shapes: dict[str, dict[str, list[str]]]) -> None:
    (message,) = [m for m in shapes["next-experience-first-tier-stated"]["message"] if "须声明" in m]
    assert "2年及以上" in message
    said = " ".join(shapes["next-experience-first-tier"]["message"])
    assert "至少3人应具备1年及以上" in said
    assert "At least 3 of" in said


def test_a_share_beside_years_printed_in_characters_is_put_right(shapes: dict[str, dict[str, list[str]]]) -> None:
    select = shapes["next-it-spend-stated-2"]["select"][0]
    assert ">= 4 * (?revenueA" in select
    assert ">= 6 * (?profitA" in select
    assert "?latest - 2" in select


@pytest.fixture(scope="module")
def people(built: BuiltGraph) -> ThresholdView:
    (found,) = [t for t in built.catalogue.clauses["2.1.1.3"].thresholds if t.id == "f003-1"]
    return found


def stated(predicate: str, value: str | int) -> ox.Triple:
    return ox.Triple(ox.NamedNode("urn:shape"), ox.NamedNode(predicate), ox.Literal(value))


@pytest.mark.parametrize(
    ("phrase", "becomes", "can"),
    [
        ("达到5人", {}, False),
        ("达到5人", {"second": Decimal(8)}, False),
        ("达到5人", {"second": Decimal(7)}, True),
        ("达到五人", {}, True),
    ],
)
def test_two_figures_of_one_numeral_are_put_right_only_where_they_become_the_same(
    people: ThresholdView, phrase: str, becomes: dict[str, Decimal], can: bool
) -> None:
    shape = [stated(f"{SH}minInclusive", 5), stated(f"{ZY}decidableContinuous", 5)]
    second = replace(people, id="second", phrase=phrase)
    assert taken(shape, people, Decimal(7), [second], {people.id: Decimal(7), **becomes}) is can


def test_a_figure_that_stands_nowhere_or_in_days_and_months_is_left_to_a_person(people: ThresholdView) -> None:
    days = replace(people, unit="DAY", phrase="至少保存5天")
    told, few = ox.Literal("至少保存5天。", language="zh"), stated(f"{ZY}tooFewDays", 5)
    message = ox.Triple(ox.NamedNode("urn:shape"), ox.NamedNode(f"{SH}message"), told)
    assert not taken([message], days, Decimal(7), [], {})
    assert taken([message, few], days, Decimal(7), [], {})
    assert not taken([message, few, stated(f"{ZY}tooFewMonths", 1)], days, Decimal(7), [], {})
    assert not taken([stated(f"{SH}minCount", 1)], replace(people, value=Decimal(1)), Decimal(2), [], {})
    assert taken([stated(f"{SH}minCount", 5)], people, Decimal(7), [], {})


def test_a_numeral_within_another_is_not_touched(people: ThresholdView) -> None:
    text = "BIND (5 * ?a5 + 15 - 0.5 + 5.5 + 50 AS ?x) # 5.1.2"
    assert put_right(stated(f"{SH}select", text), [(people, Decimal(7))]) == text.replace("(5 *", "(7 *")
