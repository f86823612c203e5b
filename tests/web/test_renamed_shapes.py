"""Names of shapes, thresholds and readings hold no figure of the law; those of before lead to what took their place."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from zhiyin import resources
from zhiyin.composition import BuiltGraph
from zhiyin.composition.judging import rules
from zhiyin.law.constraints import Constraint
from zhiyin.namespaces import READING, SHAPE, THRESHOLD, ZY
from zhiyin.standards import DCTERMS, OWL, RDFS, TYPE

_WORDS = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve"),
    *("half", "twice", "double", "dual", "dozen", "hundred", "yearly", "quarterly", "monthly", "weekly", "hourly"),
]
_FIGURE = re.compile(rf"\d|(?:^|[ -])(?:{'|'.join(_WORDS)})(?:[ ,-]|$)", re.IGNORECASE)
_CHINESE = re.compile(r"\d|[一二三四五六七八九十百两双](?:名|人|个|项|路|条|台|套|家|倍|天|年|小时|分钟|次)")
_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
PLAN = "yearly training plan"
"""What clause x.1.2.3 calls by this name is a thing, not an interval."""
NAMES = sorted(iri.removeprefix(str(SHAPE)) for iri in rules().shapes.shapes)
OF_OURS = {"each-means-each", "five-outcomes", "one-tier-alone", "three-valued-composition"}
"""Readings that count what is ours, not the law's: outcomes, truth values, the tier that is judged."""
NO_FIGURE_OF_THE_LAW = {
    # What companies state: the term is the fact itself. Were another figure asked for, another fact would be.
    **dict.fromkeys(("oneYearExperienceCount", "twoYearExperienceCount"), "staff with so many years, by definition"),
    # Periods of the calendar, which texts of any edition may name, and the cut-off that follows from one.
    **dict.fromkeys(("Yearly", "TwoYearly", "Quarterly", "Monthly", "Weekly"), "a period of the calendar"),
    **dict.fromkeys(("twoYearsBefore", "monthlyAveragePeakUsePercent"), "a cut-off, and how an average is taken"),
    # Fixed terms of the trade, ours or of another standard.
    **dict.fromkeys(("sha256", "floorLoadKgPerM2"), "SHA-256, and the square metre in a unit"),
    **dict.fromkeys(("topics-1-to-4", "topics-5-to-8"), "files by section number"),
    # Concepts are called as the text calls things: 双路市电, 双人值班, 两条交易通信链路, 双UPS, 季度评估.
    **dict.fromkeys(("air-conditioning-dual-feed", "dual-ups", "dual-utility-power"), "a term of the text"),
    **dict.fromkeys(("two-person-duty", "two-trading-links", "quarterly-assessment"), "a term of the text"),
}
"""Names of terms that hold a figure word and are none of the law's, with the reason.

Not looked at: numbers of clauses, sections and topics and the files named by them, the opaque numbers of families, and
the names of cases, which say the figures of their own company.
"""


def renamed(what: str = "shapes") -> dict[str, str]:
    """Each old name of a shape, or of a reading, with the one that it has now."""
    quads = ox.parse(resources.path(f"ontology/renamed-{what}.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    return {local(q.subject): local(q.object) for q in quads if q.predicate.value == DCTERMS + "isReplacedBy"}


def local(node: object) -> str:
    """The last part of an IRI."""
    return str(getattr(node, "value", "")).rpartition("/")[2]


def labels(store: ox.Store, subject: ox.NamedNode) -> dict[str | None, str]:
    """The labels of a thing by language."""
    quads = store.quads_for_pattern(subject, ox.NamedNode(RDFS + "label"), None, None)
    return {q.object.language: q.object.value for q in quads if isinstance(q.object, ox.Literal)}


def test_no_shape_has_a_figure_in_its_name() -> None:
    assert NAMES
    assert [name for name in NAMES if _FIGURE.search(name)] == []
    assert _FIGURE.search("floor-load-500")
    assert _FIGURE.search("ups-four-hours")


def test_no_shape_has_a_figure_in_its_label() -> None:
    named = {iri: shape.name for iri, shape in rules().shapes.shapes.items()}
    english = {iri: name.en.replace(PLAN, "plan") for iri, name in named.items()}
    assert [(iri, name) for iri, name in english.items() if _FIGURE.search(name)] == []
    assert [(iri, name.zh) for iri, name in named.items() if _CHINESE.search(name.zh)] == []
    assert _FIGURE.search("floor load 500")
    assert _FIGURE.search("at least two trading links")
    assert _CHINESE.search("至少两条交易通信链路")
    assert _CHINESE.search("每季度一次")


def test_no_reading_has_a_figure_in_its_name_or_label(store: ox.Store) -> None:
    rules = {
        q.subject for q in store.quads_for_pattern(None, ox.NamedNode(TYPE), ox.NamedNode(str(ZY.ReadingRule)), None)
    }
    found = {local(rule): labels(store, rule) for rule in rules if isinstance(rule, ox.NamedNode)}
    assert set(found) >= OF_OURS
    assert all(set(said) == {"zh", "en"} for said in found.values())
    for name, said in found.items():
        if name not in OF_OURS:
            assert not _FIGURE.search(name)
            assert not _FIGURE.search(said["en"].replace("tier-2 ", "")), said
            assert not _CHINESE.search(said["zh"]), said


def test_an_old_name_of_a_reading_leads_to_the_new_one(store: ox.Store, client: Client) -> None:
    assert len(renamed("readings")) > 2
    for old, new in renamed("readings").items():
        said = list(store.quads_for_pattern(ox.NamedNode(READING[old]), ox.NamedNode(OWL + "deprecated"), None, None))
        assert len(said) == 1
        assert labels(store, ox.NamedNode(READING[new])).keys() == {"zh", "en"}
        pages = {client.get(f"/id/reading/{name}", headers={"Accept": "text/html"}).location for name in (old, new)}
        assert pages == {f"/docs/reading#{new}"}
        data = client.get(client.get(f"/id/reading/{old}", headers={"Accept": "text/turtle"}).location or "")
        assert f"dcterms:isReplacedBy reading:{new}" in data.get_data(as_text=True)


def test_a_threshold_is_named_by_its_duty_and_a_count(store: ox.Store) -> None:
    found = [
        str(getattr(quad.subject, "value", "")).removeprefix(str(THRESHOLD))
        for quad in store.quads_for_pattern(None, ox.NamedNode(TYPE), ox.NamedNode(str(ZY.Threshold)), None)
    ]
    assert found
    assert [name for name in found if not re.fullmatch(r"f\d{3}-\d+", name)] == []


def test_an_old_name_is_deprecated_and_leads_to_a_shape_that_is_there(store: ox.Store) -> None:
    assert renamed()
    assert set(renamed().values()) <= set(NAMES)
    assert not set(renamed()) & set(NAMES)
    for old in renamed():
        (value,) = {
            q.object
            for q in store.quads_for_pattern(ox.NamedNode(SHAPE[old]), ox.NamedNode(OWL + "deprecated"), None, None)
        }
        assert getattr(value, "value", "") == "true"


@pytest.mark.parametrize("old", sorted(renamed()))
def test_both_names_are_resolved(client: Client, old: str) -> None:
    new = renamed()[old]
    pages = [client.get(f"/id/shape/{name}", headers={"Accept": "text/html"}).location for name in (old, new)]
    assert pages[0] == pages[1]
    assert re.fullmatch(r"/clauses/[2-5][.\d]+", pages[0] or "")
    said = client.get(client.get(f"/id/shape/{old}", headers={"Accept": "text/turtle"}).location or "")
    assert f"dcterms:isReplacedBy shape:{new}" in said.get_data(as_text=True)


def test_the_data_of_a_shape_is_the_file_that_holds_it(client: Client, built: BuiltGraph) -> None:
    location = client.get("/id/shape/floor-load-upper-tiers", headers={"Accept": "text/turtle"}).location
    assert location == "/api/shapes?tier=3"
    assert "floor-load-upper-tiers" in client.get(location).get_data(as_text=True)
    assert client.get("/id/shape/no-such-shape").status_code == 404
    assert built.names.clause


def test_whatever_else_has_a_figure_in_its_name_is_named_here_with_the_reason() -> None:
    numbered = ("clause", "section", "topic", "tier", "family", "threshold")
    found = set()
    for kind in ("ontology", "shapes"):
        for file in resources.turtle_files(kind):
            if file.name.startswith("renamed-"):
                continue
            for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE):
                iri = getattr(quad.subject, "value", "")
                space, _, name = iri.rpartition("#" if "#" in iri else "/")
                # Ontologies and the shapes' own groups are called by the section that they are of.
                if "w3id.org/zhiyin" not in space or space.endswith(numbered) or re.match(r"\d", name):
                    continue
                if space.endswith(("/shapes", "/generated", "/everyday")) or "/shapes/" in space:
                    continue
                if _FIGURE.search(_CASE.sub(" ", name)):
                    found.add(name)
    assert found - OF_OURS == set(NO_FIGURE_OF_THE_LAW), found - OF_OURS ^ set(NO_FIGURE_OF_THE_LAW)


def test_no_component_has_a_figure_in_its_name() -> None:
    assert [c for c in Constraint if _FIGURE.search(_CASE.sub(" ", c))] == []
